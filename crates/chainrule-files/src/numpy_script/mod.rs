//! A model as a short Python program that needs numpy alone: a forward pass to be read, line by line, with shapes.
//!
//! The program has the columns, the numbers and the forward pass, and run on a table it prints what `chainrule predict`
//! prints. Numbers of a small network stand in the text; those of a larger one in an `.npz` file beside it. Names stand in
//! strings only, with everything escaped that Python could misread.
//!
//! Must not know: files on a disk.

mod layer;
mod prepare;
mod table;
mod text;

use crate::{Answers, Error, NpyArray, Standalone, npz};
use text::{constant, list, literal, matrix, strings};

/// The most numbers of a network that stand in the program's text.
///
/// 2,000 numbers take 25 kB: some screens to scroll over, not some hundred.
const MOST_INLINE: usize = 2000;

/// A program and, if its network is large, its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumpyScript {
    /// The Python text.
    pub text: String,
    /// The bytes of the `.npz` file that the program loads: it lies beside it and differs in its ending only.
    pub numbers: Option<Vec<u8>>,
}

/// The program of a model.
///
/// # Errors
///
/// [`Error::Standalone`] if the columns are not as many as the network's inputs; as [`npz()`] for a network of 4 GiB.
pub fn numpy_script(model: &Standalone) -> Result<NumpyScript, Error> {
    model.check()?;
    let inline = model.stack.parameters() <= MOST_INLINE;
    let parts = [
        introduction(model, inline),
        names(&model.answers),
        prepare::constants(model),
        numbers(model, inline),
        layer::functions(&model.stack),
        prepare::functions(model),
        forward(model),
        predict(model),
        table::main(model),
    ];
    let text = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    // Two empty lines before a function, whatever stood before it.
    let text = text.replace("\n\n\n\n", "\n\n\n");
    let numbers = if inline { None } else { Some(archive(model)?) };
    Ok(NumpyScript { text, numbers })
}

/// What it is and how it is used, and what it imports.
fn introduction(model: &Standalone, inline: bool) -> String {
    let name = model.identifier();
    let numbers = if inline {
        String::new()
    } else {
        format!(
            "\nThe numbers of the network are in the file {name}.npz beside this one, whatever both are called.\n"
        )
    };
    let uses_erf = layer::needs(&model.stack, "gelu");
    let has_times = prepare::has_times(model);
    let imports = [
        (true, "csv"),
        (has_times, "datetime"),
        (uses_erf, "math"),
        (!inline, "pathlib"),
        (has_times, "re"),
        (true, "sys"),
    ];
    let imports: String = imports
        .iter()
        .filter(|(needed, _)| *needed)
        .map(|(_, module)| format!("import {module}\n"))
        .collect();
    format!(
        "\
\"\"\"{name}: a neural network in numpy, written by chainrule {version}.

Network: {network}

    python3 {name}.py TABLE.csv

prints a prediction for every row of a table with these columns, in any order; `predict` is for programs.
{numbers}\"\"\"

{imports}
import numpy as np
",
        version = env!("CARGO_PKG_VERSION"),
        network = model.network,
    )
}

/// The names of what comes out.
fn names(answers: &Answers) -> String {
    let names: Vec<&str> = answers.names().iter().map(String::as_str).collect();
    let (kind, unit) = match answers {
        Answers::OneOfTwo { .. } | Answers::OneOf { .. } => ("CLASSES", String::new()),
        Answers::Labels { .. } => ("LABELS", String::new()),
        Answers::Values { centre, spread, .. }
            if centre.iter().all(|c| *c == 0.0) && spread.iter().all(|s| *s == 1.0) =>
        {
            ("VALUES", String::new())
        }
        Answers::Values { centre, spread, .. } => {
            let [centre, spread] = [centre, spread].map(|numbers| list(numbers));
            ("VALUES", format!("VALUE_CENTRE = np.array({centre})\nVALUE_SPREAD = np.array({spread})\n"))
        }
    };
    strings(kind, &names) + &unit
}

/// The tensors, or where they are.
fn numbers(model: &Standalone, inline: bool) -> String {
    let kind = precision(model);
    let mut text = String::new();
    if !inline {
        text += "NUMBERS = np.load(pathlib.Path(__file__).with_suffix(\".npz\"))\n";
    }
    for tensor in model.stack.tensors() {
        let shape = &tensor.shape;
        let row = shape.last().copied().unwrap_or(1);
        let value = if inline {
            let numbers = tensor.values.to_f64();
            let rows = if shape.len() > 1 { matrix(&numbers, row) } else { list(&numbers) };
            format!("np.array({rows}, dtype=np.{kind})")
        } else {
            format!("NUMBERS[{}]", literal(&tensor.name))
        };
        text += &format!("{} = {value}  # {shape:?}\n", constant(&tensor.name));
    }
    text
}

/// The type of the network's numbers.
fn precision(model: &Standalone) -> &'static str {
    if model.stack.is_double() { "float64" } else { "float32" }
}

/// The forward pass, a line a layer.
fn forward(model: &Standalone) -> String {
    let lines: Vec<(String, String)> = model.stack.layers.iter().filter_map(layer::line).collect();
    let width = lines.iter().map(|(code, _)| code.chars().count()).max().unwrap_or(0);
    let lines: String =
        lines.iter().map(|(code, comment)| format!("    {code:width$}  # {comment}\n")).collect();
    format!(
        "\n\ndef forward(x):\n    \"\"\"The network: x of shape [rows, {}] to [rows, {}].\"\"\"\n{lines}    return x\n",
        model.stack.inputs,
        model.stack.outputs()
    )
}

/// The function for programs.
fn predict(model: &Standalone) -> String {
    let given = prepare::given(model);
    let outputs = model.stack.outputs();
    let (meaning, result) = match &model.answers {
        Answers::OneOfTwo { .. } => ("how much speaks for CLASSES[1]", "forward(prepare(x))"),
        Answers::OneOf { .. } => ("how much speaks for each of CLASSES", "forward(prepare(x))"),
        Answers::Labels { .. } => ("how much speaks for each of LABELS", "forward(prepare(x))"),
        Answers::Values { centre, spread, .. }
            if centre.iter().all(|c| *c == 0.0) && spread.iter().all(|s| *s == 1.0) =>
        {
            ("the VALUES", "forward(prepare(x))")
        }
        Answers::Values { .. } => ("the VALUES", "forward(prepare(x)) * VALUE_SPREAD + VALUE_CENTRE"),
    };
    format!(
        "\n\ndef predict(x):\n    \"\"\"{meaning}, [rows, {outputs}], for {given}.\"\"\"\n    return {result}\n",
        meaning = meaning[..1].to_uppercase() + &meaning[1..],
    )
}

/// The tensors under their names.
fn archive(model: &Standalone) -> Result<Vec<u8>, Error> {
    let array = |tensor: &&crate::Tensor| NpyArray::numbers(&tensor.name, &tensor.shape, &tensor.values);
    npz(&model.stack.tensors().iter().map(array).collect::<Result<Vec<_>, _>>()?)
}
