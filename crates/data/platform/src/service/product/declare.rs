//! Declaring a product: written as a draft, checked, put in force when everybody who answers for a source
//! lets it be, ended.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::{Actor, CataloguePath, OrganisationId};
use varde_ledger::Draft;
use varde_store::Work;

use super::{build, resource};
use crate::{
    PlatformError,
    engine::Schema,
    import::Layout,
    model::{ProductRecord, ProductVersion, VersionState},
    ports::Catalogue,
    product::{Declaration, Flaw, FlawKind, Known},
    service::{Platform, aside, finish, quality::reasoned},
    store::products as kept,
};

/// Any day: what columns are does not change with today.
const ANY_DAY: Date = Date::constant(2000, 1, 1);

/// What `platform.product.in_force` carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InForceEvent {
    /// The product.
    pub dataset: CataloguePath,
    /// The version of its declaration.
    pub version: i32,
}

impl Platform {
    /// Reads a declaration and finds everything that is wrong with it. Nothing changes.
    ///
    /// # Errors
    /// When the policy refuses, the text is no declaration, or the catalogue is away.
    pub async fn check_product(&self, actor: &Actor, text: &str) -> Result<(Declaration, Vec<Flaw>), PlatformError> {
        let declaration = Declaration::read(text).map_err(|flaw| PlatformError::Declaration(vec![flaw]))?;
        let holder = self.product_holder(&declaration.dataset).await?;
        self.may_declare(actor, &declaration.dataset, holder).await?;
        let (flaws, _) = self.product_flaws(actor, &declaration).await?;
        Ok((declaration, flaws))
    }

    /// Writes a declaration as the product's draft, also one that cannot be put in force yet. The version in
    /// force stays as it is; to write what it says changes nothing. `seen` is what the draft was when it was read, where there was one.
    ///
    /// # Errors
    /// When the policy refuses, the text is no declaration, nobody answers for the source that the product is
    /// to be in, or somebody else changed the draft meanwhile.
    pub async fn draft_product(
        &self,
        actor: &Actor,
        text: &str,
        seen: Option<varde_core::Digest>,
    ) -> Result<(ProductRecord, Vec<Flaw>), PlatformError> {
        let declaration = Declaration::read(text).map_err(|flaw| PlatformError::Declaration(vec![flaw]))?;
        let dataset = &declaration.dataset;
        let holder = self.product_holder(dataset).await?;
        let permission = self.may_declare(actor, dataset, holder).await?;
        let (flaws, _) = self.product_flaws(actor, &declaration).await?;
        let mut work = self.store.begin(actor).await?;
        let now = self.store.clock().now();
        kept::insert(work.connection(), dataset, holder, now).await?;
        kept::lock(work.connection(), dataset).await?;
        kept::hand_over(work.connection(), dataset, holder).await?;
        let record = kept::get(work.connection(), dataset).await?.ok_or(PlatformError::NoSuchProduct)?;
        let newest = record.versions.first().map_or(0, |version| version.version);
        let version = match record.draft() {
            Some(draft) if draft.declaration == declaration => return Ok((record, flaws)),
            Some(draft) if seen.is_some_and(|seen| seen != draft.digest) => return Err(PlatformError::Changed),
            Some(draft) => draft.version,
            None if record.in_force().is_some_and(|version| version.declaration == declaration) => {
                return Ok((record, flaws));
            }
            None => newest + 1,
        };
        kept::write(work.connection(), version, &declaration, now).await?;
        let draft = Draft::new("platform.product.drafted", "product", dataset)
            .with("version", version)
            .with("declaration", declaration.digest());
        finish(work, &permission, draft).await?;
        Ok((self.product_record(actor, dataset).await?, flaws))
    }

