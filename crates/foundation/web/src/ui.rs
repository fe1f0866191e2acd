//! The values that the components in `templates/components.html` show.

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
