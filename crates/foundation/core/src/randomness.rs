//! Randomness as a parameter.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use rand::{RngCore, SeedableRng};
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
        Self(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).fill_bytes(&mut out);
        out
    }

    /// A token for people and URLs: 32 random bytes as 64 hexadecimal digits.
    pub fn token(&self) -> String {
        hex::encode(self.bytes::<32>())
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Randomness")
    }
}
