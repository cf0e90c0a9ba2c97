//! Clipping: gradients of bounded size.
//!
//! Source: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1.

use chainrule_engine::Real;

use crate::Error;
use crate::lanes::{clamped, limit_norm};

/// Bounds on the gradient of a step; `None` is no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Clipping {
    /// The largest Euclidean norm of the whole gradient: `g <- g min(1, norm / |g|)`. Above 0.
    pub norm: Option<f64>,
    /// The largest magnitude of an element: `g_i <- min(max(g_i, -value), value)`. Above 0.
    pub value: Option<f64>,
}

impl Clipping {
    /// Whether every bound is a number above 0.
    ///
    /// # Errors
    /// [`Error::InvalidSetting`] for the first bound that is not.
    pub fn validate(&self) -> Result<(), Error> {
        for (setting, bound) in [("clip_norm", self.norm), ("clip_value", self.value)] {
            if let Some(got) = bound.filter(|bound| bound.is_nan() || *bound <= 0.0) {
                return Err(Error::InvalidSetting {
                    owner: "clipping",
                    setting,
                    expected: "a number above 0",
                    got,
                });
            }
        }
        Ok(())
    }

    /// Bounds the elements, then the norm.
    ///
    /// ```
    /// use chainrule::Clipping;
    /// let mut gradient = [3.0f32, -4.0];
    /// Clipping { norm: Some(1.0), value: None }.apply(&mut gradient);
    /// assert_eq!(gradient, [0.6, -0.8]);
    /// ```
    pub fn apply<T: Real>(&self, gradient: &mut [T]) {
        if let Some(bound) = self.value.map(T::from_f64) {
            gradient.iter_mut().for_each(|g| *g = clamped(*g, -bound, bound));
        }
        if let Some(bound) = self.norm {
            limit_norm(gradient, bound);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Clipping;

    #[test]
    fn small_gradients_are_left_alone_and_nan_stays() {
        let mut gradient = [0.1, f64::NAN, -0.2];
        Clipping { norm: Some(1.0), value: Some(0.5) }.apply(&mut gradient);
        assert!(gradient[0] == 0.1 && gradient[1].is_nan() && gradient[2] == -0.2);
    }

    #[test]
    fn elements_are_bounded_before_the_norm() {
        let mut gradient = [10.0, -0.5];
        Clipping { norm: None, value: Some(1.0) }.apply(&mut gradient);
        assert_eq!(gradient, [1.0, -0.5]);
        assert!(Clipping { norm: Some(0.0), value: None }.validate().is_err());
    }
}
