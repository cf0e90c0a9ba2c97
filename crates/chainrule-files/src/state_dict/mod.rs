//! PyTorch state dicts as safetensors: a network's tensors under the names that `nn.Sequential` gives them.
//!
//! ```text
//! nn.Sequential(            tensors of the state dict
//!     nn.Linear(4, 8),      0.weight [8, 4], 0.bias [8]
//!     nn.ReLU(),            none, but it counts
//!     nn.BatchNorm1d(8),    2.weight, 2.bias, 2.running_mean, 2.running_var [8], 2.num_batches_tracked []
//! )
//! ```
//!
//! - [`write_state_dict`] turns a [`Stack`](crate::Stack) into bytes that `safetensors.torch.load_file` opens, and
//!   [`sequential`] into the Python text of the matching `nn.Sequential`.
//! - [`read_state_dict`] reads tensors of F64, F32, F16 and BF16; [`assign`] finds out which of them belongs to which
//!   parameter of a stack.
//!
//! Must not know: the file system, networks beyond the stack.
//!
//! Source: <https://pytorch.org/docs/stable/generated/torch.nn.Sequential.html> and the pages of the modules.

mod assign;
mod group;
mod half;
mod module;
mod read;
mod sequential;
mod suggest;
mod write;

pub use assign::{Assigned, assign};
pub use read::{StateDict, read_state_dict};
pub use sequential::sequential;
pub use suggest::suggest;
pub use write::write_state_dict;
