//! Packed streams: no bytes make the unpacking panic, and what is unpacked has an end or takes no memory.

#![no_main]

use std::io::Read;

use chainrule_data::compressed::{Packer, Unpacked};
use chainrule_data::format::Format;
use libfuzzer_sys::fuzz_target;

/// Enough to see many blocks; a bomb unpacks for hours.
const MOST: u64 = 8 << 20;

fuzz_target!(|bytes: &[u8]| {
    let _ = Format::of(bytes).to_string();
    let Some(packer) = Packer::of(bytes) else { return };
    let mut unpacked = Unpacked::new(packer, bytes).take(MOST);
    let mut piece = [0; 4096];
    while let Ok(1..) = unpacked.read(&mut piece) {}
});
