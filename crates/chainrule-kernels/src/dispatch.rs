//! Run-time dispatch: one generic source, compiled again for each set of vector instructions.
//!
//! A program built for every x86-64 processor may not assume fused multiply-add or 256-bit registers. [`dispatch`]
//! asks the processor once, then runs the work inside a function that is compiled with the best instructions present.
//! Whatever is inlined into that function is compiled with them too, so a plain loop over slices becomes `vfmadd` on
//! 256- or 512-bit registers. The levels differ in speed only: [`Real::mul_add`](crate::Real::mul_add) rounds once at
//! every level, so the same loop gives the same bits.
//!
//! The manner is that of the `pulp` crate (S. El Kazdadi). Must not know: which kernels exist, threads, any setting
//! that a program could change: the level is found, or passed as an argument. Only whoever starts a program may lower it, with
//! the environment variable [`Level::VARIABLE`], to see what another processor would do.

use core::sync::atomic::{AtomicU8, Ordering};

/// A set of vector instructions that work can be compiled for, slowest first within one processor family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Level {
    /// What the build target guarantees: on x86-64 128-bit registers without fused multiply-add, which is then computed
    /// by a library function: the same bits, but ten to fifty times slower.
    Portable = 1,
    /// aarch64: 128-bit registers with fused multiply-add; part of every such processor.
    Neon,
    /// x86-64: 256-bit registers with fused multiply-add (processors since about 2013).
    Avx2,
    /// x86-64: 512-bit registers (AVX-512 F, VL, BW and DQ).
    Avx512,
}

impl Level {
    /// Every level that some processor has, slowest first.
    pub const ALL: [Level; 4] = [Level::Portable, Level::Neon, Level::Avx2, Level::Avx512];

    /// The environment variable with the name of the highest level to use: `portable`, `neon`, `avx2` or `avx512`. Read
    /// once, when a program first needs a level; a name that is none of these changes nothing.
    pub const VARIABLE: &'static str = "CHAINRULE_LEVEL";

    /// The level's name.
    ///
    /// ```
    /// use chainrule_kernels::Level;
    /// assert_eq!(Level::Avx512.name(), "avx512");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Level::Portable => "portable",
            Level::Neon => "neon",
            Level::Avx2 => "avx2",
            Level::Avx512 => "avx512",
        }
    }

    /// The level of a name, if it is one.
    pub fn named(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name)
    }

    /// The fastest level of this processor. Asked of the processor once; later calls read one byte.
    #[inline]
    pub fn detected() -> Level {
        match KNOWN.load(Ordering::Relaxed) {
            0 => detect_and_remember(),
            byte => Level::ALL[usize::from(byte) - 1],
        }
    }

    /// Whether this processor can run work at this level.
    #[inline]
    pub fn is_available(self) -> bool {
        let best = Level::detected();
        match self {
            Level::Portable => true,
            Level::Neon => best == Level::Neon,
            Level::Avx2 | Level::Avx512 => self <= best,
        }
    }

    /// This level where the processor has it, else the fastest level below it that the processor has.
    ///
    /// ```
    /// use chainrule_kernels::Level;
    /// assert_eq!(Level::Portable.clamped(), Level::Portable);
    /// assert!(Level::Avx512.clamped().is_available());
    /// ```
    #[inline]
    pub fn clamped(self) -> Level {
        match self {
            Level::Avx2 | Level::Avx512 => self.min(Level::detected()),
            Level::Neon if !self.is_available() => Level::Portable,
            _ => self,
        }
    }
}

/// The detected level as its number, or 0 before the first question. Every thread would find the same answer, so the
/// order in which they store it does not matter.
static KNOWN: AtomicU8 = AtomicU8::new(0);

#[cold]
fn detect_and_remember() -> Level {
    let highest = std::env::var(Level::VARIABLE).ok().and_then(|name| Level::named(&name));
    let level = limited(detect(), highest);
    KNOWN.store(level as u8, Ordering::Relaxed);
    level
}

/// The level that was found, or the highest that is wanted where that is lower and of the same family.
fn limited(found: Level, highest: Option<Level>) -> Level {
    match highest {
        Some(Level::Portable) => Level::Portable,
        Some(Level::Avx2) if found == Level::Avx512 => Level::Avx2,
        _ => found,
    }
}

#[cfg(target_arch = "x86_64")]
fn detect() -> Level {
    use std::arch::is_x86_feature_detected as has;
    if !(has!("avx2") && has!("fma")) {
        Level::Portable
    } else if has!("avx512f") && has!("avx512vl") && has!("avx512bw") && has!("avx512dq") {
        Level::Avx512
    } else {
        Level::Avx2
    }
}

