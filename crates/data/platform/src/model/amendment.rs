//! What is left out or put right in every release of a dataset from now on, since a person has asked for
//! it and was right (GDPR art. 16 and 17): rows of that person, told apart by what stands in them.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, LegalBasis, OrganisationId};

use crate::import::{Layout, Reason, Value, read_cell};

varde_core::define_id!(
    /// An amendment.
    AmendmentId
);

/// What is done to the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmendmentKind {
    /// They are left out (GDPR art. 17).
    Deletion,
    /// A value is put right (GDPR art. 16).
    Correction,
}

impl AmendmentKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Deletion, Self::Correction];

    /// The name in the database and, after `platform-amendment-`, in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deletion => "deletion",
            Self::Correction => "correction",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The article it usually rests on.
    pub const fn article(self) -> &'static str {
        match self {
            Self::Deletion => "art. 17",
            Self::Correction => "art. 16",
        }
    }
}

/// Which of the person's rows, and what they shall say. Kept sealed; it does not print.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmendmentContent {
    /// What stands in the rows, by column; none for every row of the person.
    pub rows: BTreeMap<String, String>,
    /// What shall stand there, by column; an empty text for no value. Empty for a deletion.
    pub says: BTreeMap<String, String>,
}

impl std::fmt::Debug for AmendmentContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AmendmentContent({} columns, {} values)", self.rows.len(), self.says.len())
    }
}

/// An amendment as it is registered, without whom it is about and what it says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Amendment {
    /// Its id.
    pub id: AmendmentId,
    /// The dataset.
    pub dataset: CataloguePath,
    /// Who answers for the dataset.
    pub holder: Option<OrganisationId>,
    /// What is done.
    pub kind: AmendmentKind,
    /// What it rests on.
    pub basis: LegalBasis,
    /// When it was entered, UTC.
    pub recorded_at: Timestamp,
    /// When it was withdrawn, UTC.
    pub withdrawn_at: Option<Timestamp>,
    /// The newest release that it was applied to, and how many rows it found there.
    pub found: Option<u64>,
}

/// Why an amendment cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// A column that the dataset does not have.
    #[error("the dataset has no column {0:?}")]
    NoColumn(String),
    /// A value that cannot stand in the column.
    #[error("the value for {column:?} cannot be: {}", reason.name())]
    Value {
        /// The column.
        column: String,
        /// Why not.
        reason: Reason,
    },
    /// A correction that corrects nothing, or a deletion with values.
    #[error("a correction needs the values that the rows shall say, and a deletion has none")]
    Says,
}

/// Cells of a row: the field's place and its value.
type Cells = Vec<(usize, Option<Value>)>;

/// An amendment ready to be applied to rows of a layout.
struct Ready {
    id: AmendmentId,
    kind: AmendmentKind,
    rows: Cells,
    says: Cells,
    found: u64,
}

/// Applies amendments to rows.
#[derive(Default)]
pub(crate) struct Amending {
    by_person: HashMap<u32, Vec<Ready>>,
    /// Rows that were left out.
    pub(crate) deleted: u64,
    /// Rows in which a value was put right.
    pub(crate) corrected: u64,
}

impl Amending {
    /// Adds an amendment of a person's rows.
    pub(crate) fn add(
        &mut self,
        layout: &Layout,
        person: u32,
        (id, kind): (AmendmentId, AmendmentKind),
        content: &AmendmentContent,
    ) -> Result<(), Unfit> {
        if content.says.is_empty() == (kind == AmendmentKind::Correction) {
            return Err(Unfit::Says);
        }
        let cells = |named: &BTreeMap<String, String>| {
            named.iter().map(|(column, text)| cell(layout, column, text)).collect::<Result<Cells, Unfit>>()
        };
        let ready = Ready { id, kind, rows: cells(&content.rows)?, says: cells(&content.says)?, found: 0 };
        self.by_person.entry(person).or_default().push(ready);
        Ok(())
    }

    /// Whether rows of the person may be concerned.
    pub(crate) fn concerns(&self, person: u32) -> bool {
        self.by_person.contains_key(&person)
    }

    /// The row as it shall be; `None` when it is left out. All amendments look at the row as delivered,
    /// so that their order does not matter but for two that put the same value right: the later one holds.
    pub(crate) fn apply(&mut self, person: u32, values: Vec<Option<Value>>) -> Option<Vec<Option<Value>>> {
        let Some(all) = self.by_person.get_mut(&person) else { return Some(values) };
        let mut right = values.clone();
        let mut deleted = false;
        for one in all.iter_mut().filter(|one| one.rows.iter().all(|(at, value)| values[*at] == *value)) {
            one.found += 1;
            deleted |= one.kind == AmendmentKind::Deletion;
            one.says.iter().for_each(|(at, value)| right[*at].clone_from(value));
        }
        if deleted {
            self.deleted += 1;
            return None;
        }
        self.corrected += u64::from(right != values);
        Some(right)
    }

    /// How many rows each has found.
    pub(crate) fn effects(&self) -> Vec<(AmendmentId, u64)> {
        let mut all: Vec<_> = self.by_person.values().flatten().map(|one| (one.id, one.found)).collect();
        all.sort_unstable();
        all
    }
}

fn cell(layout: &Layout, column: &str, text: &str) -> Result<(usize, Option<Value>), Unfit> {
    let at = layout.fields.iter().position(|f| f.column.name == column);
    let at = at.ok_or_else(|| Unfit::NoColumn(column.to_owned()))?;
    let value = read_cell(&layout.fields[at], text);
    value.map(|value| (at, value)).map_err(|reason| Unfit::Value { column: column.to_owned(), reason })
}
