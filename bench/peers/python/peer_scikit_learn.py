"""scikit-learn: `MLPClassifier` with a warm start, so that a block continues where the one before ended."""

import os
import warnings

import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import common


def prepare(work):
    warnings.simplefilter("ignore", ConvergenceWarning)
    x, y = common.data(work)
    model = MLPClassifier(
        hidden_layer_sizes=work["widths"][1:-1],
        activation={"relu": "relu", "sigmoid": "logistic"}[work["activation"]],
        solver=work["optimizer"],
        learning_rate_init=work["learning_rate"],
        momentum=0,
        nesterovs_momentum=False,
        alpha=0,
        batch_size=work["batch"],
        max_iter=work["epochs_per_block"],
        tol=0,
        n_iter_no_change=1_000_000_000,
        warm_start=True,
    )
    return [(os.cpu_count(), lambda: model.fit(x, y))]


common.serve(sklearn.__version__, prepare)
