//! What the organisation register (Enhetsregisteret) says.

use serde::{Deserialize, Serialize};
use varde_core::{OrganisationId, Period, PersonId, identifier::OrganisationNumber};

use super::{
    Dated, Fault, Municipality,
    person::codes,
    record::{one_at_a_time, periods, proper_name},
};

/// A role that the register records, by its code as Altinn's roles name it. Names after Altinn's
/// list of external roles (`Altinn/altinn-authorization-tmp`, roles `urn:altinn:external-role:ccr:…`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RegistryRole {
    /// Daglig leder.
    #[serde(rename = "DAGL")]
    GeneralManager,
    /// Styrets leder.
    #[serde(rename = "LEDE")]
    Chair,
    /// Styremedlem.
    #[serde(rename = "MEDL")]
    BoardMember,
    /// May sign for the organisation (signatur).
    #[serde(rename = "SIGN")]
    Signatory,
    // The rest carry access management (Tilgangsstyring), as the first two do.
    /// Bestyrende reder.
    #[serde(rename = "BEST")]
    ManagingOwner,
    /// Bostyrer.
    #[serde(rename = "BOBE")]
    EstateTrustee,
    /// Deltaker med delt ansvar.
    #[serde(rename = "DTPR")]
    SharedLiabilityPartner,
    /// Deltaker med fullt ansvar.
    #[serde(rename = "DTSO")]
    FullLiabilityPartner,
    /// Forretningsfører. The register itself writes it `FFØR`.
    #[serde(rename = "FFOR")]
    BusinessManager,
    /// Innehaver.
    #[serde(rename = "INNH")]
    Proprietor,
    /// Kontaktperson i administrativ enhet – offentlig sektor (ADOS).
    #[serde(rename = "KEMN")]
    PublicUnitContact,
    /// Kontaktperson NUF: for norskregistrert utenlandsk foretak.
    #[serde(rename = "KNUF")]
    ForeignContact,
    /// Kontaktperson i kommune.
    #[serde(rename = "KOMK")]
    MunicipalContact,
    /// Komplementar.
    #[serde(rename = "KOMP")]
    GeneralPartner,
    /// Privatperson: Altinn's role for somebody on their own behalf.
    #[serde(rename = "PRIV")]
    PrivatePerson,
    /// Norsk representant for utenlandsk enhet.
    #[serde(rename = "REPR")]
    NorwegianRepresentative,
    /// Sameiere.
    #[serde(rename = "SAM")]
    JointOwner,
    /// Revisor registrert i revisorregisteret.
    #[serde(rename = "SREVA")]
    Auditor,
}
codes!(RegistryRole {
    GeneralManager => "DAGL", Chair => "LEDE", BoardMember => "MEDL", Signatory => "SIGN",
    ManagingOwner => "BEST", EstateTrustee => "BOBE", SharedLiabilityPartner => "DTPR", FullLiabilityPartner => "DTSO", BusinessManager => "FFOR", Proprietor => "INNH", PublicUnitContact => "KEMN", ForeignContact => "KNUF", MunicipalContact => "KOMK", GeneralPartner => "KOMP", PrivatePerson => "PRIV", NorwegianRepresentative => "REPR", JointOwner => "SAM", Auditor => "SREVA",
});

/// All that a source knows of one main unit or sub unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationRecord {
    /// The id to give it when it is new, for worlds made from a seed.
    pub id: Option<OrganisationId>,
    /// Its number: the natural key.
    pub number: OrganisationNumber,
    /// The number of the main unit, for sub units. Main units come before their sub units.
    pub parent: Option<OrganisationNumber>,
    /// Names.
    pub names: Vec<Dated<String>>,
    /// Organisation form, such as `ORGL`, `KOMM`, `AS`, `BEDR`.
    pub form: Option<Dated<String>>,
    /// Where it is.
    pub municipality: Option<Dated<Municipality>>,
}

impl OrganisationRecord {
    /// Whether the record holds together in itself.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check(&self) -> Result<(), Fault> {
        if self.parent == Some(self.number) {
            return Err(Fault::Itself);
        }
        if self.names.iter().any(|n| !proper_name(&n.value)) {
            return Err(Fault::Name);
        }
        one_at_a_time("names", periods(&self.names))
    }
}

/// That a person holds a role in an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRecord {
    /// In which.
    pub organisation: OrganisationId,
    /// Which role.
    pub role: RegistryRole,
    /// Who.
    pub person: PersonId,
    /// When.
    pub valid: Period,
}

/// An organisation as at a day. Public (Norwegian Licence for Open Government Data).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrganisationView {
    /// Which.
    pub id: OrganisationId,
    /// Its number.
    pub number: OrganisationNumber,
    /// Its main unit, for sub units.
    pub parent: Option<OrganisationId>,
    /// Its name; empty when it had none on that day.
    pub name: String,
}
