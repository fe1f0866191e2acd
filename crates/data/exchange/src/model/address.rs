//! Addresses: what a source, its record and its parts are called on the web, for good.

use varde_core::CataloguePath;
use varde_rdf::{NamedNode, node_of};

/// Where this installation is on the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    base: String,
}

impl Addresses {
    /// By the address people use, with or without a slash at the end.
    pub fn new(base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned() }
    }

    /// The address people use, without a slash at its end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The site.
    pub fn site(&self) -> NamedNode {
        node_of(&format!("{}/", self.base), "")
    }

    /// The catalogue: the same in every profile, format and page.
    pub fn catalogue(&self) -> NamedNode {
        node_of(&format!("{}/api/dcat/catalogue", self.base), "")
    }

    /// A source, or a dataset of one: the same in every profile and format.
    pub fn source(&self, path: &CataloguePath) -> NamedNode {
        node_of(&format!("{}/api/dcat/sources/{path}", self.base), "")
    }

    /// Something that belongs to a source and to nothing else: `#publisher`, `#column/contact/sex`.
    pub fn part(&self, path: &CataloguePath, name: &str) -> NamedNode {
        node_of(&format!("{}/api/dcat/sources/{path}", self.base), name)
    }

    /// Something that sources share: a concept, an organisation.
    pub fn shared(&self, name: &str) -> NamedNode {
        node_of(&format!("{}/api/dcat/catalogue", self.base), name)
    }

    /// The concepts of the catalogue.
    pub fn concepts(&self) -> NamedNode {
        node_of(&format!("{}/api/skos/concepts", self.base), "")
    }

    /// A version of a code system.
    pub fn code_system(&self, key: &str, version: &str) -> NamedNode {
        let version: String = url::form_urlencoded::byte_serialize(version.as_bytes()).collect();
        node_of(&format!("{}/api/skos/code-systems/{key}?version={version}", self.base), "")
    }

    /// The page for people.
    pub fn page(&self, path: &CataloguePath) -> NamedNode {
        node_of(&format!("{}/katalog/{path}", self.base), "")
    }

    /// The codebook of a dataset, as JSON.
    pub fn codebook(&self, dataset: &CataloguePath) -> NamedNode {
        node_of(&format!("{}/api/catalogue/datasets/{dataset}", self.base), "")
    }

    /// A page of the catalogue in a profile.
    pub fn catalogue_page(&self, profile: &str, page: usize) -> NamedNode {
        node_of(&format!("{}/api/dcat/catalogue?profile={profile}&page={page}", self.base), "")
    }

    /// The changes from a time on.
    pub fn changes(&self) -> String {
        format!("{}/api/dcat/changes", self.base)
    }
}
