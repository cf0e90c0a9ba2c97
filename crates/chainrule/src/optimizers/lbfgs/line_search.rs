//! A line search for the strong Wolfe conditions, by bracketing and cubic interpolation.
//!
//! Along `f(a) = loss(p + a d)` it looks for a length a with
//!
//! ```text
//! f(a) <= f(0) + c1 a f'(0)        the loss falls enough (Armijo), c1 = 1e-4
//! |f'(a)| <= c2 |f'(0)|            the slope is small enough,      c2 = 0.9
//! ```
//!
//! Source: Nocedal and Wright, "Numerical optimization", algorithms 3.5 (bracket), 3.6 (zoom) and equation 3.59 (cubic).
//! Must not know: how the direction was found.

use chainrule_engine::Scalar;

use super::Objective;
use super::vector::{dot, largest};

const ARMIJO: f64 = 1e-4;
const CURVATURE: f64 = 0.9;
/// A trial that is nearer to an end of the bracket than this share of its width hardly narrows it.
const MARGIN: f64 = 0.1;

/// The loss, its slope and its gradient at one length.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point<T> {
    pub(super) length: f64,
    pub(super) loss: f64,
    slope: f64,
    pub(super) gradient: Vec<T>,
}

impl<T: Scalar> Point<T> {
    pub(super) fn new(parameters: usize) -> Self {
        Self { length: 0.0, loss: 0.0, slope: 0.0, gradient: vec![T::ZERO; parameters] }
    }

    fn set_start(&mut self, start: Start<'_, T>) {
        (self.length, self.loss, self.slope) = (0.0, start.loss, start.slope);
        self.gradient.copy_from_slice(start.gradient);
    }
}

/// Where a search starts: at length 0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start<'a, T> {
    pub(super) loss: f64,
    /// The loss's derivative along the direction, below 0.
    pub(super) slope: f64,
    pub(super) gradient: &'a [T],
    /// The length to try first, above 0.
    pub(super) first_trial: f64,
}

/// When to give up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// The most evaluations after the first.
    pub(super) evaluations: usize,
    /// The bracket's width, in the most changed parameter, below which it is not narrowed further.
    pub(super) change: f64,
}

/// The line `origin + length * direction`, on which the loss can be evaluated.
pub(super) struct Line<'a, 'o, T> {
    origin: &'a [T],
    direction: &'a [T],
    parameters: &'a mut [T],
    objective: &'a mut Objective<'o, T>,
    evaluations: usize,
}

/// How bracketing ended.
enum Bracket {
    /// The second point meets both conditions.
    Accepted,
    /// A length that meets them lies between the first two points.
    Found,
    /// Out of evaluations.
    Exhausted,
}

impl<'a, 'o, T: Scalar> Line<'a, 'o, T> {
    pub(super) fn new(
        origin: &'a [T],
        direction: &'a [T],
        parameters: &'a mut [T],
        objective: &'a mut Objective<'o, T>,
    ) -> Self {
        Self { origin, direction, parameters, objective, evaluations: 0 }
    }

    /// How often the loss was evaluated.
    pub(super) fn evaluations(&self) -> usize {
        self.evaluations
    }

    /// Sets the parameters to a point of the line; at length 0 exactly, even if the direction is not finite.
    pub(super) fn move_to(&mut self, length: f64) {
        if length == 0.0 {
            return self.parameters.copy_from_slice(self.origin);
        }
        let length = T::from_f64(length);
        for ((p, &o), &d) in self.parameters.iter_mut().zip(self.origin).zip(self.direction) {
            *p = o + length * d;
        }
    }

