//! The algorithms (RFC 7518, section 3; RFC 8037).

use aws_lc_rs::signature::{self, EcdsaSigningAlgorithm, RsaEncoding, RsaParameters, VerificationAlgorithm};

/// A signature algorithm. Only asymmetric ones exist here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
    /// EdDSA, with Ed25519.
    EdDsa,
}

/// Which kind of key an algorithm needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// The curve P-256.
    P256,
    /// The curve P-384.
    P384,
    /// The curve P-521.
    P521,
    /// RSA.
    Rsa,
    /// Ed25519.
    Ed25519,
}

impl Algorithm {
    /// All, in the order in which metadata names them.
    pub const ALL: [Self; 10] = [
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::EdDsa,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
    ];

    /// What FAPI 2.0 allows (Security Profile, section 5.4.1, and the larger of each family):
    /// everything but RSASSA-PKCS1-v1_5.
    pub const STRONG: [Self; 7] =
        [Self::Es256, Self::Es384, Self::Es512, Self::Ps256, Self::Ps384, Self::Ps512, Self::EdDsa];

    /// The name in `alg`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm of that name, exactly as it is written.
    pub fn from_name(name: &str) -> Option<Self> {
        // RFC 9864 names Ed25519 fully; it is the same signature.
        if name == "Ed25519" {
            return Some(Self::EdDsa);
        }
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The kind of key it needs.
    pub const fn family(self) -> Family {
        match self {
            Self::Es256 => Family::P256,
            Self::Es384 => Family::P384,
            Self::Es512 => Family::P521,
            Self::EdDsa => Family::Ed25519,
            _ => Family::Rsa,
        }
    }

    /// How an RSA signature is verified; `None` for the others. Keys have 2048 to 8192 bits.
    pub(crate) fn rsa_verification(self) -> Option<&'static RsaParameters> {
        match self {
            Self::Ps256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
            Self::Ps384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
            Self::Ps512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
            Self::Rs256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
            Self::Rs384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
            Self::Rs512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
            _ => None,
        }
    }

    /// How an RSA signature is made; `None` for the others.
    pub(crate) fn rsa_signing(self) -> Option<&'static dyn RsaEncoding> {
        match self {
            Self::Ps256 => Some(&signature::RSA_PSS_SHA256),
            Self::Ps384 => Some(&signature::RSA_PSS_SHA384),
            Self::Ps512 => Some(&signature::RSA_PSS_SHA512),
            Self::Rs256 => Some(&signature::RSA_PKCS1_SHA256),
            Self::Rs384 => Some(&signature::RSA_PKCS1_SHA384),
            Self::Rs512 => Some(&signature::RSA_PKCS1_SHA512),
            _ => None,
        }
    }
}

impl Family {
    /// The algorithms a key of this kind can be used with.
    pub fn allows(self, algorithm: Algorithm) -> bool {
        algorithm.family() == self
    }

    /// Curve and length of a coordinate in bytes; `None` for RSA and Ed25519.
    pub(crate) const fn curve(self) -> Option<(&'static str, usize)> {
        match self {
            Self::P256 => Some(("P-256", 32)),
            Self::P384 => Some(("P-384", 48)),
            Self::P521 => Some(("P-521", 66)),
            Self::Rsa | Self::Ed25519 => None,
        }
    }

    /// How a signature on a curve is made; `None` for RSA and Ed25519.
    pub(crate) fn ecdsa(self) -> Option<&'static EcdsaSigningAlgorithm> {
        match self {
            Self::P256 => Some(&signature::ECDSA_P256_SHA256_FIXED_SIGNING),
            Self::P384 => Some(&signature::ECDSA_P384_SHA384_FIXED_SIGNING),
            Self::P521 => Some(&signature::ECDSA_P521_SHA512_FIXED_SIGNING),
            Self::Rsa | Self::Ed25519 => None,
        }
    }

    /// How a signature on a curve is verified; `None` for RSA.
    pub(crate) fn verification(self) -> Option<&'static dyn VerificationAlgorithm> {
        match self {
            Self::P256 => Some(&signature::ECDSA_P256_SHA256_FIXED),
            Self::P384 => Some(&signature::ECDSA_P384_SHA384_FIXED),
            Self::P521 => Some(&signature::ECDSA_P521_SHA512_FIXED),
            Self::Ed25519 => Some(&signature::ED25519),
            Self::Rsa => None,
        }
    }
}
