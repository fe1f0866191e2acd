//! Catalogue texts on pages: in the visit's language where somebody has written it, and marked
//! with the language they are in where nobody has (WCAG 3.1.2).

use jiff::civil::Date;
use varde_core::{Language, LocalisedText};
use varde_web::{Visit, ui::Link};

use crate::model::{Bound, Bounds, DataSource, Dataset};

/// A text and the language it is in, empty when that is the page's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words {
    pub(crate) text: String,
    pub(crate) lang: &'static str,
}

impl Words {
    pub(crate) fn of(visit: &Visit, text: &LocalisedText) -> Self {
        let used = text.language_used(visit.language);
        let lang = if used == visit.language { "" } else { used.tag() };
        Self { text: visit.local(text).to_owned(), lang }
    }

    /// The first sentence or 200 characters, for lists.
    pub(crate) fn short(mut self) -> Self {
        let limit = self.text.char_indices().nth(200).map_or(self.text.len(), |(at, _)| at);
        if limit < self.text.len() {
            let cut = self.text[..limit].rfind(' ').unwrap_or(limit);
            self.text.truncate(cut);
            self.text.push('…');
        }
        self
    }
}

/// A period in words: from a day, until a day, or both.
pub(crate) fn period(visit: &Visit, from: Option<Date>, until: Option<Date>) -> String {
    match (from, until) {
        (None, None) => visit.t("metadata-period-always"),
        (Some(from), None) => visit.t_with("metadata-period-since", &[("from", visit.date(from).into())]),
        (None, Some(until)) => visit.t_with("metadata-period-until", &[("until", visit.date(until).into())]),
        (Some(from), Some(until)) => visit.t_with(
            "metadata-period-between",
            &[("from", visit.date(from).into()), ("until", visit.date(until).into())],
        ),
    }
}

/// An interval in words; empty when it is open.
pub(crate) fn bounds(visit: &Visit, bounds: &Bounds) -> String {
    let show = |bound: &Bound| match bound {
        Bound::Number(n) if visit.language != Language::En => n.replace('.', ","),
        Bound::Date(date) => visit.date(*date),
        other => other.to_string(),
    };
    match (&bounds.low, &bounds.high) {
        (None, None) => String::new(),
        (Some(low), None) => visit.t_with("metadata-range-from", &[("low", show(low).into())]),
        (None, Some(high)) => visit.t_with("metadata-range-to", &[("high", show(high).into())]),
        (Some(low), Some(high)) => {
            visit.t_with("metadata-range-between", &[("low", show(low).into()), ("high", show(high).into())])
        }
    }
}

/// The way down to a source's or a dataset's page.
pub(crate) fn crumbs(visit: &Visit, source: Option<&DataSource>, dataset: Option<&Dataset>) -> Vec<Link> {
    let mut links = vec![Link::new("/katalog", visit.t("metadata-catalogue"))];
    links.extend(source.map(|s| Link::new(format!("/katalog/{}", s.path), visit.local(&s.name))));
    links.extend(dataset.map(|d| Link::new(format!("/katalog/{}", d.path), visit.local(&d.name))));
    links
}
