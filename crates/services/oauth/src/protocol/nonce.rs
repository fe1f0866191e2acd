//! Nonces of the server for proofs (RFC 9449, section 8). They hold their own time and a signature
//! under a key that all instances share, so that none has to be remembered: a proof's `jti` already
//! makes it good for one use only.

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign, verify};
use jiff::Timestamp;
use varde_jose::{decode, encode};

/// A nonce is good for between one and two of these, in seconds.
const STEP: i64 = 120;
/// What the key signs nonces as.
const LABEL: &[u8] = b"dpop-nonce";

/// Makes and knows nonces.
#[derive(Debug, Clone)]
pub(crate) struct Nonces(Key);

impl Nonces {
    /// Nonces under a key of 32 bytes.
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(Key::new(HMAC_SHA256, key))
    }

    /// The nonce to use now.
    pub(crate) fn now(&self, now: Timestamp) -> String {
        self.of(now.as_second().div_euclid(STEP))
    }

    /// Whether it is one of ours and not too old.
    pub(crate) fn knows(&self, nonce: &str, now: Timestamp) -> bool {
        let Ok(bytes) = decode(nonce) else { return false };
        let Some((step, tag)) = bytes.split_first_chunk::<8>() else { return false };
        let current = now.as_second().div_euclid(STEP);
        let step = i64::from_be_bytes(*step);
        (step == current || step == current - 1) && verify(&self.0, &message(step), tag).is_ok()
    }

    fn of(&self, step: i64) -> String {
        let tag = sign(&self.0, &message(step));
        encode([step.to_be_bytes().as_slice(), tag.as_ref()].concat())
    }
}

fn message(step: i64) -> Vec<u8> {
    [LABEL, &step.to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    #[test]
    fn a_nonce_is_good_for_a_while_and_not_longer() {
        let nonces = Nonces::new(&[7; 32]);
        let nonce = nonces.now(at(1_200));
        assert!(nonces.knows(&nonce, at(1_200)));
        assert!(nonces.knows(&nonce, at(1_439)));
        assert!(!nonces.knows(&nonce, at(1_440)));
        assert!(!nonces.knows(&nonce, at(1_199)), "one from the future is nobody's");
    }

    #[test]
    fn nobody_else_makes_one() {
        let nonces = Nonces::new(&[7; 32]);
        let other = Nonces::new(&[8; 32]).now(at(1_200));
        for nonce in [other.as_str(), "", "AAAA", "not base64url!"] {
            assert!(!nonces.knows(nonce, at(1_200)), "{nonce}");
        }
    }
}
