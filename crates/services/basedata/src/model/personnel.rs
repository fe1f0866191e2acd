//! What the register of health personnel (HPR) says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use varde_core::{Period, PersonId, identifier::HprNumber};

use super::{
    AuthorisationKind, Dated, Fault, Profession,
    person::codes,
    record::{one_at_a_time, proper_name},
};

/// What a qualification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QualificationKind {
    /// The right to practise; its code is an [`AuthorisationKind`]'s.
    Authorisation,
    /// A speciality within the profession (code system 7426).
    Speciality,
    /// What they may requisition (code system 7701).
    RequisitionRight,
}
codes!(QualificationKind {
    Authorisation => "authorisation", Speciality => "speciality", RequisitionRight => "requisition_right",
});

/// How a qualification stands on a day (helsepersonelloven chapter 11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is good.
    InForce,
    /// It is good within limits that the supervision has set (§ 59).
    Restricted,
    /// It is suspended while a withdrawal is considered (§ 58).
    Suspended,
    /// It has been withdrawn (§ 57) or given up (§ 54).
    Withdrawn,
}
codes!(Standing {
    InForce => "in_force", Restricted => "restricted", Suspended => "suspended", Withdrawn => "withdrawn",
});

impl Standing {
    /// Whether one may practise by it. What is restricted still is a right; whether the limits allow
    /// what somebody does is their employer's to see to.
    pub const fn holds(self) -> bool {
        matches!(self, Self::InForce | Self::Restricted)
    }
}

/// An authorisation, a speciality or a right to requisition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Qualification {
    /// As what.
    pub profession: Profession,
    /// What it is.
    pub kind: QualificationKind,
    /// Its code, in the code system of the kind.
    pub code: String,
    /// What the code means, in Norwegian.
    pub name: String,
}

impl Qualification {
    /// An authorisation.
    pub fn authorisation(profession: Profession, kind: AuthorisationKind) -> Self {
        let (code, name) = (kind.code().to_owned(), kind.name().to_owned());
        Self { profession, kind: QualificationKind::Authorisation, code, name }
    }

    /// A speciality, or a right to requisition: the source says what its code means.
    pub fn named(profession: Profession, kind: QualificationKind, code: &str, name: &str) -> Self {
        Self { profession, kind, code: code.to_owned(), name: name.to_owned() }
    }

    /// Whether its code is of the system of its kind, and it has a name.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let known = |code: &str| AuthorisationKind::from_code(code).is_some();
        match self.kind {
            QualificationKind::Authorisation if known(&self.code) => Ok(()),
            QualificationKind::Authorisation => Err(Fault::AuthorisationKind),
            _ if !proper_code(&self.code) => Err(Fault::Code),
            _ if !proper_name(&self.name) => Err(Fault::QualificationName),
            _ => Ok(()),
        }
    }
}

/// Whether it can be a code: letters and digits, at most 20.
fn proper_code(code: &str) -> bool {
    (1..=20).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// A qualification and how it stands.
pub type Standings = Vec<(Qualification, Dated<Standing>)>;

/// All that the source knows of one number, with history: what is handed in again replaces what was
/// known before, which stays readable as at then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonnelRecord {
    /// The number.
    pub number: HprNumber,
    /// Whose it is. Unlike a national number it stays with the person for life, so it has no days.
    pub person: PersonId,
    /// What they were and are qualified for. At least one.
    pub qualifications: Standings,
}

/// Whether what is said of one number holds together.
///
/// # Errors
/// The first fault found.
pub(crate) fn check_qualifications(qualifications: &[(Qualification, Dated<Standing>)]) -> Result<(), Fault> {
    if qualifications.is_empty() {
        return Err(Fault::NoQualification);
    }
    let mut standings: BTreeMap<_, Vec<Period>> = BTreeMap::new();
    for (qualification, standing) in qualifications {
        qualification.check()?;
        let Qualification { profession, kind, code, .. } = qualification;
        standings.entry((profession, kind, code)).or_default().push(standing.valid);
    }
    standings.into_values().try_for_each(|periods| one_at_a_time("qualifications", periods))
}

/// Somebody in the register as at a day. Leaves the service only inside [`varde_core::Personal`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonnelView {
    /// Their number.
    pub number: HprNumber,
    /// Who they are.
    pub person: PersonId,
    /// What they have on that day, also what is suspended or withdrawn.
    pub qualifications: Vec<(Qualification, Standing)>,
}

