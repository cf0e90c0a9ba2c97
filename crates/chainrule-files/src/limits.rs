//! Limits on what a model file may declare, so that a small file cannot cost much time or memory.
//!
//! They bind the writer as well: what [`encode`](crate::encode) accepts, [`decode`](crate::decode) reads.

/// The longest header accepted, in bytes: 16 MiB.
///
/// The format allows 100 MB, whose JSON could take more than a gigabyte in memory. Names and scaling of 100,000 features
/// fit in 16 MiB.
pub const MAX_HEADER_BYTES: u64 = 16 << 20;

/// The largest number of tensors in a file: 10,000.
pub const MAX_TENSORS: usize = 10_000;

/// The largest number of dimensions of a tensor: 8.
pub const MAX_RANK: usize = 8;

/// The longest name of a tensor, in bytes of UTF-8: 256.
pub const MAX_NAME_BYTES: usize = 256;
