//! Cross-validation without a leak: ten times, nine tenths of the iris flowers teach and one tenth judges.
//!
//! The features are scaled by the mean and deviation of the training rows alone; what is judged by was never looked at.
//! Run it with `cargo run --release --example 02_iris`.

use std::error::Error;

use chainrule::{Examples, Features, Recipe, Targets, Trainer, evaluate, folds};
use chainrule_data::{Dataset, Scaling, Target, builtin};

fn main() -> Result<(), Box<dyn Error>> {
    let iris = builtin::iris()?;
    // Ten splits that keep the proportions of the classes; they look at the labels only, so nothing is scaled yet.
    let splits = folds(&examples(&iris, &Scaling::identity(iris.width()))?, 10, 0);

    let mut counts = [[0; 3]; 3];
    for split in &splits {
        let (training, held_out) = (iris.select(&split.training)?, iris.select(&split.validation)?);
        let rows: Vec<usize> = (0..training.rows()).collect();
        let scaling = Scaling::fit(training.features(), &rows)?;
        let (training, held_out) = (examples(&training, &scaling)?, examples(&held_out, &scaling)?);

        // Network and settings that suit the size of the data and the kind of target.
        let recipe = Recipe::new(&training);
        let network = recipe.network();
        let trainer = Trainer::<f32>::new(&network, &training, recipe.config.clone())?;
        let trained = trainer.train()?;

        let evaluation = evaluate(&network, trained.params.values(), recipe.config.loss, &held_out)?;
        let confusion = evaluation.confusion.ok_or("iris has classes")?;
        for (actual, row) in counts.iter_mut().enumerate() {
            row.iter_mut().enumerate().for_each(|(said, sum)| *sum += confusion.count(actual, said));
        }
    }

    let names = iris.target().class_names().ok_or("iris has classes")?;
    println!("rows: the flower, columns: what the networks that had not seen it said");
    for (name, row) in names.iter().zip(counts) {
        println!("{name:>12} {row:3?}");
    }
    let right: usize = (0..3).map(|class| counts[class][class]).sum();
    println!("accuracy {:.4}", right as f64 / iris.rows() as f64);
    Ok(())
}

/// The rows of a table as a network takes them: numbers scaled, targets as class numbers.
fn examples(table: &Dataset, scaling: &Scaling) -> Result<Examples<'static>, Box<dyn Error>> {
    let rows: Vec<usize> = (0..table.rows()).collect();
    let mut values = vec![0.0; table.rows() * table.width()];
    table.features().copy_rows_f64(&rows, &mut values);
    scaling.apply_f64(&mut values);
    let features = Features::Real { width: table.width(), values: values.into() };
    let targets = match table.target().clone() {
        Target::Classes { names, labels, .. } => {
            Targets::Classes { count: names.len(), labels: labels.into() }
        }
        Target::Values { names, values } => Targets::Values { width: names.len(), values: values.into() },
    };
    Ok(Examples::new(features, targets)?)
}
