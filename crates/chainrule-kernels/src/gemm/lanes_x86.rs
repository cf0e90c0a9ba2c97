//! The vector registers of x86-64: 256 bits (AVX2 with FMA) and 512 bits (AVX-512), for `f32` and `f64`.
//!
//! One line of the table at the end makes one implementation. Must not know: tiles, blocks, matrices.

use core::arch::x86_64::*;

use super::lanes::{Lanes, transpose_rectangle};
use crate::dispatch::{Work, with_avx2, with_avx512};

/// All ones in the first lanes and zeros after: a window of 8 lanes, `count` of them set, starts at `8 - count`.
static WINDOW_32: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
/// The same for 64-bit lanes, four at a time.
static WINDOW_64: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];

#[inline(always)]
unsafe fn window_32(count: usize) -> __m256i {
    // SAFETY: `count` is at most 8, so the 8 lanes end at or before the end of the table.
    unsafe { _mm256_loadu_si256(WINDOW_32.as_ptr().add(8 - count).cast()) }
}

#[inline(always)]
unsafe fn window_64(count: usize) -> __m256i {
    // SAFETY: `count` is at most 4, so the 4 lanes end at or before the end of the table.
    unsafe { _mm256_loadu_si256(WINDOW_64.as_ptr().add(4 - count).cast()) }
}

/// # Safety
/// None is asked; unsafe only to stand beside the windows in the table below.
#[inline(always)]
unsafe fn bits_16(count: usize) -> __mmask16 {
    (u32::MAX >> (32 - count)) as __mmask16
}

/// # Safety
/// As [`bits_16`].
#[inline(always)]
unsafe fn bits_8(count: usize) -> __mmask8 {
    (u32::MAX >> (32 - count)) as __mmask8
}

/// The masked load with its arguments in the order of AVX2's.
#[inline(always)]
unsafe fn load_16(from: *const f32, mask: __mmask16) -> __m512 {
    // SAFETY: the caller has AVX-512 and the masked addresses.
    unsafe { _mm512_maskz_loadu_ps(mask, from) }
}

/// As [`load_16`].
#[inline(always)]
unsafe fn load_8(from: *const f64, mask: __mmask8) -> __m512d {
    // SAFETY: as in `load_16`.
    unsafe { _mm512_maskz_loadu_pd(mask, from) }
}

/// The lanes that are not 0, as bits; the comparison is true for NaN.
#[inline(always)]
unsafe fn nonzeros_8(x: __m256) -> u32 {
    // SAFETY: the caller has AVX2.
    unsafe { _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_NEQ_UQ>(x, _mm256_setzero_ps())) as u32 }
}

/// As [`nonzeros_8`].
#[inline(always)]
unsafe fn nonzeros_4_of_64(x: __m256d) -> u32 {
    // SAFETY: the caller has AVX2.
    unsafe { _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_NEQ_UQ>(x, _mm256_setzero_pd())) as u32 }
}

/// As [`nonzeros_8`].
#[inline(always)]
unsafe fn nonzeros_16(x: __m512) -> __mmask16 {
    // SAFETY: the caller has AVX-512.
    unsafe { _mm512_cmp_ps_mask::<_CMP_NEQ_UQ>(x, _mm512_setzero_ps()) }
}

/// As [`nonzeros_8`].
#[inline(always)]
unsafe fn nonzeros_8_of_64(x: __m512d) -> __mmask8 {
    // SAFETY: the caller has AVX-512.
    unsafe { _mm512_cmp_pd_mask::<_CMP_NEQ_UQ>(x, _mm512_setzero_pd()) }
}

/// The lesser of two in each lane, which AVX2 has for 32 bits only.
#[inline(always)]
unsafe fn least_4_of_64(x: __m256i, y: __m256i) -> __m256i {
    // SAFETY: the caller has AVX2.
    unsafe { _mm256_blendv_epi8(x, y, _mm256_cmpgt_epi64(x, y)) }
}

/// Whether a lane is the least integer.
#[inline(always)]
unsafe fn has_least_8(x: __m256i) -> bool {
    // SAFETY: the caller has AVX2.
    unsafe { _mm256_movemask_epi8(_mm256_cmpeq_epi32(x, _mm256_set1_epi32(i32::MIN))) != 0 }
}

