//! The vector registers of aarch64: 128 bits, with fused multiply-add on every processor.
//!
//! Must not know: tiles, blocks, matrices.

use core::arch::aarch64::*;

use super::lanes::{Lanes, is_negative_zero, transpose_rectangle};
use crate::dispatch::Work;

macro_rules! impl_lanes {
    ($vector:ident of $count:literal $scalar:ident, $splat:ident, $load:ident, $store:ident, $fma:ident) => {
        // SAFETY (every block below): the caller keeps the contract of `Lanes`: the addresses that the method names
        // are valid, and the code touches those and no others. NEON is part of every aarch64 processor.
        #[allow(clippy::undocumented_unsafe_blocks, reason = "the comment above holds for each")]
        impl Lanes for $vector {
            type Element = $scalar;
            type Mask = usize;
            const COUNT: usize = $count;
            const TILE_ROWS: usize = 12;
            const SMALL_BLOCK: usize = 2;
            const COLUMNS: usize = 2;
            type Columns = [Self; 2];

            #[inline(always)]
            unsafe fn with_features<W: Work>(work: W) -> W::Output {
                work.run()
            }
            #[inline(always)]
            unsafe fn splat(x: $scalar) -> Self {
                unsafe { $splat(x) }
            }
            #[inline(always)]
            unsafe fn mask(count: usize) -> usize {
                count
            }
            #[inline(always)]
            unsafe fn load(from: *const $scalar) -> Self {
                unsafe { $load(from) }
            }
            #[inline(always)]
            unsafe fn load_masked(from: *const $scalar, mask: usize) -> Self {
                if mask == $count {
                    return unsafe { $load(from) };
                }
                let mut lanes = [0.0; $count];
                for (i, lane) in lanes.iter_mut().enumerate().take(mask) {
                    *lane = unsafe { from.add(i).read() };
                }
                unsafe { $load(lanes.as_ptr()) }
            }
            #[inline(always)]
            unsafe fn store(self, to: *mut $scalar) {
                unsafe { $store(to, self) }
            }
            #[inline(always)]
            unsafe fn store_masked(self, to: *mut $scalar, mask: usize) {
                if mask == $count {
                    return unsafe { $store(to, self) };
                }
                let mut lanes = [0.0; $count];
                unsafe { $store(lanes.as_mut_ptr(), self) };
                for (i, lane) in lanes.into_iter().enumerate().take(mask) {
                    unsafe { to.add(i).write(lane) }
                }
            }
            #[inline(always)]
            unsafe fn mul_add(self, a: Self, b: Self) -> Self {
                unsafe { $fma(b, self, a) }
            }
            #[inline(always)]
            unsafe fn nonzeros(self) -> u64 {
                let mut lanes = [0.0; $count];
                unsafe { $store(lanes.as_mut_ptr(), self) };
                lanes.iter().rev().fold(0, |bits, &lane| bits << 1 | u64::from(lane != 0.0))
            }
            #[inline(always)]
            unsafe fn any_negative_zero(vectors: &[Self]) -> bool {
                let mut found = false;
                for &vector in vectors {
                    let mut lanes = [0.0; $count];
                    unsafe { $store(lanes.as_mut_ptr(), vector) };
                    found |= lanes.into_iter().any(is_negative_zero::<$scalar>);
                }
                found
            }
            #[inline(always)]
            unsafe fn columns(from: *const $scalar, step: usize) -> [Self; 2] {
                let mut columns = [[0.0; $count]; 2];
                unsafe {
                    transpose_rectangle::<$count, 2, $scalar>(from, step, columns[0].as_mut_ptr(), $count);
                    columns.map(|column| $load(column.as_ptr()))
                }
            }
            #[inline(always)]
            unsafe fn transpose_small_block(
                from: *const $scalar,
                from_step: usize,
                to: *mut $scalar,
                to_step: usize,
            ) {
                unsafe { transpose_rectangle::<2, 2, $scalar>(from, from_step, to, to_step) }
            }
        }
    };
}

impl_lanes!(float32x4_t of 4 f32, vdupq_n_f32, vld1q_f32, vst1q_f32, vfmaq_f32);
impl_lanes!(float64x2_t of 2 f64, vdupq_n_f64, vld1q_f64, vst1q_f64, vfmaq_f64);
