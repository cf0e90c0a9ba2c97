//! L-BFGS: quasi-Newton steps from the last few gradients, with a line search that meets the strong Wolfe conditions.
//!
//! ```text
//! d = -H g,   H from the last pairs s = change of p, y = change of g          (`history.rs`)
//! p <- p + a d,   a by a line search that starts at the learning rate          (`line_search.rs`)
//! ```
//!
//! It needs the loss as a function, always of the same data: use it with full batches. On small and smooth problems it
//! reaches in tens of evaluations what the other optimizers reach in thousands of steps.
//!
//! Sources: Liu and Nocedal, "On the limited memory BFGS method for large scale optimization", Mathematical Programming 45,
//! 1989; Nocedal and Wright, "Numerical optimization", 2nd edition, algorithms 7.4, 7.5, 3.5 and 3.6. Safeguards and stopping
//! rules are those of Schmidt's minFunc and of PyTorch's `LBFGS(line_search_fn="strong_wolfe")`.
//!
//! Must not know: graphs, batches, where the loss comes from.

mod history;
mod line_search;
mod saved;
mod vector;

use chainrule_engine::Scalar;

use self::history::History;
use self::line_search::{Limits, Line, Point, Start};
use self::vector::{dot, largest, sum_of_sizes};
use crate::Error;
use crate::validate::Settings;

/// The loss as a function: takes the parameters, writes the gradient, returns the loss.
pub type Objective<'a, T> = dyn FnMut(&[T], &mut [T]) -> T + 'a;

/// Limited-memory BFGS with a strong-Wolfe line search.
///
/// Keeps `2 * history + 7` buffers of the parameters' length, all in [`LbfgsState`]. Default learning rate 1.
///
/// ```
/// use chainrule::optimizers::{Lbfgs, LbfgsState};
/// let lbfgs = Lbfgs::default();
/// let mut state = LbfgsState::new(&lbfgs, 2);
/// let mut parameters = [4.0, -3.0];
/// let mut objective = |p: &[f64], g: &mut [f64]| {
///     (g[0], g[1]) = (2.0 * (p[0] - 1.0), 20.0 * p[1]);
///     (p[0] - 1.0).powi(2) + 10.0 * p[1].powi(2)
/// };
/// let outcome = lbfgs.step(&mut state, &mut parameters, &mut objective, 1.0);
/// assert!(outcome.loss < 1e-12 && outcome.evaluations <= 25);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lbfgs {
    /// How many pairs (s, y) are remembered, at least 1; 10.
    pub history: usize,
    /// The most changes of the parameters in one step, at least 1; 20.
    pub max_iterations: usize,
    /// After how many evaluations of the loss a step ends, at least 2; 25. The last search may make one more.
    pub max_evaluations: usize,
    /// A step ends when no entry of the gradient is larger, at least 0; 1e-7.
    pub gradient_tolerance: f64,
    /// A step ends when no parameter, or not the loss, changes by more, at least 0; 1e-9.
    pub change_tolerance: f64,
}

impl Default for Lbfgs {
    fn default() -> Self {
        Self {
            history: 10,
            max_iterations: 20,
            max_evaluations: 25,
            gradient_tolerance: 1e-7,
            change_tolerance: 1e-9,
        }
    }
}

/// The memory of L-BFGS, allocated once; a step allocates nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct LbfgsState<T> {
    iterations: u64,
    step_length: f64,
    gradient: Vec<T>,
    previous_gradient: Vec<T>,
    direction: Vec<T>,
    origin: Vec<T>,
    points: [Point<T>; 3],
    history: History<T>,
}

impl<T: Scalar> LbfgsState<T> {
    /// The state before the first step for a number of parameters.
    pub fn new(lbfgs: &Lbfgs, parameters: usize) -> Self {
        let zeros = || vec![T::ZERO; parameters];
        Self {
            iterations: 0,
            step_length: 0.0,
            gradient: zeros(),
            previous_gradient: zeros(),
            direction: zeros(),
            origin: zeros(),
            points: core::array::from_fn(|_| Point::new(parameters)),
            history: History::new(lbfgs.history.max(1), parameters),
        }
    }

    /// How many times the parameters were changed.
    pub fn iterations(&self) -> u64 {
        self.iterations
    }

    /// Learns from the last change and writes the next direction.
    fn find_direction(&mut self) {
        if self.iterations > 0 {
            self.history.learn(self.step_length, &self.direction, &self.gradient, &self.previous_gradient);
        }
        self.history.write_direction(&self.gradient, &mut self.direction);
    }

