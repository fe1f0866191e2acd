//! Damaged tokens and keys.

use serde_json::{Map, Value, json};
use varde_core::Randomness;
use varde_jose::{Algorithm, encode};

use super::{keys::Keys, module::EXPECTED};

/// What is to become of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// It must be refused, because of this.
    Refused(&'static str),
    /// It must be taken.
    Taken,
    /// Nobody knows; the other rules judge it.
    Unknown,
}

/// One case.
pub(crate) enum Case {
    /// A token for the key of that place, and the one message that the key has signed.
    Token { text: String, pair: usize, signed: String, due: Due },
    /// A token of the type that carries its key.
    Proof { text: String, pair: usize, signed: String, due: Due },
    /// A public key.
    Key { jwk: Map<String, Value>, due: Due },
    /// JSON.
    Json { text: Vec<u8> },
}

/// A case, by that randomness.
pub(crate) fn make(keys: &Keys, random: &Randomness) -> Case {
    match random.below(10) {
        0..=3 => restructured(keys, random),
        4..=6 => damaged(keys, random),
        7 => proof(keys, random),
        8 => key(keys, random),
        _ => {
            let text = json_text(random).into_bytes();
            // Every other one as it was written: damaged JSON is mostly no JSON.
            Case::Json { text: if random.below(2) == 0 { text } else { bytes(random, text) } }
        }
    }
}

/// Any number.
fn number(random: &Randomness) -> u64 {
    u64::from_be_bytes(random.bytes())
}

/// The texts of a header and of claims, which nobody has signed yet.
struct Parts {
    header: String,
    claims: String,
    /// What the key signs with.
    own: Algorithm,
    due: Due,
}

fn good(keys: &Keys, pair: usize, random: &Randomness) -> Parts {
    let key = &keys.pairs[pair].ours;
    let header = json!({ "alg": key.algorithm().name(), "typ": "test+jwt", "kid": key.id() });
    let claims = json!({ "iss": "somebody", "n": number(random), "list": ["a", { "b": null }], "t": "æ\u{1f600}\"" });
    Parts { header: header.to_string(), claims: claims.to_string(), own: key.algorithm(), due: Due::Taken }
}

fn signed(keys: &Keys, pair: usize, parts: &Parts) -> (String, String) {
    let message = format!("{}.{}", encode(&parts.header), encode(&parts.claims));
    let signature = keys.pairs[pair].sign(&message);
    (format!("{message}.{signature}"), message)
}

/// Damage to what is signed, and then signed: the signature holds whatever was done.
fn restructured(keys: &Keys, random: &Randomness) -> Case {
    let pair = random.below(keys.pairs.len());
    let mut parts = good(keys, pair, random);
    for _ in 0..=random.below(2) {
        restructure(&mut parts, random);
    }
    let (text, signed) = signed(keys, pair, &parts);
    Case::Token { text, pair, signed, due: parts.due }
}

