//! What is written is found again, for every layer and function, in both precisions.

use insta::assert_snapshot;

use super::{Certainty, DEFAULT_OPSET, Export, Inputs, LAST_OPSET_WRITTEN, Meaning, decode, encode};
use crate::{
    ColumnRule, Function, LayerKind, Preparation, PreparedColumn, Scaling, Stack, StackLayer, Tensor, Values,
};

/// Numbers that tell their places apart.
fn numbers(count: usize, is_f64: bool) -> Values {
    let numbers = (1..=count).map(|place| (place as f64 * 0.37).sin());
    if is_f64 {
        Values::F64(numbers.collect())
    } else {
        Values::F32(numbers.map(|number| number as f32).collect())
    }
}

/// A network 3 → 4 → (`kind`) → 2, with a bias in the first matrix only.
fn stack(kind: Option<LayerKind>, is_f64: bool) -> Stack {
    let tensor =
        |name: &str, shape: &[usize]| Tensor::new(name, shape, numbers(shape.iter().product(), is_f64));
    let place =
        |name: &str, inputs, outputs, kind| StackLayer { name: name.to_owned(), inputs, outputs, kind };
    let (first, second) = (tensor("layer1.weight", &[4, 3]), tensor("layer2.weight", &[2, 4]));
    let bias = Some(tensor("layer1.bias", &[4]));
    let mut layers = vec![place("layer1", 3, 4, LayerKind::Linear { weight: first, bias })];
    layers.extend(kind.map(|kind| place(name(&kind), 4, 4, kind)));
    layers.push(place("layer2", 4, 2, LayerKind::Linear { weight: second, bias: None }));
    Stack { inputs: 3, layers }
}

fn name(kind: &LayerKind) -> &'static str {
    match kind {
        LayerKind::Activation(_) | LayerKind::Linear { .. } | LayerKind::Dropout { .. } => "layer1",
        LayerKind::LayerNorm { .. } => "layer_norm1",
        LayerKind::BatchNorm { .. } => "batch_norm1",
        LayerKind::Prelu { .. } => "prelu1",
        LayerKind::Embed { .. } => "embed1",
    }
}

fn export(stack: &Stack) -> Export<'_> {
    let answers = Meaning::Values { scaling: Scaling::None };
    Export { stack, opset: DEFAULT_OPSET, inputs: Inputs::Scaled, answers, metadata: Vec::new() }
}

/// What is found in the graph of a network.
fn again(stack: &Stack) -> Stack {
    decode(encode(&export(stack)).unwrap().bytes).unwrap().stack
}

fn column(name: &str, is_f64: bool) -> Tensor {
    Tensor::new(name, &[4], numbers(4, is_f64))
}

#[test]
fn every_function_is_found_again() {
    for is_f64 in [false, true] {
        let settings =
            [Function::LeakyRelu { slope: 0.2 }, Function::Elu { alpha: 0.5 }, Function::Elu { alpha: -2.0 }];
        for function in
            Function::ALL.into_iter().chain(settings).filter(|function| *function != Function::Identity)
        {
            let network = stack(Some(LayerKind::Activation(function)), is_f64);
            assert_eq!(again(&network), network, "{function:?}, f64: {is_f64}");
        }
    }
}

/// In 64 bits a setting keeps all its digits; how it comes back may cost the last.
#[test]
fn settings_of_64_bits_are_found_again() {
    for setting in [0.1 + 0.2, std::f64::consts::FRAC_1_PI, 1.0 / 3.0, -1e-3 / 7.0] {
        for function in [Function::LeakyRelu { slope: setting }, Function::Elu { alpha: setting }] {
            let found = again(&stack(Some(LayerKind::Activation(function)), true));
            let got = match found.layers[1].kind {
                LayerKind::Activation(Function::LeakyRelu { slope }) => slope,
                LayerKind::Activation(Function::Elu { alpha }) => alpha,
                ref other => panic!("{other:?}"),
            };
            assert!((got - setting).abs() <= 1e-15 * setting.abs(), "{function:?}: {got}");
        }
    }
}

#[test]
fn every_layer_is_found_again() {
    for is_f64 in [false, true] {
        let column = |name: &str| column(name, is_f64);
        let kinds = [
            LayerKind::LayerNorm {
                weight: column("layer_norm1.weight"),
                bias: column("layer_norm1.bias"),
                epsilon: 1e-5,
            },
            LayerKind::BatchNorm {
                weight: column("batch_norm1.weight"),
                bias: column("batch_norm1.bias"),
                mean: column("batch_norm1.running_mean").frozen(),
                variance: column("batch_norm1.running_variance").frozen(),
                epsilon: 1e-5,
            },
            LayerKind::Prelu { slope: column("prelu1.slope") },
        ];
        for kind in kinds.map(Some).into_iter().chain([None]) {
            let network = stack(kind, is_f64);
            assert_eq!(again(&network), network);
        }
    }
}

