//! The concepts that the catalogue itself uses, as SKOS-AP-NO-Begrep asks for them: kinds of sources and the
//! categories of EHDS art. 51(1), each with terms and a definition in three languages, who publishes them and
//! where to ask.

use jiff::civil::{Date, date};
use varde_core::LocalisedText;
use varde_metadata::{EhdsCategory, SourceKind};
use varde_rdf::{
    NamedNode, Statements,
    vocabulary::{DCAT, DCT, ORG, SKOS},
};

use super::{About, Addresses, catalogue, dataset::agent, terms};

/// The day that the definitions were last changed.
const MODIFIED: Date = date(2026, 11, 23);

/// All concepts of the catalogue, as one collection.
pub fn concepts(about: &About, at: &Addresses) -> Statements {
    let mut out = Statements::new();
    let collection = at.concepts();
    out.is(&collection, SKOS.term("Collection"));
    let title = LocalisedText::new(
        "Begreper i katalogen over helsedata",
        "Omgrep i katalogen over helsedata",
        "Concepts of the catalogue of health data",
    );
    out.text(&collection, DCT.term("title"), &title);
    let description = LocalisedText::new(
        "Slag av datakilder, dataprodukter, og kategoriene av helsedata i EHDS-forordningen artikkel 51.",
        "Slag av datakjelder, dataprodukt, og kategoriane av helsedata i EHDS-forordninga artikkel 51.",
        "Kinds of data sources, data products, and the categories of health data in article 51 of the EHDS regulation.",
    );
    out.text(&collection, DCT.term("description"), &description);
    let told = Telling { publisher: publisher(&mut out, about, at), contact: contact(&mut out, about, at), at };
    told.by_whom(&mut out, &collection);
    for kind in SourceKind::ALL {
        let name = format!("kind/{}", kind.name());
        told.concept(&mut out, &collection, &name, &terms::kind(*kind), &kind_means(*kind));
    }
    let product = format!("kind/{}", terms::DATA_PRODUCT);
    told.concept(&mut out, &collection, &product, &terms::data_product(), &data_product_means());
    for category in EhdsCategory::ALL {
        let name = format!("category/{}", category.name());
        told.concept(&mut out, &collection, &name, &terms::category(*category), &category_means(*category));
    }
    out
}

fn data_product_means() -> LocalisedText {
    LocalisedText::new(
        "Datasett som lages av andre datasett, og lages på nytt når de endres.",
        "Datasett som blir laga av andre datasett, og blir laga på nytt når dei blir endra.",
        "Dataset that is made of other datasets, and made again when they change.",
    )
}

/// What is the same for all of them.
struct Telling<'a> {
    publisher: NamedNode,
    contact: NamedNode,
    at: &'a Addresses,
}

impl Telling<'_> {
    fn by_whom(&self, out: &mut Statements, node: &NamedNode) {
        out.typed(node, DCT.term("identifier"), node.as_str(), "anyURI");
        out.say(node, DCT.term("publisher"), self.publisher.clone());
        out.say(node, DCAT.term("contactPoint"), self.contact.clone());
    }

    fn concept(
        &self,
        out: &mut Statements,
        collection: &NamedNode,
        name: &str,
        label: &LocalisedText,
        means: &LocalisedText,
    ) {
        let node = terms::concept(out, self.at, name, label);
        self.by_whom(out, &node);
        out.text(&node, SKOS.term("definition"), means);
        out.typed(&node, DCT.term("modified"), &MODIFIED.to_string(), "date");
        out.say(collection, SKOS.term("member"), node);
    }
}

/// Who publishes the catalogue; here the profile asks for an `org:Organization`.
fn publisher(out: &mut Statements, about: &About, at: &Addresses) -> NamedNode {
    let node = agent(out, at, &about.body);
    out.is(&node, ORG.term("Organization"));
    node
}

fn contact(out: &mut Statements, about: &About, at: &Addresses) -> NamedNode {
    catalogue::contact_point(out, about, at)
}

fn text([nb, nn, en]: [&str; 3]) -> LocalisedText {
    LocalisedText::new(nb, nn, en)
}

