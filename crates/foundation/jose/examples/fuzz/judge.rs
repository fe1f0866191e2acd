//! What must hold of every case.

use std::fmt;

use serde_json::{Map, Value};
use varde_jose::{Claims, Fault, PublicKey, decode};

use super::{
    cases::{Case, Due},
    keys::{Keys, Pair, decoding_key},
    module::Module,
};

/// How many there were.
#[derive(Debug, Default)]
pub(crate) struct Count {
    taken: u64,
    refused: u64,
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cases ({} taken, {} refused)", self.taken + self.refused, self.taken, self.refused)
    }
}

type Verdict = Result<(), String>;

/// Judges what a module makes of a case; an error says what does not hold.
pub(crate) fn judge(module: &dyn Module, case: &Case, keys: &Keys, count: &mut Count) -> Verdict {
    let taken = match case {
        Case::Token { text, pair, signed, due } => {
            let pair = &keys.pairs[*pair];
            let claims = module.token(text, pair.ours.public());
            as_due(&claims, *due, text)?;
            believed(text, claims, pair, signed)?
        }
        Case::Proof { text, pair, signed, due } => {
            let proven = module.proof(text);
            as_due(&proven, *due, text)?;
            let pair = &keys.pairs[*pair];
            if proven.as_ref().is_ok_and(|(thumbprint, _)| thumbprint != pair.ours.id()) {
                return Err(format!("proof of another key than the one that signed: {text}"));
            }
            believed(text, proven.map(|(_, claims)| claims), pair, signed)?
        }
        Case::Key { jwk, due } => key(module, jwk, *due)?,
        Case::Json { text } => json(module, text)?,
    };
    *(if taken { &mut count.taken } else { &mut count.refused }) += 1;
    Ok(())
}

fn as_due<T>(outcome: &Result<T, Fault>, due: Due, text: &str) -> Verdict {
    match (outcome, due) {
        (Ok(_), Due::Refused(why)) => Err(format!("taken in spite of {why}: {text}")),
        (Err(fault), Due::Taken) => Err(format!("refused ({fault}) without reason: {text}")),
        _ => Ok(()),
    }
}

/// What we take was signed by that key, and the independent library reads the same.
fn believed(text: &str, claims: Result<Claims, Fault>, pair: &Pair, signed: &str) -> Result<bool, String> {
    let Ok(claims) = claims else { return Ok(false) };
    let (message, signature) = text.rsplit_once('.').unwrap_or_default();
    if message != signed {
        return Err(format!("taken, though the key never signed it: {text}"));
    }
    if !pair.believes(message, signature) {
        return Err(format!("taken, though the independent library does not believe it: {text}"));
    }
    let part = message.split('.').nth(1).and_then(|part| decode(part).ok()).unwrap_or_default();
    if serde_json::from_slice::<Value>(&part).ok() != Some(Value::Object(claims)) {
        return Err(format!("taken with other claims than the independent reader's: {text}"));
    }
    Ok(true)
}

/// A key we take is a public one, and the same to the independent library, which has no P-521.
fn key(module: &dyn Module, jwk: &Map<String, Value>, due: Due) -> Result<bool, String> {
    let shown = Value::Object(jwk.clone());
    let key = module.key(jwk);
    as_due(&key, due, &shown.to_string())?;
    let Ok(key) = key else { return Ok(false) };
    if PublicKey::from_jwk(&key.to_jwk()).as_ref() != Ok(&key) {
        return Err(format!("a key that is another when it is written and read again: {shown}"));
    }
    // It reads members that we pass over (RFC 7517, section 4), and fails on some of those.
    let known = ["kty", "crv", "x", "y", "n", "e"];
    let bare: Map<_, _> = jwk.iter().filter(|(name, _)| known.contains(&name.as_str())).map(cloned).collect();
    if key.family() != varde_jose::Family::P521 && decoding_key(&bare).is_none() {
        return Err(format!("a key that the independent library does not know: {shown}"));
    }
    Ok(true)
}

fn cloned((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}

/// An object we take reads the same elsewhere.
fn json(module: &dyn Module, text: &[u8]) -> Result<bool, String> {
    let Ok(members) = module.object(text) else { return Ok(false) };
    match serde_json::from_slice::<Value>(text) {
        Ok(value) if value == Value::Object(members) => Ok(true),
        _ => Err(format!("read differently: {}", String::from_utf8_lossy(text))),
    }
}
