//! What decides the bits of a run, described in words, so that a run is not gone on with under other terms.
//!
//! Numbers are written with as many digits as tell them apart. Rows are described by their count and a 64-bit hash of their
//! numbers, targets and weights, and of the features of a few of them: whoever owns the data may compare all of it.
//! Must not know: snapshots, files.

use chainrule_engine::Scalar;

use super::batches::Part;
use super::config::TrainingConfig;
use super::examples::Targets;
use super::snapshot::Setting;
use super::trainer::Trainer;
use crate::{Clipping, Penalty};

/// Rows whose features are looked at.
const SAMPLED: usize = 64;

/// All that decides the bits of a trainer's run, in a fixed order.
pub(super) fn terms<T: Scalar>(trainer: &Trainer<'_, T>) -> Vec<Setting> {
    let numbers = if size_of::<T>() == size_of::<f32>() { "f32" } else { "f64" };
    let mut terms = vec![setting("network", trainer.network.spec()), setting("numbers", numbers.into())];
    terms.extend(settings(&trainer.config));
    terms.push(setting("training rows", rows(&trainer.training)));
    terms.push(setting("validation rows", rows(&trainer.validation)));
    terms
}

/// The settings; a table, and one that the compiler completes: a new field asks for its line.
fn settings(config: &TrainingConfig) -> Vec<Setting> {
    let TrainingConfig {
        loss,
        reduction,
        optimizer,
        learning_rate: _,
        schedule,
        epochs,
        batch_size,
        order,
        // Which rows are held out is told by the rows.
        validation: _,
        patience,
        min_improvement,
        penalty: Penalty { l1, l2 },
        weight_decay: _,
        clipping: Clipping { norm, value },
        max_norm,
        averaging,
        class_weights,
        seed,
    } = config;
    vec![
        setting("loss", loss.to_string()),
        setting("reduction", reduction.to_string()),
        setting("optimizer", optimizer.to_string()),
        setting("optimizer's settings", format!("{optimizer:?}")),
        setting("learning_rate", config.peak_learning_rate().to_string()),
        setting("schedule", schedule.to_string()),
        setting("schedule's settings", format!("{schedule:?}")),
        setting("epochs", epochs.to_string()),
        setting("batch_size", batch_size.to_string()),
        setting("order", format!("{order:?}")),
        setting("patience", optional(patience.map(|patience| patience as f64))),
        setting("min_improvement", min_improvement.to_string()),
        setting("l1", l1.to_string()),
        setting("l2", l2.to_string()),
        setting("weight_decay", config.decay().to_string()),
        setting("clip_norm", optional(*norm)),
        setting("clip_value", optional(*value)),
        setting("max_norm", optional(*max_norm)),
        setting("averaging", optional(*averaging)),
        setting("class_weights", format!("{class_weights:?}")),
        setting("seed", seed.to_string()),
    ]
}

fn setting(name: &str, value: String) -> Setting {
    Setting { name: name.into(), value }
}

fn optional(value: Option<f64>) -> String {
    value.map_or_else(|| "none".into(), |value| value.to_string())
}

/// `120 rows (hash 5c0f3f9a21b0c7de)`.
fn rows(part: &Part<'_>) -> String {
    let mut hash = Hash::default();
    for row in &part.rows {
        hash.add(*row as u64);
        hash.add(part.weight(*row).to_bits());
        match part.examples.targets() {
            Targets::Classes { labels, .. } => hash.add(u64::from(labels[*row])),
            Targets::Values { values, width } => {
                let values = &values[row * width..(row + 1) * width];
                values.iter().for_each(|value| hash.add(value.to_bits()));
            }
        }
    }
    let features = part.examples.features();
    let mut values = vec![0.0f64; features.width()];
    for row in part.rows.iter().step_by((part.rows.len() / SAMPLED).max(1)) {
        features.gather(&[*row], &mut values);
        values.iter().for_each(|value| hash.add(value.to_bits()));
    }
    format!("{} rows (hash {:016x})", part.rows.len(), hash.0)
}

/// FNV-1a over words of 64 bits, each stirred so that all of its bits count.
struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Hash(0xCBF2_9CE4_8422_2325)
    }
}

impl Hash {
    fn add(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(0x100_0000_01B3);
        self.0 = mixed ^ (mixed >> 32);
    }
}
