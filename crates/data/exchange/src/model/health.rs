//! What HealthDCAT-AP says beyond DCAT-AP: the access body, categories, purposes, and the variables as
//! tables and columns of CSV on the Web. The obligations of NON_PUBLIC data are the strictest; what is known
//! is told whatever the access.

use varde_core::{CataloguePath, LocalisedText};
use varde_metadata::{CodeLinkKind, Dataset, Properties, Variable};
use varde_rdf::{
    Literal, NamedNode, Statements, node_of,
    vocabulary::{CSVW, DCAT, DCT, DPV, FOAF, HEALTH, RDFS},
};

use super::{
    dataset::{Teller, agent},
    said,
    terms::{self, concept},
};

pub(crate) fn tell(teller: &mut Teller<'_>, node: &NamedNode) {
    publisher(teller);
    access_body(teller, node);
    categories(teller, node);
    purposes(teller, node);
    figures(teller, node);
    code_systems(teller, node);
    variables(teller, node);
}

/// What the profile wants to know of a data holder: page, mail, kind, a note, and whether it is a trusted
/// data holder (EHDS art. 72), which it is only when it says so.
fn publisher(teller: &mut Teller<'_>) {
    let Some(holder) = &teller.record.holder else { return };
    let source = &teller.record.source;
    let properties = &source.details.properties;
    let node = teller.part("publisher");
    if holder.homepage.is_none()
        && let Some(homepage) = said::homepage(source)
    {
        teller.out.say(&node, FOAF.term("homepage"), homepage);
    }
    if holder.mail.is_none()
        && let Some(mail) = said::mail(source)
    {
        teller.out.say(&node, FOAF.term("mbox"), mail);
    }
    let kind = LocalisedText::new("Dataansvarlig virksomhet", "Dataansvarleg verksemd", "Data holder");
    let kind = concept(teller.out, teller.at, "publisher-type/data-holder", &kind);
    teller.out.say(&node, HEALTH.term("publisherType"), kind);
    let note = properties.localised("PublisherNoteFlerspraklig").unwrap_or_else(|| {
        LocalisedText::new(
            format!("{} er dataansvarlig.", holder.name),
            format!("{} er dataansvarleg.", holder.name),
            format!("{} is the data holder.", holder.name),
        )
    });
    teller.out.text(&node, HEALTH.term("publisherNote"), &note);
    let trusted = properties.text("trustedDataHolder").as_deref() == Some("true");
    teller.out.typed(&node, HEALTH.term("trustedDataHolder"), if trusted { "true" } else { "false" }, "boolean");
}

/// The health data access body: ours, unless the source names another.
fn access_body(teller: &mut Teller<'_>, node: &NamedNode) {
    let properties = &teller.record.source.details.properties;
    let own = properties.text("healthDataAccessBodyName");
    let body = match own {
        None => agent(teller.out, teller.at, teller.body),
        Some(name) => {
            let body = teller.part("hdab");
            teller.out.is(&body, FOAF.term("Agent"));
            teller.out.text(&body, FOAF.term("name"), &LocalisedText::bokmaal(name));
            let homepage = properties.text("healthDataAccessBodyHomepage").and_then(|t| said::web_address(&t));
            let mail = properties.text("healthDataAccessBodyEmail").and_then(|t| said::mail_address(&t));
            for (name, value) in [("homepage", homepage), ("mbox", mail)] {
                if let Some(value) = value {
                    teller.out.say(&body, FOAF.term(name), value);
                }
            }
            body
        }
    };
    teller.out.say(node, HEALTH.term("hdab"), body);
}

fn categories(teller: &mut Teller<'_>, node: &NamedNode) {
    let source = &teller.record.source;
    for code in source.details.properties.list("healthCategory") {
        let category = coded(teller, "category", &code);
        teller.out.say(node, HEALTH.term("healthCategory"), category);
    }
    if let Some(category) = source.ehds_category {
        let name = format!("category/{}", category.name());
        let category = concept(teller.out, teller.at, &name, &terms::category(category));
        teller.out.say(node, HEALTH.term("healthCategory"), category);
    }
    for code in source.details.properties.list("healthTheme") {
        let theme = coded(teller, "theme", &code);
        teller.out.say(node, HEALTH.term("healthTheme"), theme);
    }
}

/// A value that is an address already, or a code of the national explorer's list.
fn coded(teller: &mut Teller<'_>, list: &str, code: &str) -> NamedNode {
    match said::web_address(code) {
        Some(address) => address,
        None => {
            let name = code.rsplit(':').next().unwrap_or(code);
            concept(teller.out, teller.at, &format!("{list}/{name}"), &terms::explorer_code(code))
        }
    }
}

fn purposes(teller: &mut Teller<'_>, node: &NamedNode) {
    let purposes = said::purposes(&teller.record.source);
    if purposes.is_empty() {
        return;
    }
    let purpose = teller.part("purpose");
    teller.out.say(node, DPV.term("hasPurpose"), purpose.clone());
    teller.out.is(&purpose, DPV.term("Purpose"));
    for text in purposes {
        teller.out.say(&purpose, DCT.term("description"), text);
    }
}

