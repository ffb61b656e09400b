//! Which rows a print is to give. The router works a query out on a stack; here it is an expression.

use routeros_proto::{Property, Sentence};

/// A condition on rows.
///
/// ```
/// use routeros::{Print, Query, menu::{Interface, InterfaceProperty as Of}};
///
/// let busy = Query::is(Of::Type, "pppoe-in").and(Query::above(Of::RxByte, 1_000_000));
/// let words = Print::<Interface>::new().only(&[Of::Name]).matching(busy.or(Query::is(Of::Name, "ether1"))).words();
/// assert_eq!(words[2..], ["?type=pppoe-in", "?>rx-byte=1000000", "?#&", "?name=ether1", "?#|"]);
/// let asleep = Print::<Interface>::new().only(&[Of::Name]).matching(!Query::has(Of::Running)).words();
/// assert_eq!(asleep[2..], ["?running", "?#!"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query<P> {
    first: Step<P>,
    rest: Vec<Step<P>>,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step<P> {
    Has(P),
    Lacks(P),
    Is(P, String),
    Below(P, u64),
    Above(P, u64),
    Not,
    And,
    Or,
}

impl<P: Property> Query<P> {
    /// Rows that have the property set.
    pub const fn has(property: P) -> Self {
        Self::one(Step::Has(property))
    }

    /// Rows that do not.
    pub const fn lacks(property: P) -> Self {
        Self::one(Step::Lacks(property))
    }

    /// Rows where the property equals this.
    pub fn is(property: P, value: impl Into<String>) -> Self {
        Self::one(Step::Is(property, value.into()))
    }

    /// Rows where the property is a smaller number.
    pub const fn below(property: P, value: u64) -> Self {
        Self::one(Step::Below(property, value))
    }

    /// Rows where the property is a greater number.
    pub const fn above(property: P, value: u64) -> Self {
        Self::one(Step::Above(property, value))
    }

    /// Rows where the property equals one of these. `None` where there are none of these: then there is nothing to ask.
    pub fn is_one_of(property: P, values: impl IntoIterator<Item = impl Into<String>>) -> Option<Self> {
        values.into_iter().map(|value| Self::is(property, value)).reduce(Self::or)
    }

    /// Rows for which both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.with(other, Step::And)
    }

    /// Rows for which one of them holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.with(other, Step::Or)
    }

    const fn one(first: Step<P>) -> Self {
        Self { first, rest: Vec::new() }
    }

    fn with(mut self, other: Self, operator: Step<P>) -> Self {
        self.rest.push(other.first);
        self.rest.extend(other.rest);
        self.rest.push(operator);
        self
    }

    /// Its words, behind those of a command.
    pub(crate) fn add_to(&self, sentence: Sentence) -> Sentence {
        std::iter::once(&self.first).chain(&self.rest).fold(sentence, |sentence, step| match step {
            Step::Has(property) => sentence.word(format!("?{}", property.name())),
            Step::Lacks(property) => sentence.word(format!("?-{}", property.name())),
            Step::Is(property, value) => sentence.query_equal(property.name(), value),
            Step::Below(property, value) => sentence.word(format!("?<{}={value}", property.name())),
            Step::Above(property, value) => sentence.word(format!("?>{}={value}", property.name())),
            Step::Not => sentence.query_operators("!"),
            Step::And => sentence.query_operators("&"),
            Step::Or => sentence.query_operators("|"),
        })
    }
}

/// Rows for which it does not hold.
impl<P> std::ops::Not for Query<P> {
    type Output = Self;

    fn not(mut self) -> Self {
        self.rest.push(Step::Not);
        self
    }
}
