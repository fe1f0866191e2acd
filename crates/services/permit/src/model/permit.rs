//! The permit.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{
    ApplicationId, DecisionId, LegalBasis, LocalisedText, OrganisationId, Period, PermitId, PersonId, Purpose,
    id::CataloguePath,
};

use super::{Cohort, Design, Granularity, Handover, Measure};

/// The law that the permit is issued under; it settles what a later opt-out means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleSet {
    /// Norwegian law: helseregisterloven § 19 a ff. A reservation made after the decision acts on
    /// every extract made later, also under permits already issued.
    Norway,
    /// EHDS article 71: an opt-out acts on permits approved after it; one made after the approval
    /// leaves the extract as it is and is shown to the person as such.
    Ehds,
}

/// One variable that may be delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermittedVariable {
    /// Where it is in the catalogue: `source/dataset/variable`.
    pub variable: CataloguePath,
    /// The finest granularity allowed.
    pub granularity: Granularity,
    /// What may be made of its rows; the rows themselves when nothing is said.
    #[serde(default, skip_serializing_if = "Measure::is_rows")]
    pub measure: Measure,
}

/// A condition the holder must keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// What it says.
    pub text: LocalisedText,
    /// Where it comes from.
    pub legal_basis: LegalBasis,
}

/// That the access body has assessed that the extract is about very many people, before it decided (Prop. 152 L
/// (2024–2025) chapter 4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssessedAsLarge {
    /// About how many people, to the nearest ten: an extract about more is looked at once more.
    pub people: u64,
    /// Why it may be delivered all the same.
    pub assessment: String,
    /// Which background check of those who get it was made, such as a reference to where it is filed.
    pub background_check: String,
}

/// A permit: signed, versioned, never edited. A changed permit is a new one with a predecessor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permit {
    /// Its id.
    pub id: PermitId,
    /// 1 for the first; one more than the predecessor's for a changed one.
    pub version: u32,
    /// The permit this one replaces.
    pub predecessor: Option<PermitId>,
    /// The application that was decided.
    pub application: ApplicationId,
    /// The decision.
    pub decision: DecisionId,
    /// The project's title, public (EHDS art. 57(1)(j)).
    pub title: String,
    /// When it was decided: the time as at which preferences count, UTC.
    pub decided_at: Timestamp,
    /// How long the data may be processed (EHDS art. 68(12): at most ten years).
    pub valid: Period,
    /// The body that decided.
    pub access_body: OrganisationId,
    /// The organisation that may process the data.
    pub holder: OrganisationId,
    /// The persons who may enter the room. The first leads the project: whoever applied.
    pub persons: Vec<PersonId>,
    /// Why.
    pub purpose: Purpose,
    /// On which legal bases.
    pub legal_bases: Vec<LegalBasis>,
    /// Under which law.
    pub rule_set: RuleSet,
    /// Who may be in the extract.
    pub cohort: Cohort,
    /// Who else: controls and family, and the day that time is counted from.
    #[serde(default, skip_serializing_if = "Design::is_simple")]
    pub design: Design,
    /// What may be in it.
    pub variables: Vec<PermittedVariable>,
    /// From which period.
    pub period: Period,
    /// The smallest group allowed to share a combination of quasi-identifiers in the extract.
    pub minimum_group: u32,
    /// What the holder must keep.
    pub conditions: Vec<Condition>,
    /// How the extract is handed over.
    #[serde(default, skip_serializing_if = "Handover::is_default")]
    pub handover: Handover,
    /// That very many people were assessed; nothing when it is about fewer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub large: Option<AssessedAsLarge>,
}

impl Permit {
    /// Who leads the project: the first person it names.
    pub fn leader(&self) -> Option<PersonId> {
        self.persons.first().copied()
    }
}
