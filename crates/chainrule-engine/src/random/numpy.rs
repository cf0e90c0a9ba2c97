//! [`NumpyRandom`]: numpy's legacy generator, bit for bit, for numbers that were published with `np.random.seed`.
//!
//! ```text
//! double         = (a 2^26 + b) 2^-53,   a, b: the next two words, shifted right by 5 and by 6
//! uniform        = low + (high - low) double
//! gauss          = f x2, then f x1:  x1, x2 = 2 double - 1 until 0 < r < 1, r = x1^2 + x2^2, f = sqrt(-2 ln(r) / r)
//! interval(max)  = the next word, masked to max's width, drawn again while above max
//! shuffle        = for i = n-1, ..., 1: swap items i and interval(i)
//! ```
//!
//! The words, the uniform numbers, the integers and the orders have the same bits everywhere. The normal numbers go through
//! `ln`, for which numpy calls the platform's C library; so this file alone in the project calls it too (`f64::ln`), and
//! gives numpy's bits on the same platform. Between platforms numpy's own normal numbers differ in the last bit now and
//! then, and so do these. Rejected: `libm::log`, the same everywhere, but off numpy's by one bit in 3 of 100 numbers; a
//! correctly rounded logarithm, off in 4 of 10000.
//!
//! Source: numpy, `numpy/random/src/legacy/legacy-distributions.c`, `numpy/random/mtrand.pyx`; the stream is frozen by
//! numpy's NEP 19. Marsaglia's polar method: SIAM Review 6, 1964. Must not know: tensors, layers, [`Stream`](super::Stream).

use super::mt19937::Mt19937;

/// numpy's `np.random.RandomState`: the same numbers from the same seed and the same calls.
///
/// Use [`Stream`](super::Stream) for everything new; this one exists to reproduce published numbers.
///
/// ```
/// use chainrule_engine::random::NumpyRandom;
/// let mut random = NumpyRandom::seed(0); // np.random.seed(0)
/// assert_eq!(random.uniform(0.0, 1.0), 0.5488135039273248);
/// assert_eq!(random.uniform(0.0, 1.0), 0.7151893663724195);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NumpyRandom {
    words: Mt19937,
    /// The polar method makes two normal numbers at a time: the one not yet given out.
    second_normal: Option<f64>,
}

impl NumpyRandom {
    /// `np.random.seed(seed)` or `np.random.RandomState(seed)`: every 32-bit seed is valid.
    pub fn seed(seed: u32) -> Self {
        Self { words: Mt19937::new(seed), second_normal: None }
    }

    /// `random_sample()`: a uniform number in \[0, 1), a multiple of 2^-53.
    pub fn random_sample(&mut self) -> f64 {
        let upper = f64::from(self.words.next_word() >> 5);
        let lower = f64::from(self.words.next_word() >> 6);
        (upper * 67_108_864.0 + lower) / 9_007_199_254_740_992.0
    }

    /// `uniform(low, high)`: `low + (high - low) u` with u in \[0, 1).
    ///
    /// As in numpy, rounding may give `high` itself, and `high` below `low` is accepted.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.random_sample()
    }

    /// `standard_normal()`, `randn()`: mean 0, variance 1, by the polar method; every second call costs nothing.
    ///
    /// numpy's bits on the same platform; on another one the last bit may differ, as it does in numpy.
    pub fn standard_normal(&mut self) -> f64 {
        if let Some(value) = self.second_normal.take() {
            return value;
        }
        loop {
            let x1 = 2.0 * self.random_sample() - 1.0;
            let x2 = 2.0 * self.random_sample() - 1.0;
            let r = x1 * x1 + x2 * x2;
            if r < 1.0 && r != 0.0 {
                let f = (-2.0 * r.ln() / r).sqrt();
                self.second_normal = Some(f * x1);
                return f * x2;
            }
        }
    }

    /// `normal(mean, standard_deviation)`: `mean + standard_deviation * standard_normal()`.
    pub fn normal(&mut self, mean: f64, standard_deviation: f64) -> f64 {
        mean + standard_deviation * self.standard_normal()
    }

    /// `randint(low, high)`: an integer in `low`, ..., `high - 1`; `low` if there is none or one, without drawing.
    ///
    /// As `randint` with numpy's default type on 64-bit systems (`int64`).
    pub fn randint(&mut self, low: i64, high: i64) -> i64 {
        if high <= low {
            return low;
        }
        low.wrapping_add_unsigned(self.interval(high.abs_diff(low) - 1))
    }

    /// `shuffle(items)`: a random order in place.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let chosen = self.interval(last as u64) as usize;
            items.swap(last, chosen);
        }
    }

    /// `permutation(count)`: the numbers 0, 1, ..., `count - 1` in a random order.
    pub fn permutation(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        self.shuffle(&mut order);
        order
    }

    /// A uniform integer in 0, ..., `maximum` (inclusive), by rejection under the smallest mask that covers it.
    fn interval(&mut self, maximum: u64) -> u64 {
        if maximum == 0 {
            return 0;
        }
        let mask = u64::MAX >> maximum.leading_zeros();
        loop {
            let value = mask & if maximum <= u64::from(u32::MAX) { self.word() } else { self.two_words() };
            if value <= maximum {
                return value;
            }
        }
    }

    fn word(&mut self) -> u64 {
        u64::from(self.words.next_word())
    }

    /// The first word drawn is the upper half.
    fn two_words(&mut self) -> u64 {
        let upper = self.word();
        upper << 32 | self.word()
    }
}

