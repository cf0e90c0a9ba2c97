//! `+ - * /` between tensors and numbers.

use core::ops::{Add, Div, Mul, Neg, Sub};

use super::Tensor;
use crate::op::{Binary, Op, Unary};

impl Neg for Tensor<'_> {
    type Output = Self;

    #[track_caller]
    fn neg(self) -> Self {
        self.tape.push(Op::Unary(Unary::Neg), &[self])
    }
}

macro_rules! operator {
    ($($trait:ident, $method:ident => $function:ident;)*) => {
        $(
            impl<'t> $trait for Tensor<'t> {
                type Output = Tensor<'t>;

                #[track_caller]
                fn $method(self, other: Tensor<'t>) -> Tensor<'t> {
                    self.binary(Binary::$function, other)
                }
            }

            impl<'t> $trait<f64> for Tensor<'t> {
                type Output = Tensor<'t>;

                #[track_caller]
                fn $method(self, other: f64) -> Tensor<'t> {
                    self.binary(Binary::$function, other)
                }
            }

            impl<'t> $trait<Tensor<'t>> for f64 {
                type Output = Tensor<'t>;

                #[track_caller]
                fn $method(self, other: Tensor<'t>) -> Tensor<'t> {
                    other.tape.scalar(self).binary(Binary::$function, other)
                }
            }
        )*
    };
}

operator! {
    Add, add => Add;
    Sub, sub => Sub;
    Mul, mul => Mul;
    Div, div => Div;
}
