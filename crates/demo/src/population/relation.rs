//! Families: the content of basedata's `RelationRecord`.

use jiff::ToSpan;
use varde_core::Period;

use super::{Block, Member};
use crate::calendar::{REGISTERS_FROM, date, period};

/// What the other one is to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Their mother.
    Mother,
    /// Their father.
    Father,
    /// Their spouse; recorded on both.
    Spouse,
    /// Has parental responsibility for them (barnelova chapter 5), until they are 18.
    Responsible,
}

impl Kind {
    /// `mother`, `father`, `spouse` or `responsible`, as in the population register here.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mother => "mother",
            Self::Father => "father",
            Self::Spouse => "spouse",
            Self::Responsible => "responsible",
        }
    }
}

/// "`related` is `kind` of `person`", by index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Relation {
    /// The person's index.
    pub person: u32,
    /// What the other one is to them.
    pub kind: Kind,
    /// The other one's index.
    pub related: u32,
    /// When.
    pub valid: Period,
}

/// All relations of the people of a block.
pub(crate) fn relations(block: &Block) -> Vec<Relation> {
    let mut relations = Vec::new();
    for (at, member) in block.members.iter().enumerate() {
        let person = block.first + at as u32;
        for (kind, parent) in [(Kind::Mother, member.mother), (Kind::Father, member.father)] {
            let Some(place) = parent else { continue };
            let (related, since) = (block.first + u32::from(place), member.birth);
            relations.push(Relation { person, kind, related, valid: period(since, None) });
            if let Some(valid) = responsibility(member, block.members.get(usize::from(place))) {
                relations.push(Relation { person, kind: Kind::Responsible, related, valid });
            }
        }
        if let Some((place, wedding)) = member.spouse
            && let Some(spouse) = block.members.get(usize::from(place))
        {
            let end = [member.death, spouse.death].into_iter().flatten().min();
            let related = block.first + u32::from(place);
            relations.push(Relation { person, kind: Kind::Spouse, related, valid: period(wedding, end) });
        }
    }
    relations
}

/// Responsibility ends the day before the eighteenth birthday or with a death; those who were of age
/// before the registers began have none on record.
fn responsibility(child: &Member, parent: Option<&Member>) -> Option<Period> {
    let from = date(child.birth);
    let last = from.checked_add(18.years()).ok()?.yesterday().ok()?;
    if last < date(REGISTERS_FROM) {
        return None;
    }
    let deaths = [child.death, parent?.death].into_iter().flatten().map(date);
    let until = deaths.chain([last]).min()?;
    Period::new(from, until)
}
