//! The binary `chainrule`.

fn main() {}
