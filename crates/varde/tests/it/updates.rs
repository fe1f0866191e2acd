//! A running project through the whole program: a source gets a new release, and the update lies in the
//! room beside the first delivery, under the same pseudonyms.

use std::{fs, io::BufWriter};

use jiff::civil::date;
use varde_core::{Actor, CataloguePath, Component, Period};
use varde_demo::{ID_COLUMN, Register};
use varde_permit::{Cohort, DataNeed, Granularity, Handover, NeededVariable, Rhythm, RuleSet, Updates};
use varde_platform::{ExtractStatus, ImportRequest, Imported};

use crate::project::{House, make_world, wait};

const PEOPLE: u32 = 300;
const DATASET: &str = "npr/contact";

fn need() -> DataNeed {
    let variable = |path: &str| NeededVariable::rows(path.parse().unwrap(), Granularity::AsIs, "Vi trenger den.");
    let variables = vec![variable("npr/contact/main_condition"), variable("npr/contact/contact_type")];
    let period = Period::new(date(2015, 1, 1), date(2026, 12, 31)).unwrap();
    let updates = Some(Updates { every: Rhythm::EachRelease, months: 6, when_asked: false });
    let handover = Handover { updates, ..Handover::default() };
    DataNeed { handover, ..DataNeed::plain(Cohort::Everyone, variables, period) }
}

/// The register as it was, without its last hundred rows, as its newest release.
async fn release_anew(house: &House) {
    let demo = Actor::system(Component::DemoWorld);
    let (services, dataset) = (house.services(), DATASET.parse::<CataloguePath>().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("npr.csv");
    house.world.write_csv(Register::Patients, BufWriter::new(fs::File::create(&file).unwrap())).unwrap();
    let whole = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    fs::write(&file, format!("{}\n", lines[..lines.len() - 100].join("\n"))).unwrap();
    let before = services.platform.releases(&demo).await.unwrap();
    let holder = before.iter().find(|release| release.dataset == dataset).and_then(|release| release.holder);
    let found = services.catalogue.codebook_for(&demo, &dataset).await.unwrap().unwrap();
    let request = ImportRequest {
        from: file.into(),
        dataset: found.dataset,
        holder,
        person: ID_COLUMN.to_owned(),
        namespace: varde_basedata::Namespace::National,
        event_date: None,
    };
    let Imported::New(release) = services.platform.import(&demo, &request).await.unwrap() else { panic!("new rows") };
    services.platform.assess(&demo, release.id, None).await.unwrap();
    services.platform.approve_because(&demo, release.id, "Planlagte feil, til prøven").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_release_reaches_the_running_room_beside_the_first_delivery() {
    let folder = varde_store::testing::Folder::make();
    make_world(folder.path(), PEOPLE);
    let house = House::open(folder.path(), PEOPLE, false).await;
    let application = house.apply("oppdatert", need()).await;
    house.grant(application, RuleSet::Norway).await;
    let flows = house.start();
    let (issued, first) = house.delivered(application).await;
    let permit = issued.permit.id;
    let (services, researcher) = (house.services(), house.researcher());
    let room = wait("the room", async || {
        let mine = services.rooms.rooms(&researcher).await.unwrap();
        mine.into_iter().find(|room| room.permit == permit && room.state.name() == "open")
    })
    .await;

    release_anew(&house).await;
    services.platform.plan_updates(&Actor::system(Component::Flows)).await.unwrap();
    let update = wait("the update", async || {
        let all = services.platform.extracts_of(&researcher, permit).await.unwrap();
        all.into_iter().find(|record| record.number() == 1 && record.status == ExtractStatus::Delivered)
    })
    .await;
    let view = wait("the update in the room", async || {
        let view = services.rooms.inside(&researcher, room.id).await.unwrap();
        (!view.updates.is_empty()).then_some(view)
    })
    .await;
    assert_eq!(view.updates[0].extract, update.specification.extract);
    assert_eq!(view.manifest, *first.manifest.as_ref().unwrap(), "the first is what it was");

    let (before, after) = (house.pseudonyms(&first), house.pseudonyms(&update));
    assert!(after.is_subset(&before) && after.len() > 10, "the same people have the same pseudonyms");
    let project = services.platform.project(&researcher, permit).await.unwrap();
    assert_eq!(project.changes.len(), 1);
    assert!(project.changes[0].files[0].rows.removed >= 10, "{:?}", project.changes);
    let verified = services.platform.verify(&Actor::system(Component::CommandLine), update.specification.extract).await;
    assert!(verified.unwrap().is_good());

    // With the permit the room, the first and the update end.
    services.platform.stop(&Actor::system(Component::Flows), permit).await.unwrap();
    flows.end(house).await;
}
