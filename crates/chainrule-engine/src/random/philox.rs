//! Philox4x32-10: four random words from a counter and a key, without any state.
//!
//! One round splits the counter `(c0, c1, c2, c3)` into two halves and mixes them with two 32 x 32 -> 64 bit products:
//!
//! ```text
//! (hi0, lo0) = M0 * c0        (hi1, lo1) = M1 * c2
//! (c0, c1, c2, c3) <- (hi1 ^ c1 ^ k0, lo1, hi0 ^ c3 ^ k1, lo0)
//! (k0, k1) <- (k0 + W0, k1 + W1)   modulo 2^32, between rounds
//! ```
//!
//! Ten rounds pass every test of TestU01's BigCrush. For a fixed key the map from counter to output is a bijection, so
//! different counters never give the same block.
//!
//! Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, section 3.3.
//! Must not know: what the words are used for.

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
/// The golden ratio and the square root of 3 minus 1, in 32-bit fixed point: the Weyl sequence of the key.
const KEY_INCREMENTS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// Four random 32-bit words for one counter and one key.
///
/// A pure function with the same result on every platform; for a fixed key a bijection of the counter. No errors: every
/// counter and key is valid.
///
/// ```
/// use chainrule_engine::random::philox::block;
/// assert_eq!(block([0; 4], [0; 2]), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
/// ```
///
/// Source: Salmon et al. 2011, `philox4x32_10`.
#[inline(always)]
pub fn block(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let (mut counter, mut key) = (counter, key);
    for _ in 1..ROUNDS {
        counter = round(counter, key);
        key = [key[0].wrapping_add(KEY_INCREMENTS[0]), key[1].wrapping_add(KEY_INCREMENTS[1])];
    }
    round(counter, key)
}

#[inline(always)]
fn round(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let (high0, low0) = wide_product(MULTIPLIERS[0], counter[0]);
    let (high1, low1) = wide_product(MULTIPLIERS[1], counter[2]);
    [high1 ^ counter[1] ^ key[0], low1, high0 ^ counter[3] ^ key[1], low0]
}

/// The product's upper and lower 32 bits.
#[inline(always)]
fn wide_product(a: u32, b: u32) -> (u32, u32) {
    let product = u64::from(a) * u64::from(b);
    ((product >> 32) as u32, product as u32)
}

#[cfg(test)]
mod tests {
    use super::block;

    /// The known answers of the Random123 library 1.14, file `tests/kat_vectors`, lines `philox4x32 10`.
    #[test]
    fn published_known_answers_hold() {
        assert_eq!(block([0; 4], [0; 2]), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
        assert_eq!(block([u32::MAX; 4], [u32::MAX; 2]), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
        let digits_of_pi = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
        assert_eq!(
            block(digits_of_pi, [0xa4093822, 0x299f31d0]),
            [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]
        );
    }
}
