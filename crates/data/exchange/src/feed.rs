//! What changed, for harvesters that do not want to read everything again: an ordered collection of
//! ActivityStreams 2.0 (W3C recommendation, 23 May 2017), the oldest first.

use jiff::Timestamp;
use serde_json::{Value, json};
use varde_core::CataloguePath;

use crate::Addresses;

/// One change of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The source.
    pub source: CataloguePath,
    /// What happened to it.
    pub kind: ChangeKind,
    /// When, UTC.
    pub at: Timestamp,
    /// The edition that it is about.
    pub edition: i32,
}

/// What happened to a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// It was published for the first time.
    Added,
    /// Another edition took the place of the one before.
    Changed,
    /// It is not published any more.
    Withdrawn,
}

impl ChangeKind {
    /// The name of the activity.
    pub const fn activity(self) -> &'static str {
        match self {
            Self::Added => "Create",
            Self::Changed => "Update",
            Self::Withdrawn => "Delete",
        }
    }
}

/// The changes as a document. `next` is what to ask with the next time: the time of the last change.
pub fn feed(changes: &[Change], since: Option<Timestamp>, at: &Addresses) -> Value {
    let here = match since {
        Some(since) => format!("{}?since={since}", at.changes()),
        None => at.changes(),
    };
    let items: Vec<Value> = changes.iter().map(|change| item(change, at)).collect();
    let mut document = json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": here,
        "type": "OrderedCollection",
        "totalItems": items.len(),
        "orderedItems": items,
    });
    if let Some(last) = changes.last() {
        document["next"] = json!(format!("{}?since={}", at.changes(), last.at));
    }
    document
}

fn item(change: &Change, at: &Addresses) -> Value {
    let source = at.source(&change.source);
    let kind = if change.kind == ChangeKind::Withdrawn { "Tombstone" } else { "http://www.w3.org/ns/dcat#Dataset" };
    json!({
        "id": at.part(&change.source, &format!("{}/{}", change.kind.activity().to_lowercase(), change.edition)).as_str(),
        "type": change.kind.activity(),
        "published": change.at.to_string(),
        "object": { "id": source.as_str(), "type": kind },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_with_where_to_go_on() {
        let at = Addresses::new("https://varde.test/");
        let change =
            |kind, at: &str| Change { source: "npr".parse().unwrap(), kind, at: at.parse().unwrap(), edition: 1 };
        let changes = [
            change(ChangeKind::Added, "2026-01-01T00:00:00Z"),
            change(ChangeKind::Changed, "2026-02-01T00:00:00Z"),
            change(ChangeKind::Withdrawn, "2026-03-01T00:00:00Z"),
        ];
        let told = feed(&changes, None, &at);
        let kinds: Vec<&str> =
            told["orderedItems"].as_array().unwrap().iter().map(|i| i["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["Create", "Update", "Delete"]);
        assert_eq!(told["orderedItems"][2]["object"]["type"], "Tombstone");
        assert_eq!(told["orderedItems"][0]["object"]["id"], "https://varde.test/api/dcat/sources/npr");
        assert_eq!(told["next"], "https://varde.test/api/dcat/changes?since=2026-03-01T00:00:00Z");
        let none = feed(&[], Some("2026-03-01T00:00:00Z".parse().unwrap()), &at);
        assert_eq!(none["totalItems"], 0);
        assert_eq!(none.get("next"), None);
    }
}