#[test]
fn dropout_and_identity_leave_nothing() {
    let plain = again(&stack(None, false));
    for kind in [LayerKind::Dropout { rate: 0.5 }, LayerKind::Activation(Function::Identity)] {
        assert_eq!(again(&stack(Some(kind), false)), plain);
    }
}

#[test]
fn scaling_and_names_are_found_again() {
    let network = stack(Some(LayerKind::Activation(Function::Tanh)), false);
    let scaling = Scaling::Standard { mean: vec![1.0, -2.0, 0.0], deviation: vec![4.0, 0.5, 1.0] };
    let names = ["no", "yes"].map(str::to_owned).to_vec();
    let whole = Export {
        inputs: Inputs::Numbers { scaling: scaling.clone(), constant: Vec::new() },
        answers: Meaning::Classes {
            certainty: Certainty::Scores { threshold: 0.0 },
            names: Some(names.clone()),
        },
        opset: LAST_OPSET_WRITTEN,
        metadata: vec![("key".to_owned(), "text".to_owned())],
        ..export(&network)
    };
    let found = decode(encode(&whole).unwrap().bytes).unwrap();
    assert_eq!((found.classes, found.metadata), (Some(names), whole.metadata.clone()));
    assert_eq!((&found.stack, found.scaling), (&network, scaling));
}

#[test]
fn what_does_not_fit_is_refused() {
    let network = stack(None, false);
    let refusal = |export: &Export| encode(export).unwrap_err().to_string();
    assert_snapshot!(refusal(&Export { opset: 16, ..export(&network) }), @"version of ONNX to write: out of range; expected 17 to 21, got 16");
    let scaling = Scaling::Standard { mean: vec![0.0], deviation: vec![1.0] };
    assert_snapshot!(refusal(&Export { answers: Meaning::Values { scaling: scaling.clone() }, ..export(&network) }), @"ONNX graph to write: the scaling of the target does not fit; expected 2 numbers, got 1");
    assert_snapshot!(refusal(&Export { inputs: Inputs::Numbers { scaling, constant: vec![] }, ..export(&network) }), @"ONNX graph to write: the scaling of the features does not fit; expected 3 numbers, got 1");
    let names = Some(vec!["one".to_owned()]);
    let answers = Meaning::Classes { certainty: Certainty::Probabilities, names };
    assert_snapshot!(refusal(&Export { answers, ..export(&network) }), @"ONNX graph to write: the list of class names does not fit; expected 2 numbers, got 1");
    let mut short = stack(None, false);
    if let LayerKind::Linear { weight, .. } = &mut short.layers[0].kind {
        weight.values = numbers(5, false);
    }
    assert_snapshot!(refusal(&export(&short)), @"ONNX graph to write: layer1.weight does not fit; expected 12 numbers, got 5");
}

#[test]
fn points_in_time_are_refused_with_their_column() {
    let network = stack(None, false);
    let rule =
        ColumnRule::DateTime { order: None, origin: 0.0, fill: 0.0, indicator: false, parts: Vec::new() };
    let number = ColumnRule::Number { fill: 0.0, indicator: false, centre: 0.0, spread: 1.0 };
    let column = |name: &str, rule| PreparedColumn { name: name.to_owned(), rule };
    let with = |columns| {
        let inputs = Inputs::Table { preparation: Preparation { columns, missing: Vec::new() } };
        encode(&Export { inputs, ..export(&network) }).map(|exported| exported.inputs)
    };
    let numbers = ["a", "b", "c"].map(|name| column(name, number.clone()));
    assert_eq!(with(numbers.to_vec()).unwrap(), ["features: DOUBLE [batch, 3]"]);
    let dated = [&numbers[..], &[column("bought\u{7}", rule)]].concat();
    assert_snapshot!(with(dated).unwrap_err(), @r"
    column `bought\u{7}`: a point in time has no form in a graph; expected numbers, categories, yes and no
    help: export without --preprocessing, or train without the column
    ");
    assert_snapshot!(with(numbers[..2].to_vec()).unwrap_err(), @"ONNX graph to write: the preparation of the columns does not fit; expected 3 numbers, got 2");
}

/// Any change of a graph's bytes is read or refused, and never ends in a panic.
#[test]
fn changed_bytes_never_panic() {
    let bytes = encode(&export(&stack(Some(LayerKind::Activation(Function::Gelu)), true))).unwrap().bytes;
    for place in 0..bytes.len() {
        for change in [1, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[place] ^= change;
            let _ = decode(changed);
        }
        let _ = decode(bytes[..place].to_vec());
    }
}
