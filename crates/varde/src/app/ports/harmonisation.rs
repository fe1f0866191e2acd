//! What harmonisation needs: names of organisations, and how values are spread in the data.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use varde_basedata::Basedata;
use varde_core::{Actor, CataloguePath, OrganisationId};
use varde_harmonisation::{
    ports::{Observed, Organisations, PortError},
    similar::Distribution,
};
use varde_metadata::{Count, Groups, ObservedDataset, Summary, ports::Observations as _};
use varde_platform::Platform;

use super::observations::Observations;

/// The other contexts as harmonisation sees them.
pub(crate) struct Harmonisation {
    basedata: Basedata,
    observations: Observations,
}

impl Harmonisation {
    pub(crate) fn new(basedata: Basedata, platform: Arc<Platform>) -> Self {
        Self { basedata, observations: Observations(platform) }
    }
}

#[async_trait]
impl Organisations for Harmonisation {
    async fn names(&self, ids: &[OrganisationId]) -> Result<BTreeMap<OrganisationId, String>, PortError> {
        let known =
            super::organisations::known(&self.basedata, &Actor::anonymous(), ids).await.map_err(PortError::of)?;
        Ok(known.into_iter().map(|(id, known)| (id, known.view.name)).collect())
    }
}

#[async_trait]
impl Observed for Harmonisation {
    async fn distributions(
        &self,
        variables: &[CataloguePath],
    ) -> Result<BTreeMap<CataloguePath, Distribution>, PortError> {
        let mut all = BTreeMap::new();
        for path in variables {
            let observed = self.observations.of_variable(path).await?;
            if let Some(distribution) = observed.as_ref().and_then(newest) {
                all.insert(path.clone(), distribution);
            }
        }
        Ok(all)
    }
}

/// How the values of the only variable that was asked for are spread in the newest year of which enough is
/// told. What is withheld is in no share.
fn newest(observed: &ObservedDataset) -> Option<Distribution> {
    let variable = observed.variables.first()?;
    let told = variable.distribution.as_ref()?;
    let years = observed.years.iter().zip(&variable.filled).zip(&told.years).rev();
    years.into_iter().find_map(|((year, filled), counts)| match &told.groups {
        Groups::Codes(codes) | Groups::SomeCodes(codes) => shares(codes, counts),
        Groups::Intervals(intervals) => {
            let summary = Summary::of(intervals, counts, filled.with_value(year.total))?;
            Some(Distribution::Quartiles([summary.lower_quartile?, summary.median?, summary.upper_quartile?]))
        }
    })
}

fn shares(codes: &[String], counts: &[Option<Count>]) -> Option<Distribution> {
    let all: u64 = counts.iter().flatten().map(|count| count.rows).sum();
    let told = codes.iter().zip(counts).filter_map(|(code, count)| Some((code.clone(), (*count)?.rows)));
    (all > 0).then(|| Distribution::Shares(told.map(|(code, rows)| (code, rows as f64 / all as f64)).collect()))
}

#[cfg(test)]
mod tests {
    use varde_core::ReleaseId;
    use varde_metadata::{Filled, Interval, Limits, ObservedVariable, ObservedYear};

    use super::*;

    fn count(rows: u64) -> Count {
        Count { rows, people: rows }
    }

    fn dataset(groups: Groups, years: Vec<Vec<Option<Count>>>) -> ObservedDataset {
        ObservedDataset {
            release: ReleaseId::from_uuid(uuid::Uuid::from_u128(7)),
            observed_at: "2026-11-01T00:00:00Z".parse().unwrap(),
            limits: Limits { threshold: 10, base: 5 },
            years: (2024..)
                .take(years.len())
                .map(|year| ObservedYear { year: Some(year), total: Some(count(400)) })
                .collect(),
            variables: vec![ObservedVariable {
                name: "v".to_owned(),
                filled: vec![Filled::NearlyAll; years.len()],
                distribution: Some(varde_metadata::Distribution { groups, years }),
            }],
        }
    }

    #[test]
    fn the_newest_year_of_which_something_is_told_counts() {
        let codes = Groups::Codes(vec!["1".to_owned(), "2".to_owned(), "9".to_owned()]);
        let years = vec![
            vec![Some(count(100)), Some(count(100)), Some(count(0))],
            vec![Some(count(100)), Some(count(300)), None],
            vec![None, None, None],
        ];
        let shares = [("1", 0.25), ("2", 0.75)].map(|(code, share)| (code.to_owned(), share));
        assert_eq!(newest(&dataset(codes, years)), Some(Distribution::Shares(shares.into())));
    }

    #[test]
    fn numbers_are_told_by_their_quarters() {
        let between = |from, until| Interval { from, until, whole: false };
        let groups = Groups::Intervals(vec![
            between(None, Some(20.0)),
            between(Some(20.0), Some(40.0)),
            between(Some(40.0), Some(60.0)),
            between(Some(60.0), None),
        ]);
        let years = vec![vec![Some(count(0)), Some(count(200)), Some(count(200)), Some(count(0))]];
        assert_eq!(newest(&dataset(groups.clone(), years)), Some(Distribution::Quartiles([30.0, 40.0, 50.0])));
        assert_eq!(newest(&dataset(groups, vec![vec![None; 4]])), None);
    }
}
