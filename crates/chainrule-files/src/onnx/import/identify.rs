//! The name of a function, found by its values.
//!
//! Exporters write the same activation in many ways: GELU as `x / √2 → Erf → + 1 → · x → · 0.5`, or with the factors in
//! another order; softplus with a threshold above which it is `x`. A function is what it does: where it agrees with an activation
//! at all of 194 points between -300 and 300, close to the kinks of all of them too, and on both sides of each number that it
//! holds itself, it is that activation. The nearest two activations, GELU by erf and by tanh, differ by 5e-4 somewhere, far above
//! the tolerance. Must not know: layers.

use super::function::{Expression, FunctionId, Functions, Unary, VARIABLE};
use crate::Function;

/// How far from an activation a function may be, for values up to 1 absolutely, above that relatively: ten times the rounding of
/// constants to 32 bits.
const TOLERANCE: f64 = 1e-6;

/// What a function was found to be: an activation of an affine function of the variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    /// The activation.
    pub(super) activation: Function,
    /// `s` and `t`, if the activation is taken of `s x + t`; `None` if of `x` itself.
    pub(super) inner: Option<(f64, f64)>,
}

/// The activation that a function is; `None` if it is none.
pub(super) fn identify(functions: &Functions, id: FunctionId) -> Option<Found> {
    if let Some(activation) = direct(functions, id).or_else(|| by_values(functions, id, VARIABLE)) {
        return Some(Found { activation, inner: None });
    }
    functions.inner_affine(id).into_iter().find_map(|inner| {
        let activation = by_values(functions, id, inner)?;
        Some(Found { activation, inner: functions.affine(inner) })
    })
}

/// A single operation with settings, which are taken as they stand.
fn direct(functions: &Functions, id: FunctionId) -> Option<Function> {
    match functions.get(id) {
        Expression::Unary(Unary::LeakyRelu { slope }, VARIABLE) => Some(Function::LeakyRelu { slope }),
        Expression::Unary(Unary::Elu { alpha }, VARIABLE) => Some(Function::Elu { alpha }),
        _ => None,
    }
}

fn by_values(functions: &Functions, id: FunctionId, variable: FunctionId) -> Option<Function> {
    let mut points = points();
    points.extend(functions.numbers(id, variable).into_iter().flat_map(around));
    let values = functions.values(id, variable, &points)?;
    let at_minus_one = *functions.values(id, variable, &[-1.0])?.first()?;
    candidates(at_minus_one).into_iter().find(|candidate| {
        let definition = definition(*candidate);
        points.iter().zip(&values).all(|(x, value)| {
            let wanted = definition.apply(*x);
            *value == wanted || (value - wanted).abs() <= TOLERANCE * wanted.abs().max(1.0)
        })
    })
}

/// Points on both sides of every kink, a grid that hits no special value, and two that lie far out on each side: at 354 the
/// square of `e^x`, which some exporters form for mish, is more than 64 bits can hold.
fn points() -> Vec<f64> {
    let kinks = [-1.0, 0.0, 1.0, 6.0];
    let near = kinks.into_iter().flat_map(|kink| [kink - 1e-3, kink, kink + 1e-3]);
    let grid = (0..178).map(|step| -30.0 + 0.337 * f64::from(step));
    near.chain(grid).chain([-300.0, -100.0, 100.0, 300.0]).collect()
}

/// Points on both sides of a limit and of its mirror image, as far as 32 bits hold them: the largest number of 32 bits is how
/// some exporters write that there is no limit.
fn around(limit: f64) -> impl Iterator<Item = f64> {
    let points = [0.99, 1.01].into_iter().flat_map(move |factor| [limit * factor, -limit * factor]);
    points.filter(|point| (*point as f32).is_finite())
}

/// All activations of single numbers; those with a setting have the one that explains the value at -1.
fn candidates(at_minus_one: f64) -> [Function; 15] {
    let alpha = at_minus_one / (-1.0_f64).exp_m1();
    [
        Function::Relu,
        Function::Sigmoid,
        Function::Tanh,
        Function::Selu,
        Function::Gelu,
        Function::GeluTanh,
        Function::Silu,
        Function::Mish,
        Function::Softplus,
        Function::Softsign,
        Function::HardTanh,
        Function::Relu6,
        Function::Exp,
        Function::LeakyRelu { slope: rounded(-at_minus_one) },
        Function::Elu { alpha: rounded(alpha) },
    ]
}

/// A setting as the person wrote it who chose it: a number that was rounded to 32 bits is the shortest that rounds to it, and so
/// is one that differs from that in its last digits only. All others stay as they are.
pub(super) fn rounded(value: f64) -> f64 {
    const LAST_DIGITS: f64 = 1e-14;
    let single = value as f32;
    let short: f64 = single.to_string().parse().unwrap_or(value);
    let is_near = |number: f64| (number - value).abs() <= LAST_DIGITS * value.abs();
    if is_near(f64::from(single)) || is_near(short) { short } else { value }
}

/// The formula of an activation of single numbers, by the operations that define it.
fn definition(activation: Function) -> Definition {
    match activation {
        Function::Relu => Definition::Single(Unary::Relu),
        Function::Sigmoid => Definition::Single(Unary::Sigmoid),
        Function::Tanh => Definition::Single(Unary::Tanh),
        Function::Selu => {
            Definition::Single(Unary::Selu { alpha: Function::SELU_ALPHA, gamma: Function::SELU_SCALE })
        }
        Function::Gelu => Definition::Single(Unary::Gelu),
        Function::GeluTanh => Definition::Single(Unary::GeluTanh),
        Function::Silu => Definition::Silu,
        Function::Mish => Definition::Single(Unary::Mish),
        Function::Softplus => Definition::Single(Unary::Softplus),
        Function::Softsign => Definition::Single(Unary::Softsign),
        Function::HardTanh => Definition::Single(Unary::Clip { low: -1.0, high: 1.0 }),
        Function::Relu6 => Definition::Single(Unary::Clip { low: 0.0, high: 6.0 }),
        Function::Exp => Definition::Single(Unary::Exp),
        Function::LeakyRelu { slope } => Definition::Single(Unary::LeakyRelu { slope }),
        Function::Elu { alpha } => Definition::Single(Unary::Elu { alpha }),
        Function::Identity => Definition::Identity,
        Function::Softmax | Function::LogSoftmax => Definition::OfRows,
    }
}

/// See [`definition`].
#[derive(Clone, Copy, Debug)]
enum Definition {
    Single(Unary),
    Identity,
    Silu,
    /// No function of single numbers.
    OfRows,
}

impl Definition {
    fn apply(self, x: f64) -> f64 {
        match self {
            Self::Single(unary) => unary.apply(x),
            Self::Identity => x,
            Self::Silu => x * Unary::Sigmoid.apply(x),
            Self::OfRows => f64::NAN,
        }
    }
}
