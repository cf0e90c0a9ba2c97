//! Forward mode: dual numbers as a transformation of the graph.
//!
//! Every node `y` gets a companion `dy`, the directional derivative where the chosen variables move along their
//! directions: `y + dy ε` with `ε² = 0`. Walking the nodes forward, each rule computes `dy` from the operands and their
//! companions. A node that does not depend on the variables has no companion. Must not know: values, layers.
//!
//! Source: Griewank and Walther, "Evaluating Derivatives", 2nd edition, section 3.1.

use core::f64::consts::PI;

use crate::op::{Binary, Op, Unary};
use crate::{Axes, Error, NodeId, Tape, Tensor};

/// The directional derivatives of `outputs` along `tangents`, as further nodes of `tape`.
#[track_caller]
pub(crate) fn jvp<'t>(
    tape: &'t Tape,
    outputs: &[Tensor<'t>],
    tangents: &[(Tensor<'t>, Tensor<'t>)],
) -> Result<Vec<Tensor<'t>>, Error> {
    tape.check()?;
    let length = outputs.iter().map(|y| y.id().index() + 1).max().unwrap_or(0);
    let needed = tape.read(|graph| graph.needed_by(&outputs.iter().map(|y| y.id()).collect::<Vec<_>>()));
    let mut duals: Vec<Option<Tensor<'t>>> = vec![None; length];
    for (x, direction) in tangents {
        if x.shape() != direction.shape() {
            // Remembers the error that says which two shapes differ.
            let _ = tape.push(Op::Binary(Binary::Add), &[*x, *direction]);
        } else if x.id().index() < length {
            duals[x.id().index()] = Some(*direction);
        }
    }
    for index in 0..length {
        if duals[index].is_none() && needed[index] {
            duals[index] = dual(tape.tensor(NodeId::new(index)), &duals);
        }
    }
    let derivatives =
        outputs.iter().map(|y| duals[y.id().index()].unwrap_or_else(|| y.zeros_like())).collect();
    tape.check()?;
    Ok(derivatives)
}

/// The companion of one node.
fn dual<'t>(y: Tensor<'t>, duals: &[Option<Tensor<'t>>]) -> Option<Tensor<'t>> {
    let tape = y.tape();
    let (op, inputs) =
        tape.read(|graph| (graph.node(y.id()).op().clone(), graph.node(y.id()).inputs().to_vec()));
    let x: Vec<Tensor<'t>> = inputs.iter().map(|id| tape.tensor(*id)).collect();
    let d: Vec<Option<Tensor<'t>>> = inputs.iter().map(|id| duals[id.index()]).collect();
    if d.iter().all(Option::is_none) {
        return None;
    }
    // Linear operations apply to the companions what they apply to the values.
    let same = |dx: Tensor<'t>| tape.push(op.clone(), &[dx]);
    match &op {
        Op::Input { .. } | Op::Param { .. } | Op::Constant(_) | Op::Random { .. } => None,
        Op::Unary(function) => unary(*function, x[0], y, d[0]?),
        Op::Binary(function) => binary(*function, [x[0], x[1]], y, [d[0], d[1]]),
        Op::MatMul { .. } => sum([
            d[0].map(|da| tape.push(op.clone(), &[da, x[1]])),
            d[1].map(|db| tape.push(op.clone(), &[x[0], db])),
        ]),
        Op::Sum(_) | Op::Broadcast { .. } | Op::Reshape(_) | Op::Transpose(_) | Op::Slice { .. } => {
            d[0].map(same)
        }
        Op::MaxOver(axes) => d[0].map(|dx| max_over(x[0], *axes, y, dx)),
        Op::Concat { .. } => {
            let parts: Vec<Tensor<'t>> =
                x.iter().zip(&d).map(|(x, d)| d.unwrap_or_else(|| x.zeros_like())).collect();
            Some(tape.push(op.clone(), &parts))
        }
        Op::LogSoftmax => d[0].map(|dx| log_softmax(y, dx)),
        Op::Pick | Op::Unpick { .. } => d[0].map(|dx| tape.push(op.clone(), &[dx, x[1]])),
    }
}

fn unary<'t>(function: Unary, x: Tensor<'t>, y: Tensor<'t>, dx: Tensor<'t>) -> Option<Tensor<'t>> {
    Some(match function {
        Unary::Neg => -dx,
        Unary::Abs => (x.step() - (-x).step()) * dx,
        Unary::Exp => y * dx,
        Unary::Log => dx / x,
        Unary::Sqrt => dx / (2.0 * y),
        Unary::Sin => x.cos() * dx,
        Unary::Cos => -(x.sin() * dx),
        Unary::Erf => 2.0 / PI.sqrt() * (-x.square()).exp() * dx,
        Unary::Relu => x.step() * dx,
        Unary::Sigmoid => (y - y.square()) * dx,
        Unary::Tanh => (1.0 - y.square()) * dx,
        Unary::Softplus => x.sigmoid() * dx,
        Unary::Step => return None,
    })
}

