//! Which variable has values in which year: what the catalogue declares against what was observed.

use jiff::civil::Date;
use serde::Serialize;
use varde_core::{CataloguePath, LocalisedText, Period};

use super::{
    codebook::ALWAYS,
    observed::{Filled, ObservedDataset},
    tree::{Dataset, Variable},
};

/// How a variable stands in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Neither declared nor observed.
    Neither,
    /// Declared; no release says anything about the year.
    Declared,
    /// Declared and observed.
    Both,
    /// Declared, and yet fewer people than may be told of have a value, or nobody: a contradiction.
    Unobserved,
    /// Observed outside the declared period: a contradiction.
    Undeclared,
}

impl Standing {
    /// All, in the order they are explained in.
    pub const ALL: [Self; 5] = [Self::Both, Self::Declared, Self::Unobserved, Self::Undeclared, Self::Neither];

    /// The name in the JSON and, after `availability-standing-`, in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Neither => "neither",
            Self::Declared => "declared",
            Self::Both => "both",
            Self::Unobserved => "unobserved",
            Self::Undeclared => "undeclared",
        }
    }

    /// The sign in a table, beside its words for those who do not see it.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Neither => "–",
            Self::Declared => "○",
            Self::Both => "●",
            Self::Unobserved => "✕",
            Self::Undeclared => "+",
        }
    }

    /// Whether what is declared and what is observed contradict each other.
    pub const fn is_contradiction(self) -> bool {
        matches!(self, Self::Unobserved | Self::Undeclared)
    }

    fn of(declared: bool, seen: Option<(Filled, bool)>) -> Self {
        match (declared, seen) {
            (true, Some((filled, _))) if filled.is_observed() => Self::Both,
            (false, Some((filled, _))) if filled.is_observed() => Self::Undeclared,
            // So few rows in all that nothing follows from there being few with a value.
            (true, Some((_, true))) => Self::Unobserved,
            (true, _) => Self::Declared,
            (false, _) => Self::Neither,
        }
    }
}

/// A dataset's variables against years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Availability {
    /// The years, in order and without gaps; `None`, which stands last, for rows without a date.
    pub years: Vec<Option<i16>>,
    /// The variables: those in no group, then group by group, in the dataset's order.
    pub variables: Vec<AvailableVariable>,
}

/// A variable's years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AvailableVariable {
    /// Which.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// The group that it is in, by code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether the release has it: direct identifiers never are in one.
    pub released: bool,
    /// How it stands in each of [`Availability::years`].
    pub standing: Vec<Standing>,
}

impl AvailableVariable {
    /// Whether a year of it contradicts what is declared.
    pub fn contradicts(&self) -> bool {
        self.standing.iter().any(|standing| standing.is_contradiction())
    }
}

impl Availability {
    /// What is declared of a dataset (with its variables) against what was observed in it.
    pub fn of(dataset: &Dataset, observed: Option<&ObservedDataset>, today: Date) -> Self {
        let years = years(dataset, observed, today);
        let in_group = |group: Option<&str>| {
            let inside = dataset.variables.iter().filter(move |v| v.group.as_deref() == group);
            inside.collect::<Vec<_>>()
        };
        let groups = dataset.groups.iter().flat_map(|group| in_group(Some(&group.code)));
        let ordered = in_group(None).into_iter().chain(groups);
        let variables = ordered.filter_map(|variable| row(variable, observed, &years)).collect();
        Self { years, variables }
    }

    /// How many variables contradict what is declared of them.
    pub fn contradictions(&self) -> usize {
        self.variables.iter().filter(|variable| variable.contradicts()).count()
    }
}

fn row(variable: &Variable, observed: Option<&ObservedDataset>, years: &[Option<i16>]) -> Option<AvailableVariable> {
    let name = variable.newest()?.name.clone();
    let found = observed.and_then(|o| o.variables.iter().find(|v| v.name == variable.path.name()));
    let seen = |year: Option<i16>| {
        let at = observed?.years.iter().position(|known| known.year == year)?;
        Some((*found?.filled.get(at)?, observed?.years[at].total.is_some()))
    };
    let standing = years.iter().map(|year| {
        let declared = year.is_none_or(|year| variable.versions.iter().any(|v| overlaps(v.valid, year)));
        Standing::of(declared, seen(*year))
    });
    Some(AvailableVariable {
        path: variable.path.clone(),
        name,
        group: variable.group.clone(),
        released: found.is_some(),
        standing: standing.collect(),
    })
}

fn overlaps(period: Period, year: i16) -> bool {
    period.from.year() <= year && period.until.is_none_or(|until| until.year() >= year)
}