/// As [`has_least_8`].
#[inline(always)]
unsafe fn has_least_4_of_64(x: __m256i) -> bool {
    // SAFETY: the caller has AVX2.
    unsafe { _mm256_movemask_epi8(_mm256_cmpeq_epi64(x, _mm256_set1_epi64x(i64::MIN))) != 0 }
}

/// As [`has_least_8`].
#[inline(always)]
unsafe fn has_least_16(x: __m512i) -> bool {
    // SAFETY: the caller has AVX-512.
    unsafe { _mm512_cmpeq_epi32_mask(x, _mm512_set1_epi32(i32::MIN)) != 0 }
}

/// As [`has_least_8`].
#[inline(always)]
unsafe fn has_least_8_of_64(x: __m512i) -> bool {
    // SAFETY: the caller has AVX-512.
    unsafe { _mm512_cmpeq_epi64_mask(x, _mm512_set1_epi64(i64::MIN)) != 0 }
}

/// Transposes 4 x 4 numbers within every 128 bits of four registers.
macro_rules! transpose_quarters {
    ($rows:expr, $low:ident, $high:ident, $shuffle:ident) => {{
        let [r0, r1, r2, r3] = $rows;
        let (t0, t1, t2, t3) = ($low(r0, r1), $high(r0, r1), $low(r2, r3), $high(r2, r3));
        [
            $shuffle(t0, t2, 0b01_00_01_00),
            $shuffle(t0, t2, 0b11_10_11_10),
            $shuffle(t1, t3, 0b01_00_01_00),
            $shuffle(t1, t3, 0b11_10_11_10),
        ]
    }};
}

/// Transposes 4 rows of 4 numbers.
#[inline(always)]
unsafe fn transpose_4x4(from: *const f32, from_step: usize, to: *mut f32, to_step: usize) {
    // SAFETY: the addresses are those of `Lanes::transpose_small_block`; SSE is part of x86-64.
    unsafe {
        let mut rows = [_mm_setzero_ps(); 4];
        for (i, row) in rows.iter_mut().enumerate() {
            *row = _mm_loadu_ps(from.add(i * from_step));
        }
        let columns = transpose_quarters!(rows, _mm_unpacklo_ps, _mm_unpackhi_ps, _mm_shuffle_ps);
        for (j, column) in columns.into_iter().enumerate() {
            _mm_storeu_ps(to.add(j * to_step), column);
        }
    }
}

/// 4 columns of 8 rows: rows i and i + 4 share a register, joined while loading.
#[inline(always)]
unsafe fn columns_8x4(from: *const f32, step: usize) -> [__m256; 4] {
    // SAFETY: the caller has AVX2 and the addresses of `Lanes::columns`.
    unsafe {
        let mut rows = [_mm256_setzero_ps(); 4];
        for (i, row) in rows.iter_mut().enumerate() {
            let (low, high) = (from.add(i * step), from.add((i + 4) * step));
            *row = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1);
        }
        transpose_quarters!(rows, _mm256_unpacklo_ps, _mm256_unpackhi_ps, _mm256_shuffle_ps)
    }
}

/// Where 128 bits of two registers go: first halves of each 256 bits, or second halves, alternating.
static FIRST_HALVES: [i32; 16] = [0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27];
/// As [`FIRST_HALVES`].
static SECOND_HALVES: [i32; 16] = [4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31];

