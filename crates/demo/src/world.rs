//! The world: everything is made from it, in any order.

use std::ops::Range;

use varde_core::{OrganisationId, PersonId, PreferenceId};

use crate::{
    Special,
    population::{Block, HOUSEHOLD_BLOCK, Numbers, Person, Relation, relations},
    random::{Dice, Purpose},
};

/// The fewest people a world can have: those who are planted, and a few around them.
pub const FEWEST: u32 = 64;

/// The most people a world can have: beyond, some birth dates run out of national numbers.
pub const MOST: u32 = 6_000_000;

/// Share of the events of a whole country that the demo shows.
pub const DEMO_DENSITY: f64 = 0.15;

/// Why there is no such world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// Too few for those who are planted.
    #[error("the demo world has at least {FEWEST} people: ask for more")]
    TooFew,
    /// There are not enough national numbers for a birth date.
    #[error("there are not enough national numbers for so many people: ask for at most {MOST}")]
    TooMany,
}

/// A synthetic country, the same for the same seed and number of people. Everything is made when
/// it is asked for; what is kept are two bytes a person, for their national number.
#[derive(Debug)]
pub struct World {
    pub(crate) seed: u64,
    people: u32,
    pub(crate) density: f64,
    numbers: Numbers,
}

impl World {
    /// The world of that seed, with so many people and events as dense as in the demo.
    ///
    /// # Errors
    /// When there are too few people, or too many for their national numbers to differ.
    pub fn new(seed: u64, people: u32) -> Result<Self, WorldError> {
        if people < FEWEST {
            return Err(WorldError::TooFew);
        }
        if people > MOST {
            return Err(WorldError::TooMany);
        }
        let mut world = Self { seed, people, density: DEMO_DENSITY, numbers: Numbers::default() };
        let members = world.blocks(0..people).flat_map(|block| {
            let first = block.first;
            block.members.into_iter().enumerate().map(move |(at, member)| (first + at as u32, member))
        });
        world.numbers = Numbers::give(members)?;
        Ok(world)
    }

    /// The same people with another density of events: 1.0 for as many as in a country (about 18
    /// contacts and 7 dispensings a person in the ten years).
    pub fn with_density(mut self, density: f64) -> Self {
        self.density = density;
        self
    }

    /// How many people there are; their indices are 0 to this.
    pub const fn people(&self) -> u32 {
        self.people
    }

    /// Where the planted people are.
    pub const fn special(&self) -> Special {
        Special::PLACES
    }

    /// The id of the person at an index.
    pub fn person_id(&self, index: u32) -> PersonId {
        PersonId::from_uuid(self.uuid(Purpose::PersonId, index))
    }

    /// The person at an index; `None` when there is none.
    pub fn person(&self, index: u32) -> Option<Person> {
        if index >= self.people {
            return None;
        }
        let block = self.block_of(index);
        let member = block.members.get((index - block.first) as usize)?;
        Some(Person::of(index, self.person_id(index), member, &self.numbers))
    }

    /// All people in index order.
    pub fn persons(&self) -> impl Iterator<Item = Person> + '_ {
        self.blocks(0..self.people).flat_map(move |block| {
            let person = |(at, member): (usize, &_)| {
                let index = block.first + at as u32;
                Person::of(index, self.person_id(index), member, &self.numbers)
            };
            block.members.iter().enumerate().map(person).collect::<Vec<_>>()
        })
    }

    /// All relations, in the order of the persons' indices.
    pub fn relations(&self) -> impl Iterator<Item = Relation> + '_ {
        self.blocks(0..self.people).flat_map(|block| relations(&block))
    }

    pub(crate) const fn seed(&self) -> u64 {
        self.seed
    }

    pub(crate) const fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    /// The blocks that have people of the range, whole.
    pub(crate) fn blocks(&self, range: Range<u32>) -> impl Iterator<Item = Block> + use<> {
        let (seed, people) = (self.seed, self.people);
        let blocks = range.start / HOUSEHOLD_BLOCK..range.end.min(people).div_ceil(HOUSEHOLD_BLOCK);
        blocks.map(move |number| Block::make(seed, number, people - number * HOUSEHOLD_BLOCK))
    }

    pub(crate) fn block_of(&self, index: u32) -> Block {
        let number = index / HOUSEHOLD_BLOCK;
        Block::make(self.seed, number, self.people - number * HOUSEHOLD_BLOCK)
    }

    pub(crate) fn organisation_id(&self, number: u32) -> OrganisationId {
        OrganisationId::from_uuid(self.uuid(Purpose::OrganisationId, number))
    }

    pub(crate) fn preference_id(&self, number: u32) -> PreferenceId {
        PreferenceId::from_uuid(self.uuid(Purpose::PreferenceId, number))
    }

    /// A UUID of version 7, in the order of what it is for: milliseconds after 2026-01-01.
    fn uuid(&self, purpose: Purpose, thing: u32) -> uuid::Uuid {
        let mut dice = Dice::new(self.seed, purpose, thing);
        uuid::Builder::from_unix_timestamp_millis(1_767_225_600_000 + u64::from(thing), &dice.bytes()).into_uuid()
    }
}
