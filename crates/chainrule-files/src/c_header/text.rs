//! Numbers, arrays and strings as C writes them.

/// The type that a network is computed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CType {
    /// `float`.
    #[default]
    Float,
    /// `double`.
    Double,
}

/// The longest line of an array.
const LINE: usize = 100;

impl CType {
    /// The type's name in C.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Float => "float",
            Self::Double => "double",
        }
    }

    /// A function of `math.h` for this type: `expf` or `exp`.
    pub(super) fn function(self, name: &str) -> String {
        match self {
            Self::Float => format!("{name}f"),
            Self::Double => name.to_owned(),
        }
    }
}

/// A number with as few digits as give the same bits back; NaN and the infinities are the macros of `math.h`. What is beyond
/// the range of `float` is infinite in it.
pub(super) fn number(value: f64, kind: CType) -> String {
    let single = value as f32;
    match kind {
        _ if value.is_nan() => "NAN".to_owned(),
        CType::Float if single.is_finite() => format!("{single:?}f"),
        CType::Double if value.is_finite() => format!("{value:?}"),
        _ => if value > 0.0 { "INFINITY" } else { "-INFINITY" }.to_owned(),
    }
}

/// A constant array, each `row` of numbers on a line of its own.
pub(super) fn array(name: &str, kind: CType, values: &[f64], row: usize) -> String {
    let mut text = format!("static const {} {name}[{}] = {{\n", kind.name(), values.len());
    for row in values.chunks(row.max(1)) {
        let mut line = String::from("   ");
        for value in row {
            let value = number(*value, kind);
            if line.len() + value.len() + 2 > LINE {
                text += &line;
                text.push('\n');
                line = String::from("   ");
            }
            line.push(' ');
            line += &value;
            line.push(',');
        }
        text += &line;
        text.push('\n');
    }
    text + "};\n"
}

/// A constant array of strings.
pub(super) fn strings(name: &str, texts: &[&str]) -> String {
    let lines: String = texts.iter().map(|text| format!("    \"{}\",\n", escape(text))).collect();
    format!("static const char *const {name}[{}] = {{\n{lines}}};\n", texts.len())
}

/// The bytes of a text within the quotes of C: what is not plain stands as three octal digits, which nothing that follows
/// can lengthen, and no `??` is left for a trigraph.
fn escape(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'"' | b'\\' | b'?' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    };
    text.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACROS: [&str; 3] = ["NAN", "INFINITY", "-INFINITY"];

    #[test]
    fn numbers_come_back_with_their_bits() {
        for value in [0.1_f32, -0.0, 1e-45, f32::MAX, 16_777_216.0, 1.0 / 3.0] {
            let text = number(f64::from(value), CType::Float);
            assert_eq!(text.trim_end_matches('f').parse::<f32>().unwrap().to_bits(), value.to_bits());
            assert!(text.contains(['.', 'e']), "{text} would be a whole number");
        }
        assert_eq!(number(1e300, CType::Double), "1e300");
        for kind in [CType::Float, CType::Double] {
            assert_eq!([f64::NAN, f64::INFINITY, -f64::INFINITY].map(|value| number(value, kind)), MACROS);
        }
        // Beyond the range of 32 bits, and the largest number within it.
        assert_eq!(number(1e39, CType::Float), "INFINITY");
        assert_eq!(number(-1e39, CType::Float), "-INFINITY");
        assert_eq!(number(f64::from(f32::MAX), CType::Float), "3.4028235e38f");
    }

    #[test]
    fn strings_cannot_end_early_or_mean_something_else() {
        assert_eq!(escape("a\"b\\c??=\n1é*/"), "a\\\"b\\\\c\\?\\?=\\0121\\303\\251*/");
    }
}