    /// Puts the draft in force, and lets it be made. Where others answer for some of its sources they are asked
    /// first, and it comes into force when the last of them lets it be. Gives where it is.
    ///
    /// # Errors
    /// When the policy refuses, there is no draft, or something is wrong with it.
    pub async fn declare_product(&self, actor: &Actor, dataset: &CataloguePath) -> Result<VersionState, PlatformError> {
        let record = self.product_record(actor, dataset).await?;
        let permission = self.may_declare(actor, dataset, record.holder).await?;
        let draft = record.draft().ok_or(PlatformError::NoDraft)?;
        let (mut flaws, holders) = self.product_flaws(actor, &draft.declaration).await?;
        flaws.extend(self.rings(actor, &draft.declaration).await?);
        if !flaws.is_empty() {
            return Err(PlatformError::Declaration(flaws));
        }
        let others: Vec<OrganisationId> = holders.into_iter().filter(|holder| *holder != record.holder).collect();
        let mut work = self.store.begin(actor).await?;
        let draft = still(&mut work, dataset, draft).await?;
        if draft.state == VersionState::Asked && draft.holders == others {
            return Ok(VersionState::Asked);
        }
        let told = Draft::new("platform.product.declared", "product", dataset)
            .with("version", draft.version)
            .with("declaration", draft.digest)
            .with("asked", others.len());
        let state = if others.is_empty() {
            self.put_in_force(&mut work, dataset, draft.version).await?;
            VersionState::InForce
        } else {
            kept::ask(work.connection(), dataset, draft.version, &others).await?;
            VersionState::Asked
        };
        finish(work, &permission, told).await?;
        Ok(state)
    }

    /// Lets a product be made of what the actor's organisation answers for: this version of it and no other.
    /// When nobody else is missing it comes into force. Gives where it is.
    ///
    /// # Errors
    /// When the policy refuses, or it does not wait for the organisation.
    pub async fn consent_to_product(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
        version: i32,
    ) -> Result<VersionState, PlatformError> {
        let record = self.product_record(actor, dataset).await?;
        let permission = self.permitted(actor, "platform.product.consent", &resource(&record)).await?;
        let asked = record.draft().filter(|draft| draft.version == version && draft.state == VersionState::Asked);
        let asked = asked.ok_or(PlatformError::NoDraft)?;
        let holder = actor.organisation.filter(|own| asked.missing().contains(own)).ok_or(PlatformError::NotAsked)?;
        let mut work = self.store.begin(actor).await?;
        let draft = still(&mut work, dataset, asked).await?;
        kept::consent(work.connection(), dataset, version, holder, self.store.clock().now()).await?;
        let last = draft.missing() == [holder];
        if last {
            self.put_in_force(&mut work, dataset, version).await?;
        }
        let told = Draft::new("platform.product.consented", "product", dataset)
            .with("version", version)
            .with("declaration", draft.digest)
            .with("in_force", last);
        finish(work, &permission, told).await?;
        Ok(if last { VersionState::InForce } else { VersionState::Asked })
    }

    /// Ends a product: it is not made any more, with a reason that stands on the log. Its holder does, or
    /// somebody who answers for one of its sources and lets it be no longer. Releases stay what they are.
    ///
    /// # Errors
    /// When the policy refuses, no version is in force, or no reason is given.
    pub async fn end_product(&self, actor: &Actor, dataset: &CataloguePath, reason: &str) -> Result<(), PlatformError> {
        let record = self.product_record(actor, dataset).await?;
        let version = record.in_force().ok_or(PlatformError::NotInForce)?;
        let whose = varde_policy::Resource::new("Product").id(dataset).organisation("holder", record.holder);
        let whose = whose.organisations("holders", version.holders.iter().copied());
        let permission = self.permitted(actor, "platform.product.end", &whose).await?;
        let reason = reasoned(reason, "because")?;
        let mut work = self.store.begin(actor).await?;
        kept::lock(work.connection(), dataset).await?;
        if !kept::end(work.connection(), dataset, Some(reason), self.store.clock().now()).await? {
            return Ok(());
        }
        let told = Draft::new("platform.product.ended", "product", dataset)
            .with("version", version.version)
            .with("reason", reason);
        finish(work, &permission, told).await?;
        Ok(())
    }

    /// Proposes to the catalogue how the product is described; the same once more changes nothing. A reviewer
    /// publishes it, as any description.
    ///
    /// # Errors
    /// When the product is not in force, its sources are not described any more, or the catalogue refuses.
    pub async fn describe_product(&self, actor: &Actor, dataset: &CataloguePath) -> Result<(), PlatformError> {
        let record = self.product_record(actor, dataset).await?;
        self.may_declare(actor, dataset, record.holder).await?;
        let Some(version) = record.in_force() else { return Ok(()) };
        let known = self.known_sources(actor, &version.declaration.sources).await?;
        let schemas: Vec<&Schema> = known.iter().map(|one| &one.schema).collect();
        let described = version
            .declaration
            .described(&schemas)
            .ok_or(PlatformError::Declaration(version.declaration.flaws(&known)))?;
        // For whoever answers for the product, and about nobody else's source: the policy sees to that.
        let actor = Actor { organisation: Some(record.holder), ..actor.clone() };
        self.catalogue()?.propose(&actor, &described).await
    }

