//! What a source hands in, and the checks that need no database.

use jiff::civil::Date;
use varde_core::{Period, PersonId, identifier::NationalNumber};

use super::{AddressProtection, Dated, Gender, Municipality, RelationKind, Status};

/// All that a source knows of one person, with history: what is handed in again replaces what was
/// known before, which stays readable as at then.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonRecord {
    /// The id to give the person when they are new, for worlds made from a seed; otherwise one is
    /// made. A known person keeps the id they have.
    pub id: Option<PersonId>,
    /// National numbers, the earlier ones with an end. At least one.
    pub numbers: Vec<Dated<NationalNumber>>,
    /// Full names, given names first.
    pub names: Vec<Dated<String>>,
    /// Registered birth dates (a correction is a new record, not a second value).
    pub birth_date: Option<Date>,
    /// Registered genders.
    pub genders: Vec<Dated<Gender>>,
    /// Where they lived when.
    pub residences: Vec<Dated<Municipality>>,
    /// Address protection; days without any are unclassified.
    pub protections: Vec<Dated<AddressProtection>>,
    /// Statuses.
    pub statuses: Vec<Dated<Status>>,
    /// When they died.
    pub death_date: Option<Date>,
}

/// What somebody is to a person: "`related` is `kind` of `person`".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationRecord {
    /// The person.
    pub person: PersonId,
    /// What the other one is to them.
    pub kind: RelationKind,
    /// The other one.
    pub related: PersonId,
    /// When.
    pub valid: Period,
}

/// Why a record cannot be taken in. Never repeats a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No national number at all.
    #[error("the person has no national number")]
    NoNumber,
    /// A period that ends before it begins.
    #[error("a period of {0} ends before it begins")]
    Backwards(&'static str),
    /// Two values of a field on the same day.
    #[error("two periods of {0} overlap")]
    Overlap(&'static str),
    /// A name that is empty or longer than 300 characters.
    #[error("a name is empty or longer than 300 characters")]
    Name,
    /// The same number, or the same proposed id, twice in the batch.
    #[error("the batch has this person twice")]
    Twice,
    /// The record's numbers belong to two persons in the register.
    #[error("the numbers belong to two different persons in the register: merge them at the source first")]
    TwoPersons,
    /// The proposed id belongs to another person.
    #[error("the proposed id belongs to another person")]
    OtherIdentity,
    /// A person that the register does not know.
    #[error("the register does not know the person")]
    UnknownPerson,
    /// A person related to themselves, or a unit that is its own main unit.
    #[error("it refers to itself")]
    Itself,
    /// A main unit that neither the register nor the batch before it has.
    #[error("the main unit is not known: hand in main units before their sub units")]
    UnknownParent,
    /// A number of health personnel with no qualification.
    #[error("there is no qualification")]
    NoQualification,
    /// An authorisation of a kind that is not in the list.
    #[error("the code of an authorisation must be one of 1, 2, 3, 4, 14, 17 and 18 (code system 7704)")]
    AuthorisationKind,
    /// A code that is none.
    #[error("a code has letters a–z and digits, at most 20")]
    Code,
    /// A speciality or a right to requisition without a name.
    #[error("a speciality or a right to requisition needs a name, of at most 300 characters")]
    QualificationName,
}

impl Fault {
    /// The field of the record it is about.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::NoNumber | Self::Twice | Self::TwoPersons => "numbers",
            Self::Backwards(field) | Self::Overlap(field) => field,
            Self::Name => "names",
            Self::OtherIdentity => "id",
            Self::UnknownPerson | Self::Itself => "person",
            Self::UnknownParent => "parent",
            Self::NoQualification => "qualifications",
            Self::AuthorisationKind | Self::Code => "code",
            Self::QualificationName => "name",
        }
    }

    /// The key of the text.
    pub const fn message(&self) -> &'static str {
        match self {
            Self::NoNumber => "basedata-fault-no-number",
            Self::Backwards(_) => "basedata-fault-backwards",
            Self::Overlap(_) => "basedata-fault-overlap",
            Self::Name => "basedata-fault-name",
            Self::Twice => "basedata-fault-twice",
            Self::TwoPersons => "basedata-fault-two-persons",
            Self::OtherIdentity => "basedata-fault-other-identity",
            Self::UnknownPerson => "basedata-fault-unknown-person",
            Self::Itself => "basedata-fault-itself",
            Self::UnknownParent => "basedata-fault-unknown-parent",
            Self::NoQualification => "basedata-fault-no-qualification",
            Self::AuthorisationKind => "basedata-fault-authorisation-kind",
            Self::Code => "basedata-fault-code",
            Self::QualificationName => "basedata-fault-qualification-name",
        }
    }
}

impl PersonRecord {
    /// Whether the record holds together in itself.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check(&self) -> Result<(), Fault> {
        if self.numbers.is_empty() {
            return Err(Fault::NoNumber);
        }
        if self.names.iter().any(|n| !proper_name(&n.value)) {
            return Err(Fault::Name);
        }
        // A help number may be in use beside a D-number: only backwards is wrong with numbers.
        forwards("numbers", periods(&self.numbers))?;
        one_at_a_time("names", periods(&self.names))?;
        one_at_a_time("genders", periods(&self.genders))?;
        one_at_a_time("residences", periods(&self.residences))?;
        one_at_a_time("protections", periods(&self.protections))?;
        one_at_a_time("statuses", periods(&self.statuses))
    }
}

/// Whether a name can be shown: not blank, at most 300 characters.
pub(crate) fn proper_name(name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= 300
}

pub(crate) fn periods<T>(values: &[Dated<T>]) -> Vec<Period> {
    values.iter().map(|v| v.valid).collect()
}

pub(crate) fn forwards(field: &'static str, periods: Vec<Period>) -> Result<Vec<Period>, Fault> {
    let backwards = periods.iter().any(|p| p.until.is_some_and(|until| until < p.from));
    if backwards { Err(Fault::Backwards(field)) } else { Ok(periods) }
}

/// A field of which a person has one value a day.
pub(crate) fn one_at_a_time(field: &'static str, periods: Vec<Period>) -> Result<(), Fault> {
    let mut periods = forwards(field, periods)?;
    periods.sort_by_key(|p| p.from);
    let meets = |pair: &[Period]| pair[0].contains(pair[1].from);
    if periods.windows(2).any(meets) { Err(Fault::Overlap(field)) } else { Ok(()) }
}

/// One period that must not end before it begins.
pub(crate) fn periods_forward(field: &'static str, period: Period) -> Result<(), Fault> {
    forwards(field, vec![period]).map(drop)
}
