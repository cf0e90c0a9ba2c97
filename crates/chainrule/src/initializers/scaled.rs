//! Variances that keep signals and gradients at one scale from layer to layer: Glorot, He, LeCun, PyTorch.
//!
//! A unit that adds `n` independent products of variance `v` has variance `n v`; to keep 1, the weights need variance
//! `1 / n`, and `2 / n` where a rectifier then removes half of it. Backward the same holds with the units on the other
//! side. A uniform distribution on `[-b, b]` has variance `b^2 / 3`.

/// The numbers of units that a weight matrix connects, or that the layer of a bias connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fans {
    /// Units before the layer.
    pub inputs: usize,
    /// Units of the layer.
    pub outputs: usize,
}

/// A rule for the variance of weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// `2 / (inputs + outputs)`: a compromise of forward and backward.
    ///
    /// Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
    /// AISTATS 2010, equation 16.
    Glorot,
    /// `2 / inputs`: forward, before rectifiers.
    ///
    /// Source: He, Zhang, Ren and Sun, "Delving deep into rectifiers", ICCV 2015, equation 10.
    He,
    /// `1 / inputs`: forward, before functions with slope 1 at 0.
    ///
    /// Source: LeCun, Bottou, Orr and Müller, "Efficient BackProp", 1998, equation 16.
    Lecun,
    /// `1 / (3 inputs)`, whose uniform bound is `1 / sqrt(inputs)`: what PyTorch's `Linear` starts its weights and its
    /// biases with.
    FanIn,
}

impl Scale {
    /// The standard deviation. A layer that connects nothing counts as connecting one unit.
    pub fn deviation(self, fans: Fans) -> f64 {
        self.bound(fans) / 3f64.sqrt()
    }

    /// The bound `b` of the uniform distribution on `[-b, b]` of that variance.
    ///
    /// ```
    /// use chainrule::initializers::{Fans, Scale};
    /// assert_eq!(Scale::Glorot.bound(Fans { inputs: 2, outputs: 1 }), 2f64.sqrt());
    /// ```
    pub fn bound(self, fans: Fans) -> f64 {
        let inputs = fans.inputs.max(1) as f64;
        let both = (fans.inputs as f64 + fans.outputs as f64).max(1.0);
        match self {
            Self::Glorot => (6.0 / both).sqrt(),
            Self::He => (6.0 / inputs).sqrt(),
            Self::Lecun => (3.0 / inputs).sqrt(),
            Self::FanIn => (1.0 / inputs).sqrt(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fans, Scale};

    #[test]
    fn bounds_are_those_of_the_papers() {
        let fans = Fans { inputs: 12, outputs: 36 };
        let bounds = [Scale::Glorot, Scale::He, Scale::Lecun, Scale::FanIn].map(|scale| scale.bound(fans));
        assert_eq!(bounds, [0.125f64.sqrt(), 0.5f64.sqrt(), 0.5, (1.0f64 / 12.0).sqrt()]);
        assert!((Scale::He.deviation(fans) - (2.0f64 / 12.0).sqrt()).abs() < 1e-16);
    }

    #[test]
    fn no_units_give_no_infinity() {
        assert_eq!(Scale::He.bound(Fans { inputs: 0, outputs: 0 }), 6f64.sqrt());
    }
}