/// How much there is and of whom.
fn figures(teller: &mut Teller<'_>, node: &NamedNode) {
    let properties = &teller.record.source.details.properties;
    let whole = |key| properties.text(key).and_then(|text| text.trim().parse::<u64>().ok());
    for (name, key) in [
        ("numberOfRecords", "numberOfRecords"),
        ("numberOfUniqueIndividuals", "numberOfUniqueIndividuals"),
        ("minTypicalAge", "typicalAge"),
        ("maxTypicalAge", "maxTypicalAge"),
    ] {
        if let Some(number) = whole(key) {
            teller.out.typed(node, HEALTH.term(name), &number.to_string(), "nonNegativeInteger");
        }
    }
    if let Some(coverage) = said::text(properties, "PopulationCoverageFlerspraklig", "populationCoverage") {
        teller.out.text(node, HEALTH.term("populationCoverage"), &coverage);
    }
    if let Some(basis) = legal_basis(properties) {
        let ground = teller.part("legal-basis");
        teller.out.say(node, DPV.term("hasLegalBasis"), ground.clone());
        teller.out.is(&ground, DPV.term("LegalBasis"));
        for text in basis {
            teller.out.say(&ground, DCT.term("description"), text);
        }
    }
}

fn legal_basis(properties: &Properties) -> Option<Vec<Literal>> {
    let texts = properties.tagged("hasLegalBasis");
    let literal = |value: &str| Literal::new_language_tagged_literal_unchecked(value, "nb");
    (!texts.is_empty()).then(|| texts.iter().map(|text| literal(&text.value)).collect())
}

/// The code systems that its variables take their values from.
fn code_systems(teller: &mut Teller<'_>, node: &NamedNode) {
    let source = &teller.record.source;
    let mut named: Vec<String> =
        source.variables().flat_map(|v| &v.versions).filter_map(|v| v.code_system.clone()).collect();
    named.sort();
    named.dedup();
    for name in named {
        let system = teller.at.shared(&format!("code-system/{name}"));
        teller.out.say(node, HEALTH.term("hasCodingSystem"), system.clone());
        teller.out.is(&system, DCT.term("Standard"));
        teller.out.text(&system, DCT.term("title"), &LocalisedText::bokmaal(name));
    }
    let mut references: Vec<&str> = source
        .variables()
        .flat_map(|v| &v.details.code_links)
        .filter(|link| link.kind == CodeLinkKind::Administrative)
        .map(|link| link.reference.as_str())
        .collect();
    references.sort_unstable();
    references.dedup();
    for reference in references.into_iter().filter(|r| r.chars().all(|c| c.is_ascii_digit() || c == '.')) {
        let system = node_of(&format!("urn:oid:{reference}"), "");
        teller.out.say(node, HEALTH.term("hasCodingSystem"), system.clone());
        teller.out.is(&system, DCT.term("Standard"));
        teller.out.string(&system, DCT.term("title"), reference);
    }
}

/// Each dataset as a table, each variable as a column, as it is now.
fn variables(teller: &mut Teller<'_>, node: &NamedNode) {
    let source = &teller.record.source;
    if source.variables().next().is_none() {
        return;
    }
    let group = teller.part("variables");
    teller.out.say(node, HEALTH.term("hasVariables"), group.clone());
    teller.out.is(&group, CSVW.term("TableGroup"));
    for dataset in source.datasets.iter().filter(|d| !d.variables.is_empty()) {
        let table = teller.part(&format!("table/{}", dataset.path.name()));
        teller.out.say(&group, CSVW.term("table"), table.clone());
        table_of(teller, &table, dataset);
    }
}

fn table_of(teller: &mut Teller<'_>, table: &NamedNode, dataset: &Dataset) {
    teller.out.is(table, CSVW.term("Table"));
    teller.out.text(table, DCT.term("title"), &dataset.name);
    teller.out.text(table, DCT.term("description"), &dataset.description);
    teller.out.say(table, CSVW.term("url"), teller.at.codebook(&dataset.path));
    for variable in &dataset.variables {
        let column = teller.part(&format!("column/{}", below(&variable.path)));
        teller.out.say(table, CSVW.term("column"), column.clone());
        column_of(teller.out, &column, variable);
    }
}

/// The variable's path below its source.
fn below(path: &CataloguePath) -> &str {
    path.as_str().split_once('/').map_or(path.as_str(), |(_, rest)| rest)
}

fn column_of(out: &mut Statements, column: &NamedNode, variable: &Variable) {
    let Some(version) = variable.newest() else { return };
    out.is(column, CSVW.term("Column"));
    out.string(column, CSVW.term("name"), variable.path.name());
    out.text(column, CSVW.term("titles"), &version.name);
    out.text(column, DCT.term("description"), &version.description);
    out.string(column, CSVW.term("datatype"), terms::csvw(version.data_type));
    out.typed(column, CSVW.term("required"), if version.required { "true" } else { "false" }, "boolean");
    if let Some(unit) = &version.unit {
        out.string(column, RDFS.term("comment"), unit);
    }
    if let Some(first) = variable.versions.first() {
        out.typed(column, DCAT.term("startDate"), &first.valid.from.to_string(), "date");
    }
    if let Some(until) = variable.retired() {
        out.typed(column, DCAT.term("endDate"), &until.to_string(), "date");
    }
}
