//! Settings written in TOML.

use ::toml::Spanned;
use ::toml::de::{DeFloat, DeInteger, DeTable, DeValue};

use super::{Position, Setting, Value, in_order, normal};
use crate::Error;

/// The settings of a TOML text, in its order.
///
/// ```
/// use chainrule_files::settings::{Value, parse_toml};
/// let settings = parse_toml("# by hand\nepochs = 50\nhidden = [16, 8]\n")?;
/// assert_eq!(settings[0].key, "epochs");
/// assert_eq!(settings[1].value, Value::List(vec![Value::Whole(16), Value::Whole(8)]));
/// # Ok::<(), chainrule_files::Error>(())
/// ```
///
/// # Errors
/// [`Error::Settings`] at the first place where the text is not TOML, a key occurs twice, a number is not finite or too
/// long, or a value is a table, a date or a list in a list.
pub fn parse_toml(text: &str) -> Result<Vec<Setting>, Error> {
    let table = DeTable::parse(text).map_err(|error| {
        let offset = error.span().map_or(text.len(), |span| span.start);
        Position::of(text, offset).fault(explain(text, offset, error.message()))
    })?;
    let settings = table.into_inner().into_iter().map(|(key, value)| {
        let key_at = Position::of(text, key.span().start);
        let value_at = Position::of(text, value.span().start);
        let value = single(value.get_ref(), key.get_ref()).map_err(|fault| value_at.fault(fault))?;
        Ok(Setting { key: normal(key.get_ref()), key_at, value, value_at })
    });
    in_order(settings.collect::<Result<_, Error>>()?)
}

/// The parser's complaint about the byte at `offset`, in plainer words for the slips that people make most.
fn explain(text: &str, offset: usize, complaint: &str) -> String {
    let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
    let line = after.lines().next().unwrap_or_default();
    let key = line.trim_start_matches(['"', '\'']);
    let word: String =
        key.chars().take_while(|sign| sign.is_alphanumeric() || "_-".contains(*sign)).collect();
    let is_value = before.trim_end_matches(' ').ends_with('=');
    match complaint {
        "duplicate key" => format!("`{word}` occurs twice; expected each key once"),
        _ if is_value && line.trim().is_empty() => "expected a value after `=`, got none".to_owned(),
        _ if is_value && word.starts_with(char::is_alphabetic) => {
            format!("expected a value, got the word `{word}`\nhelp: write a text in quotes: \"{word}\"")
        }
        _ => format!("not TOML: {complaint}"),
    }
}

/// The value of a setting; what is wrong with it otherwise.
fn single(value: &DeValue<'_>, key: &str) -> Result<Value, String> {
    match value {
        DeValue::Array(items) => {
            items.iter().map(|item| scalar(item, key)).collect::<Result<_, _>>().map(Value::List)
        }
        value => scalar_value(value, key),
    }
}

fn scalar(item: &Spanned<DeValue<'_>>, key: &str) -> Result<Value, String> {
    scalar_value(item.get_ref(), key)
}

fn scalar_value(value: &DeValue<'_>, key: &str) -> Result<Value, String> {
    let expected = "a text, a number, true, false or a list of these";
    match value {
        DeValue::String(text) => Ok(Value::Text(text.clone().into_owned())),
        DeValue::Integer(number) => whole(number, key),
        DeValue::Float(number) => real(number, key),
        DeValue::Boolean(truth) => Ok(Value::Truth(*truth)),
        DeValue::Datetime(date) => Err(format!("`{key}`: expected {expected}, got the date {date}")),
        DeValue::Array(_) => Err(format!("`{key}`: expected a list without lists in it")),
        DeValue::Table(_) => Err(format!(
            "`{key}` is a table; expected settings side by side, each `key = value`\nhelp: write the keys without `{key}`"
        )),
    }
}

fn whole(number: &DeInteger<'_>, key: &str) -> Result<Value, String> {
    let read = i128::from_str_radix(number.as_str(), number.radix());
    read.map(Value::Whole).map_err(|_| format!("`{key}`: the whole number is too long"))
}

fn real(number: &DeFloat<'_>, key: &str) -> Result<Value, String> {
    let read = number.as_str().parse().ok().filter(|number: &f64| number.is_finite());
    read.map(Value::Real).ok_or_else(|| format!("`{key}`: expected a finite number, got {}", number.as_str()))
}