    /// The first step is at most as long as the gradient's sum of sizes allows; later ones try the learning rate itself.
    fn first_trial(&self, learning_rate: f64) -> f64 {
        if self.iterations == 0 {
            learning_rate * (1.0 / sum_of_sizes(&self.gradient)).min(1.0)
        } else {
            learning_rate
        }
    }
}

/// Why a step of [`Lbfgs`] ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// The iterations allowed for one step were made: go on with the next.
    Iterations,
    /// The evaluations allowed for one step were made: go on with the next.
    Evaluations,
    /// No entry of the gradient is larger than its tolerance: a stationary point.
    SmallGradient,
    /// The loss does not fall along the direction by more than the tolerance.
    FlatDirection,
    /// The parameters or the loss did not change by more than the tolerance.
    SmallChange,
}

/// What one step of [`Lbfgs`] did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LbfgsOutcome {
    /// The loss before the step.
    pub loss_before: f64,
    /// The loss at the new parameters.
    pub loss: f64,
    /// How often the loss was evaluated.
    pub evaluations: usize,
    /// How often the parameters were changed.
    pub iterations: usize,
    /// Why the step ended.
    pub reason: StopReason,
}

/// What the iterations of one step share.
struct Run<'a, 'o, T> {
    parameters: &'a mut [T],
    objective: &'a mut Objective<'o, T>,
    learning_rate: f64,
    outcome: LbfgsOutcome,
}

impl Lbfgs {
    /// The name in configurations and on the command line.
    pub const NAME: &'static str = "lbfgs";

    /// The first length that a line search tries: 1, the length of Newton's step.
    pub fn default_learning_rate(&self) -> f64 {
        1.0
    }

    /// Checks that each setting has a meaning.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSetting`] with the first setting out of range.
    pub fn validate(&self) -> Result<(), Error> {
        let settings = Settings(Self::NAME);
        settings.at_least_one("history", self.history as f64)?;
        settings.at_least_one("max_iterations", self.max_iterations as f64)?;
        settings.at_least_two("max_evaluations", self.max_evaluations as f64)?;
        settings.not_negative("gradient_tolerance", self.gradient_tolerance)?;
        settings.not_negative("change_tolerance", self.change_tolerance)
    }

    /// Up to `max_iterations` changes of the parameters; the state carries what was learnt to the next step.
    ///
    /// `objective` must be the same smooth function each time. A trial whose loss is not finite counts as too high, so
    /// that the search comes back from beyond an overflow. The parameters left are those of the lowest loss that the last
    /// search found.
    ///
    /// # Panics
    ///
    /// If the parameters are not as many as the state was made for: a bug of the caller.
    pub fn step<T: Scalar>(
        &self,
        state: &mut LbfgsState<T>,
        parameters: &mut [T],
        objective: &mut Objective<'_, T>,
        learning_rate: f64,
    ) -> LbfgsOutcome {
        let loss = objective(parameters, &mut state.gradient).to_f64();
        let reason = StopReason::SmallGradient;
        let outcome = LbfgsOutcome { loss_before: loss, loss, evaluations: 1, iterations: 0, reason };
        if largest(&state.gradient) <= self.gradient_tolerance {
            return outcome;
        }
        let mut run = Run { parameters, objective, learning_rate, outcome };
        loop {
            let reason = self.iterate(state, &mut run).or_else(|| self.limit_reached(&run.outcome));
            if let Some(reason) = reason {
                return LbfgsOutcome { reason, ..run.outcome };
            }
        }
    }

    /// One direction and one line search; gives the reason if there is no use in another.
    fn iterate<T: Scalar>(&self, state: &mut LbfgsState<T>, run: &mut Run<'_, '_, T>) -> Option<StopReason> {
        state.find_direction();
        state.step_length = state.first_trial(run.learning_rate);
        state.iterations += 1;
        run.outcome.iterations += 1;
        state.previous_gradient.copy_from_slice(&state.gradient);
        let slope = dot(&state.gradient, &state.direction);
        let falls = slope <= -self.change_tolerance;
        if !falls {
            return Some(StopReason::FlatDirection);
        }
        let loss_change = self.move_along(state, run, slope);
        self.reason_to_stop(state, loss_change)
    }

