//! The parts of the application's form. Each is a page, and so is each variable that is asked for: nobody
//! fills in more than fits on a phone.

use varde_core::{ApplicationId, FieldProblem};
use varde_permit::DataNeed;
use varde_web::Form;

use super::content_form;
use crate::model::Content;

/// A part of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What it is about and on which grounds.
    Project,
    /// Whom the data is about, and over which time.
    Cohort,
    /// The index date, and ages at it.
    Study,
    /// Controls and family.
    Family,
    /// The list of variables, each a page of its own.
    Variables,
    /// One variable, by its place in the list.
    Variable(usize),
    /// Formats, language and updates.
    Files,
    /// Who works with the data, and for how long.
    Persons,
}

const PROJECT: [&str; 5] = ["title", "summary", "purpose", "legal_bases", "ethics_approval"];
const COHORT: [&str; 8] =
    ["cohort", "cohort_variable", "cohort_prefixes", "born_from", "born_until", "areas", "period_from", "period_until"];
const STUDY: [&str; 11] = [
    "index",
    "index_variable",
    "index_codes",
    "index_from",
    "index_until",
    "index_times",
    "index_apart",
    "index_day",
    "index_as",
    "age_from",
    "age_until",
];
const FAMILY: [&str; 5] = ["controls", "controls_years", "controls_sex", "controls_area", "relatives"];
/// Their names end with the variable's place, as `reason_2`.
const VARIABLE: [&str; 11] = [
    "granularity",
    "reason",
    "same_reason",
    "aggregate",
    "window_from",
    "window_until",
    "having",
    "having_codes",
    "figure",
    "again",
    "remove",
];
const FILES: [&str; 5] = ["formats", "language", "updates", "updates_months", "updates_asked"];
const PERSONS: [&str; 2] = ["persons", "months"];

impl Part {
    /// The parts in the order of the form.
    pub(super) const ALL: [Self; 7] =
        [Self::Project, Self::Cohort, Self::Study, Self::Family, Self::Variables, Self::Files, Self::Persons];

