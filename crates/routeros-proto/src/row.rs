//! Rows as types: a value goes from the wire into its field, with no map in between.

use crate::{Attributes, Charset, Fields, value::Value};

/// A row of a menu.
pub trait FromFields: Sized {
    /// Reads a `!re`. What the router has unset stays unset, and so does what cannot be read; the reader notes that.
    fn from_fields(fields: Fields<'_>, reader: &mut Reader) -> Self;
}

/// The properties of a menu, as far as a row type knows them.
pub trait Property: Copy + std::fmt::Debug + 'static {
    /// All of them, in the order of the row type.
    const ALL: &'static [Self];

    /// RouterOS's name for it.
    fn name(self) -> &'static str;
}

/// Reads values, and notes those that are not what they should be.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    charset: Charset,
    odd: Vec<Odd>,
    unread: u64,
}

/// A value that a router printed and that is none of its property's values. Passwords never are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd {
    /// Of which property.
    pub property: &'static str,
    /// What it says.
    pub text: String,
}

/// Odd values that are kept word for word; the others are counted.
const ODD_KEPT: usize = 16;

impl Reader {
    /// A reader of that code page.
    pub fn new(charset: Charset) -> Self {
        Self { charset, ..Self::default() }
    }

    /// How text is read.
    pub const fn charset(&self) -> Charset {
        self.charset
    }

    /// Reads a value. An empty one, where no text is wanted, is unset.
    #[inline]
    pub fn value<T: Value>(&mut self, property: &'static str, raw: &[u8]) -> Option<T> {
        let value = T::read(raw, self.charset);
        if value.is_none() && !raw.is_empty() {
            self.note(property, raw);
        }
        value
    }

    /// The first odd values, and how many there were.
    pub fn odd(&self) -> (&[Odd], u64) {
        (&self.odd, self.unread)
    }

    #[cold]
    fn note(&mut self, property: &'static str, raw: &[u8]) {
        self.unread += 1;
        if self.odd.len() < ODD_KEPT {
            self.odd.push(Odd { property, text: self.charset.read(raw).into() });
        }
    }
}

impl FromFields for Attributes {
    fn from_fields(fields: Fields<'_>, reader: &mut Reader) -> Self {
        Self::read(fields, reader.charset())
    }
}

/// Makes a row type, and the closed list of the properties it reads.
///
/// ```
/// use routeros_proto::{row, value::{RowId, Text}};
///
/// row! {
///     /// An address pool.
///     pub struct Pool, properties PoolProperty {
///         /// Its id.
///         pub id: RowId = Id(b".id"),
///         /// Its name.
///         pub name: Text = Name(b"name"),
///     }
/// }
/// ```
#[macro_export]
macro_rules! row {
    (
        $(#[$about:meta])*
        $vis:vis struct $row:ident, properties $property:ident {
            $($(#[$doc:meta])* pub $field:ident: $type:ty = $variant:ident($name:literal)),+ $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, Default)]
        $vis struct $row {
            $($(#[$doc])* pub $field: Option<$type>,)+
        }

        #[doc = concat!("What can be asked of and written to a [`", stringify!($row), "`].")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $property {
            $($(#[$doc])* $variant,)+
        }

        impl $crate::Property for $property {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => const { $crate::ascii($name) },)+
                }
            }
        }

        impl $crate::FromFields for $row {
            #[inline]
            fn from_fields(fields: $crate::Fields<'_>, reader: &mut $crate::Reader) -> Self {
                let mut rest = fields;
                $(let mut $field =
                    rest.take($name).and_then(|raw| reader.value(const { $crate::ascii($name) }, raw));)+
                // What stands in another order, and what this type does not know.
                for (name, raw) in rest.iter() {
                    match name {
                        $($name => $field = reader.value(const { $crate::ascii($name) }, raw),)+
                        _ => {}
                    }
                }
                Self { $($field),+ }
            }
        }
    };
}

/// A property's name as text.
#[doc(hidden)]
pub const fn ascii(name: &'static [u8]) -> &'static str {
    match std::str::from_utf8(name) {
        Ok(name) => name,
        Err(_) => panic!("properties have plain names"),
    }
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::*;
    use crate::{
        Decoder, Sentence,
        value::{Pair, Password, RowId, Span, Text},
    };

    row! {
        /// One of each kind.
        struct Sample, properties SampleProperty {
            /// Its id.
            pub id: RowId = Id(b".id"),
            /// Its name.
            pub name: Text = Name(b"name"),
            /// Its password.
            pub password: Password = Password(b"password"),
            /// Its uptime.
            pub uptime: Span = Uptime(b"uptime"),
            /// Its limit.
            pub max_limit: Pair = MaxLimit(b"max-limit"),
            /// Whether it is off.
            pub disabled: bool = Disabled(b"disabled"),
            /// Its bytes.
            pub bytes_in: u64 = BytesIn(b"bytes-in"),
        }
    }

    fn read(words: &[&[u8]]) -> (Sample, Reader) {
        let mut wire = BytesMut::new();
        let sentence = words.iter().fold(Sentence::new("!re"), |sentence, word| sentence.word(*word));
        sentence.encode(&mut wire).expect("no word is empty");
        let mut decoder = Decoder::default();
        decoder.feed(&wire);
        let words = decoder.next_words().expect("whole").expect("whole");
        let mut reader = Reader::default();
        let row = Sample::from_fields(words.fields(), &mut reader);
        (row, reader)
    }

    #[test]
    fn each_value_is_read_as_what_it_is() {
        let (row, reader) = read(&[
            b"=.id=*A",
            b"=name=Pe\xF1a",
            b"=password=s3cret",
            b"=uptime=1h2s",
            b"=max-limit=1000/2000",
            b"=disabled=false",
            b"=bytes-in=7",
            b"=news=of a later version",
        ]);
        let row = format!("{row:?}");
        assert!(row.contains("Peña") && row.contains("3602s") && !row.contains("s3cret"), "{row}");
        assert_eq!(reader.odd(), (&[][..], 0));
    }

    #[test]
    fn an_odd_value_is_noted_and_the_row_is_read_all_the_same() {
        let (row, reader) = read(&[b"=name=ana", b"=uptime=soon", b"=bytes-in="]);
        assert_eq!((row.name.as_deref(), row.uptime, row.bytes_in), (Some("ana"), None, None));
        assert_eq!(reader.odd(), (&[Odd { property: "uptime", text: "soon".to_owned() }][..], 1));
    }

    #[test]
    fn the_list_of_properties_is_what_is_asked_for() {
        let names: Vec<_> = SampleProperty::ALL.iter().map(|property| property.name()).collect();
        assert_eq!(names.join(","), ".id,name,password,uptime,max-limit,disabled,bytes-in");
    }
}
