//! Editions: one dated version of a code system, map or value set, and its way to publication.
//!
//! Two times are kept apart. `version` and `valid` say for which time the content holds: ICD-10 for
//! 2017. `revision` and `status` say which text of that version counts now: a corrected file is a
//! new revision of the same version, and supersedes the one before when it is published.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use varde_core::{Digest, OrganisationId, Period, PersonId, define_id};

use super::{CodeSystem, ConceptMap, Head, Key, ValueSet, Wording};
use crate::import::Remark;

define_id!(
    /// An edition: one revision of one version.
    EditionId
);

/// What an edition is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A code system.
    CodeSystem,
    /// A map from one code system to another.
    ConceptMap,
    /// A value set.
    ValueSet,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::CodeSystem, Self::ConceptMap, Self::ValueSet];

    /// The name in the database, entries and texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CodeSystem => "code_system",
            Self::ConceptMap => "concept_map",
            Self::ValueSet => "value_set",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How far an edition has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Imported, and waiting for somebody else to look at it.
    Draft,
    /// In force for its version.
    Published,
    /// Was in force, until a corrected revision took over.
    Superseded,
    /// Never came into force: closed, or replaced by a newer draft.
    Closed,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Published, Self::Superseded, Self::Closed];

    /// The name in the database and texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Superseded => "superseded",
            Self::Closed => "closed",
        }
    }

    /// The status of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// FHIR's publication status.
    pub const fn fhir(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "active",
            Self::Superseded | Self::Closed => "retired",
        }
    }
}

/// What an edition is about, without the concepts or mappings in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "subject", rename_all = "snake_case")]
pub enum Subject {
    /// A code system.
    CodeSystem(CodeSystem),
    /// A map.
    ConceptMap(ConceptMap),
    /// A value set, rules and all.
    ValueSet(ValueSet),
}

impl Subject {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::CodeSystem(_) => Kind::CodeSystem,
            Self::ConceptMap(_) => Kind::ConceptMap,
            Self::ValueSet(_) => Kind::ValueSet,
        }
    }

    /// What it says about itself.
    pub fn head(&self) -> &Head {
        match self {
            Self::CodeSystem(system) => &system.head,
            Self::ConceptMap(map) => &map.head,
            Self::ValueSet(set) => &set.head,
        }
    }

    fn head_mut(&mut self) -> &mut Head {
        match self {
            Self::CodeSystem(system) => &mut system.head,
            Self::ConceptMap(map) => &mut map.head,
            Self::ValueSet(set) => &mut set.head,
        }
    }

    /// Its key.
    pub fn key(&self) -> &Key {
        &self.head().key
    }

    /// Its canonical address.
    pub fn url(&self) -> &str {
        &self.head().url
    }

    /// What it is called.
    pub fn title(&self) -> &Wording {
        &self.head().title
    }

    /// The organisation that answers for it here.
    pub fn owner(&self) -> Option<OrganisationId> {
        self.head().owner
    }

    /// The same with another owner.
    #[must_use]
    pub fn owned_by(mut self, owner: Option<OrganisationId>) -> Self {
        self.head_mut().owner = owner;
        self
    }
}

/// An edition without the concepts or mappings in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Edition {
    /// Its id.
    pub id: EditionId,
    /// What it is about.
    pub subject: Subject,
    /// Its version: a year, a date, a number, as the owner counts.
    pub version: String,
    /// Which text of that version, from 1.
    pub revision: i32,
    /// How far it has come.
    pub status: Status,
    /// For which days its content holds.
    pub valid: Period,
    /// SHA-256 of the canonical JSON of subject, version, period and content.
    pub digest: Digest,
    /// How many concepts or mappings it has; 0 for a value set.
    pub size: usize,
    /// What it came from: `sas`, `csv`, `icpc2b`, `fhir`.
    pub origin: String,
    /// Why it was taken in although it loses many codes.
    pub loss_reason: Option<String>,
    /// What was worth a look in the file it came from.
    pub remarks: Vec<Remark>,
    /// The persons who brought it here.
    pub involved: Vec<PersonId>,
    /// When it was taken in.
    pub imported_at: Timestamp,
    /// When it came into force.
    pub published_at: Option<Timestamp>,
    /// When it ceased to be in force, or was closed.
    pub closed_at: Option<Timestamp>,
}

