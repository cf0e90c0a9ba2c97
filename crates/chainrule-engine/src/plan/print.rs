//! Plans as text: one step per line with what it fuses, its shape and its place.

use core::fmt;

use super::fuse::Pattern;
use super::program::{Instruction, Program, Read};
use super::step::{Step, Work};
use super::{Capacity, Plan};
use crate::op::Op;

impl fmt::Display for Plan {
    /// The sizes, then what is computed once per batch size, then what is computed in every run.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plan { capacity: Capacity { batch, parts }, shared, rows, unshared, scratch, .. } = self;
        let in_parts = if *parts > 1 { format!(" in {parts} parts") } else { String::new() };
        writeln!(f, "plan: {} steps, up to {batch} examples{in_parts}", self.len())?;
        let all = shared + rows;
        writeln!(
            f,
            "arena: {shared} + rows {rows} = {all} elements ({unshared} without sharing), scratch: {scratch}"
        )?;
        self.constants.steps().try_for_each(|step| writeln!(f, "  once  {step}"))?;
        self.steps.steps().enumerate().try_for_each(|(number, step)| writeln!(f, "  {number:>4}  {step}"))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let label = |index: usize| self.operands[index].label.as_str();
        let all = || {
            let labels: Vec<&str> = (0..self.operands.len()).map(label).collect();
            labels.join(", ")
        };
        let text = match &self.work {
            Work::Chain(program) => self.expression(program),
            Work::Product(op, None) => self.product(op),
            Work::Product(op, Some(program)) => {
                self.expression(program).replace("product", &self.product(op))
            }
            Work::Single(op) => format!("{op}({})", all()),
            Work::Copy { .. } => format!("copy({})", label(0)),
        };
        write!(f, "{} = {text}  {} {}", self.label, self.shape, self.place)
    }
}

impl Step {
    fn product(&self, op: &Op) -> String {
        let (left, right) = match op {
            Op::MatMul { transpose_a, transpose_b } => (*transpose_a, *transpose_b),
            _ => (false, false),
        };
        let mark = |transposed: bool| if transposed { "ᵀ" } else { "" };
        let [a, b] = [0, 1].map(|index: usize| self.operands[index].label.as_str());
        format!("{a}{} · {b}{}", mark(left), mark(right))
    }

    /// The last instruction as a nested expression.
    fn expression(&self, program: &Program) -> String {
        let mut texts: Vec<String> = Vec::new();
        for instruction in &program.code {
            let text = match *instruction {
                Instruction::Load(read) => self.read(read),
                Instruction::Constant(value) => value.to_string(),
                Instruction::Unary(function, x) => format!("{}({})", function.name(), texts[x]),
                Instruction::Binary(function, a, b) => {
                    format!("{}({}, {})", function.name(), texts[a], texts[b])
                }
            };
            texts.push(text);
        }
        texts.pop().unwrap_or_default()
    }

    fn read(&self, read: Read) -> String {
        let label = |index: usize| self.operands[index].label.as_str();
        match read {
            Read::Product => "product".into(),
            Read::Whole(index) => label(index).into(),
            Read::Pattern(index, Pattern::Scalar) => format!("every {}", label(index)),
            Read::Pattern(index, Pattern::Row) => format!("rows {}", label(index)),
            Read::Pattern(index, Pattern::Column { .. }) => format!("columns {}", label(index)),
            Read::Pattern(index, Pattern::OneHot { .. }) => {
                format!("one_hot({}, {})", label(index), label(index + 1))
            }
        }
    }
}
