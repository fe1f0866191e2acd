//! What a payload says otherwise than we would: found when it comes in, put back when it goes out.

use serde_json::Value;

use crate::model::details::Kept;

/// Where the payload differs from what we make of it.
pub(super) fn difference(ours: &Value, theirs: &Value) -> Vec<Kept> {
    let mut kept = Vec::new();
    compare(Some(ours), Some(theirs), &mut String::new(), &mut kept);
    kept
}

fn compare(ours: Option<&Value>, theirs: Option<&Value>, at: &mut String, kept: &mut Vec<Kept>) {
    match (ours, theirs) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            let keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            for key in keys {
                below(at, &key.replace('~', "~0").replace('/', "~1"), |at| compare(a.get(key), b.get(key), at, kept));
            }
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) if a.len() == b.len() => {
            for (nth, (a, b)) in a.iter().zip(b).enumerate() {
                below(at, &nth.to_string(), |at| compare(Some(a), Some(b), at, kept));
            }
        }
        (a, b) if a == b => {}
        (a, b) => kept.push(Kept { at: at.clone(), ours: a.cloned(), theirs: b.cloned() }),
    }
}

fn below(at: &mut String, part: &str, then: impl FnOnce(&mut String)) {
    let length = at.len();
    at.push('/');
    at.push_str(part);
    then(at);
    at.truncate(length);
}

/// Puts back what the payload said, where we still say what we said then. What was changed since
/// stays as it is now.
pub(super) fn restore(value: &mut Value, kept: &[Kept]) {
    for keep in kept {
        if value.pointer(&keep.at) != keep.ours.as_ref() {
            continue;
        }
        match (value.pointer_mut(&keep.at), &keep.theirs) {
            (Some(place), Some(theirs)) => *place = theirs.clone(),
            (_, theirs) => set(value, &keep.at, theirs.as_ref()),
        }
    }
}

/// Adds or takes away a member of an object.
fn set(value: &mut Value, at: &str, theirs: Option<&Value>) {
    let Some((above, key)) = at.rsplit_once('/') else { return };
    let Some(members) = value.pointer_mut(above).and_then(Value::as_object_mut) else { return };
    let key = key.replace("~1", "/").replace("~0", "~");
    match theirs {
        Some(theirs) => drop(members.insert(key, theirs.clone())),
        None => drop(members.remove(&key)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn anything() -> impl Strategy<Value = Value> {
        let leaf =
            prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), "[a/~]{0,3}".prop_map(Value::from)];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-c/~]{1,2}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_differs_is_put_back(ours in anything(), theirs in anything()) {
            let kept = difference(&ours, &theirs);
            let mut value = ours.clone();
            restore(&mut value, &kept);
            prop_assert_eq!(value, theirs);
        }
    }

    #[test]
    fn what_changed_since_is_not_hidden() {
        let kept = difference(&json!({ "count": 1, "name": "a" }), &json!({ "count": 99, "name": "b" }));
        let mut now = json!({ "count": 2, "name": "a" });
        restore(&mut now, &kept);
        assert_eq!(now, json!({ "count": 2, "name": "b" }));
    }
}
