//! The state of the whole: for each thing and each principle what the assessments and deviations add up
//! to on a day.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::{
    assessment::{Answer, Assessment},
    content::{Principle, RequirementId},
    deviation::{Deviation, Standing},
    thing::ThingId,
};

/// How a principle is held by a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing was assessed.
    NotAssessed,
    /// It does not concern the thing.
    NotRelevant,
    /// Everything that concerns it is met.
    Met,
    /// Nothing is missing so far, and not everything was assessed.
    Begun,
    /// Something beyond the least is missing, or is met in part.
    Partly,
    /// Something is missing, with leave of the governing body.
    Deviates,
    /// Something that binds is missing, without leave.
    NotMet,
    /// The leave has run out.
    Overdue,
}

impl Verdict {
    /// The name in texts and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotAssessed => "not_assessed",
            Self::NotRelevant => "not_relevant",
            Self::Met => "met",
            Self::Begun => "begun",
            Self::Partly => "partly",
            Self::Deviates => "deviates",
            Self::NotMet => "not_met",
            Self::Overdue => "overdue",
        }
    }
}

/// What one thing's assessments against one principle add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cell {
    /// How many requirements are met.
    pub met: u32,
    /// In part.
    pub partly: u32,
    /// Not.
    pub not_met: u32,
    /// How many do not concern the thing.
    pub not_relevant: u32,
    /// How many were not assessed.
    pub missing: u32,
    /// How many of the assessments are of an older version of the requirement.
    pub older: u32,
    /// How many deviations hold.
    pub deviations: u32,
    /// How many have run out.
    pub overdue: u32,
    /// How many requirements that bind are not met and have no deviation that holds.
    pub without_leave: u32,
}

impl Cell {
    /// What it comes to: the worst of it.
    pub fn verdict(&self) -> Verdict {
        let assessed = self.met + self.partly + self.not_met + self.not_relevant;
        match () {
            () if self.overdue > 0 => Verdict::Overdue,
            () if self.without_leave > 0 => Verdict::NotMet,
            () if self.deviations > 0 && self.partly + self.not_met > 0 => Verdict::Deviates,
            () if self.partly + self.not_met > 0 => Verdict::Partly,
            () if assessed == 0 => Verdict::NotAssessed,
            () if self.missing > 0 => Verdict::Begun,
            () if self.met == 0 => Verdict::NotRelevant,
            () => Verdict::Met,
        }
    }
}

/// What is known on a day: the latest assessment and the deviations of each thing and requirement.
#[derive(Debug, Default)]
pub struct Known<'a> {
    assessments: BTreeMap<(&'a ThingId, &'a RequirementId), &'a Assessment>,
    deviations: BTreeMap<(&'a ThingId, &'a RequirementId), Vec<&'a Deviation>>,
}

impl<'a> Known<'a> {
    /// From the latest version of each.
    pub fn new(
        assessments: impl IntoIterator<Item = &'a Assessment>,
        deviations: impl IntoIterator<Item = &'a Deviation>,
    ) -> Self {
        let mut known = Self::default();
        for one in assessments {
            known.assessments.insert((&one.thing, &one.requirement), one);
        }
        for one in deviations {
            known.deviations.entry((&one.thing, &one.requirement)).or_default().push(one);
        }
        known
    }

