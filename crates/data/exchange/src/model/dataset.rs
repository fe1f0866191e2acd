//! A source as a `dcat:Dataset`: what the profiles of DCAT have in common.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use varde_core::{CataloguePath, LocalisedText};
use varde_rdf::{
    NamedNode, Statements,
    vocabulary::{ADMS, CPSV, DCAT, DCATAP, DCT, FOAF, OWL, PROV, RDFS, VCARD},
};

use super::{
    Access, Addresses, Agent, Profile, Record, health, said,
    terms::{self, EHDS, authority, concept},
};

/// Tells of one source in a profile of DCAT.
pub(crate) struct Teller<'a> {
    pub(crate) record: &'a Record,
    pub(crate) body: &'a Agent,
    pub(crate) profile: Profile,
    pub(crate) at: &'a Addresses,
    pub(crate) out: &'a mut Statements,
}

impl Teller<'_> {
    /// The node of the source.
    pub(crate) fn node(&self) -> NamedNode {
        self.at.source(&self.record.source.path)
    }

    /// Something of the source's own.
    pub(crate) fn part(&self, name: &str) -> NamedNode {
        self.at.part(&self.record.source.path, name)
    }

    /// Says everything.
    pub(crate) fn tell(&mut self) {
        let node = self.node();
        self.out.is(&node, DCAT.term("Dataset"));
        self.names(&node);
        self.identifiers(&node);
        self.people(&node);
        self.subject(&node);
        self.times(&node);
        self.status(&node);
        self.law(&node);
        self.distributions(&node);
        self.origin(&node);
        if self.profile == Profile::Health {
            health::tell(self, &node);
        }
    }

    /// What a product is part of and made of: by datasets (DCAT 3, section 9; PROV-O), and by their sources as
    /// DCAT-AP has it, which are what the catalogue lists.
    fn origin(&mut self, node: &NamedNode) {
        for product in self.record.derived() {
            self.out.say(node, DCT.term("hasPart"), self.at.source(&product.source.path));
        }
        let Some(whole) = self.record.source.path.parent() else { return };
        self.out.say(node, DCT.term("isPartOf"), self.at.source(&whole));
        for dataset in self.record.derived_from() {
            self.out.say(node, PROV.term("wasDerivedFrom"), self.at.source(dataset));
        }
        let sources: BTreeSet<CataloguePath> =
            self.record.derived_from().iter().filter_map(CataloguePath::parent).collect();
        for source in sources {
            self.out.say(node, DCT.term("source"), self.at.source(&source));
        }
    }

    fn names(&mut self, node: &NamedNode) {
        let source = &self.record.source;
        let properties = &source.details.properties;
        let title = properties.localised("TittelFlerspraklig").unwrap_or_default();
        self.out.text(node, DCT.term("title"), &with(&source.name, title));
        let english = properties.text("BeskrivelseEngelsk").unwrap_or_default();
        let described = properties.localised("BeskrivelseFlerspraklig").unwrap_or_default();
        let described = with(&source.description, with(&described, LocalisedText::new("", "", english)));
        self.out.text(node, DCT.term("description"), &described);
        for keyword in said::keywords(source) {
            self.out.say(node, DCAT.term("keyword"), keyword);
        }
        if let Some(other) = properties.localised("AlternativtTittelFlerspraklig") {
            self.out.text(node, DCT.term("alternative"), &other);
        }
    }

    /// The address is the identifier: it is the same for good. HealthDCAT-AP wants it typed as one.
    fn identifiers(&mut self, node: &NamedNode) {
        if self.profile == Profile::Health {
            self.out.typed(node, DCT.term("identifier"), node.as_str(), "anyURI");
        } else {
            self.out.string(node, DCT.term("identifier"), node.as_str());
        }
        self.out.say(node, DCAT.term("landingPage"), self.at.page(&self.record.source.path));
        if let Some(homepage) = said::homepage(&self.record.source) {
            self.out.say(node, FOAF.term("page"), homepage);
        }
        let version = if self.profile == Profile::National2 { OWL.term("versionInfo") } else { DCAT.term("version") };
        self.out.string(node, version, &self.record.edition.to_string());
    }

    fn people(&mut self, node: &NamedNode) {
        if let Some(holder) = &self.record.holder {
            // What HealthDCAT-AP says of a data holder is about this source: where to ask, a note.
            let publisher = match self.profile {
                Profile::Health => described(self.out, self.part("publisher"), holder),
                _ => agent(self.out, self.at, holder),
            };
            self.out.say(node, DCT.term("publisher"), publisher);
        }
        let contact = self.part("contact");
        let source = &self.record.source;
        let holder = self.record.holder.as_ref();
        let homepage = said::homepage(source).or_else(|| holder?.homepage.as_deref().and_then(said::web_address));
        let mail = said::mail(source).or_else(|| holder?.mail.as_deref().and_then(said::mail_address));
        let phone = source.details.properties.text("Telefonnummer").and_then(|text| said::phone_address(&text));
        if homepage.is_none() && mail.is_none() && phone.is_none() {
            return;
        }
        self.out.say(node, DCAT.term("contactPoint"), contact.clone());
        self.out.is(&contact, VCARD.term("Organization"));
        if self.profile == Profile::Health {
            self.out.is(&contact, VCARD.term("Kind"));
        }
        self.out.text(&contact, VCARD.term("fn"), &source.name);
        for (name, value) in [("hasEmail", mail), ("hasURL", homepage), ("hasTelephone", phone)] {
            if let Some(value) = value {
                self.out.say(&contact, VCARD.term(name), value);
            }
        }
    }

    fn subject(&mut self, node: &NamedNode) {
        let source = &self.record.source;
        let health = authority(self.out, "data-theme", "HEAL");
        self.out.say(node, DCAT.term("theme"), health);
        let access = authority(self.out, "access-right", Access::of(&source.details.properties).code());
        self.out.say(node, DCT.term("accessRights"), access);
        let norway = authority(self.out, "country", "NOR");
        self.out.say(node, DCT.term("spatial"), norway);
        let norwegian = authority(self.out, "language", "NOB");
        self.out.say(node, DCT.term("language"), norwegian);
        let (name, kind) = match self.record.derived_from() {
            [] => (source.kind.name(), terms::kind(source.kind)),
            // What is made of registers is not one.
            _ => (terms::DATA_PRODUCT, terms::data_product()),
        };
        let kind = concept(self.out, self.at, &format!("kind/{name}"), &kind);
        self.out.say(node, DCT.term("type"), kind);
        let frequency = source.datasets.iter().find_map(|d| terms::frequency(d.details.frequency.as_deref()?));
        if let Some(frequency) = frequency {
            let frequency = authority(self.out, "frequency", frequency);
            self.out.say(node, DCT.term("accrualPeriodicity"), frequency);
        }
        let provenance = said::provenance(source);
        if !provenance.is_empty() {
            let statement = self.part("provenance");
            self.out.say(node, DCT.term("provenance"), statement.clone());
            self.out.is(&statement, DCT.term("ProvenanceStatement"));
            for text in provenance {
                self.out.say(&statement, RDFS.term("label"), text);
            }
        }
    }

    fn times(&mut self, node: &NamedNode) {
        if let Some(issued) = self.record.issued_itself() {
            self.out.typed(node, DCT.term("issued"), &moment(issued), "dateTime");
        }
        self.out.typed(node, DCT.term("modified"), &moment(self.record.modified()), "dateTime");
        let (from, until) = covered(self.record);
        if from.is_none() && until.is_none() {
            return;
        }
        let period = self.part("period");
        self.out.say(node, DCT.term("temporal"), period.clone());
        self.out.is(&period, DCT.term("PeriodOfTime"));
        for (name, day) in [("startDate", from), ("endDate", until)] {
            if let Some(day) = day {
                self.out.typed(&period, DCAT.term(name), &day.to_string(), "date");
            }
        }
    }

    /// What its owner does not tell of any more is still found, and said to be withdrawn.
    fn status(&mut self, node: &NamedNode) {
        if self.record.source.details.inactive {
            let status = authority(self.out, "dataset-status", "WITHDRAWN");
            self.out.say(node, ADMS.term("status"), status);
        }
    }

    /// The law it is kept under, and the law it is shared under.
    fn law(&mut self, node: &NamedNode) {
        let source = &self.record.source;
        if self.profile != Profile::National2 {
            for law in legislation(self.record) {
                self.out.say(node, DCATAP.term("applicableLegislation"), law);
            }
        }
        let text = match (&source.legal_basis, &source.details.terms.legal_basis) {
            (Some(basis), _) => basis.to_string(),
            (None, Some(text)) => text.clone(),
            (None, None) => return,
        };
        let rule = self.part("rule");
        self.out.say(node, CPSV.term("follows"), rule.clone());
        self.out.is(&rule, CPSV.term("Rule"));
        self.out.string(&rule, DCT.term("identifier"), rule.as_str());
        let title = LocalisedText::new("Behandlingsgrunnlag", "Behandlingsgrunnlag", "Legal basis for processing");
        self.out.text(&rule, DCT.term("title"), &title);
        self.out.text(&rule, DCT.term("description"), &LocalisedText::bokmaal(text));
    }

    /// How to get at it. Where a permit is needed the way leads by the page that one applies from.
    fn distributions(&mut self, node: &NamedNode) {
        let source = &self.record.source;
        let distribution = self.part("distribution");
        self.out.say(node, DCAT.term("distribution"), distribution.clone());
        self.out.is(&distribution, DCAT.term("Distribution"));
        let title =
            LocalisedText::new("Utlevering etter vedtak", "Utlevering etter vedtak", "Provision after a decision");
        self.out.text(&distribution, DCT.term("title"), &title);
        self.out.say(&distribution, DCAT.term("accessURL"), self.at.page(&source.path));
        let format = authority(self.out, "file-type", "PARQUET");
        self.out.say(&distribution, DCT.term("format"), format);
        if let Some(bytes) = self.record.bytes {
            // DCAT 3 counts bytes, DCAT 2 allowed for parts of one.
            let kind = if self.profile == Profile::National2 { "decimal" } else { "nonNegativeInteger" };
            self.out.typed(&distribution, DCAT.term("byteSize"), &bytes.to_string(), kind);
        }
        self.rights(&distribution);
        if self.profile == Profile::Health {
            for law in legislation(self.record) {
                self.out.say(&distribution, DCATAP.term("applicableLegislation"), law);
            }
        }
        if let Some(dataset) = source.datasets.first() {
            let sample = self.part("codebook");
            self.out.say(node, ADMS.term("sample"), sample.clone());
            self.out.is(&sample, DCAT.term("Distribution"));
            self.out.text(&sample, DCT.term("title"), &LocalisedText::new("Kodebok", "Kodebok", "Codebook"));
            self.out.say(&sample, DCAT.term("accessURL"), self.at.codebook(&dataset.path));
            let json = authority(self.out, "file-type", "JSON");
            self.out.say(&sample, DCT.term("format"), json);
        }
    }

    fn rights(&mut self, distribution: &NamedNode) {
        let rights = self.part("rights");
        self.out.say(distribution, DCT.term("rights"), rights.clone());
        self.out.is(&rights, DCT.term("RightsStatement"));
        let [nb, nn, en] = match Access::of(&self.record.source.details.properties) {
            Access::Public => ["Åpent for alle.", "Ope for alle.", "Open to everybody."],
            Access::Restricted => [
                "Åpent for dem som oppfyller vilkårene.",
                "Ope for dei som oppfyller vilkåra.",
                "Open to those who meet the conditions.",
            ],
            Access::NonPublic => [
                "Utleveres etter vedtak om tillatelse til bruk av helsedata.",
                "Blir utlevert etter vedtak om løyve til bruk av helsedata.",
                "Provided after a decision to permit the use of health data.",
            ],
        };
        self.out.text(&rights, RDFS.term("label"), &LocalisedText::new(nb, nn, en));
    }
}

