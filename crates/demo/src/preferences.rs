//! What people have chosen: the content of privacy's `Preference`.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use varde_core::PreferenceId;

use crate::{
    Special, World,
    calendar::{Day, age, date, year},
    population::Member,
    random::{Dice, Purpose},
    registers::Register,
};

/// The type of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreferenceKind {
    /// Samtykke; here only consents that were taken back.
    Consent,
    /// Reservasjon.
    Reservation,
}

/// A choice of somebody, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preference {
    /// Its id, made from the seed.
    pub id: PreferenceId,
    /// The person's index.
    pub person: u32,
    /// Which type.
    pub kind: PreferenceKind,
    /// The source it is about; `None` for all secondary use.
    pub source: Option<Register>,
    /// Whether it is in force: `false` takes it back.
    pub active: bool,
    /// From when it applies, and when it was recorded.
    pub applies_from: Timestamp,
}

impl World {
    /// All choices, in index order: reservations of some 0.5 % of the people who are of age, and
    /// consents to the quality register, given and taken back.
    pub fn preferences(&self) -> impl Iterator<Item = Preference> + '_ {
        self.blocks(0..self.people()).flat_map(move |block| {
            let choices = |(at, member)| self.choices(block.first + at as u32, member);
            block.members.iter().enumerate().flat_map(choices).collect::<Vec<_>>()
        })
    }

    fn choices(&self, person: u32, member: &Member) -> Vec<Preference> {
        let mut dice = Dice::new(self.seed, Purpose::Preferences, person);
        let mut choices = Vec::new();
        let special = Special::PLACES;
        let mut choose = |kind, source, active, day: Day| {
            let id = self.preference_id(person * 4 + choices.len() as u32);
            choices.push(Preference { id, person, kind, source, active, applies_from: noon(date(day)) });
        };
        if person == special.opted_out_before {
            choose(PreferenceKind::Reservation, None, true, year(2021) + 44);
        }
        if person == special.withdrew_consent {
            choose(PreferenceKind::Consent, Some(Register::HeartFailure), true, year(2020) + 80);
            choose(PreferenceKind::Consent, Some(Register::HeartFailure), false, year(2023) + 99);
        }
        let chosen = dice.between(year(2018), year(2026) + 200);
        let may = person > 31 && age(member.birth, chosen) >= 16 && chosen > member.present_from();
        if may && chosen < member.present_until() && dice.per_million(6_800) {
            let one = dice.percent(20).then(|| *dice.pick(&Register::ALL));
            choose(PreferenceKind::Reservation, one, true, chosen);
            if dice.percent(8) && chosen + 300 < member.present_until() {
                choose(PreferenceKind::Reservation, one, false, chosen + 299);
            }
        }
        choices
    }
}

/// Noon in UTC: on the same day in Norway.
fn noon(date: Date) -> Timestamp {
    date.at(12, 0, 0, 0).to_zoned(TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
}
