//! Gradient checks: reverse mode against forward mode and against central differences, in `f64`.
//!
//! For each parameter element `p` the reverse-mode derivative is compared with `(L(p + e) - L(p - e)) / 2e`; along random
//! directions `v`, forward mode is compared with the reverse-mode gradient times `v`. Two numbers agree if
//! `|a - b| <= absolute + relative |b|`, with the tolerances of `torch.autograd.gradcheck`.
//!
//! At a kink (ReLU at 0) a central difference is the mean of two slopes and no derivative: choose other values there.
//! Must not know: layers, files.
//!
//! Source: the defaults of PyTorch's `gradcheck`: eps 1e-6, atol 1e-5, rtol 1e-3.

use core::fmt;

use crate::op::Op;
use crate::random::{Purpose, Stream};
use crate::{Error, Feed, Moment, NodeId, Plan, Recorded, Shape, Tape, Workspace};

/// How a gradient is checked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckConfig {
    /// Half the distance of a central difference; 1e-6.
    pub step: f64,
    /// Largest absolute difference; 1e-5.
    pub absolute: f64,
    /// Largest difference relative to the numeric derivative; 1e-3.
    pub relative: f64,
    /// The most elements that are perturbed one by one in each array, chosen at random where there are more.
    pub elements: usize,
    /// The number of random directions for forward mode; 2.
    pub directions: u64,
    /// Seed of the random choices.
    pub seed: u64,
}

impl Default for CheckConfig {
    fn default() -> Self {
        CheckConfig {
            step: 1e-6,
            absolute: 1e-5,
            relative: 1e-3,
            elements: usize::MAX,
            directions: 2,
            seed: 0,
        }
    }
}

impl CheckConfig {
    /// How far apart the two are, in units of what is allowed; above 1 is too far, and so is NaN.
    fn excess(&self, found: f64, expected: f64) -> f64 {
        let excess = (found - expected).abs() / (self.absolute + self.relative * expected.abs());
        if excess.is_nan() { f64::INFINITY } else { excess }
    }
}

/// One derivative computed in two ways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Place of the element in its array, row-major.
    pub element: usize,
    /// The derivative by reverse mode.
    pub reverse: f64,
    /// The derivative by the other way.
    pub other: f64,
    /// Their difference in units of the tolerance; above 1 fails.
    pub excess: f64,
}

/// The check of one parameter or input.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: Shape,
    /// How many of its elements were perturbed.
    pub elements: usize,
    /// The element whose numeric derivative differs most; `None` if there is no element.
    pub worst: Option<Comparison>,
}

/// The result of [`check`].
#[derive(Clone, Debug, PartialEq)]
pub struct CheckReport {
    /// Reverse mode against central differences, for each array.
    pub numeric: Vec<Checked>,
    /// Reverse mode against forward mode, for each random direction (`element` is the direction's number).
    pub forward: Vec<Comparison>,
}

impl CheckReport {
    /// Whether every comparison lies within the tolerance.
    pub fn passed(&self) -> bool {
        let numeric = self.numeric.iter().filter_map(|checked| checked.worst.as_ref());
        numeric.chain(&self.forward).all(|comparison| comparison.excess <= 1.0)
    }

    /// The array and comparison that differ most from central differences.
    pub fn worst(&self) -> Option<(&Checked, Comparison)> {
        let worst = self.numeric.iter().filter_map(|checked| Some((checked, checked.worst?)));
        worst.max_by(|(_, a), (_, b)| a.excess.total_cmp(&b.excess))
    }
}

impl fmt::Display for CheckReport {
    /// One line per array and one per direction, then the verdict.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for checked in &self.numeric {
            let name = format!("{} {}", checked.name, checked.shape);
            write!(f, "{name:<32} {:>7} elements", checked.elements)?;
            match checked.worst {
                Some(worst) => writeln!(f, "  worst [{}] {worst}", worst.element)?,
                None => writeln!(f)?,
            }
        }
        for comparison in &self.forward {
            writeln!(
                f,
                "{:<32} {:>16}  {comparison}",
                format!("direction {}", comparison.element),
                "forward"
            )?;
        }
        f.write_str(if self.passed() { "gradients agree" } else { "gradients differ" })
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Comparison { reverse, other, excess, .. } = self;
        let verdict = if *excess <= 1.0 { "ok" } else { "DIFFERS" };
        write!(f, "reverse {reverse:.9e} other {other:.9e}  {excess:.1e} of tolerance  {verdict}")
    }
}

