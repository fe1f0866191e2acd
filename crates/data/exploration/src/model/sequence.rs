//! Sequences of questions that close in on somebody. Each can be harmless alone (UNECE, work session on
//! statistical data confidentiality 2025, on microdata.no): what is looked at here is what somebody asked
//! before, never the data.

use serde::{Deserialize, Serialize};

use super::question::Condition;

/// Something that was asked before, as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// What all had to hold, in canonical form ([`Question::parts`](super::Question::parts)).
    pub parts: Vec<Condition>,
    /// About how many people it was, as it was told; `None` when nothing was told.
    pub about: Option<u64>,
}

/// Why a question is refused beside those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// Condition upon condition, each narrower than the one before, and already few.
    Narrowing,
    /// The same question again and again with one condition changed.
    Probing,
    /// A small group was asked for, and now all but a part of it.
    Complement,
}

/// How many narrower and narrower questions lead to the next one being refused.
const CHAIN: usize = 4;
/// Below so many people a narrowing question is one too many, and a complement is looked at.
const FEW: u64 = 5_000;
/// How many questions may differ from a new one in one condition alone.
const SIBLINGS: usize = 12;

/// What the question does beside those before it of the same dataset; `None` when nothing.
pub fn pattern(parts: &[Condition], before: &[Before]) -> Option<Pattern> {
    let wider: Vec<&Before> = before.iter().filter(|one| is_strictly_within(&one.parts, parts)).collect();
    let few = wider.iter().filter_map(|one| one.about).any(|about| about < FEW);
    if few && chain(&wider) >= CHAIN {
        return Some(Pattern::Narrowing);
    }
    if before.iter().filter(|one| differ_in_one(&one.parts, parts)).count() >= SIBLINGS {
        return Some(Pattern::Probing);
    }
    let complement = |one: &Before| one.about.is_some_and(|about| about < FEW) && is_complement(&one.parts, parts);
    before.iter().any(complement).then_some(Pattern::Complement)
}

/// Whether all of one holds in the other, which asks for more: the other is about fewer.
fn is_strictly_within(one: &[Condition], other: &[Condition]) -> bool {
    one.len() < other.len() && one.iter().all(|part| other.contains(part))
}

/// The longest line of questions of which each is narrower than the one before.
fn chain(wider: &[&Before]) -> usize {
    let mut sorted: Vec<&&Before> = wider.iter().collect();
    sorted.sort_by_key(|one| one.parts.len());
    let mut lengths: Vec<usize> = Vec::with_capacity(sorted.len());
    for (at, one) in sorted.iter().enumerate() {
        let before = (0..at).filter(|other| is_strictly_within(&sorted[*other].parts, &one.parts));
        lengths.push(1 + before.map(|other| lengths[other]).max().unwrap_or(0));
    }
    lengths.into_iter().max().unwrap_or(0)
}

/// Whether the two have all but one condition in common, and as many.
fn differ_in_one(one: &[Condition], other: &[Condition]) -> bool {
    one.len() == other.len() && !one.is_empty() && one.iter().filter(|part| !other.contains(part)).count() == 1
}

/// Whether the two are the same but for a condition and its opposite.
fn is_complement(one: &[Condition], other: &[Condition]) -> bool {
    let opposite = |part: &Condition| match part {
        Condition::Not(inner) => (**inner).clone(),
        other => Condition::Not(Box::new(other.clone())),
    };
    differ_in_one(one, other)
        && one.iter().filter(|part| !other.contains(part)).all(|part| other.contains(&opposite(part).canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(begins: &str) -> Condition {
        Condition::Code { variable: "code".to_owned(), begins: vec![begins.to_owned()] }
    }

    fn asked(parts: &[Condition], about: u64) -> Before {
        Before { parts: parts.to_vec(), about: Some(about) }
    }

    #[test]
    fn a_line_of_narrower_questions_ends_when_few_are_left() {
        let parts = [code("A"), code("B"), code("C"), code("D"), code("E")];
        let line = |last: u64| -> Vec<Before> {
            [50_000, 20_000, 9_000, last].iter().enumerate().map(|(at, about)| asked(&parts[..=at], *about)).collect()
        };
        assert_eq!(pattern(&parts, &line(4_000)), Some(Pattern::Narrowing));
        assert_eq!(pattern(&parts, &line(8_000)), None, "a step by step definition of many");
        assert_eq!(pattern(&parts[..4], &line(4_000)[..3]), None, "not yet a line");
    }

    #[test]
    fn one_condition_changed_again_and_again_is_probing() {
        let base = code("A");
        let before: Vec<Before> = (0..12).map(|at| asked(&[base.clone(), code(&format!("X{at}"))], 20_000)).collect();
        assert_eq!(pattern(&[base.clone(), code("Y")], &before), Some(Pattern::Probing));
        assert_eq!(pattern(&[base, code("Y")], &before[1..]), None);
    }

    #[test]
    fn a_small_group_and_all_but_it_is_a_difference() {
        let (base, not) = (code("A"), Condition::Not(Box::new(code("B"))));
        assert_eq!(
            pattern(&[base.clone(), not.clone()], &[asked(&[base.clone(), code("B")], 1_200)]),
            Some(Pattern::Complement)
        );
        assert_eq!(
            pattern(&[base.clone(), code("B")], &[asked(&[base.clone(), not], 1_200)]),
            Some(Pattern::Complement)
        );
        assert_eq!(pattern(&[base.clone(), code("B")], &[asked(&[base, code("C")], 1_200)]), None);
    }
}
