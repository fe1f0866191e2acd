//! The demo world through its public face.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot go on ends the test")]

mod files;
mod personnel;
mod population;
mod registers;
mod special;

use varde_demo::World;

fn world(people: u32) -> World {
    World::new(7, people).unwrap()
}