/// Checks the gradients of the scalar node `loss` with respect to the inputs and parameters `wrt`, around `feed`.
///
/// ```
/// use chainrule_engine::{CheckConfig, Feed, Shape, Tape, check};
/// let tape = Tape::new();
/// let x = tape.input("x", Shape::rows(2));
/// let weight = tape.param("weight", [3, 2].into());
/// let loss = x.matmul_transposed(weight).tanh().square().mean();
/// let (loss, weight) = (loss.id(), weight.id());
/// let recorded = tape.finish()?;
/// let feed = Feed::new(1, &[&[0.5, -1.0]], &[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]);
/// let report = check(&recorded, loss, &[weight], &feed, &CheckConfig::default())?;
/// assert!(report.passed());
/// # Ok::<(), chainrule_engine::Error>(())
/// ```
///
/// # Errors
/// [`Error::NotScalar`] for a loss that is not one number, [`Error::FeedLength`] for a feed that does not fit.
pub fn check(
    recorded: &Recorded,
    loss: NodeId,
    wrt: &[NodeId],
    feed: &Feed<'_, f64>,
    config: &CheckConfig,
) -> Result<CheckReport, Error> {
    feed.check(&recorded.graph)?;
    let question = Question { recorded, loss, wrt, config };
    let mut point = Point::new(feed);
    let gradients = question.gradients(&point)?;
    let numeric = question.numeric(&mut point, &gradients)?;
    let forward = question.forward(&point, &gradients)?;
    Ok(CheckReport { numeric, forward })
}

/// What is checked and how.
struct Question<'a> {
    recorded: &'a Recorded,
    loss: NodeId,
    wrt: &'a [NodeId],
    config: &'a CheckConfig,
}

impl Question<'_> {
    /// The reverse-mode gradients at a point.
    fn gradients(&self, point: &Point) -> Result<Vec<Vec<f64>>, Error> {
        let mut recorded = self.recorded.clone();
        let ids = recorded.grad(self.loss, self.wrt)?;
        let plan = Plan::compile(&recorded.graph, &ids, point.batch)?;
        let mut workspace = plan.workspace::<f64>();
        point.run(&plan, &[], &mut workspace)?;
        Ok((0..ids.len()).map(|index| workspace.output(&plan, index).to_vec()).collect())
    }

    /// Reverse mode against central differences, array by array.
    fn numeric(&self, point: &mut Point, gradients: &[Vec<f64>]) -> Result<Vec<Checked>, Error> {
        let plan = Plan::compile(&self.recorded.graph, &[self.loss], point.batch)?;
        let mut workspace = plan.workspace::<f64>();
        let mut numeric = Vec::new();
        for (number, (id, gradient)) in self.wrt.iter().zip(gradients).enumerate() {
            let chosen = choose(gradient.len(), self.config, number as u64);
            let mut worst: Option<Comparison> = None;
            for element in &chosen {
                let place = point.place(self.recorded, *id, *element);
                let mut value = |point: &Point| {
                    point.run(&plan, &[], &mut workspace)?;
                    Ok(workspace.output(&plan, 0)[0])
                };
                let other =
                    place.map_or(Ok(f64::NAN), |place| point.slope(place, self.config.step, &mut value))?;
                let reverse = gradient[*element];
                let excess = self.config.excess(reverse, other);
                if worst.is_none_or(|worst| excess > worst.excess) {
                    worst = Some(Comparison { element: *element, reverse, other, excess });
                }
            }
            let (name, shape) = (self.recorded.graph.label(*id), self.recorded.graph.node(*id).shape());
            numeric.push(Checked { name, shape, elements: chosen.len(), worst });
        }
        Ok(numeric)
    }

    /// Reverse mode against forward mode, along random directions.
    fn forward(&self, point: &Point, gradients: &[Vec<f64>]) -> Result<Vec<Comparison>, Error> {
        let tape = Tape::resume(self.recorded.clone());
        let variables = self.wrt.iter().map(|id| tape.tensor(*id));
        let tangents: Vec<_> = variables.map(|x| (x, tape.input("direction", x.shape()))).collect();
        let derivative = tape.jvp(&[tape.tensor(self.loss)], &tangents)?[0].id();
        let graph = tape.finish()?.graph;
        let plan = Plan::compile(&graph, &[derivative], point.batch)?;
        let mut workspace = plan.workspace::<f64>();
        let mut comparisons = Vec::new();
        for number in 0..self.config.directions {
            // Counted down, so that no direction shares a stream with an array's choice of elements.
            let mut stream = Stream::new(self.config.seed, Purpose::Check, u64::MAX - number);
            let vectors: Vec<Vec<f64>> =
                gradients.iter().map(|g| g.iter().map(|_| stream.next_normal()).collect()).collect();
            point.run(&plan, &vectors, &mut workspace)?;
            let other = workspace.output(&plan, 0)[0];
            let pairs = gradients.iter().flatten().zip(vectors.iter().flatten());
            let reverse = pairs.map(|(g, v)| g * v).sum();
            let excess = self.config.excess(reverse, other);
            comparisons.push(Comparison { element: number as usize, reverse, other, excess });
        }
        Ok(comparisons)
    }
}

