//! Somebody whom rows are made about.

use varde_core::identifier::NationalNumber;

use super::health::Health;
use crate::{
    World,
    calendar::{Day, REGISTERS_FROM, REGISTERS_UNTIL, age},
    places::Place,
    population::{Block, Held, Member},
    random::{Dice, Purpose},
};

/// A person and what the registers need to know of them.
pub(crate) struct Subject<'a> {
    pub(crate) world: &'a World,
    pub(crate) block: &'a Block,
    pub(crate) index: u32,
    pub(crate) member: &'a Member,
    numbers: [Option<Held>; 2],
}

impl<'a> Subject<'a> {
    pub(crate) fn new(world: &'a World, block: &'a Block, at: usize) -> Self {
        let (index, member) = (block.first + at as u32, &block.members[at]);
        Self { world, block, index, member, numbers: world.numbers().of(index, member) }
    }

    /// The random numbers of one register.
    pub(crate) fn dice(&self, purpose: Purpose) -> Dice {
        Dice::new(self.world.seed, purpose, self.index)
    }

    pub(crate) fn health(&self) -> Health {
        Health::of(self)
    }

    /// The days they can be in a register, within the registers' period; the first is after the
    /// last for those who never can.
    pub(crate) fn presence(&self) -> (Day, Day) {
        (self.member.present_from().max(REGISTERS_FROM), self.member.present_until().min(REGISTERS_UNTIL))
    }

    /// The national number as it was known on the day.
    pub(crate) fn number(&self, day: Day) -> Option<NationalNumber> {
        let mut numbers = self.numbers.iter().flatten();
        let on = numbers.find(|(_, (_, until))| until.is_none_or(|until| day <= until));
        on.map(|(number, _)| *number)
    }

    pub(crate) fn age(&self, day: Day) -> i32 {
        age(self.member.birth, day)
    }

    pub(crate) fn home(&self, day: Day) -> &'static Place {
        self.member.home(day)
    }
}
