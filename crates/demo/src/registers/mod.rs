//! Seven registers in the shape of the real ones.

mod births;
mod cancers;
mod codes;
mod contacts;
mod deaths;
mod dispensings;
mod file;
mod health;
mod quality;
mod source;
mod subject;
mod vaccinations;

use std::ops::Range;

pub use births::Birth;
pub use cancers::Cancer;
pub use contacts::Contact;
pub use deaths::Death;
pub use dispensings::Dispensing;
pub use file::{Defects, Written};
pub use quality::Registration;
pub use source::Source;
pub(crate) use subject::Subject;
pub use vaccinations::Vaccination;

use crate::World;

/// A register of the demo world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Register {
    /// Norsk pasientregister: hospital contacts.
    Patients,
    /// Legemiddelregisteret: dispensed medicines.
    Medicines,
    /// Dødsårsaksregisteret.
    Deaths,
    /// Medisinsk fødselsregister.
    Births,
    /// Kreftregisteret.
    Cancer,
    /// SYSVAK: vaccinations.
    Vaccinations,
    /// Norsk hjertesviktregister, a quality register with consent.
    HeartFailure,
}

impl Register {
    /// All seven.
    pub const ALL: [Self; 7] = [
        Self::Patients,
        Self::Medicines,
        Self::Deaths,
        Self::Births,
        Self::Cancer,
        Self::Vaccinations,
        Self::HeartFailure,
    ];

    /// The source's name in the catalogue.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Patients => "npr",
            Self::Medicines => "lmr",
            Self::Deaths => "dar",
            Self::Births => "mfr",
            Self::Cancer => "kreft",
            Self::Vaccinations => "sysvak",
            Self::HeartFailure => "hjertesvikt",
        }
    }

    /// The name of its dataset in the catalogue: the codebook's table.
    pub const fn dataset(self) -> &'static str {
        match self {
            Self::Patients => "contact",
            Self::Medicines => "dispensing",
            Self::Deaths => "death",
            Self::Births => "birth",
            Self::Cancer => "cancer",
            Self::Vaccinations => "vaccination",
            Self::HeartFailure => "visit",
        }
    }

    /// The register of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|register| register.name() == name)
    }

    /// Its codebook in the registers' 27-column format, with Varde's columns for unit,
    /// identification, code system and the other languages after them.
    pub const fn codebook(self) -> &'static str {
        match self {
            Self::Patients => include_str!("../../codebooks/npr.csv"),
            Self::Medicines => include_str!("../../codebooks/lmr.csv"),
            Self::Deaths => include_str!("../../codebooks/dar.csv"),
            Self::Births => include_str!("../../codebooks/mfr.csv"),
            Self::Cancer => include_str!("../../codebooks/kreft.csv"),
            Self::Vaccinations => include_str!("../../codebooks/sysvak.csv"),
            Self::HeartFailure => include_str!("../../codebooks/hjertesvikt.csv"),
        }
    }
}

/// The column that says which person a row is about, in every register.
pub const ID_COLUMN: &str = "national_id";

impl World {
    /// Hospital contacts of the people of the range, in index order, then by date.
    pub fn contacts_of(&self, range: Range<u32>) -> impl Iterator<Item = Contact> + '_ {
        self.rows(range, contacts::contacts)
    }

    /// All hospital contacts.
    pub fn contacts(&self) -> impl Iterator<Item = Contact> + '_ {
        self.contacts_of(0..self.people())
    }

    /// Dispensed medicines of the people of the range, in index order, then by date.
    pub fn dispensings_of(&self, range: Range<u32>) -> impl Iterator<Item = Dispensing> + '_ {
        self.rows(range, dispensings::dispensings)
    }

    /// All dispensed medicines.
    pub fn dispensings(&self) -> impl Iterator<Item = Dispensing> + '_ {
        self.dispensings_of(0..self.people())
    }

    /// Deaths from 2016 to 2025.
    pub fn deaths(&self) -> impl Iterator<Item = Death> + '_ {
        self.rows(0..self.people(), deaths::deaths)
    }

    /// Births from 2016 to 2025; the person is the child.
    pub fn births(&self) -> impl Iterator<Item = Birth> + '_ {
        self.rows(0..self.people(), births::births)
    }

    /// Cancers found from 2016 to 2025.
    pub fn cancers(&self) -> impl Iterator<Item = Cancer> + '_ {
        self.rows(0..self.people(), cancers::cancers)
    }

    /// Vaccinations from 2016 to 2025.
    pub fn vaccinations(&self) -> impl Iterator<Item = Vaccination> + '_ {
        self.rows(0..self.people(), vaccinations::vaccinations)
    }

    /// Registrations in the quality register, without defects.
    pub fn registrations(&self) -> impl Iterator<Item = Registration> + '_ {
        self.rows(0..self.people(), quality::registrations)
    }

    fn rows<'w, T: 'w>(
        &'w self,
        range: Range<u32>,
        make: fn(&Subject<'_>, &mut Vec<T>),
    ) -> impl Iterator<Item = T> + 'w {
        self.blocks(range.clone()).flat_map(move |block| {
            let mut rows = Vec::new();
            for at in 0..block.members.len() {
                let subject = Subject::new(self, &block, at);
                if range.contains(&subject.index) {
                    make(&subject, &mut rows);
                }
            }
            rows
        })
    }
}