#[cfg(test)]
mod tests {
    use super::NumpyRandom;

    /// Made by `tests/golden/scripts/numpy_random.py` with numpy itself: one `seed call values...` a line.
    const GOLDEN: &str = include_str!("../../../../tests/golden/random/numpy.txt");

    fn floats(words: &[&str]) -> Vec<u64> {
        words.iter().map(|word| word.parse::<f64>().expect("a float of the golden file").to_bits()).collect()
    }

    fn integers(words: &[&str]) -> Vec<i64> {
        words.iter().map(|word| word.parse().expect("an integer of the golden file")).collect()
    }

    fn draw<T>(count: usize, draw: impl FnMut() -> T) -> Vec<T> {
        std::iter::repeat_with(draw).take(count).collect()
    }

    /// The golden file was made with glibc's logarithm: elsewhere its last bit, halved by the root, may move the result's.
    const UNITS_IN_THE_LAST_PLACE: u64 =
        if cfg!(all(target_os = "linux", target_env = "gnu")) { 0 } else { 2 };

    fn check_normal(actual: &[u64], expected: &[u64]) {
        for (&a, &e) in actual.iter().zip(expected) {
            assert!(
                (0..=UNITS_IN_THE_LAST_PLACE).contains(&a.abs_diff(e)),
                "{} {}",
                f64::from_bits(a),
                f64::from_bits(e)
            );
        }
    }

    fn check_call(random: &mut NumpyRandom, call: &str, values: &[&str]) {
        let n = values.len();
        match call {
            "uniform" => assert_eq!(draw(n, || random.uniform(-2.5, 7.0).to_bits()), floats(values)),
            "random_sample" => assert_eq!(draw(n, || random.random_sample().to_bits()), floats(values)),
            "standard_normal" => {
                check_normal(&draw(n, || random.standard_normal().to_bits()), &floats(values));
            }
            "normal" => check_normal(&draw(n, || random.normal(3.0, 0.1).to_bits()), &floats(values)),
            "randint_small" => assert_eq!(draw(n, || random.randint(-5, 6)), integers(values)),
            "randint_large" => assert_eq!(draw(n, || random.randint(-(1 << 40), 1 << 41)), integers(values)),
            "randint_word" => assert_eq!(draw(n, || random.randint(0, 1 << 32)), integers(values)),
            "permutation" => {
                let order: Vec<i64> = random.permutation(n).into_iter().map(|i| i as i64).collect();
                assert_eq!(order, integers(values));
            }
            _ => panic!("unknown call `{call}`"),
        }
    }

    /// The calls of one seed follow each other on one generator, so a draw too many or too few shows.
    #[test]
    fn numbers_are_numpy_s_bit_for_bit() {
        let (mut seed, mut random, mut lines) = ("", NumpyRandom::seed(0), 0);
        for line in GOLDEN.lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            if words[0] != seed {
                seed = words[0];
                random = NumpyRandom::seed(seed.parse().expect("a 32-bit seed"));
            }
            check_call(&mut random, words[1], &words[2..]);
            lines += 1;
        }
        assert_eq!(lines, 5 * 10);
    }

    /// The document on XOR: both layers drawn from seed 0 with Glorot's bound for the whole network, sqrt(6 / 3).
    #[test]
    fn xor_document_weights_come_out_bit_for_bit() {
        let bound = 2f64.sqrt();
        let mut random = NumpyRandom::seed(0);
        let weights = draw(9, || random.uniform(-bound, bound));
        let expected = [
            0.13806543856194997,
            0.6086474408046969,
            0.29065872031153117,
            0.12694881223337018,
            -0.2159368363940326,
            0.4126508667385178,
            -0.17653002459565403,
            1.108101382155245,
            1.3114363285358077,
        ];
        assert_eq!(weights, expected);
    }
}
