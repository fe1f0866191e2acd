//! The alphabet: the place of each document among all by its name.

use std::sync::OnceLock;

use varde_core::Language;

use super::change::Placed;

/// The place of each document in the alphabet by language, worked out when it is asked for first.
#[derive(Debug, Default)]
pub(super) struct Ranks([OnceLock<Vec<u32>>; 3]);

impl Ranks {
    pub(super) fn by_name(&self, groups: &[Placed], language: Language) -> &[u32] {
        let number = Language::ALL.iter().position(|known| *known == language).unwrap_or(0);
        self.0[number].get_or_init(|| ranks(groups, language))
    }
}

fn ranks(groups: &[Placed], language: Language) -> Vec<u32> {
    let titles = groups.iter().flat_map(|at| (0..at.kept.len()).map(|row| at.kept.title(row, language)));
    let mut order: Vec<(String, usize)> = titles.map(alphabetical).zip(0..).collect();
    order.sort();
    let mut ranks = vec![0; order.len()];
    for (rank, (_, row)) in (0..).zip(order) {
        ranks[row] = rank;
    }
    ranks
}

/// A name as the Norwegian alphabet orders it: æ, ø and å come last, and aa is å in old names only, so
/// that it stays where it is.
fn alphabetical(name: &str) -> String {
    let last = |c| match c {
        'æ' | 'ä' => '\u{e001}',
        'ø' | 'ö' => '\u{e002}',
        'å' => '\u{e003}',
        other => other,
    };
    name.chars().flat_map(char::to_lowercase).map(last).collect()
}
