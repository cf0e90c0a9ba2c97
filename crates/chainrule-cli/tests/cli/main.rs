//! The program as a user sees it: run in a temporary folder, judged by what it prints, writes and returns.

mod bad_arrays;
mod bad_columns;
mod bad_images;
mod bad_index;
#[cfg(target_os = "linux")]
mod bad_memory;
mod bad_models;
mod bad_settings;
mod bad_tables;
mod bench;
mod c_headers;
mod checkpoints;
mod common;
mod config;
mod folds;
mod formats;
mod help;
mod killed;
mod large;
mod logs;
mod onnx;
mod places;
mod reports;
mod round_trip;
mod same_bits;
mod state_dicts;
mod streams;
mod tables;
mod terminal;
