//! The namespaces that catalogues of data use, and short names for their terms.

use oxrdf::NamedNode;

/// A namespace: its usual prefix and its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Namespace {
    /// The prefix: `dct`.
    pub prefix: &'static str,
    /// What terms begin with.
    pub iri: &'static str,
}

impl Namespace {
    /// The term of that name: `DCT.term("title")`.
    pub fn term(self, name: &str) -> NamedNode {
        // The namespaces are constants and names are plain words of ours, so that no check is needed.
        NamedNode::new_unchecked(format!("{}{name}", self.iri))
    }
}

macro_rules! namespaces {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal : $iri:literal;)+) => {
        $($(#[$doc])* pub const $name: Namespace = Namespace { prefix: $prefix, iri: $iri };)+

        /// All of them, by prefix.
        pub const ALL: &[Namespace] = &[$($name),+];
    };
}

namespaces! {
    /// ADMS: identifiers, samples, status.
    ADMS = "adms": "http://www.w3.org/ns/adms#";
    /// ActivityStreams 2.0: changes.
    AS = "as": "https://www.w3.org/ns/activitystreams#";
    /// Core public organisations and services (CPSV-AP).
    CPSV = "cpsv": "http://purl.org/vocab/cpsv#";
    /// CSV on the Web: tables and columns.
    CSVW = "csvw": "http://www.w3.org/ns/csvw#";
    /// DCAT: catalogues of data.
    DCAT = "dcat": "http://www.w3.org/ns/dcat#";
    /// DCAT-AP's own terms.
    DCATAP = "dcatap": "http://data.europa.eu/r5r/";
    /// Dublin Core terms.
    DCT = "dct": "http://purl.org/dc/terms/";
    /// Data privacy vocabulary.
    DPV = "dpv": "https://w3id.org/dpv#";
    /// Data quality vocabulary.
    DQV = "dqv": "http://www.w3.org/ns/dqv#";
    /// Legislation.
    ELI = "eli": "http://data.europa.eu/eli/ontology#";
    /// People and organisations.
    FOAF = "foaf": "http://xmlns.com/foaf/0.1/";
    /// HealthDCAT-AP.
    HEALTH = "healthdcatap": "http://healthdataportal.eu/ns/health#";
    /// Hydra: paging.
    HYDRA = "hydra": "http://www.w3.org/ns/hydra/core#";
    /// Web annotations.
    OA = "oa": "http://www.w3.org/ns/oa#";
    /// Organisations.
    ORG = "org": "http://www.w3.org/ns/org#";
    /// OWL.
    OWL = "owl": "http://www.w3.org/2002/07/owl#";
    /// Provenance.
    PROV = "prov": "http://www.w3.org/ns/prov#";
    /// RDF itself.
    RDF = "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    /// Classes and labels.
    RDFS = "rdfs": "http://www.w3.org/2000/01/rdf-schema#";
    /// schema.org, as search engines read it.
    SCHEMA = "schema": "http://schema.org/";
    /// SHACL.
    SH = "sh": "http://www.w3.org/ns/shacl#";
    /// Concepts and schemes.
    SKOS = "skos": "http://www.w3.org/2004/02/skos/core#";
    /// Checksums.
    SPDX = "spdx": "http://spdx.org/rdf/terms#";
    /// Contact points.
    VCARD = "vcard": "http://www.w3.org/2006/vcard/ns#";
    /// Classifications: levels, and how concepts of editions relate (XKOS).
    XKOS = "xkos": "http://rdf-vocabulary.ddialliance.org/xkos#";
    /// Types of literals.
    XSD = "xsd": "http://www.w3.org/2001/XMLSchema#";
}

/// An address as people read it: `dct:title` where the namespace is known, and else in full.
pub fn short(iri: &str) -> String {
    // A name with a slash or a hash in it belongs to a longer namespace than the one it begins with.
    let plain = |rest: &str| !rest.is_empty() && !rest.contains(['/', '#']);
    let known = ALL.iter().find_map(|n| Some((n, iri.strip_prefix(n.iri).filter(|rest| plain(rest))?)));
    known.map_or_else(|| iri.to_owned(), |(n, rest)| format!("{}:{rest}", n.prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_term_is_shortened_and_others_stay_whole() {
        assert_eq!(short("http://purl.org/dc/terms/title"), "dct:title");
        assert_eq!(short("http://data.europa.eu/r5r/a/b"), "http://data.europa.eu/r5r/a/b");
        assert_eq!(short("https://example.org/x"), "https://example.org/x");
        assert_eq!(short(DCT.iri), DCT.iri);
    }

    #[test]
    fn every_namespace_is_an_address_and_every_prefix_is_its_own() {
        let prefixes: std::collections::BTreeSet<_> = ALL.iter().map(|n| n.prefix).collect();
        assert_eq!(prefixes.len(), ALL.len());
        assert!(ALL.iter().all(|n| NamedNode::new(n.iri).is_ok() && n.iri.ends_with(['#', '/'])));
    }
}
