"""Writes tests/golden/tables/*.npy and *.npz: small arrays of every kind that the reader takes.

    python tests/golden/scripts/numpy_files.py

Needs numpy. Archives get a fixed time, so that running it again gives the same bytes.
"""

import io
import pathlib
import zipfile

import numpy as np

FOLDER = pathlib.Path(__file__).parent.parent / "tables"
NUMBERS = np.array([[0.0, 1.5, -2.0], [3.0, 4.25, 127.0]])


def archive(name, packing, **arrays):
    """An npz file as numpy.savez writes it, but for the time."""
    with zipfile.ZipFile(FOLDER / name, "w", packing) as out:
        for key, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asanyarray(array))
            # numpy too forces the long form, since it does not know the size beforehand.
            with out.open(zipfile.ZipInfo(key + ".npy", (1980, 1, 1, 0, 0, 0)), "w", force_zip64=True) as member:
                member.write(content.getvalue())


def main():
    FOLDER.mkdir(exist_ok=True)
    for kind in ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
        np.save(FOLDER / f"numbers_{'big' if kind[0] == '>' else 'little'}_{kind[1:]}.npy", NUMBERS.astype(kind))
    np.save(FOLDER / "numbers_fortran.npy", np.asfortranarray(NUMBERS))
    np.save(FOLDER / "whole_i8.npy", np.array([[1, -2], [2**40, 3]], "<i8"))
    np.save(FOLDER / "flat_bool.npy", np.array([True, False, True]))
    np.save(FOLDER / "texts.npy", np.array([["red", "größe"], ["", "x"]]))
    np.save(FOLDER / "days.npy", np.array(["2024-01-31", "NaT"], "M8[D]"))
    np.save(FOLDER / "objects.npy", np.array([{"a": 1}], object), allow_pickle=True)
    labels = np.array(["no", "yes"])
    archive("stored.npz", zipfile.ZIP_STORED, X=NUMBERS, y=labels, feature_names=np.array(["a", "b", "c"]))
    archive("deflated.npz", zipfile.ZIP_DEFLATED, y=np.array([7, 8]), X=NUMBERS.astype("f4"))
    archive("columns.npz", zipfile.ZIP_DEFLATED, age=np.array([30, 41]), target=labels, city=np.array(["Ulm", "Bonn"]))


if __name__ == "__main__":
    main()
