//! Why something was found, in words and as marks in its texts.

use varde_core::{Language, LocalisedText};
use varde_search::{By, Field};
use varde_web::Visit;

use crate::{SearchHit, Why};

/// A piece of a text, marked or not.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) marked: bool,
}

/// A text of a hit with what answered marked. `shown` is the text or its beginning.
pub(super) fn pieces(
    hit: &SearchHit,
    field: Field,
    text: &LocalisedText,
    shown: &str,
    language: Language,
) -> Vec<Piece> {
    let language = text.language_used(language);
    let marked = hit.marked.iter().find(|m| m.field == field && m.language == Some(language));
    let whole = text.get(language);
    let same = shown.strip_suffix('…').unwrap_or(shown);
    let ranges = marked.filter(|_| whole.starts_with(same)).map(|m| m.ranges.as_slice()).unwrap_or_default();
    let mut pieces = Vec::new();
    let mut at = 0;
    for range in ranges.iter().filter(|range| range.end <= same.len()) {
        let (Some(before), Some(found)) = (shown.get(at..range.start), shown.get(range.clone())) else { break };
        pieces.push(Piece { text: before.to_owned(), marked: false });
        pieces.push(Piece { text: found.to_owned(), marked: true });
        at = range.end;
    }
    pieces.push(Piece { text: shown.get(at..).unwrap_or_default().to_owned(), marked: false });
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

/// One reason as words.
pub(super) fn sentence(visit: &Visit, why: &Why) -> String {
    let place = match (&why.value, &why.text) {
        (Some(value), Some(text)) => {
            visit.t_with("metadata-why-in-label", &[("value", value.into()), ("text", text.into())])
        }
        _ if why.field == Field::Code => visit.t("metadata-why-in-value"),
        _ => visit.t_of("metadata-why-in", why.field.name()),
    };
    let word = ("word", why.word.as_str().into());
    if why.by == By::Exact {
        return visit.t_with("metadata-why-word", &[word, ("where", place.into())]);
    }
    let how = visit.t_with(&format!("metadata-why-by-{}", why.by.name()), &[("asked", why.asked.as_str().into())]);
    visit.t_with("metadata-why-how", &[word, ("where", place.into()), ("how", how.into())])
}
