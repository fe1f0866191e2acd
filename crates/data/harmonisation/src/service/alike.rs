//! Variables that are alike: of one, and all that somebody should look at.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use varde_core::{Actor, CataloguePath};

use super::{
    Harmonisation, PROPOSALS, PROPOSE, READ, bench,
    view::{RelationView, Side, Variables},
};
use crate::{
    HarmonisationError,
    model::follows::{Follows, follows},
    relation::{Relation, State, Target},
    similar::{Alike, Distribution, Pair, Score},
};

/// How many similar variables are told.
const TOLD: usize = 12;
/// Less than this is no likeness that anybody should look at.
const LEAST: f64 = 0.25;

/// A variable that is alike.
#[derive(Debug, Clone, Serialize)]
pub struct SimilarVariable {
    /// Which.
    #[serde(flatten)]
    pub side: Side,
    /// How alike, part by part.
    pub score: Score,
    /// Whether the actor may propose a relation between the two.
    #[serde(skip)]
    pub may_propose: bool,
}

/// A variable with those that are alike.
#[derive(Debug, Clone, Serialize)]
pub struct SimilarView {
    /// The variable.
    pub variable: Side,
    /// Those that are alike, the most alike first.
    pub similar: Vec<SimilarVariable>,
    /// What is already said of it, as far as the actor may see.
    pub relations: Vec<RelationView>,
    /// What would follow from that.
    pub follows: Vec<Follows>,
    /// Whether anybody has counted how the variable's values are spread.
    pub distribution: bool,
    /// Whether the actor may propose a relation that starts from it.
    #[serde(skip)]
    pub may_propose: bool,
}

/// Variables that are likely the same, by pairs that nobody has decided on.
#[derive(Debug, Clone, Serialize)]
pub struct Cluster {
    /// The variables, by path.
    pub variables: Vec<Side>,
    /// The pairs, the most alike first; from 0 to 1.
    pub pairs: Vec<(CataloguePath, CataloguePath, f64)>,
}

impl Harmonisation {
    /// The variables most alike to one, of all sources. Action `harmonisation.workbench.read`.
    ///
    /// # Errors
    /// [`HarmonisationError::NotFound`]; refusals; neighbours; the database.
    pub async fn similar(&self, actor: &Actor, path: &CataloguePath) -> Result<SimilarView, HarmonisationError> {
        self.guard.check(actor, READ, &bench()).await?;
        let snapshot = self.snapshot(actor).await?;
        let own = snapshot.variables.get(path).ok_or(HarmonisationError::NotFound)?;
        let variable = Side::of_variable(path, Some(own));
        let nearest = snapshot.similar.alike(path, &BTreeMap::new(), TOLD).unwrap_or_default();
        let observed = self.observed(path, &nearest).await?;
        let found = snapshot.similar.alike(path, &observed, TOLD).unwrap_or_default();
        let similar = found.into_iter().filter(|alike| alike.score.total >= LEAST).map(|alike| {
            let side = Side::of_variable(&alike.path, snapshot.variables.get(&alike.path));
            SimilarVariable { may_propose: self.may_propose(actor, &variable, &side), side, score: alike.score }
        });
        let similar = similar.collect();
        let said = self.said(actor, None).await?;
        let all: Vec<&Relation> = said.iter().map(|one| &one.content).collect();
        let follows = follows(path, &all);
        let about: Vec<_> = said.iter().filter(|one| one.content.is_about(path)).cloned().collect();
        let relations = self.views(actor, &about, None).await?;
        let may_propose = self.may_propose(actor, &variable, &variable);
        let distribution = observed.contains_key(path);
        Ok(SimilarView { variable, similar, relations, follows, distribution, may_propose })
    }

    /// How the values of a variable and of those nearest to it by everything else are spread, as far as
    /// somebody has counted.
    async fn observed(
        &self,
        path: &CataloguePath,
        nearest: &[Alike],
    ) -> Result<BTreeMap<CataloguePath, Distribution>, HarmonisationError> {
        let Some(port) = &self.ports.observed else { return Ok(BTreeMap::new()) };
        let paths: Vec<CataloguePath> =
            std::iter::once(path).chain(nearest.iter().map(|alike| &alike.path)).cloned().collect();
        Ok(port.distributions(&paths).await?)
    }

