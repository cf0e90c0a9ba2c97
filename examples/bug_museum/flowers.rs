//! Iris in the notebook's order and scale.

use chainrule::engine::random::NumpyRandom;
use chainrule_data::{Error, Scaling, Target, builtin};

use super::{Bug, Fixes};

/// A flower as the network sees it.
pub(super) struct Flower {
    /// Four lengths, scaled.
    pub(super) x: Vec<f64>,
    /// 0.98 for the species, 0.01 for the two others.
    pub(super) y: Vec<f64>,
}

/// All 150 in the order of `sklearn.utils.shuffle`, which shuffles the row numbers with numpy's global generator.
pub(super) fn flowers(random: &mut NumpyRandom, fixes: Fixes) -> Result<Vec<Flower>, Error> {
    let (features, target) = builtin::iris()?.into_parts();
    let labels = match target {
        Target::Classes { labels, .. } => labels,
        Target::Values { .. } => Vec::new(),
    };
    let rows: Vec<usize> = (0..features.rows()).collect();
    let columns = Scaling::fit(&features, &rows)?;
    let prepare = |row: usize| {
        let mut x = features.row(row);
        if fixes.repair(Bug::Rows) {
            columns.apply_f64(&mut x);
        } else {
            normalise(&mut x);
        }
        let class = labels[row] as usize;
        let y = (0..3).map(|k| if k == class { 0.98 } else { 0.01 }).collect();
        Flower { x, y }
    };
    Ok(random.permutation(features.rows()).into_iter().map(prepare).collect())
}

/// Bug E: mean 0 and sample deviation 1 within one row.
fn normalise(x: &mut [f64]) {
    let count = x.len() as f64;
    let mean = x.iter().sum::<f64>() / count;
    x.iter_mut().for_each(|x| *x -= mean);
    let rest = x.iter().sum::<f64>() / count;
    let variance = x.iter().map(|x| (x - rest) * (x - rest)).sum::<f64>() / (count - 1.0);
    x.iter_mut().for_each(|x| *x /= variance.sqrt());
}
