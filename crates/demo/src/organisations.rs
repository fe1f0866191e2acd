//! Organisations, their registry roles, and who works where in the demo: the content of basedata's
//! `OrganisationRecord` and `RoleRecord` and of identity's role assignments.

use jiff::civil::Date;
use varde_core::{OrganisationId, Role, identifier::OrganisationNumber};

use crate::{Special, World};

/// An organisation of the demo world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Organisation {
    /// Its id, made from the seed.
    pub id: OrganisationId,
    /// Its number: valid, and synthetic (begins with 3).
    pub number: OrganisationNumber,
    /// The main unit's number, for sub units. Main units come before their sub units.
    pub parent: Option<OrganisationNumber>,
    /// Its name.
    pub name: &'static str,
    /// Organisation form: `ORGL`, `KOMM`, `AS`, `BEDR` …
    pub form: &'static str,
    /// Number of its municipality, without leading zeros.
    pub municipality: u16,
    /// Since when it is registered.
    pub since: Date,
}

/// A role in the organisation register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegistryRole {
    /// In which organisation.
    pub organisation: OrganisationId,
    /// `DAGL` daglig leder, `LEDE` styrets leder, `MEDL` styremedlem, `SIGN` may sign.
    pub code: &'static str,
    /// The person's index.
    pub person: u32,
    /// Since when.
    pub since: Date,
}

/// A role at work in Varde.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    /// The person's index.
    pub person: u32,
    /// In which organisation.
    pub organisation: OrganisationId,
    /// Which role.
    pub role: Role,
    /// Since when.
    pub since: Date,
}

/// Row of the table below: name, form, municipality, position of the main unit.
type Entry = (&'static str, &'static str, u16, Option<usize>);

const TABLE: [Entry; 36] = [
    ("Helsedataservice (demo)", "ORGL", 301, None),
    ("Folkehelseregistrene (demo)", "ORGL", 301, None),
    ("Oslo universitetssykehus HF (demo)", "ORGL", 301, None),
    ("Helse Bergen HF (demo)", "ORGL", 4601, None),
    ("St. Olavs hospital HF (demo)", "ORGL", 5001, None),
    ("Universitetssykehuset Nord-Norge HF (demo)", "ORGL", 5501, None),
    ("Helse Stavanger HF (demo)", "ORGL", 1103, None),
    ("Vestre Viken HF (demo)", "ORGL", 3301, None),
    ("Akershus og Østfold HF (demo)", "ORGL", 3107, None),
    ("Sørlandet sykehus HF (demo)", "ORGL", 4204, None),
    ("Sykehuset Innlandet HF (demo)", "ORGL", 3403, None),
    ("Universitetet i Varde (demo)", "ORGL", 4601, None),
    ("Varde drift AS (demo)", "AS", 5501, None),
    ("Kardiologisk avdeling, Oslo (demo)", "BEDR", 301, Some(2)),
    ("Medisinsk avdeling, Oslo (demo)", "BEDR", 301, Some(2)),
    ("Hjerteavdelingen, Bergen (demo)", "BEDR", 4601, Some(3)),
    ("Medisinsk klinikk, Bergen (demo)", "BEDR", 4601, Some(3)),
    ("Klinikk for hjertemedisin, Trondheim (demo)", "BEDR", 5001, Some(4)),
    ("Hjerte- og lungeklinikken, Tromsø (demo)", "BEDR", 5501, Some(5)),
    ("Medisinsk avdeling, Stavanger (demo)", "BEDR", 1103, Some(6)),
    ("Medisinsk avdeling, Drammen (demo)", "BEDR", 3301, Some(7)),
    ("Medisinsk avdeling, Fredrikstad (demo)", "BEDR", 3107, Some(8)),
    ("Medisinsk avdeling, Kristiansand (demo)", "BEDR", 4204, Some(9)),
    ("Medisinsk avdeling, Hamar (demo)", "BEDR", 3403, Some(10)),
    ("Institutt for klinisk medisin (demo)", "BEDR", 4601, Some(11)),
    ("Hjertesviktregisteret (demo)", "BEDR", 5001, Some(4)),
    ("Oslo kommune (demo)", "KOMM", 301, None),
    ("Bergen kommune (demo)", "KOMM", 4601, None),
    ("Utsira kommune (demo)", "KOMM", 1151, None),
    ("Træna kommune (demo)", "KOMM", 1835, None),
    ("Torget legesenter AS (demo)", "AS", 4601, None),
    ("Fjordgløtt legekontor AS (demo)", "AS", 4640, None),
    ("Nordlys fastlegekontor AS (demo)", "AS", 5501, None),
    ("Sentrum legegruppe AS (demo)", "AS", 301, None),
    ("Norsk helsenett SF (demo)", "SF", 5001, None),
    ("Journalhuset AS (demo)", "AS", 4601, None),
];

