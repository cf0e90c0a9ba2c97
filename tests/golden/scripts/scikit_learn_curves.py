"""Writes ../metrics/curves.json: ROC and precision-recall curves, their areas and calibration by scikit-learn.

Run from anywhere: python3 scikit_learn_curves.py. Needs numpy and scikit-learn (the file was made with 1.9.1). Scores are
probabilities; some cases have many ties, one has few of a class. scikit-learn lists the points of precision and recall from
the lowest threshold up and adds the point (1, 0); here they are turned round and that point is left out.
"""

import json
from pathlib import Path

import numpy as np
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve


def case(name, scores, actual):
    fpr, tpr, thresholds = roc_curve(actual, scores, drop_intermediate=False)
    precision, recall, _ = precision_recall_curve(actual, scores)
    share, mean = calibration_curve(actual, scores, n_bins=10, strategy="uniform")
    record = {
        "scores": scores,
        "actual": actual,
        "roc_thresholds": thresholds[1:],
        "fpr": fpr,
        "tpr": tpr,
        "roc_auc": [roc_auc_score(actual, scores)],
        "precision": precision[-2::-1],
        "recall": recall[-2::-1],
        "average_precision": [average_precision_score(actual, scores)],
        "mean_probability": mean,
        "share": share,
    }
    return {"name": name} | {key: np.asarray(value).tolist() for key, value in record.items()}


def main():
    generator = np.random.default_rng(7)
    cases = []
    for name, rows, positives, digits in [
        ("all scores differ", 40, 0.5, 6),
        ("many ties", 60, 0.4, 1),
        ("few of class 1", 50, 0.06, 2),
        ("one score for all", 12, 0.5, 0),
    ]:
        actual = (generator.random(rows) < positives).astype(int)
        actual[:2] = [0, 1]
        raw = np.clip(generator.normal(0.35 + 0.3 * actual, 0.2), 0.0, 1.0)
        scores = np.round(raw, digits) if digits else np.full(rows, 0.25)
        cases.append(case(name, scores, actual))
    target = Path(__file__).parent.parent / "metrics" / "curves.json"
    target.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(record) for record in cases)
    target.write_text('{\n"source": "scripts/scikit_learn_curves.py",\n"cases": [\n' + lines + "\n]\n}\n")


main()
