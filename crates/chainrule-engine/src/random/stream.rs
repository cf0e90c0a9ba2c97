//! [`Stream`]: one endless, randomly accessible sequence of random numbers per (seed, purpose, index).
//!
//! # The contract
//!
//! All of it is fixed for ever and held by golden vectors; `philox` is [`philox::block`], words are 32-bit:
//!
//! ```text
//! [k0, k1, t0, t1] = philox(counter = [index low, index high, purpose, 0], key = [seed low, seed high])
//! block(b)         = philox(counter = [b low, b high, t0, t1],             key = [k0, k1])
//! word(p)          = block(p / 4)[p % 4]                                    32 bits
//! long(p)          = word(2p) + 2^32 word(2p + 1)                           64 bits
//! uniform_f32(p)   = floor(word(p) / 2^8)  2^-24
//! uniform(p)       = floor(long(p) / 2^11) 2^-53
//! normal(p)        = r cos(a) if p is even, r sin(a) if p is odd,  where h = 2 floor(p / 2),
//!                    r = sqrt(-2 ln(1 - uniform(h))),  a = 2 pi uniform(h + 1)
//! ```
//!
//! Philox is a bijection for a fixed key, so two streams of one seed never share `(k, t)`: they are different for certain,
//! not merely with high probability. ln, sin and cos come from the `libm` crate, so that the bits do not depend on the
//! platform's C library. The normal numbers are those of Box and Muller: pairs are independent, and as `1 - uniform` is at
//! least 2^-53, no value lies beyond 8.58.
//!
//! Sources: [`philox`]; Box and Muller, "A note on the generation of random normal deviates", Annals of Mathematical
//! Statistics 29, 1958; Lemire, "Fast random integer generation in an interval", ACM TOMACS 29, 2019; Knuth, TAOCP volume 2,
//! section 3.4.2, algorithm P (Fisher and Yates).
//!
//! Must not know: graphs, tensors, who asks.

use super::ahead::Ahead;
use super::philox;
use core::f64::consts::TAU;

/// What a stream's numbers decide, so that two uses of one seed never share numbers.
///
/// The number of a purpose goes into the key: it is part of the contract and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u32)]
pub enum Purpose {
    /// Initial values of parameters; the index is the parameter's number.
    Initialisation = 0,
    /// The order of the examples; the index is the epoch.
    Shuffle = 1,
    /// The choice of validation and test examples; the index is the fold or 0.
    Split = 2,
    /// Dropout masks; the index tells the step and the layer apart.
    Dropout = 3,
    /// Synthetic data; the index is the data set's part.
    Data = 4,
    /// Directions and points of gradient checks.
    Check = 5,
    /// The order in which a column's values are dealt out to measure its importance; the index tells group and repeat.
    Importance = 6,
}

/// A counter-based generator: random access by position, and a cursor for sequential draws.
///
/// `*_at(position)` and `fill_*` do not depend on the cursor and do not move it; `next_*`, [`shuffle`](Self::shuffle)
/// and [`permutation`](Self::permutation) read at the cursor and move it. Copying a stream copies the cursor. The formulas are
/// in the source file's header. Positions count numbers and wrap around at 2^63.
///
/// ```
/// use chainrule_engine::random::{Purpose, Stream};
/// let mut stream = Stream::new(47, Purpose::Shuffle, 0);
/// assert_eq!(stream.uniform_at(1), Stream::new(47, Purpose::Shuffle, 0).uniform_at(1));
/// assert_ne!(stream.uniform_at(1), Stream::new(47, Purpose::Shuffle, 1).uniform_at(1));
/// let first = stream.next_uniform();
/// assert_eq!(first, stream.uniform_at(0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stream {
    key: [u32; 2],
    tag: [u32; 2],
    /// In 64-bit numbers.
    cursor: u64,
}

impl Stream {
    /// The stream of a seed, a purpose and an index, its cursor at 0.
    ///
    /// Every seed and index is valid; costs one Philox block.
    pub fn new(seed: u64, purpose: Purpose, index: u64) -> Self {
        let [low, high] = halves(index);
        let [k0, k1, t0, t1] = philox::block([low, high, purpose as u32, 0], halves(seed));
        Self { key: [k0, k1], tag: [t0, t1], cursor: 0 }
    }

    /// The same stream with its cursor at `position`, in 64-bit numbers: to go on where another run stopped.
    #[must_use]
    pub fn starting_at(self, position: u64) -> Self {
        Self { cursor: position, ..self }
    }

    /// The cursor: how many 64-bit numbers were drawn in sequence since position 0.
    pub fn position(&self) -> u64 {
        self.cursor
    }

