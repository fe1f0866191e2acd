//! The fuzzer is not blind. A second reader of tokens, written on an independent library, keeps the same
//! rules, and the fuzzer finds nothing in it. With one rule left out the fuzzer must find that, soon.

#[path = "../../examples/fuzz/cases.rs"]
mod cases;
#[path = "../../examples/fuzz/judge.rs"]
mod judge;
#[path = "../../examples/fuzz/keys.rs"]
mod keys;
#[path = "../../examples/fuzz/module.rs"]
mod module;

use std::sync::LazyLock;

use base64::{
    Engine as _,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value};
use varde_core::Randomness;
use varde_jose::{Algorithm, Claims, Fault, PublicKey, decode, parse_object};

use judge::{Count, judge};
use keys::{Keys, decoding_key};
use module::{EXPECTED, Module, Ours};

/// In so many cases a broken reader must be found.
const CASES: u64 = 2_000;

/// One set for all tests: RSA keys take their time.
static KEYS: LazyLock<Keys> = LazyLock::new(Keys::generate);

/// The rule that a reader leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    /// Reads members that are named twice, and believes the last.
    Duplicates,
    /// Reads one object and what comes after it.
    Trailing,
    /// Takes any size.
    Size,
    /// Takes unused bits in base64url: several texts for the same bytes.
    LooseBits,
    /// Takes padding.
    Padding,
    /// Passes over `crit`.
    Critical,
    /// Passes over `typ`.
    Type,
    /// Passes over a `jwk` that is no object.
    KeyForm,
    /// Takes `none`, and then no signature.
    NoAlgorithm,
    /// Takes algorithms that it does not know for the key's own.
    UnknownAlgorithm,
    /// Takes every algorithm of the list for the key's own.
    AnotherAlgorithm,
    /// Checks no signature.
    Signature,
    /// Believes the key in the header.
    BroughtKey,
    /// Takes private keys for public ones.
    PrivateKey,
    /// Takes keys for encryption.
    Use,
}

const FLAWS: [Flaw; 15] = [
    Flaw::Duplicates,
    Flaw::Trailing,
    Flaw::Size,
    Flaw::LooseBits,
    Flaw::Padding,
    Flaw::Critical,
    Flaw::Type,
    Flaw::KeyForm,
    Flaw::NoAlgorithm,
    Flaw::UnknownAlgorithm,
    Flaw::AnotherAlgorithm,
    Flaw::Signature,
    Flaw::BroughtKey,
    Flaw::PrivateKey,
    Flaw::Use,
];

/// A reader of its own, on `serde_json` and the independent library.
struct Reader(Flaw);

/// A token taken apart.
struct Apart<'t> {
    header: Claims,
    claims: Claims,
    message: &'t str,
    signature: Vec<u8>,
}

impl Reader {
    fn lacks(&self, flaw: Flaw) -> bool {
        self.0 == flaw
    }

    fn apart<'t>(&self, text: &'t str) -> Result<Apart<'t>, Fault> {
        if text.len() > EXPECTED.largest && !self.lacks(Flaw::Size) {
            return Err(Fault::TooLarge);
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else { return Err(Fault::NotCompact) };
        let header = self.object(&self.decode(header)?)?;
        self.check_header(&header)?;
        let claims = self.object(&self.decode(claims)?)?;
        let (message, _) = text.rsplit_once('.').ok_or(Fault::NotCompact)?;
        Ok(Apart { header, claims, message, signature: self.decode(signature)? })
    }

    fn check_header(&self, header: &Claims) -> Result<(), Fault> {
        if header.contains_key("crit") && !self.lacks(Flaw::Critical) {
            return Err(Fault::Critical);
        }
        let expected = |kind: &str| {
            let short = kind.to_ascii_lowercase();
            EXPECTED.types.contains(&short.strip_prefix("application/").unwrap_or(&short))
        };
        if !header.get("typ").and_then(Value::as_str).is_some_and(expected) && !self.lacks(Flaw::Type) {
            return Err(Fault::Type);
        }
        if header.get("jwk").is_some_and(|key| !key.is_object()) && !self.lacks(Flaw::KeyForm) {
            return Err(Fault::NotAKey);
        }
        let text = |name: &str| header.get(name).is_none_or(Value::is_string);
        if text("kid") { Ok(()) } else { Err(Fault::Header) }
    }

    fn decode(&self, text: &str) -> Result<Vec<u8>, Fault> {
        let padding =
            if self.lacks(Flaw::Padding) { DecodePaddingMode::Indifferent } else { DecodePaddingMode::RequireNone };
        let how = GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(self.lacks(Flaw::LooseBits))
            .with_decode_padding_mode(padding);
        GeneralPurpose::new(&URL_SAFE, how).decode(text).map_err(|_| Fault::Encoding)
    }

    /// The algorithm to check with, for that key; none where nothing is checked.
    fn algorithm(&self, header: &Claims, key: &PublicKey) -> Result<Option<Algorithm>, Fault> {
        let own = KEYS.pairs.iter().map(|pair| &pair.ours).find(|pair| pair.public() == key);
        let own = own.map(|pair| pair.algorithm()).ok_or(Fault::UnknownKey);
        let named = header.get("alg").and_then(Value::as_str).unwrap_or_default();
        match Algorithm::from_name(named) {
            None if self.lacks(Flaw::NoAlgorithm) && named == "none" => Ok(None),
            None if self.lacks(Flaw::UnknownAlgorithm) && !named.is_empty() => own.map(Some),
            None => Err(Fault::Algorithm),
            Some(_) if self.lacks(Flaw::AnotherAlgorithm) => own.map(Some),
            Some(algorithm) if key.allows(algorithm) => Ok(Some(algorithm)),
            Some(_) => Err(Fault::KeyMismatch),
        }
    }

    fn verified(&self, apart: Apart<'_>, key: &PublicKey) -> Result<Claims, Fault> {
        let holds = match self.algorithm(&apart.header, key)? {
            None => true,
            Some(algorithm) => self.lacks(Flaw::Signature) || elsewhere(key, algorithm, &apart),
        };
        if holds { Ok(apart.claims) } else { Err(Fault::Signature) }
    }
}

