//! The columns of the hits: which there are, which are chosen, and what stands in them. The choice is in
//! the address and remembered nowhere else.

use std::collections::HashMap;

use varde_core::CataloguePath;
use varde_web::{Form, Visit};

use super::{super::text::period, turned_to};
use crate::{LARGEST_PAGE, PAGE_SIZE, SearchHit, SearchSort, VariableDescription};

/// The name in the address of what the columns are.
pub(super) const PARAMETER: &str = "kol";
/// The sizes of a page that are offered.
const SIZES: [i64; 3] = [PAGE_SIZE, 50, LARGEST_PAGE];

/// A column beside the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Description,
    Place,
    Path,
    Type,
    Collected,
    Unit,
    CodeSystem,
    Codes,
    Identification,
    LegalBasis,
}

impl Column {
    const ALL: [Self; 10] = [
        Self::Description,
        Self::Place,
        Self::Path,
        Self::Type,
        Self::Collected,
        Self::Unit,
        Self::CodeSystem,
        Self::Codes,
        Self::Identification,
        Self::LegalBasis,
    ];
    /// Those shown when nothing is chosen.
    const USUAL: [Self; 3] = [Self::Description, Self::Place, Self::Type];

    /// The value in the address, and the key of its heading.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Description => ("beskrivelse", "metadata-column-description"),
            Self::Place => ("sted", "metadata-column-place"),
            Self::Path => ("sti", "metadata-column-path"),
            Self::Type => ("type", "metadata-column-type"),
            Self::Collected => ("periode", "metadata-fact-collected"),
            Self::Unit => ("enhet", "metadata-fact-unit"),
            Self::CodeSystem => ("kodeverk", "metadata-fact-code-system"),
            Self::Codes => ("koder", "metadata-column-codes"),
            Self::Identification => ("identifisering", "metadata-fact-identification"),
            Self::LegalBasis => ("hjemmel", "metadata-fact-legal-basis"),
        }
    }

    /// Whether it takes more than what comes with a hit.
    fn asks_more(self) -> bool {
        !matches!(self, Self::Description | Self::Place | Self::Path | Self::Type)
    }

    /// The order that goes by it.
    fn sort(self) -> Option<SearchSort> {
        (self == Self::Place).then_some(SearchSort::Place)
    }
}

/// The columns that the form asks for. It always sends `navn` along, which is always there, so that no other
/// column is a choice too.
pub(super) fn chosen(form: &Form) -> Vec<Column> {
    let asked = form.all(PARAMETER);
    let known = Column::ALL.into_iter();
    if asked.is_empty() {
        return Column::USUAL.to_vec();
    }
    known.filter(|column| asked.iter().any(|value| value == column.names().0)).collect()
}

/// Whether a page with these columns takes more than what comes with the hits.
pub(super) fn ask_more(columns: &[Column]) -> bool {
    columns.iter().any(|column| column.asks_more())
}

/// A heading of the table.
pub(super) struct Heading {
    pub(super) text: String,
    /// The address of the view ordered by it.
    pub(super) href: Option<String>,
    /// Whether the view is ordered by it.
    pub(super) ordered: bool,
}

/// The name's heading, and those of the columns that stand beside it.
pub(super) fn headings(visit: &Visit, form: &Form, columns: &[Column], sort: SearchSort) -> Vec<Heading> {
    let heading = |text: &str, by: Option<SearchSort>| Heading {
        text: visit.t(text),
        href: by.map(|by| turned_to(form, "sorter", super::sort_value(by))),
        ordered: by == Some(sort),
    };
    let name = heading("metadata-column-found", Some(SearchSort::Name));
    let beside = beside(columns).map(|column| heading(column.names().1, column.sort()));
    std::iter::once(name).chain(beside).collect()
}

/// The columns with a cell of their own: the description stands below the name.
fn beside(columns: &[Column]) -> impl Iterator<Item = Column> + '_ {
    columns.iter().copied().filter(|column| *column != Column::Description)
}

/// A cell: the heading for narrow screens, what stands in it, whether it is written as code.
pub(super) struct Cell {
    pub(super) heading: String,
    pub(super) text: String,
    pub(super) code: bool,
}

/// What stands beside a hit's name.
pub(super) fn cells(
    visit: &Visit,
    columns: &[Column],
    hit: &SearchHit,
    more: &HashMap<CataloguePath, VariableDescription>,
) -> Vec<Cell> {
    let described = more.get(&hit.found.path);
    let cell = |column: Column| Cell {
        heading: visit.t(column.names().1),
        text: text(visit, column, hit, described),
        code: matches!(column, Column::Path | Column::Unit | Column::CodeSystem),
    };
    beside(columns).map(cell).collect()
}

fn text(visit: &Visit, column: Column, hit: &SearchHit, described: Option<&VariableDescription>) -> String {
    let found = &hit.found;
    let known =
        |tell: fn(&Visit, &VariableDescription) -> String| described.map(|d| tell(visit, d)).unwrap_or_default();
    match column {
        Column::Description => String::new(),
        Column::Place => found.place.iter().map(|name| visit.local(name)).collect::<Vec<_>>().join(" › "),
        Column::Path => found.path.to_string(),
        Column::Type => found.data_type.map(|t| visit.t_of("metadata-type", t.name())).unwrap_or_default(),
        Column::Collected => known(|visit, d| period(visit, Some(d.valid.from), d.valid.until)),
        Column::Unit => known(|_, d| d.unit.clone().unwrap_or_default()),
        Column::CodeSystem => known(|_, d| d.code_system.clone().unwrap_or_default()),
        Column::Codes => known(|visit, d| match i64::try_from(d.codes.len()).unwrap_or(i64::MAX) {
            0 => String::new(),
            many => visit.number(many),
        }),
        Column::Identification => known(|visit, d| visit.t_of("metadata-identification", d.identification.name())),
        Column::LegalBasis => known(|_, d| d.legal_basis.as_ref().map(ToString::to_string).unwrap_or_default()),
    }
}

/// A column, or a size of the page, to choose.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// All columns.
pub(super) fn choices(visit: &Visit, columns: &[Column]) -> Vec<Choice> {
    let choice = |column: Column| Choice {
        value: column.names().0.to_owned(),
        label: visit.t(column.names().1),
        chosen: columns.contains(&column),
    };
    Column::ALL.into_iter().map(choice).collect()
}

/// The sizes of a page.
pub(super) fn sizes(visit: &Visit, size: i64) -> Vec<Choice> {
    let choice = |n: i64| Choice {
        value: n.to_string(),
        label: visit.t_with("metadata-size", &[("count", n.into())]),
        chosen: n == size,
    };
    SIZES.into_iter().map(choice).collect()
}

/// What the form of the columns carries along: the whole view but for what it asks itself and the page.
pub(super) fn carried(form: &Form) -> Vec<(String, String)> {
    let others =
        form.pairs().filter(|(name, value)| ![PARAMETER, "antall", "side"].contains(name) && !value.is_empty());
    others.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// What the search's own form carries along of the choice of columns.
pub(super) fn kept(form: &Form) -> Vec<(String, String)> {
    let ours = form.pairs().filter(|(name, value)| [PARAMETER, "antall"].contains(name) && !value.is_empty());
    ours.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
