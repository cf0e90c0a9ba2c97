//! [`Schedule`]: every schedule under one name. This file is a set of tables.
//!
//! Must not know: any schedule's formula.

use core::fmt;
use core::str::FromStr;

use super::{
    Cosine, CosineRestarts, Exponential, InverseScaling, OneCycle, Plateau, PlateauState, Polynomial,
    Position, StepDecay, Warmup,
};
use crate::Error;
use crate::validate::Settings;

/// How the learning rate changes in the course of a training.
///
/// Written as one of [`NAMES`](Self::NAMES) with its default settings; `warmup+NAME` is a warm-up in front of another.
///
/// ```
/// use chainrule::schedules::{Position, Schedule};
/// let schedule: Schedule = "warmup+cosine".parse()?;
/// let at = |step| schedule.factor(Position { step, total_steps: 300, ..Position::default() });
/// assert_eq!([at(0), at(100), at(200), at(300)], [0.01, 1.0, 0.5, 0.0]);
/// # Ok::<(), chainrule::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Schedule {
    /// The factor is always 1.
    #[default]
    Constant,
    /// A cut every few epochs.
    Step(StepDecay),
    /// A cut every epoch.
    Exponential(Exponential),
    /// Decay by a power of the examples seen.
    InverseScaling(InverseScaling),
    /// Half a cosine over the whole training.
    Cosine(Cosine),
    /// Half a cosine again and again.
    CosineRestarts(CosineRestarts),
    /// One rise and one fall.
    OneCycle(OneCycle),
    /// A linear or steeper fall to the end of the training.
    Polynomial(Polynomial),
    /// A cut when the monitored value stops improving.
    Plateau(Plateau),
    /// A linear rise, then another schedule.
    Warmup(Warmup),
}

const WARMUP_PREFIX: &str = "warmup+";

impl Schedule {
    /// The names that [`FromStr`] knows, as the command line and configurations write them.
    pub const NAMES: &'static [&'static str] = &[
        "constant",
        "step",
        "exponential",
        "inverse_scaling",
        "cosine",
        "cosine_restarts",
        "one_cycle",
        "polynomial",
        "plateau",
        "warmup",
    ];

    /// The schedule's name, without what follows a warm-up.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Step(_) => "step",
            Self::Exponential(_) => "exponential",
            Self::InverseScaling(_) => "inverse_scaling",
            Self::Cosine(_) => "cosine",
            Self::CosineRestarts(_) => "cosine_restarts",
            Self::OneCycle(_) => "one_cycle",
            Self::Polynomial(_) => "polynomial",
            Self::Plateau(_) => "plateau",
            Self::Warmup(_) => "warmup",
        }
    }

    /// What to multiply the learning rate of a step with: at least 0, 1 for the full rate.
    ///
    /// For a plateau this is 1; the factor of its [state](Self::plateau) comes on top.
    pub fn factor(&self, position: Position) -> f64 {
        match self {
            Self::Constant | Self::Plateau(_) => 1.0,
            Self::Step(schedule) => schedule.factor(position),
            Self::Exponential(schedule) => schedule.factor(position),
            Self::InverseScaling(schedule) => schedule.factor(position),
            Self::Cosine(schedule) => schedule.factor(position),
            Self::CosineRestarts(schedule) => schedule.factor(position),
            Self::OneCycle(schedule) => schedule.factor(position),
            Self::Polynomial(schedule) => schedule.factor(position),
            Self::Warmup(schedule) => schedule.factor(position),
        }
    }

    /// The plateau that has to be fed with the monitored value, also behind a warm-up, and its first state; mostly none.
    pub fn plateau(&self) -> Option<(Plateau, PlateauState)> {
        match self {
            Self::Plateau(plateau) => Some((*plateau, PlateauState::default())),
            Self::Warmup(warmup) => warmup.after.plateau(),
            _ => None,
        }
    }

    /// Checks that each setting has a meaning.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSetting`] with the first setting out of range.
    pub fn validate(&self) -> Result<(), Error> {
        let settings = Settings(self.name());
        match self {
            Self::Constant => Ok(()),
            Self::Step(schedule) => schedule.validate(settings),
            Self::Exponential(schedule) => schedule.validate(settings),
            Self::InverseScaling(schedule) => schedule.validate(settings),
            Self::Cosine(schedule) => schedule.validate(settings),
            Self::CosineRestarts(schedule) => schedule.validate(settings),
            Self::OneCycle(schedule) => schedule.validate(settings),
            Self::Polynomial(schedule) => schedule.validate(settings),
            Self::Plateau(schedule) => schedule.validate(settings),
            Self::Warmup(schedule) => schedule.validate(settings),
        }
    }
}

impl FromStr for Schedule {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        if let Some(after) = name.strip_prefix(WARMUP_PREFIX) {
            return Ok(Self::Warmup(Warmup { after: Box::new(after.parse()?), ..Warmup::default() }));
        }
        Ok(match name.replace('-', "_").as_str() {
            "constant" => Self::Constant,
            "step" => Self::Step(StepDecay::default()),
            "exponential" => Self::Exponential(Exponential::default()),
            "inverse_scaling" => Self::InverseScaling(InverseScaling::default()),
            "cosine" => Self::Cosine(Cosine::default()),
            "cosine_restarts" => Self::CosineRestarts(CosineRestarts::default()),
            "one_cycle" => Self::OneCycle(OneCycle::default()),
            "polynomial" => Self::Polynomial(Polynomial::default()),
            "plateau" => Self::Plateau(Plateau::default()),
            "warmup" => Self::Warmup(Warmup::default()),
            _ => return Err(Error::UnknownName { kind: "schedule", name: name.into(), known: Self::NAMES }),
        })
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Warmup(warmup) if *warmup.after != Self::Constant => {
                write!(formatter, "{WARMUP_PREFIX}{}", warmup.after)
            }
            _ => formatter.pad(self.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cosine, Plateau, Position, Schedule, Warmup};

    #[test]
    fn every_name_parses_validates_and_displays_as_itself() {
        for &name in Schedule::NAMES {
            let schedule: Schedule = name.parse().expect("a name of the list");
            assert_eq!((schedule.to_string().as_str(), schedule.name()), (name, name));
            assert_eq!(schedule.validate(), Ok(()));
            let first =
                schedule.factor(Position { total_steps: 10, steps_per_epoch: 2, ..Position::default() });
            assert!(first > 0.0 && first <= 1.0, "{name}: {first}");
        }
    }

    #[test]
    fn a_warm_up_goes_in_front_of_any_other() {
        let schedule: Schedule = "warmup+plateau".parse().expect("both are names of the list");
        assert_eq!(schedule.to_string(), "warmup+plateau");
        assert_eq!(schedule.plateau().map(|(plateau, _)| plateau), Some(Plateau::default()));
        assert!("warmup+nothing".parse::<Schedule>().is_err());
    }

    #[test]
    fn settings_behind_a_warm_up_are_checked_in_their_own_name() {
        let after = Box::new(Schedule::Cosine(Cosine { minimum: 1.5 }));
        let error = Schedule::Warmup(Warmup { after, ..Warmup::default() }).validate();
        assert_eq!(
            error.expect_err("the minimum is above 1").to_string(),
            "cosine: `minimum` is out of range; expected a number in [0, 1], got 1.5"
        );
    }
}