/// From the first year that somebody names until today. What holds «always» names no year.
fn years(dataset: &Dataset, observed: Option<&ObservedDataset>, today: Date) -> Vec<Option<i16>> {
    let seen = || observed.into_iter().flat_map(|o| &o.years);
    let versions = || dataset.variables.iter().flat_map(|v| &v.versions);
    let begun = versions().map(|v| v.valid.from).filter(|from| *from > ALWAYS).map(Date::year);
    let ended = versions().filter_map(|v| v.valid.until).map(Date::year);
    let whole = dataset.details.terms.valid_from.map(Date::year);
    let named = seen().filter_map(|year| year.year).chain(begun).chain(ended).chain(whole);
    let now = today.year();
    let first = named.filter(|year| *year <= now).min().unwrap_or(now);
    let last = seen().filter_map(|year| year.year).max().unwrap_or(now).max(now);
    let undated = seen().any(|year| year.year.is_none()).then_some(None);
    (first..=last).map(Some).chain(undated).collect()
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};
    use varde_core::ReleaseId;

    use super::*;
    use crate::model::{
        Details, Identification, VariableDetails, VariableGroup, VariableVersion,
        observed::{Count, Limits, ObservedVariable, ObservedYear},
    };

    fn variable(name: &str, group: Option<&str>, periods: &[(Date, Option<Date>)]) -> Variable {
        let version = |(from, until): &(Date, Option<Date>)| -> VariableVersion {
            let json = serde_json::json!({ "valid": Period { from: *from, until: *until },
                "name": { "nb": name, "nn": "", "en": "" }, "data_type": "integer" });
            serde_json::from_value(json).unwrap()
        };
        Variable {
            path: format!("s/d/{name}").parse().unwrap(),
            column: name.to_owned(),
            group: group.map(str::to_owned),
            identification: Identification::Other,
            details: VariableDetails::default(),
            versions: periods.iter().map(version).collect(),
        }
    }

    fn dataset(variables: Vec<Variable>) -> Dataset {
        Dataset {
            path: "s/d".parse().unwrap(),
            name: LocalisedText::default(),
            description: LocalisedText::default(),
            sub_source: None,
            groups: vec![VariableGroup {
                code: "g".to_owned(),
                name: LocalisedText::default(),
                parent: None,
                external: None,
            }],
            details: Details::default(),
            variables,
        }
    }

    fn observed(years: &[(Option<i16>, bool)], variables: &[(&str, &[Filled])]) -> ObservedDataset {
        let total = Some(Count { rows: 50, people: 50 });
        let year = |(year, told): &(Option<i16>, bool)| ObservedYear { year: *year, total: total.filter(|_| *told) };
        let variable = |(name, filled): &(&str, &[Filled])| ObservedVariable {
            name: (*name).to_owned(),
            filled: filled.to_vec(),
            distribution: None,
        };
        ObservedDataset {
            release: ReleaseId::from_uuid(uuid::Uuid::nil()),
            observed_at: Timestamp::UNIX_EPOCH,
            limits: Limits { threshold: 10, base: 5 },
            years: years.iter().map(year).collect(),
            variables: variables.iter().map(variable).collect(),
        }
    }

    const TODAY: Date = Date::constant(2024, 6, 1);

    #[test]
    fn what_is_declared_meets_what_is_observed() {
        let from_2022 = [(date(2022, 3, 1), None)];
        let until_2022 = [(date(2021, 1, 1), Some(date(2022, 6, 30)))];
        let dataset = dataset(vec![variable("a", Some("g"), &from_2022), variable("b", None, &until_2022)]);
        let filled = [Filled::Few, Filled::Few, Filled::NearlyAll, Filled::NearlyAll];
        let before = [Filled::NearlyAll, Filled::NearlyAll, Filled::Few, Filled::Few];
        let years = [(Some(2021), true), (Some(2022), true), (Some(2023), true), (Some(2024), false)];
        let seen = observed(&years, &[("a", &filled), ("b", &before)]);
        let matrix = Availability::of(&dataset, Some(&seen), TODAY);
        assert_eq!(matrix.years, [2021, 2022, 2023, 2024].map(Some));
        let names: Vec<_> = matrix.variables.iter().map(|v| v.path.name()).collect();
        assert_eq!(names, ["b", "a"], "those in no group first");
        use Standing::{Both, Neither, Unobserved};
        assert_eq!(matrix.variables[1].standing, [Neither, Unobserved, Both, Both]);
        assert_eq!(matrix.variables[0].standing, [Both, Both, Neither, Neither]);
        assert_eq!(matrix.contradictions(), 1);
    }

    #[test]
    fn what_is_observed_outside_the_period_contradicts_it() {
        let retired = dataset(vec![variable("a", None, &[(ALWAYS, Some(date(2021, 12, 31)))])]);
        let seen = observed(&[(Some(2021), true), (Some(2022), true)], &[("a", &[Filled::Some, Filled::NearlyAll])]);
        let matrix = Availability::of(&retired, Some(&seen), TODAY);
        use Standing::{Both, Neither, Undeclared};
        assert_eq!(matrix.variables[0].standing, [Both, Undeclared, Neither, Neither]);
        assert!(matrix.variables[0].contradicts());
    }

    #[test]
    fn without_a_release_nothing_contradicts() {
        let dataset = dataset(vec![variable("a", None, &[(date(2023, 1, 1), None)])]);
        let matrix = Availability::of(&dataset, None, TODAY);
        assert_eq!(matrix.variables[0].standing, [Standing::Declared; 2]);
        assert!(!matrix.variables[0].released);
        // A release that lacks the variable says nothing of it either.
        let seen = observed(&[(Some(2023), true)], &[("b", &[Filled::NearlyAll])]);
        assert_eq!(Availability::of(&dataset, Some(&seen), TODAY).contradictions(), 0);
    }

    #[test]
    fn what_holds_always_names_no_year_and_rows_without_a_date_stand_last() {
        let dataset = dataset(vec![variable("a", None, &[(ALWAYS, None)])]);
        assert_eq!(Availability::of(&dataset, None, TODAY).years, [Some(2024)]);
        let seen = observed(&[(None, true)], &[("a", &[Filled::NearlyAll])]);
        let matrix = Availability::of(&dataset, Some(&seen), TODAY);
        assert_eq!(matrix.years, [Some(2024), None]);
        assert_eq!(matrix.variables[0].standing, [Standing::Declared, Standing::Both]);
    }

    #[test]
    fn a_year_with_too_few_rows_to_be_told_of_contradicts_nothing() {
        let dataset = dataset(vec![variable("a", None, &[(ALWAYS, None)])]);
        let seen = observed(&[(Some(2024), false)], &[("a", &[Filled::Few])]);
        assert_eq!(Availability::of(&dataset, Some(&seen), TODAY).variables[0].standing, [Standing::Declared]);
    }
}