    /// Moves the parameters to where the search along the direction ends; gives the change of the loss.
    fn move_along<T: Scalar>(&self, state: &mut LbfgsState<T>, run: &mut Run<'_, '_, T>, slope: f64) -> f64 {
        state.origin.copy_from_slice(run.parameters);
        let start = Start {
            loss: run.outcome.loss,
            slope,
            gradient: &state.previous_gradient,
            first_trial: state.step_length,
        };
        let limits = Limits {
            evaluations: self.max_evaluations.saturating_sub(run.outcome.evaluations),
            change: self.change_tolerance,
        };
        let mut line = Line::new(&state.origin, &state.direction, run.parameters, run.objective);
        let found = line.search(start, &mut state.points, limits);
        line.move_to(found.length);
        run.outcome.evaluations += line.evaluations();
        run.outcome.loss = found.loss;
        state.step_length = found.length;
        state.gradient.copy_from_slice(&found.gradient);
        (found.loss - start.loss).abs()
    }

    fn limit_reached(&self, outcome: &LbfgsOutcome) -> Option<StopReason> {
        if outcome.iterations >= self.max_iterations {
            Some(StopReason::Iterations)
        } else if outcome.evaluations >= self.max_evaluations {
            Some(StopReason::Evaluations)
        } else {
            None
        }
    }

    fn reason_to_stop<T: Scalar>(&self, state: &LbfgsState<T>, loss_change: f64) -> Option<StopReason> {
        if largest(&state.gradient) <= self.gradient_tolerance {
            return Some(StopReason::SmallGradient);
        }
        let parameter_change = state.step_length.abs() * largest(&state.direction);
        let stands_still = parameter_change <= self.change_tolerance || loss_change < self.change_tolerance;
        stands_still.then_some(StopReason::SmallChange)
    }
}

#[cfg(test)]
mod tests {
    use super::{Lbfgs, LbfgsState, StopReason};

    /// A quadratic bowl of 20 dimensions whose curvatures span three orders of magnitude.
    fn bowl(parameters: &[f64], gradient: &mut [f64]) -> f64 {
        let curvature = |i: usize| 10f64.powf(i as f64 * 3.0 / 19.0);
        let mut loss = 0.0;
        for (i, (p, g)) in parameters.iter().zip(gradient).enumerate() {
            *g = curvature(i) * (p - 1.0);
            loss += 0.5 * *g * (p - 1.0);
        }
        loss
    }

    #[test]
    fn an_ill_conditioned_bowl_is_solved_in_few_evaluations() {
        let lbfgs = Lbfgs { max_iterations: 200, max_evaluations: 250, ..Lbfgs::default() };
        let (mut state, mut parameters) = (LbfgsState::new(&lbfgs, 20), vec![0.0; 20]);
        let outcome = lbfgs.step(&mut state, &mut parameters, &mut bowl, 1.0);
        assert!(outcome.loss < 1e-6 && outcome.evaluations < 200, "{outcome:?}");
    }

    #[test]
    fn a_stationary_start_stays_where_it_is() {
        let lbfgs = Lbfgs::default();
        let mut parameters = vec![1.0; 20];
        let outcome = lbfgs.step(&mut LbfgsState::new(&lbfgs, 20), &mut parameters, &mut bowl, 1.0);
        assert_eq!((outcome.reason, outcome.evaluations), (StopReason::SmallGradient, 1));
        assert_eq!(parameters, vec![1.0; 20]);
    }

    /// `-ln(p)` and its slope end at 0: every trial beyond is not a number.
    #[test]
    fn the_search_comes_back_from_beyond_the_domain() {
        let mut barrier = |p: &[f64], g: &mut [f64]| {
            g[0] = 1.0 - 1e-2 / p[0];
            p[0] - 1e-2 * p[0].ln()
        };
        let lbfgs = Lbfgs { max_evaluations: 100, ..Lbfgs::default() };
        let (mut state, mut parameters) = (LbfgsState::new(&lbfgs, 1), [0.5]);
        lbfgs.step(&mut state, &mut parameters, &mut barrier, 1.0);
        assert!((parameters[0] - 1e-2).abs() < 1e-6, "{parameters:?}");
    }

    #[test]
    fn a_loss_that_is_never_finite_moves_nothing() {
        let mut broken = |_: &[f64], g: &mut [f64]| {
            g.fill(1.0);
            f64::NAN
        };
        let lbfgs = Lbfgs::default();
        let mut parameters = [3.0];
        let outcome = lbfgs.step(&mut LbfgsState::new(&lbfgs, 1), &mut parameters, &mut broken, 1.0);
        assert!(outcome.evaluations <= lbfgs.max_evaluations + 1);
        assert_eq!(parameters, [3.0]);
    }
}
