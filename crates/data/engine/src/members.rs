//! Who belongs to an extract and for whose sake: the cohort, its controls, its family.

use std::collections::{BTreeMap, BTreeSet};

use roaring::RoaringBitmap;
use varde_permit::{Design, Kinship};

use crate::{facts::People, index_date::IndexDates, matching, pseudonym::Draw};

/// What somebody is in an extract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The cohort's rule finds them.
    Cohort,
    /// Is compared with one of the cohort.
    Control,
    /// Is the mother, father or co-mother of one of the cohort.
    Parent,
    /// Is the child of one of the cohort.
    Child,
    /// Shares a parent with one of the cohort.
    Sibling,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Cohort, Self::Control, Self::Parent, Self::Child, Self::Sibling];

    /// Its word in a delivery.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cohort => "cohort",
            Self::Control => "control",
            Self::Parent => "parent",
            Self::Child => "child",
            Self::Sibling => "sibling",
        }
    }
}

/// What somebody is to one of the cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Link {
    /// Who.
    pub(crate) person: u32,
    /// What they are.
    pub(crate) role: Role,
    /// To whom.
    pub(crate) of: u32,
}

/// The people of an extract.
#[derive(Debug, Clone, Default)]
pub(crate) struct Members {
    /// Whom the rule finds.
    pub(crate) cohort: RoaringBitmap,
    /// Who is there for whose sake, in the order of the fields; each `of` is one of the cohort.
    pub(crate) links: Vec<Link>,
}

impl Members {
    /// The cohort with its controls and its family. `never` are those who may not be read, `found`
    /// everybody whom the rule would find: nobody of them is a control.
    pub(crate) fn of(
        design: &Design,
        cohort: RoaringBitmap,
        found: &RoaringBitmap,
        never: &RoaringBitmap,
        index: Option<&IndexDates>,
        people: &People,
        draw: &Draw,
    ) -> Self {
        let mut links = Vec::new();
        if let Some((wanted, index)) = design.controls.zip(index) {
            let taken = &(found | never) | &cohort;
            links.extend(matching::controls(wanted, &cohort, &taken, index, people, draw));
        }
        links.extend(relatives(&design.relatives, &cohort, people).filter(|link| !never.contains(link.person)));
        links.sort_unstable();
        links.dedup();
        Self { cohort, links }
    }

    /// Everybody.
    pub(crate) fn people(&self) -> RoaringBitmap {
        let mut people = self.cohort.clone();
        people.extend(self.links.iter().map(|link| link.person));
        people
    }

    /// Without these, and without those who were there for their sake only.
    pub(crate) fn without(mut self, gone: &RoaringBitmap) -> Self {
        self.cohort -= gone;
        let cohort = &self.cohort;
        self.links.retain(|link| !gone.contains(link.person) && cohort.contains(link.of));
        self
    }

    /// What the person is first and foremost.
    pub(crate) fn role(&self, person: u32) -> Role {
        if self.cohort.contains(person) {
            return Role::Cohort;
        }
        self.links_of(person).first().map_or(Role::Cohort, |link| link.role)
    }

    /// How many are there in each role, first and foremost.
    pub(crate) fn count(&self, role: Role) -> u64 {
        self.people().iter().filter(|person| self.role(*person) == role).count() as u64
    }

    /// Everybody's index date: their own, their case's, or the earliest of those whose family they are.
    pub(crate) fn index_dates(&self, index: &IndexDates) -> IndexDates {
        if matches!(index, IndexDates::Same(_)) {
            return index.clone();
        }
        let day = |person: u32| {
            if self.cohort.contains(person) {
                return index.get(person);
            }
            let (links, role) = (self.links_of(person), self.role(person));
            let of_that_role = |link: &&Link| role != Role::Control || link.role == Role::Control;
            links.iter().filter(of_that_role).filter_map(|link| index.get(link.of)).min()
        };
        let pairs: Vec<(u32, i32)> = self.people().iter().filter_map(|person| Some((person, day(person)?))).collect();
        IndexDates::each(&pairs)
    }

    fn links_of(&self, person: u32) -> &[Link] {
        let first = self.links.partition_point(|link| link.person < person);
        let count = self.links[first..].partition_point(|link| link.person == person);
        &self.links[first..first + count]
    }
}

/// The cohort's family, also those who may not be read.
pub(crate) fn relatives(
    wanted: &BTreeSet<Kinship>,
    cohort: &RoaringBitmap,
    people: &People,
) -> impl Iterator<Item = Link> {
    let mut links = Vec::new();
    let mut own_children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (child, parent) in &people.parents {
        if cohort.contains(*child) {
            own_children.entry(*parent).or_default().push(*child);
            if wanted.contains(&Kinship::Parents) {
                links.push(Link { person: *parent, role: Role::Parent, of: *child });
            }
        }
        if cohort.contains(*parent) && wanted.contains(&Kinship::Children) {
            links.push(Link { person: *child, role: Role::Child, of: *parent });
        }
    }
    if wanted.contains(&Kinship::Siblings) {
        for (person, parent) in &people.parents {
            let of = own_children.get(parent).into_iter().flatten().filter(|of| *of != person);
            links.extend(of.map(|of| Link { person: *person, role: Role::Sibling, of: *of }));
        }
    }
    links.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pseudonym::ProjectKey;

    fn bitmap(people: impl IntoIterator<Item = u32>) -> RoaringBitmap {
        people.into_iter().collect()
    }

    fn members(wanted: &[Kinship], cohort: &[u32], never: &[u32]) -> Members {
        // 1 and 2 have the children 3 and 4; 2 and 5 the child 6; 4 has the child 7.
        let parents = vec![(3, 1), (3, 2), (4, 1), (4, 2), (6, 2), (6, 5), (7, 4)];
        let people = People { parents, ..People::default() };
        let design = Design { relatives: wanted.iter().copied().collect(), ..Design::default() };
        let (cohort, never) = (bitmap(cohort.iter().copied()), bitmap(never.iter().copied()));
        Members::of(&design, cohort.clone(), &cohort, &never, None, &people, &ProjectKey::new(&[1; 32]).draw())
    }

    #[test]
    fn family_is_found_once_and_never_who_may_not_be_read() {
        let link = |person, role, of| Link { person, role, of };
        assert_eq!(
            members(&[Kinship::Siblings], &[3], &[]).links,
            [link(4, Role::Sibling, 3), link(6, Role::Sibling, 3)]
        );
        assert_eq!(members(&[Kinship::Siblings], &[3], &[4]).links, [link(6, Role::Sibling, 3)]);
        let both = members(&[Kinship::Parents, Kinship::Children], &[4], &[2]);
        assert_eq!(both.links, [link(1, Role::Parent, 4), link(7, Role::Child, 4)]);
        assert_eq!(both.people(), bitmap([1, 4, 7]));
        let without = both.without(&bitmap([4]));
        assert!(without.people().is_empty(), "nobody is left for whose sake they were there");
    }

    #[test]
    fn family_takes_over_the_earliest_index_date() {
        let family = members(&[Kinship::Siblings], &[3, 6], &[]);
        let index = IndexDates::each(&[(3, 50), (4, 7), (6, 20)]);
        let days = family.index_dates(&index);
        // 4 is sibling of both; their own day, had they one, is not asked.
        assert_eq!((days.get(3), days.get(4), days.get(6)), (Some(50), Some(20), Some(20)));
        assert_eq!((family.role(3), family.role(4)), (Role::Cohort, Role::Sibling));
    }
}
