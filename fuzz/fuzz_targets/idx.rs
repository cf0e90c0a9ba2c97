//! IDX arrays: no bytes make the reader panic, and what it accepts has as many values as its dimensions say.
//!
//! The input is cut in two at its first byte: images and labels.

#![no_main]

use chainrule_data::idx::{self, Array, Values};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let whole = idx::read(bytes);
    whole.iter().for_each(check);
    let Some((cut, rest)) = bytes.split_first() else { return };
    let (images, labels) = rest.split_at((*cut as usize).min(rest.len()));
    if let (Ok(images), Ok(labels)) = (idx::read(images), idx::read(labels)) {
        let names = ["a".to_owned(), "b".to_owned()];
        if let Ok(table) = idx::dataset("fuzz", images, labels, &names) {
            assert!(table.target().class_counts().is_some());
        }
    }
});

fn check(array: &Array) {
    let values = match &array.values {
        Values::Bytes(bytes) => bytes.len(),
        Values::Numbers(numbers) => numbers.len(),
    };
    let product = array.dims.iter().try_fold(1_usize, |product, dim| product.checked_mul(*dim));
    assert_eq!(if array.dims.contains(&0) { Some(0) } else { product }, Some(values));
}
