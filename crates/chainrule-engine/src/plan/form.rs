//! Programs that a kernel runs in one pass: the ends of the matrix products that training spends its time in.
//!
//! | form | code | where from |
//! |---|---|---|
//! | [`Form::Bias`] | `f(product + row)` | a dense layer, f nothing, relu, sigmoid or tanh |
//! | [`Form::Slope`] | `product step(a)`, `product (a (one - a))`, `product (one - a a)` | its adjoint |
//!
//! Every other program is interpreted instruction by instruction ([`Program::interpret`](super::program::Program::interpret)),
//! which is also what the forms are tested against: they compute the same functions of the same numbers in the same order.
//! Interpreting a chain of 64 x 64 took 1 us, a pass takes 0.15 us (Zen 5). Must not know: where operands lie.

use chainrule_kernels::map::{Activation, Slope};

use super::fuse::Pattern;
use super::program::{Instruction, Read};
use crate::op::{Binary, Unary};

/// How a program is run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Form {
    /// Instruction by instruction.
    Interpreted,
    /// `activation(product + row)`.
    Bias {
        /// The place of the row among the operands.
        row: usize,
        /// What is done to the sum.
        activation: Activation,
    },
    /// `product * slope(a)`.
    Slope {
        /// Which slope, and the number that it calls one.
        slope: Slope<Number>,
        /// The place of `a` among the operands.
        a: usize,
    },
}

/// A number that is known when the plan is made or read when it is run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    /// Known.
    Constant(f64),
    /// The operand at this place.
    Operand(usize),
}

impl Form {
    /// The form of this code; the table of all of them.
    pub(super) fn of(code: &[Instruction]) -> Form {
        use Instruction::{Binary as Two, Load, Unary as One};
        const PRODUCT: Instruction = Load(Read::Product);
        match *code {
            [PRODUCT, Load(Read::Pattern(row, Pattern::Row)), Two(Binary::Add, 0, 1)] => {
                Form::Bias { row, activation: Activation::Identity }
            }
            [PRODUCT, Load(Read::Pattern(row, Pattern::Row)), Two(Binary::Add, 0, 1), One(function, 2)] => {
                activation(function).map_or(Form::Interpreted, |activation| Form::Bias { row, activation })
            }
            [PRODUCT, Load(Read::Whole(a)), One(Unary::Step, 1), Two(Binary::Mul, 0, 2)] => {
                Form::Slope { slope: Slope::Step, a }
            }
            [
                PRODUCT,
                Load(Read::Whole(a)),
                one,
                Two(Binary::Sub, 2, 1),
                Two(Binary::Mul, 1, 3),
                Two(Binary::Mul, 0, 4),
            ] => {
                number(one).map_or(Form::Interpreted, |one| Form::Slope { slope: Slope::Sigmoid { one }, a })
            }
            [
                PRODUCT,
                one,
                Load(Read::Whole(a)),
                Two(Binary::Mul, 2, 2),
                Two(Binary::Sub, 1, 3),
                Two(Binary::Mul, 0, 4),
            ] => number(one).map_or(Form::Interpreted, |one| Form::Slope { slope: Slope::Tanh { one }, a }),
            _ => Form::Interpreted,
        }
    }
}

fn activation(function: Unary) -> Option<Activation> {
    match function {
        Unary::Relu => Some(Activation::Relu),
        Unary::Sigmoid => Some(Activation::Sigmoid),
        Unary::Tanh => Some(Activation::Tanh),
        _ => None,
    }
}

fn number(instruction: Instruction) -> Option<Number> {
    match instruction {
        Instruction::Constant(value) => Some(Number::Constant(value)),
        Instruction::Load(Read::Pattern(operand, Pattern::Scalar)) => Some(Number::Operand(operand)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Activation, Form};
    use crate::op::{Op, Unary};
    use crate::plan::step::Work;
    use crate::{NodeId, Plan, Shape, Tape, Tensor};

    /// The forms of the programs of a layer and its gradient.
    fn forms(activation: Unary) -> Vec<Form> {
        let tape = Tape::new();
        let x = tape.input("x", Shape::rows(3));
        let parameters = [("w", [4, 3].into()), ("b", [4].into()), ("v", [2, 4].into())];
        let [w, b, v] = parameters.map(|(name, shape): (_, Shape)| tape.param(name, shape));
        let hidden = tape.push(Op::Unary(activation), &[x.matmul_transposed(w) + b]);
        let loss = hidden.matmul_transposed(v).exp().sum();
        let outputs: Vec<NodeId> = tape.grad(loss, &[w]).unwrap().into_iter().map(Tensor::id).collect();
        let plan = Plan::compile(&tape.finish().unwrap().graph, &outputs, 8).unwrap();
        let form = |work: &Work| match work {
            Work::Product(_, Some(program)) => Some(Form::of(&program.code)),
            _ => None,
        };
        let of_the_layer = plan.steps.steps().filter_map(|step| form(&step.work));
        of_the_layer.filter(|form| *form != Form::Interpreted).collect()
    }

    #[test]
    fn layers_and_their_adjoints_have_forms() {
        let cases = [Unary::Relu, Unary::Sigmoid, Unary::Tanh].map(forms);
        for forms in cases {
            assert!(matches!(forms[..], [Form::Bias { .. }, Form::Slope { .. }]), "{forms:?}");
        }
        // Its slope reads z, so z is stored and the activation is a chain of its own.
        let softplus = forms(Unary::Softplus);
        assert!(
            matches!(softplus[..], [Form::Bias { activation: Activation::Identity, .. }]),
            "{softplus:?}"
        );
    }
}
