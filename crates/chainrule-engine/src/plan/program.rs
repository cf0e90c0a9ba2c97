//! An elementwise chain as a straight-line program over registers, run block by block.
//!
//! Register `i` holds the result of instruction `i` for the elements of the current block. A block has at most
//! [`BLOCK`] elements, so that all registers together stay in the first-level cache (24 registers of 256 `f32` are
//! 24 KiB), and consists of whole rows where rows are shorter than that, so that a bias is loaded once:
//! a register that holds the same in every block keeps what the first block put there. Short programs that training spends its
//! time in do not go this way: see [`Form`].

use core::ops::Range;

use chainrule_kernels::map::Slope;
use chainrule_kernels::{Real, map, rows};

use super::form::{Form, Number};
use super::fuse::Pattern;
use crate::op::{Binary, Unary};

/// The most elements of a block.
const BLOCK: usize = 256;
/// Rows below this are written side by side before they are added to many others.
const SHORT: usize = 48;

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
    form: Form,
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

impl<'a, T: Real + 'a, F: Fn(usize) -> &'a [T]> Operands<F> {
    /// Whether a register holds the same in a block that begins at `start` as in the first one.
    fn repeats(&self, instruction: Instruction, start: usize) -> bool {
        match instruction {
            Instruction::Constant(_) | Instruction::Load(Read::Pattern(_, Pattern::Scalar)) => true,
            Instruction::Load(Read::Pattern(row, Pattern::Row)) => {
                start.is_multiple_of((self.array)(row).len().max(1))
            }
            _ => false,
        }
    }
}

