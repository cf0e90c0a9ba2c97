//! Between the record in a model file and what it stands for.
//!
//! Pixels are one feature, as wide as the picture, whose columns are called `pixel_<row>_<column>`. Columns that were
//! constant in training are named under `constant_columns` among the extras: their deviation is 1 in the record, and they
//! are 0 for the network whatever a new row says. Must not know: files.

use std::borrow::Cow;
use std::collections::BTreeMap;

use anyhow::bail;
use chainrule::Task;
use chainrule_data::frame::{Cells, Column, MISSING};
use chainrule_data::{Error, Features, Image, Scaling, Target};
use chainrule_files as files;
use chainrule_files::{Feature, FeatureKind, ModelRecord, Outputs};

use crate::prepare::Inputs;
pub(crate) use crate::rules::{preparation, rules};

/// The key of the extras under which the size of pictures stands: `28x28`, height first.
pub(crate) const IMAGE: &str = "image";
/// The key of the extras under which constant columns stand: their numbers from 0, separated by commas.
const CONSTANT: &str = "constant_columns";

/// The key of the extras under which the markers of missing cells stand that are not beside the usual ones but instead of them.
const MISSING_ONLY: &str = "missing_only";

/// What has to stand among the extras about markers of missing cells: a JSON list.
pub(crate) fn missing_extras(only: &[String]) -> Option<(String, String)> {
    (!only.is_empty()).then(|| (MISSING_ONLY.to_owned(), serde_json::json!(only).to_string()))
}

/// The markers of missing cells, beside the usual ones and instead of them; none where the record says nothing.
pub(crate) fn missing_markers(record: &ModelRecord) -> (Vec<String>, Vec<String>) {
    let beside = record.preparation.as_ref().map(|preparation| preparation.missing.clone());
    let only = record.extras.get(MISSING_ONLY).and_then(|text| serde_json::from_str(text).ok());
    (beside.unwrap_or_default(), only.unwrap_or_default())
}

/// The features of a matrix, as a record names them, and what has to stand among the extras.
pub(crate) fn features(
    names: &[String],
    features: &Features,
    image: Option<Image>,
) -> (Vec<Feature>, BTreeMap<String, String>) {
    let kind = match features {
        Features::Real { .. } => FeatureKind::Real,
        Features::Bytes { .. } => FeatureKind::Bytes,
    };
    match image {
        Some(image) if names == pixel_names(image.height, image.width) => {
            let extras = [(IMAGE.to_owned(), format!("{}x{}", image.height, image.width))];
            (vec![Feature { name: "pixel".into(), width: features.width(), kind }], extras.into())
        }
        _ => {
            let feature = |name: &String| Feature { name: name.clone(), width: 1, kind };
            (names.iter().map(feature).collect(), BTreeMap::new())
        }
    }
}

/// The names of the columns that the features make.
pub(crate) fn feature_names(record: &ModelRecord) -> Vec<String> {
    let image = record.extras.get(IMAGE).and_then(|size| size.split_once('x'));
    let image = image.and_then(|(height, width)| Some((height.parse().ok()?, width.parse().ok()?)));
    let names = |feature: &Feature| match (feature.width, image) {
        (1, _) => vec![feature.name.clone()],
        (columns, Some((height, width))) if usize::checked_mul(height, width) == Some(columns) => {
            pixel_names(height, width)
        }
        (columns, _) => (1..=columns).map(|column| format!("{}_{column}", feature.name)).collect(),
    };
    record.features.iter().flat_map(names).collect()
}

fn pixel_names(height: usize, width: usize) -> Vec<String> {
    let row = |row| (0..width).map(move |column| format!("pixel_{row}_{column}"));
    (0..height).flat_map(row).collect()
}

