//! Batches of several networks, side by side: lane i of each input is the batch of network i.

use chainrule_engine::{MOST_LANES, Pack, Plan, Real, Workspace};

use crate::training::batches::{FEATURES, Part, TARGETS, WEIGHTS};
use crate::training::examples::Targets;
use crate::training::features::Features;

/// The rows of a part that one lane takes.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) lane: usize,
    pub(super) part: &'a Part<'a>,
    pub(super) rows: &'a [usize],
}

/// Writes a batch of `len` rows for each lane into the inputs of a plan; lanes without a source keep what they have.
pub(super) fn fill<'a>(
    sources: impl Iterator<Item = Source<'a>> + Clone,
    (len, target_width): (usize, usize),
    plan: &Plan,
    workspace: &mut Workspace<Pack>,
) {
    let features = workspace.input_mut(plan, FEATURES, len);
    let width = features.len() / len.max(1);
    // Row by row, so that a row of packs stays in the nearest cache while the lanes are written into it.
    for (place, out) in features.chunks_exact_mut(width.max(1)).enumerate() {
        for Source { lane, part, rows } in sources.clone() {
            put_features(part.examples.features(), rows[place], lane, out);
        }
    }
    let targets = workspace.input_mut(plan, TARGETS, len);
    for (place, out) in targets.chunks_exact_mut(target_width.max(1)).enumerate() {
        for Source { lane, part, rows } in sources.clone() {
            put_targets(part.examples.targets(), rows[place], lane, out);
        }
    }
    let weights = workspace.input_mut(plan, WEIGHTS, len);
    for (place, out) in weights.chunks_exact_mut(1).enumerate() {
        for Source { lane, part, rows } in sources.clone() {
            put(out, lane, [part.weight(rows[place])].into_iter());
        }
    }
}

fn put_features(features: &Features<'_>, row: usize, lane: usize, out: &mut [Pack]) {
    let range = row * out.len()..(row + 1) * out.len();
    match features {
        Features::Real { values, .. } => put(out, lane, values[range].iter().copied()),
        Features::Single { values, .. } => put(out, lane, values[range].iter().copied().map(f64::from)),
        Features::Bytes { values, divisor, .. } => {
            put(out, lane, values[range].iter().map(|byte| f64::from(*byte) / divisor));
        }
    }
}

fn put_targets(targets: &Targets<'_>, row: usize, lane: usize, out: &mut [Pack]) {
    match targets {
        Targets::Classes { labels, .. } if out.len() == 1 => {
            put(out, lane, [f64::from(labels[row])].into_iter());
        }
        Targets::Classes { labels, .. } => {
            let label = labels[row] as usize;
            put(out, lane, (0..out.len()).map(|class| if class == label { 1.0 } else { 0.0 }));
        }
        Targets::Values { width, values } => {
            put(out, lane, values[row * width..][..*width].iter().copied());
        }
    }
}

/// Writes one lane of each pack.
fn put(out: &mut [Pack], lane: usize, values: impl Iterator<Item = f64>) {
    let (packs, _) = Pack::as_lanes_mut(out).as_chunks_mut::<MOST_LANES>();
    for (pack, value) in packs.iter_mut().zip(values) {
        pack[lane] = value as f32;
    }
}

/// One lane of each pack.
pub(super) fn lane_of(packs: &[Pack], lane: usize) -> impl Iterator<Item = f32> {
    packs.iter().map(move |pack| pack.lane(lane))
}

/// The lanes side by side: lane i of each pack is an element of `lanes[i]`, or of `lanes[0]` where there are fewer.
pub(super) fn interleaved(lanes: &[&[f32]]) -> Vec<Pack> {
    let at = |place: usize| Pack::from_lanes(|lane| lanes.get(lane).unwrap_or(&lanes[0])[place]);
    (0..lanes[0].len()).map(at).collect()
}
