//! Taking a new sealing key into use.

use anyhow::{Result, bail};
use varde_core::Actor;
use varde_ledger::Draft;
use varde_permit::SealingKey;
use varde_policy::{Guard, Resource};

use super::CONTEXT;
use crate::{app::Foundation, keys::SEAL};

/// Takes a new sealing key into use; what the one before sealed is verified with it as before. Action
/// `operations.key.rotate`, entry `operations.key.rotated` with both ids. Gives the new id.
///
/// Killed anywhere it can be done again: the key that was prepared is the one taken into use.
///
/// # Errors
/// When the policy says no, or another process has the present key in its memory.
pub async fn rotate_seal(foundation: &Foundation, guard: &Guard, actor: &Actor) -> Result<String> {
    let permission = guard.check(actor, "operations.key.rotate", &Resource::new("InstallationKey").id("seal")).await?;
    if !foundation.is_alone()? {
        bail!("another process of this installation has the sealing key in use: stop `varde serve` first");
    }
    let path = foundation.config.data.join(SEAL);
    let (clock, randomness) = (foundation.store.clock(), foundation.store.randomness());
    let next = SealingKey::prepare_next(&path, randomness)?;
    let mut work = foundation.store.context(&CONTEXT).begin(actor).await?;
    let draft = Draft::new("operations.key.rotated", "key", "seal")
        .because(permission.legal_basis())
        .with("before", foundation.keys.seal.id())
        .with("after", &next);
    let entered = work.enter(draft).await?;
    work.commit(entered).await?;
    let key = SealingKey::take_next_into_use(&path, randomness, clock.now())?;
    Ok(key.id().to_owned())
}
