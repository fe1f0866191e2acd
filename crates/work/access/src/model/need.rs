//! Whether an extract could be made of what is applied for: found while the applicant writes, not
//! after the decision.

use std::collections::BTreeMap;

use varde_core::{FieldProblem, id::CataloguePath};
use varde_permit::{Cohort, DataNeed, Values};

/// What values the variables have, by the catalogue. What is not in it is not there.
pub type Kinds = BTreeMap<CataloguePath, Values>;

/// What is wrong with how finely variables are asked for: the field of the form and the message's key.
/// Variables that the catalogue does not have are [`flaws`] of their own.
pub fn granularity_flaws(need: &DataNeed, kinds: &Kinds) -> Vec<FieldProblem> {
    let asked = need.variables.iter().enumerate();
    let wrong = asked.filter(|(_, n)| kinds.get(&n.variable).is_some_and(|kind| !n.granularity.fits(*kind)));
    wrong.map(|(place, _)| FieldProblem::new(format!("granularity_{place}"), "access-error-granularity")).collect()
}

/// Everything that keeps an extract from being made of the need, for whoever sends the application.
pub fn flaws(need: &DataNeed, kinds: &Kinds) -> Vec<FieldProblem> {
    let mut flaws = granularity_flaws(need, kinds);
    for (place, needed) in need.variables.iter().enumerate() {
        let field = || format!("granularity_{place}");
        if need.variables[..place].iter().any(|earlier| earlier.variable == needed.variable) {
            flaws.push(FieldProblem::new(field(), "access-error-variable-twice"));
        }
        if !kinds.contains_key(&needed.variable) {
            flaws.push(FieldProblem::new(field(), "access-error-variable-gone"));
        }
    }
    let codes = code_variables(&need.cohort);
    if !codes.iter().all(|variable| kinds.get(variable) == Some(&Values::Characters)) {
        flaws.push(FieldProblem::new("cohort_variable", "access-error-cohort-variable"));
    }
    flaws
}

/// The variables that a need mentions: those to be delivered, and those its rule looks for codes in.
pub(crate) fn mentioned(need: &DataNeed) -> Vec<CataloguePath> {
    let mut all: Vec<_> = need.variables.iter().map(|n| n.variable.clone()).collect();
    all.extend(code_variables(&need.cohort).into_iter().cloned());
    all.sort();
    all.dedup();
    all
}

fn code_variables(cohort: &Cohort) -> Vec<&CataloguePath> {
    match cohort {
        Cohort::Everyone | Cohort::Born { .. } | Cohort::Resident { .. } => Vec::new(),
        Cohort::All(parts) | Cohort::Any(parts) => parts.iter().flat_map(code_variables).collect(),
        Cohort::Not(part) => code_variables(part),
        Cohort::HasCode { variable, .. } => vec![variable],
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use varde_core::Period;
    use varde_permit::{Granularity, NeededVariable};

    use super::*;

    fn path(text: &str) -> CataloguePath {
        text.parse().unwrap()
    }

    fn need(variables: &[(&str, Granularity)], cohort: Cohort) -> DataNeed {
        let needed = |(variable, granularity): &(&str, Granularity)| NeededVariable {
            variable: path(variable),
            granularity: *granularity,
            reason: "Trengs".into(),
        };
        let period = Period::new(date(2020, 1, 1), date(2021, 1, 1)).unwrap();
        DataNeed { cohort, variables: variables.iter().map(needed).collect(), period, handover: varde_permit::Handover::default() }
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

    fn told(flaws: &[FieldProblem]) -> Vec<(&str, &str)> {
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
            assert_eq!(
                told(&granularity_flaws(&bad, &kinds())),
                [(field.as_str(), "access-error-granularity")],
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn what_is_gone_doubled_or_holds_no_codes_is_found_before_it_is_sent() {
        let twice =
            need(&[("npr/contact/age", Granularity::AsIs), ("npr/contact/age", Granularity::AsIs)], Cohort::Everyone);
        assert_eq!(told(&flaws(&twice, &kinds())), [("granularity_1", "access-error-variable-twice")]);
        let gone = need(&[("npr/contact/gone", Granularity::AsIs)], Cohort::Everyone);
        assert_eq!(told(&flaws(&gone, &kinds())), [("granularity_0", "access-error-variable-gone")]);
        let rule = Cohort::HasCode { variable: path("npr/contact/age"), prefixes: vec!["5".into()] };
        let no_codes = need(&[("npr/contact/age", Granularity::AsIs)], Cohort::Not(Box::new(rule)));
        assert_eq!(told(&flaws(&no_codes, &kinds())), [("cohort_variable", "access-error-cohort-variable")]);
        assert_eq!(mentioned(&no_codes), [path("npr/contact/age")]);
    }
}
