//! Data sets that need neither file nor network: shipped ones, and generated ones.
//!
//! [`list`] tells what there is, [`load`] gets one by name; each also has a function of its own. Sources and licences
//! stand in [`Info`] and in `assets/README.md`.
//!
//! It must not know a random generator: generated data take theirs from a [`RandomSource`].

mod blobs;
mod circles;
mod digits;
mod info;
mod mnist;
mod moons;
mod points;
mod random;
mod spirals;
mod surface;
mod tables;
mod xor;

pub use blobs::{BLOBS, blobs};
pub use circles::{CIRCLES, circles};
pub use digits::digits;
pub use info::{Info, Task};
pub use mnist::mnist;
pub use moons::{MOONS, moons};
pub use points::Points;
pub use random::RandomSource;
pub use spirals::{SPIRALS, spirals};
pub use surface::{SURFACE, surface, surface_height};
pub use tables::{breast_cancer, diabetes, iris, iris_csv, wine};
pub use xor::xor;

use crate::nearest::nearest;
use crate::{Dataset, Error, Split};

/// What may be asked of generated data; shipped data take no notice.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Request {
    /// Number of rows; `None` for the generator's own.
    pub rows: Option<usize>,
    /// Standard deviation of the noise; `None` for the generator's own.
    pub noise: Option<f64>,
}

impl Request {
    fn points(self, usual: Points) -> Points {
        Points { rows: self.rows.unwrap_or(usual.rows), noise: self.noise.unwrap_or(usual.noise) }
    }
}

/// All built-in data sets. Cannot fail.
///
/// ```
/// let names: Vec<&str> = chainrule_data::builtin::list().iter().map(|info| info.name).collect();
/// assert_eq!(names[..3], ["xor", "iris", "wine"]);
/// ```
pub fn list() -> &'static [Info] {
    &info::ALL
}

/// Gets a built-in data set by name; `source` is asked only by generated ones.
///
/// # Errors
/// [`Error::UnknownDataset`] with the nearest name, [`Error::LeftOut`] for `mnist` in a build without it,
/// [`Error::Setting`] for a request out of range.
pub fn load(name: &str, request: Request, source: &mut dyn RandomSource) -> Result<Split, Error> {
    let whole = |train: Dataset| Split { train, test: None };
    Ok(match name {
        "xor" => whole(xor()?),
        "iris" => whole(iris()?),
        "wine" => whole(wine()?),
        "breast-cancer" => whole(breast_cancer()?),
        "diabetes" => whole(diabetes()?),
        "digits" => whole(digits()?),
        "mnist" => mnist()?,
        "moons" => whole(moons(request.points(MOONS), source)?),
        "circles" => whole(circles(request.points(CIRCLES), source)?),
        "spirals" => whole(spirals(request.points(SPIRALS), source)?),
        "blobs" => whole(blobs(request.points(BLOBS), source)?),
        "surface" => whole(surface(request.points(SURFACE), source)?),
        _ => return Err(unknown(name)),
    })
}

fn unknown(name: &str) -> Error {
    let names = || list().iter().map(|info| info.name);
    Error::UnknownDataset {
        name: name.to_owned(),
        known: names().map(str::to_owned).collect(),
        nearest: nearest(name, names()).map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::random::TestSource;
    use super::*;
    use crate::Target;

    fn get(name: &str) -> Split {
        load(name, Request::default(), &mut TestSource(1)).unwrap()
    }

    #[test]
    fn every_data_set_is_what_the_list_says() {
        for info in list().iter().filter(|info| info.name != "mnist" || cfg!(feature = "mnist")) {
            let data = get(info.name);
            assert_eq!(data.train.name(), info.name);
            assert_eq!((data.train.rows(), data.train.width()), (info.rows, info.features), "{}", info.name);
            assert_eq!(data.test.map_or(0, |test| test.rows()), info.test_rows, "{}", info.name);
            let task = data
                .train
                .target()
                .class_names()
                .map_or(Task::Regression, |names| Task::Classes(names.len()));
            assert_eq!(task, info.task, "{}", info.name);
        }
    }

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest() {
        let error = load("mnits", Request::default(), &mut TestSource(1)).unwrap_err();
        insta::assert_snapshot!(error, @"
        data set `mnits`: unknown; expected one of `xor`, `iris`, `wine`, `breast-cancer`, `diabetes`, `digits`, `mnist`, `moons`, `circles`, `spirals`, `blobs`, `surface`
        help: did you mean `mnist`?
        ");
    }

    #[cfg(not(feature = "mnist"))]
    #[test]
    fn mnist_left_out_says_which_feature_brings_it() {
        insta::assert_snapshot!(mnist().unwrap_err(), @"data set `mnist`: not in this build; expected the cargo feature `mnist`, got a build without it");
    }

    #[test]
    fn a_request_changes_rows_and_noise() {
        let request = Request { rows: Some(11), noise: Some(0.0) };
        let moons = load("moons", request, &mut TestSource(1)).unwrap().train;
        assert_eq!(moons.rows(), 11);
        assert_eq!(moons.features().row(0), [1.0, 0.0]);
    }

    #[test]
    fn generated_shapes_lie_where_their_formulas_say() {
        let still = |rows| Points { rows, noise: 0.0 };
        let circles = circles(still(8), &mut TestSource(1)).unwrap();
        for row in 0..8 {
            let [x, y] = circles.features().row(row)[..] else { panic!("two coordinates") };
            let radius = if row % 2 == 0 { 1.0 } else { 0.5 };
            assert!((x.hypot(y) - radius).abs() < 1e-15);
        }
        assert!(
            circles.features().value(4, 0) < -0.999_999,
            "the third of four points is opposite to the first"
        );
        let spirals = spirals(SPIRALS, &mut TestSource(1)).unwrap();
        assert_eq!(spirals.features().row(0), [0.0, 6.5]);
        let last = spirals.features().row(192);
        assert!(last[0].abs() < 1e-12 && (last[1] - 0.5).abs() < 1e-12, "{last:?}");
    }

    #[test]
    fn the_surface_is_odd_and_its_samples_lie_on_it() {
        assert_eq!(surface_height(0.3, -0.7), -surface_height(-0.3, 0.7));
        let table = surface(SURFACE, &mut TestSource(3)).unwrap();
        let Target::Values { values, .. } = table.target() else { panic!("a regression") };
        for (row, height) in values.iter().enumerate() {
            assert_eq!(
                *height,
                surface_height(table.features().value(row, 0), table.features().value(row, 1))
            );
        }
    }
}
