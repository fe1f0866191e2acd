//! What a source becomes when its own catalogue tells of it again, and when it tells of it no more.

use jiff::civil::Date;
use varde_metadata::DataSource;

use super::TOLD;

/// A source as its own catalogue tells of it now, over what is known of it here: what the catalogue tells goes
/// before, and what stewards have added here (variables, legal basis, categories, properties that DCAT does not
/// tell) stays.
pub fn laid_over(known: DataSource, told: &DataSource) -> DataSource {
    let mut new = DataSource { name: told.name.clone(), ..known };
    // An empty description there is no reason to lose ours.
    if !told.description.nb.is_empty() {
        new.description = told.description.clone();
    }
    new.holder = new.holder.or(told.holder);
    let (details, from) = (&mut new.details, &told.details);
    details.external.clone_from(&from.external);
    details.created = from.created.or(details.created);
    details.updated = from.updated.or(details.updated);
    details.inactive = from.inactive;
    details.terms.controller = from.terms.controller.clone().or_else(|| details.terms.controller.take());
    details.terms.valid_from = from.terms.valid_from.or(details.terms.valid_from);
    // An end that it had because it was gone, or because its catalogue said so, is its catalogue's to say again.
    details.terms.valid_until = from.terms.valid_until;
    for key in TOLD {
        match from.properties.0.get(*key) {
            Some(value) => drop(details.properties.0.insert((*key).to_owned(), value.clone())),
            None => drop(details.properties.0.remove(*key)),
        }
    }
    for dataset in &told.datasets {
        let Some(known) = new.datasets.iter_mut().find(|known| known.path == dataset.path) else { continue };
        known.details.frequency = dataset.details.frequency.clone().or_else(|| known.details.frequency.take());
    }
    new
}

/// A source that its own catalogue does not tell of any more: it stays, as no longer active, until somebody here
/// has looked at it.
pub fn withdrawn(known: DataSource, day: Date) -> DataSource {
    let mut gone = known;
    gone.details.inactive = true;
    gone.details.terms.valid_until = gone.details.terms.valid_until.or(Some(day));
    gone
}

/// Whether two descriptions say the same, but for when their owner's catalogue was touched: some stamp every
/// answer anew, and nobody should have to review a stamp.
pub fn says_the_same(one: &DataSource, other: &DataSource) -> bool {
    let mut other = other.clone();
    other.details.updated = one.details.updated;
    *one == other
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Paths, harvest};
    use varde_rdf::{Format, Limits, read};

    fn told(more: &str) -> DataSource {
        let text = format!(
            "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
             @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
             <https://a.example/1> a dcat:Dataset ; dct:title \"Register\"@nb {more} ."
        );
        let graph = read(text.as_bytes(), Format::Turtle, None, Limits::default()).unwrap().graph;
        harvest(&graph, &mut Paths::default()).0.remove(0).source
    }

    #[test]
    fn what_stewards_added_stays_and_what_the_catalogue_says_goes_before() {
        let mut known = told("; dct:description \"Gammel\"@nb ; dcat:keyword \"helse\"@nb");
        known.legal_basis = Some(varde_core::LegalBasis::new("helseregisterloven", "§ 8"));
        known.details.properties.0.insert("numberOfRecords".to_owned(), "12".into());
        let new = laid_over(known.clone(), &told("; dct:description \"Ny\"@nb"));
        assert_eq!(new.description.nb, "Ny");
        assert_eq!(new.legal_basis, known.legal_basis);
        assert_eq!(new.details.properties.text("numberOfRecords").as_deref(), Some("12"));
        assert!(new.details.properties.tagged("EmneordFlerspraklig").is_empty(), "it has no key word any more");
        assert_eq!(laid_over(known, &told("")).description.nb, "Gammel");
    }

    #[test]
    fn a_stamp_alone_is_no_change() {
        let one = told("; dct:modified \"2026-01-01T00:00:00Z\"^^xsd:dateTime");
        let other = told("; dct:modified \"2026-02-01T00:00:00Z\"^^xsd:dateTime");
        assert!(one != other && says_the_same(&one, &other));
        assert!(!says_the_same(&one, &told("; dct:description \"Om\"@nb")));
    }

    #[test]
    fn what_is_gone_ends_and_what_comes_back_goes_on() {
        let (known, day) = (told(""), "2026-11-23".parse().unwrap());
        let gone = withdrawn(known.clone(), day);
        assert!(gone.details.inactive && gone.details.terms.valid_until == Some(day));
        assert_eq!(laid_over(gone, &told("")), known);
    }
}
