//! What datasets of other catalogues are called here: short, by their titles, and the same for good.

use std::collections::{BTreeMap, BTreeSet};

use varde_core::{CataloguePath, Digest, LocalisedText};
use varde_metadata::catalogue_name;

/// The longest path that a title becomes.
const LONGEST: usize = 40;
/// How many characters of an address's digest tell two of the same title apart.
const TELLING: usize = 6;

/// The paths that datasets have, by their addresses, and all paths that are taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Paths {
    known: BTreeMap<String, CataloguePath>,
    taken: BTreeSet<CataloguePath>,
}

impl Paths {
    /// The paths of datasets that are known, by address; and paths of sources that came otherwise.
    pub fn new(known: BTreeMap<String, CataloguePath>, taken: impl IntoIterator<Item = CataloguePath>) -> Self {
        let taken = taken.into_iter().chain(known.values().cloned()).collect();
        Self { known, taken }
    }

    /// The path of a dataset: the one it has, or a new one by its title. A title that another source has taken is
    /// told apart by the digest of the address, so that it does not depend on what else a catalogue holds.
    /// `None` for an address that no path can be made of.
    pub fn give(&mut self, address: &str, title: &LocalisedText) -> Option<CataloguePath> {
        if let Some(path) = self.known.get(address) {
            return Some(path.clone());
        }
        let name = slug(&title.nb).or_else(|| slug(last(address)))?;
        let digest = Digest::of(address.as_bytes()).to_string();
        let plain = name.parse::<CataloguePath>().ok().filter(|path| !self.taken.contains(path));
        let path = match plain {
            Some(path) => path,
            None => format!("{name}_{}", digest.get(..TELLING)?).parse().ok()?,
        };
        self.taken.insert(path.clone());
        self.known.insert(address.to_owned(), path.clone());
        Some(path)
    }
}

/// A name as a path of one part; `None` when nothing is left of it. It ends at a whole word.
fn slug(name: &str) -> Option<String> {
    let whole = catalogue_name(name);
    let cut = match whole.char_indices().nth(LONGEST) {
        None => whole.as_str(),
        Some((end, _)) => {
            let head = whole.get(..end).unwrap_or_default();
            head.rsplit_once('_').map_or(head, |(words, _)| words)
        }
    };
    let cut = cut.trim_end_matches('_');
    (!cut.is_empty()).then(|| cut.to_owned())
}

/// The last part of an address that says something.
fn last(address: &str) -> &str {
    address.rsplit(['/', '#', '?', '=']).find(|part| !part.is_empty()).unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(text: &str) -> LocalisedText {
        LocalisedText::bokmaal(text)
    }

    #[test]
    fn a_title_becomes_a_short_path() {
        let mut paths = Paths::default();
        let mut give = |address: &str, text: &str| paths.give(address, &title(text)).unwrap().to_string();
        assert_eq!(give("https://a.example/1", "Fastlegeregisteret"), "fastlegeregisteret");
        let long = "Register over legemidler og medisinsk utstyr i sykehus og kommuner";
        assert_eq!(give("https://a.example/2", long), "register_over_legemidler_og_medisinsk");
        assert_eq!(give("https://a.example/sett/42", "…"), "42");
        assert_eq!(give("https://a.example/4", "Ørjans æresbevisninger"), "oerjans_aeresbevisninger");
    }

    #[test]
    fn two_of_the_same_title_are_told_apart_the_same_way_every_time() {
        let (one, other) = ("https://a.example/1", "https://b.example/1");
        let mut paths = Paths::new(BTreeMap::new(), ["pasienter".parse().unwrap()]);
        let first = paths.give(one, &title("Pasienter")).unwrap();
        let second = paths.give(other, &title("Pasienter")).unwrap();
        assert_ne!(first, second);
        assert!(first.as_str().starts_with("pasienter_") && first.as_str().len() == "pasienter_".len() + TELLING);
        let mut alone = Paths::new(BTreeMap::new(), ["pasienter".parse().unwrap()]);
        assert_eq!(alone.give(other, &title("Pasienter")).unwrap(), second, "the order does not matter");
    }

    /// A path is a name that others have written down: a new title changes nothing of it, nor do our rules.
    #[test]
    fn what_has_a_path_keeps_it() {
        let old: CataloguePath = "data_example_catalogs_7_datasets_9".parse().unwrap();
        let mut paths = Paths::new([("https://a.example/9".to_owned(), old.clone())].into(), []);
        assert_eq!(paths.give("https://a.example/9", &title("Noe annet")).unwrap(), old);
    }
}
