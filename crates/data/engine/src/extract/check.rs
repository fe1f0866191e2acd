//! Whether releases have what is asked of them: variable by variable, when a permit is compiled, and once
//! more when a specification is carried out, whoever wrote it. Only what their columns are is looked at, so
//! that a description from the catalogue can be asked the same.

use varde_core::id::CataloguePath;
use varde_permit::{Cohort, Design, ExtractSpec, PermittedVariable, design_flaws};

use super::compile::{CompileError, dataset};
use crate::{Kind, Schema};

/// What is asked of releases.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Whom.
    pub cohort: &'a Cohort,
    /// How the study is designed beyond that.
    pub design: &'a Design,
    /// What, and how finely.
    pub variables: &'a [PermittedVariable],
}

impl<'a> Asked<'a> {
    /// What a specification asks.
    pub(crate) fn by(spec: &'a ExtractSpec) -> Self {
        Self { cohort: &spec.cohort, design: &spec.design, variables: &spec.variables }
    }

    /// Everything that is wrong; nothing when it can be made.
    pub fn errors(&self, schemas: &[&Schema]) -> Vec<CompileError> {
        let flaws = design_flaws(self.cohort, self.design, self.variables);
        let mut errors: Vec<CompileError> = flaws.into_iter().map(CompileError::from).collect();
        errors.extend(self.variables.is_empty().then_some(CompileError::NoVariables));
        errors.extend(self.variables.iter().filter_map(|asked| variable(asked, schemas)));
        errors.extend(self.codes(schemas));
        errors
    }

    /// The variables that codes are looked for in: by the rule, for the index date, of rows.
    pub(crate) fn looked_for(&self) -> impl Iterator<Item = &'a CataloguePath> {
        let having = self.variables.iter().filter_map(|v| Some(&v.measure.having.as_ref()?.variable));
        self.cohort.code_variables().into_iter().chain(self.design.events().map(|e| &e.codes.variable)).chain(having)
    }

    /// What is wrong with the variables that codes are looked for in.
    fn codes(&self, schemas: &[&Schema]) -> Vec<CompileError> {
        let holds = |variable: &CataloguePath| match kind(variable, schemas) {
            Ok(Kind::Code | Kind::Text) => None,
            Ok(_) => Some(CompileError::NoCodes(variable.clone())),
            Err(error) => Some(error),
        };
        let mut errors: Vec<CompileError> = self.looked_for().filter_map(holds).collect();
        let events = self.cohort.events().into_iter().chain(self.design.events());
        let undated = events.map(|e| &e.codes.variable).filter(|v| kind(v, schemas).is_ok() && !dated(v, schemas));
        errors.extend(undated.cloned().map(CompileError::NoDates));
        errors
    }
}

fn variable(asked: &PermittedVariable, schemas: &[&Schema]) -> Option<CompileError> {
    let (variable, granularity) = (asked.variable.clone(), asked.granularity);
    match kind(&variable, schemas) {
        Err(error) => Some(error),
        Ok(kind) if !asked.fits(kind.values()) => Some(CompileError::Granularity { variable, kind, granularity }),
        Ok(_) => {
            let timed = asked.measure.window.is_some() || asked.measure.aggregate.is_some_and(|a| a.needs_dates());
            (timed && !dated(&variable, schemas)).then_some(CompileError::NoDates(variable))
        }
    }
}

fn kind(variable: &CataloguePath, schemas: &[&Schema]) -> Result<Kind, CompileError> {
    let schema = schema(variable, schemas).ok_or_else(|| CompileError::NoRelease(variable.clone()))?;
    let column = schema.column(variable.name());
    column.map(|c| c.kind).ok_or_else(|| CompileError::NoColumn(variable.clone()))
}

fn schema<'a>(variable: &CataloguePath, schemas: &[&'a Schema]) -> Option<&'a Schema> {
    let dataset = dataset(variable);
    schemas.iter().copied().find(|schema| schema.dataset == dataset)
}

fn dated(variable: &CataloguePath, schemas: &[&Schema]) -> bool {
    schema(variable, schemas).is_some_and(|schema| schema.event_date.is_some())
}