fn binary<'t>(
    function: Binary,
    [a, b]: [Tensor<'t>; 2],
    y: Tensor<'t>,
    [da, db]: [Option<Tensor<'t>>; 2],
) -> Option<Tensor<'t>> {
    match function {
        Binary::Add => sum([da, db]),
        Binary::Sub => sum([da, db.map(|db| -db)]),
        Binary::Mul => sum([da.map(|da| da * b), db.map(|db| a * db)]),
        Binary::Div => sum([da.map(|da| da / b), db.map(|db| -(y / b) * db)]),
        Binary::Pow => sum([da.map(|da| b * a.pow(b - 1.0) * da), db.map(|db| y * a.ln() * db)]),
        Binary::Max => {
            let share = |larger: Tensor<'t>| 0.5 * (1.0 + larger.step() - (-larger).step());
            sum([da.map(|da| share(a - b) * da), db.map(|db| share(b - a) * db)])
        }
    }
}

/// The mean of the companions of the largest elements.
fn max_over<'t>(x: Tensor<'t>, axes: Axes, y: Tensor<'t>, dx: Tensor<'t>) -> Tensor<'t> {
    let largest = 1.0 - (y.broadcast(axes, x.shape()) - x).step();
    (largest * dx).sum_over(axes) / largest.sum_over(axes)
}

/// `dx - sum(softmax(x) dx)`, with `softmax(x) = e^y`.
fn log_softmax<'t>(y: Tensor<'t>, dx: Tensor<'t>) -> Tensor<'t> {
    let last = Axes::of(&[y.shape().rank() - 1]);
    dx - (y.exp() * dx).sum_over(last).broadcast(last, y.shape())
}

fn sum<'t>(terms: [Option<Tensor<'t>>; 2]) -> Option<Tensor<'t>> {
    terms.into_iter().flatten().reduce(|total, term| total + term)
}

#[cfg(test)]
mod tests {
    use crate::{Error, Tape};

    #[test]
    fn a_direction_has_the_shape_of_its_tensor() {
        let tape = Tape::new();
        let x = tape.input("x", [2].into());
        let direction = tape.input("dx", [3].into());
        let error = tape.jvp(&[x.exp()], &[(x, direction)]).unwrap_err();
        assert!(error.to_string().contains("equal shapes, got [2] and [3]"), "{error}");
    }

    #[test]
    fn forward_over_reverse_gives_a_hessian_vector_product() -> Result<(), Error> {
        let tape = Tape::eager();
        let (x, y) = (tape.scalar(2.0), tape.scalar(5.0));
        let gradient = tape.grad(x * x * y, &[x, y])?;
        let product = tape.jvp(&gradient, &[(x, tape.scalar(1.0)), (y, tape.scalar(1.0))])?;
        // The Hessian of x² y at (2, 5) is [[10, 4], [4, 0]].
        assert_eq!(product[0].value()?.values(), [14.0]);
        assert_eq!(product[1].value()?.values(), [4.0]);
        Ok(())
    }
}
