//! The demo world's code systems: two years of each, in force.

use anyhow::Result;
use varde_core::{Actor, OrganisationId};
use varde_demo::{CODE_LISTS, World};
use varde_terminology::{
    Rules, SystemKind, Terminology, Wording,
    import::{Described, Format},
};

use super::Told;

/// Takes in what is not there yet.
pub(super) async fn prepare(terminology: &Terminology, world: &World, actor: &Actor) -> Result<Told> {
    let owner: OrganisationId = world.register_keeper();
    let mut editions = 0_usize;
    for list in &CODE_LISTS {
        let [nb, nn, en] = list.title;
        for (year, codes) in list.editions {
            let described = Described {
                key: Some(list.key.parse()?),
                url: Some(format!("http://varde.example/fhir/CodeSystem/demo-{}", list.key)),
                title: Wording::nb(nb).with("nn", nn).with("en", en),
                owner: Some(owner),
                kind: Some(SystemKind::Clinical),
                version: Some(year.to_owned()),
                format: Some(Format::Csv),
                part: true,
                ..Described::default()
            };
            let (imported, _) = terminology.import_file(actor, codes.as_bytes(), &described, None).await?;
            for one in imported {
                // Nobody is there yet to look a second time; the keeper's stewards can ask for it.
                terminology.set_rules(actor, one.kind, &one.key, Rules { eyes: 1, ..Rules::default() }).await?;
                terminology.publish(actor, one.edition).await?;
                editions += 1;
            }
        }
    }
    Ok(Told::new(format!("{} code systems in {editions} editions", CODE_LISTS.len())).with("editions", editions))
}