/// The hospital trusts by what [`crate::Place::trust`] counts: the place in [`World::organisations`].
pub const TRUSTS: [usize; 9] = [2, 3, 4, 5, 6, 7, 8, 9, 10];

/// Where the departments of the trusts begin in the table, with the trust of each.
pub(crate) const DEPARTMENTS: [(usize, usize); 11] =
    [(13, 0), (14, 0), (15, 1), (16, 1), (17, 2), (18, 3), (19, 4), (20, 5), (21, 6), (22, 7), (23, 8)];

const SINCE: Date = Date::constant(2002, 1, 1);
pub(crate) const ASSIGNED: Date = Date::constant(2024, 1, 1);

impl World {
    /// All organisations, main units before their sub units.
    pub fn organisations(&self) -> Vec<Organisation> {
        let numbers = numbers();
        let organisation = |(at, (name, form, municipality, parent)): (usize, &Entry)| Organisation {
            id: self.organisation_id(at as u32),
            number: numbers[at],
            parent: parent.map(|p| numbers[p]),
            name,
            form,
            municipality: *municipality,
            since: SINCE,
        };
        TABLE.iter().enumerate().map(organisation).collect()
    }

    /// The health-data access body, Helsedataservice (demo).
    pub fn access_body(&self) -> OrganisationId {
        self.organisation_id(0)
    }

    /// The keeper of the central registers.
    pub fn register_keeper(&self) -> OrganisationId {
        self.organisation_id(1)
    }

    /// The researcher's organisation: a university hospital trust.
    pub fn hospital_trust(&self) -> OrganisationId {
        self.organisation_id(TRUSTS[1] as u32)
    }

    /// The keeper of the quality register: St. Olavs hospital HF (demo).
    pub fn quality_register_keeper(&self) -> OrganisationId {
        self.organisation_id(TRUSTS[2] as u32)
    }

    /// The university.
    pub fn university(&self) -> OrganisationId {
        self.organisation_id(11)
    }

    /// The supplier that runs the service.
    pub fn supplier(&self) -> OrganisationId {
        self.organisation_id(12)
    }

    /// A medical office, which lets a supplier act for it.
    pub fn medical_office(&self) -> OrganisationId {
        self.organisation_id(31)
    }

    /// The authority that defines what can be delegated, and runs the API that it opens.
    pub fn health_network(&self) -> OrganisationId {
        self.organisation_id(34)
    }

    /// A supplier of a record system that serves many organisations.
    pub fn record_supplier(&self) -> OrganisationId {
        self.organisation_id(35)
    }

    /// General managers, chairs, board members and signatories of the main units: adults of the
    /// ages for it, beside the planted people. Where they are few, the offices and suppliers that the
    /// story is about, last in the table, have theirs before the others.
    pub fn registry_roles(&self) -> Vec<RegistryRole> {
        let mut leaders = self.persons().filter(leads).map(|person| person.index);
        let mut roles = Vec::new();
        for (at, (_, form, ..)) in TABLE.iter().enumerate().rev() {
            let codes: &[&str] = if *form == "BEDR" { &[] } else { &["DAGL", "LEDE", "MEDL", "MEDL"] };
            for code in codes {
                let Some(person) = leaders.next() else { return roles };
                let organisation = self.organisation_id(at as u32);
                roles.push(RegistryRole { organisation, code, person, since: ASSIGNED });
                if *code == "LEDE" {
                    roles.push(RegistryRole { organisation, code: "SIGN", person, since: ASSIGNED });
                }
            }
        }
        roles
    }

    /// Who works as what: the planted people.
    pub fn assignments(&self) -> [Assignment; 6] {
        let special = Special::PLACES;
        let assign = |person, organisation, role| Assignment { person, organisation, role, since: ASSIGNED };
        [
            assign(special.researcher, self.hospital_trust(), Role::Researcher),
            assign(special.second_researcher, self.hospital_trust(), Role::Researcher),
            assign(special.handler, self.access_body(), Role::Handler),
            assign(special.reviewer, self.access_body(), Role::Reviewer),
            assign(special.steward, self.register_keeper(), Role::Steward),
            assign(special.operator, self.supplier(), Role::Operator),
        ]
    }
}

/// Whether somebody can lead: alive, here, of age, not one of the planted.
fn leads(person: &crate::Person) -> bool {
    let resident = person.statuses.last().is_some_and(|s| s.value == crate::Status::Resident);
    let born = person.birth_date.year();
    let known = person.known_from < ASSIGNED;
    person.index > 31 && resident && known && (1958..1992).contains(&born) && person.protections.is_empty()
}

/// Valid numbers from consecutive stems; one stem in eleven has none.
pub(crate) fn numbers() -> Vec<OrganisationNumber> {
    (31_100_000..).step_by(37).filter_map(OrganisationNumber::from_stem).take(TABLE.len()).collect()
}
