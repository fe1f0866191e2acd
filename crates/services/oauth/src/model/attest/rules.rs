//! The rules of the trust framework that the authorisation server can try, each by its own name.
//!
//! Others are the consumer's (which department, which of several authorisations) or the source's (the
//! patient's blocks); what the server owes them is that the attest holds what they need.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use varde_core::{
    LoginLevel,
    identifier::{HprNumber, NationalNumber, NumberKind, OrganisationNumber},
};

use super::{Attest, Checked};
use crate::ActingFor;

/// What may identify the professional (ATT-10).
pub(super) const PROFESSIONALS: [NumberKind; 2] = [NumberKind::BirthNumber, NumberKind::DNumber];
/// What may identify a patient: also somebody who has come in and whose number is not known.
pub(super) const PATIENTS: [NumberKind; 3] =
    [NumberKind::BirthNumber, NumberKind::DNumber, NumberKind::CommonHelpNumber];
/// How far clocks may differ.
const SKEW: SignedDuration = SignedDuration::from_secs(10);

/// What the server knows when it tries an attest.
#[derive(Debug)]
pub(crate) struct Facts<'f> {
    /// The number of the person who logged in; none when no person did.
    pub(crate) person: Option<NationalNumber>,
    /// How surely they logged in.
    pub(crate) level: Option<LoginLevel>,
    /// For whom the client acts.
    pub(crate) acting_for: Option<&'f ActingFor>,
    /// The organisations that the attest names, those that the register has.
    pub(crate) units: &'f BTreeMap<OrganisationNumber, Unit>,
    /// What the register of health personnel says.
    pub(crate) personnel: &'f Personnel,
    /// Whether the API is told who the professional is, by national number or HPR number.
    pub(crate) names_professional: bool,
    /// Whether what is asked for is about one patient at a time.
    pub(crate) needs_patient: bool,
    /// Now.
    pub(crate) now: Timestamp,
}

/// An organisation in the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    /// The main unit above it; none for a main unit.
    pub(crate) parent: Option<OrganisationNumber>,
    /// Whether it has sub-units.
    pub(crate) has_sub_units: bool,
}

/// What the register of health personnel says of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Personnel {
    /// No such register is kept here: nothing can be said.
    Unknown,
    /// They are not in it.
    NotRegistered,
    /// They are.
    Registered {
        /// Their number.
        number: HprNumber,
        /// The codes of the authorisations they hold now, such as `LE`.
        authorisations: BTreeSet<String>,
    },
}

/// A rule that an attest broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// An attest is signed.
    Signed,
    /// An attest is bound to the patients it is for.
    Patients,
    /// The source must be able to compare the professional with the patient's blocks.
    Blocks,
    /// Data about one patient needs an attest for that patient.
    NoPatient,
    /// The identity is of level high.
    Level,
    /// Birth number or D-number, under its own object identifier.
    Identifier,
    /// The attest is about who logged in.
    OtherPerson,
    /// The legal entity is a main unit that the register has.
    LegalEntity,
    /// The legal entity is whom the client acts for.
    OtherEntity,
    /// The point of care is a sub-unit of the legal entity.
    PointOfCare,
    /// The main unit is a point of care only when it has no sub-units.
    MainUnit,
    /// A department says in which system its id is.
    Department,
    /// The HPR number is there if and only if the person is in the register.
    HprNumber,
    /// The authorisation is one that the person holds.
    Authorisation,
    /// There is no register to try the HPR number and the authorisation by.
    NoRegister,
    /// The service is of one of the code systems.
    Service,
    /// The purpose is one of three.
    Purpose,
    /// The local decision can be found again.
    NoDecision,
    /// It is said whether the professional gave themselves the access.
    Decision,
    /// The patient's point of care is of the professional's own legal entity.
    PatientUnit,
    /// The attest was made before it was sent.
    Time,
}

impl Rule {
    /// The rule's number in the specification.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Signed => "ATT-2",
            Self::Patients => "ATT-4",
            Self::Blocks => "ATT-5",
            Self::NoPatient => "ATT-6",
            Self::Level => "ATT-9",
            Self::Identifier => "ATT-10",
            Self::OtherPerson => "ATT-11",
            Self::LegalEntity => "ATT-12",
            Self::OtherEntity => "ATT-13",
            Self::PointOfCare => "ATT-18",
            Self::MainUnit => "ATT-19",
            Self::Department => "ATT-28",
            Self::HprNumber => "ATT-29",
            Self::Authorisation => "ATT-32",
            Self::NoRegister => "ATT-29 and ATT-32",
            Self::Service => "ATT-37",
            Self::Purpose => "ATT-38",
            Self::NoDecision => "ATT-46",
            Self::Decision => "ATT-48",
            Self::PatientUnit => "ATT-49",
            Self::Time => "attestation.toa",
        }
    }

    /// What is wrong and what to do.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Signed => {
                "the attest must be signed: send it in the client assertion (assertion_details), or in a request object \
                 (request) alone"
            }
            Self::Patients => "name each patient once, and give all of them an identifier or none",
            Self::Blocks => {
                "the API is not told who the professional is, so that it cannot enforce a patient's blocks: its owner \
                 must register the claim pid or hpr_number"
            }
            Self::NoPatient => "what is asked for is about one patient at a time: name the patient in the attest",
            Self::Level => "the professional must log in at level high",
            Self::Identifier => {
                "the identifier must be a birth number or a D-number that holds, with the object identifier of its kind"
            }
            Self::OtherPerson => "the attest must be about the person who logged in",
            Self::LegalEntity => "the legal entity must be a main unit in the register of organisations",
            Self::OtherEntity => "the legal entity must be the organisation that the client acts for",
            Self::PointOfCare => "the point of care must be a sub-unit of the legal entity",
            Self::MainUnit => "the legal entity has sub-units: name the one that is the point of care",
            Self::Department => "a department needs a system, also when its id is local",
            Self::HprNumber => {
                "hpr_nr must be the number that the register of health personnel has for the person, and left out when \
                 it has none"
            }
            Self::Authorisation => {
                "the register of health personnel does not have that authorisation for the person today: it must hold, \
                 and neither be suspended nor withdrawn"
            }
            Self::NoRegister => {
                "no register of health personnel is kept here, so that no attest can be checked, and what cannot be \
                 checked is refused"
            }
            Self::Service => "healthcare_service must be of one of the code systems that the rule names",
            Self::Purpose => "purpose_of_use must be TREAT, ETREAT or COC of urn:oid:2.16.840.1.113883.1.11.20448",
            Self::NoDecision => "decision_ref must hold the id of the decision in the local system",
            Self::Decision => "decision_ref.user_selected must be true or false",
            Self::PatientUnit => "the patient's point of care must be of the professional's own legal entity",
            Self::Time => "the attest was made in the future: check the clock",
        }
    }
}

