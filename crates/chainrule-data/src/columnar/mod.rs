//! Files of columns: Parquet and Arrow IPC (feature `columnar`), decoded by the crates of the Apache Arrow project.
//!
//! Columns of numbers, booleans, decimals, texts, dictionaries of texts, dates and times are read; others, such as lists and
//! structures, are set aside with a word. What those crates do with a damaged file, a panic included, ends as an
//! [`Error`](crate::Error).
//!
//! It must not know files and paths, nor what a column is for.

mod columns;
mod convert;
mod guard;
mod ipc;
mod pages;
mod parquet;
mod seek;

pub use self::parquet::ParquetReader;
pub use ipc::{ArrowFileReader, ArrowStreamReader};
