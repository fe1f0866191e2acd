//! What a delivery says of each person besides their rows: what they are in the study, their index date
//! and one figure for each variable that is aggregated; and who is whose control or family.

use std::{path::Path, sync::Arc};

use datafusion::arrow::{
    array::{ArrayRef, RecordBatch, StringArray, UInt32Array},
    compute::take,
    datatypes::DataType,
};
use varde_core::{Language, LocalisedText, id::CataloguePath};
use varde_permit::{Aggregate, ExtractSpec, Granularity};

use super::{
    Order,
    select::{Reading, index_column, with_figures},
};
use crate::{
    CodeLabel, EngineError, Kind,
    aggregate::{self, figures},
    delivery::{Table, Told},
    granularity,
    members::Role,
    pseudonym::Pseudonyms,
};

/// One file about persons.
pub(super) struct Part {
    /// What its columns are.
    pub(super) table: Table,
    /// Its rows, in the order in which they leave.
    pub(super) rows: RecordBatch,
    /// How many of the permit's variables are in it.
    pub(super) variables: u64,
    /// Whether it has one row for everybody in the extract.
    pub(super) everybody: bool,
}

/// The files about persons: none for a need of rows alone.
pub(super) fn parts(order: &Order<'_>, pseudonyms: &Pseudonyms) -> Result<Vec<Part>, EngineError> {
    let spec = order.spec;
    let mut parts = Vec::new();
    if !spec.design.is_simple() || spec.variables.iter().any(|variable| !variable.measure.is_rows()) {
        parts.push(persons(order, pseudonyms)?);
    }
    if spec.design.controls.is_some() || !spec.design.relatives.is_empty() {
        parts.push(links(order, pseudonyms)?);
    }
    Ok(parts)
}

fn persons(order: &Order<'_>, pseudonyms: &Pseudonyms) -> Result<Part, EngineError> {
    let selection = order.selection;
    let reading = Reading {
        spec: order.spec,
        releases: order.releases,
        exclusions: order.exclusions,
        people: &selection.included,
        index: selection.index.as_ref(),
        origins: &selection.origins,
    };
    // Everybody who is in it has a pseudonym, and so a place.
    let mut places: Vec<(u32, u32)> =
        selection.included.iter().zip(0..).filter_map(|(person, at)| Some((pseudonyms.rank(person)?, at))).collect();
    places.sort_unstable();
    let (ranks, order_of): (Vec<u32>, Vec<u32>) = places.into_iter().unzip();
    let roles: StringArray =
        selection.included.iter().map(|person| Some(selection.members.role(person).name())).collect();
    let mut columns = vec![(role(), Arc::new(roles) as ArrayRef)];
    if let Some((column, granularity)) = index_column(&reading)?.zip(order.spec.design.index_as) {
        columns.push((index_date(order.spec, granularity), column));
    }
    let before = columns.len();
    let mut made = figures(&reading, |_, _| true)?.into_iter();
    for (release, variables) in with_figures(order.spec, order.releases) {
        for (variable, (name, column)) in variables.into_iter().zip(made.by_ref()) {
            let of = release.schema().column(variable.variable.name());
            let kind = of.map_or(Kind::Integer, |of| of.kind);
            let data_type = aggregate::delivered(kind, variable);
            let same_values = matches!(
                variable.measure.aggregate,
                Some(Aggregate::First | Aggregate::Last | Aggregate::Min | Aggregate::Max)
            ) && variable.granularity == Granularity::AsIs;
            let told = Told {
                name,
                variable: Some(variable.variable.clone()),
                kind: granularity::kind_of(kind, &data_type),
                data_type,
                granularity: Some(variable.granularity),
                label: figure_label(variable.measure.aggregate, of.map(|of| &of.label)),
                unit: None,
                codes: of.filter(|_| same_values).map(|of| of.codes.clone()).unwrap_or_default(),
            };
            columns.push((told, column));
        }
    }
    let variables = (columns.len() - before) as u64;
    let sorted = UInt32Array::from(order_of);
    let (told, columns): (Vec<Told>, Vec<ArrayRef>) = columns.into_iter().unzip();
    let columns = columns.iter().map(|column| take(column, &sorted, None)).collect::<Result<Vec<_>, _>>()?;
    Ok(Part { variables, everybody: true, ..part("persons", told, columns, pseudonyms.at(&ranks)?)? })
}

