//! A small register and the people around it.

use jiff::civil::date;
use varde_core::{
    Actor, CataloguePath, Component, LocalisedText, LoginLevel, OrganisationId, Period, PersonId, Role, SystemClock,
};
use varde_metadata::{
    CatalogueService, Code, DataSource, DataType, Dataset, Details, Identification, Imported, LinkKind, Properties,
    Ranges, SourceKind, Variable, VariableDetails, VariableVersion,
};
use varde_policy::{Guard, Policy};
use varde_store::{Context, Store, testing::TestDatabase};

/// The catalogue on a database of its own.
pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) store: Store,
    pub(crate) catalogue: CatalogueService,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// The same with more contexts in the database.
    pub(crate) async fn with(more: &[&'static Context]) -> Self {
        let mut contexts = vec![&varde_metadata::CONTEXT, &varde_policy::CONTEXT];
        contexts.extend(more);
        let database = varde_store::testing::database(&contexts).await;
        let store = database.simulated();
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        Self { catalogue: CatalogueService::new(&store, guard), store, database }
    }

    /// Imports and publishes as the operator of the machine.
    pub(crate) async fn publish(&self, source: &DataSource) -> Imported {
        let imported = self.catalogue.import(&operator(), source, "catalogue").await.unwrap();
        self.catalogue.publish(&operator(), imported.edition).await.unwrap();
        imported
    }

    pub(crate) fn later(&self) {
        self.database.clock().advance(std::time::Duration::from_secs(3600));
    }
}

pub(crate) fn operator() -> Actor {
    Actor::system(Component::CommandLine)
}

fn randomness() -> varde_core::Randomness {
    varde_core::Randomness::from_system()
}

pub(crate) fn researcher() -> Actor {
    Actor::citizen(PersonId::new(&SystemClock, &randomness()), LoginLevel::High)
}

pub(crate) fn organisation() -> OrganisationId {
    OrganisationId::new(&SystemClock, &randomness())
}

pub(crate) fn steward(organisation: OrganisationId) -> Actor {
    let person = PersonId::new(&SystemClock, &randomness());
    Actor::employee(person, LoginLevel::High, organisation, [Role::Steward])
}

pub(crate) fn path(text: &str) -> CataloguePath {
    text.parse().unwrap()
}

/// A variable with a name in bokmål.
pub(crate) fn variable(at: &str, name: &str, data_type: DataType) -> Variable {
    let version = VariableVersion {
        valid: Period::since(date(2008, 1, 1)),
        name: LocalisedText::bokmaal(name),
        description: LocalisedText::default(),
        data_type,
        unit: None,
        required: true,
        ranges: Ranges::default(),
        decimals: None,
        length: None,
        code_system: None,
        codes: Vec::new(),
        properties: Properties::default(),
        publication: None,
    };
    let path = path(at);
    let column = path.name().to_owned();
    let details = VariableDetails::default();
    Variable { path, column, group: None, identification: Identification::Other, details, versions: vec![version] }
}

/// A source with one dataset of these variables.
pub(crate) fn source(at: &str, variables: Vec<Variable>) -> DataSource {
    let dataset = variables[0].path.parent().unwrap();
    DataSource {
        path: path(at),
        name: LocalisedText::new(format!("Register {at}"), "", format!("The {at} register")),
        description: LocalisedText::default(),
        kind: SourceKind::CentralRegister,
        holder: None,
        legal_basis: None,
        ehds_category: None,
        link_kind: LinkKind::National,
        sub_sources: Vec::new(),
        details: Details::default(),
        datasets: vec![Dataset {
            path: dataset,
            name: LocalisedText::bokmaal("Kontakter"),
            description: LocalisedText::default(),
            sub_source: None,
            groups: Vec::new(),
            details: Details::default(),
            variables,
        }],
    }
}

/// Hospital contacts: a code, a list, a date, a number of a person.
pub(crate) fn contacts() -> DataSource {
    let mut condition = variable("npr/contact/main_condition", "Hovedtilstand", DataType::Code);
    condition.versions[0].code_system = Some("icd10".to_owned());
    condition.versions[0].description = LocalisedText::bokmaal("Sykdommen som var hovedårsak til kontakten.");
    let mut sex = variable("npr/contact/sex", "Kjønn", DataType::List);
    sex.versions[0].codes = [("1", "Mann"), ("2", "Kvinne")]
        .map(|(value, text)| Code { value: value.into(), text: LocalisedText::bokmaal(text), from: None, until: None })
        .to_vec();
    let admitted = variable("npr/contact/admitted", "Innleggelsesdato", DataType::Date);
    let mut number = variable("npr/contact/patient_number", "Pasientnummer", DataType::Text);
    number.identification = Identification::DirectIdentifier;
    source("npr", vec![condition, sex, admitted, number])
}
