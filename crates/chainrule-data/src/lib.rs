//! Readers and built-in data: bytes in, plain tables out.
//!
//! A table of a user, with texts, dates and gaps, is a [`Frame`] of typed columns. Every [`TableReader`] gives it, whole or in
//! parts:
//!
//! - [`csv::Stream`], [`csv::read_frame`]: comma, semicolon, tab or bar separated text with a header or without;
//! - `columnar` (a feature of this crate): Parquet, Arrow IPC files and streams;
//! - [`npy`]: arrays of NumPy, and archives of them.
//!
//! [`format::Format`] tells by the first bytes which of them it is, [`compressed`] unpacks gzip and zstd, and
//! [`profile::Profiler`] says what a table holds. [`infer::decide`] says what each column is for, [`read_target`] takes the target
//! from it, and a [`Preparation`], fitted on the training rows and kept with the model, turns columns into inputs.
//!
//! A [`Dataset`] is a named table of [`Features`] (numbers, or image bytes kept as bytes) and a [`Target`] (classes or
//! values). It comes from one of three places:
//!
//! - [`csv::read`]: a text table of numbers without gaps, and its target;
//! - [`idx::read`]: the arrays of the MNIST distribution, compressed or not;
//! - [`builtin::load`]: data sets that need neither file nor network, from `xor` to `mnist`.
//!
//! [`Scaling`] centres and scales columns; [`describe::describe`] and [`describe::sample`] give records to print.
//!
//! # Why numbers are kept as `f64`
//!
//! A decimal number in a file is read to the nearest `f64`. Keeping it so loses nothing for `f64` training and for
//! comparison with published numbers, while `f32` training rounds once, when a batch is filled
//! ([`Features::copy_rows_f32`]). Images stay bytes: one eighth of the memory, and nothing to lose.
//!
//! # What this crate must not know
//!
//! Files and folders, clocks, threads, the terminal, networks that learn. It takes bytes or [`std::io::Read`], and
//! random numbers through [`builtin::RandomSource`]. It compiles for `wasm32-unknown-unknown`.

pub mod builtin;
mod calendar;
mod coerce;
#[cfg(feature = "columnar")]
pub mod columnar;
pub mod compressed;
pub mod csv;
mod dataset;
mod dates;
pub mod describe;
mod error;
mod features;
mod file_error;
pub mod format;
pub mod frame;
pub mod idx;
pub mod infer;
pub mod nearest;
pub mod npy;
mod number;
pub mod preparation;
pub mod profile;
mod roles;
mod standardise;
mod target;
mod targets;
mod warning;

pub use dataset::{Dataset, Image, Split};
pub use dates::{DateOrder, seconds};
pub use error::{Error, Place};
pub use features::Features;
pub use file_error::FileError;
pub use frame::{Frame, TableReader, Wanted};
pub use infer::{Decision, Kind};
pub use number::NumberFault;
pub use preparation::Preparation;
pub use roles::Roles;
pub use standardise::Scaling;
pub use target::{MOST_CLASSES, Target};
pub use targets::{TargetRows, read_groups, read_known_target, read_target, read_times, read_weights};
pub use warning::Warning;