/// An organisation, said once for all sources.
pub(crate) fn agent(out: &mut Statements, at: &Addresses, agent: &Agent) -> NamedNode {
    let node = at.shared(&format!("organisation/{}", agent.key));
    if out.knows(&node) { node } else { described(out, node, agent) }
}

/// An organisation at an address; with its address in the national catalogue of organisations.
fn described(out: &mut Statements, node: NamedNode, agent: &Agent) -> NamedNode {
    out.is(&node, FOAF.term("Agent"));
    out.text(&node, FOAF.term("name"), &LocalisedText::bokmaal(agent.name.as_str()));
    if let Some(number) = &agent.number {
        out.string(&node, DCT.term("identifier"), number);
        let national = format!("https://organization-catalog.fellesdatakatalog.digdir.no/organizations/{number}");
        out.say(&node, OWL.term("sameAs"), varde_rdf::node_of(&national, ""));
    }
    if let Some(homepage) = agent.homepage.as_deref().and_then(said::web_address) {
        out.say(&node, FOAF.term("homepage"), homepage);
    }
    if let Some(mail) = agent.mail.as_deref().and_then(said::mail_address) {
        out.say(&node, FOAF.term("mbox"), mail);
    }
    node
}

/// The laws that hold, the regulation on the health data space among them: what stands in its catalogue
/// stands there by it (art. 77).
pub(crate) fn legislation(record: &Record) -> Vec<NamedNode> {
    let mut laws = said::addresses(&record.source.details.properties, "applicableLegislation");
    if !laws.iter().any(|law| law.as_str() == EHDS) {
        laws.insert(0, varde_rdf::node_of(EHDS, ""));
    }
    laws
}

/// The first and last day that the source covers: its own word, or its variables'.
pub(crate) fn covered(record: &Record) -> (Option<Date>, Option<Date>) {
    let terms = &record.source.details.terms;
    let versions = || record.source.variables().flat_map(|v| &v.versions);
    let from = terms.valid_from.or_else(|| versions().map(|v| v.valid.from).min());
    let until = terms.valid_until.or_else(|| {
        let over = versions().map(|v| v.valid.until).collect::<Option<Vec<_>>>();
        over.and_then(|days| days.into_iter().max())
    });
    (from, until)
}

/// A time as XML Schema writes it, to the second.
pub(crate) fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The first text, with what it lacks from the second.
fn with(first: &LocalisedText, second: LocalisedText) -> LocalisedText {
    let or = |a: &str, b: String| if a.is_empty() { b } else { a.to_owned() };
    LocalisedText { nb: or(&first.nb, second.nb), nn: or(&first.nn, second.nn), en: or(&first.en, second.en) }
}
