//! Plans as text: one step per line with what it fuses, its shape and its place.

use core::fmt;

use super::Plan;
use super::fuse::Pattern;
use super::program::{Instruction, Program, Read};
use super::step::{Place, Step, Work};
use crate::op::Op;

impl fmt::Display for Plan {
    /// The sizes, then what is computed once per batch size, then what is computed in every run.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plan { capacity, arena, unshared, scratch, .. } = self;
        let count = self.steps.len();
        writeln!(f, "plan: {count} steps, up to {capacity} examples")?;
        writeln!(f, "arena: {arena} elements ({unshared} without sharing), scratch: {scratch}")?;
        for step in &self.constants {
            writeln!(f, "  once  {step}")?;
        }
        for (number, step) in self.steps.iter().enumerate() {
            writeln!(f, "  {number:>4}  {step}")?;
        }
        Ok(())
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
            Work::Copy => format!("copy({})", label(0)),
        };
        let place = Place::Arena(self.offset);
        write!(f, "{} = {text}  {} {place}", self.label, self.shape)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Arena(offset) => write!(f, "@{offset}"),
            Place::Parameters(offset) => write!(f, "@parameters+{offset}"),
        }
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
