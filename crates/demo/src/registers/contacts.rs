//! Hospital contacts, in the shape of Norsk pasientregister.

use std::sync::LazyLock;

use jiff::civil::Date;
use varde_core::identifier::{NationalNumber, OrganisationNumber};

use super::{
    Subject,
    codes::{CONDITIONS, PROCEDURES, RARE_DISEASES, REASONS},
    health::{Health, band},
};
use crate::{
    calendar::{Day, date},
    organisations::{DEPARTMENTS, TRUSTS, numbers},
    random::{Choices, Dice, Purpose, Weighted},
};

/// A contact with a hospital.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contact {
    /// The person's index.
    pub index: u32,
    /// The national number as it was on the day of admission.
    pub number: NationalNumber,
    /// Number of the episode, unique in the register.
    pub episode: u64,
    /// 1 inpatient stay, 2 day treatment, 3 outpatient contact.
    pub contact_type: u8,
    /// 1 acute, 2 planned.
    pub urgency: u8,
    /// The day of admission.
    pub in_date: Date,
    /// The day of discharge.
    pub out_date: Date,
    /// Main condition, ICD-10 without full stop.
    pub main_condition: &'static str,
    /// Other conditions, ICD-10.
    pub other_conditions: [Option<&'static str>; 2],
    /// Procedure, NCSP or NCMP.
    pub procedure: Option<&'static str>,
    /// The hospital trust.
    pub institution: OrganisationNumber,
    /// The department: a sub unit of the trust.
    pub department: OrganisationNumber,
    /// Number of the municipality of residence, without leading zeros.
    pub municipality: u16,
}

static REASON: LazyLock<[Weighted<&str>; 3]> = LazyLock::new(|| REASONS.map(Weighted::zipf));
static PROCEDURE: Choices<&str> = LazyLock::new(|| Weighted::zipf(&PROCEDURES));
static ORGANISATIONS: LazyLock<Vec<OrganisationNumber>> = LazyLock::new(numbers);

/// Contacts of no particular reason in a year, in a whole country, by age band.
const USUAL: [f64; 5] = [1.15, 1.45, 1.75, 2.5, 3.3];

pub(super) fn contacts(subject: &Subject<'_>, rows: &mut Vec<Contact>) {
    let (from, until) = subject.presence();
    if from > until {
        return;
    }
    let mut maker =
        Maker { subject, dice: subject.dice(Purpose::Contacts), health: subject.health(), rows, from, until };
    let start = maker.rows.len();
    maker.usual();
    maker.chronic();
    maker.rare();
    maker.cancer();
    maker.birth();
    let own = &mut rows[start..];
    own.sort_by_key(|contact| contact.in_date);
    for (number, contact) in own.iter_mut().enumerate() {
        contact.episode = u64::from(subject.index) * 4_096 + number as u64;
    }
}

struct Maker<'a> {
    subject: &'a Subject<'a>,
    dice: Dice,
    health: Health,
    rows: &'a mut Vec<Contact>,
    from: Day,
    until: Day,
}

