//! Whether an extract could be made of what is applied for: found while the applicant writes, not
//! after the decision.

use std::collections::BTreeMap;

use varde_core::{FieldProblem, id::CataloguePath};
use varde_permit::{DataNeed, DesignFlaw, NeededVariable, Values, design_flaws};

/// What values the variables have, by the catalogue. What is not in it is not there.
pub type Kinds = BTreeMap<CataloguePath, Values>;

/// What is wrong with how finely variables are asked for: the field of the form and the message's key.
/// Variables that the catalogue does not have are [`flaws`] of their own.
pub fn granularity_flaws(need: &DataNeed, kinds: &Kinds) -> Vec<FieldProblem> {
    unfit(need, kinds, |_| true)
}

/// The same of those variables that were not asked for just so before.
pub fn new_granularity_flaws(need: &DataNeed, before: &DataNeed, kinds: &Kinds) -> Vec<FieldProblem> {
    unfit(need, kinds, |needed| !before.variables.contains(needed))
}

fn unfit(need: &DataNeed, kinds: &Kinds, judged: impl Fn(&NeededVariable) -> bool) -> Vec<FieldProblem> {
    let asked = need.variables.iter().enumerate().filter(|(_, needed)| judged(needed));
    let wrong = asked.filter(|(_, n)| kinds.get(&n.variable).is_some_and(|kind| !n.asked().fits(*kind)));
    wrong.map(|(place, _)| FieldProblem::new(format!("granularity_{place}"), "access-error-granularity")).collect()
}

/// Everything that keeps an extract from being made of the need, for whoever sends the application.
pub fn flaws(need: &DataNeed, kinds: &Kinds) -> Vec<FieldProblem> {
    let mut flaws = granularity_flaws(need, kinds);
    for (place, needed) in need.variables.iter().enumerate() {
        let field = || format!("granularity_{place}");
        let same = |earlier: &NeededVariable| {
            earlier.variable == needed.variable && earlier.asked().column() == needed.asked().column()
        };
        if need.variables[..place].iter().any(same) {
            flaws.push(FieldProblem::new(field(), "access-error-variable-twice"));
        }
        if !kinds.contains_key(&needed.variable) {
            flaws.push(FieldProblem::new(field(), "access-error-variable-gone"));
        }
    }
    let codes = need.cohort.code_variables();
    if !codes.into_iter().all(|variable| kinds.get(variable) == Some(&Values::Characters)) {
        flaws.push(FieldProblem::new("cohort_variable", "access-error-cohort-variable"));
    }
    if need.design.events().is_some_and(|e| kinds.get(&e.codes.variable) != Some(&Values::Characters)) {
        flaws.push(FieldProblem::new("index_variable", "access-error-cohort-variable"));
    }
    for (place, needed) in need.variables.iter().enumerate() {
        if needed.measure.having.as_ref().is_some_and(|codes| kinds.get(&codes.variable) != Some(&Values::Characters)) {
            flaws.push(FieldProblem::new(format!("having_{place}"), "access-error-cohort-variable"));
        }
    }
    let asked: Vec<_> = need.variables.iter().map(NeededVariable::asked).collect();
    let known = flaws.len();
    for flaw in design_flaws(&need.cohort, &need.design, &asked) {
        let problem = told(&flaw, need);
        // A variable that is listed twice is named above, beside the second of them.
        if !matches!(flaw, DesignFlaw::Twice(_)) && !flaws[known..].contains(&problem) {
            flaws.push(problem);
        }
    }
    flaws
}

/// Where in the form a flaw of the design is mended, and the message's key.
fn told(flaw: &DesignFlaw, need: &DataNeed) -> FieldProblem {
    let beside = |field: &str, variable: &CataloguePath| {
        let place = need.variables.iter().position(|n| n.variable == *variable).unwrap_or_default();
        format!("{field}_{place}")
    };
    let (field, message) = match flaw {
        DesignFlaw::EmptyRule => ("cohort_prefixes".to_owned(), "access-missing-cohort"),
        DesignFlaw::Events(_) => ("index_times".to_owned(), "access-error-index-times"),
        DesignFlaw::Ages => ("age_until".to_owned(), "access-error-ages"),
        DesignFlaw::Areas => ("areas".to_owned(), "access-error-areas"),
        DesignFlaw::AttributeWithoutIndex => ("age_from".to_owned(), "access-error-needs-index"),
        DesignFlaw::IndexAs => ("index_as".to_owned(), "access-error-index-as"),
        DesignFlaw::Controls => ("controls".to_owned(), "access-error-controls"),
        DesignFlaw::WindowWithoutIndex(v) => (beside("window_from", v), "access-error-needs-index"),
        DesignFlaw::Window(v) => (beside("window_until", v), "access-error-window"),
        DesignFlaw::HavingElsewhere(v) => (beside("having", v), "access-error-having-elsewhere"),
        DesignFlaw::HavingNothing(v) => (beside("having", v), "access-error-having-nothing"),
        DesignFlaw::RowsDiffer(v) => (beside("window_from", v), "access-error-rows-differ"),
        DesignFlaw::Twice(v) => (beside("granularity", v), "access-error-variable-twice"),
        DesignFlaw::Name(v) => (beside("aggregate", v), "access-error-figure-name"),
    };
    FieldProblem::new(field, message)
}

