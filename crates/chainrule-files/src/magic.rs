//! Recognises files of other formats by their first bytes, for a better message.

/// What a file that does not start like a model file seems to be, if its first bytes tell.
pub(crate) fn looks_like(bytes: &[u8]) -> Option<&'static str> {
    /// First bytes, and the name of the format.
    const KNOWN: [(&[u8], &str); 9] = [
        (b"PK\x03\x04", "a zip archive, such as a PyTorch or Keras model"),
        (b"\x1f\x8b", "a gzip file"),
        (b"\x80\x02", "a Python pickle"),
        (b"\x80\x04", "a Python pickle"),
        (b"\x89HDF", "an HDF5 file"),
        (b"\x93NUMPY", "a numpy array"),
        (b"GGUF", "a GGUF model"),
        (b"PAR1", "a Parquet table"),
        (b"{", "a JSON text"),
    ];
    let known = KNOWN.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, name)| *name);
    let is_text = |b: &u8| b.is_ascii_graphic() || b.is_ascii_whitespace();
    known.or_else(|| bytes.get(..8)?.iter().all(is_text).then_some("a text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_formats_are_named() {
        assert_eq!(looks_like(b"\x1f\x8b\x08"), Some("a gzip file"));
        assert_eq!(looks_like(b"sepal_length,sepal_width"), Some("a text"));
        assert_eq!(looks_like(&[0x40, 0, 0, 0, 0, 0, 0, 0]), None);
        assert_eq!(looks_like(b""), None);
    }
}
