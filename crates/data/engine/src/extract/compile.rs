//! A permit and the releases become a specification; every variable is checked by itself.

use std::{collections::BTreeSet, fmt};

use jiff::Timestamp;
use varde_core::{Digest, ExtractId, id::CataloguePath};
use varde_permit::{Cohort, ExtractSpec, Granularity, Permit, PermittedVariable, PinnedRelease, RuleSet};

use crate::{Kind, Release, cohort};

/// A release that an extract may read, with its registered digest.
#[derive(Debug, Clone)]
pub struct Available {
    /// The opened file.
    pub release: Release,
    /// SHA-256 of its bytes.
    pub digest: Digest,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// No approved release.
    #[error("{0}: there is no approved release of the dataset; import and approve one")]
    NoRelease(CataloguePath),
    /// The release lacks the column.
    #[error("{0}: the release has no such column; the permit and the release are of different editions")]
    NoColumn(CataloguePath),
    /// The column cannot be delivered like that.
    #[error("{variable}: {kind:?} values cannot be delivered as {granularity:?}")]
    Granularity {
        /// Which variable.
        variable: CataloguePath,
        /// What it holds.
        kind: Kind,
        /// How it was to be delivered.
        granularity: Granularity,
    },
    /// A variable is permitted twice.
    #[error("{0}: the variable is listed twice")]
    Twice(CataloguePath),
    /// A rule looks for codes in something that holds none.
    #[error("{0}: the cohort looks for codes there, but it holds no codes")]
    NoCodes(CataloguePath),
    /// A rule without content: an empty list of prefixes, areas or parts.
    #[error("the cohort has a rule without content: an empty list finds nobody, which is hardly meant")]
    EmptyRule,
    /// No variable.
    #[error("no variable is permitted: there is nothing to deliver")]
    NoVariables,
    /// The specification asks for more than the permit allows.
    #[error("{0}: not within the permit")]
    Exceeds(String),
}

/// Everything that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileErrors(pub Vec<CompileError>);

impl fmt::Display for CompileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the permit cannot be made into an extract:")?;
        self.0.iter().try_for_each(|error| write!(f, " {error};"))
    }
}

impl std::error::Error for CompileErrors {}

/// The specification of the one extract that the permit allows.
///
/// `digest` is that of the signed permit, `preferences_at` the earliest time as at which opt-outs
/// count (when making begins it is settled by the rule set), `key` the id of the project's pseudonym
/// key.
pub fn compile(
    permit: &Permit,
    digest: Digest,
    extract: ExtractId,
    preferences_at: Timestamp,
    releases: &[Available],
    key: &str,
) -> Result<ExtractSpec, CompileErrors> {
    let mut errors = variables(&permit.variables, releases);
    errors.extend(rule(&permit.cohort, releases));
    if !errors.is_empty() {
        return Err(CompileErrors(errors));
    }
    Ok(ExtractSpec {
        extract,
        permit: permit.id,
        permit_digest: digest,
        rule_set: permit.rule_set,
        preferences_at,
        releases: pinned(permit, releases),
        cohort: permit.cohort.clone(),
        variables: permit.variables.clone(),
        period: permit.period,
        minimum_group: permit.minimum_group,
        key: key.to_owned(),
        handover: permit.handover.clone(),
    })
}

/// What in a specification is not within the permit; empty when all of it is.
pub fn exceeds(spec: &ExtractSpec, permit: &Permit) -> Vec<CompileError> {
    let mut errors = Vec::new();
    let mut say = |bad: bool, what: &str| {
        if bad {
            errors.push(CompileError::Exceeds(what.to_owned()));
        }
    };
    say(spec.permit != permit.id, "permit");
    say(spec.cohort != permit.cohort, "cohort");
    say(!permit.period.covers(&spec.period), "period");
    say(spec.minimum_group < permit.minimum_group, "minimum_group");
    say(spec.rule_set != permit.rule_set, "rule_set");
    say(spec.handover != permit.handover, "handover");
    // Opt-outs count at least until the decision, and under EHDS exactly until then.
    let counted = match permit.rule_set {
        RuleSet::Norway => spec.preferences_at >= permit.decided_at,
        RuleSet::Ehds => spec.preferences_at == permit.decided_at,
    };
    say(!counted, "preferences_at");
    for asked in &spec.variables {
        let allowed = permit.variables.iter().find(|p| p.variable == asked.variable);
        say(!allowed.is_some_and(|p| asked.granularity.within(p.granularity)), asked.variable.as_str());
    }
    errors
}

/// The dataset of a variable.
pub(crate) fn dataset(variable: &CataloguePath) -> CataloguePath {
    variable.parent().unwrap_or_else(|| variable.clone())
}

fn variables(permitted: &[PermittedVariable], releases: &[Available]) -> Vec<CompileError> {
    let mut errors = Vec::new();
    let mut seen = BTreeSet::new();
    if permitted.is_empty() {
        errors.push(CompileError::NoVariables);
    }
    for PermittedVariable { variable, granularity } in permitted {
        if !seen.insert(variable) {
            errors.push(CompileError::Twice(variable.clone()));
        }
        match kind(variable, releases) {
            Err(error) => errors.push(error),
            Ok(kind) if granularity.fits(kind.values()) => {}
            Ok(kind) => {
                errors.push(CompileError::Granularity { variable: variable.clone(), kind, granularity: *granularity })
            }
        }
    }
    errors
}

fn kind(variable: &CataloguePath, releases: &[Available]) -> Result<Kind, CompileError> {
    let dataset = dataset(variable);
    let release = releases.iter().find(|a| a.release.schema().dataset == dataset);
    let release = release.ok_or_else(|| CompileError::NoRelease(variable.clone()))?;
    let column = release.release.schema().column(variable.name());
    column.map(|c| c.kind).ok_or_else(|| CompileError::NoColumn(variable.clone()))
}

fn rule(cohort: &Cohort, releases: &[Available]) -> Vec<CompileError> {
    match cohort {
        Cohort::Everyone | Cohort::Born { .. } => Vec::new(),
        Cohort::All(parts) | Cohort::Any(parts) if parts.is_empty() => vec![CompileError::EmptyRule],
        Cohort::All(parts) | Cohort::Any(parts) => parts.iter().flat_map(|part| rule(part, releases)).collect(),
        Cohort::Not(part) => rule(part, releases),
        Cohort::Resident { areas } if areas.is_empty() => vec![CompileError::EmptyRule],
        Cohort::Resident { .. } => Vec::new(),
        Cohort::HasCode { prefixes, .. } if prefixes.iter().all(String::is_empty) => vec![CompileError::EmptyRule],
        Cohort::HasCode { variable, .. } => match kind(variable, releases) {
            Ok(Kind::Code | Kind::Text) => Vec::new(),
            Ok(_) => vec![CompileError::NoCodes(variable.clone())],
            Err(error) => vec![error],
        },
    }
}

fn pinned(permit: &Permit, releases: &[Available]) -> Vec<PinnedRelease> {
    let codes = cohort::code_variables(&permit.cohort).into_iter().map(dataset);
    let needed: BTreeSet<CataloguePath> = permit.variables.iter().map(|p| dataset(&p.variable)).chain(codes).collect();
    let one = |name: CataloguePath| {
        let found = releases.iter().find(|a| a.release.schema().dataset == name)?;
        Some(PinnedRelease { dataset: name, release: found.release.id(), digest: found.digest })
    };
    needed.into_iter().filter_map(one).collect()
}
