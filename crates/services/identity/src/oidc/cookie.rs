//! What we give a browser to keep and nobody to read: sealed with AES-256-GCM.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// The bytes sealed. `what` says what they are, so that one cookie cannot pass for another.
pub(super) fn seal(mut bytes: Vec<u8>, what: &'static [u8], key: &[u8; 32]) -> Option<String> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let nonce = key.seal_in_place_append_tag(Aad::from(what), &mut bytes).ok()?;
    let mut sealed = nonce.as_ref().to_vec();
    sealed.extend_from_slice(&bytes);
    Some(URL_SAFE_NO_PAD.encode(sealed))
}

/// What [`seal`] sealed as the same with the same key; `None` for anything else.
pub(super) fn open(sealed: &str, what: &'static [u8], key: &[u8; 32]) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (nonce, rest) = bytes.split_at_checked(12)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).ok()?;
    let mut rest = rest.to_vec();
    key.open_in_place(nonce, Aad::from(what), &mut rest).ok().map(|plain| plain.to_vec())
}
