//! Writes what we tell of the demo world as Turtle, for other validators to check:
//! `cargo run -p varde-exchange --example records -- FOLDER`.

use std::{env, error::Error, fs, path::Path};

use varde_exchange::{Part, Profile, catalogue};
use varde_rdf::{Format, write};

#[path = "../tests/it/world.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "made for tests; the example needs the records only")]
mod world;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).ok_or("give the folder to write to")?;
    fs::create_dir_all(&folder)?;
    let records = world::records();
    let part = Part { page: 1, pages: 1, sources: records.len() };
    for profile in Profile::ALL {
        let said = catalogue(&world::about(), &records, part, profile, &world::addresses());
        fs::write(Path::new(&folder).join(format!("{}.ttl", profile.name())), write(&said, Format::Turtle)?)?;
    }
    Ok(())
}
