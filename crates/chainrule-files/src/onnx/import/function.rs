//! Functions of one number, composed of operations: what stands between two layers of a graph.
//!
//! All functions of a file lie in one table in which each entry uses earlier ones, so that a value that is used twice is one
//! entry, and nothing is computed twice. Must not know: layers, names of activations.

/// A place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct FunctionId(usize);

/// The function `x`.
pub(super) const VARIABLE: FunctionId = FunctionId(0);

/// The most operations of one function: the longest activation that exporters compose takes 12.
const LONGEST: usize = 40;

/// An operation on one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Unary {
    Neg,
    Abs,
    Exp,
    Log,
    Sqrt,
    Reciprocal,
    /// 1 where there is no number, else 0.
    IsNan,
    Erf,
    Tanh,
    Sigmoid,
    Relu,
    Softplus,
    Softsign,
    Mish,
    Gelu,
    GeluTanh,
    LeakyRelu {
        slope: f64,
    },
    Elu {
        alpha: f64,
    },
    Celu {
        alpha: f64,
    },
    Selu {
        alpha: f64,
        gamma: f64,
    },
    Clip {
        low: f64,
        high: f64,
    },
}

/// An operation on two numbers; comparisons give 1 or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Pow,
    Max,
    Min,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

/// An entry of the table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Expression {
    Variable,
    Constant(f64),
    Unary(Unary, FunctionId),
    Binary(Binary, FunctionId, FunctionId),
    /// `if a != 0 { b } else { c }`.
    Choice(FunctionId, FunctionId, FunctionId),
}

/// The table.
#[derive(Debug)]
pub(super) struct Functions(Vec<Expression>);

impl Functions {
    /// A table with the function `x` alone.
    pub(super) fn new() -> Self {
        Functions(vec![Expression::Variable])
    }

    /// Adds a function.
    pub(super) fn push(&mut self, function: Expression) -> FunctionId {
        self.0.push(function);
        FunctionId(self.0.len() - 1)
    }

    /// The operation that a function ends in.
    pub(super) fn get(&self, id: FunctionId) -> Expression {
        self.0[id.0]
    }

    /// `s` and `t` if the function is `s x + t`, put together in the order of the graph: a single term or factor is exact.
    pub(super) fn affine(&self, id: FunctionId) -> Option<(f64, f64)> {
        let mut ids = self.needed(id, VARIABLE)?;
        ids.sort_unstable();
        let mut known: Vec<(FunctionId, (f64, f64))> = Vec::with_capacity(ids.len());
        for id in ids {
            let of = |id: FunctionId| known.iter().find(|(other, _)| *other == id).map(|(_, affine)| *affine);
            let affine = match self.get(id) {
                Expression::Variable => (1.0, 0.0),
                Expression::Constant(value) => (0.0, value),
                Expression::Unary(Unary::Neg, x) => of(x).map(|(s, t)| (-s, -t))?,
                Expression::Binary(operation, a, b) => combined(operation, of(a)?, of(b)?)?,
                Expression::Unary(..) | Expression::Choice(..) => return None,
            };
            known.push((id, affine));
        }
        known.iter().find(|(other, _)| *other == id).map(|(_, affine)| *affine)
    }

    /// What the function depends on that could stand for the variable: affine functions, from the whole to the parts.
    pub(super) fn inner_affine(&self, id: FunctionId) -> Vec<FunctionId> {
        let mut ids = self.needed(id, VARIABLE).unwrap_or_default();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids.retain(|inner| {
            *inner != id && *inner != VARIABLE && self.affine(*inner).is_some_and(|(s, _)| s != 0.0)
        });
        ids
    }

    /// The values of the function where `variable` has each of the values `points`; `None` if it is too long or depends on `x`
    /// in another way than through `variable`.
    pub(super) fn values(&self, id: FunctionId, variable: FunctionId, points: &[f64]) -> Option<Vec<f64>> {
        let mut ids = self.needed(id, variable)?;
        ids.sort_unstable();
        if variable != VARIABLE && ids.contains(&VARIABLE) {
            return None;
        }
        let place = |id: FunctionId| ids.binary_search(&id).ok();
        let mut values = vec![0.0; ids.len()];
        let mut results = Vec::with_capacity(points.len());
        for point in points {
            for (at, current) in ids.iter().enumerate() {
                let of = |id: FunctionId| place(id).map_or(f64::NAN, |place| values[place]);
                values[at] = if *current == variable { *point } else { value(self.get(*current), of) };
            }
            results.push(values[place(id)?]);
        }
        Some(results)
    }

    /// The finite numbers that the function holds: where it changes its course, it does so at one of them, or near 0.
    pub(super) fn numbers(&self, id: FunctionId, variable: FunctionId) -> Vec<f64> {
        let ids = self.needed(id, variable).unwrap_or_default();
        let numbers = ids.into_iter().filter(|id| *id != variable).flat_map(|id| match self.get(id) {
            Expression::Constant(number) => vec![number],
            Expression::Unary(Unary::Clip { low, high }, _) => vec![low, high],
            _ => Vec::new(),
        });
        numbers.filter(|number| number.is_finite()).collect()
    }

