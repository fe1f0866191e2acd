//! What base data says of people, for rules and designs: gathered before the engine runs.

use jiff::Timestamp;
use varde_basedata::{Attributes, Gender};
use varde_core::Actor;
use varde_permit::{Cohort, Design, Sex};

use super::{Platform, both};
use crate::{
    PlatformError,
    engine::{
        facts::{Facts, Home, Question, questions},
        release::day_number,
    },
};

impl Platform {
    /// What base data says about what a rule and a design ask.
    pub(super) async fn facts(
        &self,
        actor: &Actor,
        cohort: &Cohort,
        design: &Design,
        as_at: Timestamp,
    ) -> Result<Facts, PlatformError> {
        let (questions, mut facts) = (questions(cohort, design), Facts::default());
        let basedata = &self.parts.basedata;
        if questions.iter().any(of_the_day) {
            let attributes = basedata.attributes(actor, both(as_at)).await.map_err(|e| PlatformError::neighbour(&e))?;
            questions.iter().for_each(|question| answer(question, &attributes, &mut facts));
        }
        if questions.contains(&Question::Homes) {
            let homes = basedata.residences(actor, as_at).await.map_err(|e| PlatformError::neighbour(&e))?;
            let home = |(person, municipality, period): (u32, varde_basedata::Municipality, varde_core::Period)| Home {
                person,
                from: day_number(period.from),
                until: period.until.map_or(i32::MAX, day_number),
                municipality: municipality.number(),
            };
            facts.people.homes = homes.into_iter().map(home).collect();
            facts.people.homes.sort_unstable();
        }
        if questions.contains(&Question::Parents) {
            let parents = basedata.parents(actor, both(as_at)).await.map_err(|e| PlatformError::neighbour(&e))?;
            facts.people.parents = parents;
        }
        Ok(facts)
    }
}

/// Whether it is answered by the register's fields as at one day.
fn of_the_day(question: &Question) -> bool {
    !matches!(question, Question::Homes | Question::Parents)
}

fn answer(question: &Question, attributes: &Attributes, facts: &mut Facts) {
    match question {
        Question::Born(from, until) => {
            let born = attributes.select(|a, i| a.birth_date[i].is_some_and(|d| *from <= d && d <= *until));
            facts.born.insert((*from, *until), born);
        }
        Question::Resident(areas) => {
            let inside = |code: &str| areas.iter().any(|area| code.starts_with(area.as_str()));
            let resident = attributes.select(|a, i| a.municipality[i].as_ref().is_some_and(|m| inside(&m.to_string())));
            facts.resident.insert(areas.clone(), resident);
        }
        Question::Births => facts.people.born = attributes.birth_date.iter().map(|d| d.map(day_number)).collect(),
        Question::Deaths => facts.people.died = attributes.death_date.iter().map(|d| d.map(day_number)).collect(),
        Question::Sexes => facts.people.sex = attributes.gender.iter().map(|gender| gender.map(sex)).collect(),
        Question::Homes | Question::Parents => {}
    }
}

const fn sex(gender: Gender) -> Sex {
    match gender {
        Gender::Female => Sex::Female,
        Gender::Male => Sex::Male,
    }
}