/// The variables that a need mentions: those to be delivered, and those its rule looks for codes in.
pub(crate) fn mentioned(need: &DataNeed) -> Vec<CataloguePath> {
    let mut all: Vec<_> = need.variables.iter().map(|n| n.variable.clone()).collect();
    all.extend(need.cohort.code_variables().into_iter().cloned());
    all.extend(need.design.events().map(|events| events.codes.variable.clone()));
    all.extend(need.variables.iter().filter_map(|n| Some(n.measure.having.as_ref()?.variable.clone())));
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use varde_core::Period;
    use varde_permit::{Cohort, Granularity};

    use super::*;

    fn path(text: &str) -> CataloguePath {
        text.parse().unwrap()
    }

    fn need(variables: &[(&str, Granularity)], cohort: Cohort) -> DataNeed {
        let needed = |(variable, granularity): &(&str, Granularity)| {
            NeededVariable::rows(path(variable), *granularity, "Trengs")
        };
        let period = Period::new(date(2020, 1, 1), date(2021, 1, 1)).unwrap();
        DataNeed::plain(cohort, variables.iter().map(needed).collect(), period)
    }

    fn kinds() -> Kinds {
        [
            ("npr/contact/in_date", Values::Dates),
            ("npr/contact/age", Values::Numbers),
            ("npr/contact/code", Values::Characters),
        ]
        .map(|(variable, kind)| (path(variable), kind))
        .into()
    }

    fn named(flaws: &[FieldProblem]) -> Vec<(&str, &str)> {
        flaws.iter().map(|f| (f.field.as_str(), f.message.as_str())).collect()
    }

    #[test]
    fn a_granularity_that_says_nothing_or_is_of_another_kind_is_named_beside_its_variable() {
        let rule = Cohort::HasCode { variable: path("npr/contact/code"), prefixes: vec!["I50".into()] };
        let good =
            need(&[("npr/contact/in_date", Granularity::Month), ("npr/contact/age", Granularity::Band(5))], rule);
        assert_eq!(flaws(&good, &kinds()), []);
        for (place, wrong) in
            [(0, Granularity::Band(5)), (1, Granularity::Band(0)), (1, Granularity::Month), (1, Granularity::Prefix(2))]
        {
            let mut bad = good.clone();
            bad.variables[place].granularity = wrong;
            let field = format!("granularity_{place}");
            let found = granularity_flaws(&bad, &kinds());
            assert_eq!(named(&found), [(field.as_str(), "access-error-granularity")], "{wrong:?}");
            assert_eq!(new_granularity_flaws(&bad, &good, &kinds()), found, "{wrong:?}");
            assert_eq!(new_granularity_flaws(&bad, &bad, &kinds()), [], "it was so before");
        }
    }

    #[test]
    fn what_is_gone_doubled_or_holds_no_codes_is_found_before_it_is_sent() {
        let twice =
            need(&[("npr/contact/age", Granularity::AsIs), ("npr/contact/age", Granularity::AsIs)], Cohort::Everyone);
        assert_eq!(named(&flaws(&twice, &kinds())), [("granularity_1", "access-error-variable-twice")]);
        let gone = need(&[("npr/contact/gone", Granularity::AsIs)], Cohort::Everyone);
        assert_eq!(named(&flaws(&gone, &kinds())), [("granularity_0", "access-error-variable-gone")]);
        let rule = Cohort::HasCode { variable: path("npr/contact/age"), prefixes: vec!["5".into()] };
        let no_codes = need(&[("npr/contact/age", Granularity::AsIs)], Cohort::Not(Box::new(rule)));
        assert_eq!(named(&flaws(&no_codes, &kinds())), [("cohort_variable", "access-error-cohort-variable")]);
        assert_eq!(mentioned(&no_codes), [path("npr/contact/age")]);
    }
}
