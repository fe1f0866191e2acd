//! The files that are built in, and what is refused when they are wrong.

use varde_policy::{LoadError, Policy, matrix};

const PRINCIPALS: (&str, &str) = ("varde.cedarschema", include_str!("../../policies/varde.cedarschema"));
const SCHEMA: (&str, &str) = (
    "x.cedarschema",
    r#"entity Thing = { owner: Person, organisation: Organisation, state: String };
       action "x.thing.read", "x.thing.change" appliesTo { principal: [Person, Anonymous], resource: [Thing] };"#,
);

fn policy(body: &str) -> Result<Policy, LoadError> {
    Policy::from_sources(&[PRINCIPALS, SCHEMA, ("x.cedar", body)])
}

fn annotated(id: &str, rest: &str) -> String {
    format!(
        r#"@id("{id}") @law("Loven") @section("§ 1")
           @because_nb("Fordi.") @because_nn("Fordi.") @because_en("Because.") {rest}"#
    )
}

#[test]
fn the_built_in_policies_are_valid_annotated_and_strict() {
    let policy = Policy::load().unwrap();
    assert!(!policy.rules().is_empty());
    for rule in policy.rules() {
        assert!(rule.id.contains('.'), "{}: an id starts with its context", rule.id);
        assert!(!rule.actions.is_empty() || !rule.allows, "{}: a rule that allows names its actions", rule.id);
        for action in &rule.actions {
            assert!(policy.knows(action), "{}: no schema declares {action}", rule.id);
        }
    }
    for action in policy.actions() {
        assert_eq!(action.split('.').count(), 3, "{action}: actions are context.thing.verb");
        assert!(policy.rules_for(action).iter().any(|r| r.allows), "{action}: nobody may ever do it");
    }
}

#[test]
fn a_policy_without_an_annotation_is_refused() {
    let whole = annotated("x.all", "permit(principal, action == Action::\"x.thing.read\", resource);");
    assert!(policy(&whole).is_ok());
    for name in ["id", "law", "section", "because_nb", "because_nn", "because_en"] {
        let without = whole.replace(&format!("@{name}("), &format!("@other_{name}("));
        match policy(&without) {
            Err(LoadError::Annotation { name: missing, .. }) => assert_eq!(missing, name),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn a_policy_that_does_not_fit_the_schema_is_refused() {
    let typo = annotated(
        "x.typo",
        "permit(principal, action == Action::\"x.thing.read\", resource) when { resource.ovner == principal };",
    );
    assert!(matches!(policy(&typo), Err(LoadError::Invalid(_))));
    let unknown = annotated("x.unknown", "permit(principal, action == Action::\"x.thing.reed\", resource);");
    assert!(matches!(policy(&unknown), Err(LoadError::Invalid(_))));
}

#[test]
fn a_mistake_is_told_with_file_and_line() {
    let broken = format!("\n\n{}", annotated("x.broken", "permit(principal, action, resource) whn { true };"));
    let message = policy(&broken).unwrap_err().to_string();
    assert!(message.contains("x.cedar") && message.contains("line 4"), "{message}");
    let twice = annotated("x.same", "permit(principal, action == Action::\"x.thing.read\", resource);").repeat(2);
    assert!(matches!(policy(&twice), Err(LoadError::Duplicate { .. })));
}

#[test]
fn the_matrix_tells_own_from_organisation_from_any() {
    let rules = [
        annotated(
            "x.owner",
            "permit(principal is Person, action == Action::\"x.thing.read\", resource) when { resource.owner == principal };",
        ),
        annotated(
            "x.colleague",
            "permit(principal is Person, action == Action::\"x.thing.read\", resource)
             when { principal.roles.contains(\"steward\") && principal has organisation
                    && principal.organisation == resource.organisation && resource.state == \"open\" };",
        ),
        annotated(
            "x.handler",
            "permit(principal is Person, action, resource)
             when { principal.roles.contains(\"handler\") && principal.level == \"high\" };",
        ),
    ];
    let table = matrix(&policy(&rules.concat()).unwrap());
    let row = |action: &str| table.lines().find(|l| l.contains(action)).unwrap().to_owned();
    assert_eq!(
        row("x.thing.read"),
        "| x.thing.read | – | own | own | any (high) | own | organisation | own | own | – | – | – | – |"
    );
    assert_eq!(row("x.thing.change"), "| x.thing.change | – | – | – | any (high) | – | – | – | – | – | – | – | – |");
}

#[test]
fn the_matrix_of_identity() {
    let table = matrix(&Policy::load().unwrap());
    let mine: Vec<&str> =
        table.lines().filter(|l| !l.starts_with("| ") || l.contains("action |") || l.contains("| identity.")).collect();
    insta::assert_snapshot!(mine.join("\n"));
}
