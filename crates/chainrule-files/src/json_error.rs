//! Where in a text the JSON parser stopped.

/// The byte of `text` at which `error` arose, counted from 0; the length of the text if the parser gave no place.
pub(crate) fn byte_offset(text: &str, error: &serde_json::Error) -> usize {
    let Some(line_index) = error.line().checked_sub(1) else { return text.len() };
    let lines_before: usize = text.split_inclusive('\n').take(line_index).map(str::len).sum();
    (lines_before + error.column().saturating_sub(1)).min(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offset_points_at_the_byte_that_surprised_the_parser() {
        let offset = |text: &str| byte_offset(text, &serde_json::from_str::<Vec<u8>>(text).unwrap_err());
        assert_eq!(offset("[1, x]"), 4);
        assert_eq!(offset("[1,\n x]"), 5);
        assert_eq!(offset(""), 0);
    }
}
