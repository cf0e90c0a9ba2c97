//! Every way in which a graph can be wrong, and the sentence that says so.

use insta::assert_snapshot;
use prost::Message;

use super::built::{float, floats, graph, int, model, node, set, typed, value};
use super::decode;
use crate::onnx::proto::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, StringStringEntryProto,
    TensorProto, ValueInfoProto,
};

fn refusal_of_bytes(bytes: &[u8]) -> String {
    let error = crate::Error::from(match decode(bytes.to_vec()).unwrap_err() {
        crate::Error::Onnx(fault) => fault,
        other => panic!("{other}"),
    });
    let source = std::error::Error::source(&error).map(|source| format!("\ncause: {source}"));
    format!("{error}{}", source.unwrap_or_default())
}

fn refusal_of_model(model: &ModelProto) -> String {
    refusal_of_bytes(&model.encode_to_vec())
}

/// The message about a graph of these nodes.
fn refusal(nodes: Vec<NodeProto>) -> String {
    refusal_of_model(&model(graph(nodes)))
}

/// The message about a graph that is sound but for one part.
fn refusal_after(change: impl FnOnce(&mut GraphProto)) -> String {
    let mut graph = graph(vec![node("MatMul", &["x", "w"], "z"), node("Relu", &["z"], "y")]);
    change(&mut graph);
    refusal_of_model(&model(graph))
}

#[test]
fn the_sound_graph_is_read() {
    let found = decode(model(graph(vec![node("MatMul", &["x", "w"], "y")])).encode_to_vec()).unwrap();
    assert_eq!((found.stack.inputs, found.stack.outputs(), found.stack.layers.len()), (4, 3, 1));
}

mod bytes {
    use super::*;