impl Program {
    pub(super) fn new(code: Vec<Instruction>) -> Self {
        Program { form: Form::of(&code), code }
    }

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
        let array = &operands.array;
        let number = |number| match number {
            Number::Constant(value) => T::from_f64(value),
            Number::Operand(operand) => array(operand)[0],
        };
        match self.form {
            Form::Interpreted => self.interpret(operands, out, scratch),
            Form::Bias { row, activation } => {
                map::add_row(activation, repeated(array(row), out.len(), scratch), out);
            }
            Form::Slope { slope: Slope::Step, a } => map::scale_by_slope(Slope::Step, array(a), out),
            Form::Slope { slope: Slope::Sigmoid { one }, a } => {
                map::scale_by_slope(Slope::Sigmoid { one: number(one) }, array(a), out);
            }
            Form::Slope { slope: Slope::Tanh { one }, a } => {
                map::scale_by_slope(Slope::Tanh { one: number(one) }, array(a), out);
            }
        }
    }

    /// [`run`](Self::run) instruction by instruction, whatever the form: the meaning of a program.
    fn interpret<'a, T: Real, F: Fn(usize) -> &'a [T]>(
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
            if number < last && block.start > 0 && operands.repeats(*instruction, block.start) {
                continue;
            }
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

/// A short row several times over, that loops over it are long; a row that is long or not needed twice as it is.
fn repeated<'r, T: Real>(row: &'r [T], needed: usize, scratch: &'r mut [T]) -> &'r [T] {
    if row.len() >= SHORT || row.len() >= needed || row.is_empty() {
        return row;
    }
    let len = needed.min(BLOCK / row.len() * row.len());
    repeat(row, 0, &mut scratch[..len]);
    &scratch[..len]
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
    use super::{Instruction, Operands, Program, Read, one_hot, repeat, repeated, stretch};
    use crate::op::{Binary, Unary};
    use crate::plan::form::Form;
    use crate::plan::fuse::Pattern;

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

    const PRODUCT: Instruction = Instruction::Load(Read::Product);
    const ONE: Instruction = Instruction::Load(Read::Pattern(3, Pattern::Scalar));

    fn loads() -> [Instruction; 2] {
        [Instruction::Load(Read::Pattern(0, Pattern::Row)), Instruction::Load(Read::Whole(1))]
    }

    /// Bias with each activation, and each slope.
    fn programs_with_a_form() -> Vec<Program> {
        use Instruction::{Binary as Two, Unary as One};
        let [row, a] = loads();
        let bias = [PRODUCT, row, Two(Binary::Add, 0, 1)];
        let with = |function| [&bias[..], &[One(function, 2)]].concat();
        let sigmoid = [a, ONE, Two(Binary::Sub, 2, 1), Two(Binary::Mul, 1, 3), Two(Binary::Mul, 0, 4)];
        let tanh = [ONE, a, Two(Binary::Mul, 2, 2), Two(Binary::Sub, 1, 3), Two(Binary::Mul, 0, 4)];
        let step = [a, One(Unary::Step, 1), Two(Binary::Mul, 0, 2)];
        let slope = |code: &[Instruction]| [&[PRODUCT], code].concat();
        [bias.to_vec(), with(Unary::Relu), with(Unary::Sigmoid), with(Unary::Tanh)]
            .into_iter()
            .chain([slope(&sigmoid), slope(&tanh), slope(&step)])
            .map(Program::new)
            .collect()
    }

    /// `run` and `interpret` on `rows` rows of `width`; operands: a row, values, unused, one.
    fn both_ways(program: &Program, rows: usize, width: usize) -> [Vec<u32>; 2] {
        let wave = |len: usize, step: f32| (0..len).map(|i| (i as f32 * step).sin()).collect::<Vec<f32>>();
        let arrays = [wave(width, 0.7), wave(rows * width, 0.3), vec![], vec![1.0]];
        let operands = Operands { array: |place: usize| &arrays[place][..], batch: rows, width };
        let (mut run, mut interpreted) = (wave(rows * width, 1.3), wave(rows * width, 1.3));
        let mut scratch = vec![f32::NAN; program.scratch_len()];
        program.run(&operands, &mut run, &mut scratch);
        program.interpret(&operands, &mut interpreted, &mut scratch);
        [run, interpreted].map(|values| values.into_iter().map(f32::to_bits).collect())
    }

    #[test]
    fn a_form_gives_the_bits_of_the_interpreted_program() {
        for program in programs_with_a_form() {
            assert_ne!(program.form, Form::Interpreted, "{program:?}");
            for (rows, width) in
                [(0, 3), (1, 1), (2, 10), (64, 10), (64, 64), (3, 255), (3, 256), (2, 257), (1, 700)]
            {
                let [run, interpreted] = both_ways(&program, rows, width);
                assert_eq!(run, interpreted, "{rows} x {width}: {program:?}");
            }
        }
    }

    /// What the blocks share is what each of them would load: the whole equals one element at a time.
    #[test]
    fn registers_that_repeat_are_loaded_once() {
        use Instruction::{Binary as Two, Constant};
        let [row, a] = loads();
        let code = vec![
            a,
            row,
            Two(Binary::Mul, 0, 1),
            Constant(2.0),
            ONE,
            Two(Binary::Add, 3, 4),
            Two(Binary::Add, 2, 5),
        ];
        let program = Program::new(code);
        for (rows, width) in [(100, 3), (7, 100), (3, 300)] {
            let value = |i: usize| (i % 11) as f64;
            let values: Vec<f64> = (0..rows * width).map(value).collect();
            let row: Vec<f64> = (0..width).map(|i| (i % 7) as f64).collect();
            let arrays = [&row[..], &values, &[], &[1.0]];
            let mut out = vec![0.0; rows * width];
            let operands = Operands { array: |place: usize| arrays[place], batch: rows, width };
            program.run(&operands, &mut out, &mut vec![f64::NAN; program.scratch_len()]);
            let expected = |i: usize| value(i) * row[i % width] + 3.0;
            assert!(out.iter().enumerate().all(|(i, out)| *out == expected(i)), "{rows} x {width}");
        }
    }

    #[test]
    fn a_short_row_is_written_several_times_over() {
        let mut scratch = [0.0; 256];
        assert_eq!(repeated(&[1.0, 2.0], 5, &mut scratch), [1.0, 2.0, 1.0, 2.0, 1.0]);
        assert_eq!(repeated(&[1.0, 2.0, 3.0], 9999, &mut scratch).len(), 255);
        assert_eq!(repeated(&[1.0, 2.0], 2, &mut []), [1.0, 2.0]);
        assert_eq!(repeated(&[], 2, &mut scratch), []);
    }
}
