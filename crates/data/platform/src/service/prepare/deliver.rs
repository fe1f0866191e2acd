//! From files that are made to a delivery: on the log, then at its place.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;
use varde_core::Actor;
use varde_ledger::{Draft, membership::TREE_DETAIL};
use varde_policy::Permission;
use varde_store::jobs::Run;

use super::Size;
use crate::{
    PlatformError,
    engine::{
        extract::{self, Delivery, Selection, rounded},
        move_folder,
    },
    model::{DeliveredEvent, ExtractRecord, ExtractStatus},
    service::{Platform, aside, running},
    store,
};

impl Platform {
    /// The entry is durable before anybody can see the delivery.
    pub(super) async fn enter(
        &self,
        actor: &Actor,
        record: &ExtractRecord,
        selection: &Selection,
        delivery: &Delivery,
        permission: &Permission,
    ) -> Result<(), PlatformError> {
        let (spec, manifest) = (&record.specification, &delivery.manifest);
        self.parts.trees.keep(&delivery.membership).await?;
        let signature = self.parts.signer.sign(manifest)?;
        let mut people: BTreeMap<&'static str, RoaringBitmap> = BTreeMap::new();
        people.insert("included", selection.included.clone());
        for (reason, those) in &selection.excluded {
            people.insert(extract::word(*reason), those.clone());
        }
        let mut draft = Draft::new("platform.extract.delivered", "extract", spec.extract)
            .with("permit", spec.permit)
            .with("manifest", delivery.digest)
            .with("people", manifest.people)
            .with("files", manifest.files.len())
            .with(TREE_DETAIL, delivery.membership.commitment());
        for count in &manifest.excluded {
            draft = draft.with(&format!("left_out_{}", extract::word(count.reason)), rounded(count.people));
        }
        let mut work = self.store.begin(actor).await?;
        let entered = work.enter(draft.because(permission.legal_basis())).await?;
        let entry = entered.entry();
        let noted =
            store::extracts::entered(work.connection(), manifest, delivery.digest, &signature, entry, &people).await?;
        if !noted {
            // Stopped while it was being made: the work is dropped with its entry, and so are the files.
            drop(work);
            return self.throw_away(spec.extract).await;
        }
        work.commit(entered).await?;
        Ok(())
    }

    /// Moves the delivery to its place and tells the flows.
    pub(super) async fn put_in_place(
        &self,
        actor: &Actor,
        record: &ExtractRecord,
        run: Option<&Run>,
        permission: &Permission,
    ) -> Result<(), PlatformError> {
        let spec = &record.specification;
        let (from, to) = (self.staging(spec.extract), self.delivery(spec.extract));
        let manifest = record.manifest_digest.ok_or(PlatformError::Unreadable("manifest"))?;
        if !to.exists() {
            if !from.exists() {
                // Somebody removed what was made: it can be made again to the same bytes.
                let (_, made) = self.build(actor, record, from.clone(), Size::Any, run).await?;
                if made.digest != manifest {
                    return Err(PlatformError::NotWithinPermit("a replay gives other bytes".to_owned()));
                }
            }
            let signature = record.signature.clone().unwrap_or_default();
            let place = to.clone();
            aside(move || Ok(move_folder(&from, &place, &signature)?)).await?;
        }
        self.keep_delivery(spec.extract, manifest).await?;
        let mut work = self.store.begin(actor).await?;
        if store::extracts::delivered(work.connection(), spec.extract, self.store.clock().now()).await? {
            let event = DeliveredEvent { extract: spec.extract, permit: spec.permit, manifest };
            work.emit("platform.extract.delivered", &event).await?;
        } else if store::extracts::get(work.connection(), spec.extract).await?.status == ExtractStatus::Stopped {
            // Stopped while it was being moved: nobody gets it.
            drop(work);
            self.delete_kept(spec.extract).await?;
            return aside(move || std::fs::remove_dir_all(&to).map_err(|e| PlatformError::disk(&to, e))).await;
        }
        let draft = Draft::new("platform.extract.placed", "extract", spec.extract);
        running::end(work, run, permission, draft).await?;
        self.let_go_of_delivery(spec.extract).await
    }
}