    /// Variables that are so alike that somebody should look, by clusters, the most alike first. Pairs that
    /// wait, hold or were turned down are not among them, nor those that follow from what holds. Action
    /// `harmonisation.proposal.read`.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn likely(&self, actor: &Actor) -> Result<Vec<Cluster>, HarmonisationError> {
        self.guard.check(actor, PROPOSALS, &bench()).await?;
        let snapshot = self.snapshot(actor).await?;
        let pairs = self.likely_pairs(&snapshot).await?;
        let said = self.said(actor, None).await?;
        let all: Vec<&Relation> = said.iter().map(|one| &one.content).collect();
        let pairs: Vec<Pair> = pairs.into_iter().filter(|pair| is_open(pair, &all)).collect();
        let variables = Variables::Now(snapshot);
        Ok(clusters(pairs)
            .into_iter()
            .map(|(paths, pairs)| Cluster {
                variables: paths.iter().map(|path| Side::of_variable(path, variables.get(path))).collect(),
                pairs: pairs.into_iter().map(|pair| (pair.a, pair.b, pair.total)).collect(),
            })
            .collect())
    }

    /// Whether the actor may propose anything at all: for links that lead there.
    pub(crate) fn proposes(&self, actor: &Actor) -> bool {
        actor.organisation.is_some_and(|own| self.guard.would_allow(actor, PROPOSE, &super::related("", [own], None)))
    }
}

/// Whether nobody has said anything of the pair, and nothing follows for it.
fn is_open(pair: &Pair, all: &[&Relation]) -> bool {
    let other = Target::Variable(pair.b.clone());
    let about: Vec<&&Relation> = all.iter().filter(|one| one.is_about(&pair.a) || one.is_about(&pair.b)).collect();
    let said = |one: &Relation| !matches!(one.state, State::Withdrawn | State::Superseded);
    !about.iter().any(|one| said(one) && one.same_two(&pair.a, &other))
        && (about.is_empty() || !follows(&pair.a, all).iter().any(|one| one.to == pair.b))
}

/// Pairs that hang together, with their variables by path. The first pair of each is its most alike.
fn clusters(pairs: Vec<Pair>) -> Vec<(Vec<CataloguePath>, Vec<Pair>)> {
    let mut of: HashMap<CataloguePath, usize> = HashMap::new();
    let mut clusters: Vec<Option<(Vec<CataloguePath>, Vec<Pair>)>> = Vec::new();
    for pair in pairs {
        let (a, b) = (of.get(&pair.a).copied(), of.get(&pair.b).copied());
        let at = match (a, b) {
            (None, None) => {
                clusters.push(Some((Vec::new(), Vec::new())));
                clusters.len() - 1
            }
            (Some(at), None) | (None, Some(at)) => at,
            (Some(one), Some(other)) if one == other => one,
            (Some(one), Some(other)) => {
                let (into, from) = (one.min(other), one.max(other));
                let moved = clusters[from].take().unwrap_or_default();
                moved.0.iter().for_each(|path| *of.entry(path.clone()).or_default() = into);
                if let Some(cluster) = &mut clusters[into] {
                    cluster.0.extend(moved.0);
                    cluster.1.extend(moved.1);
                }
                into
            }
        };
        for path in [&pair.a, &pair.b] {
            if of.insert(path.clone(), at).is_none()
                && let Some(cluster) = &mut clusters[at]
            {
                cluster.0.push(path.clone());
            }
        }
        if let Some(cluster) = &mut clusters[at] {
            cluster.1.push(pair);
        }
    }
    let mut found: Vec<_> = clusters.into_iter().flatten().collect();
    for (paths, pairs) in &mut found {
        paths.sort();
        pairs.sort_by(|a, b| b.total.total_cmp(&a.total));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_that_hang_together_are_one_cluster() {
        let pair = |a: &str, b: &str, total| Pair {
            a: format!("s/d/{a}").parse().unwrap(),
            b: format!("s/d/{b}").parse().unwrap(),
            total,
        };
        let found =
            clusters(vec![pair("a", "b", 0.95), pair("c", "d", 0.9), pair("e", "f", 0.88), pair("b", "c", 0.85)]);
        let names: Vec<Vec<&str>> =
            found.iter().map(|(paths, _)| paths.iter().map(|path| path.name()).collect()).collect();
        assert_eq!(names, [vec!["a", "b", "c", "d"], vec!["e", "f"]]);
        let totals: Vec<f64> = found[0].1.iter().map(|pair| pair.total).collect();
        assert_eq!(totals, [0.95, 0.9, 0.85]);
    }
}
