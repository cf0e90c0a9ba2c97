"""Writes the small built-in tables of chainrule-data from scikit-learn's copies.

Run from the repository root, with scikit-learn 1.9.1 installed:

    python3 tests/golden/scripts/make_data_assets.py          write the files
    python3 tests/golden/scripts/make_data_assets.py --check  exit 1 if a file differs

Numbers are written in the shortest form that reads back to the same double, so nothing is lost.
"""

import gzip
import pathlib
import struct
import sys

from sklearn import datasets

ASSETS = pathlib.Path("crates/chainrule-data/assets")


def number(value):
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text


def table(header, rows, targets):
    lines = [",".join(header)]
    for row, target in zip(rows, targets):
        lines.append(",".join([number(value) for value in row] + [target]))
    return ("\n".join(lines) + "\n").encode()


def iris():
    """The documents' form: one decimal everywhere, UCI's class names, scikit-learn's (Fisher's) values."""
    data = datasets.load_iris()
    lines = ["sepallength,sepalwidth,petallength,petalwidth,class"]
    for row, label in zip(data.data, data.target):
        lines.append(",".join([f"{value:.1f}" for value in row] + ["Iris-" + data.target_names[label]]))
    return ("\n".join(lines) + "\n").encode()


def named_classes(data, column):
    names = [name.replace(" ", "_").replace("/", "_") for name in data.feature_names]
    return table(names + [column], data.data, [str(data.target_names[label]) for label in data.target])


def diabetes():
    data = datasets.load_diabetes(scaled=False)
    return table(data.feature_names + ["progression"], data.data, [number(value) for value in data.target])


def idx(dims, values):
    head = bytes([0, 0, 8, len(dims)]) + b"".join(struct.pack(">I", dim) for dim in dims)
    return gzip.compress(head + bytes(values), 9, mtime=0)


def files():
    digits = datasets.load_digits()
    return {
        "iris.csv": iris(),
        "wine.csv": named_classes(datasets.load_wine(), "class"),
        "breast-cancer.csv": named_classes(datasets.load_breast_cancer(), "diagnosis"),
        "diabetes.csv": diabetes(),
        "digits-images-idx3-ubyte.gz": idx([1797, 8, 8], digits.images.astype("uint8").reshape(-1).tolist()),
        "digits-labels-idx1-ubyte.gz": idx([1797], digits.target.astype("uint8").tolist()),
    }


def same(path, content):
    """Compares gzip files by what they hold: the packing may differ between versions of zlib."""
    unpack = gzip.decompress if path.suffix == ".gz" else bytes
    return path.exists() and unpack(path.read_bytes()) == unpack(content)


def main():
    differing = [(ASSETS / name, content) for name, content in files().items() if not same(ASSETS / name, content)]
    for path, content in differing:
        print(("differs: " if "--check" in sys.argv else "written: ") + str(path))
        if "--check" not in sys.argv:
            path.write_bytes(content)
    sys.exit(1 if differing and "--check" in sys.argv else 0)


main()
