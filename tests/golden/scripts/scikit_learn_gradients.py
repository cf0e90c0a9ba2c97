"""Writes ../networks/scikit_learn.json: loss and gradients of scikit-learn's multilayer perceptrons at fixed weights.

Run from anywhere: python3 scikit_learn_gradients.py. Needs scikit-learn; made with 1.9.1. It calls the private `_backprop`, which
has the one public formula behind `fit`: the loss with its L2 term alpha / (2 n) |W|^2, and the gradients of the same.
Weights are written as scikit-learn has them, [inputs, outputs].
"""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor

ROWS, INPUTS, HIDDEN, ALPHA = 7, 4, (5, 3), 0.3
warnings.filterwarnings("ignore")


def case(name, model, labels, targets, random):
    """One network: fitted for its shapes, then given other weights."""
    x = random.normal(size=(ROWS, INPUTS))
    model.fit(x, labels)
    model.coefs_ = [random.normal(size=w.shape) for w in model.coefs_]
    model.intercepts_ = [random.normal(size=b.shape) for b in model.intercepts_]
    widths = [INPUTS, *HIDDEN, targets.shape[1]]
    activations = [x] + [np.empty((ROWS, width)) for width in widths[1:]]
    deltas = [np.empty_like(a) for a in activations[1:]]
    weights = [np.empty_like(w) for w in model.coefs_]
    biases = [np.empty_like(b) for b in model.intercepts_]
    loss, weights, biases = model._backprop(x, targets, None, activations, deltas, weights, biases)
    return {
        "name": name,
        "activation": model.activation,
        "output": model.out_activation_,
        "outputs": targets.shape[1],
        "x": x.ravel().tolist(),
        "y": np.asarray(targets, dtype=float).ravel().tolist(),
        "weights": [w.ravel().tolist() for w in model.coefs_],
        "biases": [b.ravel().tolist() for b in model.intercepts_],
        "loss": float(loss),
        "weight_gradients": [w.ravel().tolist() for w in weights],
        "bias_gradients": [b.ravel().tolist() for b in biases],
    }


def main():
    random = np.random.RandomState(0)
    settings = {"hidden_layer_sizes": HIDDEN, "alpha": ALPHA, "max_iter": 1, "solver": "sgd", "random_state": 0}
    classes = np.array([0, 1, 2, 1, 0, 2, 1])
    several = np.array([[0, 1, 1], [1, 0, 1], [0, 0, 1], [1, 1, 0], [0, 1, 0], [1, 0, 0], [1, 1, 1]])
    two = (classes == 1).astype(int)
    numbers = random.normal(size=ROWS)
    classifier = lambda activation: MLPClassifier(activation=activation, **settings)
    cases = [
        case("three classes", classifier("tanh"), classes, np.eye(3)[classes], random),
        case("two classes", classifier("relu"), two, two[:, None], random),
        case("several labels", classifier("logistic"), several, several, random),
        case("numbers", MLPRegressor(activation="tanh", **settings), numbers, numbers[:, None], random),
    ]
    golden = {"scikit_learn": sklearn.__version__, "rows": ROWS, "inputs": INPUTS, "hidden": HIDDEN, "alpha": ALPHA, "cases": cases}
    path = Path(__file__).parent.parent / "networks" / "scikit_learn.json"
    path.write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