impl PersonnelView {
    /// What they are authorised as on that day: what holds, each with what goes with the profession.
    pub fn approvals(&self) -> Vec<Approval<'_>> {
        let of = |kind, profession| self.holding(kind).filter(|q| q.profession == profession).collect();
        self.holding(QualificationKind::Authorisation)
            .map(|authorisation| Approval {
                authorisation,
                specialities: of(QualificationKind::Speciality, authorisation.profession),
                requisition_rights: of(QualificationKind::RequisitionRight, authorisation.profession),
            })
            .collect()
    }

    /// The qualifications of that kind that hold.
    fn holding(&self, kind: QualificationKind) -> impl Iterator<Item = &Qualification> {
        let holds = move |(q, standing): &&(Qualification, Standing)| q.kind == kind && standing.holds();
        self.qualifications.iter().filter(holds).map(|(qualification, _)| qualification)
    }
}

/// An authorisation that holds, with what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval<'v> {
    /// The authorisation.
    pub authorisation: &'v Qualification,
    /// What they are specialists in.
    pub specialities: Vec<&'v Qualification>,
    /// What they may requisition.
    pub requisition_rights: Vec<&'v Qualification>,
}

/// What the register of health personnel says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// There is no register here: nobody has been taken in, so that nobody can be said not to be in it.
    NoRegister,
    /// They are not in it.
    No,
    /// They are.
    As(PersonnelView),
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn doctor() -> Qualification {
        Qualification::authorisation(Profession::from_code("LE").unwrap(), AuthorisationKind::from_code("1").unwrap())
    }

    fn dated(standing: Standing, from: i16, until: Option<i16>) -> Dated<Standing> {
        let until = until.map(|year| date(year, 12, 31));
        Dated::new(standing, Period { from: date(from, 1, 1), until })
    }

    #[test]
    fn a_qualification_stands_in_one_way_a_day() {
        let lost = vec![
            (doctor(), dated(Standing::InForce, 2000, Some(2019))),
            (doctor(), dated(Standing::Withdrawn, 2020, None)),
        ];
        assert_eq!(check_qualifications(&lost), Ok(()));
        let both =
            vec![(doctor(), dated(Standing::InForce, 2000, None)), (doctor(), dated(Standing::Withdrawn, 2020, None))];
        assert_eq!(check_qualifications(&both), Err(Fault::Overlap("qualifications")));
        let nurse = Qualification { profession: Profession::from_code("SP").unwrap(), ..doctor() };
        let two = vec![(doctor(), dated(Standing::InForce, 2000, None)), (nurse, dated(Standing::InForce, 1990, None))];
        assert_eq!(check_qualifications(&two), Ok(()), "one can be two things");
        assert_eq!(check_qualifications(&[]), Err(Fault::NoQualification));
    }

    #[test]
    fn codes_are_of_their_system_and_names_are_there() {
        let at = |qualification| vec![(qualification, dated(Standing::InForce, 2000, None))];
        let wrong = Qualification { code: "99".to_owned(), ..doctor() };
        assert_eq!(check_qualifications(&at(wrong)), Err(Fault::AuthorisationKind));
        let speciality = |code: &str, name: &str| {
            Qualification::named(Profession::from_code("LE").unwrap(), QualificationKind::Speciality, code, name)
        };
        assert_eq!(check_qualifications(&at(speciality("1", "Allmennmedisin"))), Ok(()));
        assert_eq!(check_qualifications(&at(speciality("1", " "))), Err(Fault::QualificationName));
        assert_eq!(check_qualifications(&at(speciality("1;2", "Allmennmedisin"))), Err(Fault::Code));
    }

    #[test]
    fn what_is_suspended_or_withdrawn_approves_nothing_and_what_is_restricted_does() {
        let speciality = Qualification::named(
            Profession::from_code("LE").unwrap(),
            QualificationKind::Speciality,
            "1",
            "Allmennmedisin",
        );
        for standing in Standing::ALL {
            let view = PersonnelView {
                number: "9144900".parse().unwrap(),
                person: PersonId::from_uuid(uuid::Uuid::from_u128(1)),
                qualifications: vec![(doctor(), *standing), (speciality.clone(), Standing::InForce)],
            };
            let approvals = view.approvals();
            assert_eq!(approvals.len(), usize::from(standing.holds()), "{standing:?}");
            assert!(approvals.iter().all(|a| a.specialities == [&speciality] && a.requisition_rights.is_empty()));
        }
        assert!(Standing::Restricted.holds() && !Standing::Suspended.holds() && !Standing::Withdrawn.holds());
    }
}
