//! A source as schema.org's `Dataset`, as search engines for data read it.

use varde_core::LocalisedText;
use varde_rdf::{NamedNode, Statements, Term, vocabulary::SCHEMA};

use super::{About, Access, Addresses, Agent, Record, catalogue::names, dataset::covered, dataset::moment, said};

pub(crate) fn catalogue(out: &mut Statements, about: &About, records: &[Record], at: &Addresses) {
    let node = at.catalogue();
    out.is(&node, SCHEMA.term("DataCatalog"));
    let (title, description) = names();
    out.text(&node, SCHEMA.term("name"), &title);
    out.text(&node, SCHEMA.term("description"), &description);
    out.say(&node, SCHEMA.term("url"), at.site());
    let publisher = organisation(out, &about.body, at);
    out.say(&node, SCHEMA.term("publisher"), publisher);
    for record in records {
        out.say(&node, SCHEMA.term("dataset"), at.source(&record.source.path));
        for product in record.derived() {
            out.say(&node, SCHEMA.term("dataset"), at.source(&product.source.path));
        }
        dataset(out, record, at);
    }
}

pub(crate) fn dataset(out: &mut Statements, record: &Record, at: &Addresses) {
    let source = &record.source;
    let node = at.source(&source.path);
    out.is(&node, SCHEMA.term("Dataset"));
    out.text(&node, SCHEMA.term("name"), &source.name);
    out.text(&node, SCHEMA.term("description"), &source.description);
    out.string(&node, SCHEMA.term("identifier"), node.as_str());
    out.say(&node, SCHEMA.term("url"), at.page(&source.path));
    out.say(&node, SCHEMA.term("includedInDataCatalog"), at.catalogue());
    for keyword in said::keywords(source) {
        out.say(&node, SCHEMA.term("keywords"), keyword);
    }
    if let Some(holder) = &record.holder {
        let publisher = organisation(out, holder, at);
        out.say(&node, SCHEMA.term("publisher"), publisher);
    }
    if let Some(issued) = record.issued_itself() {
        out.typed(&node, SCHEMA.term("datePublished"), &moment(issued), "dateTime");
    }
    out.typed(&node, SCHEMA.term("dateModified"), &moment(record.modified()), "dateTime");
    out.string(&node, SCHEMA.term("version"), &record.edition.to_string());
    let (from, until) = covered(record);
    if let Some(from) = from {
        let until = until.map_or("..".to_owned(), |day| day.to_string());
        out.string(&node, SCHEMA.term("temporalCoverage"), &format!("{from}/{until}"));
    }
    let place = at.shared("norway");
    out.say(&node, SCHEMA.term("spatialCoverage"), place.clone());
    out.is(&place, SCHEMA.term("Country"));
    out.text(&place, SCHEMA.term("name"), &LocalisedText::new("Norge", "Noreg", "Norway"));
    let open = Access::of(&source.details.properties) == Access::Public;
    out.typed(&node, SCHEMA.term("isAccessibleForFree"), if open { "true" } else { "false" }, "boolean");
    measured(out, record, &node, at);
    if let Some(whole) = source.path.parent() {
        out.say(&node, SCHEMA.term("isPartOf"), at.source(&whole));
    }
    for source in record.derived_from() {
        out.say(&node, SCHEMA.term("isBasedOn"), at.source(source));
    }
    for product in record.derived() {
        dataset(out, &product, at);
    }
}

/// The variables, by name: what somebody searches for.
fn measured(out: &mut Statements, record: &Record, node: &NamedNode, at: &Addresses) {
    for variable in record.source.variables() {
        let Some(version) = variable.newest() else { continue };
        let below = variable.path.as_str().split_once('/').map_or("", |(_, rest)| rest);
        let value = at.part(&record.source.path, &format!("column/{below}"));
        out.say(node, SCHEMA.term("variableMeasured"), value.clone());
        out.is(&value, SCHEMA.term("PropertyValue"));
        out.text(&value, SCHEMA.term("name"), &version.name);
        out.text(&value, SCHEMA.term("description"), &version.description);
        if let Some(unit) = &version.unit {
            out.string(&value, SCHEMA.term("unitText"), unit);
        }
    }
}

fn organisation(out: &mut Statements, agent: &Agent, at: &Addresses) -> Term {
    let node = at.shared(&format!("organisation/{}", agent.key));
    out.is(&node, SCHEMA.term("Organization"));
    out.text(&node, SCHEMA.term("name"), &LocalisedText::bokmaal(agent.name.as_str()));
    if let Some(homepage) = agent.homepage.as_deref().and_then(said::web_address) {
        out.say(&node, SCHEMA.term("url"), homepage);
    }
    node.into()
}
