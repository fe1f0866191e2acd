//! Rules for what people write.

use varde_core::{FieldProblem, LocalisedText};

/// The longest name, in characters.
pub(crate) const LINE: usize = 200;
/// The longest text, in characters.
pub(crate) const LONG: usize = 4_000;

/// What is wrong with a text that must say something.
pub(crate) fn check(field: &str, text: &str, longest: usize) -> Option<FieldProblem> {
    match text.trim().chars().count() {
        0 => Some(FieldProblem::new(field, "harmonisation-error-empty")),
        n if n > longest => Some(FieldProblem::new(field, "harmonisation-error-long")),
        _ => None,
    }
}

/// What is wrong with a text that may be empty.
pub(crate) fn check_length(field: &str, text: &str, longest: usize) -> Option<FieldProblem> {
    check(field, text, longest).filter(|_| !text.trim().is_empty())
}

/// What is wrong with a text in three languages, of which bokmål must be there. The fields are named
/// `name`, `name_nn` and `name_en`.
pub(crate) fn check_localised(field: &str, text: &LocalisedText, longest: usize) -> Vec<FieldProblem> {
    let others = [("nn", &text.nn), ("en", &text.en)];
    let others = others.map(|(language, text)| check_length(&format!("{field}_{language}"), text, longest));
    std::iter::once(check(field, &text.nb, longest)).chain(others).flatten().collect()
}
