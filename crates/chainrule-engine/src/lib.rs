//! The graph and its readers.
