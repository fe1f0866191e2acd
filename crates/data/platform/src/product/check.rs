//! Whether a declaration can be made of its sources: everything that is wrong, each with its place. The
//! engine's own questions are asked of the columns that the catalogue describes, so that what stands here is
//! what building would find.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, OrganisationId};
use varde_permit::{Cohort, DesignFlaw, Granularity, PermittedVariable, design_flaws};

use super::{Declaration, DeclaredColumn};
use crate::engine::{
    Schema,
    extract::{Asked, CompileError},
};

/// What the catalogue knows of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Its columns as a release has them.
    pub schema: Schema,
    /// Who answers for it.
    pub holder: Option<OrganisationId>,
}

/// One thing that is wrong with a declaration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaw {
    /// Where: `columns[2].variable`, or line and column of a text that cannot be read.
    pub place: String,
    /// What.
    pub kind: FlawKind,
    /// What it is about: a path, a name, the reader's own words.
    pub about: String,
}

impl Flaw {
    pub(crate) fn new(place: impl Into<String>, kind: FlawKind, about: impl fmt::Display) -> Self {
        Self { place: place.into(), kind, about: about.to_string() }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind.said())?;
        if self.about.is_empty() { Ok(()) } else { write!(f, " ({})", self.about) }
    }
}

macro_rules! flaws {
    ($($(#[$doc:meta])* $kind:ident $name:literal $said:literal,)+) => {
        /// What can be wrong with a declaration.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FlawKind {
            $($(#[$doc])* $kind,)+
        }

        impl FlawKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)+];

            /// The name in JSON and, after `product-flaw-`, in the locale files.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)+ }
            }

            /// What to do, for whoever reads logs and the command line.
            pub const fn said(self) -> &'static str {
                match self { $(Self::$kind => $said,)+ }
            }
        }
    };
}

flaws! {
    /// The text is no declaration.
    Unreadable "unreadable" "this is not a declaration: look at this line and character",
    /// The text is too long.
    TooLong "too_long" "the declaration is longer than is read",
    /// The path is not that of a dataset.
    NotADataset "not_a_dataset" "a product is called source/dataset",
    /// It has no name for people.
    NoName "no_name" "give it a name in bokmål",
    /// The period ends before it begins.
    Period "period" "the period ends before it begins",
    /// No source is named.
    NoSources "no_sources" "name at least one dataset that it is made of",
    /// The catalogue has no such dataset.
    UnknownSource "unknown_source" "the catalogue has no such dataset",
    /// A source is named twice.
    SourceTwice "source_twice" "the dataset is named twice",
    /// A source that nothing is made of.
    UnusedSource "unused_source" "nothing is made of this dataset: leave it out",
    /// It would be made of itself.
    OwnSource "own_source" "a product cannot be made of itself, nor of what is made of it",
    /// Nobody is known to answer for a source.
    NoHolder "no_holder" "the catalogue does not say who answers for this dataset",
    /// There is nothing in it.
    NoColumns "no_columns" "a product has at least one column",
    /// A name that cannot be a column's.
    ColumnName "column_name" "a column's name can have a–z, 0–9 and _, and not be one that Varde uses itself",
    /// A name that two columns have.
    ColumnTwice "column_twice" "two columns have this name",
    /// A name within the measure.
    MeasureName "measure_name" "the column has a name already: leave out the measure's",
    /// A dataset that is not among the sources.
    NotASource "not_a_source" "its dataset is not among the sources",
    /// A variable that the dataset does not have.
    UnknownVariable "unknown_variable" "the dataset has no such variable, or it is a direct identifier",
    /// Values that cannot be made so.
    Granularity "granularity" "values of this kind cannot be made like that",
    /// Moved dates.
    Shifted "shifted" "dates are moved by a project's key, and a product has no project: choose month or year",
    /// Days from an index date that there is none of.
    Relative "relative" "days are counted from an index date: choose one",
    /// Rows that have no date.
    NoDates "no_dates" "the dataset does not say when its rows happened",
    /// Codes in a variable without codes.
    NoCodes "no_codes" "codes are looked for there, but it holds none",
    /// A list that is empty.
    Empty "empty" "a list of codes, places or rules is empty",
    /// An impossible number of events.
    Events "events" "ask for 1 to 1000 events of each person",
    /// Ages the wrong way round.
    Ages "ages" "the ages end before they begin",
    /// Not a place.
    Areas "areas" "a place is a municipality of four digits or a county of two",
    /// An attribute or a window without an index date.
    NeedsIndex "needs_index" "this is asked about the index date: choose one",
    /// A window the wrong way round.
    Window "window" "the window ends before it begins",
    /// Codes in another dataset.
    HavingElsewhere "having_elsewhere" "the codes of its rows are looked for in another dataset",
    /// Rows of two sources.
    RowsOfTwo "rows_of_two" "a product has the rows of one dataset: make a figure of the other's",
    /// Rows chosen in two ways.
    RowsDiffer "rows_differ" "the rows of a dataset are taken once: give these columns the same window and codes",
    /// A variable's rows twice.
    RowsTwice "rows_twice" "the rows of this variable are taken already",
    /// The date of rows is not a column of dates.
    EventDate "event_date" "the date of its rows must be one of its columns, and hold dates",
}

