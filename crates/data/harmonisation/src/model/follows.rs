//! What follows from relations that were decided. It is only ever proposed: a chain of decisions is no
//! decision.

use std::collections::BTreeMap;

use serde::Serialize;
use varde_core::CataloguePath;

use super::relation::{
    Relation,
    RelationKind::{self, Broader, Equivalent, Narrower, Related},
    State, Target,
};

/// A relation that would follow from two that hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Follows {
    /// The other variable.
    pub to: CataloguePath,
    /// How the variable would stand to it.
    pub kind: RelationKind,
    /// What both are related to.
    pub through: Target,
}

/// What would follow for a variable from relations that hold, one step away, where nobody has said anything
/// of the two yet. Of several ways to the same one the first is told, by path of what lies between.
pub fn follows(path: &CataloguePath, relations: &[&Relation]) -> Vec<Follows> {
    let own = Target::Variable(path.clone());
    let holds: Vec<&Relation> = relations.iter().copied().filter(|one| one.state == State::Accepted).collect();
    let edges = |from: &Target| -> Vec<(Target, RelationKind)> {
        let there = holds.iter().filter(|one| Target::Variable(one.from.clone()) == *from);
        let back = holds.iter().filter(|one| one.to == *from);
        let there = there.map(|one| (one.to.clone(), one.kind));
        there.chain(back.map(|one| (Target::Variable(one.from.clone()), one.kind.inverse()))).collect()
    };
    let mut found: BTreeMap<CataloguePath, Follows> = BTreeMap::new();
    let mut between = edges(&own);
    between.sort_by(|a, b| a.0.cmp(&b.0));
    for (through, first) in between {
        for (to, second) in edges(&through) {
            let (Target::Variable(to), Some(kind)) = (to, first.then(second)) else { continue };
            let said =
                |one: &&Relation| one.state != State::Withdrawn && one.same_two(path, &Target::Variable(to.clone()));
            if to != *path && !relations.iter().any(said) {
                let follows = Follows { to: to.clone(), kind, through: through.clone() };
                found.entry(to).or_insert(follows);
            }
        }
    }
    found.into_values().collect()
}

impl RelationKind {
    /// The same relation, seen from the other side.
    pub const fn inverse(self) -> Self {
        match self {
            Equivalent => Equivalent,
            Narrower => Broader,
            Broader => Narrower,
            Related => Related,
        }
    }

    /// What follows for A and C when A stands so to B and B so to C; `None` when nothing does. What is
    /// narrower than something that is broader than another may be anything to it, and «related» is not
    /// carried over (SKOS reference, sections 10.6.3 and 8.6.8, on why `closeMatch` and `related` are not
    /// transitive).
    pub const fn then(self, next: Self) -> Option<Self> {
        match (self, next) {
            (Equivalent, other) | (other, Equivalent) => Some(other),
            (Narrower, Narrower) => Some(Narrower),
            (Broader, Broader) => Some(Broader),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_inverse_of_the_inverse_is_the_relation() {
        for kind in RelationKind::ALL {
            assert_eq!(kind.inverse().inverse(), kind);
        }
    }

    #[test]
    fn from_the_other_side_the_same_follows() {
        for a in RelationKind::ALL {
            for b in RelationKind::ALL {
                let there = a.then(b).map(RelationKind::inverse);
                assert_eq!(there, b.inverse().then(a.inverse()), "{a:?} {b:?}");
            }
        }
    }

    proptest::proptest! {
        /// With meanings as sets of situations, whatever is said to follow really does.
        #[test]
        fn what_follows_is_true_of_sets(
            a in proptest::collection::btree_set(0u8..6, 0..6),
            b in proptest::collection::btree_set(0u8..6, 0..6),
            c in proptest::collection::btree_set(0u8..6, 0..6),
        ) {
            let kind = |x: &BTreeSet<u8>, y: &BTreeSet<u8>| match () {
                () if x == y => Equivalent,
                () if x.is_subset(y) => Narrower,
                () if y.is_subset(x) => Broader,
                () => Related,
            };
            if let Some(follows) = kind(&a, &b).then(kind(&b, &c)) {
                proptest::prop_assert_eq!(follows, kind(&a, &c));
            }
        }
    }
}