impl Edition {
    /// The code system it is an edition of.
    pub fn system(&self) -> Option<&CodeSystem> {
        match &self.subject {
            Subject::CodeSystem(system) => Some(system),
            _ => None,
        }
    }

    /// Address and version as one canonical reference: `http://example.org/cs|2017`.
    pub fn canonical(&self) -> String {
        format!("{}|{}", self.subject.url(), self.version)
    }
}

/// The edition that holds on a day: of the published ones whose period has the day, the one that
/// began last; where none has it, the published one that began last before it, and else the first.
/// An owner who gives every year a period of its own and is late with the next one still has a
/// newest edition.
pub fn current<'a>(editions: impl IntoIterator<Item = &'a Edition>, day: Date) -> Option<&'a Edition> {
    let published = editions.into_iter().filter(|e| e.status == Status::Published);
    published.max_by_key(|e| {
        let begun = e.valid.from <= day;
        (e.valid.contains(day), begun, if begun { e.valid.from } else { Date::MIN }, e.revision)
    })
}

/// What a new edition is compared with: the text of the same version that is in force, or else the
/// one that began last before it. Editions in force come before drafts; closed ones never count.
pub fn predecessor<'a>(
    editions: impl IntoIterator<Item = &'a Edition>,
    version: &str,
    from: Date,
) -> Option<&'a Edition> {
    let candidates = editions.into_iter().filter(|e| match e.status {
        Status::Published => e.version == version || e.valid.from <= from,
        Status::Draft => e.version != version && e.valid.from < from,
        Status::Superseded | Status::Closed => false,
    });
    candidates.max_by_key(|e| (e.version == version, e.valid.from, e.status == Status::Published, e.revision))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn edition(version: &str, valid: Period, status: Status) -> Edition {
        Edition {
            id: EditionId::from_uuid(uuid::Uuid::nil()),
            subject: Subject::ValueSet(ValueSet::new("a".parse().unwrap(), "urn:a", Wording::nb("a"))),
            version: version.to_owned(),
            revision: 1,
            status,
            valid,
            digest: Digest::of(b""),
            size: 0,
            origin: String::new(),
            loss_reason: None,
            remarks: Vec::new(),
            involved: Vec::new(),
            imported_at: Timestamp::UNIX_EPOCH,
            published_at: None,
            closed_at: None,
        }
    }

    #[test]
    fn the_edition_of_a_day_is_the_last_that_began() {
        let year = |y: i16| Period::new(date(y, 1, 1), date(y, 12, 31)).unwrap();
        let all = [
            edition("2015", year(2015), Status::Published),
            edition("2016", year(2016), Status::Published),
            edition("2017", Period::since(date(2017, 1, 1)), Status::Draft),
        ];
        let on = |day| current(&all, day).map(|e| e.version.as_str());
        assert_eq!(on(date(2015, 6, 1)), Some("2015"));
        assert_eq!(on(date(2016, 1, 1)), Some("2016"));
        // Nobody has published the next one: the newest still counts.
        assert_eq!(on(date(2019, 1, 1)), Some("2016"));
        assert!(on(date(2010, 1, 1)).is_some());
        assert_eq!(current(&all[2..], date(2018, 1, 1)), None);
    }

    #[test]
    fn a_new_edition_is_compared_with_the_one_before_it() {
        let all = [
            edition("2015", Period::since(date(2015, 1, 1)), Status::Published),
            edition("2016", Period::since(date(2016, 1, 1)), Status::Draft),
            edition("2017", Period::since(date(2017, 1, 1)), Status::Closed),
        ];
        let before = |version: &str, from| predecessor(&all, version, from).map(|e| e.version.as_str());
        assert_eq!(before("2018", date(2018, 1, 1)), Some("2016"));
        assert_eq!(before("2016", date(2016, 1, 1)), Some("2015"));
        assert_eq!(before("2015", date(2015, 1, 1)), Some("2015"), "a correction is compared with what it corrects");
        assert_eq!(before("2014", date(2014, 1, 1)), None);
    }
}