    /// The best point found: one that meets the conditions, or the lowest of the last bracket.
    pub(super) fn search<'p>(
        &mut self,
        start: Start<'_, T>,
        points: &'p mut [Point<T>; 3],
        limits: Limits,
    ) -> &'p Point<T> {
        points[0].set_start(start);
        self.evaluate(start.first_trial, &mut points[1]);
        let lowest = match self.bracket(start, points, limits) {
            Bracket::Accepted => 1,
            Bracket::Found => self.zoom(start, points, limits),
            Bracket::Exhausted => {
                points[0].set_start(start);
                lower(points)
            }
        };
        &points[lowest]
    }

    fn evaluate(&mut self, length: f64, point: &mut Point<T>) {
        self.move_to(length);
        point.length = length;
        point.loss = (self.objective)(self.parameters, &mut point.gradient).to_f64();
        point.slope = dot(&point.gradient, self.direction);
        self.evaluations += 1;
    }

    /// Moves on, from the second point, until it and the point before it (the first) enclose a solution.
    fn bracket(&mut self, start: Start<'_, T>, points: &mut [Point<T>; 3], limits: Limits) -> Bracket {
        for trial in 0..limits.evaluations {
            let [previous, current, next] = points;
            let rises = trial > 1 && current.loss >= previous.loss;
            if !falls_enough(current, start) || rises {
                return Bracket::Found;
            }
            if is_flat_enough(current, start) {
                return Bracket::Accepted;
            }
            if current.slope >= 0.0 {
                return Bracket::Found;
            }
            let least = current.length + 0.01 * (current.length - previous.length);
            let length = cubic_minimum(previous, current, (least, 10.0 * current.length));
            self.evaluate(length, next);
            points.rotate_left(1);
        }
        Bracket::Exhausted
    }

    /// Narrows the bracket between the first two points; gives the number of the lower one.
    fn zoom(&mut self, start: Start<'_, T>, points: &mut [Point<T>; 3], limits: Limits) -> usize {
        let scale = largest(self.direction);
        let mut low = lower(points);
        let mut stuck = false;
        while self.evaluations <= limits.evaluations {
            if (points[1].length - points[0].length).abs() * scale < limits.change {
                break;
            }
            let [a, b, trial] = &mut *points;
            let ends = (a.length.min(b.length), a.length.max(b.length));
            let length = away_from_the_ends(cubic_minimum(a, b, ends), ends, &mut stuck);
            self.evaluate(length, trial);
            let high = 1 - low;
            if !falls_enough(&points[2], start) || points[2].loss >= points[low].loss {
                points.swap(high, 2);
                low = lower(points);
                continue;
            }
            let accepted = is_flat_enough(&points[2], start);
            let rises_to_high = points[2].slope * (points[high].length - points[low].length) >= 0.0;
            if !accepted && rises_to_high {
                points.swap(high, low);
            }
            points.swap(low, 2);
            if accepted {
                break;
            }
        }
        low
    }
}

/// Armijo's condition; false for a loss that is no number or infinitely high.
fn falls_enough<T: Scalar>(point: &Point<T>, start: Start<'_, T>) -> bool {
    point.loss <= start.loss + ARMIJO * point.length * start.slope
}

fn is_flat_enough<T: Scalar>(point: &Point<T>, start: Start<'_, T>) -> bool {
    point.slope.abs() <= -CURVATURE * start.slope
}

/// The number of the lower of the first two points; a loss that is no number is higher than any.
fn lower<T>(points: &[Point<T>; 3]) -> usize {
    let (first, second) = (points[0].loss, points[1].loss);
    usize::from(second < first || (first.is_nan() && !second.is_nan()))
}

/// Moves a trial off the ends of the bracket when it would not narrow it: at an end, or near one twice in a row.
fn away_from_the_ends(length: f64, (left, right): (f64, f64), stuck: &mut bool) -> f64 {
    let margin = MARGIN * (right - left);
    let is_near = (right - length).min(length - left) < margin;
    let must_move = is_near && (*stuck || length >= right || length <= left);
    *stuck = is_near && !must_move;
    if !must_move {
        length
    } else if (length - right).abs() < (length - left).abs() {
        right - margin
    } else {
        left + margin
    }
}

/// The minimum of the cubic through two losses and slopes, within bounds; their middle if the cubic has none or is not finite.
fn cubic_minimum<T>(a: &Point<T>, b: &Point<T>, (least, most): (f64, f64)) -> f64 {
    let middle = 0.5 * (least + most);
    let (left, right) = if a.length <= b.length { (a, b) } else { (b, a) };
    let width = right.length - left.length;
    let d1 = left.slope + right.slope - 3.0 * (left.loss - right.loss) / (left.length - right.length);
    let square = d1 * d1 - left.slope * right.slope;
    if square < 0.0 || !square.is_finite() {
        return middle;
    }
    let d2 = square.sqrt();
    let share = (right.slope + d2 - d1) / (right.slope - left.slope + 2.0 * d2);
    (right.length - width * share).max(least).min(most)
}

#[cfg(test)]
mod tests {
    use super::{Point, cubic_minimum};

    fn point(length: f64, loss: f64, slope: f64) -> Point<f64> {
        Point { length, loss, slope, gradient: Vec::new() }
    }

    /// `x^3 - 3 x` on \[0, 2\] has its minimum at 1; points in either order.
    #[test]
    fn the_minimum_of_a_cubic_is_found() {
        let (a, b) = (point(0.0, 0.0, -3.0), point(2.0, 2.0, 9.0));
        assert_eq!(cubic_minimum(&a, &b, (0.0, 2.0)), 1.0);
        assert_eq!(cubic_minimum(&b, &a, (0.0, 2.0)), 1.0);
        assert_eq!(cubic_minimum(&a, &b, (1.5, 2.0)), 1.5);
    }

    #[test]
    fn without_a_finite_cubic_the_middle_is_tried() {
        let (a, b) = (point(0.0, 0.0, -3.0), point(2.0, f64::INFINITY, f64::NAN));
        assert_eq!(cubic_minimum(&a, &b, (0.0, 2.0)), 1.0);
    }
}