/// What a kind of source means.
fn kind_means(kind: SourceKind) -> LocalisedText {
    text(match kind {
        SourceKind::CentralRegister => [
            "landsdekkende register som mottar helseopplysninger om hele befolkningen etter lov og forskrift",
            "landsdekkjande register som tek imot helseopplysningar om heile folket etter lov og forskrift",
            "nationwide register that receives health data on the whole population by law and regulation",
        ],
        SourceKind::QualityRegister => [
            "register med nasjonal status som samler opplysninger om behandling for å gjøre den bedre",
            "register med nasjonal status som samlar opplysningar om behandling for å gjere ho betre",
            "register with national status that collects data on treatment in order to improve it",
        ],
        SourceKind::OtherQualityRegister => [
            "register som samler opplysninger om behandling for å gjøre den bedre, uten nasjonal status",
            "register som samlar opplysningar om behandling for å gjere ho betre, utan nasjonal status",
            "register that collects data on treatment in order to improve it, without national status",
        ],
        SourceKind::PopulationSurvey => [
            "innsamling av opplysninger og prøver fra en del av befolkningen som har sagt ja til å delta",
            "innsamling av opplysningar og prøver frå ein del av folket som har sagt ja til å delta",
            "collection of data and samples from a part of the population that has agreed to take part",
        ],
        SourceKind::Biobank => [
            "samling av biologisk materiale fra mennesker, med opplysninger om det",
            "samling av biologisk materiale frå menneske, med opplysningar om det",
            "collection of human biological material, with data about it",
        ],
        SourceKind::Project => [
            "data som er samlet inn eller satt sammen i et forskningsprosjekt",
            "data som er samla inn eller sette saman i eit forskingsprosjekt",
            "data collected or put together in a research project",
        ],
        SourceKind::Other => [
            "samling av helsedata som ikke er noe av det andre",
            "samling av helsedata som ikkje er noko av det andre",
            "collection of health data that is none of the others",
        ],
    })
}

/// What a category of EHDS art. 51(1) means, in our own words.
fn category_means(category: EhdsCategory) -> LocalisedText {
    text(match category {
        EhdsCategory::HealthRecords => [
            "helseopplysninger som er registrert mens noen fikk helsehjelp",
            "helseopplysningar som er registrerte medan nokon fekk helsehjelp",
            "health data recorded while somebody received care",
        ],
        EhdsCategory::PopulationRegisters => [
            "registre over helsen til hele eller store deler av befolkningen",
            "register over helsa til heile eller store delar av folket",
            "registers on the health of the whole or large parts of the population",
        ],
        EhdsCategory::DiseaseRegisters => [
            "registre over bestemte sykdommer, over behandling av dem og over dødsårsaker",
            "register over bestemte sjukdommar, over behandling av dei og over dødsårsaker",
            "registers on particular diseases, on their treatment and on causes of death",
        ],
        EhdsCategory::Medicines => [
            "opplysninger om bruk og virkning av legemidler og medisinsk utstyr",
            "opplysningar om bruk og verknad av legemiddel og medisinsk utstyr",
            "data on the use and effect of medicines and medical devices",
        ],
        EhdsCategory::Administrative => [
            "opplysninger om helsetjenester, utgifter til dem og refusjoner",
            "opplysningar om helsetenester, utgifter til dei og refusjonar",
            "data on health services, on what they cost and on reimbursement",
        ],
        EhdsCategory::Surveys => [
            "opplysninger fra kohorter, spørreskjemaer og undersøkelser om helse",
            "opplysningar frå kohortar, spørjeskjema og undersøkingar om helse",
            "data from cohorts, questionnaires and surveys related to health",
        ],
        EhdsCategory::Biobanks => [
            "opplysninger fra biobanker og databaser som hører til dem",
            "opplysningar frå biobankar og databasar som høyrer til dei",
            "data from biobanks and databases that belong to them",
        ],
        EhdsCategory::Determinants => [
            "opplysninger om forhold utenfor helsetjenesten som virker inn på helsen",
            "opplysningar om forhold utanfor helsetenesta som verkar inn på helsa",
            "data on conditions outside the health services that affect health",
        ],
    })
}
