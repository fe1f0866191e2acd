//! What has followed from a decision: the permit from its register, the extract from the platform.

use std::sync::Arc;

use async_trait::async_trait;
use varde_access::service::{ExtractState, Outcome, Outcomes};
use varde_core::{Actor, ApplicationId, Problem};
use varde_permit::Register;
use varde_platform::{ExtractStatus, Platform};

/// Asks both. A page is not lost for want of an answer, nor for whom the policy gives none.
pub(crate) struct Aftermath {
    permits: Arc<Register>,
    platform: Arc<Platform>,
}

impl Aftermath {
    pub(crate) fn new(permits: Arc<Register>, platform: Arc<Platform>) -> Self {
        Self { permits, platform }
    }
}

fn missing(error: &impl Problem) {
    tracing::warn!(code = error.code(), "what followed from a decision could not be read");
}

#[async_trait]
impl Outcomes for Aftermath {
    async fn of(&self, actor: &Actor, application: ApplicationId) -> Option<Outcome> {
        let issued = self.permits.of_application(actor, application).await.inspect_err(missing).ok()??;
        let permit = issued.permit.id;
        let extracts = self.platform.extracts_of(actor, permit).await.inspect_err(missing).ok()?;
        let delivered = extracts.iter().any(|record| record.status == ExtractStatus::Delivered);
        // An update that waits for somebody is what there is to do; else the first extract tells.
        let held = extracts.iter().find(|record| record.status == ExtractStatus::Held);
        let extract = held.or(extracts.first()).map(|record| match record.status {
            ExtractStatus::Prepared | ExtractStatus::Making | ExtractStatus::Entered => ExtractState::InTheMaking,
            ExtractStatus::Held => ExtractState::Held,
            ExtractStatus::Delivered => ExtractState::Delivered,
            ExtractStatus::Empty => ExtractState::Empty,
            ExtractStatus::Stopped => ExtractState::Stopped,
        });
        Some(Outcome { permit, revoked: issued.revoked, extract, delivered })
    }
}
