//! The record of facts that every model is computed from. What is computed is a function of it alone.

use std::collections::BTreeMap;

use serde::Serialize;
use varde_core::{CataloguePath, Digest};

use super::{Evidence, Field};

/// Who may get at a source: the EU's list of access rights, which decides what HealthDCAT-AP demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Everybody.
    Public,
    /// Everybody who meets conditions.
    Restricted,
    /// Whoever has a permit.
    NonPublic,
}

impl Access {
    /// All, in the order of the obligations in `content/health.toml`.
    pub const ALL: [Self; 3] = [Self::Public, Self::Restricted, Self::NonPublic];

    /// The one that an address of the EU's list names. What says nothing is health data, and open to
    /// nobody without a permit (EHDS art. 68).
    pub fn of(address: &str) -> Self {
        match address.rsplit(['/', ':']).next() {
            Some("PUBLIC") => Self::Public,
            Some("RESTRICTED") => Self::Restricted,
            _ => Self::NonPublic,
        }
    }

    /// The name in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Restricted => "restricted",
            Self::NonPublic => "non_public",
        }
    }
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Share {
    /// How many have it; at most `all`.
    pub some: u32,
    /// How many could.
    pub all: u32,
}

impl Share {
    /// The share in per cent, rounded down; none of nothing.
    pub fn percent(self) -> Option<u32> {
        (self.all > 0).then(|| u32::try_from(u64::from(self.some) * 100 / u64::from(self.all)).unwrap_or(100))
    }
}

/// What is known of a source, in one edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The source.
    pub source: CataloguePath,
    /// The number of its edition.
    pub edition: i32,
    /// Where the installation is reached, without a slash at its end: what lies below it answers.
    pub site: String,
    /// Who may get at it.
    pub access: Access,
    /// What is told, by field: a few values of each, shortened. A field that is not told is not here.
    pub told: BTreeMap<Field, Vec<String>>,
    /// Variables that have a description or a list of codes, of all.
    pub dictionary: Share,
    /// Variables whose codes come from a shared code system, of those with codes.
    pub shared_codes: Share,
    /// Violations of DCAT-AP-NO 2; `None` when it was not checked.
    pub national: Option<u32>,
    /// Violations of HealthDCAT-AP; `None` when it was not checked.
    pub health: Option<u32>,
}

impl Facts {
    /// The digest of all of it: the same facts give the same findings.
    pub fn digest(&self) -> Digest {
        Digest::of(serde_json::to_value(self).unwrap_or_default().to_string().as_bytes())
    }

    /// Whether the field is told.
    pub fn has(&self, field: Field) -> bool {
        self.told.get(&field).is_some_and(|values| !values.is_empty())
    }

    /// The values of a field; none when it is not told.
    pub fn values(&self, field: Field) -> &[String] {
        self.told.get(&field).map_or(&[], Vec::as_slice)
    }

    /// The values of a field as evidence; that nothing is told when it is not.
    pub(crate) fn evidence(&self, field: Field) -> Vec<Evidence> {
        let said = |value: &String| Evidence { field, value: value.clone() };
        if self.has(field) {
            self.values(field).iter().map(said).collect()
        } else {
            vec![Evidence { field, value: String::new() }]
        }
    }

    /// The same for several fields.
    pub(crate) fn evidence_of(&self, fields: &[Field]) -> Vec<Evidence> {
        fields.iter().flat_map(|field| self.evidence(*field)).collect()
    }

    /// Why data are rightly restricted: they are not open to everybody, and the law they are kept under is
    /// told. Without the law nobody can see that it is rightly so.
    pub(crate) fn restriction(&self) -> Option<Vec<Evidence>> {
        let restricted = self.access != Access::Public && self.has(Field::Law);
        restricted.then(|| self.evidence_of(&[Field::AccessRights, Field::Law]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_of_access_is_open_to_nobody() {
        let authority = "http://publications.europa.eu/resource/authority/access-right/";
        assert_eq!(Access::of(&format!("{authority}PUBLIC")), Access::Public);
        assert_eq!(Access::of(&format!("{authority}RESTRICTED")), Access::Restricted);
        assert_eq!(Access::of(&format!("{authority}NON_PUBLIC")), Access::NonPublic);
        assert_eq!(Access::of(""), Access::NonPublic);
    }

    #[test]
    fn a_share_of_nothing_is_none() {
        assert_eq!(Share::default().percent(), None);
        assert_eq!(Share { some: 2, all: 3 }.percent(), Some(66));
        assert_eq!(Share { some: u32::MAX, all: u32::MAX }.percent(), Some(100));
    }
}
