"""Writes ../random/stream.txt: the contract of `chainrule_engine::random::Stream`, implemented a second time.

Run from anywhere: python3 random_stream.py. Needs nothing but Python 3. One line per stream and kind:
seed purpose index kind values...
"""

import math
from pathlib import Path

PURPOSES = {"initialisation": 0, "shuffle": 1, "split": 2, "dropout": 3, "data": 4, "check": 5}
STREAMS = [
    (0, "initialisation", 0),
    (47, "shuffle", 2),
    (2**64 - 1, "dropout", 2**64 - 1),
    (0x0123456789ABCDEF, "data", 2**32 + 5),
    (1, "check", 1),
]
MASK = 0xFFFFFFFF


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        first, second = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(second >> 32) ^ c[1] ^ k[0], second & MASK, (first >> 32) ^ c[3] ^ k[1], first & MASK]
        k = [(k[0] + 0x9E3779B9) & MASK, (k[1] + 0xBB67AE85) & MASK]
    return c


class Stream:
    def __init__(self, seed, purpose, index):
        self.derived = philox([index & MASK, index >> 32, PURPOSES[purpose], 0], [seed & MASK, seed >> 32])
        self.cursor = 0

    def word(self, position):
        block = position // 4
        return philox([block & MASK, block >> 32, *self.derived[2:]], self.derived[:2])[position % 4]

    def bits(self, position):
        return self.word(2 * position) | self.word(2 * position + 1) << 32

    def uniform(self, position):
        return (self.bits(position) >> 11) / 2**53

    def uniform_f32(self, position):
        return (self.word(position) >> 8) / 2**24

    def normal(self, position):
        even = position - position % 2
        radius = math.sqrt(-2 * math.log(1 - self.uniform(even)))
        angle = math.tau * self.uniform(even + 1)
        return radius * (math.sin(angle) if position % 2 else math.cos(angle))

    def below(self, bound):
        """Exactly uniform: of the 2**64 values of the bits, those whose product's lower half is too small are refused."""
        while True:
            product = self.bits(self.cursor) * bound
            self.cursor += 1
            if product % 2**64 >= 2**64 % bound:
                return product >> 64

    def permutation(self, count):
        order = list(range(count))
        for last in range(count - 1, 0, -1):
            chosen = self.below(last + 1)
            order[last], order[chosen] = order[chosen], order[last]
        return order


def lines(name):
    def fresh():
        return Stream(*name)

    stream = fresh()
    yield "bits", [stream.bits(p) for p in range(9)]
    yield "far_bits", [stream.bits(2**64 - 2)]
    yield "uniform", [stream.uniform(p) for p in range(9)]
    yield "uniform_f32", [stream.uniform_f32(p) for p in range(9)]
    yield "normal", [stream.normal(p) for p in range(33)]
    yield "permutation", fresh().permutation(20)
    yield "below_biased", [stream.below(2**63 + 1) for _ in range(8)]


def main():
    assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
    target = Path(__file__).parent.parent / "random" / "stream.txt"
    with target.open("w") as file:
        file.write("# Made by ../scripts/random_stream.py: seed purpose index kind values...\n")
        for name in STREAMS:
            for kind, values in lines(name):
                print(*name, kind, *map(repr, values), file=file)


main()
