//! What the registers hold, as pure types.

mod attributes;
mod dated;
mod listed;
mod namespace;
mod organisation;
mod person;
mod personnel;
mod record;

pub use attributes::Attributes;
pub use dated::{AsAt, Dated};
pub use listed::{AuthorisationKind, Profession};
pub use namespace::{Namespace, NotANamespace};
pub use organisation::{OrganisationRecord, OrganisationView, RegistryRole, RoleRecord};
pub use person::{AddressProtection, Gender, Municipality, NotAMunicipality, PersonView, RelationKind, Status};
pub(crate) use personnel::check_qualifications;
pub use personnel::{
    Approval, PersonnelRecord, PersonnelView, Qualification, QualificationKind, Registered, Standing, Standings,
};
pub(crate) use record::periods_forward;
pub use record::{Fault, PersonRecord, RelationRecord};
