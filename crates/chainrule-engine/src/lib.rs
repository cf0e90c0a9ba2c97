//! The graph and its readers.

pub mod random;

pub use chainrule_kernels::Real;