impl Maker<'_> {
    fn usual(&mut self) {
        let age = self.subject.age((self.from + self.until) / 2);
        let years = f64::from(self.until - self.from) / 365.0;
        let mean = USUAL[band(age)] * years * self.health.frailty * self.subject.world.density;
        // Those whose address is protected must be met with in the data.
        let least = if self.subject.member.protection.is_some() { 2 } else { 0 };
        for _ in 0..self.dice.times(mean).max(least) {
            let day = self.dice.between(self.from, self.until);
            let group = match self.subject.age(day) {
                ..16 => 0,
                16..65 => 1,
                _ => 2,
            };
            let reason = *REASON[group].draw(&mut self.dice);
            let reason = if reason.starts_with('O') || reason == "Z370" { "Z094" } else { reason };
            self.contact(day, reason);
        }
    }

    /// Whoever has heart failure has been seen for it at least once, most others with a chronic
    /// condition too; planted people about once a year.
    fn chronic(&mut self) {
        for (condition, began) in std::mem::take(&mut self.health.chronic) {
            let from = began.max(self.from);
            if from > self.until {
                continue;
            }
            let share = f64::from(self.until - from) / 3_650.0;
            let more = self.dice.times(condition.contacts * share * self.subject.world.density);
            let planted = crate::population::has_heart_failure(self.subject.index).is_some();
            let heart = condition.code == CONDITIONS[0].code;
            let seen = heart || (condition.contacts > 2.0 && self.dice.percent(70));
            let code = *self.dice.pick(condition.codes);
            if seen {
                self.contact(from, code);
            }
            if planted {
                for day in (from + 200..=self.until).step_by(330) {
                    self.contact(day, "I501");
                }
            }
            for _ in 0..more {
                let (day, code) = (self.dice.between(from, self.until), *self.dice.pick(condition.codes));
                self.contact(day, code);
            }
        }
    }

    fn rare(&mut self) {
        let Some(code) = self.health.rare else { return };
        for _ in 0..1 + self.dice.below(4) {
            let day = self.dice.between(self.from, self.until);
            self.contact(day, code);
        }
    }

    fn cancer(&mut self) {
        let Some((site, found)) = self.health.cancer else { return };
        let from = found.max(self.from);
        for _ in 0..1 + self.dice.times(14.0 * self.subject.world.density) {
            let day = self.dice.between(from, self.until.min(from + 1_200));
            self.contact(day, site.icd10);
        }
    }

    /// Being born, and giving birth.
    fn birth(&mut self) {
        if self.subject.member.birth >= self.from && self.subject.member.mother.is_some() {
            self.contact(self.subject.member.birth, "Z380");
        }
        let at = Some((self.subject.index - self.subject.block.first) as u8);
        let births: Vec<Day> = self.subject.block.members.iter().filter(|m| m.mother == at).map(|m| m.birth).collect();
        for (number, day) in births.iter().enumerate() {
            if !births[..number].contains(day) && (self.from..=self.until).contains(day) {
                self.contact(*day, "O809");
            }
        }
    }

    fn contact(&mut self, day: Day, main: &'static str) {
        let Some(number) = self.subject.number(day) else { return };
        let home = self.subject.home(day);
        let birth = main.starts_with('O') || main == "Z380";
        let rare = RARE_DISEASES.contains(&main);
        let contact_type = match self.dice.below(100) {
            _ if birth => 1,
            0..70 => 3,
            70..82 => 2,
            _ => 1,
        };
        // Half of all stays end the day after; a few last for weeks.
        let stay = if contact_type == 1 { [1, 1, 1, 2, 3, 4, 6, 9, 14, 30][self.dice.below(10) as usize] } else { 0 };
        let others = [self.other(main, 28), self.other(main, 8)];
        // One in nine is treated elsewhere than where they live; rare diseases in the capital.
        let trust = match self.dice.below(9) {
            0 => self.dice.below(TRUSTS.len() as u32) as usize,
            _ if rare => 0,
            _ => usize::from(home.trust),
        };
        let departments = DEPARTMENTS.iter().filter(|(_, of)| *of == trust);
        let department = departments.clone().nth(self.dice.below(departments.count() as u32) as usize);
        self.rows.push(Contact {
            index: self.subject.index,
            number,
            episode: 0,
            contact_type,
            urgency: if !birth && contact_type != 1 && self.dice.percent(85) { 2 } else { 1 },
            in_date: date(day),
            out_date: date((day + stay).min(self.until)),
            main_condition: main,
            other_conditions: others,
            procedure: self.dice.percent(35).then(|| *PROCEDURE.draw(&mut self.dice)),
            institution: ORGANISATIONS[TRUSTS[trust]],
            department: ORGANISATIONS[department.map_or(TRUSTS[trust], |(place, _)| *place)],
            municipality: home.number,
        });
    }

    fn other(&mut self, main: &'static str, percent: u32) -> Option<&'static str> {
        let (has, code) = (self.dice.percent(percent), *REASON[2].draw(&mut self.dice));
        let old = self.subject.age(self.until) >= 40;
        (has && old && code != main).then_some(code)
    }
}
