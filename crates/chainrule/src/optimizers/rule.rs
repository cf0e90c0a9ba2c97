//! [`UpdateRule`]: the optimizers that need one gradient a step, in one enum. This file is a set of tables.
//!
//! A step has two phases: [`UpdateRule::begin_step`] counts it and computes its scalars (bias corrections and the like) once
//! and in `f64`; [`Step::update`] then goes over the slices of each [`Group`].
//!
//! Must not know: any rule's formula.

use core::fmt;
use core::str::FromStr;

use chainrule_engine::{MOST_LANES, Real, dispatch};

use super::each::{Each, Scalars};
use super::{
    Adadelta, Adagrad, Adam, AdamW, AmsGrad, Group, Lion, NAdam, RAdam, RmsProp, Rprop, Sgd, State,
    StateRange, adadelta, adagrad, adam, amsgrad, lion, nadam, radam, rmsprop, rprop, sgd,
};
use crate::Error;

/// An optimizer that makes a step from one gradient.
///
/// ```
/// use chainrule::optimizers::{Group, Sgd, State, UpdateRule};
/// let rule = UpdateRule::from(Sgd::default());
/// let mut state = State::new(&rule, 2);
/// let mut parameters = [1.0, 2.0];
/// rule.update(&mut state, Group::whole(&mut parameters, &[0.5, -0.5]), 0.1);
/// assert_eq!(parameters, [0.95, 2.05]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum UpdateRule {
    /// Gradient descent, with momentum or Nesterov's momentum if wanted.
    Sgd(Sgd),
    /// The gradient over the root of its mean square.
    RmsProp(RmsProp),
    /// The gradient over the root of the sum of all squares.
    Adagrad(Adagrad),
    /// Steps in the parameters' own units, without a learning rate.
    Adadelta(Adadelta),
    /// Mean gradient over root mean square.
    Adam(Adam),
    /// Adam whose mean square never falls.
    AmsGrad(AmsGrad),
    /// Adam with weight decay by default.
    AdamW(AdamW),
    /// Adam with Nesterov's momentum.
    NAdam(NAdam),
    /// Adam with a rectified start.
    RAdam(RAdam),
    /// The sign of the mean gradient.
    Lion(Lion),
    /// A step length per parameter, from the gradient's sign; for full batches.
    Rprop(Rprop),
}

/// What every update rule tells about itself: implemented once in each rule's file.
pub(super) trait Rule {
    fn name(&self) -> &'static str;
    fn moments(&self) -> usize;
    fn default_learning_rate(&self) -> f64;
    fn default_weight_decay(&self) -> f64 {
        0.0
    }
    fn validate(&self) -> Result<(), Error>;
    /// The scalars of a step that has just been counted.
    fn prepare(&self, progress: Progress<'_>) -> Prepared;
}

/// Where training stands when a step begins.
pub(super) struct Progress<'a> {
    /// The number of the step, from 1.
    pub(super) step: u64,
    pub(super) learning_rate: f64,
    /// See [`State::momentum_product`].
    pub(super) momentum_product: &'a mut f64,
}

impl Progress<'_> {
    /// `1 - beta^step`: the share of the weights of an average that started at 0.
    pub(super) fn bias_correction(&self, beta: f64) -> f64 {
        1.0 - Real::pow(beta, self.step as f64)
    }
}

/// A step's scalars, by rule. AdamW's loop is Adam's.
#[derive(Debug, Clone, Copy)]
pub(super) enum Prepared {
    Sgd(sgd::Prepared),
    RmsProp(rmsprop::Prepared),
    Adagrad(adagrad::Prepared),
    Adadelta(adadelta::Prepared),
    Adam(adam::Prepared),
    AmsGrad(amsgrad::Prepared),
    NAdam(nadam::Prepared),
    RAdam(radam::Prepared),
    Lion(lion::Prepared),
    Rprop(rprop::Prepared),
}

/// A step that has begun: update each group of parameters with it once, in any order.
#[derive(Debug, Clone, Copy)]
#[must_use = "a step changes nothing until it updates its groups"]
pub struct Step(Prepared);