fn links(order: &Order<'_>, pseudonyms: &Pseudonyms) -> Result<Part, EngineError> {
    let links = order.selection.members.links.iter();
    let mut rows: Vec<(u32, Role, u32)> =
        links.filter_map(|link| Some((pseudonyms.rank(link.person)?, link.role, pseudonyms.rank(link.of)?))).collect();
    rows.sort_unstable();
    let (mut persons, mut roles, mut of) = (Vec::new(), Vec::new(), Vec::new());
    for (person, role, other) in rows {
        persons.push(person);
        roles.push(Some(role.name()));
        of.push(other);
    }
    let told = vec![role(), of_whom()];
    let columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from(roles)), pseudonyms.at(&of)?];
    part("links", told, columns, pseudonyms.at(&persons)?)
}

fn part(name: &str, told: Vec<Told>, columns: Vec<ArrayRef>, first: ArrayRef) -> Result<Part, EngineError> {
    let dataset = name.parse::<CataloguePath>();
    let dataset = dataset.map_err(|e| EngineError::file(Path::new(name), std::io::Error::other(e)))?;
    let table = Table::with(dataset, told);
    let columns = std::iter::once(first).chain(columns).collect();
    let rows = RecordBatch::try_new(table.arrow(Language::default()), columns)?;
    Ok(Part { table, rows, variables: 0, everybody: false })
}

fn role() -> Told {
    let word = |role: Role| CodeLabel {
        code: role.name().to_owned(),
        label: match role {
            Role::Cohort => LocalisedText::new("I utvalget", "I utvalet", "In the cohort"),
            Role::Control => LocalisedText::new("Kontroll", "Kontroll", "Control"),
            Role::Parent => LocalisedText::new("Forelder", "Forelder", "Parent"),
            Role::Child => LocalisedText::new("Barn", "Barn", "Child"),
            Role::Sibling => LocalisedText::new("Søsken", "Sysken", "Sibling"),
        },
    };
    let label = LocalisedText::new("Hva personen er i studien", "Kva personen er i studien", "The role in the study");
    Told { codes: Role::ALL.map(word).to_vec(), ..text("role", label) }
}

fn of_whom() -> Told {
    let label = LocalisedText::new(
        "Pseudonymet til den i utvalget som personen er kontroll for eller i familie med",
        "Pseudonymet til den i utvalet som personen er kontroll for eller i familie med",
        "The pseudonym of the one in the cohort whose control or family the person is",
    );
    text("of", label)
}

fn index_date(spec: &ExtractSpec, granularity: Granularity) -> Told {
    let data_type = granularity::delivered(Kind::Date, granularity);
    Told {
        variable: spec.design.events().map(|events| events.codes.variable.clone()),
        kind: granularity::kind_of(Kind::Date, &data_type),
        data_type,
        granularity: Some(granularity),
        ..text("index_date", LocalisedText::new("Indeksdato", "Indeksdato", "Index date"))
    }
}

fn text(name: &str, label: LocalisedText) -> Told {
    Told {
        name: name.to_owned(),
        variable: None,
        kind: Kind::Code,
        data_type: DataType::Utf8,
        granularity: None,
        label,
        unit: None,
        codes: Vec::new(),
    }
}

fn figure_label(aggregate: Option<Aggregate>, of: Option<&LocalisedText>) -> LocalisedText {
    let (nb, nn, en) = match aggregate {
        Some(Aggregate::Count) | None => ("Antall", "Talet på", "Number"),
        Some(Aggregate::Any) => ("Finnes", "Finst", "Any"),
        Some(Aggregate::Distinct) => ("Antall ulike", "Talet på ulike", "Number of different"),
        Some(Aggregate::First) => ("Første", "Første", "First"),
        Some(Aggregate::Last) => ("Siste", "Siste", "Last"),
        Some(Aggregate::Sum) => ("Sum", "Sum", "Sum"),
        Some(Aggregate::Min) => ("Minste", "Minste", "Smallest"),
        Some(Aggregate::Max) => ("Største", "Største", "Largest"),
    };
    let of = |language| of.map(|label| label.get(language)).unwrap_or_default();
    let told = |word: &str, language| format!("{word}: {}", of(language));
    LocalisedText::new(told(nb, Language::Nb), told(nn, Language::Nn), told(en, Language::En))
}
