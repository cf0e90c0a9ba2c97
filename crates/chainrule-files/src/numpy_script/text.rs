//! Numbers, names and strings as Python writes them.

use std::fmt::Write;

/// The longest line of numbers.
const LINE: usize = 100;

/// A number with as few digits as give the same bits back.
pub(super) fn number(value: f64) -> String {
    match value {
        value if value.is_nan() => "np.nan".to_owned(),
        value if value.is_infinite() => if value > 0.0 { "np.inf" } else { "-np.inf" }.to_owned(),
        value => format!("{value:?}"),
    }
}

/// A list of numbers.
pub(super) fn list(values: &[f64]) -> String {
    format!("[{}]", wrapped(values, "    "))
}

/// A list of rows of that many numbers, each row on a line of its own.
pub(super) fn matrix(values: &[f64], row: usize) -> String {
    let rows = values.chunks(row.max(1)).map(|row| format!("    [{}],\n", wrapped(row, "     ")));
    format!("[\n{}]", rows.collect::<String>())
}

/// Numbers with commas between them, a new line where one is full.
fn wrapped(values: &[f64], indent: &str) -> String {
    let (mut text, mut column) = (String::new(), indent.len());
    for (at, value) in values.iter().enumerate() {
        let value = number(*value);
        if at > 0 {
            let full = column + value.len() + 2 > LINE;
            text += &if full { format!(",\n{indent}") } else { ", ".to_owned() };
            column = if full { indent.len() } else { column + 2 };
        }
        column += value.len();
        text += &value;
    }
    text
}

/// The name of a constant: `LAYER1_WEIGHT` for `layer1.weight`.
pub(super) fn constant(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect()
}

/// A constant list of strings, each on a line of its own where they are many.
pub(super) fn strings(name: &str, texts: &[&str]) -> String {
    let literals: Vec<String> = texts.iter().map(|text| literal(text)).collect();
    let line = format!("{name} = [{}]\n", literals.join(", "));
    if line.len() <= LINE {
        return line;
    }
    format!("{name} = [\n{}]\n", literals.iter().map(|text| format!("    {text},\n")).collect::<String>())
}

/// A string in quotes: plain signs of ASCII as they are, all others by their number.
pub(super) fn literal(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        // Writing to a string cannot fail.
        let _ = match c {
            '"' | '\\' => write!(quoted, "\\{c}"),
            ' '..='~' => write!(quoted, "{c}"),
            c if c.is_alphanumeric() => write!(quoted, "{c}"),
            c => write!(quoted, "\\U{:08x}", u32::from(c)),
        };
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_cannot_end_early() {
        assert_eq!(literal("a\"b\\c\n"), r#""a\"b\\c\U0000000a""#);
        assert_eq!(literal("Größe\u{202e}"), "\"Größe\\U0000202e\"");
    }

    #[test]
    fn rows_stand_under_each_other() {
        assert_eq!(list(&[1.0, 2.0]), "[1.0, 2.0]");
        assert_eq!(matrix(&[1.0, 2.0], 2), "[\n    [1.0, 2.0],\n]");
        assert_eq!(matrix(&[1.0, -0.0, 1e-7, f64::NAN], 2), "[\n    [1.0, -0.0],\n    [1e-7, np.nan],\n]");
        assert_eq!(wrapped(&[0.125; 40], "").lines().count(), 3);
    }
}
