//! What graphs mean: which layers they become, and what is refused because no layer means it.

use insta::assert_snapshot;

use super::built::{float, floats, found, graph, int, node, set, value};
use crate::onnx::proto::{GraphProto, NodeProto, TensorProto};
use crate::{Function, LayerKind};

/// The activation that `z = x w` and these nodes end in, whose last one makes `y`; or why there is none.
fn activation(nodes: Vec<NodeProto>) -> Result<Function, String> {
    let mut all = graph(vec![node("MatMul", &["x", "w"], "z")]);
    all.node.extend(nodes);
    let numbers = [("minus_one", -1.0), ("zero", 0.0), ("one", 1.0), ("six", 6.0), ("hundred", 100.0)];
    all.initializer.extend(numbers.map(|(name, value)| number(name, value)));
    match found(all)?.stack.layers.pop().map(|layer| layer.kind) {
        Some(LayerKind::Activation(function)) => Ok(function),
        other => Err(format!("{other:?}")),
    }
}

fn number(name: &str, value: f32) -> TensorProto {
    TensorProto { float_data: vec![value], ..floats(name, &[]) }
}

fn is_unknown(nodes: Vec<NodeProto>) -> bool {
    activation(nodes).is_err_and(|sentence| sentence.contains("no activation known here"))
}

#[test]
fn max_and_min_take_any_number_of_operands() {
    assert_eq!(activation(vec![node("Max", &["z", "zero"], "y")]), Ok(Function::Relu));
    assert_eq!(activation(vec![node("Max", &["z", "zero", "minus_one"], "y")]), Ok(Function::Relu));
    let clamp = |low: &str| vec![node("Max", &["z", low], "a"), node("Min", &["a", "six", "hundred"], "y")];
    assert_eq!(activation(clamp("zero")), Ok(Function::Relu6));
    assert!(is_unknown(vec![node("Max", &["z", "zero", "one"], "y")]));
    let alone = vec![node("Max", &["z"], "a"), node("Tanh", &["a"], "y")];
    assert_eq!(activation(alone), Ok(Function::Tanh));
    assert_snapshot!(activation(vec![node("Max", &[], "y")]).unwrap_err(), @"node `max_1` (Max): its input is missing");
    assert_snapshot!(activation(vec![node("Add", &["z", "one", "one"], "y")]).unwrap_err(), @"node `add_1` (Add): it has 3 inputs; expected 2");
}

/// A limit that lies far out is one all the same; the largest number of 32 bits is none.
#[test]
fn limits_beyond_thirty_are_seen() {
    let clip = |low: f32, high: f32| {
        vec![set(set(node("Clip", &["z"], "y"), "min", float(low)), "max", float(high))]
    };
    for (low, high) in [(0.0, 100.0), (-50.0, 50.0), (0.0, 1e6), (-2e4, 1e30), (-1e9, f32::INFINITY)] {
        assert!(is_unknown(clip(low, high)), "{low} to {high}");
    }
    assert_eq!(activation(clip(0.0, f32::MAX)), Ok(Function::Relu));
    assert_eq!(activation(clip(0.0, f32::INFINITY)), Ok(Function::Relu));
    assert!(is_unknown(vec![node("Relu", &["z"], "a"), node("Min", &["a", "hundred"], "y")]));
    // The threshold above which PyTorch's softplus is `x` lies at 20, and changes nothing that 32 bits show.
    let softplus = vec![
        node("Exp", &["z"], "e"),
        node("Add", &["e", "one"], "s"),
        node("Log", &["s"], "l"),
        node("Greater", &["z", "hundred"], "g"),
        node("Where", &["g", "z", "l"], "y"),
    ];
    assert_eq!(activation(softplus), Ok(Function::Softplus));
    let mish = vec![
        node("Exp", &["z"], "e"),
        node("Add", &["e", "one"], "s"),
        node("Log", &["s"], "l"),
        node("Tanh", &["l"], "t"),
        node("Mul", &["z", "t"], "y"),
    ];
    assert_eq!(activation(mish), Ok(Function::Mish));
}