/// The scaling of inputs as a record has it, and what has to stand among the extras.
pub(crate) fn scaling(inputs: &Inputs) -> (files::Scaling, BTreeMap<String, String>) {
    match inputs {
        Inputs::AsGiven | Inputs::Prepared(_) => (files::Scaling::None, BTreeMap::new()),
        Inputs::Divided(divisor) => (files::Scaling::Divide { divisor: *divisor }, BTreeMap::new()),
        Inputs::Standardised(scaling) => {
            let constant = |column: &usize| scaling.spread[*column] == 0.0;
            let columns: Vec<String> =
                (0..scaling.width()).filter(constant).map(|column| column.to_string()).collect();
            let extras =
                if columns.is_empty() { None } else { Some((CONSTANT.to_owned(), columns.join(","))) };
            (standard(scaling), extras.into_iter().collect())
        }
    }
}

/// A scaling whose constant columns have deviation 1.
pub(crate) fn standard(scaling: &Scaling) -> files::Scaling {
    let deviation = scaling.spread.iter().map(|spread| if *spread == 0.0 { 1.0 } else { *spread });
    files::Scaling::Standard { mean: scaling.centre.clone(), deviation: deviation.collect() }
}

/// How the record says that raw features become inputs.
///
/// # Errors
/// If the extras name a constant column that there is not.
pub(crate) fn inputs(record: &ModelRecord) -> anyhow::Result<Inputs> {
    if let Some(preparation) = &record.preparation {
        return rules(preparation).map(Inputs::Prepared);
    }
    Ok(match &record.scaling {
        files::Scaling::None => Inputs::AsGiven,
        files::Scaling::Divide { divisor } => Inputs::Divided(*divisor),
        files::Scaling::Standard { mean, deviation } => {
            let mut spread = deviation.clone();
            let constant = record.extras.get(CONSTANT).into_iter().flat_map(|columns| columns.split(','));
            for column in constant {
                match column.parse().ok().and_then(|column: usize| spread.get_mut(column)) {
                    Some(spread) => *spread = 0.0,
                    None => bail!("model record: `extras.{CONSTANT}`: there is no column `{column}`"),
                }
            }
            Inputs::Standardised(Scaling { centre: mean.clone(), spread })
        }
    })
}

/// How the record says that the target of a regression was scaled.
pub(crate) fn outputs(record: &ModelRecord) -> Option<Scaling> {
    match &record.target.as_ref()?.outputs {
        Outputs::Values { scaling: files::Scaling::Standard { mean, deviation }, .. } => {
            Some(Scaling { centre: mean.clone(), spread: deviation.clone() })
        }
        Outputs::Values { names, scaling: files::Scaling::Divide { divisor } } => {
            Some(Scaling { centre: vec![0.0; names.len()], spread: vec![*divisor; names.len()] })
        }
        _ => None,
    }
}

/// The target as a record has it.
pub(crate) fn target(task: Task, target: &Target, scaling: Option<&Scaling>) -> files::Target {
    let names = || target.columns().into_iter().map(str::to_owned).collect::<Vec<_>>();
    match (task, target) {
        (_, Target::Classes { column, names, .. }) => {
            files::Target { name: column.clone(), outputs: Outputs::Classes { names: names.clone() } }
        }
        (Task::Multilabel, Target::Values { .. }) => {
            files::Target { name: "labels".into(), outputs: Outputs::Classes { names: names() } }
        }
        (_, Target::Values { .. }) => {
            let scaling = scaling.map_or(files::Scaling::None, standard);
            files::Target { name: names().join(","), outputs: Outputs::Values { names: names(), scaling } }
        }
    }
}

/// The names of target columns and of classes; made up where the record has none.
pub(crate) fn target_names(record: &ModelRecord, outputs: usize) -> (Vec<String>, Option<Vec<String>>) {
    match (&record.target, record.task) {
        (Some(target), files::Task::Binary | files::Task::Multiclass) => match &target.outputs {
            Outputs::Classes { names } => (vec![target.name.clone()], Some(names.clone())),
            Outputs::Values { names, .. } => (names.clone(), None),
        },
        (Some(target), _) => match &target.outputs {
            Outputs::Classes { names } | Outputs::Values { names, .. } => (names.clone(), None),
        },
        (None, files::Task::Binary) => (vec!["target".into()], Some(vec!["0".into(), "1".into()])),
        (None, files::Task::Multiclass) => {
            (vec!["target".into()], Some((0..outputs).map(|class| class.to_string()).collect()))
        }
        (None, _) => ((1..=outputs).map(|output| format!("output_{output}")).collect(), None),
    }
}