    /// In the work's transaction: the version before ends, this one is what the product is, and it is wanted.
    async fn put_in_force(&self, work: &mut Work, dataset: &CataloguePath, version: i32) -> Result<(), PlatformError> {
        let now = self.store.clock().now();
        kept::end(work.connection(), dataset, None, now).await?;
        kept::put_in_force(work.connection(), dataset, version, now).await?;
        build::want(work, dataset, now).await?;
        work.emit("platform.product.in_force", &InForceEvent { dataset: dataset.clone(), version }).await?;
        Ok(())
    }

    /// Who answers for the source that the product is to be in.
    async fn product_holder(&self, dataset: &CataloguePath) -> Result<OrganisationId, PlatformError> {
        let wrong = |kind| PlatformError::Declaration(vec![Flaw::new("dataset", kind, dataset)]);
        if dataset.parts().count() != 2 {
            return Err(wrong(FlawKind::NotADataset));
        }
        self.catalogue()?.holder(dataset).await?.ok_or_else(|| wrong(FlawKind::NoHolder))
    }

    /// What is wrong with a declaration, and who answers for its sources.
    pub(super) async fn product_flaws(
        &self,
        actor: &Actor,
        declaration: &Declaration,
    ) -> Result<(Vec<Flaw>, BTreeSet<OrganisationId>), PlatformError> {
        let known = self.known_sources(actor, &declaration.sources).await?;
        let holders = known.iter().filter_map(|one| one.holder).collect();
        Ok((declaration.flaws(&known), holders))
    }

    /// What is known of datasets that a product is made of: the columns of the approved release, where there is
    /// one, else those that the catalogue describes. Those that are in no catalogue are left out.
    pub(super) async fn known_sources(
        &self,
        actor: &Actor,
        sources: &[CataloguePath],
    ) -> Result<Vec<Known>, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let approved = crate::store::releases::approved(read.connection()).await?;
        drop(read);
        let (catalogue, mut known) = (self.catalogue()?, Vec::new());
        for source in sources {
            let Some((dataset, holder)) = catalogue.dataset(source).await? else { continue };
            let schema = match approved.iter().find(|release| release.dataset == *source) {
                Some(release) => {
                    let (kept, digest) = (self.kept(release.id), release.digest);
                    aside(move || Ok(kept.open(digest)?.schema().clone())).await?
                }
                None => match Layout::of(&dataset, "", None, ANY_DAY) {
                    Ok(layout) => layout.schema,
                    // A dataset without columns has none that a product could be made of.
                    Err(_) => Schema { dataset: source.clone(), event_date: None, columns: Vec::new() },
                },
            };
            known.push(Known { schema, holder });
        }
        Ok(known)
    }

    /// Sources that are made of the product, however far: it would be made of itself.
    async fn rings(&self, actor: &Actor, declaration: &Declaration) -> Result<Vec<Flaw>, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let all = kept::all(read.connection()).await?;
        drop(read);
        let sources_of = |dataset: &CataloguePath| -> Vec<CataloguePath> {
            let product = all.iter().find(|one| one.dataset == *dataset).and_then(ProductRecord::in_force);
            product.map(|version| version.declaration.sources.clone()).unwrap_or_default()
        };
        let reaches = |source: &CataloguePath| {
            let (mut seen, mut ahead) = (BTreeSet::new(), sources_of(source));
            while let Some(next) = ahead.pop() {
                if next == declaration.dataset {
                    return true;
                }
                if seen.insert(next.clone()) {
                    ahead.extend(sources_of(&next));
                }
            }
            false
        };
        let sources = declaration.sources.iter().enumerate().filter(|(_, source)| reaches(source));
        Ok(sources.map(|(at, source)| Flaw::new(format!("sources[{at}]"), FlawKind::OwnSource, source)).collect())
    }

    fn catalogue(&self) -> Result<&dyn Catalogue, PlatformError> {
        self.catalogue.as_deref().ok_or(PlatformError::Unreadable("catalogue"))
    }
}

/// The draft, if it is still what was looked at.
async fn still(
    work: &mut Work,
    dataset: &CataloguePath,
    seen: &ProductVersion,
) -> Result<ProductVersion, PlatformError> {
    kept::lock(work.connection(), dataset).await?;
    let record = kept::get(work.connection(), dataset).await?.ok_or(PlatformError::NoSuchProduct)?;
    let draft = record.draft().filter(|draft| draft.version == seen.version && draft.digest == seen.digest);
    draft.cloned().ok_or(PlatformError::Changed)
}