    /// The assessment of a thing against a requirement.
    pub fn assessment(&self, thing: &ThingId, requirement: &RequirementId) -> Option<&'a Assessment> {
        self.assessments.get(&(thing, requirement)).copied()
    }

    /// The deviations of a thing from a requirement.
    pub fn deviations(&self, thing: &ThingId, requirement: &RequirementId) -> Vec<&'a Deviation> {
        self.deviations.get(&(thing, requirement)).cloned().unwrap_or_default()
    }

    /// What a thing's assessments against a principle add up to on that day. Requirements that do not
    /// hold yet are not counted.
    pub fn cell(&self, thing: &ThingId, principle: &Principle, day: Date) -> Cell {
        let mut cell = Cell::default();
        for requirement in &principle.requirements {
            let Some(version) = requirement.on(day) else { continue };
            let standings: Vec<_> =
                self.deviations(thing, &requirement.id).iter().map(|one| one.standing(day)).collect();
            let holding = standings.iter().filter(|one| matches!(one, Standing::Holds(_))).count();
            let overdue = standings.iter().filter(|one| matches!(one, Standing::Overdue(_))).count();
            cell.deviations += count(holding);
            cell.overdue += count(overdue);
            let Some(assessment) = self.assessment(thing, &requirement.id) else {
                cell.missing += 1;
                continue;
            };
            cell.older += u32::from(assessment.requirement_version < version.number);
            match assessment.answer {
                Answer::Met => cell.met += 1,
                Answer::Partly => cell.partly += 1,
                Answer::NotMet => cell.not_met += 1,
                Answer::NotRelevant => cell.not_relevant += 1,
            }
            let missing = assessment.answer == Answer::NotMet && requirement.level.binds();
            cell.without_leave += u32::from(missing && holding == 0);
        }
        cell
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use proptest::prelude::*;
    use varde_core::Language;

    use super::*;
    use crate::model::{
        content::Frameworks,
        deviation::{Owner, State},
    };

    fn thing() -> ThingId {
        "kilde-npr".to_owned().try_into().unwrap()
    }

    fn today() -> Date {
        "2026-11-23".parse().unwrap()
    }

    fn assessment(requirement: &str, answer: Answer) -> Assessment {
        Assessment {
            thing: thing(),
            requirement: requirement.to_owned().try_into().unwrap(),
            requirement_version: 1,
            answer,
            reason: "Fordi.".to_owned(),
            evidence: vec!["notat".to_owned()],
        }
    }

    fn deviation(requirement: &str, days: i32) -> Deviation {
        Deviation {
            thing: thing(),
            requirement: requirement.to_owned().try_into().unwrap(),
            reason: "Ikke ennå.".to_owned(),
            owner: Owner { function: "Leder".to_owned(), email: "a@b.example".to_owned(), language: Language::Nb },
            expires: today().saturating_add(days.days()),
            state: State::Granted,
            body: "Styringsgruppen".to_owned(),
            said: "Greit.".to_owned(),
            involved: Vec::new(),
        }
    }

    fn verdict(answers: &[(&str, Answer)], deviations: &[Deviation]) -> Verdict {
        let all = Frameworks::built_in().unwrap();
        let principle = &all.get("national").unwrap().principles[3];
        let assessments: Vec<_> = answers.iter().map(|(id, answer)| assessment(id, *answer)).collect();
        Known::new(&assessments, deviations).cell(&thing(), principle, today()).verdict()
    }

    #[test]
    fn the_worst_decides() {
        use Answer::{Met, NotMet, NotRelevant, Partly};
        let all = |a, b, c, d| [("4.1", a), ("4.2", b), ("4.3", c), ("4.4", d)];
        assert_eq!(verdict(&[], &[]), Verdict::NotAssessed);
        assert_eq!(verdict(&[("4.1", Met)], &[]), Verdict::Begun);
        assert_eq!(verdict(&all(Met, Met, Met, NotRelevant), &[]), Verdict::Met);
        assert_eq!(verdict(&all(NotRelevant, NotRelevant, NotRelevant, NotRelevant), &[]), Verdict::NotRelevant);
        assert_eq!(verdict(&all(Met, Met, NotMet, Met), &[]), Verdict::Partly, "4.3 goes beyond the least");
        assert_eq!(verdict(&all(Met, Partly, Met, Met), &[]), Verdict::Partly);
        assert_eq!(verdict(&all(Met, NotMet, Met, Met), &[]), Verdict::NotMet);
        assert_eq!(verdict(&all(Met, NotMet, Met, Met), &[deviation("4.2", 0)]), Verdict::Deviates);
        assert_eq!(verdict(&all(Met, NotMet, Met, Met), &[deviation("4.2", -1)]), Verdict::Overdue);
        assert_eq!(verdict(&all(Met, NotMet, Met, Met), &[deviation("4.1", 5)]), Verdict::NotMet, "leave for another");
        assert_eq!(verdict(&all(Met, Met, Met, Met), &[deviation("4.2", 5)]), Verdict::Met, "met before its time");
    }

    #[test]
    fn assessments_of_an_older_version_are_counted() {
        let text = include_str!("../../content/national.toml").replacen(
            "{ number = 1, from = \"2020-01-14\", text",
            "{ number = 1, from = \"2019-01-01\", text = { nb = \"a\", nn = \"b\", en = \"c\" } }, { number = 2, from = \"2020-01-14\", text",
            1,
        );
        let all = Frameworks::read(&[&text]).unwrap();
        let mut one = assessment("1.1", Answer::Met);
        let cell = |one: &Assessment| Known::new([one], []).cell(&thing(), &all.all()[0].principles[0], today());
        assert_eq!((cell(&one).older, cell(&one).met), (1, 1));
        one.requirement_version = 2;
        assert_eq!(cell(&one).older, 0);
    }

    proptest! {
        #[test]
        fn every_requirement_is_counted_once_and_only_what_is_whole_is_met(
            answers in proptest::collection::vec(proptest::option::of(0_usize..4), 4),
            leave in proptest::collection::vec(proptest::option::of(-30_i32..30), 4),
        ) {
            let all = Frameworks::built_in().unwrap();
            let principle = &all.get("national").unwrap().principles[3];
            let ids: Vec<_> = principle.requirements.iter().map(|one| one.id.to_string()).collect();
            let given = |n: usize| answers[n].map(|one| assessment(&ids[n], Answer::ALL[one]));
            let assessments: Vec<_> = (0..4).filter_map(given).collect();
            let deviations: Vec<_> = (0..4).filter_map(|n| leave[n].map(|days| deviation(&ids[n], days))).collect();
            let cell = Known::new(&assessments, &deviations).cell(&thing(), principle, today());
            prop_assert_eq!(cell.met + cell.partly + cell.not_met + cell.not_relevant + cell.missing, 4);
            prop_assert_eq!((cell.deviations + cell.overdue) as usize, deviations.len());
            match cell.verdict() {
                Verdict::Met => prop_assert!(cell.missing + cell.partly + cell.not_met + cell.overdue == 0),
                Verdict::NotAssessed => prop_assert_eq!(cell.missing, 4),
                Verdict::Overdue => prop_assert!(cell.overdue > 0),
                Verdict::NotMet => prop_assert!(cell.not_met > 0),
                Verdict::Deviates => prop_assert!(cell.deviations > 0),
                _ => {}
            }
        }
    }
}
