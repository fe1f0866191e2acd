//! The key that packages are encrypted to: ML-KEM-768 and X25519 together, with HPKE (RFC 9180, base mode)
//! over them as draft-ietf-hpke-pq has it: KEM 0x647a (draft-connolly-cfrg-xwing-kem), HKDF-SHA256,
//! AES-256-GCM. The two algorithms and everything below them are aws-lc's; here they are put together.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey},
    agreement::{PrivateKey, UnparsedPublicKey, X25519, agree},
    digest::{SHA3_256, digest},
    error::Unspecified,
    hmac,
    kem::{Ciphertext, DecapsulationKey, ML_KEM_768},
};
use pem::{EncodeConfig, LineEnding, Pem};
use varde_core::Randomness;

/// An ML-KEM-768 decapsulation key: what FIPS 203 (7.1) calls dk.
const MLKEM: usize = 2400;
/// Where the encapsulation key lies in it: after dk_PKE.
const ENCAPSULATION: std::ops::Range<usize> = 1152..1152 + 1184;
const X: usize = 32;
/// What is encapsulated: ML-KEM's part and X25519's.
const ENCAPSULATED: usize = 1088 + X;
/// HPKE's name of what is used: KEM, KDF, AEAD.
const SUITE: [u8; 10] = [b'H', b'P', b'K', b'E', 0x64, 0x7a, 0, 1, 0, 2];
/// X-Wing's label.
const LABEL: &[u8; 6] = br"\.//^\";
/// What microdata-tools binds its keys to.
const INFO: &[u8] = b"microdata-tools symmetric-key encryption";

/// What stands before the keys in SubjectPublicKeyInfo (RFC 5280): the algorithms' object identifiers.
const MLKEM_SPKI: [u8; 22] = [
    0x30, 0x82, 0x04, 0xb2, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x04, 0x02, 0x03, 0x82,
    0x04, 0xa1, 0x00,
];
const X_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00];

/// Opens what is encrypted to us. It does not print.
#[derive(Clone)]
pub struct ReceiverKey {
    mlkem: Vec<u8>,
    x: [u8; X],
}

impl std::fmt::Debug for ReceiverKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReceiverKey")
    }
}

impl ReceiverKey {
    /// A new key. The half that is ML-KEM's comes from aws-lc's own randomness, which takes none of ours.
    ///
    /// # Errors
    /// When the library has none to give.
    pub fn generate(randomness: &Randomness) -> Result<Self, Unspecified> {
        let made = DecapsulationKey::generate(&ML_KEM_768)?.key_bytes()?;
        Ok(Self { mlkem: made.as_ref().to_vec(), x: randomness.bytes() })
    }

    /// The key as it is kept.
    pub fn bytes(&self) -> Vec<u8> {
        [self.mlkem.as_slice(), &self.x].concat()
    }

