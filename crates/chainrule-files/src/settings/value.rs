//! What a setting can be set to, and its text in TOML.

use std::fmt;

/// The value of a setting.
///
/// It displays as TOML in one line:
///
/// ```
/// use chainrule_files::settings::Value;
/// let list = Value::List(vec![Value::Text("a \"b\"".into()), Value::Whole(-3), Value::Real(1.0), Value::Truth(true)]);
/// assert_eq!(list.to_string(), r#"["a \"b\"", -3, 1.0, true]"#);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number; wide enough for every `u64` and `i64`.
    Whole(i128),
    /// Another number, finite.
    Real(f64),
    /// Yes or no.
    Truth(bool),
    /// Several of the others, none of them a list.
    List(Vec<Value>),
}

impl Value {
    /// The kind of the value in words: `a text`, `a whole number`, `a number`, `true or false`, `a list`.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Text(_) => "a text",
            Value::Whole(_) => "a whole number",
            Value::Real(_) => "a number",
            Value::Truth(_) => "true or false",
            Value::List(_) => "a list",
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => quoted(text, formatter),
            Value::Whole(number) => write!(formatter, "{number}"),
            // `Debug` of a number always has a point or an exponent, which TOML needs to tell it from a whole one.
            Value::Real(number) => write!(formatter, "{number:?}"),
            Value::Truth(truth) => write!(formatter, "{truth}"),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                write!(formatter, "[{}]", items.join(", "))
            }
        }
    }
}

/// A basic string of TOML: in quotes, everything escaped that could end it or the line.
fn quoted(text: &str, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    formatter.write_str("\"")?;
    for sign in text.chars() {
        match sign {
            '"' => formatter.write_str("\\\"")?,
            '\\' => formatter.write_str("\\\\")?,
            '\n' => formatter.write_str("\\n")?,
            '\r' => formatter.write_str("\\r")?,
            '\t' => formatter.write_str("\\t")?,
            sign if sign.is_control() => write!(formatter, "\\u{:04X}", u32::from(sign))?,
            sign => write!(formatter, "{sign}")?,
        }
    }
    formatter.write_str("\"")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Value;
    use crate::settings::parse_toml;

    fn single() -> impl Strategy<Value = Value> {
        prop_oneof![
            any::<String>().prop_map(Value::Text),
            "[\\x00-\\x20\"'\\\\\\x7f-\\x9f]{0,8}".prop_map(Value::Text),
            any::<u64>().prop_map(|number| Value::Whole(number.into())),
            any::<i64>().prop_map(|number| Value::Whole(number.into())),
            any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Value::Real),
            any::<bool>().prop_map(Value::Truth),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            value in prop_oneof![single(), prop::collection::vec(single(), 0..5).prop_map(Value::List)],
        ) {
            let text = format!("# before\nkey = {value} # after\n");
            prop_assert_eq!(text.lines().count(), 2, "one line: {}", text);
            let settings = parse_toml(&text).unwrap();
            prop_assert_eq!(&settings[0].value, &value);
            // `==` takes the two zeros for one.
            prop_assert_eq!(settings[0].value.to_string(), value.to_string());
        }
    }
}
