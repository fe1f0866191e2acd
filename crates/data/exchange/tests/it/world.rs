//! The sources of the demo world as records.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use varde_core::LocalisedText;
use varde_demo::{Register, World};
use varde_exchange::{About, Access, Addresses, Agent, Record};
use varde_metadata::{
    EhdsCategory, LinkKind, Properties, SourceKind,
    codebook::{self, SourceDescription},
};
use varde_rdf::{Format, Graph, Limits, read};

/// Where the records are.
pub(crate) fn addresses() -> Addresses {
    Addresses::new("https://varde.example/")
}

/// Who publishes.
pub(crate) fn about() -> About {
    About {
        body: Agent {
            key: "body".to_owned(),
            name: "Helsedatatilsynet".to_owned(),
            number: Some("999999999".to_owned()),
            homepage: Some("https://varde.example/".to_owned()),
            mail: Some("post@varde.example".to_owned()),
        },
    }
}

/// Every source of the demo world, as the demo takes it in.
pub(crate) fn records() -> Vec<Record> {
    let world = World::new(7, varde_demo::FEWEST).unwrap();
    Register::ALL.into_iter().map(|register| record(&world, register)).collect()
}

fn record(world: &World, register: Register) -> Record {
    let told = world.source(register);
    let about = SourceDescription {
        path: register.name().parse().unwrap(),
        name: told.name.clone(),
        description: told.description.clone(),
        kind: SourceKind::from_name(told.kind).unwrap(),
        holder: Some(told.holder),
        legal_basis: Some(told.legal_basis.clone()),
        ehds_category: EhdsCategory::from_name(told.ehds_category),
        link_kind: LinkKind::National,
    };
    let mut source = codebook::read(register.codebook().as_bytes()).unwrap().codebook.to_source(&about);
    source.details.properties =
        Properties(told.properties.iter().map(|(k, v)| ((*k).to_owned(), v.as_str().into())).collect());
    for dataset in &mut source.datasets {
        dataset.name = told.dataset_name.clone();
        dataset.description = told.dataset_description.clone();
    }
    let holder =
        Agent { key: "holder".to_owned(), name: "Folkehelseinstituttet (demo)".to_owned(), ..Agent::default() };
    Record {
        source,
        edition: 2,
        first_published: "2026-01-01T00:00:00Z".parse().unwrap(),
        published: "2026-11-01T12:30:00Z".parse().unwrap(),
        holder: Some(holder),
        bytes: Some(1_048_576),
        dataset_bytes: BTreeMap::new(),
    }
}

/// A source with a data product beside its first dataset: of that and of a dataset of another source.
pub(crate) fn with_product(record: &Record) -> Record {
    let mut record = record.clone();
    let mut product = record.source.datasets[0].clone();
    let of = product.path.clone();
    product.path = record.source.path.join("product").unwrap();
    product.name = LocalisedText::new("Et dataprodukt", "Eit dataprodukt", "A data product");
    product.variables.truncate(2);
    for variable in &mut product.variables {
        variable.path = product.path.join(variable.path.name()).unwrap();
    }
    product.details.derived_from = vec![of, "lmr/dispensing".parse().unwrap()];
    record.dataset_bytes.insert(product.path.clone(), 4_096);
    record.source.datasets.push(product);
    record
}

/// The same, open to others than those with a permit.
pub(crate) fn open_to(record: &Record, access: Access) -> Record {
    let mut record = record.clone();
    let code = format!("eu-access:{}", access.code()).into();
    record.source.details.properties.0.insert("accessRights".to_owned(), code);
    record
}

/// A file of Turtle of ours.
pub(crate) fn own(name: &str) -> Graph {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name);
    read(&fs::read(path).unwrap(), Format::Turtle, None, Limits::default()).unwrap().graph
}

/// Published shapes, or a line that says that they are not there.
pub(crate) fn published(name: &str) -> Option<Graph> {
    let folder = env::var_os("VARDE_SHARED_REAL").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real"));
    let Ok(text) = fs::read(folder.join(name)) else {
        eprintln!("{name} is not there: set VARDE_SHARED_REAL to the folder of published material");
        return None;
    };
    Some(read(&text, Format::Turtle, Some("https://example.org/"), Limits::default()).unwrap().graph)
}