impl Declaration {
    /// Everything that is wrong; nothing when it can be made. `known` are those of its sources that the
    /// catalogue has.
    pub fn flaws(&self, known: &[Known]) -> Vec<Flaw> {
        let mut flaws = self.head();
        flaws.extend(self.of_sources(known));
        let schemas: Vec<&Schema> =
            known.iter().map(|one| &one.schema).filter(|schema| self.sources.contains(&schema.dataset)).collect();
        flaws.extend(self.of_rules(&schemas));
        let mut names = BTreeSet::new();
        for (at, column) in self.columns.iter().enumerate() {
            flaws.extend(self.of_column(at, column, &schemas));
            if !names.insert(&column.name) {
                flaws.push(Flaw::new(format!("columns[{at}].name"), FlawKind::ColumnTwice, &column.name));
            }
        }
        flaws.extend(self.of_rows());
        flaws.extend(self.of_event_date(&schemas));
        flaws
    }

    fn head(&self) -> Vec<Flaw> {
        let checks = [
            (self.dataset.parts().count() != 2, "dataset", FlawKind::NotADataset, self.dataset.to_string()),
            (self.name.nb.trim().is_empty(), "name.nb", FlawKind::NoName, String::new()),
            (
                self.period.until.is_some_and(|until| until < self.period.from),
                "period",
                FlawKind::Period,
                String::new(),
            ),
            (self.sources.is_empty(), "sources", FlawKind::NoSources, String::new()),
            (self.columns.is_empty(), "columns", FlawKind::NoColumns, String::new()),
        ];
        let wrong = checks.into_iter().filter(|(wrong, ..)| *wrong);
        wrong.map(|(_, place, kind, about)| Flaw::new(place, kind, about)).collect()
    }

    fn of_sources(&self, known: &[Known]) -> Vec<Flaw> {
        let used: BTreeSet<CataloguePath> = self.used().iter().filter_map(CataloguePath::parent).collect();
        let mut flaws = Vec::new();
        for (at, source) in self.sources.iter().enumerate() {
            let found = known.iter().find(|one| one.schema.dataset == *source);
            let kind = match found {
                _ if *source == self.dataset => FlawKind::OwnSource,
                _ if self.sources[..at].contains(source) => FlawKind::SourceTwice,
                None => FlawKind::UnknownSource,
                Some(one) if one.holder.is_none() => FlawKind::NoHolder,
                Some(_) if !used.contains(source) => FlawKind::UnusedSource,
                Some(_) => continue,
            };
            flaws.push(Flaw::new(format!("sources[{at}]"), kind, source));
        }
        flaws
    }

    /// Every variable that it names.
    fn used(&self) -> Vec<CataloguePath> {
        let lineage = self.lineage(0);
        lineage.columns.into_iter().flat_map(|column| column.of).chain(lineage.chosen_by).collect()
    }

    /// The population's rule and the index date.
    fn of_rules(&self, schemas: &[&Schema]) -> Vec<Flaw> {
        let design = self.design();
        let ask = |cohort: &Cohort| Asked { cohort, design: &design, variables: &[] }.errors(schemas);
        let of_index = ask(&Cohort::Everyone);
        let mut of_population = ask(&self.population);
        for error in &of_index {
            // What is wrong with the index date is found both times.
            if let Some(at) = of_population.iter().position(|other| other == error) {
                of_population.remove(at);
            }
        }
        let told = |place: &'static str| move |error: CompileError| self.told(place.to_owned(), &error);
        of_index
            .into_iter()
            .filter_map(told("index"))
            .chain(of_population.into_iter().filter_map(told("population")))
            .collect()
    }

    fn of_column(&self, at: usize, column: &DeclaredColumn, schemas: &[&Schema]) -> Vec<Flaw> {
        let place = |part: &str| format!("columns[{at}].{part}");
        let (design, asked) = (self.design(), [column.asked()]);
        let mut flaws = Vec::new();
        if self.dataset.join(&column.name).is_err() || RESERVED.contains(&column.name.as_str()) {
            flaws.push(Flaw::new(place("name"), FlawKind::ColumnName, &column.name));
        }
        if column.measure.name.is_some() {
            flaws.push(Flaw::new(place("measure.name"), FlawKind::MeasureName, ""));
        }
        match column.granularity {
            Granularity::Shifted(_) => flaws.push(Flaw::new(place("granularity"), FlawKind::Shifted, "")),
            Granularity::RelativeDays if self.index.is_none() => {
                flaws.push(Flaw::new(place("granularity"), FlawKind::Relative, ""));
            }
            _ => {}
        }
        let alone = |variables: &[PermittedVariable]| {
            Asked { cohort: &Cohort::Everyone, design: &design, variables }.errors(schemas)
        };
        // What is wrong with the index date is told as such.
        let of_index = alone(&[]);
        let found = alone(&asked).into_iter().filter(|error| !of_index.contains(error));
        flaws.extend(found.filter_map(|error| self.told(place(part_of(&error)), &error)));
        flaws
    }