/// The elements to perturb: all, or as many as allowed in random order.
fn choose(len: usize, config: &CheckConfig, number: u64) -> Vec<usize> {
    if len <= config.elements {
        return (0..len).collect();
    }
    let mut order = Stream::new(config.seed, Purpose::Check, number).permutation(len);
    order.truncate(config.elements);
    order
}

/// A feed that owns its arrays, so that they can be perturbed.
struct Point {
    batch: usize,
    inputs: Vec<Vec<f64>>,
    parameters: Vec<f64>,
    moment: Moment,
}

impl Point {
    fn new(feed: &Feed<'_, f64>) -> Self {
        let inputs = feed.inputs.iter().map(|array| array.to_vec()).collect();
        Point { batch: feed.batch, inputs, parameters: feed.parameters.to_vec(), moment: feed.moment }
    }

    /// Runs a plan whose inputs are the point's and, after them, `more`.
    fn run(&self, plan: &Plan, more: &[Vec<f64>], workspace: &mut Workspace<f64>) -> Result<(), Error> {
        let inputs: Vec<&[f64]> = self.inputs.iter().chain(more).map(Vec::as_slice).collect();
        plan.run(&Feed::new(self.batch, &inputs, &self.parameters).at(self.moment), workspace)
    }

    /// Where an element of an input or parameter lies; `None` for any other node.
    fn place(&self, recorded: &Recorded, id: NodeId, element: usize) -> Option<Place> {
        match recorded.graph.node(id).op() {
            Op::Input { slot, .. } => Some(Place::Input(*slot, element)),
            Op::Param { offset, .. } => Some(Place::Parameter(offset + element)),
            _ => None,
        }
    }

    fn element(&mut self, place: Place) -> &mut f64 {
        match place {
            Place::Input(slot, element) => &mut self.inputs[slot][element],
            Place::Parameter(element) => &mut self.parameters[element],
        }
    }

    /// The central difference in one element.
    fn slope(
        &mut self,
        place: Place,
        step: f64,
        value: &mut impl FnMut(&Point) -> Result<f64, Error>,
    ) -> Result<f64, Error> {
        let before = *self.element(place);
        *self.element(place) = before + step;
        let above = value(self);
        *self.element(place) = before - step;
        let below = value(self);
        *self.element(place) = before;
        Ok((above? - below?) / (2.0 * step))
    }
}

/// One element of a point.
#[derive(Clone, Copy)]
enum Place {
    Input(usize, usize),
    Parameter(usize),
}
