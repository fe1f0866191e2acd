//! A rule as people read it: the annotations on a policy.

use cedar_policy::{ActionConstraint, Effect};
use varde_core::{LegalBasis, LocalisedText};

use crate::LoadError;

/// What a policy says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its stable name (`@id`), such as `access.applicant_submits`.
    pub id: String,
    /// Whether it allows; otherwise it forbids, which wins over every permission.
    pub allows: bool,
    /// The law (`@law`, `@section`).
    pub legal_basis: LegalBasis,
    /// Why, in plain words (`@because_nb`, `@because_nn`, `@because_en`).
    pub because: LocalisedText,
    /// The actions it speaks about; empty means all.
    pub actions: Vec<String>,
}

impl Rule {
    pub(crate) fn of(policy: &cedar_policy::Policy, file: &str) -> Result<Self, LoadError> {
        let id = policy.annotation("id").unwrap_or_default().to_owned();
        let annotation = |name: &'static str| match policy.annotation(name) {
            Some(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            _ => Err(LoadError::Annotation { file: file.to_owned(), policy: id.clone(), name }),
        };
        Ok(Self {
            id: annotation("id")?,
            allows: policy.effect() == Effect::Permit,
            legal_basis: LegalBasis::new(annotation("law")?, annotation("section")?),
            because: LocalisedText::new(
                annotation("because_nb")?,
                annotation("because_nn")?,
                annotation("because_en")?,
            ),
            actions: actions_of(&policy.action_constraint()),
        })
    }

    pub(crate) fn concerns(&self, action: &str) -> bool {
        self.actions.is_empty() || self.actions.iter().any(|a| a == action)
    }
}

fn actions_of(constraint: &ActionConstraint) -> Vec<String> {
    let names = |uids: &[cedar_policy::EntityUid]| uids.iter().map(|u| u.id().unescaped().to_owned()).collect();
    match constraint {
        ActionConstraint::Any => Vec::new(),
        ActionConstraint::In(uids) => names(uids),
        ActionConstraint::Eq(uid) => names(std::slice::from_ref(uid)),
    }
}
