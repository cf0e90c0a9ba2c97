//! Reads `name` and `name(number)`, the form in which activations, losses and initialisers are written.
//!
//! Must not know: which names there are.

use crate::Error;

/// A name with at most one number in parentheses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call<'a> {
    kind: &'static str,
    text: &'a str,
    /// What stands before the parentheses.
    pub(crate) name: &'a str,
    argument: Option<f64>,
}

impl<'a> Call<'a> {
    /// Splits a text; `kind` is what it is to name, for messages.
    pub(crate) fn parse(kind: &'static str, text: &'a str) -> Result<Self, Error> {
        let text = text.trim();
        let Some((name, rest)) = text.split_once('(') else {
            return Ok(Call { kind, text, name: text, argument: None });
        };
        let number = rest.strip_suffix(')').and_then(|inner| inner.trim().parse::<f64>().ok());
        match number {
            Some(number) => Ok(Call { kind, text, name: name.trim_end(), argument: Some(number) }),
            None => Err(Error::Argument { kind, text: text.into(), expected: "one number in parentheses" }),
        }
    }

    /// The whole text.
    pub(crate) fn text(self) -> &'a str {
        self.text
    }

    /// The error for a name that is not in the list.
    pub(crate) fn unknown(self, known: &'static [&'static str]) -> Error {
        Error::UnknownName { kind: self.kind, name: self.name.into(), known }
    }

    /// `value`, if no argument was given.
    pub(crate) fn plain<T>(self, value: T) -> Result<T, Error> {
        self.argument.map_or(Ok(value), |_| Err(self.wrong("no argument")))
    }

    /// The argument, or `default` if there is none.
    pub(crate) fn number_or(self, default: f64) -> f64 {
        self.argument.unwrap_or(default)
    }

    /// The argument.
    pub(crate) fn number(self) -> Result<f64, Error> {
        self.argument.ok_or_else(|| self.wrong("one number in parentheses"))
    }

    fn wrong(self, expected: &'static str) -> Error {
        Error::Argument { kind: self.kind, text: self.text.into(), expected }
    }
}

/// `name`, with the number in parentheses if it is not the default.
pub(crate) fn show(name: &str, value: f64, default: f64) -> String {
    if value == default { name.into() } else { format!("{name}({value})") }
}

#[cfg(test)]
mod tests {
    use super::{Call, show};

    #[test]
    fn a_number_in_parentheses_is_read_and_written() {
        let call = Call::parse("activation", " elu( 0.5 )").unwrap();
        assert_eq!((call.name, call.number().unwrap()), ("elu", 0.5));
        assert_eq!((show("elu", 0.5, 1.0), show("elu", 1.0, 1.0)), ("elu(0.5)".into(), "elu".into()));
    }

    #[test]
    fn odd_parentheses_are_refused() {
        for text in ["elu(", "elu()", "elu(1", "elu(1)2", "elu(x)", "elu((1))"] {
            assert!(Call::parse("activation", text).is_err(), "{text}");
        }
        insta::assert_snapshot!(Call::parse("activation", "relu(2)").unwrap().plain(()).unwrap_err(),
            @"activation `relu(2)`: not understood; expected no argument");
    }
}
