//! The demo world: a synthetic country, deterministic from its seed.
//!
//! [`World`] makes a population with families, moves, deaths, changed numbers and protected
//! addresses, organisations with their roles, health personnel, seven registers in the shape of the real ones, and
//! opt-outs. The same generator makes 20,000 people for `cargo demo` and millions with 10⁸ events
//! for the benchmarks: everything is made per person from the seed, in index order or any other,
//! and nothing is held but two bytes a person.
//!
//! It knows neither a database nor the contexts: its plain structs have the same content as the
//! records that the contexts take in, and its registers are files with codebooks like anybody's.

mod calendar;
mod code_lists;
mod names;
mod organisations;
mod personnel;
mod places;
mod population;
mod preferences;
mod random;
mod registers;
mod world;

pub use code_lists::{CODE_LISTS, CodeList};
pub use organisations::{Assignment, Organisation, RegistryRole, TRUSTS};
pub use personnel::{HealthPersonnel, Profession, Qualification};
pub use places::{PLACES, Place};
pub use population::{Dated, Gender, Kind, Person, Protection, Relation, Special, Status};
pub use preferences::{Preference, PreferenceKind};
pub use registers::{
    Birth, Cancer, Contact, Death, Defects, Dispensing, ID_COLUMN, Register, Registration, Source, Vaccination, Written,
};
pub use world::{DEMO_DENSITY, FEWEST, MOST, World, WorldError};
