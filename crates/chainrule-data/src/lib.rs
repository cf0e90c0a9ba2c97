//! Readers and built-in data.
