//! Event files of TensorBoard: scalars, texts and histograms.
//!
//! A file is a row of records ([`record`](mod@record)), each with one `Event` message of protocol buffers
//! ([`message`](mod@message)); the first says which version it is. Each function gives whole records, to be appended as
//! they are, so a run that is killed leaves a file that reads up to its last whole record.
//!
//! Must not know: training, clocks (times come in), files on a disk.

mod histogram;
mod message;
mod record;

use prost::Message;

use histogram::histogram;
use message::{Dim, Event, Metadata, PluginData, Shape, Summary, Tensor, Value};
use record::record;

/// The record that begins every file, written at `time`, in seconds since 1970-01-01T00:00:00Z.
///
/// ```
/// let record = chainrule_files::tensorboard_start(0.0);
/// assert!(record.windows(13).any(|part| part == b"brain.Event:2"));
/// ```
pub fn tensorboard_start(time: f64) -> Vec<u8> {
    let file_version = Some("brain.Event:2".to_owned());
    event(Event { wall_time: Some(time), file_version, ..Event::default() })
}

/// Numbers of a step by their tags, such as `loss/training`, as one record.
pub fn tensorboard_scalars(time: f64, step: u64, scalars: &[(&str, f64)]) -> Vec<u8> {
    let value = |(tag, number): &(&str, f64)| Value { simple_value: Some(*number as f32), ..tagged(tag) };
    summary(time, step, scalars.iter().map(value).collect())
}

/// A text in Markdown under a tag, as TensorBoard's page of texts shows it.
pub fn tensorboard_text(time: f64, tag: &str, markdown: &str) -> Vec<u8> {
    /// `DT_STRING`.
    const TEXT: i32 = 7;
    let plugin_data = Some(PluginData { plugin_name: Some("text".to_owned()) });
    let tensor_shape = Some(Shape { dim: vec![Dim { size: Some(1) }] });
    let tensor = Tensor { dtype: Some(TEXT), tensor_shape, string_val: vec![markdown.to_owned()] };
    let metadata = Some(Metadata { plugin_data });
    summary(time, 0, vec![Value { tensor: Some(tensor), metadata, ..tagged(tag) }])
}

/// How numbers are spread, by their tags: in 30 buckets of one width from the least to the largest. Numbers that are not
/// finite are left out, and a tag without others is left out too.
pub fn tensorboard_histograms(time: f64, step: u64, tensors: &[(&str, &[f64])]) -> Vec<u8> {
    let value = |(tag, numbers): &(&str, &[f64])| {
        let histo = Some(histogram(numbers)?);
        Some(Value { histo, ..tagged(tag) })
    };
    summary(time, step, tensors.iter().filter_map(value).collect())
}

/// A value with nothing but its tag.
fn tagged(tag: &str) -> Value {
    Value { tag: Some(tag.to_owned()), ..Value::default() }
}

/// The record of an event with these values.
fn summary(time: f64, step: u64, value: Vec<Value>) -> Vec<u8> {
    // No training makes so many steps that the signed number of the message cannot hold them.
    let step = Some(i64::try_from(step).unwrap_or(i64::MAX));
    event(Event { wall_time: Some(time), step, summary: Some(Summary { value }), ..Event::default() })
}

fn event(event: Event) -> Vec<u8> {
    record(&event.encode_to_vec())
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
