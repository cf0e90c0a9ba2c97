//! The closed lists of scalar functions that elementwise kernels apply.

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// `-x`.
    Neg,
    /// `|x|`; its slope at 0 is taken as 0.
    Abs,
    /// `e^x`.
    Exp,
    /// The natural logarithm of `x`.
    Log,
    /// The square root of `x`.
    Sqrt,
    /// The sine of `x` radians.
    Sin,
    /// The cosine of `x` radians.
    Cos,
    /// The error function.
    Erf,
    /// `max(x, 0)`; its slope at 0 is taken as 0.
    Relu,
    /// `1 / (1 + e^-x)`, in the form that overflows for no x.
    Sigmoid,
    /// The hyperbolic tangent.
    Tanh,
    /// `ln(1 + e^x)`, in the form that overflows for no x.
    Softplus,
    /// 1 above 0, else 0; its slope is 0 everywhere.
    Step,
}

impl Unary {
    /// Every function, in order of declaration.
    pub const ALL: [Unary; 13] = [
        Unary::Neg,
        Unary::Abs,
        Unary::Exp,
        Unary::Log,
        Unary::Sqrt,
        Unary::Sin,
        Unary::Cos,
        Unary::Erf,
        Unary::Relu,
        Unary::Sigmoid,
        Unary::Tanh,
        Unary::Softplus,
        Unary::Step,
    ];

    /// The function's name in prints and messages.
    pub fn name(self) -> &'static str {
        match self {
            Unary::Neg => "neg",
            Unary::Abs => "abs",
            Unary::Exp => "exp",
            Unary::Log => "log",
            Unary::Sqrt => "sqrt",
            Unary::Sin => "sin",
            Unary::Cos => "cos",
            Unary::Erf => "erf",
            Unary::Relu => "relu",
            Unary::Sigmoid => "sigmoid",
            Unary::Tanh => "tanh",
            Unary::Softplus => "softplus",
            Unary::Step => "step",
        }
    }
}

/// A function of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// `a + b`.
    Add,
    /// `a - b`.
    Sub,
    /// `a b`.
    Mul,
    /// `a / b`.
    Div,
    /// `a^b`.
    Pow,
    /// The larger of the two; where they are equal each gets half of the slope.
    Max,
}

impl Binary {
    /// Every function, in order of declaration.
    pub const ALL: [Binary; 6] =
        [Binary::Add, Binary::Sub, Binary::Mul, Binary::Div, Binary::Pow, Binary::Max];

    /// The function's name in prints and messages.
    pub fn name(self) -> &'static str {
        match self {
            Binary::Add => "add",
            Binary::Sub => "sub",
            Binary::Mul => "mul",
            Binary::Div => "div",
            Binary::Pow => "pow",
            Binary::Max => "max",
        }
    }
}
