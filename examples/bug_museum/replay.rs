//! The notebook's training loop, and what the notebook never looked at: the class it predicts.

use chainrule::engine::random::NumpyRandom;
use chainrule_data::Error;

use super::flowers::{Flower, flowers};
use super::functions::{cross_entropy, cross_entropy_slope};
use super::layer::{Layer, backward, forward, predict};
use super::{Bug, Fixes};

/// The loss of one example above which the notebook stops.
const TRIP: f64 = 3.0;
/// Widths of the layers: four lengths, three species.
const WIDTHS: [usize; 5] = [4, 50, 20, 10, 3];
/// The notebook's seed.
const SEED: u32 = 47;

/// How a training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// After all epochs.
    Finished,
    /// In this epoch, counted from 1, by an example with a loss above 3.
    Tripped(usize),
}

/// What came out of a training.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Replay {
    /// How it ended.
    pub(crate) ending: Ending,
    /// The mean loss over the last epoch, each flower's before the step that it is in, as the notebook prints it.
    pub(crate) loss: f64,
    /// The share of training flowers whose most probable class, after training, is theirs.
    pub(crate) accuracy: f64,
    /// What the network says of each flower, in training order.
    pub(crate) answers: Vec<Answer>,
}

/// What the network says of a flower after training, and what the notebook prints of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Answer {
    /// The probability of each species.
    pub(crate) probabilities: Vec<f64>,
    /// 0.98 for the species, 0.01 for the two others.
    pub(crate) target: Vec<f64>,
    /// The cross-entropy.
    pub(crate) loss: f64,
    /// Its slope in each probability, as the choice of repairs computes it.
    pub(crate) slope: Vec<f64>,
}

impl Answer {
    fn new(network: &[Layer], flower: &Flower, fixes: Fixes) -> Self {
        let probabilities = predict(network, &flower.x);
        let loss = cross_entropy(&probabilities, &flower.y);
        let slope = cross_entropy_slope(&probabilities, &flower.y, fixes);
        Answer { probabilities, target: flower.y.clone(), loss, slope }
    }

    /// Whether the most probable species is the flower's.
    fn is_right(&self) -> bool {
        largest(&self.probabilities) == largest(&self.target)
    }
}

/// Trains the notebook's network with the given bugs repaired.
///
/// `nudge` moves one of the 1430 first weights by that many units in the last place: a training that comes out otherwise
/// then tells nothing but the order in which a processor adds.
///
/// # Errors
/// None in practice: the table of flowers is built in.
pub(crate) fn replay(fixes: Fixes, epochs: usize, nudge: i32) -> Result<Replay, Error> {
    let mut random = NumpyRandom::seed(SEED);
    let flowers = flowers(&mut random, fixes)?;
    let mut network: Vec<Layer> =
        WIDTHS.windows(2).map(|width| Layer::new(width[0], width[1], fixes, &mut random)).collect();
    network[0].nudge(nudge);
    let mut ending = Ending::Finished;
    let (mut losses, mut waiting) = (Vec::new(), Vec::new());
    for epoch in 1..=epochs {
        losses.clear();
        if tripped_in_epoch(&mut network, &flowers, (&mut waiting, &mut losses), fixes) {
            ending = Ending::Tripped(epoch);
            break;
        }
    }
    let answers: Vec<Answer> = flowers.iter().map(|flower| Answer::new(&network, flower, fixes)).collect();
    let right = answers.iter().filter(|answer| answer.is_right()).count();
    Ok(Replay {
        ending,
        loss: losses.iter().sum::<f64>() / losses.len() as f64,
        accuracy: right as f64 / flowers.len() as f64,
        answers,
    })
}

/// One pass, collecting the loss of each example before the step it is in; ends early and returns true if one trips.
fn tripped_in_epoch(
    network: &mut [Layer],
    flowers: &[Flower],
    (waiting, losses): (&mut Vec<Vec<f64>>, &mut Vec<f64>),
    fixes: Fixes,
) -> bool {
    for flower in flowers {
        let loss = cross_entropy(&forward(network, &flower.x), &flower.y);
        losses.push(loss);
        waiting.push(flower.y.clone());
        if backward(network, waiting) {
            waiting.clear();
        }
        if loss > TRIP && !fixes.repair(Bug::Trip) {
            return true;
        }
    }
    false
}

/// The place of the largest number, the first of equals.
fn largest(numbers: &[f64]) -> usize {
    (0..numbers.len()).fold(0, |best, at| if numbers[at] > numbers[best] { at } else { best })
}