    #[test]
    fn entry_52_bytes_that_are_no_protobuf() {
        assert_snapshot!(refusal_of_bytes(b""), @"ONNX file: it has no version of its operations; expected a model with a graph and the version of its operations");
        assert_snapshot!(refusal_of_bytes(b"PK\x03\x04"), @"ONNX file, byte 2: a field has the number 0; expected the bytes of a protobuf");
        assert_snapshot!(refusal_of_bytes(&[0x02, 0]), @"ONNX file, byte 0: a field has the number 0; expected the bytes of a protobuf");
        assert_snapshot!(refusal_of_bytes(&[0x08]), @"ONNX file, byte 1: the file ends within a number; expected the bytes of a protobuf");
        assert_snapshot!(refusal_of_bytes(&[0xff; 12]), @"ONNX file, byte 0: a number is longer than ten bytes; expected the bytes of a protobuf");
        assert_snapshot!(refusal_of_bytes(&[0x3a, 0xff, 0xff, 0xff, 0xff, 0x07, 0]), @"
        ONNX file, byte 1: a field reaches beyond its end; expected at most 1 bytes, got 2147483647
        help: the file was cut short, or is no ONNX file; copy or export it again
        ");
        assert_snapshot!(refusal_of_bytes(&[0x3a, 4, 0x12, 2, 0xff, 0xfe]), @"
        ONNX file: a field does not hold what ONNX puts there
        cause: failed to decode Protobuf message: GraphProto.name: ModelProto.graph: invalid string value: data is not UTF-8 encoded
        ");
        assert_snapshot!(refusal_of_bytes(&[0x0d, 1, 2]), @"
        ONNX file, byte 1: a field reaches beyond its end; expected at most 2 bytes, got 4
        help: the file was cut short, or is no ONNX file; copy or export it again
        ");
        // The field of a number that holds a text.
        assert_snapshot!(refusal_of_bytes(&[0x0a, 1, b'x']), @"
        ONNX file: a field does not hold what ONNX puts there
        cause: failed to decode Protobuf message: ModelProto.ir_version: invalid wire type: LengthDelimited (expected Varint)
        ");
    }

    #[test]
    fn entry_52_every_truncation_is_refused_or_whole_in_itself() {
        let bytes = model(graph(vec![node("MatMul", &["x", "w"], "y")])).encode_to_vec();
        for length in 0..bytes.len() {
            assert!(decode(bytes[..length].to_vec()).is_err(), "cut at {length} of {}", bytes.len());
        }
    }

    #[test]
    fn entry_52_parts_without_end() {
        let nodes = vec![NodeProto::default(); crate::onnx::scan::MAX_MESSAGES];
        assert_snapshot!(refusal(nodes), @"ONNX file: it has too many messages; expected at most 50000");
        let names = vec![String::new(); crate::onnx::scan::MAX_FIELDS];
        assert_snapshot!(refusal(vec![NodeProto { input: names, ..NodeProto::default() }]), @"ONNX file: it has too many fields; expected at most 500000");
        let numbers =
            TensorProto { int64_data: vec![0; crate::onnx::scan::MAX_FIELDS], ..TensorProto::default() };
        assert_snapshot!(refusal_after(|graph| graph.initializer.push(numbers)), @"ONNX file: it has too many fields; expected at most 500000");
    }

    /// Graphs within graphs are bytes here, however deep they are.
    #[test]
    fn entry_52_nesting_is_not_followed() {
        let mut bytes = Vec::new();
        for _ in 0..200 {
            let graph = GraphProto {
                node: vec![set(
                    node("If", &[], "y"),
                    "then",
                    AttributeProto { g: Some(bytes.into()), ..AttributeProto::default() },
                )],
                ..GraphProto::default()
            };
            bytes = graph.encode_to_vec();
        }
        assert_snapshot!(refusal(vec![set(node("If", &["x"], "y"), "then", AttributeProto { g: Some(bytes.into()), ..AttributeProto::default() })]), @"node `if_1`: the operation `If` cannot be imported; expected those of a network of layers: Abs, Add, ArgMax, BatchNormalization, Cast, Celu, Clip, Concat, Constant, Div, Dropout, Elu, Erf, Exp, Flatten, Gather, Gelu, Gemm, Greater, GreaterOrEqual, Identity, IsNaN, LayerNormalization, LeakyRelu, Less, LessOrEqual, Log, LogSoftmax, MatMul, Max, Min, Mish, Mul, Neg, PRelu, Pow, Reciprocal, Relu, Reshape, Selu, Sigmoid, Softmax, Softplus, Softsign, Sqrt, Squeeze, Sub, Tanh, Transpose, Where, ai.onnx.ml.ArrayFeatureExtractor, ai.onnx.ml.Binarizer, ai.onnx.ml.Scaler, ai.onnx.ml.ZipMap");
    }

    #[test]
    fn entry_54_versions_that_are_not_known() {
        let with = |version| {
            let set = OperatorSetIdProto { domain: Some("ai.onnx".to_owned()), version };
            refusal_of_model(&ModelProto { opset_import: vec![set], ..model(graph(vec![])) })
        };
        assert_snapshot!(with(Some(5)), @"ONNX file: its operations are of version 5; expected 9 to 28");
        assert_snapshot!(with(Some(99)), @"ONNX file: its operations are of version 99; expected 9 to 28");
        assert_snapshot!(with(None), @"ONNX file: it has no version of its operations; expected a model with a graph and the version of its operations");
        assert_snapshot!(refusal_of_model(&ModelProto { graph: None, ..model(graph(vec![])) }), @"ONNX file: it has no graph; expected a model with a graph and the version of its operations");
    }
}

mod tensors {
    use super::*;

    fn external(path: &str) -> TensorProto {
        let entry = |key: &str, value: &str| StringStringEntryProto {
            key: Some(key.to_owned()),
            value: Some(value.to_owned()),
        };
        TensorProto {
            name: Some("w2".to_owned()),
            external_data: vec![entry("location", path), entry("offset", "0")],
            data_location: Some(1),
            ..TensorProto::default()
        }
    }

    #[test]
    fn entry_53_numbers_in_another_file_are_never_read() {
        for path in ["weights.bin", "../../etc/passwd", "/etc/passwd", "C:\\secret"] {
            let message = refusal_after(|graph| graph.initializer.push(external(path)));
            assert!(message.contains(&path.escape_debug().to_string()), "{message}");
        }
        assert_snapshot!(refusal_after(|graph| graph.initializer.push(external("../../secret\u{1b}[31m"))), @r#"
        tensor `w2`: its numbers lie in another file, `../../secret\u{1b}[31m`, which is never opened; expected them in the file itself
        help: in Python, onnx.save(onnx.load("model.onnx"), "whole.onnx") writes one file
        "#);
        let constant = AttributeProto { t: Some(Box::new(external("../x"))), ..AttributeProto::default() };
        assert_snapshot!(refusal(vec![set(node("Constant", &[], "c"), "value", constant)]), @r#"
        tensor `w2`: its numbers lie in another file, `../x`, which is never opened; expected them in the file itself
        help: in Python, onnx.save(onnx.load("model.onnx"), "whole.onnx") writes one file
        "#);
        // The mark alone is enough, and so is the path alone.
        let marked = TensorProto { external_data: vec![], ..external("x") };
        assert!(refusal_after(|graph| graph.initializer.push(marked)).contains("another file"));
        let named = TensorProto { data_location: None, ..external("x") };
        assert!(refusal_after(|graph| graph.initializer.push(named)).contains("another file"));
    }

    #[test]
    fn entry_56_initializers_that_are_not_what_they_say() {
        let with = |change: fn(&mut TensorProto)| refusal_after(|graph| change(&mut graph.initializer[0]));
        assert_snapshot!(with(|w| w.data_type = Some(10)), @"node `matmul_1` (MatMul): its matrix: expected numbers of type FLOAT or DOUBLE, got FLOAT16");
        assert_snapshot!(with(|w| w.data_type = Some(77)), @"node `matmul_1` (MatMul): its matrix: expected numbers of type FLOAT or DOUBLE, got type 77");
        assert_snapshot!(with(|w| w.dims = vec![4, 4]), @"tensor `w`: its numbers do not fill its shape [4, 4]; expected 16, got 12");
        assert_snapshot!(with(|w| w.dims = vec![-4, 3]), @"tensor `w`: its shape [-4, 3] has a negative length");
        assert_snapshot!(with(|w| w.dims = vec![1 << 40, 1 << 40]), @"tensor `w`: its shape [1099511627776, 1099511627776] has more elements than memory can hold");
        assert_snapshot!(with(|w| w.dims = vec![1; 9]), @"tensor `w`: it has too many axes; expected at most 8, got 9");
        assert_snapshot!(with(|w| w.raw_data = Some(vec![0; 7].into())), @"tensor `w`: its bytes end within a number; expected a multiple of 4, got 7");
        assert_snapshot!(with(|w| w.segment = Some(vec![].into())), @"tensor `w`: it is one segment of several; expected whole tensors");
        assert_snapshot!(refusal_after(|graph| graph.sparse_initializer.push(vec![].into())), @"tensor `sparse_initializer`: it is sparse; expected all numbers");
        let integers = TensorProto {
            data_type: Some(7),
            int64_data: vec![1; 12],
            float_data: vec![],
            ..floats("w", &[4, 3])
        };
        assert_snapshot!(refusal_after(|graph| graph.initializer[0] = integers), @"node `matmul_1` (MatMul): its matrix: expected numbers of type FLOAT or DOUBLE, got whole numbers");
    }
}

mod graphs {
    use super::*;

    fn with_input(input: ValueInfoProto) -> String {
        refusal_after(|graph| graph.input = vec![input])
    }

    #[test]
    fn entry_55_inputs_without_a_width() {
        assert_snapshot!(with_input(value("x", &[None, None])), @"input `x`: its axis 1 has no fixed length but the name `n`; expected a number, only axis 0 may change");
        assert_snapshot!(with_input(value("x", &[None, Some(2), Some(0)])), @"input `x`: its axis 2 has no fixed length; expected a number, only axis 0 may change");
        assert_snapshot!(with_input(value("x", &[Some(4)])), @"input `x`: its shape has 1 axes; expected [batch, columns]");
        assert_snapshot!(with_input(typed("x", 1, None)), @"input `x`: its shape is not given; expected [batch, columns]");
        assert_snapshot!(with_input(value("x", &[None, Some(1 << 40), Some(1 << 40)])), @"input `x`: its rows are too wide; expected at most 1048576 numbers, got 18446744073709551615");
        assert_snapshot!(with_input(typed("x", 8, None)), @"input `x`: its type is STRING; expected numbers, such as FLOAT");
        assert_snapshot!(with_input(ValueInfoProto { name: Some("x".to_owned()), r#type: None }), @"input `x`: it is no tensor; expected rows of numbers");
        assert_snapshot!(refusal_after(|graph| graph.input.push(value("more", &[None, Some(1)]))), @"ONNX graph: expected one input with a row for each example, got 2: `x`, `more`");
        assert_snapshot!(refusal_after(|graph| graph.input.clear()), @"ONNX graph: expected one input with a row for each example, got 0");
        assert_snapshot!(with_input(value("x", &[None, Some(2), Some(2)])), @"node `matmul_1` (MatMul): the input has more than two axes; expected it to be flattened first");
    }

    #[test]
    fn entry_56_cycles_and_what_is_not_there() {
        assert_snapshot!(refusal(vec![node("Add", &["x", "b_"], "a"), node("Relu", &["a"], "b_")]), @"node `add_1` (Add): its input `b_` is made by a later node; expected an order without cycles");
        assert_snapshot!(refusal(vec![node("Relu", &["nothing"], "y")]), @"node `relu_1` (Relu): its input `nothing` is made by no node, and is neither an input nor an initializer of the graph");
        assert_snapshot!(refusal(vec![node("Relu", &["x"], "x")]), @"ONNX graph: the value `x` is made twice; expected each name once");
        assert_snapshot!(refusal(vec![node("Relu", &[], "y")]), @"node `relu_1` (Relu): its input is missing");
    }

    #[test]
    fn entry_54_operations_that_are_no_layer() {
        let message = refusal(vec![node("Conv", &["x", "w"], "y")]);
        assert_snapshot!(message, @"node `conv_1`: the operation `Conv` cannot be imported; expected those of a network of layers: Abs, Add, ArgMax, BatchNormalization, Cast, Celu, Clip, Concat, Constant, Div, Dropout, Elu, Erf, Exp, Flatten, Gather, Gelu, Gemm, Greater, GreaterOrEqual, Identity, IsNaN, LayerNormalization, LeakyRelu, Less, LessOrEqual, Log, LogSoftmax, MatMul, Max, Min, Mish, Mul, Neg, PRelu, Pow, Reciprocal, Relu, Reshape, Selu, Sigmoid, Softmax, Softplus, Softsign, Sqrt, Squeeze, Sub, Tanh, Transpose, Where, ai.onnx.ml.ArrayFeatureExtractor, ai.onnx.ml.Binarizer, ai.onnx.ml.Scaler, ai.onnx.ml.ZipMap");
        let message = refusal(vec![node("com.microsoft.FusedGemm", &["x", "w"], "y")]);
        assert!(
            message.starts_with(
                "node `fusedgemm_1`: the operation `com.microsoft.FusedGemm` cannot be imported"
            ),
            "{message}"
        );
        let unnamed = NodeProto { name: None, ..node("LSTM", &["x", "w"], "h\u{7}") };
        assert!(refusal(vec![unnamed]).starts_with("node `h\\u{7}`: the operation `LSTM`"));
    }

    #[test]
    fn outputs_that_are_no_rows() {
        assert_snapshot!(refusal(vec![]), @"ONNX graph: its output `y` is made by no node");
        assert_snapshot!(refusal(vec![node("Identity", &["x"], "y")]), @"ONNX graph: its output is its input; expected at least one layer between");
        assert_snapshot!(refusal(vec![node("Identity", &["w"], "y")]), @"ONNX graph: its output `y` does not depend on a layer");
        assert_snapshot!(refusal(vec![node("ArgMax", &["x"], "y")]), @"ONNX graph: it has no output of numbers; expected one");
        let two = graph(vec![node("Tanh", &["x"], "y"), node("Relu", &["x"], "z")]);
        let output = vec![value("y", &[]), value("z", &[])];
        assert_snapshot!(refusal_of_model(&model(GraphProto { output, ..two })), @"ONNX graph: its outputs `y` and `z` are different numbers; expected one output of numbers");
        assert_snapshot!(refusal_after(|graph| graph.output.clear()), @"ONNX graph: it has no output of numbers; expected one");
        assert_snapshot!(refusal(vec![node("Sigmoid", &["x"], "s"), node("Log", &["s"], "y")]), @"ONNX graph: at its output, `log_1` (Log) ends a function that is no activation known here; expected one of identity, sigmoid, tanh, relu, leaky_relu, elu, selu, gelu, gelu_tanh, silu, mish, softplus, softsign, hard_tanh, relu6, softmax, log_softmax, exp");
    }
}

mod layers {
    use super::*;

    #[test]
    fn products_that_are_no_dense_layer() {
        assert_snapshot!(refusal(vec![set(node("Gemm", &["x", "w"], "y"), "transA", int(1))]), @"node `gemm_1` (Gemm): transA turns rows into columns; expected 0");
        assert_snapshot!(refusal(vec![set(node("Gemm", &["x", "w"], "y"), "transB", int(1))]), @"node `gemm_1` (Gemm): its matrix does not fit the rows; expected [outputs, 4], got [4, 3]");
        assert_snapshot!(refusal(vec![node("MatMul", &["w", "x"], "y")]), @"node `matmul_1` (MatMul): the matrix stands before the rows; expected rows times a matrix");
        assert_snapshot!(refusal(vec![node("MatMul", &["x", "b"], "y")]), @"node `matmul_1` (MatMul): its matrix does not fit the rows; expected [4, outputs], got [3]");
        assert_snapshot!(refusal(vec![node("MatMul", &["x", "x"], "y")]), @"node `matmul_1` (MatMul): its second factor is computed; expected a constant");
        assert_snapshot!(refusal(vec![node("Gemm", &["x"], "y")]), @"node `gemm_1` (Gemm): its second factor is missing; expected a constant");
        assert_snapshot!(refusal(vec![node("Gemm", &["x", "w", "w"], "y")]), @"node `gemm_1` (Gemm): its term C does not fit the rows; expected shape [3], got [4, 3]");
        assert_snapshot!(refusal_after(|graph| graph.initializer[0] = floats("w", &[4, 0])), @"node `matmul_1` (MatMul): its matrix is empty; expected at least one output, got [4, 0]");
    }

    #[test]
    fn branches_are_not_joined() {
        let branches = |op| {
            vec![
                node("MatMul", &["x", "w"], "a"),
                node("MatMul", &["x", "w"], "c"),
                node(op, &["a", "c"], "y"),
            ]
        };
        assert_snapshot!(refusal(branches("Add")), @"node `add_1` (Add): it joins two branches of the network, of widths 3 and 3; expected one path, in which each layer feeds the next");
        assert_snapshot!(refusal(branches("Concat")), @"node `concat_1` (Concat): it puts rows side by side; expected one path, in which each layer feeds the next");
        assert_snapshot!(refusal(vec![node("Add", &["x", "b"], "y")]), @"node `add_1` (Add): its constant does not fit the rows; expected shape [4], got [3]");
        assert_snapshot!(refusal(vec![node("Add", &["w", "b"], "y")]), @"node `add_1` (Add): it computes with constant arrays; expected rows among its inputs");
        assert_snapshot!(refusal(vec![node("MatMul", &["x", "w"], "z"), node("Max", &["z", "b"], "y")]), @"node `max_1` (Max): it combines each column with a number of its own; expected one number for all");
    }

    #[test]
    fn functions_that_are_no_activation() {
        let clip = |low: f32, high: f32| {
            let clip = set(set(node("Clip", &["z"], "y"), "min", float(low)), "max", float(high));
            refusal(vec![node("MatMul", &["x", "w"], "z"), clip])
        };
        assert_snapshot!(clip(-2.0, 2.0), @"ONNX graph: at its output, `clip_1` (Clip) ends a function that is no activation known here; expected one of identity, sigmoid, tanh, relu, leaky_relu, elu, selu, gelu, gelu_tanh, silu, mish, softplus, softsign, hard_tanh, relu6, softmax, log_softmax, exp");
        assert_snapshot!(refusal(vec![node("Exp", &["x"], "e"), node("MatMul", &["e", "w"], "z"), node("Mul", &["z", "z"], "s"), node("PRelu", &["s", "b"], "y")]), @"node `prelu_1` (PRelu): `mul_1` (Mul) ends a function that is no activation known here; expected one of identity, sigmoid, tanh, relu, leaky_relu, elu, selu, gelu, gelu_tanh, silu, mish, softplus, softsign, hard_tanh, relu6, softmax, log_softmax, exp");
    }

    #[test]
    fn settings_that_layers_do_not_have() {
        assert_snapshot!(refusal(vec![set(node("Softmax", &["x"], "y"), "axis", int(0))]), @"node `softmax_1` (Softmax): it goes along axis 0; expected 1, along each row");
        assert_snapshot!(refusal_after(|graph| graph.node[1] = set(node("LayerNormalization", &["z", "b", "b"], "y"), "epsilon", float(1e-3))), @"node `layernormalization_1` (LayerNormalization): its epsilon is 0.001; expected 0.00001, the only one of layers here");
        assert_snapshot!(refusal_after(|graph| graph.node[1] = node("LayerNormalization", &["z"], "y")), @"node `layernormalization_1` (LayerNormalization): its scale is missing; expected a constant");
        assert_snapshot!(refusal_after(|graph| graph.node[1] = set(node("BatchNormalization", &["z", "b", "b", "b", "b"], "y"), "training_mode", int(1))), @"node `batchnormalization_1` (BatchNormalization): it measures the batch (training_mode 1); expected a graph for prediction");
        assert_snapshot!(refusal_after(|graph| graph.node[1] = node("BatchNormalization", &["z", "b", "w", "b", "b"], "y")), @"node `batchnormalization_1` (BatchNormalization): its shift does not fit the rows; expected shape [3], got [4, 3]");
        assert_snapshot!(refusal_after(|graph| graph.node[1] = set(node("Flatten", &["z"], "y"), "axis", int(0))), @"node `flatten_1` (Flatten): it flattens from axis 0; expected 1, which keeps a row for each example");
        assert_snapshot!(refusal_after(|graph| graph.node[1] = set(node("Reshape", &["z"], "y"), "shape", AttributeProto { ints: vec![3, -1], ..AttributeProto::default() })), @"node `reshape_1` (Reshape): it reshapes rows of width 3 to [3, -1]; expected [-1, 3]");
        assert_snapshot!(refusal_after(|graph| graph.node[1] = node("Squeeze", &["z"], "y")), @"node `squeeze_1` (Squeeze): it removes an axis of rows of width 3; expected axis 1 of rows of width 1");
        assert_snapshot!(refusal_after(|graph| graph.node[1] = set(node("Cast", &["z"], "y"), "to", int(10))), @"node `cast_1` (Cast): it casts to FLOAT16; expected FLOAT or DOUBLE");
        assert_snapshot!(refusal_after(|graph| graph.node[1] = node("Transpose", &["z"], "y")), @"node `transpose_1` (Transpose): what it turns is computed; expected a constant");
        assert_snapshot!(refusal_after(|graph| graph.node[1] = node("Gather", &["w", "z"], "y")), @"node `gather_1` (Gather): it takes from a list by a computed place; expected the number of a class");
        let mode = TensorProto {
            name: Some("mode".to_owned()),
            data_type: Some(9),
            raw_data: Some(vec![1].into()),
            ..TensorProto::default()
        };
        // `onnx.helper.make_tensor` writes it in the second way.
        let long = TensorProto { raw_data: None, int32_data: vec![1], ..mode.clone() };
        let dropout = |mode| {
            refusal_after(|graph| {
                graph.initializer.push(mode);
                graph.node[1] = node("Dropout", &["z", "", "mode"], "y");
            })
        };
        assert_snapshot!(dropout(mode), @"node `dropout_1` (Dropout): it drops at random (training mode); expected a graph for prediction");
        assert_snapshot!(dropout(long), @"node `dropout_1` (Dropout): it drops at random (training mode); expected a graph for prediction");
        let zero = TensorProto { float_data: vec![0.0; 3], ..floats("zero", &[3]) };
        assert_snapshot!(refusal_after(|graph| {
            graph.initializer.push(zero);
            graph.node[1] = set(node("BatchNormalization", &["z", "b", "b", "b", "zero"], "y"), "epsilon", float(0.0));
        }), @"node `batchnormalization_1` (BatchNormalization): it divides by the root of 0; expected a variance and an epsilon above 0");
    }

    /// A length that no number stands behind costs neither memory nor time.
    #[test]
    fn lengths_without_numbers() {
        let empty = floats("empty", &[0, 1 << 62]);
        assert_snapshot!(refusal_after(|graph| {
            graph.initializer.push(empty);
            graph.node.push(node("Transpose", &["empty"], "turned"));
        }), @"node `transpose_1` (Transpose): it turns a constant of shape [0, 4611686018427387904]; expected a matrix of numbers");
    }

    /// Each cast of whole numbers is an array of its own, and a small file can have many of them.
    #[test]
    fn whole_numbers_are_not_multiplied() {
        let many = TensorProto {
            data_type: Some(7),
            raw_data: Some(vec![0; 8 << 20].into()),
            float_data: vec![],
            ..floats("many", &[1 << 20])
        };
        let cast = |place: usize| set(node("Cast", &["many"], &format!("c{place}")), "to", int(1));
        assert_snapshot!(refusal_after(|graph| {
            graph.initializer.push(many);
            graph.node.extend((0..100).map(cast));
        }), @"node `cast_1` (Cast): the layers together have more numbers than the file; expected each matrix to be used once");
    }

    /// One matrix a thousand times is more memory than the file has.
    #[test]
    fn a_matrix_is_not_multiplied() {
        let mut big = graph(vec![]);
        let side = 600;
        big.input = vec![value("x", &[None, Some(side)])];
        big.initializer = vec![floats("w", &[side, side])];
        let name = |layer: usize| if layer == 0 { "x".to_owned() } else { format!("h{layer}") };
        big.node = (0..100).map(|layer| node("MatMul", &[&name(layer), "w"], &name(layer + 1))).collect();
        assert_snapshot!(refusal_of_model(&model(big)), @"node `matmul_1` (MatMul): the layers together have more numbers than the file; expected each matrix to be used once");
        let mut deep = graph(vec![]);
        deep.node = (0..3000).map(|layer| node("Softmax", &[&name(layer)], &name(layer + 1))).collect();
        assert_snapshot!(refusal_of_model(&model(deep)), @"node `softmax_1` (Softmax): the network is too deep; expected at most 2000 layers");
    }
}