    /// The name in locale keys.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Project => "project",
            Self::Cohort => "cohort",
            Self::Study => "study",
            Self::Family => "family",
            Self::Variables | Self::Variable(_) => "variables",
            Self::Files => "files",
            Self::Persons => "persons",
        }
    }

    /// The name in addresses; a variable's has its place behind it.
    const fn slug(self) -> &'static str {
        match self {
            Self::Project => "prosjekt",
            Self::Cohort => "utvalg",
            Self::Study => "indeksdato",
            Self::Family => "kontroller",
            Self::Variables | Self::Variable(_) => "opplysninger",
            Self::Files => "filene",
            Self::Persons => "hvem",
        }
    }

    /// The part of that name in an address.
    pub(super) fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.slug() == slug)
    }

    /// The address of its page.
    pub(super) fn path(self, id: ApplicationId) -> String {
        match self {
            Self::Variable(place) => format!("/soknader/{id}/rediger/{}/{place}", self.slug()),
            part => format!("/soknader/{id}/rediger/{}", part.slug()),
        }
    }

    /// Where it comes among the parts, from 0; a variable where the list of them is.
    pub(super) fn place(self) -> usize {
        Self::ALL.into_iter().position(|part| part.slug() == self.slug()).unwrap_or_default()
    }

    /// What is filled in after it, when there are so many variables; nothing after the last.
    pub(super) const fn after(self, variables: usize) -> Option<Self> {
        match self {
            Self::Project => Some(Self::Cohort),
            Self::Cohort => Some(Self::Study),
            Self::Study => Some(Self::Family),
            Self::Family => Some(Self::Variables),
            Self::Variables if variables > 0 => Some(Self::Variable(0)),
            Self::Variable(place) if place + 1 < variables => Some(Self::Variable(place + 1)),
            Self::Variables | Self::Variable(_) => Some(Self::Files),
            Self::Files => Some(Self::Persons),
            Self::Persons => None,
        }
    }

    /// The list that a variable stands in; nothing for the parts, which stand in the overview.
    pub(super) const fn above(self) -> Option<Self> {
        match self {
            Self::Variable(_) => Some(Self::Variables),
            _ => None,
        }
    }

    /// Whether the application has such a part.
    pub(super) fn is_in(self, content: &Content) -> bool {
        match self {
            Self::Variable(place) => place < content.need.variables.len(),
            _ => true,
        }
    }

    const fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Project => &PROJECT,
            Self::Cohort => &COHORT,
            Self::Study => &STUDY,
            Self::Family => &FAMILY,
            // Only pointed at, when there are none.
            Self::Variables => &["variables"],
            Self::Variable(_) => &VARIABLE,
            Self::Files => &FILES,
            Self::Persons => &PERSONS,
        }
    }

    /// The part that a field stands in; nothing for what the page itself posts.
    pub(super) fn of(field: &str) -> Option<Self> {
        let numbered = field.rsplit_once('_').and_then(|(name, place)| Some((name, place.parse().ok()?)));
        match numbered {
            Some((name, place)) if VARIABLE.contains(&name) => Some(Self::Variable(place)),
            _ => Self::ALL.into_iter().find(|part| part.fields().contains(&field)),
        }
    }

    /// Its first field: where what is wrong with all of it is told.
    fn first(self) -> String {
        let first = self.fields().first().copied().unwrap_or_default();
        match self {
            Self::Variable(place) => format!("{first}_{place}"),
            _ => first.to_owned(),
        }
    }

    /// These problems beside fields of this part.
    pub(super) fn beside(self, problems: Vec<FieldProblem>) -> Vec<FieldProblem> {
        let here = |problem: FieldProblem| match Self::of(&problem.field) == Some(self) {
            true => problem,
            false => FieldProblem::new(self.first(), problem.message),
        };
        problems.into_iter().map(here).collect()
    }

    /// Reads what was posted of this part over what is stored; the other parts stay as they are.
    ///
    /// # Errors
    /// Every field of this part that cannot be read.
    pub(super) fn read(self, posted: &Form, stored: &Content) -> Result<Content, Vec<FieldProblem>> {
        let kept = content_form::to_form(stored);
        let kept = kept.pairs().filter(|(name, _)| Self::of(name) != Some(self));
        let own = posted.pairs().filter(|(name, _)| Self::of(name) == Some(self));
        let (read, mut problems) = content_form::from_form(&Form::of(kept.chain(own)), stored);
        problems.retain(|problem| Self::of(&problem.field) == Some(self));
        if problems.is_empty() { Ok(self.put(read, stored.clone())) } else { Err(problems) }
    }

    /// What was read of this part, put into the rest as it is.
    fn put(self, read: Content, rest: Content) -> Content {
        let (told, need) = (read.need.clone(), rest.need.clone());
        match self {
            Self::Project => Content { need, persons: rest.persons, months: rest.months, ..read },
            Self::Cohort => Content { need: DataNeed { cohort: told.cohort, period: told.period, ..need }, ..rest },
            // Ages at the index date are a part of the cohort.
            Self::Study => Content { need: DataNeed { cohort: told.cohort, design: told.design, ..need }, ..rest },
            Self::Family => Content { need: DataNeed { design: told.design, ..need }, ..rest },
            Self::Variables => rest,
            Self::Variable(_) => Content { need: DataNeed { variables: told.variables, ..need }, ..rest },
            Self::Files => Content { need: DataNeed { handover: told.handover, ..need }, ..rest },
            Self::Persons => Content { persons: read.persons, months: read.months, ..rest },
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use varde_core::{LegalBasis, Period, PersonId, Purpose};
    use varde_permit::{Attribute, Cohort, Design, Granularity, Handover, Index, Kinship, NeededVariable};

    use super::*;

    fn every() -> Vec<Part> {
        Part::ALL.into_iter().chain([Part::Variable(0), Part::Variable(1)]).collect()
    }

    fn content(number: u32) -> Content {
        let variable = |path: &str| NeededVariable::rows(path.parse().unwrap(), Granularity::AsIs, format!("{number}"));
        let month = i8::try_from(number).unwrap();
        let until = Cohort::Born { from: date(1950, month, 1), until: date(1980, 12, 31) };
        let ages = Cohort::AtIndex(Attribute::Age { from: number, until: 90 });
        Content {
            title: format!("Tittel {number}"),
            summary: format!("Sammendrag {number}"),
            purpose: if number == 1 { Purpose::Research } else { Purpose::Statistics },
            legal_bases: vec![LegalBasis::new("GDPR", if number == 1 { "art. 6(1)(e)" } else { "art. 9(2)(j)" })],
            ethics_approval: format!("REK {number}"),
            need: DataNeed {
                cohort: Cohort::All(vec![until, ages]),
                variables: vec![variable("npr/contact/in_date"), variable("npr/contact/code")],
                period: Period::new(date(2020, month, 1), date(2024, 12, 31)).unwrap(),
                design: Design {
                    index: Some(Index::Day(date(2020, month, 1))),
                    relatives: [if number == 1 { Kinship::Parents } else { Kinship::Children }].into(),
                    ..Design::default()
                },
                handover: Handover {
                    language: if number == 1 { varde_core::Language::Nb } else { varde_core::Language::En },
                    ..Handover::default()
                },
            },
            persons: vec![PersonId::from_uuid(uuid::Uuid::from_u128(number.into()))],
            months: number,
        }
    }

    /// Whoever saves all parts one after another has saved the whole form, and whoever saves one has changed
    /// no other.
    #[test]
    fn each_part_saves_its_own_and_all_of_them_save_everything() {
        let (before, after) = (content(1), content(2));
        let posted = content_form::to_form(&after);
        let mut saved = before.clone();
        for part in every() {
            let alone = part.read(&posted, &before).unwrap();
            assert_eq!(alone == before, part == Part::Variables, "{part:?}");
            assert_eq!(part.read(&content_form::to_form(&before), &alone).unwrap(), before, "{part:?} is put back");
            saved = part.read(&posted, &saved).unwrap();
        }
        assert_eq!(saved, after);
    }

    #[test]
    fn a_part_is_not_held_up_by_what_is_wrong_with_another() {
        let mut stored = content(1);
        stored.need.period.until = None;
        let form = Form::of([("title", "Ny"), ("purpose", "research")]);
        assert_eq!(Part::Project.read(&form, &stored).unwrap().title, "Ny");
        let wrong = Part::Cohort.read(&Form::of([("areas", "Oslo")]), &stored).unwrap_err();
        let fields: Vec<&str> = wrong.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["period_from", "areas"]);
    }

    #[test]
    fn a_removed_variable_takes_no_other_with_it_and_a_reason_can_be_shared() {
        let mut stored = content(1);
        let without = Part::Variable(0).read(&Form::of([("remove_0", "yes")]), &stored).unwrap();
        assert_eq!(without.need.variables, stored.need.variables[1..]);
        stored.need.variables.iter_mut().for_each(|one| one.reason.clear());
        let form = [("granularity_0", "month"), ("reason_0", "Fordi"), ("same_reason_0", "yes")];
        let shared = Part::Variable(0).read(&Form::of(form), &stored).unwrap().need.variables;
        assert_eq!(shared.iter().map(|one| one.reason.as_str()).collect::<Vec<_>>(), ["Fordi", "Fordi"]);
        assert_eq!((shared[0].granularity, shared[1].granularity), (Granularity::Month, Granularity::AsIs));
    }

    #[test]
    fn every_field_has_one_part_and_every_part_a_page() {
        let id = ApplicationId::from_uuid(uuid::Uuid::from_u128(1));
        for (name, _) in content_form::to_form(&content(1)).pairs().filter(|(name, _)| *name != "variable") {
            assert!(Part::of(name).is_some_and(|part| every().contains(&part)), "{name}");
        }
        for part in Part::ALL {
            assert!(part.fields().iter().all(|field| Part::of(field) == Some(part)), "{part:?}");
            assert_eq!(Part::from_slug(part.path(id).rsplit_once('/').unwrap().1), Some(part));
        }
        assert!(Part::Variable(3).path(id).ends_with("/opplysninger/3"));
        assert_eq!((Part::of("revision"), Part::from_slug("tull")), (None, None));
    }

    #[test]
    fn whoever_goes_on_comes_to_every_part_and_every_variable() {
        for variables in 0..4 {
            let walked: Vec<Part> = std::iter::successors(Some(Part::Project), |part| part.after(variables)).collect();
            assert_eq!(walked.len(), Part::ALL.len() + variables);
            assert!(walked.is_sorted_by_key(|part| part.place()));
        }
    }
}
