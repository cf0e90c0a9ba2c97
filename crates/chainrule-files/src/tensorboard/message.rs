//! Messages of protocol buffers, field by field: as much of the encoding as events need.
//!
//! A field is its number and the way it is written, `number << 3 | way`, then its value: 0 a varint, 1 eight bytes, 2 a
//! length and bytes, 5 four bytes. Source: <https://protobuf.dev/programming-guides/encoding/>

/// A message that grows.
#[derive(Debug, Default)]
pub(super) struct Message(Vec<u8>);

impl Message {
    /// The message that `fill` fills.
    pub(super) fn of(fill: impl FnOnce(&mut Message)) -> Self {
        let mut message = Message::default();
        fill(&mut message);
        message
    }

    /// The bytes of the message.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// A whole number.
    pub(super) fn number(&mut self, field: u64, value: u64) {
        self.varint(field << 3);
        self.varint(value);
    }

    /// A `double`.
    pub(super) fn double(&mut self, field: u64, value: f64) {
        self.varint(field << 3 | 1);
        self.0.extend(value.to_le_bytes());
    }

    /// A `float`.
    pub(super) fn float(&mut self, field: u64, value: f32) {
        self.varint(field << 3 | 5);
        self.0.extend(value.to_le_bytes());
    }

    /// A text.
    pub(super) fn text(&mut self, field: u64, text: &str) {
        self.bytes(field, text.as_bytes());
    }

    /// A message within this one.
    pub(super) fn message(&mut self, field: u64, message: Message) {
        self.bytes(field, &message.0);
    }

    /// Several `double`, packed.
    pub(super) fn doubles(&mut self, field: u64, values: &[f64]) {
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.bytes(field, &bytes);
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend(bytes);
    }

    /// Seven bits a byte, the lowest first; the highest bit says that more follow.
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the encoding's own page.
    #[test]
    fn the_encoding_is_that_of_protocol_buffers() {
        let mut inner = Message::default();
        inner.number(1, 150);
        assert_eq!(inner.0, [0x08, 0x96, 0x01]);
        let mut outer = Message::default();
        outer.message(3, inner);
        outer.text(2, "testing");
        assert_eq!(outer.0, [&[0x1a, 0x03, 0x08, 0x96, 0x01, 0x12, 0x07][..], b"testing"].concat());
        let mut largest = Message::default();
        largest.number(1, u64::MAX);
        assert_eq!(largest.0.len(), 11);
    }
}
