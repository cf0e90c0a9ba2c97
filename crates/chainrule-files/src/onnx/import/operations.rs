//! The operations that can be imported. A table.

use super::attributes::Node;
use super::function::{Binary, Unary};
use super::reader::{Reader, Step};
use super::stage::Value;
use super::{answer, elementwise, linear, normal, shape};
use crate::onnx::Fault;
use crate::onnx::fault::shown;

/// How an operation is read.
#[derive(Clone, Copy)]
enum Rule {
    /// A function of one number.
    Unary(Unary),
    /// A function of one number, with settings.
    Set(fn(&Node) -> Unary),
    /// A function of two numbers.
    Binary(Binary),
    /// A function of two numbers that takes any number of them, one after another.
    Fold(Binary),
    /// Anything else.
    Own(fn(&mut Reader, &Node) -> Step<Value>),
}

/// The settings of Selu in the documentation of ONNX.
const SELU: [(&str, f64); 2] = [("alpha", 1.673_263_192_176_818_8), ("gamma", 1.050_701_022_148_132_3)];

const TABLE: &[(&str, Rule)] = &[
    ("Abs", Rule::Unary(Unary::Abs)),
    ("Add", Rule::Binary(Binary::Add)),
    ("ArgMax", Rule::Own(answer::decide)),
    ("BatchNormalization", Rule::Own(normal::batch_norm)),
    ("Cast", Rule::Own(shape::cast)),
    ("Celu", Rule::Set(|node| Unary::Celu { alpha: node.float("alpha", 1.0) })),
    ("Clip", Rule::Own(elementwise::clip)),
    ("Concat", Rule::Own(shape::concat)),
    ("Constant", Rule::Own(constant)),
    ("Div", Rule::Binary(Binary::Div)),
    ("Dropout", Rule::Own(shape::dropout)),
    ("Elu", Rule::Set(|node| Unary::Elu { alpha: node.float("alpha", 1.0) })),
    ("Erf", Rule::Unary(Unary::Erf)),
    ("Exp", Rule::Unary(Unary::Exp)),
    ("Flatten", Rule::Own(shape::flatten)),
    ("Gather", Rule::Own(answer::pick)),
    (
        "Gelu",
        Rule::Set(|node| if node.text("approximate") == "tanh" { Unary::GeluTanh } else { Unary::Gelu }),
    ),
    ("Gemm", Rule::Own(linear::gemm)),
    ("Greater", Rule::Binary(Binary::Greater)),
    ("GreaterOrEqual", Rule::Binary(Binary::GreaterOrEqual)),
    ("Identity", Rule::Own(shape::identity)),
    ("IsNaN", Rule::Unary(Unary::IsNan)),
    ("LayerNormalization", Rule::Own(normal::layer_norm)),
    ("LeakyRelu", Rule::Set(|node| Unary::LeakyRelu { slope: node.float("alpha", 0.01) })),
    ("Less", Rule::Binary(Binary::Less)),
    ("LessOrEqual", Rule::Binary(Binary::LessOrEqual)),
    ("Log", Rule::Unary(Unary::Log)),
    ("LogSoftmax", Rule::Own(normal::log_softmax)),
    ("MatMul", Rule::Own(linear::matmul)),
    ("Max", Rule::Fold(Binary::Max)),
    ("Min", Rule::Fold(Binary::Min)),
    ("Mish", Rule::Unary(Unary::Mish)),
    ("Mul", Rule::Binary(Binary::Mul)),
    ("Neg", Rule::Unary(Unary::Neg)),
    ("PRelu", Rule::Own(normal::prelu)),
    ("Pow", Rule::Binary(Binary::Pow)),
    ("Reciprocal", Rule::Unary(Unary::Reciprocal)),
    ("Relu", Rule::Unary(Unary::Relu)),
    ("Reshape", Rule::Own(shape::reshape)),
    (
        "Selu",
        Rule::Set(|node| Unary::Selu {
            alpha: node.float(SELU[0].0, SELU[0].1),
            gamma: node.float(SELU[1].0, SELU[1].1),
        }),
    ),
    ("Sigmoid", Rule::Unary(Unary::Sigmoid)),
    ("Softmax", Rule::Own(normal::softmax)),
    ("Softplus", Rule::Unary(Unary::Softplus)),
    ("Softsign", Rule::Unary(Unary::Softsign)),
    ("Sqrt", Rule::Unary(Unary::Sqrt)),
    ("Squeeze", Rule::Own(shape::squeeze)),
    ("Sub", Rule::Binary(Binary::Sub)),
    ("Tanh", Rule::Unary(Unary::Tanh)),
    ("Transpose", Rule::Own(shape::transpose)),
    ("Where", Rule::Own(elementwise::choice)),
    ("ai.onnx.ml.ArrayFeatureExtractor", Rule::Own(answer::pick)),
    ("ai.onnx.ml.Binarizer", Rule::Own(answer::decide)),
    ("ai.onnx.ml.Scaler", Rule::Own(normal::scaler)),
    ("ai.onnx.ml.ZipMap", Rule::Own(answer::zip_map)),
];

/// The names of all operations that can be imported, those of other domains than ONNX's own with the domain in front.
pub const SUPPORTED: &[&str] = &{
    let mut names = [""; TABLE.len()];
    let mut place = 0;
    while place < names.len() {
        names[place] = TABLE[place].0;
        place += 1;
    }
    names
};

/// Reads one node: the value of its first output. What follows from an answer is an answer.
pub(super) fn read(reader: &mut Reader, node: &Node) -> Result<Value, Fault> {
    let found = TABLE.iter().find(|(name, _)| *name == node.op);
    let Some((_, rule)) = found else {
        return Err(Fault::Unsupported {
            node: node.name.clone(),
            op: shown(&node.op),
            supported: SUPPORTED,
        });
    };
    let is_answer = |name: &String| matches!(reader.value(name), Some(Value::Answer));
    if node.inputs.iter().any(is_answer) && !node.op.ends_with("ArrayFeatureExtractor") && node.op != "Gather"
    {
        return Ok(Value::Answer);
    }
    if node.op == "Constant"
        && let Some(constant) = node.tensor("value")?
    {
        return Ok(Value::Constant(std::rc::Rc::new(constant)));
    }
    let value = match rule {
        Rule::Unary(operation) => elementwise::unary(reader, node, *operation),
        Rule::Set(operation) => elementwise::set(reader, node, operation(node)),
        Rule::Binary(operation) => elementwise::binary(reader, node, *operation),
        Rule::Fold(operation) => elementwise::fold(reader, node, *operation),
        Rule::Own(read) => read(reader, node),
    };
    value.map_err(|fault| node.fault(fault))
}

/// The constants that are settings and not tensors.
fn constant(_: &mut Reader, node: &Node) -> Step<Value> {
    use super::constant::{Constant, Data, Integers};
    use crate::Values;
    let constant = if node.has("value_float") {
        Constant::number(node.float("value_float", 0.0))
    } else if node.has("value_floats") {
        let numbers = node.floats("value_floats");
        Constant { dims: vec![numbers.len()], data: Data::Numbers(Values::F64(numbers)) }
    } else if node.has("value_int") {
        Constant { dims: Vec::new(), data: Data::Integers(Integers::Wide(vec![node.int("value_int", 0)])) }
    } else if let Some(numbers) = node.ints("value_ints") {
        Constant { dims: vec![numbers.len()], data: Data::Integers(Integers::Wide(numbers.to_vec())) }
    } else {
        return Err("it has no value of numbers; expected `value`".to_owned());
    };
    Ok(Value::Constant(std::rc::Rc::new(constant)))
}
