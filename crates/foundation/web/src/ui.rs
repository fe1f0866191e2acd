//! The values that the components in `templates/components.html` show.

use varde_core::LocalisedText;

use crate::Visit;

/// JSON-LD in the head of a page, for programs that read pages. A block of data is not a script: browsers run
/// nothing of it, and the content security policy is not asked. What could end the block, or begin another
/// (HTML, section 4.12.1.3), is written as an escape of JSON, which means the same.
pub fn ld_json(data: &serde_json::Value) -> String {
    let escape = |c: char| match c {
        '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => format!("\\u{:04x}", u32::from(c)),
        plain => plain.to_string(),
    };
    let text: String = data.to_string().chars().map(escape).collect();
    format!("<script type=\"application/ld+json\">{text}</script>")
}

/// A text that may be in another language than the page's, which its markup then says (WCAG 3.1.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// The text.
    pub text: String,
    /// The language it is in; empty when that is the page's.
    pub lang: &'static str,
}

impl Words {
    /// A text in the visit's language, or in one that somebody has written it in.
    pub fn of(visit: &Visit, text: &LocalisedText) -> Self {
        let used = text.language_used(visit.language);
        let lang = if used == visit.language { "" } else { used.tag() };
        Self { text: visit.local(text).to_owned(), lang }
    }
}

/// The colour and weight of a tag or message, from Designsystemet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    Neutral,
    /// Under way.
    Info,
    /// Done, granted.
    Success,
    /// Needs attention.
    Warning,
    /// Refused, failed.
    Danger,
}

impl Tone {
    /// The value of `data-color`.
    pub const fn color(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Danger => "danger",
        }
    }
}

/// A choice in a select, or among radio buttons or check boxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is posted.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// A line below the label; empty for none.
    pub hint: String,
}

impl Choice {
    /// A choice without a hint.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new() }
    }

    /// The choice with a line below its label.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// A link, as in bread crumbs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub href: String,
    /// What is shown.
    pub text: String,
}

impl Link {
    /// A link.
    pub fn new(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { href: href.into(), text: text.into() }
    }
}

/// Where a step of several stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Finished.
    Done,
    /// Where one is.
    Current,
    /// Still to come.
    Ahead,
}

impl StepState {
    /// The value of `data-state`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Current => "current",
            Self::Ahead => "ahead",
        }
    }
}

/// A step of a form in several pages, or of a case on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub label: String,
    /// Where it leads; `None` when it cannot be visited.
    pub href: Option<String>,
    /// Where it stands.
    pub state: StepState,
}

/// Something that happened, on a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, in words; see [`crate::Visit::time`].
    pub when: String,
    /// The same for machines, ISO 8601.
    pub datetime: String,
    /// What happened.
    pub title: String,
    /// More about it; empty for none.
    pub text: String,
    /// A link to more.
    pub link: Option<Link>,
    /// Its colour.
    pub tone: Tone,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever a text holds, the block ends where we end it, and says the same.
    #[test]
    fn a_block_of_data_ends_where_it_ends() {
        for wicked in ["</script><script>alert(1)</script>", "<!-- <script>", "</SCRIPT\t>", "a & b \u{2028}", "]]>"] {
            let data = serde_json::json!({ "name": wicked });
            let block = ld_json(&data);
            let inner = block.strip_prefix("<script type=\"application/ld+json\">").unwrap();
            let inner = inner.strip_suffix("</script>").unwrap();
            assert!(!inner.contains(['<', '>', '&', '\u{2028}']), "{inner}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(inner).unwrap(), data);
        }
    }
}
