//! A model as one C99 header without dependencies but `math.h`, for small devices.
//!
//! The header has the numbers as constant arrays, one short function for each activation that occurs, and
//! `void NAME_predict(const float *x, float *y)`, which takes columns as they come and allocates nothing: two rows of the
//! widest layer lie on the stack. It compiles without a warning under `-std=c99 -Wall -Wextra -Wpedantic`. Names of columns
//! and classes stand in strings only, never in comments, and every sign that C could misread is escaped.
//!
//! Must not know: files on a disk, compilers.

mod function;
mod layer;
mod prepare;
mod text;

use std::fmt::Write;

use crate::standalone::with_parts;
use crate::{Answers, Error, InputColumn, InputRule, LayerKind, StackLayer, Standalone};
use text::{number, strings};

pub use text::CType;

/// The longest name that fits in a string of C99, with every byte escaped: 4095 signs at most.
const LONGEST_NAME: usize = 1000;

/// The text of the header.
///
/// Numbers of the network are rounded to `kind`, and all of the network is computed in it; columns are centred and scaled
/// in `double`, where a large mean costs no digits. C knows no dates: each part of a point in time is a column of its own,
/// called `when: year`, and `when: missing` is 1 or 0 where training rows had missing ones.
///
/// # Errors
///
/// [`Error::Standalone`] if a name is too long for a string of C, or the columns are not as many as the network's inputs.
pub fn c_header(model: &Standalone, kind: CType) -> Result<String, Error> {
    let model = &Standalone { inputs: with_parts(&model.inputs), ..model.clone() };
    check(model)?;
    let name = model.identifier();
    let writer = Writer { model, kind, name: &name };
    let parts = [
        writer.introduction(),
        writer.names(),
        function::functions(model, kind, &name),
        prepare::functions(model, kind, &name),
        layer::constants(model, kind, &name),
        prepare::constants(model, &name),
        writer.predict(),
        writer.class(),
        format!("#endif /* {}_H */\n", name.to_uppercase()),
    ];
    Ok(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n"))
}

fn check(model: &Standalone) -> Result<(), Error> {
    let names = model.inputs.iter().flat_map(names_of).chain(model.answers.names());
    if let Some(name) = names.into_iter().find(|name| name.len() > LONGEST_NAME) {
        let start: String = name.chars().take(40).collect();
        let fault = format!("is too long for C; expected at most {LONGEST_NAME} bytes, got {}", name.len());
        return Err(Error::Standalone { part: start.escape_debug().to_string(), fault });
    }
    model.check()
}

/// The name of a column and those of its levels.
fn names_of(input: &InputColumn) -> Vec<&String> {
    let levels = match &input.rule {
        InputRule::Number { .. } | InputRule::Time { .. } => vec![],
        InputRule::Boolean { no, yes, .. } => vec![no, yes],
        InputRule::Category { levels, .. } => levels.iter().collect(),
    };
    [vec![&input.name], levels].concat()
}

struct Writer<'a> {
    model: &'a Standalone,
    kind: CType,
    name: &'a str,
}