/// `[1 - p, p]` is an answer: the model gives `p`. What computes with both sides is no network of ours.
#[test]
fn the_two_sides_of_a_probability_are_an_answer_and_no_rows() {
    let both = |width: i64, then: Option<&str>| {
        let mut nodes = vec![
            node("MatMul", &["x", "v"], "z"),
            node("Sigmoid", &["z"], "p"),
            node("Sub", &["one", "p"], "q"),
            set(node("Concat", &["q", "p"], "both"), "axis", int(1)),
        ];
        nodes.push(node(then.unwrap_or("Identity"), &["both"], "y"));
        let initializer = vec![floats("v", &[4, width]), number("one", 1.0)];
        let output = vec![value("y", &[None, Some(2 * width)])];
        found(GraphProto { initializer, output, ..graph(nodes) })
    };
    let (one, three) = (both(1, None).unwrap(), both(3, Some("ai.onnx.ml.ZipMap")).unwrap());
    assert_eq!((one.stack.outputs(), one.notes), (1, vec![]));
    assert_eq!((three.stack.outputs(), three.notes.len()), (3, 1));
    assert_snapshot!(three.notes[0], @"the output `y` is [1 - p, p]; the model gives p");
    for (width, then) in [(1, "Softmax"), (3, "Softmax"), (3, "Relu")] {
        let refusal = both(width, Some(then)).unwrap_err();
        assert!(
            refusal.ends_with("it computes with [1 - p, p]; expected them to be the output of the graph"),
            "{refusal}"
        );
    }
}

/// Names of classes are learnt from the first list that has some, however many nodes take from one.
#[test]
fn the_first_list_of_classes_counts() {
    let list = |name: &str, texts: [&'static str; 3]| TensorProto {
        data_type: Some(8),
        float_data: vec![],
        string_data: texts.map(|text| text.as_bytes().into()).to_vec(),
        ..floats(name, &[3])
    };
    let nodes = vec![
        node("MatMul", &["x", "w"], "y"),
        node("ArgMax", &["y"], "place"),
        node("Gather", &["first", "place"], "label"),
        node("Gather", &["second", "place"], "other"),
    ];
    let mut graph = graph(nodes);
    graph.initializer.extend([list("first", ["a", "b", "c"]), list("second", ["d", "e", "f"])]);
    assert_eq!(found(graph).unwrap().classes, Some(["a", "b", "c"].map(str::to_owned).to_vec()));
}

/// Whatever the epsilon is, the running variance is at least 0, and the layer computes the same.
#[test]
fn an_epsilon_below_ours_makes_no_negative_variance() {
    for epsilon in [1e-12, 1e-7, 1e-5, 1e-3] {
        let names = ["z", "b", "b", "b", "variance"];
        let norm = set(node("BatchNormalization", &names, "y"), "epsilon", float(epsilon));
        let mut graph = graph(vec![node("MatMul", &["x", "w"], "z"), norm]);
        let variances = [0.0, 2e-6, 3.0];
        let variance = TensorProto { float_data: variances.to_vec(), ..floats("variance", &[3]) };
        graph.initializer.push(variance);
        let layers = found(graph).unwrap().stack.layers;
        let Some(LayerKind::BatchNorm { weight, variance, epsilon: ours, .. }) =
            layers.last().map(|layer| &layer.kind)
        else {
            panic!("{layers:?}")
        };
        let pairs = weight.values.to_f64().into_iter().zip(variance.values.to_f64());
        for ((scale, variance), given) in pairs.zip(variances) {
            assert!(variance >= 0.0, "epsilon {epsilon}: {variance}");
            let (got, wanted) =
                (scale / (variance + ours).sqrt(), 0.5 / (f64::from(given) + f64::from(epsilon)).sqrt());
            assert!((got - wanted).abs() <= 1e-6 * wanted, "epsilon {epsilon}: {got}, expected {wanted}");
        }
    }
}

/// The switch of a dropout, in the two forms in which a tensor can hold it.
#[test]
fn a_dropout_whose_switch_is_off_is_nothing() {
    let off = TensorProto { data_type: Some(9), float_data: vec![], ..floats("off", &[]) };
    let raw = TensorProto { raw_data: Some(vec![0].into()), ..off.clone() };
    let long = TensorProto { int32_data: vec![0], ..off };
    for off in [raw, long] {
        let mut graph =
            graph(vec![node("MatMul", &["x", "w"], "z"), node("Dropout", &["z", "", "off"], "y")]);
        graph.initializer.push(off);
        assert_eq!(found(graph).unwrap().stack.layers.len(), 1);
    }
}