fn restructure(parts: &mut Parts, random: &Randomness) {
    let in_header = random.below(2) == 0;
    let text = if in_header { &mut parts.header } else { &mut parts.claims };
    let fails = match random.below(14) {
        0 => add(text, r#""twice":1,"twice":2"#, "a member twice"),
        1 => add(text, r#""deep":{"a":{"b":1,"b":1}}"#, "a member twice, deep inside"),
        2 => add(text, r#""tw\u0069ce":1,"twice":2"#, "a member twice, written differently"),
        3 => add(&mut parts.header, r#""crit":["exp"]"#, "a critical extension"),
        4 => with(&mut parts.header, "alg", ALGORITHMS[random.below(ALGORITHMS.len())], "alg"),
        5 => with(&mut parts.header, "typ", TYPES[random.below(TYPES.len())], "typ"),
        6 => {
            *text = (*random.pick(&["[]", "null", "1", "\"text\"", "", "{", "{}}", "{} x", "{\"a\":1,}"])).to_owned();
            Some("not an object")
        }
        7 => add(text, &format!("\"nested\":{}1{}", "[".repeat(300), "]".repeat(300)), "nested too deep"),
        8 => add(&mut parts.header, &format!("\"kid{}\":1", number(random)), "").filter(|why| !why.is_empty()),
        9 => add(text, &format!(" \"space{}\" :\t1 \r\n", number(random)), "").filter(|why| !why.is_empty()),
        10 => add(&mut parts.header, r#""jwk":"text""#, "a key that is no object"),
        11 => another_algorithm(&mut parts.header, parts.own, random),
        12 => add(text, &format!("\"long{}\":\"{}\"", number(random), "a".repeat(EXPECTED.largest)), "too large"),
        _ => add(text, "\"raw\":\"\u{1}\"", "a control character"),
    };
    if let Some(why) = fails {
        parts.due = Due::Refused(why);
    }
}

/// Adds members to the end of an object's text.
fn add(text: &mut String, members: &str, why: &'static str) -> Option<&'static str> {
    let end = text.rfind('}')?;
    let comma = if text[..end].trim_end().ends_with('{') { "" } else { "," };
    text.insert_str(end, &format!("{comma}{members}"));
    Some(why)
}

/// Writes another value where the member has one.
fn with(text: &mut String, member: &str, value: &str, why: &'static str) -> Option<&'static str> {
    let mut object: Map<String, Value> = serde_json::from_str(text).ok()?;
    object.insert(member.to_owned(), json!(value));
    *text = Value::Object(object).to_string();
    Some(why)
}

/// Another algorithm that is taken, but that the key did not sign with.
fn another_algorithm(header: &mut String, own: Algorithm, random: &Randomness) -> Option<&'static str> {
    let others: Vec<_> = Algorithm::ALL.into_iter().filter(|other| *other != own).collect();
    with(header, "alg", random.pick(&others).name(), "another algorithm than the key's")
}

/// Damage to the bytes of a token that was signed before.
fn damaged(keys: &Keys, random: &Randomness) -> Case {
    let pair = random.below(keys.pairs.len());
    let parts = good(keys, pair, random);
    let (text, signed) = signed(keys, pair, &parts);
    let (text, due) = match random.below(7) {
        0 => (format!("{text}="), Due::Refused("padding")),
        1 => (text.replacen('.', "..", 1), Due::Refused("four parts")),
        2 => (with_loose_bits(&text), Due::Refused("bits that no byte has")),
        3 => (crossed(keys, pair, &text, random), Due::Refused("another's signature")),
        4 => (with_a_key_of_its_own(keys, pair, random), Due::Refused("the key that it brought along")),
        _ => (String::from_utf8_lossy(&bytes(random, text.into_bytes())).into_owned(), Due::Unknown),
    };
    Case::Token { text, pair, signed, due }
}

/// The last character of the signature with its unused bits set, where it has such bits: another text
/// for the same bytes.
fn with_loose_bits(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = text.len() - 1;
    let length = text.rsplit('.').next().unwrap_or_default().len();
    let at = ALPHABET.iter().position(|c| *c == text.as_bytes()[last]).unwrap_or_default();
    match length % 4 {
        2 | 3 => format!("{}{}", &text[..last], char::from(ALPHABET[at | 1])),
        // Every bit is used: padding stands for it.
        _ => format!("{text}=="),
    }
}

fn crossed(keys: &Keys, pair: usize, text: &str, random: &Randomness) -> String {
    let other = (pair + 1 + random.below(keys.pairs.len() - 1)) % keys.pairs.len();
    let message = text.rsplit_once('.').map_or(text, |(message, _)| message);
    format!("{message}.{}", keys.pairs[other].sign(message))
}

/// A token that another has signed, who put their own key into the header.
fn with_a_key_of_its_own(keys: &Keys, pair: usize, random: &Randomness) -> String {
    let other = (pair + 1 + random.below(keys.pairs.len() - 1)) % keys.pairs.len();
    let key = &keys.pairs[other].ours;
    let jwk = key.public().to_jwk();
    let header =
        json!({ "alg": key.algorithm().name(), "typ": "test+jwt", "kid": keys.pairs[pair].ours.id(), "jwk": jwk });
    let parts = Parts { header: header.to_string(), ..good(keys, other, random) };
    signed(keys, other, &parts).0
}

/// Algorithms that nobody takes, and types that are not expected.
const ALGORITHMS: [&str; 6] = ["none", "HS256", "es256", "", "ES256K", "RSA1_5"];
const TYPES: [&str; 4] = ["JWT", "dpop+jwt", "", "test+jwt "];

/// Some bytes changed, left out, doubled or put in.
fn bytes(random: &Randomness, mut text: Vec<u8>) -> Vec<u8> {
    for _ in 0..=random.below(4) {
        let at = random.below(text.len());
        match random.below(5) {
            0 => text.insert(at, random.below(256) as u8),
            1 if text.len() > 1 => {
                text.remove(at);
            }
            2 => text.truncate(at),
            3 => {
                let end = (at + random.below(16)).min(text.len());
                let copy = text[at..end].to_vec();
                text.splice(at..at, copy);
            }
            _ if !text.is_empty() => text[at] ^= 1 << random.below(8),
            _ => {}
        }
    }
    text
}

fn proof(keys: &Keys, random: &Randomness) -> Case {
    let pair = random.below(keys.pairs.len());
    let key = &keys.pairs[pair].ours;
    let mut jwk = key.public().to_jwk();
    let due = damage_key(&mut jwk, keys, random);
    let header = json!({ "alg": key.algorithm().name(), "typ": "test+jwt", "jwk": jwk });
    let parts = Parts { header: header.to_string(), ..good(keys, pair, random) };
    let (text, signed) = signed(keys, pair, &parts);
    Case::Proof { text, pair, signed, due }
}

fn key(keys: &Keys, random: &Randomness) -> Case {
    let at = random.below(keys.pairs.len() + 1);
    let mut jwk = keys.pairs.get(at).map_or(&keys.p521, |pair| &pair.ours).public().to_jwk();
    let due = damage_key(&mut jwk, keys, random);
    Case::Key { jwk, due }
}

fn damage_key(jwk: &mut Map<String, Value>, keys: &Keys, random: &Randomness) -> Due {
    let member = *random.pick(&["kty", "crv", "x", "y", "n", "e", "use", "alg", "kid", "key_ops"]);
    match random.below(7) {
        0 => Due::Taken,
        1 => {
            let private = *random.pick(&["d", "p", "q", "dp", "dq", "qi", "oth", "k"]);
            jwk.insert(private.to_owned(), json!("AQAB"));
            Due::Refused("a private or symmetric member")
        }
        2 => {
            jwk.insert("use".to_owned(), json!("enc"));
            Due::Refused("for encryption")
        }
        3 => {
            let other = random.pick(&keys.pairs).ours.public().to_jwk();
            if let Some(value) = other.get(member) {
                jwk.insert(member.to_owned(), value.clone());
            }
            Due::Unknown
        }
        4 => {
            jwk.remove(member);
            Due::Unknown
        }
        5 => {
            let noise = [json!(null), json!(1), json!(""), json!("AQAB"), json!(["verify"]), json!({ "a": 1 })];
            jwk.insert(member.to_owned(), random.pick(&noise).clone());
            Due::Unknown
        }
        _ => {
            if let Some(Value::String(text)) = jwk.get(member).cloned() {
                let text = String::from_utf8_lossy(&bytes(random, text.into_bytes())).into_owned();
                jwk.insert(member.to_owned(), json!(text));
            }
            Due::Unknown
        }
    }
}

/// Some JSON, mostly an object.
fn json_text(random: &Randomness) -> String {
    fn value(random: &Randomness, depth: usize) -> String {
        let some = random.below(4);
        match random.below(if depth > 4 { 4 } else { 6 }) {
            0 => random
                .pick(&["null", "true", "-0", "1e999", "0.1", "18446744073709551616", "-9223372036854775808"])
                .to_string(),
            1 => number(random).to_string(),
            2 => json!(*random.pick(&["", "a", "\u{0}", "æ", "\u{1f600}"])).to_string(),
            3 => random.pick(&[r#""\ud83d""#, r#""\u0000""#, r#""\/""#]).to_string(),
            4 => format!("[{}]", (0..some).map(|_| value(random, depth + 1)).collect::<Vec<_>>().join(",")),
            _ => object(random, depth),
        }
    }
    fn object(random: &Randomness, depth: usize) -> String {
        let some = random.below(4);
        let members = (0..some).map(|_| {
            let name = *random.pick(&[r#""a""#, r#""b""#, r#""\u0061""#, r#""""#]);
            format!("{name}:{}", value(random, depth + 1))
        });
        format!("{{{}}}", members.collect::<Vec<_>>().join(","))
    }
    object(random, 0)
}
