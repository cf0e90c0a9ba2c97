"""Writes ../random/numpy.txt: what numpy's legacy generator gives for five seeds.

Run from anywhere: python3 numpy_random.py. Needs numpy; the legacy stream is frozen (NEP 19), so any version from 1.17 on
writes the same file. One line per call, `seed call values...`; the calls of a seed follow each other on one generator.
"""

from pathlib import Path

import numpy

SEEDS = [0, 1, 42, 47, 2**32 - 1]


def calls(random):
    yield "random_sample", random.random_sample(7)
    yield "uniform", random.uniform(-2.5, 7.0, 8)
    yield "standard_normal", random.standard_normal(401)
    yield "permutation", random.permutation(17)
    yield "normal", random.normal(3.0, 0.1, 8)
    yield "randint_small", random.randint(-5, 6, 20)
    yield "randint_large", random.randint(-(2**40), 2**41, 6)
    yield "randint_word", random.randint(0, 2**32, 6)
    # Longer than the generator's window of 624 words.
    yield "permutation", random.permutation(700)
    yield "uniform", random.uniform(-2.5, 7.0, 3)


def main():
    target = Path(__file__).parent.parent / "random" / "numpy.txt"
    with target.open("w") as file:
        file.write("# Made by ../scripts/numpy_random.py with numpy's RandomState: seed call values...\n")
        for seed in SEEDS:
            for call, values in calls(numpy.random.RandomState(seed)):
                print(seed, call, *map(repr, values.tolist()), file=file)


main()