    /// The key that was kept; `None` when it is none.
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let (mlkem, x) = bytes.split_at_checked(MLKEM)?;
        Some(Self { mlkem: mlkem.to_vec(), x: x.try_into().ok()? })
    }

    /// What microdata-tools wants as `microdata_public_key.pem`: both public keys, as PEM blocks.
    ///
    /// # Errors
    /// When the key is damaged.
    pub fn public_pem(&self) -> Result<String, Unspecified> {
        let mlkem = [MLKEM_SPKI.as_slice(), self.mlkem.get(ENCAPSULATION).ok_or(Unspecified)?].concat();
        let x = [X_SPKI.as_slice(), &self.public_x()?].concat();
        Ok([mlkem, x].map(block).concat())
    }

    /// What was encrypted to this key, with the dataset's own key in it.
    ///
    /// # Errors
    /// When it was encrypted to another key, or is damaged.
    pub fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let (encapsulated, body) = sealed.split_at_checked(ENCAPSULATED).ok_or(Unspecified)?;
        let (key, nonce) = schedule(&self.shared(encapsulated)?)?;
        decrypt(&key, nonce, body)
    }

    /// X-Wing's combiner: both secrets, with what they depend on.
    fn shared(&self, encapsulated: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let (for_mlkem, for_x) = encapsulated.split_at_checked(ENCAPSULATED - X).ok_or(Unspecified)?;
        let key = DecapsulationKey::new(&ML_KEM_768, &self.mlkem).map_err(|_| Unspecified)?;
        let from_mlkem = key.decapsulate(Ciphertext::from(for_mlkem))?;
        let from_x = agree(&self.private_x()?, UnparsedPublicKey::new(&X25519, for_x), Unspecified, |secret| {
            Ok(secret.to_vec())
        })?;
        let all = [from_mlkem.as_ref(), &from_x, for_x, &self.public_x()?, LABEL].concat();
        Ok(digest(&SHA3_256, &all).as_ref().to_vec())
    }

    fn private_x(&self) -> Result<PrivateKey, Unspecified> {
        PrivateKey::from_private_key(&X25519, &self.x).map_err(|_| Unspecified)
    }

    fn public_x(&self) -> Result<Vec<u8>, Unspecified> {
        Ok(self.private_x()?.compute_public_key()?.as_ref().to_vec())
    }
}

/// A public key as a PEM block (RFC 7468).
fn block(der: Vec<u8>) -> String {
    pem::encode_config(&Pem::new("PUBLIC KEY", der), EncodeConfig::new().set_line_ending(LineEnding::LF))
}

/// The bytes without what was put around them.
pub(super) fn decrypt(key: &[u8], nonce: [u8; 12], sealed: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key)?);
    let mut bytes = sealed.to_vec();
    let length = key.open_in_place(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut bytes)?.len();
    bytes.truncate(length);
    Ok(bytes)
}

/// RFC 9180, 5.1, base mode: key and nonce of the first message.
fn schedule(shared: &[u8]) -> Result<(Vec<u8>, [u8; 12]), Unspecified> {
    let context = [&[0_u8][..], &extract(&[], b"psk_id_hash", &[]), &extract(&[], b"info_hash", INFO)].concat();
    let secret = extract(shared, b"secret", &[]);
    let nonce = expand(&secret, b"base_nonce", &context, 12);
    Ok((expand(&secret, b"key", &context, 32), nonce.try_into().map_err(|_| Unspecified)?))
}

/// RFC 9180, 4: LabeledExtract. A salt of nothing is as many zeros as the hash is long (RFC 5869, 2.2).
fn extract(salt: &[u8], label: &[u8], material: &[u8]) -> Vec<u8> {
    let zeros = [0_u8; 32];
    let salt: &[u8] = if salt.is_empty() { &zeros } else { salt };
    mac(salt, &[&b"HPKE-v1"[..], &SUITE[..], label, material].concat())
}

/// RFC 9180, 4: LabeledExpand, of at most one block.
fn expand(secret: &[u8], label: &[u8], info: &[u8], length: u8) -> Vec<u8> {
    let parts = [&[0, length][..], &b"HPKE-v1"[..], &SUITE[..], label, info, &[1][..]];
    let mut block = mac(secret, &parts.concat());
    block.truncate(usize::from(length));
    block
}

fn mac(key: &[u8], data: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_and_its_public_half_is_two_blocks() {
        let key = ReceiverKey::generate(&Randomness::seeded(1)).unwrap();
        let again = ReceiverKey::of_bytes(&key.bytes()).unwrap();
        assert_eq!(again.bytes(), key.bytes());
        let blocks = pem::parse_many(key.public_pem().unwrap()).unwrap();
        assert_eq!(blocks.iter().map(|block| block.contents().len()).collect::<Vec<_>>(), [22 + 1184, 12 + 32]);
        assert!(ReceiverKey::of_bytes(&key.bytes()[1..]).is_none());
        assert!(key.open(&[7; ENCAPSULATED + 48]).is_err(), "what was not encrypted to it");
        assert!(key.open(&[7; 5]).is_err());
    }
}
