//! An elementwise chain as a straight-line program over registers, run block by block.
//!
//! Register `i` holds the result of instruction `i` for the elements of the current block. A block has at most
//! [`BLOCK`] elements, so that all registers together stay in the first-level cache (24 registers of 256 `f32` are
//! 24 KiB), and consists of whole rows where rows are shorter than that, so that a bias is loaded once.

use core::ops::Range;

use chainrule_kernels::{Real, map, rows};

use super::fuse::Pattern;
use crate::op::{Binary, Unary};

/// The most elements of a block.
const BLOCK: usize = 256;

/// How a program reads an operand of its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// Element by element; the number is the operand's place in the step.
    Whole(usize),
    /// In a pattern; for [`Pattern::OneHot`] the operand after it holds the positions.
    Pattern(usize, Pattern),
    /// What the step's matrix product left in the output.
    Product,
}

/// One instruction; its result goes to the register of its own number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Instruction {
    Load(Read),
    Constant(f64),
    Unary(Unary, usize),
    Binary(Binary, usize, usize),
}

/// A chain of elementwise functions.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Program {
    pub(super) code: Vec<Instruction>,
}

/// What a program runs on: a way to find operands, and the sizes of this run.
#[derive(Clone, Copy)]
pub(super) struct Operands<F> {
    /// The array of an operand by its place in the step.
    pub(super) array: F,
    /// The number of examples, which patterns' sizes may contain.
    pub(super) batch: usize,
    /// The length of the output's last axis.
    pub(super) width: usize,
}

impl Program {
    /// The scratch memory that [`Program::run`] needs, in elements.
    pub(super) fn scratch_len(&self) -> usize {
        self.code.len() * BLOCK
    }

    /// Writes the last instruction's result to every element of `out`.
    pub(super) fn run<'a, T: Real, F: Fn(usize) -> &'a [T]>(
        &self,
        operands: &Operands<F>,
        out: &mut [T],
        scratch: &mut [T],
    ) {
        let width = operands.width.max(1);
        let block = if width <= BLOCK { BLOCK / width * width } else { BLOCK };
        let mut start = 0;
        while start < out.len() {
            let end = out.len().min(start + block);
            self.run_block(operands, start..end, out, scratch);
            start = end;
        }
    }

    fn run_block<'a, T: Real, F: Fn(usize) -> &'a [T]>(
        &self,
        operands: &Operands<F>,
        block: Range<usize>,
        out: &mut [T],
        scratch: &mut [T],
    ) {
        let len = block.len();
        let last = self.code.len() - 1;
        for (number, instruction) in self.code.iter().enumerate() {
            let (before, rest) = scratch.split_at_mut(number * BLOCK);
            let register = |index: usize| match self.code[index] {
                Instruction::Load(Read::Whole(operand)) => &(operands.array)(operand)[block.clone()],
                _ => &before[index * BLOCK..][..len],
            };
            let result = if number == last { &mut out[block.clone()] } else { &mut rest[..len] };
            match *instruction {
                Instruction::Load(Read::Product) if number == last => {}
                Instruction::Load(Read::Product) => rest[..len].copy_from_slice(&out[block.clone()]),
                Instruction::Load(Read::Whole(_)) if number < last => {}
                Instruction::Load(read) => load(operands, read, block.start, result),
                Instruction::Constant(value) => result.fill(T::from_f64(value)),
                Instruction::Unary(function, x) => map::unary(function, register(x), result),
                Instruction::Binary(function, a, b) => {
                    map::binary(function, register(a), register(b), result);
                }
            }
        }
    }
}

/// Fills `out` with the elements from `start` on of an operand as the pattern repeats it.
fn load<'a, T: Real, F: Fn(usize) -> &'a [T]>(
    operands: &Operands<F>,
    read: Read,
    start: usize,
    out: &mut [T],
) {
    let array = &operands.array;
    match read {
        Read::Product => {}
        Read::Whole(operand) => out.copy_from_slice(&array(operand)[start..start + out.len()]),
        Read::Pattern(operand, Pattern::Scalar) => out.fill(array(operand)[0]),
        Read::Pattern(operand, Pattern::Row) => repeat(array(operand), start, out),
        Read::Pattern(operand, Pattern::Column { inner }) => {
            stretch(array(operand), inner.elements(operands.batch), start, out);
        }
        Read::Pattern(operand, Pattern::OneHot { classes }) => {
            one_hot([array(operand), array(operand + 1)], classes, start, out);
        }
    }
}

/// `out[i] = row[(start + i) mod len]`.
fn repeat<T: Real>(row: &[T], start: usize, mut out: &mut [T]) {
    let mut from = start % row.len();
    while !out.is_empty() {
        let len = out.len().min(row.len() - from);
        let (now, later) = out.split_at_mut(len);
        now.copy_from_slice(&row[from..from + len]);
        (out, from) = (later, 0);
    }
}

/// `out[i] = column[(start + i) / inner]`.
fn stretch<T: Real>(column: &[T], inner: usize, start: usize, mut out: &mut [T]) {
    let (mut place, mut done) = (start / inner, start % inner);
    while !out.is_empty() {
        let len = out.len().min(inner - done);
        let (now, later) = out.split_at_mut(len);
        now.fill(column[place]);
        (out, place, done) = (later, place + 1, 0);
    }
}

/// `out[i] = x[r] if position[r] = c else 0` with row `r` and column `c` of element `start + i`.
fn one_hot<T: Real>([x, position]: [&[T]; 2], classes: usize, start: usize, mut out: &mut [T]) {
    let (mut row, mut done) = (start / classes, start % classes);
    while !out.is_empty() {
        let len = out.len().min(classes - done);
        let (now, later) = out.split_at_mut(len);
        now.fill(T::ZERO);
        rows::put(x[row], position[row], classes, done, now);
        (out, row, done) = (later, row + 1, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::{one_hot, repeat, stretch};

    #[test]
    fn patterns_may_begin_and_end_anywhere() {
        let (row, column, index) = ([1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0], [2.0, 0.0, 1.0, 9.0]);
        for start in 0..12 {
            for end in start..=12 {
                let mut out = vec![-1.0; end - start];
                repeat(&row, start, &mut out);
                assert!(out.iter().zip(start..).all(|(out, i)| *out == row[i % 3]));
                stretch(&column, 3, start, &mut out);
                assert!(out.iter().zip(start..).all(|(out, i)| *out == column[i / 3]));
                one_hot([&column, &index], 3, start, &mut out);
                let expected = |i: usize| if index[i / 3] == (i % 3) as f64 { column[i / 3] } else { 0.0 };
                assert!(out.iter().zip(start..).all(|(out, i)| *out == expected(i)));
            }
        }
    }
}