/// Where each rule finds its scalars in a step.
macro_rules! impl_scalars {
    ($($rule:ident: $module:ident, $($learning_rate:tt).+;)*) => {$(
        impl Scalars for $module::Prepared {
            #[inline(always)]
            fn of(prepared: &Prepared) -> &Self {
                match prepared {
                    Prepared::$rule(prepared) => prepared,
                    _ => unreachable!("the lanes of a step follow one rule"),
                }
            }

            #[inline(always)]
            fn learning_rate(&self) -> f64 {
                self.$($learning_rate).+
            }
        }
    )*};
}

impl_scalars!(
    Sgd: sgd, learning_rate;
    RmsProp: rmsprop, learning_rate;
    Adagrad: adagrad, learning_rate;
    Adadelta: adadelta, learning_rate;
    Adam: adam, learning_rate;
    AmsGrad: amsgrad, 0.learning_rate;
    NAdam: nadam, learning_rate;
    RAdam: radam, learning_rate;
    Lion: lion, learning_rate;
    Rprop: rprop, learning_rate;
);

impl Step {
    /// Updates the parameters of one group and its range of the state's moments.
    ///
    /// # Panics
    ///
    /// If parameters and gradients differ in length, or the group reaches beyond the state: a bug of the caller.
    pub fn update<T: Real>(&self, state: &mut State<T>, group: Group<'_, T>) {
        self.update_range(&mut state.whole(), group);
    }

    /// Updates the parameters of one group, whose moments lie in `state`. Other ranges of the same state may be updated at the
    /// same time by other threads; the bits do not depend on how the parameters are cut.
    ///
    /// # Panics
    ///
    /// If parameters and gradients differ in length, or the group reaches beyond the range: a bug of the caller.
    pub fn update_range<T: Real>(&self, state: &mut StateRange<'_, T>, group: Group<'_, T>) {
        update_each(core::slice::from_ref(&self.0), state, group);
    }
}

/// A step of several networks at once, the lanes of the parameters' type: one rule, a learning rate for each.
#[derive(Debug, Clone, Copy)]
#[must_use = "a step changes nothing until it updates its groups"]
pub(crate) struct LaneStep([Prepared; MOST_LANES]);

impl LaneStep {
    /// As [`Step::update`].
    pub(crate) fn update<T: Real>(&self, state: &mut State<T>, group: Group<'_, T>) {
        update_each(&self.0[..T::LANES], &mut state.whole(), group);
    }
}

/// Compiled for each set of vector instructions; every `apply` is inlined here for that.
fn update_each<T: Real>(each: &[Prepared], state: &mut StateRange<'_, T>, mut group: Group<'_, T>) {
    assert_eq!(group.parameters.len(), group.gradients.len(), "a gradient for each parameter");
    dispatch(
        #[inline(always)]
        || match each[0] {
            Prepared::Sgd(_) => sgd::Prepared::apply(Each::new(each), state, &mut group),
            Prepared::RmsProp(_) => rmsprop::Prepared::apply(Each::new(each), state, &mut group),
            Prepared::Adagrad(_) => adagrad::Prepared::apply(Each::new(each), state, &mut group),
            Prepared::Adadelta(_) => adadelta::Prepared::apply(Each::new(each), state, &mut group),
            Prepared::Adam(_) => adam::Prepared::apply(Each::new(each), state, &mut group),
            Prepared::AmsGrad(_) => amsgrad::Prepared::apply(Each::new(each), state, &mut group),
            Prepared::NAdam(_) => nadam::Prepared::apply(Each::new(each), state, &mut group),
            Prepared::RAdam(_) => radam::Prepared::apply(Each::new(each), state, &mut group),
            Prepared::Lion(_) => lion::Prepared::apply(Each::new(each), state, &mut group),
            Prepared::Rprop(_) => rprop::Prepared::apply(Each::new(each), state, &mut group),
        },
    );
}

