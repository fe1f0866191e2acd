//! Randomness as a parameter.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rand::{Rng as _, RngCore as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;

/// A shared generator: the operating system's in the program, a seeded one in tests. Clones share
/// the same stream.
#[derive(Clone)]
pub struct Randomness(Arc<Mutex<ChaCha20Rng>>);

impl Randomness {
    /// ChaCha20 keyed by the operating system. Fit for keys, salts and session ids.
    pub fn from_system() -> Self {
        Self(Arc::new(Mutex::new(ChaCha20Rng::from_os_rng())))
    }

    /// The same stream for the same seed. For tests and the demo world only.
    pub fn seeded(seed: u64) -> Self {
        Self::of_case(seed, 0)
    }

    /// The stream of one of many cases under a seed, which can be made again without those before it. For tests
    /// only.
    pub fn of_case(seed: u64, case: u64) -> Self {
        let mut generator = ChaCha20Rng::seed_from_u64(seed);
        generator.set_stream(case);
        Self(Arc::new(Mutex::new(generator)))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.generator().fill_bytes(&mut out);
        out
    }

    /// A number from 0 to below `many`, each as likely as the others; 0 when `many` is.
    pub fn below(&self, many: usize) -> usize {
        self.generator().random_range(0..many.max(1))
    }

    /// A number from the first to the last, both included; the first when they are the wrong way round.
    pub fn between(&self, first: i64, last: i64) -> i64 {
        self.generator().random_range(first..=last.max(first))
    }

    /// Whether that happens which happens once in so many times.
    pub fn once_in(&self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// One of several, each as likely as the others.
    ///
    /// # Panics
    /// When there are none.
    pub fn pick<'t, T>(&self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }

    /// A token for people and URLs: 32 random bytes as 64 hexadecimal digits.
    pub fn token(&self) -> String {
        hex::encode(self.bytes::<32>())
    }

    fn generator(&self) -> MutexGuard<'_, ChaCha20Rng> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Randomness")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_case_can_be_made_again_and_is_no_other_case() {
        let stream = |seed, case| Randomness::of_case(seed, case).bytes::<16>();
        assert_eq!(stream(1, 2), stream(1, 2));
        assert_eq!(stream(7, 0), Randomness::seeded(7).bytes::<16>());
        let all: BTreeSet<_> = [(1, 2), (1, 3), (2, 2), (2, 1)].map(|(seed, case)| stream(seed, case)).into();
        assert_eq!(all.len(), 4);
    }

    #[test]
    fn choices_stay_within_their_bounds_and_leave_none_out() {
        let random = Randomness::seeded(3);
        let thrown = |throw: &dyn Fn() -> i64| (0..500).map(|_| throw()).collect::<BTreeSet<_>>();
        assert_eq!(thrown(&|| random.below(6) as i64), BTreeSet::from([0, 1, 2, 3, 4, 5]));
        assert_eq!(thrown(&|| random.between(-1, 1)), BTreeSet::from([-1, 0, 1]));
        assert_eq!(thrown(&|| *random.pick(&[7, 9])), BTreeSet::from([7, 9]));
        assert_eq!(thrown(&|| i64::from(random.once_in(3))), BTreeSet::from([0, 1]));
        assert_eq!((random.below(0), random.below(1), random.between(4, 2)), (0, 0, 4));
        assert!(random.once_in(1));
    }
}
