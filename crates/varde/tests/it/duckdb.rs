//! Rooms with the tools that the program itself installs: DuckDB over a real extract, in SQL and in
//! Python. Then the room's end: a role that ends keeps its holder out, and the command line closes it.
//!
//! The tools come from the Python package index the first time. Where it cannot be reached the test
//! fails and says so: rooms without DuckDB are not what researchers are promised.

use jiff::civil::date;
use varde_core::{Actor, Component, Period, Problem as _, ProblemKind, Role, RoomId};
use varde_permit::{Cohort, DataNeed, Granularity, NeededVariable, RuleSet};
use varde_rooms::{
    model::{Room, RoomState, Run, RunState, Tool},
    tools::{self, Kit},
};

use crate::{
    program::{run, said, text},
    project::{House, make_world, wait},
};

const PEOPLE: u32 = 300;
const SQL: &str = "SELECT count(*) AS rows, count(DISTINCT pseudonym) AS people FROM npr_contact;
COPY (SELECT main_condition, count(DISTINCT pseudonym) AS people FROM npr_contact GROUP BY 1) TO '/work/c.parquet';";
const PYTHON: &str = "import duckdb
print(duckdb.sql(\"SELECT sum(people) > 0 FROM '/work/c.parquet'\").fetchall()[0][0])
print(len(duckdb.sql(\"SELECT count(*) FROM '/data/npr_contact.parquet'\").fetchall()))";

fn need() -> DataNeed {
    let path = "npr/contact/main_condition".parse().unwrap();
    let variable = NeededVariable::rows(path, Granularity::AsIs, "Vi trenger den.");
    let period = Period::new(date(2015, 1, 1), date(2026, 12, 31)).unwrap();
    DataNeed::plain(Cohort::Everyone, vec![variable], period)
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_use_duckdb_on_the_extract_and_the_room_ends_when_it_should() {
    let folder = varde_store::testing::Folder::make();
    make_world(folder.path(), PEOPLE);
    let root = varde::app::tools_folder(folder.path());
    let made =
        tools::ensure_tools(&root, Kit::Analysis, &|package, done, all| eprintln!("{package} {done}/{all}")).await;
    made.unwrap_or_else(|error| panic!("the rooms' tools could not be installed, as the program itself does: {error}"));

    let house = House::open(folder.path(), PEOPLE, true).await;
    let application = house.apply("duckdb", need()).await;
    house.grant(application, RuleSet::Norway).await;
    let flows = house.start();
    let (issued, record) = house.delivered(application).await;
    let rooms = &house.services().rooms;
    let room = wait("the room", async || {
        let mine: Vec<Room> = rooms.rooms(&house.researcher()).await.unwrap();
        mine.into_iter().find(|room| room.permit == issued.permit.id && room.state == RoomState::Open)
    })
    .await
    .id;
    let people = record.manifest.as_ref().unwrap().people;
    let sql = script(&house, room, Tool::Sql, SQL).await;
    assert_eq!(sql.state, RunState::Succeeded, "{}", sql.errors);
    assert!(sql.output.contains("people") && sql.output.contains(&people.to_string()), "{people}: {}", sql.output);
    let python = script(&house, room, Tool::Python, PYTHON).await;
    assert_eq!((python.state, python.output.as_str()), (RunState::Succeeded, "True\n1\n"), "{}", python.errors);

    end_role(&house).await;
    let refused = rooms.start_script(&house.researcher(), room, Tool::Python, "print(1)").await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden, "the actor still says researcher, the register no longer");

    let id = room.to_string();
    let close = |reason: &str| run(&["admin", "room", "close", &id, "--reason", reason, "--data", text(folder.path())]);
    let short = close("no");
    assert!(!short.status.success() && said(&short).contains("--reason must say why"), "{}", said(&short));
    let closed = close("The project has ended early");
    assert!(closed.status.success(), "{}", said(&closed));
    let mine = rooms.rooms(&house.researcher()).await.unwrap();
    let room = mine.iter().find(|found| found.id == room).unwrap();
    assert_eq!((room.state, room.closed_why.as_deref()), (RoomState::Closed, Some("The project has ended early")));
    assert!(!folder.path().join("rooms/rooms").join(&id).exists());
    flows.end(house).await;
}

async fn script(house: &House, room: RoomId, tool: Tool, text: &str) -> Run {
    let (rooms, researcher) = (&house.services().rooms, house.researcher());
    let id = rooms.start_script(&researcher, room, tool, text).await.unwrap();
    wait("the script", async || {
        let run = rooms.run(&researcher, room, id).await.unwrap();
        (run.state != RunState::Running).then_some(run)
    })
    .await
}

/// The researcher leaves the hospital.
async fn end_role(house: &House) {
    let (roles, system) = (&house.services().roles, Actor::system(Component::CommandLine));
    let held = roles.of(&system, house.cast.researcher).await.unwrap();
    let role = held.iter().find(|held| held.role == Role::Researcher).expect("the demo world gives the role");
    roles.end(&system, role.id).await.unwrap();
}