impl Attest {
    /// Tries every rule, the person first, and completes the attest with the professional's identifiers
    /// as the server knows them: clients that follow the national profile send none.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub(crate) fn check(mut self, facts: &Facts<'_>) -> Result<Checked, Rule> {
        let person = facts.person.ok_or(Rule::OtherPerson)?;
        self.identity(person, facts)?;
        self.place(facts)?;
        self.bound_to_patients(facts)?;
        let number = self.registered(facts.personnel)?;
        if self.attested_at.is_some_and(|made| made > facts.now + SKEW) {
            return Err(Rule::Time);
        }
        self.practitioner.identifier = Some(person);
        self.practitioner.hpr_number = number;
        Ok(Checked(self))
    }

    /// Who (ATT-9 to ATT-11).
    fn identity(&self, person: NationalNumber, facts: &Facts<'_>) -> Result<(), Rule> {
        if facts.level != Some(LoginLevel::High) {
            return Err(Rule::Level);
        }
        if !PROFESSIONALS.contains(&person.kind()) {
            return Err(Rule::Identifier);
        }
        if self.practitioner.identifier.is_some_and(|said| said != person) {
            return Err(Rule::OtherPerson);
        }
        Ok(())
    }

    /// Where (ATT-12, ATT-13, ATT-18, ATT-19, ATT-49).
    fn place(&self, facts: &Facts<'_>) -> Result<(), Rule> {
        let entity = self.practitioner.legal_entity;
        let unit = facts.units.get(&entity).filter(|unit| unit.parent.is_none()).ok_or(Rule::LegalEntity)?;
        if facts.acting_for.map(|acting_for| acting_for.parent) != Some(entity) {
            return Err(Rule::OtherEntity);
        }
        let belongs = |place: OrganisationNumber| facts.units.get(&place).is_some_and(|u| u.parent == Some(entity));
        let point_of_care = self.practitioner.point_of_care;
        if point_of_care == entity && unit.has_sub_units {
            return Err(Rule::MainUnit);
        }
        if point_of_care != entity && !belongs(point_of_care) {
            return Err(Rule::PointOfCare);
        }
        let mut patients = self.patients.iter().filter_map(|patient| patient.point_of_care);
        let own = |place: OrganisationNumber| belongs(place) || (place == entity && !unit.has_sub_units);
        if patients.all(own) { Ok(()) } else { Err(Rule::PatientUnit) }
    }

    /// For whom (ATT-4 to ATT-6).
    fn bound_to_patients(&self, facts: &Facts<'_>) -> Result<(), Rule> {
        let named: Vec<NationalNumber> = self.patients.iter().filter_map(|patient| patient.identifier).collect();
        let different: BTreeSet<_> = named.iter().collect();
        if different.len() != named.len() || (!named.is_empty() && named.len() != self.patients.len()) {
            return Err(Rule::Patients);
        }
        if !named.is_empty() && !facts.names_professional {
            return Err(Rule::Blocks);
        }
        if named.is_empty() && facts.needs_patient {
            return Err(Rule::NoPatient);
        }
        Ok(())
    }

    /// By which authorisation (ATT-29, ATT-32); gives the number that the register has.
    fn registered(&self, personnel: &Personnel) -> Result<Option<HprNumber>, Rule> {
        let (said, authorization) = (self.practitioner.hpr_number, &self.practitioner.authorization);
        match personnel {
            Personnel::Unknown => Err(Rule::NoRegister),
            Personnel::NotRegistered if said.is_some() => Err(Rule::HprNumber),
            Personnel::NotRegistered if authorization.is_some() => Err(Rule::Authorisation),
            Personnel::NotRegistered => Ok(None),
            Personnel::Registered { number, .. } if said.is_some_and(|said| said != *number) => Err(Rule::HprNumber),
            // Who has lost every authorisation attests as one who has none.
            Personnel::Registered { authorisations, .. } if authorisations.is_empty() => {
                if said.is_none() && authorization.is_none() { Ok(None) } else { Err(Rule::Authorisation) }
            }
            Personnel::Registered { number, authorisations } => {
                let held = authorization.as_ref().is_none_or(|said| authorisations.contains(&said.code));
                if held { Ok(Some(*number)) } else { Err(Rule::Authorisation) }
            }
        }
    }
}
