//! What people write.

use varde_core::{FieldProblem, identifier::holds_national_number};

/// The longest text of several lines, in characters.
pub(crate) const LONG: usize = 2000;
/// The longest line.
pub(crate) const LINE: usize = 300;

/// What is wrong with a text that must be there: it is empty, too long, or holds a national number,
/// since everybody can read it.
pub(crate) fn check(field: &str, text: &str, longest: usize) -> Option<FieldProblem> {
    let wrong = if text.trim().is_empty() {
        "architecture-error-empty"
    } else if text.chars().count() > longest {
        "architecture-error-long"
    } else if holds_national_number(text) {
        "architecture-error-national-number"
    } else {
        return None;
    };
    Some(FieldProblem::new(field, wrong))
}

/// Whether the text is an address on the web.
pub(crate) fn is_address(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://")) && !text.contains(char::is_whitespace)
}