/// 8 columns of 16 rows: rows i and i + 8 share a register, joined while loading. This has as many loads as shuffles do;
/// loading quarters or whole registers has more of one and was slower (1 x 128 x 784: 3.7 and 5.4 us instead of 3.0).
#[inline(always)]
unsafe fn columns_16x8(from: *const f32, step: usize) -> [__m512; 8] {
    // SAFETY: the caller has AVX-512 and the addresses of `Lanes::columns`; the tables have 16 numbers.
    unsafe {
        let mut rows = [_mm512_setzero_ps(); 8];
        for (i, row) in rows.iter_mut().enumerate() {
            *row = _mm512_castps256_ps512(_mm256_loadu_ps(from.add(i * step)));
            *row = _mm512_mask_broadcast_f32x8(*row, 0xFF00, _mm256_loadu_ps(from.add((i + 8) * step)));
        }
        let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;
        let a =
            transpose_quarters!([r0, r1, r2, r3], _mm512_unpacklo_ps, _mm512_unpackhi_ps, _mm512_shuffle_ps);
        let b =
            transpose_quarters!([r4, r5, r6, r7], _mm512_unpacklo_ps, _mm512_unpackhi_ps, _mm512_shuffle_ps);
        let first = _mm512_loadu_si512(FIRST_HALVES.as_ptr().cast());
        let second = _mm512_loadu_si512(SECOND_HALVES.as_ptr().cast());
        let mut columns = [_mm512_setzero_ps(); 8];
        for j in 0..4 {
            columns[j] = _mm512_permutex2var_ps(a[j], first, b[j]);
            columns[j + 4] = _mm512_permutex2var_ps(a[j], second, b[j]);
        }
        columns
    }
}

/// 2 columns of 4 rows, in the manner of [`columns_8x4`].
#[inline(always)]
unsafe fn columns_4x2(from: *const f64, step: usize) -> [__m256d; 2] {
    // SAFETY: the caller has AVX2 and the addresses of `Lanes::columns`.
    unsafe {
        let mut rows = [_mm256_setzero_pd(); 2];
        for (i, row) in rows.iter_mut().enumerate() {
            let (low, high) = (from.add(i * step), from.add((i + 2) * step));
            *row = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_loadu_pd(low)), _mm_loadu_pd(high), 1);
        }
        [_mm256_unpacklo_pd(rows[0], rows[1]), _mm256_unpackhi_pd(rows[0], rows[1])]
    }
}

/// 2 columns of 8 rows: rows i, i + 2, i + 4 and i + 6 share a register, joined while loading.
#[inline(always)]
unsafe fn columns_8x2(from: *const f64, step: usize) -> [__m512d; 2] {
    // SAFETY: the caller has AVX-512 and the addresses of `Lanes::columns`.
    unsafe {
        let mut rows = [_mm512_setzero_pd(); 2];
        for (i, row) in rows.iter_mut().enumerate() {
            *row = _mm512_castpd128_pd512(_mm_loadu_pd(from.add(i * step)));
            *row = _mm512_mask_broadcast_f64x2(*row, 0x0C, _mm_loadu_pd(from.add((i + 2) * step)));
            *row = _mm512_mask_broadcast_f64x2(*row, 0x30, _mm_loadu_pd(from.add((i + 4) * step)));
            *row = _mm512_mask_broadcast_f64x2(*row, 0xC0, _mm_loadu_pd(from.add((i + 6) * step)));
        }
        [_mm512_unpacklo_pd(rows[0], rows[1]), _mm512_unpackhi_pd(rows[0], rows[1])]
    }
}

