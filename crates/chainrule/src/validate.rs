//! Range checks of settings: each returns the error that names the owner, the setting and the range.
//!
//! Not a number is outside every range. Must not know: what the settings mean.

use crate::Error;

/// The name of what is configured; the checks of its settings are methods.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings(pub(crate) &'static str);

impl Settings {
    pub(crate) fn fraction_below_one(self, setting: &'static str, got: f64) -> Result<(), Error> {
        self.check(setting, got, "a number in [0, 1)", (0.0..1.0).contains(&got))
    }

    pub(crate) fn fraction(self, setting: &'static str, got: f64) -> Result<(), Error> {
        self.check(setting, got, "a number in [0, 1]", (0.0..=1.0).contains(&got))
    }

    pub(crate) fn positive_fraction(self, setting: &'static str, got: f64) -> Result<(), Error> {
        self.check(setting, got, "a number in (0, 1]", got > 0.0 && got <= 1.0)
    }

    pub(crate) fn inner_fraction(self, setting: &'static str, got: f64) -> Result<(), Error> {
        self.check(setting, got, "a number in (0, 1)", got > 0.0 && got < 1.0)
    }

    pub(crate) fn finite(self, setting: &'static str, got: f64) -> Result<(), Error> {
        self.check(setting, got, "a finite number", got.is_finite())
    }

    pub(crate) fn positive(self, setting: &'static str, got: f64) -> Result<(), Error> {
        self.check(setting, got, "a finite number above 0", got > 0.0 && got.is_finite())
    }

    pub(crate) fn not_negative(self, setting: &'static str, got: f64) -> Result<(), Error> {
        self.check(setting, got, "a finite number of at least 0", got >= 0.0 && got.is_finite())
    }

    pub(crate) fn at_least_one(self, setting: &'static str, got: f64) -> Result<(), Error> {
        self.check(setting, got, "a finite number of at least 1", got >= 1.0 && got.is_finite())
    }

    pub(crate) fn at_least_two(self, setting: &'static str, got: f64) -> Result<(), Error> {
        self.check(setting, got, "a finite number of at least 2", got >= 2.0 && got.is_finite())
    }

    fn check(
        self,
        setting: &'static str,
        got: f64,
        expected: &'static str,
        holds: bool,
    ) -> Result<(), Error> {
        if holds { Ok(()) } else { Err(Error::InvalidSetting { owner: self.0, setting, expected, got }) }
    }
}
