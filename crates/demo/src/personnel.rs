//! Health personnel: who is authorised as what, the content of basedata's `PersonnelRecord`.

use std::collections::HashMap;

use jiff::{ToSpan, civil::Date};
use varde_core::{Period, identifier::HprNumber};

use crate::{
    Dated, Person, Special, Status, World,
    organisations::ASSIGNED,
    random::{Choices, Dice, Purpose, Weighted},
};

/// Somebody in the register of health personnel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthPersonnel {
    /// The person's index.
    pub person: u32,
    /// Their number: nine digits, from 900 000 000 on, where no real number was seen.
    pub number: HprNumber,
    /// What they are called in their profession.
    pub profession: &'static Profession,
    /// What they were and are qualified for in it.
    pub qualifications: Vec<Qualification>,
}

/// What somebody is or was qualified for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qualification {
    /// `authorisation`, `speciality` or `requisition_right`.
    pub kind: &'static str,
    /// The code: of 7704, 7426 or 7701.
    pub code: &'static str,
    /// What it means, in Norwegian.
    pub name: &'static str,
    /// How it stands when: `in_force`, `restricted` or `withdrawn`.
    pub standings: Vec<Dated<&'static str>>,
}

/// A profession of the demo world.
#[derive(Debug, PartialEq, Eq)]
pub struct Profession {
    /// Its code (9060).
    pub code: &'static str,
    /// Bokmål.
    pub nb: &'static str,
    /// Nynorsk.
    pub nn: &'static str,
    /// English.
    pub en: &'static str,
    /// How many of a million adults.
    share: u32,
}

const fn profession(
    code: &'static str,
    nb: &'static str,
    nn: &'static str,
    en: &'static str,
    share: u32,
) -> Profession {
    Profession { code, nb, nn, en, share }
}

const PROFESSIONS: [Profession; 10] = [
    profession("LE", "lege", "lege", "doctor", 10_000),
    profession("SP", "sykepleier", "sjukepleiar", "nurse", 35_000),
    profession("HF", "helsefagarbeider", "helsefagarbeidar", "health-care worker", 24_000),
    profession("VP", "vernepleier", "vernepleiar", "social educator", 6_000),
    profession("FT", "fysioterapeut", "fysioterapeut", "physiotherapist", 5_000),
    profession("PS", "psykolog", "psykolog", "psychologist", 4_000),
    profession("BI", "bioingeniør", "bioingeniør", "biomedical scientist", 3_000),
    profession("TL", "tannlege", "tannlege", "dentist", 2_000),
    profession("JO", "jordmor", "jordmor", "midwife", 1_000),
    profession("RA", "radiograf", "radiograf", "radiographer", 1_000),
];
const DOCTOR: &Profession = &PROFESSIONS[0];
const NURSE: &Profession = &PROFESSIONS[1];

static DRAWN: Choices<Profession> = Choices::new(|| Weighted::by(&PROFESSIONS, |_, p| p.share));

/// When the doctor of the story lost the authorisation.
const LOST: Date = Date::constant(2025, 3, 1);

impl World {
    /// The doctor of the story: the general manager of the medical office.
    pub fn doctor(&self) -> Option<u32> {
        self.leader_of_office("DAGL")
    }

    /// A doctor who has lost the authorisation: the chair of the medical office, where there is one.
    pub fn former_doctor(&self) -> Option<u32> {
        self.leader_of_office("LEDE")
    }

    fn leader_of_office(&self, code: &str) -> Option<u32> {
        let office = self.medical_office();
        let role = self.registry_roles().into_iter().find(|role| role.organisation == office && role.code == code)?;
        Some(role.person)
    }

    /// All health personnel, in the order of their indices: the two doctors of the story, a researcher
    /// who is a nurse, and about nine in a hundred of the other adults.
    pub fn health_personnel(&self) -> impl Iterator<Item = HealthPersonnel> + '_ {
        let mut planted = HashMap::from([(Special::PLACES.second_researcher, (NURSE, None))]);
        planted.extend(self.doctor().map(|person| (person, (DOCTOR, None))));
        planted.extend(self.former_doctor().map(|person| (person, (DOCTOR, Some(LOST)))));
        self.persons().filter_map(move |person| {
            let mut dice = Dice::new(self.seed(), Purpose::HealthPersonnel, person.index);
            match planted.get(&person.index) {
                Some((profession, lost)) => made(&person, profession, *lost, &mut dice),
                None => drawn(&person, &mut dice),
            }
        })
    }
}

/// Somebody whom chance made health personnel; a few of them have lost the authorisation again.
fn drawn(person: &Person, dice: &mut Dice) -> Option<HealthPersonnel> {
    let share = PROFESSIONS.iter().map(|p| p.share).sum();
    let resident = person.statuses.last().is_some_and(|status| status.value == Status::Resident);
    // Of those born so, all who are qualified have been for some years.
    let of_age = (1950..1998).contains(&person.birth_date.year()) && person.known_from < ASSIGNED;
    if !dice.per_million(share) || !resident || !of_age || person.index <= LAST_PLANTED {
        return None;
    }
    let profession = DRAWN.draw(dice);
    let lost = dice.percent(2).then(|| Date::constant(2020, 6, 1).saturating_add(i64::from(dice.below(2_000)).days()));
    made(person, profession, lost, dice)
}

/// The last index that the story has somebody at.
const LAST_PLANTED: u32 = 31;

/// `lost`: since when the authorisation is withdrawn.
fn made(
    person: &Person,
    profession: &'static Profession,
    lost: Option<Date>,
    dice: &mut Dice,
) -> Option<HealthPersonnel> {
    let qualified = person.birth_date.saturating_add(i64::from(dice.between(25, 27)).years());
    let from = qualified.max(person.known_from).min(ASSIGNED);
    // An authorisation ends at the age of 80 (helsepersonelloven § 54).
    let until = person.birth_date.saturating_add(80.years());
    let licence = dice.percent(3);
    let (code, name) = if licence { ("4", "Lisens") } else { ("1", "Autorisasjon") };
    let standing = if dice.percent(1) { "restricted" } else { "in_force" };
    let dated = |value, from, until| Dated { value, valid: Period { from, until: Some(until) } };
    let standings = match lost.filter(|lost| *lost > from) {
        Some(lost) => {
            vec![dated("in_force", from, lost.yesterday().unwrap_or(from)), dated("withdrawn", lost, until)]
        }
        None => vec![dated(standing, from, until)],
    };
    let mut qualifications = vec![Qualification { kind: "authorisation", code, name, standings: standings.clone() }];
    let mut also = |kind, code, name| {
        qualifications.push(Qualification { kind, code, name, standings: standings.clone() });
    };
    if matches!(profession.code, "LE" | "TL") {
        also("requisition_right", "1", "Full rekvisisjonsrett");
    }
    if profession.code == "LE" {
        match dice.below(3) {
            0 => also("speciality", "152", "Ortopedisk kirurgi"),
            1 => also("speciality", "1", "Allmennmedisin"),
            _ => {}
        }
    }
    let number = HprNumber::try_from(900_000_000 + person.index).ok()?;
    Some(HealthPersonnel { person: person.index, number, profession, qualifications })
}
