//! In whose words a record is told.

use std::str::FromStr;

use varde_core::LocalisedText;
use varde_metadata::Properties;

/// A profile of DCAT, or schema.org.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// DCAT-AP-NO 2, as data.norge.no checks it today.
    National2,
    /// DCAT-AP-NO 3.
    National3,
    /// HealthDCAT-AP, with the variables as columns of CSV on the Web.
    Health,
    /// schema.org, as search engines read it.
    SchemaOrg,
}

impl Profile {
    /// All of them, the one that is meant when nobody says first.
    pub const ALL: [Self; 4] = [Self::National2, Self::National3, Self::Health, Self::SchemaOrg];

    /// The name to ask for it by: `?profile=health`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::National2 => "dcat-ap-no-2",
            Self::National3 => "dcat-ap-no-3",
            Self::Health => "health",
            Self::SchemaOrg => "schema.org",
        }
    }

    /// The catalogue that reads it, as people know it.
    pub fn title(self) -> LocalisedText {
        let [nb, nn, en] = match self {
            Self::National2 => [
                "Felles datakatalog, data.norge.no (DCAT-AP-NO 2)",
                "Felles datakatalog, data.norge.no (DCAT-AP-NO 2)",
                "National data catalogue, data.norge.no (DCAT-AP-NO 2)",
            ],
            Self::National3 => [
                "Felles datakatalog, kommende utgave (DCAT-AP-NO 3)",
                "Felles datakatalog, komande utgåve (DCAT-AP-NO 3)",
                "National data catalogue, coming edition (DCAT-AP-NO 3)",
            ],
            Self::Health => [
                "Den europeiske katalogen over helsedata (HealthDCAT-AP)",
                "Den europeiske katalogen over helsedata (HealthDCAT-AP)",
                "European catalogue of health data (HealthDCAT-AP)",
            ],
            Self::SchemaOrg => ["Søkemotorer (schema.org)", "Søkjemotorar (schema.org)", "Search engines (schema.org)"],
        };
        LocalisedText::new(nb, nn, en)
    }
}

/// There is no such profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown profile: use dcat-ap-no-2, dcat-ap-no-3, health or schema.org")]
pub struct UnknownProfile;

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(text: &str) -> Result<Self, UnknownProfile> {
        Self::ALL.into_iter().find(|p| p.name() == text).ok_or(UnknownProfile)
    }
}

/// Who may get at a source; in HealthDCAT-AP it decides which obligations hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Everybody.
    Public,
    /// Everybody who meets conditions.
    Restricted,
    /// Whoever has a permit.
    NonPublic,
}

impl Access {
    /// What a source says of itself. One that says nothing holds data about persons' health, and those
    /// are open to nobody without a permit (EHDS art. 68).
    pub fn of(properties: &Properties) -> Self {
        match properties.text("accessRights").as_deref().map(|text| text.rsplit([':', '/']).next().unwrap_or(text)) {
            Some("PUBLIC") => Self::Public,
            Some("RESTRICTED") => Self::Restricted,
            _ => Self::NonPublic,
        }
    }

    /// Its code in the EU's list of access rights.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Public => "PUBLIC",
            Self::Restricted => "RESTRICTED",
            Self::NonPublic => "NON_PUBLIC",
        }
    }
}