    /// What is wrong with columns together.
    fn of_rows(&self) -> Vec<Flaw> {
        let rows = || self.columns.iter().enumerate().filter(|(_, column)| column.measure.aggregate.is_none());
        let mut flaws = Vec::new();
        let first = rows().next().and_then(|(_, column)| column.variable.parent());
        for (at, column) in rows().filter(|(_, column)| column.variable.parent() != first) {
            flaws.push(Flaw::new(format!("columns[{at}].variable"), FlawKind::RowsOfTwo, &column.variable));
        }
        let variables: Vec<PermittedVariable> = rows().map(|(_, column)| column.asked()).collect();
        for flaw in design_flaws(&Cohort::Everyone, &self.design(), &variables) {
            let (path, kind, part) = match flaw {
                DesignFlaw::RowsDiffer(path) => (path, FlawKind::RowsDiffer, "measure"),
                DesignFlaw::Twice(path) => (path, FlawKind::RowsTwice, "variable"),
                _ => continue,
            };
            // The last of them is the one that is too many, or another than those before.
            let at = rows().rfind(|(_, column)| column.variable == path).map_or(0, |(at, _)| at);
            flaws.push(Flaw::new(format!("columns[{at}].{part}"), kind, path));
        }
        flaws
    }

    fn of_event_date(&self, schemas: &[&Schema]) -> Option<Flaw> {
        let name = self.event_date.as_ref()?;
        let declared = self.columns.iter().any(|column| column.name == *name);
        // Of columns that cannot be made their own flaws are told.
        let good = declared && self.schema(schemas).is_none_or(|schema| is_date(&schema, name));
        (!good).then(|| Flaw::new("event_date", FlawKind::EventDate, name))
    }

    /// An error of the engine in our words; nothing for what is told otherwise.
    fn told(&self, place: String, error: &CompileError) -> Option<Flaw> {
        let missing = |path: &CataloguePath| {
            let named = path.parent().is_some_and(|dataset| self.sources.contains(&dataset));
            // A source that the catalogue does not have is told as such.
            (!named).then_some(FlawKind::NotASource)
        };
        let (kind, about) = match error {
            CompileError::NoRelease(path) => (missing(path)?, path.to_string()),
            CompileError::NoColumn(path) => (FlawKind::UnknownVariable, path.to_string()),
            CompileError::Granularity { variable, kind, .. } => {
                (FlawKind::Granularity, format!("{variable}: {}", kind.name()))
            }
            CompileError::NoDates(path) => (FlawKind::NoDates, path.to_string()),
            CompileError::NoCodes(path) => (FlawKind::NoCodes, path.to_string()),
            CompileError::Design(flaw) => design(flaw)?,
            CompileError::NoVariables | CompileError::Exceeds(_) => return None,
        };
        Some(Flaw::new(place, kind, about))
    }
}

/// Columns that releases and deliveries have by themselves.
const RESERVED: [&str; 4] = ["person_index", "pseudonym", "role", "index_date"];

fn is_date(schema: &Schema, name: &str) -> bool {
    schema.column(name).is_some_and(|column| column.kind.is_temporal())
}

/// The part of a column that an error is about.
fn part_of(error: &CompileError) -> &'static str {
    match error {
        CompileError::Granularity { .. } => "granularity",
        CompileError::NoDates(_) | CompileError::NoCodes(_) | CompileError::Design(_) => "measure",
        _ => "variable",
    }
}

fn design(flaw: &DesignFlaw) -> Option<(FlawKind, String)> {
    let nothing = String::new;
    Some(match flaw {
        DesignFlaw::EmptyRule => (FlawKind::Empty, nothing()),
        DesignFlaw::HavingNothing(path) => (FlawKind::Empty, path.to_string()),
        DesignFlaw::Events(path) => (FlawKind::Events, path.to_string()),
        DesignFlaw::Ages => (FlawKind::Ages, nothing()),
        DesignFlaw::Areas => (FlawKind::Areas, nothing()),
        DesignFlaw::AttributeWithoutIndex => (FlawKind::NeedsIndex, nothing()),
        DesignFlaw::WindowWithoutIndex(path) => (FlawKind::NeedsIndex, path.to_string()),
        DesignFlaw::Window(path) => (FlawKind::Window, path.to_string()),
        DesignFlaw::HavingElsewhere(path) => (FlawKind::HavingElsewhere, path.to_string()),
        // Told by the column's own name, by what columns are together, or not to be had here.
        _ => return None,
    })
}