    /// 64 random bits at `position`.
    pub fn bits_at(&self, position: u64) -> u64 {
        let words = self.block(position / 2);
        if position.is_multiple_of(2) { join(words[0], words[1]) } else { join(words[2], words[3]) }
    }

    /// A uniform number in \[0, 1) at `position`: a multiple of 2^-53.
    pub fn uniform_at(&self, position: u64) -> f64 {
        unit_interval(self.bits_at(position))
    }

    /// A uniform number in \[0, 1) at `position`, with `f32`'s 24 bits: a multiple of 2^-24.
    ///
    /// Shares its bits with the `f64` numbers of the positions around `position / 2`: use one kind per stream.
    pub fn uniform_f32_at(&self, position: u64) -> f32 {
        unit_interval_f32(self.block(position / 4)[(position % 4) as usize])
    }

    /// A number from the standard normal distribution (mean 0, variance 1) at `position`, in \[-8.58, 8.58\].
    ///
    /// Shares its bits with the uniform numbers of the same pair of positions: use one kind per stream.
    pub fn normal_at(&self, position: u64) -> f64 {
        self.normal_pair(position / 2)[(position % 2) as usize]
    }

    /// Writes `uniform_at(first)`, `uniform_at(first + 1)`, ... to `values`, computing each block once.
    pub fn fill_uniform(&self, first: u64, values: &mut [f64]) {
        fill(first, values, |block| {
            let words = self.block(block);
            [unit_interval(join(words[0], words[1])), unit_interval(join(words[2], words[3]))]
        });
    }

    /// Writes `uniform_f32_at(first)`, `uniform_f32_at(first + 1)`, ... to `values`, computing each block once.
    pub fn fill_uniform_f32(&self, first: u64, values: &mut [f32]) {
        fill(first, values, |block| self.block(block).map(unit_interval_f32));
    }

    /// Writes `normal_at(first)`, `normal_at(first + 1)`, ... to `values`, computing each pair once.
    pub fn fill_normal(&self, first: u64, values: &mut [f64]) {
        fill(first, values, |block| self.normal_pair(block));
    }

    /// The next 64 random bits.
    pub fn next_bits(&mut self) -> u64 {
        let bits = self.bits_at(self.cursor);
        self.cursor = self.cursor.wrapping_add(1);
        bits
    }

    /// The next uniform number in \[0, 1): a multiple of 2^-53.
    pub fn next_uniform(&mut self) -> f64 {
        unit_interval(self.next_bits())
    }

    /// The next standard normal number: the cosine branch of Box and Muller from the next two uniform numbers.
    ///
    /// It leaves the sine branch unused, so that no draw depends on whether the one before it was normal.
    pub fn next_normal(&mut self) -> f64 {
        let radius = self.next_uniform();
        let angle = self.next_uniform();
        box_muller(radius, angle)[0]
    }

    /// The next integer in 0, 1, ..., `bound - 1`, each with exactly the same probability; 0 if `bound` is 0.
    ///
    /// Source: Lemire 2019, algorithm 5: the upper half of `bits * bound`, drawn again in the rare case that would be biased.
    pub fn next_below(&mut self, bound: u64) -> u64 {
        below(bound, || self.next_bits())
    }

    /// Brings `items` into a random order, each order with the same probability.
    ///
    /// For `i` from the last position down to 1, swaps items `i` and [`next_below`](Self::next_below)`(i + 1)`.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        let mut ahead = Ahead::new(self);
        for last in (1..items.len()).rev() {
            let chosen = below(last as u64 + 1, || ahead.next_bits()) as usize;
            items.swap(last, chosen);
        }
        self.cursor = ahead.position();
    }

    /// The numbers 0, 1, ..., `count - 1` in a random order.
    ///
    /// ```
    /// use chainrule_engine::random::{Purpose, Stream};
    /// let mut order = Stream::new(0, Purpose::Shuffle, 0).permutation(5);
    /// order.sort();
    /// assert_eq!(order, [0, 1, 2, 3, 4]);
    /// ```
    pub fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        self.shuffle(&mut order);
        order
    }

    fn block(&self, number: u64) -> [u32; 4] {
        let [low, high] = halves(number);
        philox::block([low, high, self.tag[0], self.tag[1]], self.key)
    }

    /// The numbers at `position`, which is even, and at the next one.
    #[inline(always)]
    pub(super) fn pair_at(&self, position: u64) -> [u64; 2] {
        let [low, high] = halves(position / 2);
        let words = philox::block([low, high, self.tag[0], self.tag[1]], self.key);
        [join(words[0], words[1]), join(words[2], words[3])]
    }

    fn normal_pair(&self, block: u64) -> [f64; 2] {
        let words = self.block(block);
        box_muller(unit_interval(join(words[0], words[1])), unit_interval(join(words[2], words[3])))
    }
}

