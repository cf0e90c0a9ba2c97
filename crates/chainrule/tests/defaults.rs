//! What the default settings reach: XOR always, iris by cross-validation, MNIST for five seeds.

use crate::common;

use chainrule::{Control, Examples, Recipe, Trained, Trainer, TrainingConfig, evaluate, folds};

fn train(examples: &Examples<'_>, seed: u64) -> (Recipe, Trained<f32>) {
    let mut recipe = Recipe::new(examples);
    recipe.config = TrainingConfig { seed, ..recipe.config };
    let network = recipe.network();
    let trainer = Trainer::new(&network, examples, recipe.config.clone()).unwrap();
    (recipe, trainer.run(&mut |_| Control::Continue).unwrap())
}

fn accuracy(recipe: &Recipe, trained: &Trained<f32>, examples: &Examples<'_>) -> f64 {
    let network = recipe.network();
    let evaluation = evaluate(&network, trained.params.values(), recipe.config.loss, examples).unwrap();
    evaluation.get("accuracy").unwrap()
}

#[test]
fn xor_is_solved_for_a_hundred_seeds_of_a_hundred() {
    let xor = common::load("xor").train;
    let rows: Vec<usize> = (0..xor.rows()).collect();
    let xor = common::examples(xor, &rows);
    for seed in 0..100 {
        let (recipe, trained) = train(&xor, seed);
        assert_eq!(accuracy(&recipe, &trained, &xor), 1.0, "seed {seed}");
    }
}

#[test]
fn iris_reaches_95_percent_in_ten_fold_cross_validation() {
    let iris = common::load("iris").train;
    let plain = common::examples(iris.clone(), &[0]);
    let mut scores = Vec::new();
    for fold in folds(&plain, 10, 0) {
        let examples = common::examples(iris.clone(), &fold.training);
        let recipe = Recipe::new(&examples);
        let network = recipe.network();
        let trainer = Trainer::<f32>::new(&network, &examples, recipe.config).unwrap();
        let trained = trainer.with_split(fold).unwrap().run(&mut |_| Control::Continue).unwrap();
        scores.push(trained.history.epochs.last().unwrap().validation_score.unwrap().value);
    }
    let mean = scores.iter().sum::<f64>() / 10.0;
    assert!(mean >= 0.95, "mean accuracy {mean}");
}

#[test]
fn mnist_reaches_98_percent_for_seeds_0_to_4() {
    let mnist = common::load("mnist");
    let training = common::examples(mnist.train, &[0]);
    let test = common::examples(mnist.test.unwrap(), &[0]);
    assert_eq!((training.rows(), test.rows()), (60_000, 10_000));
    for seed in 0..5 {
        let (recipe, trained) = train(&training, seed);
        let reached = accuracy(&recipe, &trained, &test);
        assert!(reached >= 0.98, "seed {seed}: {reached}");
    }
}
