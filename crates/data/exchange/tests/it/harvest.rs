//! Others' catalogues become sources: with the dates their owners give, the same every time.

use varde_exchange::{Access, Paths, harvest};
use varde_rdf::{Format, Limits, read};

use crate::world::published;

const TURTLE: &str = r#"@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
    @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    <https://data.example/sets/1> a dcat:Dataset ; dct:title "Register"@nb , "The register"@en ; dct:description "Om"@nb ;
      dct:publisher [ foaf:name "Etaten" ] ; dct:issued "2014-05-01"^^xsd:date ; dct:modified "2017-10-19T08:00:00Z"^^xsd:dateTime ;
      dct:accessRights <http://publications.europa.eu/resource/authority/access-right/RESTRICTED> ;
      dcat:contactPoint [ vcard:hasEmail <mailto:post@data.example> ] ; dcat:keyword "helse"@nb ;
      dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/ANNUAL> ;
      dct:temporal [ dcat:startDate "2008-01-01"^^xsd:date ] .
    <https://data.example/sets/2> a dcat:Dataset .
    [] a dcat:Dataset ; dct:title "Uten adresse" ."#;

#[test]
fn a_dataset_becomes_a_source_with_its_owners_dates() {
    let graph = read(TURTLE.as_bytes(), Format::Turtle, None, Limits::default()).unwrap().graph;
    let (found, nameless) = harvest(&graph, &mut Paths::default());
    assert_eq!((found.len(), nameless), (2, 1));
    let one = &found[0].source;
    assert_eq!(one.path.as_str(), "register");
    assert_eq!((one.name.nb.as_str(), one.name.en.as_str()), ("Register", "The register"));
    assert_eq!(one.details.created.unwrap().to_string(), "2014-04-30T22:00:00Z");
    assert_eq!(one.details.updated.unwrap().to_string(), "2017-10-19T08:00:00Z");
    assert_eq!(one.details.terms.controller.as_deref(), Some("Etaten"));
    assert_eq!(one.details.terms.valid_from.unwrap().to_string(), "2008-01-01");
    assert_eq!(one.datasets[0].details.frequency.as_deref(), Some("yearly"));
    assert_eq!(one.details.properties.text("Epost").as_deref(), Some("post@data.example"));
    assert_eq!(Access::of(&one.details.properties), Access::Restricted);
    assert!(one.faults().is_empty() && found[0].lacking.is_empty());
    assert_eq!(found[1].lacking, ["title", "description", "publisher"]);
    assert_eq!(found[1].source.name.nb, "https://data.example/sets/2");
    assert_eq!(harvest(&graph, &mut Paths::default()).0, found, "the same file is the same sources");
}

#[test]
fn published_catalogues_are_taken_whole() {
    for (file, datasets) in [("dcat/gdoc-data-2017-10-19.ttl", 133), ("dcat/nav-2017-10-31.ttl", 42)] {
        let Some(graph) = published(file) else { continue };
        let (found, nameless) = harvest(&graph, &mut Paths::default());
        assert_eq!(found.len() + nameless, datasets, "{file}");
        let mut paths: Vec<&str> = found.iter().map(|h| h.source.path.as_str()).collect();
        assert!(paths.iter().all(|path| path.len() <= 47), "{file}: {paths:?}");
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), found.len(), "{file}: two datasets share a path");
        for one in &found {
            assert!(one.source.faults().is_empty(), "{:?}", one.source.faults());
        }
    }
}