/// Writes the elements `first`, `first + 1`, ... of a sequence that is computed `N` elements a block.
fn fill<T: Copy, const N: usize>(first: u64, values: &mut [T], block: impl Fn(u64) -> [T; N]) {
    let size = N as u64;
    let skipped = (first % size) as usize;
    let head_length = if skipped == 0 { 0 } else { (N - skipped).min(values.len()) };
    let (head, rest) = values.split_at_mut(head_length);
    head.copy_from_slice(&block(first / size)[skipped..][..head_length]);
    for (number, chunk) in (first.div_ceil(size)..).zip(rest.chunks_mut(N)) {
        chunk.copy_from_slice(&block(number)[..chunk.len()]);
    }
}

fn box_muller(uniform_radius: f64, uniform_angle: f64) -> [f64; 2] {
    let radius = (-2.0 * libm::log(1.0 - uniform_radius)).sqrt();
    let angle = TAU * uniform_angle;
    [radius * libm::cos(angle), radius * libm::sin(angle)]
}

fn unit_interval(bits: u64) -> f64 {
    const STEP: f64 = 1.0 / (1u64 << 53) as f64;
    (bits >> 11) as f64 * STEP
}

fn unit_interval_f32(word: u32) -> f32 {
    const STEP: f32 = 1.0 / (1u32 << 24) as f32;
    (word >> 8) as f32 * STEP
}

fn halves(number: u64) -> [u32; 2] {
    [number as u32, (number >> 32) as u32]
}

fn join(low: u32, high: u32) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

