//! The demo world through its public face.

mod files;
mod population;
mod registers;
mod special;

use varde_demo::World;

fn world(people: u32) -> World {
    World::new(7, people).unwrap()
}
