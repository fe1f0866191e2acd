//! Whom a need is about: the cohort, its controls and its family, before small groups are looked for.

use std::collections::{BTreeMap, BTreeSet};

use roaring::RoaringBitmap;
use varde_core::{Period, id::CataloguePath};
use varde_permit::{Cohort, Design, Exclusion, ExtractSpec};

use super::compile::dataset;
use crate::{
    EngineError, Exclusions, Release,
    cohort::{self, Facts, Found, Place, Universe},
    index_date::IndexDates,
    members::{Members, Role, relatives},
    pseudonym::ProjectKey,
};

/// Whom a need is about.
#[derive(Debug, Clone)]
pub struct Whom<'a> {
    /// The cohort's rule.
    pub cohort: &'a Cohort,
    /// How the study is designed beyond that.
    pub design: &'a Design,
    /// Rows from which period.
    pub period: Period,
    /// The datasets that something is delivered of: who has no row in them, and no index event, is not in
    /// the cohort.
    pub datasets: BTreeSet<CataloguePath>,
}

/// How many people a need is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Concerned {
    /// In the cohort.
    pub cohort: u64,
    /// Controls who are not also something else.
    pub controls: u64,
    /// Family who are not also something else.
    pub relatives: u64,
}

impl Concerned {
    pub(crate) fn of(members: &Members) -> Self {
        let family = [Role::Parent, Role::Child, Role::Sibling];
        Self {
            cohort: members.cohort.len(),
            controls: members.count(Role::Control),
            relatives: family.into_iter().map(|role| members.count(role)).sum(),
        }
    }
}

impl<'a> Whom<'a> {
    /// Whom a specification is about.
    pub(crate) fn of(spec: &'a ExtractSpec) -> Self {
        let datasets = spec.variables.iter().map(|variable| dataset(&variable.variable)).collect();
        Self { cohort: &spec.cohort, design: &spec.design, period: spec.period, datasets }
    }

    /// Every dataset that is read to find them and what is delivered of them.
    pub fn reads(&self) -> BTreeSet<CataloguePath> {
        let events = self.design.events().map(|events| &events.codes.variable);
        let codes = self.cohort.code_variables().into_iter().chain(events);
        self.datasets.iter().cloned().chain(codes.map(dataset)).collect()
    }

    /// How many they are.
    ///
    /// ```compile_fail
    /// # use varde_engine::{EngineError, Release, extract::{Concerned, Whom}, facts::Facts};
    /// fn forgetful(whom: &Whom<'_>, releases: &[Release], facts: &Facts) -> Result<Concerned, EngineError> {
    ///     // Who may not be read cannot be left out.
    ///     whom.count(releases, facts)
    /// }
    /// ```
    ///
    /// # Errors
    /// When a dataset that is needed is not among the releases, or cannot be read.
    pub fn count(
        &self,
        releases: &[Release],
        exclusions: &Exclusions,
        facts: &Facts,
    ) -> Result<Concerned, EngineError> {
        // Which people are drawn as controls is the project's secret; how many there are is not.
        Ok(Concerned::of(&self.find(releases, exclusions, facts, &ProjectKey::new(&[0; 32]))?.members))
    }

    /// Who they are, and who of them is left out for which reason.
    pub(crate) fn find(
        &self,
        releases: &[Release],
        exclusions: &Exclusions,
        facts: &Facts,
        key: &ProjectKey,
    ) -> Result<Population, EngineError> {
        let own = IndexDates::find(self.design, releases, self.period)?;
        let index = own.as_ref();
        let everybody = || self.universe(releases, exclusions, index);
        let (universe, needed) = (&Universe::new(&everybody), &self.datasets);
        let place = Place { releases, facts, exclusions, period: self.period, universe, needed, index };
        let mut found = cohort::evaluate(self.cohort, &place)?;
        if let Some(dated) = index.and_then(IndexDates::people) {
            found.candidates &= dated;
            found.allowed &= &(dated - self.undated(exclusions));
        }
        // A rule with `Not` could find somebody only because their rows were not read: being in an
        // extract takes being found with and without the exclusions.
        let cohort = (&found.candidates & &found.allowed) - exclusions.anywhere();
        let mut left_out = &found.candidates - &cohort;
        let never = self.never(exclusions);
        // Family that may not be read is left out, and is told so; nobody knows who else would have been a
        // control.
        let family = relatives(&self.design.relatives, &cohort, &facts.people).map(|link| link.person);
        left_out |= family.filter(|person| never.contains(*person)).collect::<RoaringBitmap>();
        let draw = key.draw();
        let members = Members::of(self.design, cohort, &found.candidates, &never, index, &facts.people, &draw);
        left_out -= members.people();
        let index = own.map(|index| members.index_dates(&index));
        Ok(Population { members, excluded: exclusions.reasons(&left_out), index })
    }

    /// Everybody who has rows in the needed datasets, or an index event.
    fn universe(
        &self,
        releases: &[Release],
        exclusions: &Exclusions,
        index: Option<&IndexDates>,
    ) -> Result<Found, EngineError> {
        let needed = releases.iter().filter(|release| self.datasets.contains(&release.schema().dataset));
        let mut universe = cohort::occurring(needed, exclusions, self.period)?;
        if let Some(dated) = index.and_then(IndexDates::people) {
            universe.candidates |= dated;
            universe.allowed |= &(dated - self.undated(exclusions));
        }
        Ok(universe)
    }

    /// Whose index events may not be read.
    fn undated(&self, exclusions: &Exclusions) -> RoaringBitmap {
        let events = self.design.events().map(|events| dataset(&events.codes.variable));
        events.map_or_else(RoaringBitmap::new, |dataset| exclusions.for_dataset(&dataset).people().clone())
    }

    /// Who may not be read somewhere in what is read: they are nobody's control or family.
    fn never(&self, exclusions: &Exclusions) -> RoaringBitmap {
        let read = self.reads();
        let excluded = read.iter().map(|dataset| exclusions.for_dataset(dataset));
        excluded.fold(exclusions.anywhere(), |all, excluded| all | excluded.people())
    }
}

/// Who is found, before small groups are looked for.
pub(crate) struct Population {
    pub(crate) members: Members,
    pub(crate) excluded: BTreeMap<Exclusion, RoaringBitmap>,
    /// Everybody's index date: of the cohort, and taken over by the others.
    pub(crate) index: Option<IndexDates>,
}
