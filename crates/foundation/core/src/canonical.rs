//! Canonical JSON: the bytes that digests, commitments and signatures are made over.

use serde::Serialize;
use serde_json::Value;

/// JSON without white space, the members of every object sorted by name: the form of RFC 8785 for
/// the values we use (names in ASCII, no floating point numbers). The sorting is explicit because
/// a library elsewhere in the program may switch `serde_json` to keep the order of insertion.
pub fn canonical_json(document: &impl Serialize) -> Vec<u8> {
    let mut value = serde_json::to_value(document).unwrap_or(Value::Null);
    value.sort_all_objects();
    value.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_sorted_at_every_depth() {
        #[derive(Serialize)]
        struct Inner {
            z: u8,
            a: Vec<Option<u8>>,
        }
        #[derive(Serialize)]
        struct Outer {
            later: Inner,
            first: &'static str,
        }
        let document = Outer { later: Inner { z: 1, a: vec![Some(2), None] }, first: "å" };
        let bytes = canonical_json(&document);
        assert_eq!(String::from_utf8(bytes).unwrap(), r#"{"first":"å","later":{"a":[2,null],"z":1}}"#);
    }
}