/// Whether the independent library believes the signature.
fn elsewhere(key: &PublicKey, algorithm: Algorithm, apart: &Apart<'_>) -> bool {
    let (Some(key), Ok(algorithm)) = (decoding_key(&key.to_jwk()), algorithm.name().parse()) else { return false };
    let signature = varde_jose::encode(&apart.signature);
    jsonwebtoken::crypto::verify(&signature, apart.message.as_bytes(), &key, algorithm).unwrap_or(false)
}

impl Module for Reader {
    fn token(&self, text: &str, key: &PublicKey) -> Result<Claims, Fault> {
        let apart = self.apart(text)?;
        match apart.header.get("jwk").and_then(Value::as_object) {
            Some(jwk) if self.lacks(Flaw::BroughtKey) => {
                let key = self.key(&jwk.clone())?;
                self.verified(apart, &key)
            }
            _ => self.verified(apart, key),
        }
    }

    fn proof(&self, text: &str) -> Result<(String, Claims), Fault> {
        let apart = self.apart(text)?;
        let jwk = apart.header.get("jwk").and_then(Value::as_object).ok_or(Fault::NoKey)?;
        let key = self.key(jwk)?;
        Ok((key.thumbprint(), self.verified(apart, &key)?))
    }

    fn key(&self, jwk: &Map<String, Value>) -> Result<PublicKey, Fault> {
        let mut jwk = jwk.clone();
        if self.lacks(Flaw::PrivateKey) {
            jwk.retain(|name, _| !["d", "p", "q", "dp", "dq", "qi", "oth", "k"].contains(&name.as_str()));
        }
        if self.lacks(Flaw::Use) {
            jwk.remove("use");
        }
        PublicKey::from_jwk(&jwk)
    }

    fn object(&self, text: &[u8]) -> Result<Claims, Fault> {
        let members = match self.0 {
            Flaw::Duplicates => serde_json::from_slice(text).ok(),
            Flaw::Trailing => serde_json::Deserializer::from_slice(text).into_iter().next().and_then(Result::ok),
            _ => return parse_object(text),
        };
        members.ok_or(Fault::NotAnObject)
    }
}

/// The first case in which the fuzzer finds something wrong with a reader.
fn found(module: &dyn Module, cases: u64) -> Option<(u64, String)> {
    let mut count = Count::default();
    (0..cases).find_map(|case| {
        let random = Randomness::of_case(7, case);
        let verdict = judge(module, &cases::make(&KEYS, &random), &KEYS, &mut count);
        verdict.err().map(|finding| (case, finding))
    })
}

#[test]
fn nothing_is_found_where_no_rule_is_left_out() {
    assert_eq!(found(&Ours, CASES), None);
    assert_eq!(found(&Reader(Flaw::None), CASES), None, "the reader that is broken below is whole");
}

#[test]
fn each_rule_that_is_left_out_is_found() {
    let missed: Vec<_> = FLAWS.into_iter().filter(|flaw| found(&Reader(*flaw), CASES).is_none()).collect();
    assert!(missed.is_empty(), "the fuzzer is blind to {missed:?}");
}

#[test]
fn a_finding_says_what_was_taken() {
    let (_, finding) = found(&Reader(Flaw::Critical), CASES).expect("a finding");
    let token = finding.strip_prefix("taken in spite of a critical extension: ").unwrap_or_else(|| panic!("{finding}"));
    let header = decode(token.split('.').next().unwrap_or_default()).expect("a header");
    assert!(parse_object(&header).expect("an object").contains_key("crit"), "the very token, to be looked at");
}
