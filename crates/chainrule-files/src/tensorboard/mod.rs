//! Event files of TensorBoard: scalars, texts and histograms, written without protocol compiler or library.
//!
//! A file is a row of records ([`record`](mod@record)), each with one `Event` message of protocol buffers
//! ([`message`](mod@message)); the first says which version it is. Each function gives whole records, to be appended as
//! they are, so a run that is killed leaves a file that reads up to its last whole record.
//!
//! Must not know: training, clocks (times come in), files on a disk.
//!
//! Source: the messages `Event`, `Summary` and `HistogramProto` of TensorFlow (`tensorflow/core/util/event.proto`,
//! `framework/summary.proto`).

mod histogram;
mod message;
mod record;

use histogram::histogram;
use message::Message;
use record::record;

/// The record that begins every file, written at `time`, in seconds since 1970-01-01T00:00:00Z.
///
/// ```
/// let record = chainrule_files::tensorboard_start(0.0);
/// assert!(record.windows(13).any(|part| part == b"brain.Event:2"));
/// ```
pub fn tensorboard_start(time: f64) -> Vec<u8> {
    let mut event = Message::default();
    event.double(1, time);
    event.text(3, "brain.Event:2");
    record(&event.into_bytes())
}

/// Numbers of a step by their tags, such as `loss/training`, as one record.
pub fn tensorboard_scalars(time: f64, step: u64, scalars: &[(&str, f64)]) -> Vec<u8> {
    let values = scalars.iter().map(|(tag, number)| {
        let mut value = Message::default();
        value.text(1, tag);
        value.float(2, *number as f32);
        value
    });
    summary(time, step, values)
}

/// A text in Markdown under a tag, as TensorBoard's page of texts shows it.
pub fn tensorboard_text(time: f64, tag: &str, markdown: &str) -> Vec<u8> {
    /// `DT_STRING`.
    const TEXT: u64 = 7;
    let plugin = Message::of(|plugin| plugin.text(1, "text"));
    let metadata = Message::of(|metadata| metadata.message(1, plugin));
    let length = Message::of(|length| length.number(1, 1));
    let shape = Message::of(|shape| shape.message(2, length));
    let tensor = Message::of(|tensor| {
        tensor.number(1, TEXT);
        tensor.message(2, shape);
        tensor.text(8, markdown);
    });
    let value = Message::of(|value| {
        value.text(1, tag);
        value.message(8, tensor);
        value.message(9, metadata);
    });
    summary(time, 0, [value].into_iter())
}

/// How numbers are spread, by their tags: in 30 buckets of one width from the least to the largest. Numbers that are not
/// finite are left out, and a tag without others is left out too.
pub fn tensorboard_histograms(time: f64, step: u64, tensors: &[(&str, &[f64])]) -> Vec<u8> {
    let values = tensors.iter().filter_map(|(tag, numbers)| {
        let mut value = Message::default();
        value.text(1, tag);
        value.message(5, histogram(numbers)?);
        Some(value)
    });
    summary(time, step, values)
}

/// The record of an event with these values.
fn summary(time: f64, step: u64, values: impl Iterator<Item = Message>) -> Vec<u8> {
    let mut summary = Message::default();
    values.for_each(|value| summary.message(1, value));
    let mut event = Message::default();
    event.double(1, time);
    event.number(2, step);
    event.message(5, summary);
    record(&event.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The message written out by hand from the definitions of its fields.
    #[test]
    fn a_scalar_is_the_message_that_tensorflow_defines() {
        let bytes = tensorboard_scalars(1.0, 2, &[("a", 0.5)]);
        let event = [
            0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, // wall_time: 1
            0x10, 2, // step: 2
            0x2a, 0x0a, // summary of 10 bytes
            0x0a, 8, // value of 8 bytes
            0x0a, 1, b'a', // tag
            0x15, 0, 0, 0, 0x3f, // simple_value: 0.5
        ];
        assert_eq!(bytes[..8], (event.len() as u64).to_le_bytes());
        assert_eq!(bytes[12..bytes.len() - 4], event);
    }
}
