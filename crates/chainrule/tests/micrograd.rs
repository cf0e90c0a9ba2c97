//! The example of micrograd's README: a value and two derivatives of an expression of scalars with shared parts.
//!
//! Source: A. Karpathy, micrograd, README ("Example usage"); it prints four decimals.

use crate::support;

use chainrule::engine::{Feed, Shape, Tape, Tensor};
use support::RecordedLoss;

/// The expression as the README writes it; `relu` of a scalar, and values that are replaced by sums with themselves.
fn expression<'t>(a: Tensor<'t>, b: Tensor<'t>) -> Tensor<'t> {
    let mut c = a + b;
    let mut d = a * b + b.pow(3.0);
    c = c + (c + 1.0);
    c = c + (1.0 + c + (-a));
    d = d + (d * 2.0 + (b + a).relu());
    d = d + (3.0 * d + (b - a).relu());
    let e = c - d;
    let f = e.pow(2.0);
    let g = f / 2.0;
    g + 10.0 / f
}

#[test]
fn the_readme_s_numbers_come_out() {
    let tape = Tape::eager();
    let (a, b) = (tape.scalar(-4.0), tape.scalar(2.0));
    let g = expression(a, b);
    let gradients = tape.grad(g, &[a, b]).unwrap();
    let shown = [g, gradients[0], gradients[1]].map(|x| format!("{:.4}", x.value().unwrap().values()[0]));
    assert_eq!(shown, ["24.7041", "138.8338", "645.5773"]);
}

#[test]
fn the_same_expression_passes_as_a_compiled_graph() {
    let recorded =
        RecordedLoss::new(|tape| expression(tape.param("a", Shape::SCALAR), tape.param("b", Shape::SCALAR)));
    let (value, gradients) = recorded.evaluate(&Feed::new(0, &[], &[-4.0, 2.0]));
    let shown = [value, gradients[0][0], gradients[1][0]].map(|x| format!("{x:.4}"));
    assert_eq!(shown, ["24.7041", "138.8338", "645.5773"]);
    recorded.assert_gradients(&Feed::new(0, &[], &[-4.0, 2.0]));
}
