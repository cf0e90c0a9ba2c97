//! Settings written as one JSON object.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Position, Setting, Value, in_order, normal};
use crate::Error;
use crate::json_error::byte_offset;

/// The settings of a JSON text, in its order: the members of one object.
///
/// ```
/// use chainrule_files::settings::{Value, parse_json};
/// let settings = parse_json(r#"{"epochs": 50, "optimizer": "adam"}"#)?;
/// assert_eq!(settings[1].value, Value::Text("adam".into()));
/// # Ok::<(), chainrule_files::Error>(())
/// ```
///
/// # Errors
/// [`Error::Settings`] at the first place where the text is not JSON or not an object, a key occurs twice, a number is not
/// finite or too long, or a value is `null`, an object or a list in a list.
pub fn parse_json(text: &str) -> Result<Vec<Setting>, Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let members = reader.deserialize_map(Members).and_then(|members| reader.end().map(|()| members));
    let members = members.map_err(|error| {
        let message = error.to_string();
        let fault = message.rsplit_once(" at line ").map_or(&message[..], |(fault, _)| fault);
        Position::of(text, byte_offset(text, &error)).fault(format!("not JSON: {fault}"))
    })?;
    let settings = members.into_iter().map(|(key, value)| {
        let key_at = Position::of(text, offset(text, key.get()));
        let value_at = Position::of(text, offset(text, value.get()));
        let key: Cow<'_, str> = serde_json::from_str(key.get())
            .map_err(|_| key_at.fault("not JSON: expected a key in quotes"))?;
        let value = single(value, &key).map_err(|fault| value_at.fault(fault))?;
        Ok(Setting { key: normal(&key), key_at, value, value_at })
    });
    in_order(settings.collect::<Result<_, Error>>()?)
}

/// Where `part`, a slice of `text`, begins in it.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}

/// Collects the members of an object as they stand in the text.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(&'de RawValue, &'de RawValue)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of settings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

/// The value of a setting; what is wrong with it otherwise.
fn single(raw: &RawValue, key: &str) -> Result<Value, String> {
    let read = serde_json::from_str(raw.get());
    let value: serde_json::Value = read.map_err(|_| {
        let shown: String = raw.get().chars().take(20).collect();
        format!("`{key}`: expected a text, a finite number, true, false or a list of these, got {shown}")
    })?;
    match value {
        serde_json::Value::Array(items) => {
            items.into_iter().map(|item| scalar(item, key)).collect::<Result<_, _>>().map(Value::List)
        }
        value => scalar(value, key),
    }
}

fn scalar(value: serde_json::Value, key: &str) -> Result<Value, String> {
    match value {
        serde_json::Value::String(text) => Ok(Value::Text(text)),
        serde_json::Value::Bool(truth) => Ok(Value::Truth(truth)),
        serde_json::Value::Number(number) => {
            let whole = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
            let value = whole.map(Value::Whole).or(number.as_f64().map(Value::Real));
            value.ok_or_else(|| format!("`{key}`: expected a finite number, got {number}"))
        }
        serde_json::Value::Null => {
            Err(format!("`{key}`: expected a value, got null\nhelp: leave the key out"))
        }
        serde_json::Value::Array(_) => Err(format!("`{key}`: expected a list without lists in it")),
        serde_json::Value::Object(_) => Err(format!(
            "`{key}` is an object; expected settings side by side, each `\"key\": value`\n\
             help: write the keys without `{key}`"
        )),
    }
}