/// Lemire's integer below `bound` from 64 random bits, or more in the rare case that would be biased.
#[inline(always)]
fn below(bound: u64, mut next_bits: impl FnMut() -> u64) -> u64 {
    let mut product = u128::from(next_bits()) * u128::from(bound);
    if (product as u64) < bound {
        let rejected_below = bound.wrapping_neg() % bound;
        while (product as u64) < rejected_below {
            product = u128::from(next_bits()) * u128::from(bound);
        }
    }
    (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    /// Many at once, from an even and an odd cursor, are the same numbers as one by one.
    #[test]
    fn a_shuffle_draws_the_numbers_that_come_next() {
        for (len, drawn) in [(0, 3), (1, 0), (2, 1), (63, 0), (64, 1), (65, 2), (200, 7)] {
            let mut stream = super::Stream::new(9, super::Purpose::Shuffle, 4);
            (0..drawn).for_each(|_| _ = stream.next_bits());
            let (mut one_by_one, mut items) = (stream, (0..len).collect::<Vec<usize>>());
            let mut expected = items.clone();
            for last in (1..len).rev() {
                expected.swap(last, one_by_one.next_below(last as u64 + 1) as usize);
            }
            stream.shuffle(&mut items);
            assert_eq!((items, stream.position()), (expected, one_by_one.position()));
        }
    }

    use super::{Purpose, Stream};

    /// Made by `tests/golden/scripts/random_stream.py`, a second implementation in Python.
    const GOLDEN: &str = include_str!("../../../../tests/golden/random/stream.txt");
    /// Python's ln, sin and cos are the C library's: each may differ from `libm`'s in the last bits.
    const NORMAL_TOLERANCE: f64 = 1e-14;

    fn purpose(name: &str) -> Purpose {
        [
            Purpose::Initialisation,
            Purpose::Shuffle,
            Purpose::Split,
            Purpose::Dropout,
            Purpose::Data,
            Purpose::Check,
            Purpose::Importance,
        ]
        .into_iter()
        .find(|purpose| format!("{purpose:?}").to_lowercase() == name)
        .expect("the script knows only these purposes")
    }

    fn parse<T: std::str::FromStr>(words: &[&str]) -> Vec<T>
    where
        T::Err: std::fmt::Debug,
    {
        words.iter().map(|word| word.parse().expect("a number of the golden file")).collect()
    }

    fn check_line(stream: Stream, kind: &str, values: &[&str]) {
        let mut stream = stream;
        match kind {
            "bits" => {
                let expected: Vec<u64> = parse(values);
                assert_eq!(
                    (0..).map(|p| stream.bits_at(p)).take(expected.len()).collect::<Vec<_>>(),
                    expected
                );
            }
            "far_bits" => assert_eq!(stream.bits_at(u64::MAX - 1), parse::<u64>(values)[0]),
            "uniform" => {
                let mut filled = vec![0.0; values.len()];
                stream.fill_uniform(0, &mut filled);
                assert_eq!(filled, parse::<f64>(values));
            }
            "uniform_f32" => {
                let mut filled = vec![0.0; values.len()];
                stream.fill_uniform_f32(0, &mut filled);
                assert_eq!(filled, parse::<f32>(values));
            }
            "normal" => {
                for (position, expected) in (0..).zip(parse::<f64>(values)) {
                    let error = (stream.normal_at(position) - expected).abs();
                    assert!(
                        error <= NORMAL_TOLERANCE * expected.abs().max(1.0),
                        "position {position}: {error}"
                    );
                }
            }
            "permutation" => assert_eq!(stream.permutation(values.len()), parse::<usize>(values)),
            "below_biased" => {
                let bound = (1u64 << 63) + 1;
                assert!(
                    parse::<u64>(values).into_iter().all(|expected| stream.next_below(bound) == expected)
                );
            }
            _ => panic!("unknown line `{kind}`"),
        }
    }

    #[test]
    fn numbers_are_those_of_the_contract() {
        let mut lines = 0;
        for line in GOLDEN.lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let seed = words[0].parse().expect("the seed");
            let stream = Stream::new(seed, purpose(words[1]), words[2].parse().expect("the index"));
            check_line(stream, words[3], &words[4..]);
            lines += 1;
        }
        assert_eq!(lines, 35);
    }

    /// The bits of the normal numbers: every platform must give these.
    #[test]
    fn normal_numbers_have_the_same_bits_everywhere() {
        let stream = Stream::new(0, Purpose::Initialisation, 0);
        let bits: Vec<u64> = (0..4).map(|position| stream.normal_at(position).to_bits()).collect();
        assert_eq!(bits, [0xbfeabb533cc1528a, 0xbfcd8f691af40d19, 0x3fe4fa804fdb6ad7, 0xbfd5abfc346c682b]);
    }

    #[test]
    fn filling_equals_random_access_from_any_position() {
        let stream = Stream::new(7, Purpose::Dropout, 3);
        for first in 0..9 {
            for count in 0..11usize {
                let (mut wide, mut narrow, mut normal) =
                    (vec![0.0; count], vec![0.0; count], vec![0.0; count]);
                stream.fill_uniform(first, &mut wide);
                stream.fill_uniform_f32(first, &mut narrow);
                stream.fill_normal(first, &mut normal);
                for (position, i) in (first..).zip(0..count) {
                    assert_eq!(wide[i], stream.uniform_at(position));
                    assert_eq!(narrow[i], stream.uniform_f32_at(position));
                    assert_eq!(normal[i], stream.normal_at(position));
                }
            }
        }
    }

    #[test]
    fn a_stream_goes_on_where_it_stopped() {
        let mut whole = Stream::new(1, Purpose::Data, 0);
        let (_, _, third) = (whole.next_uniform(), whole.next_normal(), whole.next_uniform());
        assert_eq!(whole.position(), 4);
        assert_eq!(Stream::new(1, Purpose::Data, 0).starting_at(3).next_uniform(), third);
    }

    #[test]
    fn bounded_integers_stay_below_the_bound_and_reach_every_value() {
        let mut stream = Stream::new(2, Purpose::Check, 0);
        assert_eq!((stream.next_below(0), stream.next_below(1)), (0, 0));
        let mut counts = [0u32; 3];
        (0..30_000).for_each(|_| counts[stream.next_below(3) as usize] += 1);
        // Five standard deviations of a binomial count with n = 30000, p = 1/3.
        assert!(counts.iter().all(|&count| count.abs_diff(10_000) < 410), "{counts:?}");
    }

    #[test]
    fn every_order_of_three_is_equally_likely() {
        let mut stream = Stream::new(3, Purpose::Shuffle, 0);
        let mut counts = std::collections::BTreeMap::new();
        (0..60_000).for_each(|_| *counts.entry(stream.permutation(3)).or_insert(0u32) += 1);
        assert_eq!(counts.len(), 6);
        assert!(counts.values().all(|&count| count.abs_diff(10_000) < 460), "{counts:?}");
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        const COUNT: usize = 1 << 18;
        let stream = Stream::new(4, Purpose::Initialisation, 9);
        let mut values = vec![0.0; COUNT];
        let moment = |values: &[f64], power: i32| {
            values.iter().map(|value| value.powi(power)).sum::<f64>() / values.len() as f64
        };
        stream.fill_uniform(0, &mut values);
        // Five standard errors: 5 * 0.289 / 512 for the mean, less for the square.
        assert!((moment(&values, 1) - 0.5).abs() < 2.9e-3 && (moment(&values, 2) - 1.0 / 3.0).abs() < 3e-3);
        stream.fill_normal(0, &mut values);
        // Standard errors times five: 1, sqrt 2, sqrt 15, sqrt 96 over 512.
        for (power, expected, bound) in
            [(1, 0.0, 0.0098), (2, 1.0, 0.0139), (3, 0.0, 0.0379), (4, 3.0, 0.0957)]
        {
            assert!((moment(&values, power) - expected).abs() < bound, "moment {power}");
        }
    }
}
