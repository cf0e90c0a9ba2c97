//! No bytes make the reader of ONNX graphs panic.

use chainrule_files::onnx::decode;
use proptest::prelude::*;

fn corpus() -> Vec<Vec<u8>> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/onnx");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.collect();
    files.sort();
    files.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

#[test]
fn the_corpus_of_the_fuzz_target_never_panics() {
    let read = corpus().into_iter().map(decode).filter(Result::is_ok).count();
    assert!(read >= 12, "{read} graphs are read");
}

#[test]
fn every_truncation_is_refused_or_read() {
    for bytes in corpus().iter().filter(|bytes| bytes.len() < 2000) {
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
        file in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let files = corpus();
        let mut bytes = files[file.index(files.len())].clone();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = decode(bytes);
    }
}
