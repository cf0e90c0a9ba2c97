//! ONNX: a network of layers as the graph that other programs run, and back.
//!
//! - [`encode`] writes a [`Stack`](crate::Stack) of layers as one graph, with the preprocessing before it and named answers after it where
//!   they are asked for. onnxruntime 1.12 (July 2022) and later take it.
//! - [`decode`] reads a graph of PyTorch, scikit-learn (skl2onnx) or this program and finds the layers in it: it follows the
//!   one path from rows to answers, reads matrices as dense layers, and recognises an activation by its values, whichever
//!   operations it is composed of. Everything else is refused with the name of the node.
//!
//! Reading never opens a file, whatever a path in the bytes says; it does not recurse into what the file nests, and takes at
//! most twice the memory of the file and 64 MB, also where the file is malformed: no piece of it outlives its decoding.
//! Must not know: files, networks as text, training.

mod export;
mod fault;
mod import;
mod proto;
#[cfg(test)]
mod round_trip;
mod scan;

pub use export::{Certainty, Export, Exported, Inputs, Meaning, encode};
pub use fault::Fault;
pub use import::{Imported, SUPPORTED, decode};

/// The version of ONNX's operations that is written unless another one is asked for: the first with `LayerNormalization`.
pub const DEFAULT_OPSET: i64 = 17;

/// The first version of ONNX's operations that can be written.
pub const FIRST_OPSET_WRITTEN: i64 = 17;

/// The last version of ONNX's operations that can be written: no operation in use has changed its meaning since 17.
pub const LAST_OPSET_WRITTEN: i64 = 21;

/// The first version of ONNX's operations that is read, of 2019.
pub const FIRST_OPSET_READ: i64 = 9;

/// The last version of ONNX's operations that is read, of 2026.
pub const LAST_OPSET_READ: i64 = 28;

/// The largest file of the format, a limit of protobuf: 2 GiB.
pub const MAX_BYTES: usize = 0x7fff_ffff;
