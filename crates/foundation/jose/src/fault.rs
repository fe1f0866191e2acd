//! Why something signed is refused.

/// The first thing that is wrong. Never holds anything of the token or the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    /// Longer than the verifier takes.
    #[error("too large")]
    TooLarge,
    /// Not three parts between two dots.
    #[error("not a compact JWS: expected header.claims.signature")]
    NotCompact,
    /// A part is not base64url without padding.
    #[error("not base64url without padding")]
    Encoding,
    /// A part is not a JSON object, or nests too deep.
    #[error("not a JSON object")]
    NotAnObject,
    /// A member is named twice.
    #[error("a member is named twice")]
    DuplicateMember,
    /// No algorithm, or none that is taken here.
    #[error("the algorithm is missing or not taken here")]
    Algorithm,
    /// No type, or another.
    #[error("the type (typ) is missing or another")]
    Type,
    /// A critical extension, none of which is known here (RFC 7515, section 4.1.11).
    #[error("the header names a critical extension that is not known here")]
    Critical,
    /// A member of the header has another form than it must.
    #[error("a member of the header has the wrong form")]
    Header,
    /// There must be a key in the header, and there is none.
    #[error("the header holds no key")]
    NoKey,
    /// Not a key, or one of a kind that is not taken here.
    #[error("not a public key of a known kind (EC P-256, P-384, P-521; RSA of at least 2048 bits; Ed25519)")]
    NotAKey,
    /// A private key where the public one belongs: it must be counted as lost.
    #[error("this is a private key: only its public half may be given away")]
    PrivateKey,
    /// A symmetric key.
    #[error("a symmetric key cannot be used here")]
    SymmetricKey,
    /// The key is for other algorithms or another use.
    #[error("the key is for another algorithm or use")]
    KeyMismatch,
    /// No key of that name.
    #[error("no key of that name (kid) is known")]
    UnknownKey,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    Signature,
    /// The operating system or the library failed.
    #[error("the signature could not be made")]
    Sign,
}