impl UpdateRule {
    /// The names that [`FromStr`] knows, as the command line and configurations write them.
    pub const NAMES: &'static [&'static str] = &[
        "sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adadelta", "adam", "amsgrad", "adamw", "nadam",
        "radam", "lion", "rprop",
    ];

    /// The rule's name.
    pub fn name(&self) -> &'static str {
        self.as_rule().name()
    }

    /// How many buffers of the parameters' length the rule keeps.
    pub fn moments(&self) -> usize {
        self.as_rule().moments()
    }

    /// The learning rate to use if none is given; PyTorch's, for Lion its paper's.
    pub fn default_learning_rate(&self) -> f64 {
        self.as_rule().default_learning_rate()
    }

    /// The decoupled weight decay to use for weights if none is given: 0.01 for AdamW, 0 for the others.
    pub fn default_weight_decay(&self) -> f64 {
        self.as_rule().default_weight_decay()
    }

    /// Checks that each setting has a meaning.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSetting`] with the first setting out of range.
    pub fn validate(&self) -> Result<(), Error> {
        self.as_rule().validate()
    }

    /// Counts a step and computes its scalars; the returned step then updates the parameters, group by group.
    ///
    /// The learning rate is that of this step, at least 0.
    pub fn begin_step<T: Real>(&self, state: &mut State<T>, learning_rate: f64) -> Step {
        state.step += 1;
        let momentum_product = &mut state.momentum_product;
        Step(self.as_rule().prepare(Progress { step: state.step, learning_rate, momentum_product }))
    }

    /// The same where each lane of the parameters' type has its own learning rate; those beyond its lanes are not read.
    pub(crate) fn begin_lanes<T: Real>(
        &self,
        state: &mut State<T>,
        learning_rates: &[f64; MOST_LANES],
    ) -> LaneStep {
        state.step += 1;
        let (step, before) = (state.step, state.momentum_product);
        let mut after = before;
        let mut prepared = |learning_rate| {
            after = before;
            self.as_rule().prepare(Progress { step, learning_rate, momentum_product: &mut after })
        };
        let mut lanes = [prepared(learning_rates[0]); MOST_LANES];
        if learning_rates[..T::LANES].iter().any(|rate| *rate != learning_rates[0]) {
            lanes.iter_mut().zip(learning_rates).for_each(|(lane, rate)| *lane = prepared(*rate));
        }
        state.momentum_product = after;
        LaneStep(lanes)
    }

    /// One whole step for parameters that form a single group.
    ///
    /// # Panics
    ///
    /// As [`Step::update`].
    pub fn update<T: Real>(&self, state: &mut State<T>, group: Group<'_, T>, learning_rate: f64) {
        self.begin_step(state, learning_rate).update(state, group);
    }

    fn as_rule(&self) -> &dyn Rule {
        match self {
            Self::Sgd(rule) => rule,
            Self::RmsProp(rule) => rule,
            Self::Adagrad(rule) => rule,
            Self::Adadelta(rule) => rule,
            Self::Adam(rule) => rule,
            Self::AmsGrad(rule) => rule,
            Self::AdamW(rule) => rule,
            Self::NAdam(rule) => rule,
            Self::RAdam(rule) => rule,
            Self::Lion(rule) => rule,
            Self::Rprop(rule) => rule,
        }
    }
}

impl FromStr for UpdateRule {
    type Err = Error;

    /// The rule of that name with its default settings; `momentum` and `nesterov` are [`Sgd`] with momentum 0.9.
    fn from_str(name: &str) -> Result<Self, Error> {
        Ok(match name {
            "sgd" => Sgd::default().into(),
            "momentum" => Sgd::with_momentum(0.9).into(),
            "nesterov" => Sgd { nesterov: true, ..Sgd::with_momentum(0.9) }.into(),
            "rmsprop" => RmsProp::default().into(),
            "adagrad" => Adagrad::default().into(),
            "adadelta" => Adadelta::default().into(),
            "adam" => Adam::default().into(),
            "amsgrad" => AmsGrad::default().into(),
            "adamw" => AdamW::default().into(),
            "nadam" => NAdam::default().into(),
            "radam" => RAdam::default().into(),
            "lion" => Lion::default().into(),
            "rprop" => Rprop::default().into(),
            _ => return Err(Error::UnknownName { kind: "optimizer", name: name.into(), known: Self::NAMES }),
        })
    }
}

impl fmt::Display for UpdateRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// One conversion per rule.
macro_rules! impl_from {
    ($($rule:ident),*) => {
        $(impl From<$rule> for UpdateRule {
            fn from(rule: $rule) -> Self {
                Self::$rule(rule)
            }
        })*
    };
}

impl_from!(Sgd, RmsProp, Adagrad, Adadelta, Adam, AmsGrad, AdamW, NAdam, RAdam, Lion, Rprop);
