//! Whether releases have what is asked of them: variable by variable, when a permit is compiled, and once
//! more when a specification is carried out, whoever wrote it.

use varde_core::id::CataloguePath;
use varde_permit::{Cohort, Design, ExtractSpec, PermittedVariable, design_flaws};

use super::compile::{CompileError, dataset};
use crate::{Kind, Release};

/// What is asked of releases.
pub(crate) struct Asked<'a> {
    pub(crate) cohort: &'a Cohort,
    pub(crate) design: &'a Design,
    pub(crate) variables: &'a [PermittedVariable],
}

impl<'a> Asked<'a> {
    /// What a specification asks.
    pub(crate) fn by(spec: &'a ExtractSpec) -> Self {
        Self { cohort: &spec.cohort, design: &spec.design, variables: &spec.variables }
    }

    /// Everything that is wrong; nothing when it can be made.
    pub(crate) fn errors(&self, releases: &[&Release]) -> Vec<CompileError> {
        let flaws = design_flaws(self.cohort, self.design, self.variables);
        let mut errors: Vec<CompileError> = flaws.into_iter().map(CompileError::from).collect();
        errors.extend(self.variables.is_empty().then_some(CompileError::NoVariables));
        errors.extend(self.variables.iter().filter_map(|asked| variable(asked, releases)));
        errors.extend(self.codes(releases));
        errors
    }

    /// The variables that codes are looked for in: by the rule, for the index date, of rows.
    pub(crate) fn looked_for(&self) -> impl Iterator<Item = &'a CataloguePath> {
        let having = self.variables.iter().filter_map(|v| Some(&v.measure.having.as_ref()?.variable));
        self.cohort.code_variables().into_iter().chain(self.design.events().map(|e| &e.codes.variable)).chain(having)
    }

    /// What is wrong with the variables that codes are looked for in.
    fn codes(&self, releases: &[&Release]) -> Vec<CompileError> {
        let holds = |variable: &CataloguePath| match kind(variable, releases) {
            Ok(Kind::Code | Kind::Text) => None,
            Ok(_) => Some(CompileError::NoCodes(variable.clone())),
            Err(error) => Some(error),
        };
        let mut errors: Vec<CompileError> = self.looked_for().filter_map(holds).collect();
        let events = self.cohort.events().into_iter().chain(self.design.events());
        let undated = events.map(|e| &e.codes.variable).filter(|v| kind(v, releases).is_ok() && !dated(v, releases));
        errors.extend(undated.cloned().map(CompileError::NoDates));
        errors
    }
}

fn variable(asked: &PermittedVariable, releases: &[&Release]) -> Option<CompileError> {
    let (variable, granularity) = (asked.variable.clone(), asked.granularity);
    match kind(&variable, releases) {
        Err(error) => Some(error),
        Ok(kind) if !asked.fits(kind.values()) => Some(CompileError::Granularity { variable, kind, granularity }),
        Ok(_) => {
            let timed = asked.measure.window.is_some() || asked.measure.aggregate.is_some_and(|a| a.needs_dates());
            (timed && !dated(&variable, releases)).then_some(CompileError::NoDates(variable))
        }
    }
}

fn kind(variable: &CataloguePath, releases: &[&Release]) -> Result<Kind, CompileError> {
    let release = release(variable, releases).ok_or_else(|| CompileError::NoRelease(variable.clone()))?;
    let column = release.schema().column(variable.name());
    column.map(|c| c.kind).ok_or_else(|| CompileError::NoColumn(variable.clone()))
}

fn release<'a>(variable: &CataloguePath, releases: &[&'a Release]) -> Option<&'a Release> {
    let dataset = dataset(variable);
    releases.iter().copied().find(|release| release.schema().dataset == dataset)
}

fn dated(variable: &CataloguePath, releases: &[&Release]) -> bool {
    release(variable, releases).is_some_and(|release| release.schema().event_date.is_some())
}
