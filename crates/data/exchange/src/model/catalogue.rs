//! The catalogue as a graph: itself, its records, and the sources they are about.

use varde_core::LocalisedText;
use varde_rdf::{
    NamedNode, Statements,
    vocabulary::{DCAT, DCATAP, DCT, FOAF, HYDRA, VCARD},
};

use super::{
    About, Addresses, Profile, Record,
    dataset::{Teller, agent, moment},
    schema_org,
    terms::{EHDS, authority},
};

/// Which part of the catalogue an answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The page, from 1.
    pub page: usize,
    /// How many pages there are, at least 1.
    pub pages: usize,
    /// How many sources there are on all of them.
    pub sources: usize,
}

/// A page of the catalogue in a profile.
pub fn catalogue(about: &About, records: &[Record], part: Part, profile: Profile, at: &Addresses) -> Statements {
    let mut out = Statements::new();
    if profile == Profile::SchemaOrg {
        schema_org::catalogue(&mut out, about, records, at);
    } else {
        itself(&mut out, about, records, profile, at);
        for record in records {
            source_of(&mut out, about, record, profile, at);
        }
    }
    paging(&mut out, part, profile, at);
    out
}

/// One source in a profile, with its record and its data products; or one dataset of a source, which has no
/// record of its own.
pub fn source(about: &About, record: &Record, profile: Profile, at: &Addresses) -> Statements {
    let mut out = Statements::new();
    if profile == Profile::SchemaOrg {
        schema_org::dataset(&mut out, record, at);
    } else {
        source_of(&mut out, about, record, profile, at);
    }
    out
}

fn source_of(out: &mut Statements, about: &About, record: &Record, profile: Profile, at: &Addresses) {
    Teller { record, body: &about.body, profile, at, out }.tell();
    for product in record.derived() {
        Teller { record: &product, body: &about.body, profile, at, out }.tell();
    }
    if record.is_part() {
        return;
    }
    let entry = at.part(&record.source.path, "record");
    out.is(&entry, DCAT.term("CatalogRecord"));
    out.say(&entry, FOAF.term("primaryTopic"), at.source(&record.source.path));
    out.typed(&entry, DCT.term("issued"), &moment(record.first_published), "dateTime");
    out.typed(&entry, DCT.term("modified"), &moment(record.published), "dateTime");
}

fn itself(out: &mut Statements, about: &About, records: &[Record], profile: Profile, at: &Addresses) {
    let node = at.catalogue();
    out.is(&node, DCAT.term("Catalog"));
    let (title, description) = names();
    out.text(&node, DCT.term("title"), &title);
    out.text(&node, DCT.term("description"), &description);
    out.string(&node, DCT.term("identifier"), node.as_str());
    let publisher = agent(out, at, &about.body);
    out.say(&node, DCT.term("publisher"), publisher);
    out.say(&node, FOAF.term("homepage"), at.site());
    for code in ["NOB", "NNO", "ENG"] {
        let language = authority(out, "language", code);
        out.say(&node, DCT.term("language"), language);
    }
    if profile != Profile::National2 {
        out.say(&node, DCATAP.term("applicableLegislation"), varde_rdf::node_of(EHDS, ""));
        contact(out, &node, about, profile, at);
    }
    if let Some(modified) = records.iter().map(|r| r.published).max() {
        out.typed(&node, DCT.term("modified"), &moment(modified), "dateTime");
    }
    for record in records {
        out.say(&node, DCAT.term("dataset"), at.source(&record.source.path));
        out.say(&node, DCAT.term("record"), at.part(&record.source.path, "record"));
        for product in record.derived() {
            out.say(&node, DCAT.term("dataset"), at.source(&product.source.path));
        }
    }
}

/// Where to ask about the catalogue: DCAT-AP-NO 3 demands it.
fn contact(out: &mut Statements, node: &NamedNode, about: &About, profile: Profile, at: &Addresses) {
    let contact = contact_point(out, about, at);
    if profile == Profile::Health {
        out.is(&contact, VCARD.term("Kind"));
    }
    out.say(node, DCAT.term("contactPoint"), contact);
}

/// Where to ask whoever publishes the catalogue.
pub(super) fn contact_point(out: &mut Statements, about: &About, at: &Addresses) -> NamedNode {
    let contact = at.shared("contact");
    out.is(&contact, VCARD.term("Organization"));
    out.text(&contact, VCARD.term("fn"), &LocalisedText::bokmaal(about.body.name.as_str()));
    out.say(&contact, VCARD.term("hasURL"), at.site());
    if let Some(mail) = about.body.mail.as_deref().and_then(super::said::mail_address) {
        out.say(&contact, VCARD.term("hasEmail"), mail);
    }
    contact
}

/// What the catalogue is called.
pub(crate) fn names() -> (LocalisedText, LocalisedText) {
    (
        LocalisedText::new("Katalog over helsedata", "Katalog over helsedata", "Catalogue of health data"),
        LocalisedText::new(
            "Helseregistre, kvalitetsregistre, helseundersøkelser og biobanker, med alle variabler.",
            "Helseregister, kvalitetsregister, helseundersøkingar og biobankar, med alle variablar.",
            "Health registers, quality registers, health surveys and biobanks, with all their variables.",
        ),
    )
}

/// Where the other pages are (Hydra core, as harvesters of DCAT read it).
fn paging(out: &mut Statements, part: Part, profile: Profile, at: &Addresses) {
    let page = |number| at.catalogue_page(profile.name(), number);
    let here = page(part.page);
    out.is(&here, HYDRA.term("PagedCollection"));
    out.typed(&here, HYDRA.term("totalItems"), &part.sources.to_string(), "integer");
    out.say(&here, HYDRA.term("firstPage"), page(1));
    out.say(&here, HYDRA.term("lastPage"), page(part.pages));
    if part.page < part.pages {
        out.say(&here, HYDRA.term("nextPage"), page(part.page + 1));
    }
    if part.page > 1 {
        out.say(&here, HYDRA.term("previousPage"), page(part.page - 1));
    }
}
