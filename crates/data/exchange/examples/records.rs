//! Writes what we tell of the demo world as Turtle, for other validators to check:
//! `cargo run -p varde-exchange --example records -- FOLDER`.

use std::{env, error::Error, fs, path::Path};

use varde_exchange::{Access, Part, Profile, catalogue, concepts};
use varde_rdf::{Format, write};

#[path = "../tests/it/world.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "made for tests; the example needs the records only")]
mod world;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("give the folder to write to")?;
    fs::create_dir_all(&folder)?;
    let mut records = world::records();
    // A data product among them, so that it is checked too.
    records[0] = world::with_product(&records[0]);
    let part = Part { page: 1, pages: 1, sources: records.len() };
    let put = |name: &str, said| -> Result<(), Box<dyn Error>> {
        Ok(fs::write(Path::new(&folder).join(format!("{name}.ttl")), write(&said, Format::Turtle)?)?)
    };
    for profile in Profile::ALL {
        put(profile.name(), catalogue(&world::about(), &records, part, profile, &world::addresses()))?;
    }
    // HealthDCAT-AP's three sets of obligations: the demo world's own is NON_PUBLIC.
    for (access, name) in [(Access::Public, "health-public"), (Access::Restricted, "health-restricted")] {
        let records: Vec<_> = records.iter().map(|record| world::open_to(record, access)).collect();
        put(name, catalogue(&world::about(), &records, part, Profile::Health, &world::addresses()))?;
    }
    put("concepts", concepts(&world::about(), &world::addresses()))?;
    Ok(())
}
