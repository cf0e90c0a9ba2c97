//! From the data crate's plain tables to examples, for tests.

use chainrule::engine::random::{Purpose, Stream};
use chainrule::{Examples, Features, Targets};
use chainrule_data::builtin::{self, RandomSource, Request};
use chainrule_data::{Dataset, Scaling, Split, Target};

/// Random numbers for data sets that are made.
struct Source(Stream);

impl RandomSource for Source {
    fn uniform(&mut self) -> f64 {
        self.0.next_uniform()
    }

    fn normal(&mut self) -> f64 {
        self.0.next_normal()
    }
}

/// A built-in data set.
pub(crate) fn load(name: &str) -> Split {
    let mut source = Source(Stream::new(0, Purpose::Data, 0));
    builtin::load(name, Request::default(), &mut source).expect("the data set is built in")
}

/// Examples of a data set, its numbers scaled by the mean and deviation of the rows `fitted`.
pub(crate) fn examples(dataset: Dataset, fitted: &[usize]) -> Examples<'static> {
    let scaling = Scaling::fit(dataset.features(), fitted).expect("the rows exist");
    let (features, target) = dataset.into_parts();
    let features = match features {
        chainrule_data::Features::Real { width, mut values } => {
            values.chunks_exact_mut(width).for_each(|row| scaling.apply_f64(row));
            Features::Real { width, values: values.into() }
        }
        chainrule_data::Features::Bytes { width, values, divisor } => {
            Features::Bytes { width, values: values.into(), divisor: f64::from(divisor) }
        }
    };
    let targets = match target {
        Target::Classes { names, labels, .. } => {
            Targets::Classes { count: names.len(), labels: labels.into() }
        }
        Target::Values { names, values } => Targets::Values { width: names.len(), values: values.into() },
    };
    Examples::new(features, targets).expect("built-in data are sound")
}
