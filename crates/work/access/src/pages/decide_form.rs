//! The form of a decision: what it offers, and reading it.

use varde_permit::{RuleSet, Updates};
use varde_web::{Form, Visit, ui::Choice};

use super::{shown, updates_form};
use crate::{
    AccessError, AccessService,
    model::{Application, Grant, OnLarge, Outcome, Proposal, Reach},
};

/// One variable that can be granted.
pub(super) struct GrantRow {
    pub(super) place: usize,
    pub(super) variable: shown::VariableRow,
    pub(super) choices: Vec<Choice>,
}

/// How many people the application would reach, for whoever decides.
pub(super) struct ReachShown {
    /// In words.
    pub(super) text: String,
    /// Whether an assessment and a background check must be stated.
    pub(super) large: bool,
}

impl ReachShown {
    pub(super) fn of(visit: &Visit, reach: Option<Reach>) -> Self {
        let Some(reach) = reach else { return Self { text: visit.t("access-reach-unknown"), large: false } };
        let number = |count: u64| visit.number(i64::try_from(count).unwrap_or(i64::MAX));
        let key = if reach.is_large() { "access-reach-large" } else { "access-reach-ordinary" };
        let texts = [("people", number(reach.people).into()), ("limit", number(reach.limit).into())];
        Self { text: visit.t_with(key, &texts), large: reach.is_large() }
    }
}

/// What the decision form begins with: Norwegian law, groups of five, the updates that are asked for.
pub(super) fn suggested(asked: Option<Updates>) -> Form {
    updates_form::to_form(Form::of([("minimum_group", "5"), ("rule_set", "norway")]), asked)
}

/// The variables with what they can be granted as.
pub(super) async fn grant_rows(
    service: &AccessService,
    visit: &Visit,
    application: &Application,
) -> Result<Vec<GrantRow>, AccessError> {
    let needed = &application.content.need.variables;
    let paths: Vec<_> = needed.iter().map(|n| n.variable.clone()).collect();
    let described = service.ports().variables.describe(&paths).await?;
    let rows = shown::variables(service.ports(), visit, application).await;
    let choice = |g| Choice::new(varde_permit::form::granularity_code(g), shown::granularity(visit, g));
    Ok(rows
        .into_iter()
        .enumerate()
        .map(|(place, variable)| {
            let asked = needed[place].granularity;
            let possible = described.iter().find(|d| d.path == needed[place].variable);
            let mut choices = vec![choice(asked)];
            for g in possible.map_or(&[][..], |d| &d.granularities) {
                if *g != asked && g.within(asked) {
                    choices.push(choice(*g));
                }
            }
            GrantRow { place, variable, choices }
        })
        .collect())
}

/// Reads the decision.
///
/// # Errors
/// The first field that cannot be read.
pub(super) fn proposal(form: &Form, application: &Application) -> Result<Proposal, varde_core::FieldProblem> {
    let wrong = |field: &str, message: &str| varde_core::FieldProblem::new(field, message);
    let outcome = Outcome::from_name(form.value("outcome")).ok_or_else(|| wrong("outcome", "access-error-outcome"))?;
    let minimum_group =
        form.value("minimum_group").parse().map_err(|_| wrong("minimum_group", "access-refused-group"))?;
    let rule_set = match form.value("rule_set") {
        "norway" => RuleSet::Norway,
        "ehds" => RuleSet::Ehds,
        _ => return Err(wrong("rule_set", "access-error-rule-set")),
    };
    let grants = application
        .content
        .need
        .variables
        .iter()
        .enumerate()
        .filter(|(place, _)| form.has("grant", place.to_string()))
        .map(|(place, needed)| {
            // Nothing is granted in another way than the handler chose: what cannot be read is said.
            let chosen = varde_permit::form::granularity_from_code(form.value(&format!("granularity_{place}")));
            let granularity = chosen.ok_or_else(|| wrong("grants", "access-error-granularity"))?;
            Ok(Grant { variable: needed.variable.clone(), granularity, measure: needed.measure.clone() })
        })
        .collect::<Result<_, varde_core::FieldProblem>>()?;
    let mut unread = None;
    let asked = application.content.need.handover.updates;
    let updates = asked.and_then(|asked| {
        let months = asked.months;
        let given = updates_form::read(form, months, &mut |field, message| unread = Some(wrong(field, message)));
        // How updates come is the applicant's to choose.
        given.map(|given| Updates { when_asked: asked.when_asked, ..given })
    });
    if let Some(problem) = unread {
        return Err(problem);
    }
    let large = OnLarge {
        assessment: form.value("large_assessment").to_owned(),
        background_check: form.value("large_check").to_owned(),
    };
    let reasons = form.value("reasons").to_owned();
    Ok(Proposal { outcome, reasons, grants, minimum_group, rule_set, updates, large: Some(large) })
}