/// The library's task for the record's.
pub(crate) fn task(task: files::Task) -> Task {
    match task {
        files::Task::Binary => Task::Binary,
        files::Task::Multiclass => Task::Multiclass,
        files::Task::Multilabel => Task::Multilabel,
        files::Task::Regression => Task::Regression,
    }
}

/// The record's task for the library's.
pub(crate) fn task_of_file(task: Task) -> files::Task {
    match task {
        Task::Binary => files::Task::Binary,
        Task::Multiclass => files::Task::Multiclass,
        Task::Multilabel => files::Task::Multilabel,
        Task::Regression => files::Task::Regression,
    }
}

/// For each of `width` columns whether it was constant in training; empty if none was.
pub(crate) fn constant_columns(record: &ModelRecord, width: usize) -> Vec<bool> {
    let Some(columns) = record.extras.get(CONSTANT) else { return Vec::new() };
    let mut constant = vec![false; width];
    for column in columns.split(',').filter_map(|column| column.parse::<usize>().ok()) {
        if let Some(place) = constant.get_mut(column) {
            *place = true;
        }
    }
    constant
}

/// A text that tells data apart: name, size, and a CRC-32 of every feature and target in order.
pub(crate) fn fingerprint(name: &str, features: &Features, target: &Target) -> String {
    let mut hasher = crc32fast::Hasher::new();
    match features {
        Features::Bytes { values, .. } => hasher.update(values),
        Features::Real { values, .. } => values.iter().for_each(|x| hasher.update(&x.to_le_bytes())),
    }
    hash_target(target, &mut hasher);
    let (rows, width) = (features.rows(), features.width());
    format!("{name}: {rows} rows of {width}, crc32:{:08x}", hasher.finalize())
}

/// The same of a table, column after column, so that no more than one has to be in memory.
///
/// # Errors
/// Those of the columns.
pub(crate) fn fingerprint_of_table<'a>(
    name: &str,
    columns: impl Iterator<Item = Result<Cow<'a, Column>, Error>>,
    target: &Target,
) -> Result<String, Error> {
    let mut hasher = crc32fast::Hasher::new();
    let mut count = 0;
    for column in columns {
        hash_column(column?.as_ref(), &mut hasher);
        count += 1;
    }
    hash_target(target, &mut hasher);
    Ok(format!("{name}: {} rows of {count}, crc32:{:08x}", target.rows(), hasher.finalize()))
}

/// Numbers by their bits, whatever stands for a missing one; texts in the order in which they come first, then which row has
/// which. So it does not matter how a column was read and what its dictionary holds beside.
fn hash_column(column: &Column, hasher: &mut crc32fast::Hasher) {
    hasher.update(column.name().as_bytes());
    match column.cells() {
        Cells::Numbers(values) | Cells::Times(values) => {
            let plain = |x: &f64| if x.is_nan() { f64::NAN } else { *x };
            values.iter().for_each(|x| hasher.update(&plain(x).to_le_bytes()));
        }
        Cells::Texts(texts) => {
            let (mut places, mut found) = (vec![MISSING; texts.dictionary().len()], 0);
            for code in texts.codes().iter().filter(|code| **code != MISSING) {
                let place = &mut places[*code as usize];
                if *place == MISSING {
                    hasher.update(texts.dictionary()[*code as usize].as_bytes());
                    (*place, found) = (found, found + 1);
                }
            }
            let place = |code: &u32| if *code == MISSING { MISSING } else { places[*code as usize] };
            texts.codes().iter().for_each(|code| hasher.update(&place(code).to_le_bytes()));
        }
    }
}

fn hash_target(target: &Target, hasher: &mut crc32fast::Hasher) {
    match target {
        Target::Classes { labels, .. } => labels.iter().for_each(|x| hasher.update(&x.to_le_bytes())),
        Target::Values { values, .. } => values.iter().for_each(|x| hasher.update(&x.to_le_bytes())),
    }
}