impl Writer<'_> {
    /// What the header is, for whoever opens it.
    fn introduction(&self) -> String {
        let Self { model, kind, name } = self;
        let (upper, kind) = (name.to_uppercase(), kind.name());
        let stack = 2 * model.stack.widest();
        format!(
            "\
/* {name}: a neural network in C99, written by chainrule {version}.
 *
 * Network: {network}
 *
 *     {kind} x[{upper}_INPUTS];   the columns {name}_input_names in that order{given}
 *     {kind} y[{upper}_OUTPUTS];  {meaning}
 *     {name}_predict(x, y);
 *
 * It needs math.h alone, allocates nothing, uses {stack} numbers of type {kind} on the stack, and
 * may be called from several threads at once.
 */
#ifndef {upper}_H
#define {upper}_H

#include <math.h>

#define {upper}_INPUTS {inputs}
#define {upper}_OUTPUTS {outputs}
",
            version = env!("CARGO_PKG_VERSION"),
            network = model.network.replace("*/", "* /"),
            given = prepare::describe(model),
            meaning = self.meaning(),
            inputs = model.inputs.len(),
            outputs = model.stack.outputs(),
        )
    }

    fn meaning(&self) -> String {
        let name = self.name;
        match &self.model.answers {
            Answers::OneOfTwo { threshold, .. } => {
                format!("above {threshold} for {name}_class_names[1]")
            }
            Answers::OneOf { .. } => format!("one for each of {name}_class_names, the largest is the answer"),
            Answers::Labels { .. } => {
                format!("one for each of {name}_label_names, above 0.5 where it holds")
            }
            Answers::Values { .. } => format!("the numbers {name}_value_names"),
        }
    }

    /// The names of what goes in and comes out.
    fn names(&self) -> String {
        let inputs: Vec<&str> = self.model.inputs.iter().map(|input| &input.name[..]).collect();
        let answers: Vec<&str> = self.model.answers.names().iter().map(String::as_str).collect();
        let kind = match self.model.answers {
            Answers::OneOfTwo { .. } | Answers::OneOf { .. } => "class",
            Answers::Labels { .. } => "label",
            Answers::Values { .. } => "value",
        };
        let name = self.name;
        strings(&format!("{name}_input_names"), &inputs) + &strings(&format!("{name}_{kind}_names"), &answers)
    }

    /// The function that does it all.
    fn predict(&self) -> String {
        let Self { model, kind, name } = self;
        let (kind, width) = (kind.name(), model.stack.widest());
        // Layers that cannot work in place go from one row to the other.
        let is_linear =
            |layer: &StackLayer| matches!(layer.kind, LayerKind::Linear { .. } | LayerKind::Embed { .. });
        let rows = if model.stack.layers.iter().any(is_linear) {
            format!("a[{width}], b[{width}]")
        } else {
            format!("a[{width}]")
        };
        let mut body = String::new();
        let result = layer::calls(model, self.kind, name, &mut body);
        let body = prepare::statements(model, self.kind, name) + &body + &self.finish(result);
        let counter = if body.contains("(i = 0") { "    unsigned long i;\n" } else { "" };
        format!(
            "static inline void {name}_predict(const {kind} *x, {kind} *y)\n{{\n    {kind} {rows};\n{counter}{body}}}\n"
        )
    }

    /// From the last row, which is called `result`, to the caller's.
    fn finish(&self, result: &str) -> String {
        let (kind, outputs) = (self.kind.name(), self.model.stack.outputs());
        let mut lines = String::new();
        match &self.model.answers {
            Answers::Values { centre, spread, .. } => {
                for (at, (centre, spread)) in centre.iter().zip(spread).enumerate() {
                    let [centre, spread] = [*centre, *spread].map(|value| number(value, CType::Double));
                    lines += &format!("    y[{at}] = ({kind})({result}[{at}] * {spread} + {centre});\n");
                }
            }
            _ => lines += &format!("    for (i = 0; i < {outputs}; i++)\n        y[i] = {result}[i];\n"),
        }
        lines
    }

    /// The function that names the answer among classes.
    fn class(&self) -> String {
        let (kind, name) = (self.kind.name(), self.name);
        let head = format!(
            "/* The number of the answer among {name}_class_names, for the y of {name}_predict. */\n\
             static inline unsigned long {name}_class(const {kind} *y)\n{{\n"
        );
        let mut text = String::new();
        let written = match &self.model.answers {
            Answers::OneOfTwo { threshold, .. } => {
                write!(text, "{head}    return y[0] > {} ? 1 : 0;\n}}\n", number(*threshold, self.kind))
            }
            Answers::OneOf { names } => write!(
                text,
                "{head}    unsigned long i, best = 0;\n    for (i = 1; i < {}; i++)\n        if (y[i] > y[best])\n            \
                 best = i;\n    return best;\n}}\n",
                names.len()
            ),
            Answers::Labels { .. } | Answers::Values { .. } => Ok(()),
        };
        // Writing to a string cannot fail.
        let _ = written;
        text
    }
}
