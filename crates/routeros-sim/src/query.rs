//! Query words of a print: `?name`, `?-name`, `?name=x`, `?<name=x`, `?>name=x` and the stack behind `?#ops`.

use std::cmp::Ordering;

/// The query words of one command, in their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queries(Vec<Query>);

#[derive(Clone, Debug)]
enum Query {
    Has(String),
    Lacks(String),
    Compare(String, Ordering, Vec<u8>),
    Operators(Vec<u8>),
}

impl Queries {
    /// Reads the words that begin with `?`, without it.
    pub(crate) fn read<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        Self(words.map(Query::read).collect())
    }

    /// Whether a row is wanted. `value` gives what the row shows under a name, `canonical` how the router spells
    /// what somebody looks for there.
    pub(crate) fn accept(
        &self,
        value: impl Fn(&str) -> Option<Vec<u8>>,
        canonical: impl Fn(&str, &[u8]) -> Vec<u8>,
    ) -> bool {
        let mut stack = Stack::default();
        for query in &self.0 {
            match query {
                Query::Has(name) => stack.push(value(name).is_some()),
                Query::Lacks(name) => stack.push(value(name).is_none()),
                Query::Compare(name, wanted, with) => {
                    stack.push(value(name).is_some_and(|value| compare(&value, &canonical(name, with)) == *wanted));
                }
                Query::Operators(operators) => stack.operate(operators),
            }
        }
        stack.0.into_iter().all(|accepted| accepted)
    }
}

impl Query {
    fn read(word: &[u8]) -> Self {
        let (ordering, body) = match word.first() {
            Some(b'#') => return Self::Operators(word[1..].to_vec()),
            Some(b'-') => return Self::Lacks(lossy(&word[1..])),
            Some(b'<') => (Ordering::Less, &word[1..]),
            Some(b'>') => (Ordering::Greater, &word[1..]),
            Some(b'=') => (Ordering::Equal, &word[1..]),
            _ => (Ordering::Equal, word),
        };
        match body.iter().position(|byte| *byte == b'=') {
            Some(end) => Self::Compare(lossy(&body[..end]), ordering, body[end + 1..].to_vec()),
            None => Self::Has(lossy(body)),
        }
    }
}

/// The stack of a query. It never runs dry: below what was pushed there is `true`.
#[derive(Default)]
struct Stack(Vec<bool>);

impl Stack {
    fn push(&mut self, value: bool) {
        self.0.push(value);
    }

    fn pop(&mut self) -> bool {
        self.0.pop().unwrap_or(true)
    }

    fn at(&self, index: usize) -> bool {
        self.0.iter().rev().nth(index).copied().unwrap_or(true)
    }

    /// Left to right: an index before another character pushes a copy of that value; at the end of the word it
    /// replaces the whole stack by it. `.` after an index does nothing, else it copies the top.
    fn operate(&mut self, operators: &[u8]) {
        let (mut rest, mut after_index) = (operators, false);
        while let Some(&operator) = rest.first() {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits > 0 {
                let value = self.at(lossy(&rest[..digits]).parse().unwrap_or(usize::MAX));
                rest = &rest[digits..];
                if rest.is_empty() {
                    self.0.clear();
                }
                self.push(value);
                after_index = true;
                continue;
            }
            self.apply(operator, after_index);
            rest = &rest[1..];
            after_index = false;
        }
    }

    fn apply(&mut self, operator: u8, after_index: bool) {
        match operator {
            b'!' => {
                let top = self.pop();
                self.push(!top);
            }
            b'&' => {
                let (a, b) = (self.pop(), self.pop());
                self.push(a && b);
            }
            b'|' => {
                let (a, b) = (self.pop(), self.pop());
                self.push(a || b);
            }
            b'.' if !after_index => self.push(self.at(0)),
            _ => {}
        }
    }
}

/// Numbers by size, everything else by its bytes.
pub(crate) fn compare(a: &[u8], b: &[u8]) -> Ordering {
    match (number(a), number(b)) {
        (Some(a), Some(b)) if a != b => a.cmp(&b),
        // `007` and `7` are different names.
        _ => a.cmp(b),
    }
}

fn number(bytes: &[u8]) -> Option<i128> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(words: &[&str]) -> bool {
        let row = [("name", "ana"), ("mtu", "1500"), ("running", "true")];
        let value = |name: &str| row.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_bytes().to_vec());
        Queries::read(words.iter().map(|word| word.as_bytes())).accept(value, |_, wanted| wanted.to_vec())
    }

    #[test]
    fn words_without_operators_must_all_hold() {
        assert!(accepts(&[]));
        assert!(accepts(&["name=ana", "running"]));
        assert!(accepts(&["=name=ana", "-comment"]));
        assert!(!accepts(&["name=ana", "comment"]));
    }

    #[test]
    fn numbers_compare_by_size_and_text_by_bytes() {
        assert!(accepts(&[">mtu=999"]));
        assert!(accepts(&["<mtu=10000"]));
        assert!(accepts(&[">name=a"]));
        assert!(!accepts(&[">comment=a"]));
    }

    #[test]
    fn operators_work_on_the_stack() {
        assert!(accepts(&["name=bob", "name=ana", "#|"]));
        assert!(!accepts(&["name=bob", "name=ana", "#&"]));
        assert!(accepts(&["name=bob", "#!"]));
        assert!(accepts(&["name=bob", "name=ana", "#0"]));
        assert!(!accepts(&["name=bob", "name=ana", "#1"]));
        assert!(accepts(&["name=bob", "name=ana", "#1.!&", "#0"]));
    }
}
