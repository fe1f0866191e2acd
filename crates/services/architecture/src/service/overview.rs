//! The state of the whole register area, and of one thing, as at a day.

use std::collections::BTreeMap;

use jiff::civil::Date;
use varde_core::{Actor, OrganisationId};

use super::{Architecture, deviations::DeviationRow, end_of};
use crate::{
    ArchitectureError, Assessment, Cell, Deviation, Framework, Known, RequirementId, Standing, Thing, ThingId, Version,
    store,
};

/// One thing against each principle.
#[derive(Debug, Clone)]
pub struct Line {
    /// The thing.
    pub thing: Thing,
    /// Who answers for it; empty when that is not known.
    pub owner: String,
    /// For each principle of the framework, in its order.
    pub cells: Vec<Cell>,
}

/// The state of the register area.
#[derive(Debug, Clone)]
pub struct Overview<'a> {
    /// Against which principles.
    pub framework: &'a Framework,
    /// As at which day.
    pub day: Date,
    /// A line for each thing that the actor may read about.
    pub lines: Vec<Line>,
    /// Deviations that have run out, the oldest first, of any framework.
    pub overdue: Vec<DeviationRow>,
    /// How many wait for the governing body.
    pub waiting: usize,
}

/// One thing with everything that was assessed.
#[derive(Debug, Clone)]
pub struct ThingView<'a> {
    /// The thing.
    pub thing: Thing,
    /// Who answers for it; empty when that is not known.
    pub owner: String,
    /// Against which principles.
    pub framework: &'a Framework,
    /// As at which day.
    pub day: Date,
    /// The latest assessment of each requirement that was assessed.
    pub assessments: BTreeMap<RequirementId, Version<Assessment>>,
    /// Its deviations that wait, hold or have run out.
    pub deviations: Vec<Version<Deviation>>,
    /// For each principle of the framework, in its order.
    pub cells: Vec<Cell>,
    /// Whether the actor may assess it.
    pub may_assess: bool,
}

impl Architecture {
    /// The state of the register area, as at the end of that day, or now. Open to everybody, for what is
    /// public.
    ///
    /// # Errors
    /// [`ArchitectureError::NotFound`] for a framework that is not there; neighbours; the database.
    pub async fn overview(
        &self,
        actor: &Actor,
        framework: Option<&str>,
        day: Option<Date>,
    ) -> Result<Overview<'_>, ArchitectureError> {
        self.guard.check(actor, "architecture.state.read", &self.whole()).await?;
        let framework = self.framework(framework)?;
        let shown = day.unwrap_or_else(|| self.today());
        let things = self.things(actor, day).await?;
        let owners = self.owner_names(&things).await?;
        let mut read = self.store.read(actor).await?;
        let assessments = store::all::<Assessment>(read.connection(), day.map(end_of)).await?;
        let deviations = store::all::<Deviation>(read.connection(), day.map(end_of)).await?;
        drop(read);
        let known = Known::new(assessments.iter().map(|one| &one.content), deviations.iter().map(|one| &one.content));
        let line = |thing: Thing| Line {
            cells: framework.principles.iter().map(|principle| known.cell(&thing.id, principle, shown)).collect(),
            owner: thing.owner.and_then(|id| owners.get(&id).cloned()).unwrap_or_default(),
            thing,
        };
        let lines: Vec<_> = things.into_iter().map(line).collect();
        let rows = self.rows(&lines.iter().map(|line| line.thing.clone()).collect::<Vec<_>>(), &deviations, shown);
        let (mut overdue, others): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| matches!(row.standing, Standing::Overdue(_)));
        overdue.sort_by_key(|row| row.deviation.content.expires);
        let waiting = others.iter().filter(|row| row.standing == Standing::Waits).count();
        Ok(Overview { framework, day: shown, lines, overdue, waiting })
    }

    /// A thing with everything that was assessed, as at the end of that day, or now. Action
    /// `architecture.thing.read`.
    ///
    /// # Errors
    /// [`ArchitectureError::NotFound`]; neighbours; the database.
    pub async fn about(
        &self,
        actor: &Actor,
        id: &ThingId,
        framework: Option<&str>,
        day: Option<Date>,
    ) -> Result<ThingView<'_>, ArchitectureError> {
        let framework = self.framework(framework)?;
        let shown = day.unwrap_or_else(|| self.today());
        let thing = self.thing(actor, id, day).await?;
        let owner = self.owner_names(std::slice::from_ref(&thing)).await?.into_values().next().unwrap_or_default();
        let mut read = self.store.read(actor).await?;
        let mut assessments = store::all::<Assessment>(read.connection(), day.map(end_of)).await?;
        let mut deviations = store::all::<Deviation>(read.connection(), day.map(end_of)).await?;
        drop(read);
        assessments.retain(|one| one.content.thing == *id);
        deviations.retain(|one| one.content.thing == *id && one.content.standing(shown) != Standing::Over);
        let known = Known::new(assessments.iter().map(|one| &one.content), deviations.iter().map(|one| &one.content));
        let cells = framework.principles.iter().map(|principle| known.cell(id, principle, shown)).collect();
        let may_assess = self.guard.would_allow(actor, "architecture.assessment.write", &self.resource(&thing));
        let assessments = assessments.into_iter().map(|one| (one.content.requirement.clone(), one)).collect();
        Ok(ThingView { thing, owner, framework, day: shown, assessments, deviations, cells, may_assess })
    }

    fn framework(&self, id: Option<&str>) -> Result<&Framework, ArchitectureError> {
        let found = match id {
            Some(id) => self.frameworks.get(id),
            None => self.frameworks.all().first(),
        };
        found.ok_or(ArchitectureError::NotFound)
    }

    async fn owner_names(&self, things: &[Thing]) -> Result<BTreeMap<OrganisationId, String>, ArchitectureError> {
        let mut ids: Vec<_> = things.iter().filter_map(|thing| thing.owner).collect();
        ids.sort();
        ids.dedup();
        Ok(self.ports.organisations.names(&ids).await?)
    }
}