macro_rules! impl_lanes {
    (
        $vector:ident of $count:literal $scalar:ident, tile rows $rows:literal, features $features:ident,
        splat $splat:ident, load $load:ident, store $store:ident, fma $fma:ident,
        mask $mask_type:ty = $mask:ident, load $load_masked:ident, store $store_masked:ident,
        nonzeros $nonzeros:ident, least $to_integer:ident $least:ident $is_least:ident,
        columns $columns_count:literal $columns:ident, transpose $small:literal $transpose_small:path
    ) => {
        // SAFETY (every block below): the caller keeps the contract of `Lanes`: the processor has the instructions,
        // and the addresses that the method names are valid; the intrinsics used touch those and no others.
        #[allow(clippy::undocumented_unsafe_blocks, reason = "the comment above holds for each")]
        impl Lanes for $vector {
            type Element = $scalar;
            type Mask = $mask_type;
            const COUNT: usize = $count;
            const TILE_ROWS: usize = $rows;
            const SMALL_BLOCK: usize = $small;
            const COLUMNS: usize = $columns_count;
            type Columns = [Self; $columns_count];

            #[inline(always)]
            unsafe fn with_features<W: Work>(work: W) -> W::Output {
                unsafe { $features(work) }
            }
            #[inline(always)]
            unsafe fn splat(x: $scalar) -> Self {
                unsafe { $splat(x) }
            }
            #[inline(always)]
            unsafe fn mask(count: usize) -> $mask_type {
                debug_assert!((1..=$count).contains(&count));
                unsafe { $mask(count) }
            }
            #[inline(always)]
            unsafe fn load(from: *const $scalar) -> Self {
                unsafe { $load(from) }
            }
            #[inline(always)]
            unsafe fn load_masked(from: *const $scalar, mask: $mask_type) -> Self {
                unsafe { $load_masked(from, mask) }
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $scalar) {
                unsafe { $store(to, self) }
            }
            #[inline(always)]
            unsafe fn store_masked(self, to: *mut $scalar, mask: $mask_type) {
                unsafe { $store_masked(to, mask, self) }
            }
            #[inline(always)]
            unsafe fn mul_add(self, a: Self, b: Self) -> Self {
                unsafe { $fma(self, a, b) }
            }
            #[inline(always)]
            unsafe fn nonzeros(self) -> u64 {
                unsafe { u64::from($nonzeros(self)) }
            }
            #[inline(always)]
            unsafe fn any_negative_zero(vectors: &[Self]) -> bool {
                unsafe {
                    // As an integer -0 is the least number, so one comparison with the least of all vectors will do.
                    let mut least = $to_integer(vectors[0]);
                    for &vector in &vectors[1..] {
                        least = $least(least, $to_integer(vector));
                    }
                    $is_least(least)
                }
            }
            #[inline(always)]
            unsafe fn columns(from: *const $scalar, step: usize) -> Self::Columns {
                unsafe { $columns(from, step) }
            }
            #[inline(always)]
            unsafe fn transpose_small_block(
                from: *const $scalar,
                from_step: usize,
                to: *mut $scalar,
                to_step: usize,
            ) {
                unsafe { $transpose_small(from, from_step, to, to_step) }
            }
        }
    };
}

// 16 registers of 256 bits: a tile of 6 x 2 vectors has 12 sums. 32 registers of 512 bits: 12 x 2 vectors, 24 sums.
// Both are above the 8 sums that two multipliers with a latency of four cycles need to be busy.
impl_lanes!(__m256 of 8 f32, tile rows 6, features with_avx2,
    splat _mm256_set1_ps, load _mm256_loadu_ps, store _mm256_storeu_ps, fma _mm256_fmadd_ps,
    mask __m256i = window_32, load _mm256_maskload_ps, store _mm256_maskstore_ps,
    nonzeros nonzeros_8, least _mm256_castps_si256 _mm256_min_epi32 has_least_8, columns 4 columns_8x4, transpose 4 transpose_4x4);
impl_lanes!(__m256d of 4 f64, tile rows 6, features with_avx2,
    splat _mm256_set1_pd, load _mm256_loadu_pd, store _mm256_storeu_pd, fma _mm256_fmadd_pd,
    mask __m256i = window_64, load _mm256_maskload_pd, store _mm256_maskstore_pd,
    nonzeros nonzeros_4_of_64, least _mm256_castpd_si256 least_4_of_64 has_least_4_of_64, columns 2 columns_4x2, transpose 2 transpose_rectangle::<2, 2, f64>);
impl_lanes!(__m512 of 16 f32, tile rows 12, features with_avx512,
    splat _mm512_set1_ps, load _mm512_loadu_ps, store _mm512_storeu_ps, fma _mm512_fmadd_ps,
    mask __mmask16 = bits_16,
    load load_16, store _mm512_mask_storeu_ps,
    nonzeros nonzeros_16, least _mm512_castps_si512 _mm512_min_epi32 has_least_16, columns 8 columns_16x8, transpose 4 transpose_4x4);
impl_lanes!(__m512d of 8 f64, tile rows 12, features with_avx512,
    splat _mm512_set1_pd, load _mm512_loadu_pd, store _mm512_storeu_pd, fma _mm512_fmadd_pd,
    mask __mmask8 = bits_8,
    load load_8, store _mm512_mask_storeu_pd,
    nonzeros nonzeros_8_of_64, least _mm512_castpd_si512 _mm512_min_epi64 has_least_8_of_64, columns 2 columns_8x2, transpose 2 transpose_rectangle::<2, 2, f64>);
