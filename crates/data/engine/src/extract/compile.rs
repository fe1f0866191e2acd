//! A permit and the releases become a specification; every variable is checked by itself.

use std::{collections::BTreeSet, fmt};

use jiff::Timestamp;
use varde_core::{Digest, ExtractId, PermitId, id::CataloguePath};
use varde_permit::{
    DataNeed, DesignFlaw, ExtractSpec, Granularity, NeededVariable, Permit, PermittedVariable, PinnedRelease, RuleSet,
};

use super::check::Asked;
use crate::{EDITION, Kind, Release, Schema};

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
    /// Events, windows and what is first need to know when rows happened.
    #[error("{0}: the dataset does not say when its rows happened, so nothing can be counted from a date in it")]
    NoDates(CataloguePath),
    /// A rule looks for codes in something that holds none.
    #[error("{0}: the cohort looks for codes there, but it holds no codes")]
    NoCodes(CataloguePath),
    /// The design cannot be carried out, whatever the releases.
    #[error(transparent)]
    Design(#[from] DesignFlaw),
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
    let asked = Asked { cohort: &permit.cohort, design: &permit.design, variables: &permit.variables };
    let schemas: Vec<&Schema> = releases.iter().map(|available| available.release.schema()).collect();
    let errors = asked.errors(&schemas);
    if !errors.is_empty() {
        return Err(CompileErrors(errors));
    }
    Ok(ExtractSpec {
        extract,
        permit: permit.id,
        permit_digest: digest,
        rule_set: permit.rule_set,
        preferences_at,
        releases: pinned(&asked, releases),
        cohort: permit.cohort.clone(),
        variables: permit.variables.clone(),
        period: permit.period,
        minimum_group: permit.minimum_group,
        key: key.to_owned(),
        design: permit.design.clone(),
        handover: permit.handover.clone(),
        update: None,
        edition: Some(EDITION),
    })
}

/// The specification of the extract that a need would be, were it permitted as it stands: for trying it out.
/// It is no extract's and no permit's.
///
/// # Errors
/// Everything that keeps it from being made.
pub fn draft(need: &DataNeed, minimum_group: u32, releases: &[Available]) -> Result<ExtractSpec, CompileErrors> {
    let variables: Vec<PermittedVariable> = need.variables.iter().map(NeededVariable::asked).collect();
    let asked = Asked { cohort: &need.cohort, design: &need.design, variables: &variables };
    let schemas: Vec<&Schema> = releases.iter().map(|available| available.release.schema()).collect();
    let errors = asked.errors(&schemas);
    if !errors.is_empty() {
        return Err(CompileErrors(errors));
    }
    let nothing = uuid::Uuid::nil();
    Ok(ExtractSpec {
        extract: ExtractId::from_uuid(nothing),
        permit: PermitId::from_uuid(nothing),
        permit_digest: Digest::of(b""),
        rule_set: RuleSet::Norway,
        preferences_at: Timestamp::UNIX_EPOCH,
        releases: pinned(&asked, releases),
        cohort: need.cohort.clone(),
        design: need.design.clone(),
        variables,
        period: need.period,
        minimum_group,
        key: String::new(),
        handover: need.handover.clone(),
        update: None,
        edition: Some(EDITION),
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
    say(spec.design != permit.design, "design");
    say(!permit.period.covers(&spec.period), "period");
    say(spec.minimum_group < permit.minimum_group, "minimum_group");
    say(spec.rule_set != permit.rule_set, "rule_set");
    say(spec.handover != permit.handover, "handover");
    say(spec.update.is_some() && permit.handover.updates.is_none(), "update");
    // Opt-outs count at least until the decision, and under EHDS exactly until then.
    let counted = match permit.rule_set {
        RuleSet::Norway => spec.preferences_at >= permit.decided_at,
        RuleSet::Ehds => spec.preferences_at == permit.decided_at,
    };
    say(!counted, "preferences_at");
    for asked in &spec.variables {
        say(!permit.variables.iter().any(|p| asked.within(p)), asked.variable.as_str());
    }
    errors
}

/// The dataset of a variable.
pub(crate) fn dataset(variable: &CataloguePath) -> CataloguePath {
    variable.parent().unwrap_or_else(|| variable.clone())
}

fn pinned(asked: &Asked<'_>, releases: &[Available]) -> Vec<PinnedRelease> {
    let delivered = asked.variables.iter().map(|p| &p.variable);
    let needed: BTreeSet<CataloguePath> = delivered.chain(asked.looked_for()).map(dataset).collect();
    let one = |name: CataloguePath| {
        let found = releases.iter().find(|a| a.release.schema().dataset == name)?;
        Some(PinnedRelease { dataset: name, release: found.release.id(), digest: found.digest })
    };
    needed.into_iter().filter_map(one).collect()
}
