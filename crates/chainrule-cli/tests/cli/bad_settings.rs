//! Settings that cannot be: the range in the message, and the name that was meant (entry 58 of the list of bad inputs).

use crate::common::Folder;

fn refused(arguments: &str) -> String {
    Folder::new().refused(&format!("train iris {arguments}"))
}

#[test]
fn names_are_suggested() {
    insta::assert_snapshot!(refused("--activation rleu"), @"
    error: invalid value 'rleu' for '--activation <NAME>': activation: unknown name; expected one of `identity`, `sigmoid`, `tanh`, `relu`, `leaky_relu`, `elu`, `selu`, `gelu`, `gelu_tanh`, `silu`, `mish`, `softplus`, `softsign`, `hard_tanh`, `relu6`, `softmax`, `log_softmax`, `exp`, got `rleu`
    help: did you mean `relu`?

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused("--loss crossentropy"), @"
    error: invalid value 'crossentropy' for '--loss <NAME>': loss: unknown name; expected one of `squared_error`, `half_squared_error`, `absolute_error`, `huber`, `log_cosh`, `quantile`, `poisson`, `binary_cross_entropy`, `cross_entropy`, `hinge`, `multiclass_hinge`, `kl_divergence`, got `crossentropy`
    help: did you mean `cross_entropy`?

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused("--optimizer adm"), @"
    error: invalid value 'adm' for '--optimizer <NAME>': optimizer: unknown name; expected one of `sgd`, `momentum`, `nesterov`, `rmsprop`, `adagrad`, `adadelta`, `adam`, `amsgrad`, `adamw`, `nadam`, `radam`, `lion`, `rprop`, `lbfgs`, got `adm`
    help: did you mean `adam`?

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused("--schedule onecycle"), @"
    error: invalid value 'onecycle' for '--schedule <NAME>': schedule: unknown name; expected one of `constant`, `step`, `exponential`, `inverse_scaling`, `cosine`, `cosine_restarts`, `one_cycle`, `polynomial`, `plateau`, `warmup`, got `onecycle`
    help: did you mean `one_cycle`?

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused("--init he"), @"
    error: invalid value 'he' for '--init <NAME>': initializer: unknown name; expected one of `zeros`, `ones`, `constant`, `uniform`, `normal`, `glorot_uniform`, `glorot_normal`, `he_uniform`, `he_normal`, `lecun_uniform`, `lecun_normal`, `fan_in_uniform`, `fan_in_normal`, `orthogonal`, got `he`

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused("--task multi-class"), @"
    error: invalid value 'multi-class' for '--task <TASK>'
      [possible values: auto, binary, multiclass, multilabel, regression]

      tip: a similar value exists: 'multiclass'

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused("--spec 4,rleu:8,softmax:3"), @"
    error: invalid value '4,rleu:8,softmax:3' for '--spec <SPEC>': network, entry 2 `rleu:8`: layer: unknown name; expected one of `identity`, `sigmoid`, `tanh`, `relu`, `leaky_relu`, `elu`, `selu`, `gelu`, `gelu_tanh`, `silu`, `mish`, `softplus`, `softsign`, `hard_tanh`, `relu6`, `softmax`, `log_softmax`, `exp`, `dropout`, `layer_norm`, `batch_norm`, `prelu`, `embed`, got `rleu`
    help: did you mean `relu`?

    For more information, try '--help'.
    ");
}

#[test]
fn numbers_have_ranges() {
    insta::assert_snapshot!(refused("--learning-rate 0"), @"error: training: `learning_rate` is out of range; expected a finite number above 0, got 0");
    insta::assert_snapshot!(refused("--learning-rate nan"), @"error: training: `learning_rate` is out of range; expected a finite number above 0, got NaN");
    insta::assert_snapshot!(refused("--learning-rate fast"), @"
    error: invalid value 'fast' for '--learning-rate <RATE>': invalid float literal

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused("--epochs 0"), @"error: training: `epochs` is out of range; expected at least 1, got 0");
    insta::assert_snapshot!(refused("--epochs 1.5"), @"
    error: invalid value '1.5' for '--epochs <N>': invalid digit found in string

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused("--batch-size 0"), @"error: training: `batch_size` is out of range; expected at least 1, got 0");
    insta::assert_snapshot!(refused("--batch-size 1000"), @"error: --batch-size: more than there are rows to learn from; expected 1 to 135, got 1000");
    insta::assert_snapshot!(refused("--dropout 1"), @"error: dropout: `rate` is out of range; expected a number in [0, 1), got 1");
    insta::assert_snapshot!(refused("--validation 1"), @"error: training: `validation` is out of range; expected a share in [0, 1), got 1");
    insta::assert_snapshot!(refused("--patience 0"), @"error: training: `patience` is out of range; expected at least 1, got 0");
    insta::assert_snapshot!(refused("--averaging 1"), @"error: training: `averaging` is out of range; expected a decay in [0, 1), got 1");
    insta::assert_snapshot!(refused("--clip-norm 0"), @"error: clipping: `clip_norm` is out of range; expected a number above 0, got 0");
    insta::assert_snapshot!(refused("--l2=-1"), @"error: penalty: `l2` is out of range; expected a finite number of at least 0, got -1");
    insta::assert_snapshot!(refused("--min-accuracy 98"), @"error: --min-accuracy: out of range; expected a share in [0, 1], got 98");
    insta::assert_snapshot!(refused("--loss quantile(90)"), @"
    error: invalid value 'quantile(90)' for '--loss <NAME>': quantile: `level` is out of range; expected a number in (0, 1), got 90

    For more information, try '--help'.
    ");
}

#[test]
fn networks_have_limits() {
    insta::assert_snapshot!(refused("--hidden 0"), @"
    error: invalid value '0' for '--hidden <WIDTHS>': expected whole numbers above 0 such as 128,64, or none, got `0`

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(refused("--hidden 1000000,1000000"), @"error: network: too many parameters; expected at most 1073741824, got 1000006000000 (3.6 TiB of memory as f32)");
    insta::assert_snapshot!(refused("--spec 5,softmax:3"), @"error: --spec: its input does not fit the data; expected `identity:4`, got `identity:5`");
    insta::assert_snapshot!(refused("--spec 4,softmax:2"), @"error: --spec: its outputs do not fit the data; expected 3, one for each class, got 2");
    insta::assert_snapshot!(refused("--spec 4,sigmoid:3 --loss cross_entropy"), @"
    error: loss `cross_entropy`: the network ends in the wrong activation; expected `softmax` or `identity`, got `sigmoid`
    help: end the network in `softmax`; the loss is then computed from the values before it, in the stable form
    ");
    insta::assert_snapshot!(refused("--spec 4,softmax:3 --hidden 8"), @"
    error: the argument '--spec <SPEC>' cannot be used with '--hidden <WIDTHS>'

    Usage: chainrule train --spec <SPEC> <DATA>

    For more information, try '--help'.
    ");
}

#[test]
fn settings_that_do_not_go_together() {
    insta::assert_snapshot!(refused("--label-smoothing 0.1 --loss hinge"), @"
    error: --label-smoothing: only with the loss `cross_entropy`, got `hinge`
    help: --loss cross_entropy, which takes two classes as well
    ");
    insta::assert_snapshot!(refused("--task binary"), @"error: iris: --task binary: expected a target of 2 classes, got 3");
    insta::assert_snapshot!(refused("--task regression"), @"
    error: iris: column `class`: cannot be read as numbers; expected a number, got `Iris-setosa`
    help: text in the target makes this a classification
    ");
    insta::assert_snapshot!(Folder::new().refused("train surface --min-accuracy 0.5"), @"error: --min-accuracy: expected classes to be right about, got a regression");
    insta::assert_snapshot!(Folder::new().refused("train surface --loss poisson"), @"error: --loss poisson: the target does not go with it; expected counts, at least 0, got -0.24475791822367107");
    insta::assert_snapshot!(Folder::new().refused("graph --spec 2,tanh:1 --plan --batch-size 99999999"), @"
    error: invalid value '99999999' for '--batch-size <N>': 99999999 is not in 1..=65536

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(Folder::new().refused("train surface --class-weight balanced"), @"error: examples: expected classes for class weights, got numbers");
    insta::assert_snapshot!(Folder::new().refused("check --spec 2,tanh:1 xor iris"), @"error: --spec: it takes the place of a model; `iris` is too much");
    insta::assert_snapshot!(Folder::new().refused("check --spec 2,softmax:3 iris"), @"error: iris: expected 2 features, got 4");
    insta::assert_snapshot!(Folder::new().refused("graph --spec 2,softmax:3 iris"), @"error: --spec: it takes the place of a model; got the model `iris` as well");
    insta::assert_snapshot!(Folder::new().refused("data sample moons --count 0"), @"error: `rows`: out of range; expected 1 to 10000000, got 0");
}
