//! No bytes make the reader of ONNX graphs panic; what it finds can be written as a graph, and is found in that again.
#![no_main]

use chainrule_files::onnx::{DEFAULT_OPSET, Export, Inputs, Meaning, decode, encode};
use chainrule_files::{LayerKind, Scaling};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(found) = decode(bytes.to_vec()) else { return };
    let answers = Meaning::Values { scaling: Scaling::None };
    let stack = &found.stack;
    let export =
        Export { stack, opset: DEFAULT_OPSET, inputs: Inputs::Scaled, answers, metadata: Vec::new() };
    let written = encode(&export).expect("what was read can be written");
    let again = decode(written.bytes).expect("what was written can be read").stack;
    assert_eq!((again.inputs, again.outputs()), (stack.inputs, stack.outputs()));
    assert_eq!(linear(&again.layers), linear(&stack.layers));
});

/// How many layers have matrices.
fn linear(layers: &[chainrule_files::StackLayer]) -> usize {
    layers.iter().filter(|layer| matches!(layer.kind, LayerKind::Linear { .. })).count()
}
