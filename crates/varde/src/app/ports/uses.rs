//! Where variables are used: code systems, permits, extracts.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::Date;
use varde_core::{Actor, CataloguePath, LocalisedText, PortError};
use varde_metadata::ports::{KnownCodeSystem, PermitCount, Uses};
use varde_permit::Register;
use varde_platform::Platform;
use varde_terminology::{Terminology, Wording};

/// The register of permits, the platform and the code systems.
pub(crate) struct VariableUses {
    pub(crate) terminology: Terminology,
    pub(crate) permits: Arc<Register>,
    pub(crate) platform: Arc<Platform>,
}

#[async_trait]
impl Uses for VariableUses {
    async fn code_system(&self, actor: &Actor, name: &str, day: Date) -> Result<Option<KnownCodeSystem>, PortError> {
        let mut known = self.terminology.known(actor, name, day).await.map_err(PortError::of)?;
        // Codebooks write an object identifier as it is, addresses with what it is before it.
        if known.is_none() && name.starts_with(|c: char| c.is_ascii_digit()) {
            known = self.terminology.known(actor, &format!("urn:oid:{name}"), day).await.map_err(PortError::of)?;
        }
        Ok(known.map(|known| KnownCodeSystem {
            href: page(known.key.as_str(), &known.version),
            name: text(&known.title),
            version: known.version,
            holds: known.holds,
        }))
    }

    async fn permits(&self, variable: &CataloguePath, day: Date) -> Result<PermitCount, PortError> {
        let published = self.permits.published().await.map_err(PortError::of)?;
        let mut count = PermitCount::default();
        for permit in published.iter().filter(|permit| permit.variables.iter().any(|v| &v.variable == variable)) {
            count.issued += 1;
            count.in_force += i64::from(permit.revoked_at.is_none() && permit.valid.contains(day));
        }
        Ok(count)
    }

    async fn extracts(&self, variable: &CataloguePath) -> Result<i64, PortError> {
        self.platform.delivered_with(variable).await.map_err(PortError::of)
    }
}

/// The address of a code system's edition.
fn page(key: &str, version: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("utgave", version).finish();
    format!("/kodeverk/{key}?{query}")
}

/// A wording in our three languages; in bokmål whatever there is.
pub(super) fn text(wording: &Wording) -> LocalisedText {
    let exactly = |language: &str| wording.exactly(language).unwrap_or_default();
    LocalisedText::new(wording.get("nb"), exactly("nn"), exactly("en"))
}
