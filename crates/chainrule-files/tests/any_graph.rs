//! No bytes make the reader of ONNX graphs panic.

mod common;

use chainrule_files::onnx::decode;
use common::{changed, corpus};
use proptest::prelude::*;
use proptest::sample::Index;

#[test]
fn the_corpus_of_the_fuzz_target_never_panics() {
    let read = corpus("onnx").into_iter().map(decode).filter(Result::is_ok).count();
    assert!(read >= 12, "{read} graphs are read");
}

#[test]
fn every_truncation_is_refused_or_read() {
    for bytes in corpus("onnx").iter().filter(|bytes| bytes.len() < 2000) {
        for length in 0..bytes.len() {
            let _ = decode(bytes[..length].to_vec());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(bytes);
    }

    #[test]
    fn mutated_graphs_never_panic(
        file in any::<Index>(),
        changes in proptest::collection::vec((any::<Index>(), any::<u8>()), 1..8),
    ) {
        let files = corpus("onnx");
        let bytes = files[file.index(files.len())].clone();
        let _ = decode(changed(bytes, &changes));
    }
}
