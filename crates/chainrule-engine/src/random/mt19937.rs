//! The Mersenne Twister MT19937: 32-bit words with period 2^19937 - 1.
//!
//! The state is a window of 624 words of the recurrence, where `u` and `l` take the upper bit and the lower 31 bits:
//!
//! ```text
//! x[k + 624] = x[k + 397] ^ A(u(x[k]) | l(x[k + 1])),    A(x) = (x >> 1) ^ (MATRIX if x is odd else 0)
//! ```
//!
//! and each word is tempered by four shifts before it is given out.
//!
//! Source: Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8, 1998; seeding: their 2002 version, `init_genrand`.
//! Must not know: distributions, numpy.

const SIZE: usize = 624;
const MIDDLE: usize = 397;
const MATRIX: u32 = 0x9908_B0DF;
const UPPER_BIT: u32 = 0x8000_0000;

/// The generator's state: 624 words and the place of the next one.
#[derive(Clone, PartialEq, Eq)]
pub struct Mt19937 {
    words: [u32; SIZE],
    next: usize,
}

impl core::fmt::Debug for Mt19937 {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        formatter.debug_struct("Mt19937").field("next", &self.next).finish_non_exhaustive()
    }
}

impl Mt19937 {
    /// The generator that the reference implementation's `init_genrand(seed)` makes.
    ///
    /// ```text
    /// x[0] = seed,    x[i] = 1812433253 (x[i-1] ^ (x[i-1] >> 30)) + i   modulo 2^32
    /// ```
    ///
    /// ```
    /// use chainrule_engine::random::mt19937::Mt19937;
    /// assert_eq!(Mt19937::new(5489).next_word(), 3499211612);
    /// ```
    pub fn new(seed: u32) -> Self {
        let mut words = [seed; SIZE];
        for i in 1..SIZE {
            let previous = words[i - 1];
            words[i] = (previous ^ (previous >> 30)).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
        Self { words, next: SIZE }
    }

    /// The next 32 random bits.
    pub fn next_word(&mut self) -> u32 {
        if self.next == SIZE {
            self.generate();
        }
        let word = self.words[self.next];
        self.next += 1;
        temper(word)
    }

    /// Replaces all 624 words by the next 624 of the recurrence.
    fn generate(&mut self) {
        for k in 0..SIZE {
            let mixed = (self.words[k] & UPPER_BIT) | (self.words[(k + 1) % SIZE] & !UPPER_BIT);
            let twisted = (mixed >> 1) ^ if mixed & 1 == 1 { MATRIX } else { 0 };
            self.words[k] = self.words[(k + MIDDLE) % SIZE] ^ twisted;
        }
        self.next = 0;
    }
}

fn temper(word: u32) -> u32 {
    let word = word ^ (word >> 11);
    let word = word ^ ((word << 7) & 0x9D2C_5680);
    let word = word ^ ((word << 15) & 0xEFC6_0000);
    word ^ (word >> 18)
}

#[cfg(test)]
mod tests {
    use super::Mt19937;

    /// C++ standard, [rand.predef]: the 10000th word of `mt19937` (default seed 5489) is 4123659995.
    #[test]
    fn ten_thousandth_word_is_the_standard_s() {
        let mut generator = Mt19937::new(5489);
        assert_eq!((0..10_000).map(|_| generator.next_word()).last(), Some(4_123_659_995));
    }
}