    /// The entries that a function is made of, down to `variable`; `None` if there are too many.
    fn needed(&self, id: FunctionId, variable: FunctionId) -> Option<Vec<FunctionId>> {
        let (mut found, mut open) = (vec![id], vec![id]);
        while let Some(next) = open.pop() {
            if next == variable {
                continue;
            }
            for operand in operands(self.get(next)) {
                if !found.contains(&operand) {
                    found.push(operand);
                    open.push(operand);
                }
            }
            if found.len() > LONGEST {
                return None;
            }
        }
        Some(found)
    }
}

fn operands(function: Expression) -> Vec<FunctionId> {
    match function {
        Expression::Variable | Expression::Constant(_) => Vec::new(),
        Expression::Unary(_, x) => vec![x],
        Expression::Binary(_, a, b) => vec![a, b],
        Expression::Choice(a, b, c) => vec![a, b, c],
    }
}

/// The sum or product of two affine functions, where that is one.
fn combined(operation: Binary, (s, t): (f64, f64), (u, v): (f64, f64)) -> Option<(f64, f64)> {
    match operation {
        Binary::Add => Some((s + u, t + v)),
        Binary::Sub => Some((s - u, t - v)),
        Binary::Mul if u == 0.0 => Some((s * v, t * v)),
        Binary::Mul if s == 0.0 => Some((u * t, v * t)),
        Binary::Div if u == 0.0 => Some((s / v, t / v)),
        _ => None,
    }
}

fn value(function: Expression, of: impl Fn(FunctionId) -> f64) -> f64 {
    match function {
        Expression::Variable => f64::NAN,
        Expression::Constant(value) => value,
        Expression::Unary(operation, x) => operation.apply(of(x)),
        Expression::Binary(operation, a, b) => operation.apply(of(a), of(b)),
        Expression::Choice(a, b, c) => {
            if of(a) == 0.0 {
                of(c)
            } else {
                of(b)
            }
        }
    }
}

impl Unary {
    /// The value at `x`, by the definition in the operations' documentation.
    pub(super) fn apply(self, x: f64) -> f64 {
        match self {
            Self::Neg => -x,
            Self::Abs => x.abs(),
            Self::Exp => x.exp(),
            Self::Log => x.ln(),
            Self::Sqrt => x.sqrt(),
            Self::Reciprocal => 1.0 / x,
            Self::IsNan => f64::from(u8::from(x.is_nan())),
            Self::Erf => libm::erf(x),
            Self::Tanh => x.tanh(),
            Self::Sigmoid => 1.0 / (1.0 + (-x).exp()),
            Self::Relu => x.max(0.0),
            Self::Softplus => x.max(0.0) + (-x.abs()).exp().ln_1p(),
            Self::Softsign => x / (1.0 + x.abs()),
            Self::Mish => x * Self::Softplus.apply(x).tanh(),
            Self::Gelu => 0.5 * x * (1.0 + libm::erf(x * std::f64::consts::FRAC_1_SQRT_2)),
            Self::GeluTanh => {
                let inner = (std::f64::consts::FRAC_2_PI).sqrt() * (x + 0.044_715 * x * x * x);
                0.5 * x * (1.0 + inner.tanh())
            }
            Self::LeakyRelu { slope } => {
                if x > 0.0 {
                    x
                } else {
                    slope * x
                }
            }
            Self::Elu { alpha } => {
                if x > 0.0 {
                    x
                } else {
                    alpha * x.exp_m1()
                }
            }
            Self::Celu { alpha } => x.max(0.0) + (alpha * (x / alpha).exp_m1()).min(0.0),
            Self::Selu { alpha, gamma } => gamma * Self::Elu { alpha }.apply(x),
            Self::Clip { low, high } => x.max(low).min(high),
        }
    }
}

impl Binary {
    /// The value for `a` and `b`.
    pub(super) fn apply(self, a: f64, b: f64) -> f64 {
        let truth = |holds: bool| if holds { 1.0 } else { 0.0 };
        match self {
            Self::Add => a + b,
            Self::Sub => a - b,
            Self::Mul => a * b,
            Self::Div => a / b,
            Self::Pow => a.powf(b),
            Self::Max => a.max(b),
            Self::Min => a.min(b),
            Self::Greater => truth(a > b),
            Self::GreaterOrEqual => truth(a >= b),
            Self::Less => truth(a < b),
            Self::LessOrEqual => truth(a <= b),
        }
    }

    /// Whether it gives yes or no.
    pub(super) fn is_comparison(self) -> bool {
        matches!(self, Self::Greater | Self::GreaterOrEqual | Self::Less | Self::LessOrEqual)
    }
}
