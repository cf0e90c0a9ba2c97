//! The messages of TensorFlow's event files, with the fields that are written here.
//!
//! Source: `Event` of `tensorflow/core/util/event.proto`; `Summary` and `HistogramProto` of `framework/summary.proto`;
//! `TensorProto` and `TensorShapeProto` of `framework/tensor.proto` and `tensor_shape.proto`.

use prost::Message;

/// What happened at a time: the version of the file, or a summary.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Event {
    /// Seconds since 1970-01-01T00:00:00Z.
    #[prost(double, optional, tag = "1")]
    pub(super) wall_time: Option<f64>,
    #[prost(int64, optional, tag = "2")]
    pub(super) step: Option<i64>,
    #[prost(string, optional, tag = "3")]
    pub(super) file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    pub(super) summary: Option<Summary>,
}

/// Values of a step.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Summary {
    #[prost(message, repeated, tag = "1")]
    pub(super) value: Vec<Value>,
}

/// One value by its tag.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Value {
    #[prost(string, optional, tag = "1")]
    pub(super) tag: Option<String>,
    #[prost(float, optional, tag = "2")]
    pub(super) simple_value: Option<f32>,
    #[prost(message, optional, tag = "5")]
    pub(super) histo: Option<Histogram>,
    #[prost(message, optional, tag = "8")]
    pub(super) tensor: Option<Tensor>,
    #[prost(message, optional, tag = "9")]
    pub(super) metadata: Option<Metadata>,
}

/// How numbers are spread.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Histogram {
    #[prost(double, optional, tag = "1")]
    pub(super) min: Option<f64>,
    #[prost(double, optional, tag = "2")]
    pub(super) max: Option<f64>,
    /// How many numbers there are.
    #[prost(double, optional, tag = "3")]
    pub(super) num: Option<f64>,
    #[prost(double, optional, tag = "4")]
    pub(super) sum: Option<f64>,
    #[prost(double, optional, tag = "5")]
    pub(super) sum_squares: Option<f64>,
    /// Where each bucket ends.
    #[prost(double, repeated, tag = "6")]
    pub(super) bucket_limit: Vec<f64>,
    /// How many numbers lie in each bucket.
    #[prost(double, repeated, tag = "7")]
    pub(super) bucket: Vec<f64>,
}

/// An array of texts.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Tensor {
    /// The type of the elements.
    #[prost(int32, optional, tag = "1")]
    pub(super) dtype: Option<i32>,
    #[prost(message, optional, tag = "2")]
    pub(super) tensor_shape: Option<Shape>,
    #[prost(string, repeated, tag = "8")]
    pub(super) string_val: Vec<String>,
}

/// The shape of an array.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Shape {
    #[prost(message, repeated, tag = "2")]
    pub(super) dim: Vec<Dim>,
}

/// One axis.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Dim {
    #[prost(int64, optional, tag = "1")]
    pub(super) size: Option<i64>,
}

/// What a value is shown by.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Metadata {
    #[prost(message, optional, tag = "1")]
    pub(super) plugin_data: Option<PluginData>,
}

/// A page of TensorBoard.
#[derive(Clone, PartialEq, Message)]
pub(super) struct PluginData {
    #[prost(string, optional, tag = "1")]
    pub(super) plugin_name: Option<String>,
}