#[cfg(target_arch = "aarch64")]
fn detect() -> Level {
    Level::Neon
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn detect() -> Level {
    Level::Portable
}

/// Work that [`dispatch`] compiles for several levels.
///
/// Every closure without arguments that can be called again is work. Only what is inlined gains, and the compiler
/// inlines a long closure only when told: write `dispatch(#[inline(always)] || ...)`, and mark the functions that it
/// calls `#[inline(always)]` too. Forgetting it costs no bits, but up to a factor of fifty in time.
pub trait Work {
    /// What the work returns.
    type Output;

    /// Does the work. Implementations carry `#[inline(always)]`.
    fn run(self) -> Self::Output;
}

// `FnMut` and not `FnOnce`: calling by value goes through a shim of the compiler that ignores the closure's
// `#[inline(always)]`, as the assembly of a six-loop closure showed (rustc 1.95).
impl<R, F: FnMut() -> R> Work for F {
    type Output = R;

    #[inline(always)]
    fn run(mut self) -> R {
        self()
    }
}

/// Runs `work` with the best instructions of this processor and returns what it returns.
///
/// ```
/// use chainrule_kernels::{Real, dispatch};
///
/// let (x, mut y) = ([1.0f32, 2.0, 3.0], [10.0f32, 20.0, 30.0]);
/// dispatch(#[inline(always)] || {
///     for (y, x) in y.iter_mut().zip(&x) {
///         *y = Real::mul_add(2.0, *x, *y);
///     }
/// });
/// assert_eq!(y, [12.0, 24.0, 36.0]);
/// ```
#[inline]
pub fn dispatch<W: Work>(work: W) -> W::Output {
    dispatch_at(Level::detected(), work)
}

/// Runs `work` at `level`, or at the nearest lower level that this processor has ([`Level::clamped`]).
///
/// For tests that compare levels, and for callers that have looked up the level once for many calls.
#[inline]
pub fn dispatch_at<W: Work>(level: Level, work: W) -> W::Output {
    match level.clamped() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `clamped` returns this level only if the processor reports every feature that the function enables.
        Level::Avx512 => unsafe { with_avx512(work) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Level::Avx2 => unsafe { with_avx2(work) },
        _ => work.run(),
    }
}

/// Runs `work` compiled for [`Level::Avx512`].
///
/// # Safety
/// The processor has the features of the attribute.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma,bmi1,bmi2")]
pub(crate) unsafe fn with_avx512<W: Work>(work: W) -> W::Output {
    work.run()
}

/// Runs `work` compiled for [`Level::Avx2`].
///
/// # Safety
/// The processor has the features of the attribute.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
pub(crate) unsafe fn with_avx2<W: Work>(work: W) -> W::Output {
    work.run()
}

#[cfg(test)]
mod tests {
    use super::{Level, dispatch, dispatch_at, limited};
    use crate::Real;

    #[test]
    fn every_level_runs_the_work_once_and_returns_its_value() {
        for level in Level::ALL {
            let mut runs = 0;
            let text = dispatch_at(level, || {
                runs += 1;
                format!("{level:?}")
            });
            assert_eq!((runs, text), (1, format!("{level:?}")));
        }
    }

    #[test]
    fn every_level_gives_the_same_bits() {
        let x: Vec<f32> = (0..1000).map(|i| (i as f32 * 0.37).sin()).collect();
        let polynomial = |x: f32| Real::mul_add(Real::mul_add(x, 0.1, -0.7), x, 1.0 / 3.0);
        let expected: Vec<u32> = x.iter().map(|&x| polynomial(x).to_bits()).collect();
        for level in Level::ALL {
            let mut y = vec![0.0; x.len()];
            dispatch_at(level, || y.iter_mut().zip(&x).for_each(|(y, &x)| *y = polynomial(x)));
            assert!(y.iter().map(|y| y.to_bits()).eq(expected.iter().copied()), "{level:?}");
        }
    }

    #[test]
    fn a_clamped_level_is_available_and_no_faster_than_asked() {
        for level in Level::ALL {
            assert!(level.clamped().is_available() && level.clamped() <= level);
            assert_eq!(level.clamped() == level, level.is_available());
        }
        assert_eq!(Level::detected().clamped(), Level::detected());
        assert!(Level::Portable.is_available());
    }

    #[test]
    fn a_level_can_be_lowered_and_never_raised() {
        assert_eq!(limited(Level::Avx512, Some(Level::Avx2)), Level::Avx2);
        assert_eq!(limited(Level::Avx2, Some(Level::Avx512)), Level::Avx2);
        assert_eq!(limited(Level::Avx2, Some(Level::Neon)), Level::Avx2);
        assert_eq!(limited(Level::Neon, Some(Level::Portable)), Level::Portable);
        assert_eq!(limited(Level::Neon, None), Level::Neon);
        assert!(Level::ALL.into_iter().all(|level| Level::named(level.name()) == Some(level)));
        assert_eq!(Level::named("sse"), None);
    }

    #[test]
    fn work_may_borrow_and_nest() {
        let numbers = [1.0f64, 2.0, 3.0];
        let sum = dispatch(|| dispatch_at(Level::Portable, || numbers.iter().copied().sum::<f64>()));
        assert_eq!(sum, 6.0);
    }
}
