//! The steward's desk: sources with their standing, settings, who answers, the yearly confirmation.

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use varde_core::{Actor, CataloguePath, Role, clock::norway};
use varde_ledger::Draft;
use varde_policy::Resource;

use super::{CatalogueService, Proposal, Responsible, SourceSetting, good_text, key_of};
use crate::{
    MetadataError,
    model::{
        DataSource, Dataset, Registry,
        governance::{Standing, due_after, standing},
    },
    service::{AsAt, EditionSummary},
    store::{edition, governance, registry, tree},
};

/// A source on the desk.
#[derive(Debug, Clone, Serialize)]
pub struct DeskSource {
    /// The source without its datasets.
    pub source: DataSource,
    /// When its description was confirmed last.
    pub confirmed_at: Option<Timestamp>,
    /// The last day to confirm again.
    pub due: Date,
    /// How that stands today.
    pub standing: Standing,
}

/// A source with what its steward works with.
#[derive(Debug, Clone, Serialize)]
pub struct SourceDesk {
    /// The source, and how it stands.
    pub about: DeskSource,
    /// The current edition.
    pub edition: EditionSummary,
    /// Its datasets without variables, and how many each has.
    pub datasets: Vec<(Dataset, i64)>,
    /// All editions, the newest first, published or not.
    pub editions: Vec<EditionSummary>,
    /// Everything that was ever proposed, the newest first.
    pub proposals: Vec<Proposal>,
    /// How many must agree.
    pub setting: SourceSetting,
    /// Who answers.
    pub responsible: Vec<Responsible>,
    /// What is common to all sources.
    pub registry: Registry,
}

/// What everybody may know of how a source's description is looked after.
#[derive(Debug, Clone, Serialize)]
pub struct Care {
    /// When it was confirmed last, as known at the time asked for.
    pub confirmed_at: Option<Timestamp>,
    /// Who answered for it then.
    pub responsible: Vec<Responsible>,
}

impl CatalogueService {
    /// The sources that the actor looks after, and open proposals about them. A reviewer of the catalogue
    /// sees all.
    pub async fn desk(&self, actor: &Actor) -> Result<(Vec<DeskSource>, Vec<Proposal>), MetadataError> {
        let own = actor.organisation;
        let resource = Resource::new("Source").organisations("holders", own);
        self.check(actor, "metadata.proposal.read", &resource).await?;
        let sees_all = actor.is(Role::Reviewer) || actor.person().is_none();
        let mine = |source: &DataSource| sees_all || (source.holder.is_some() && source.holder == own);
        let mut read = self.store.read(actor).await?;
        let now = self.store.clock().now();
        let mut sources = Vec::new();
        for found in edition::all_at(read.connection(), now).await? {
            if mine(&found.about) {
                sources.push(self.standing_of(read.connection(), found.about).await?);
            }
        }
        let mut proposals = Vec::new();
        for proposal in governance::open(read.connection()).await? {
            let mut all = true;
            for path in &proposal.sources {
                let newest = edition::newest_open(read.connection(), path).await?;
                all &= newest.is_some_and(|e| mine(&e.about));
            }
            if all {
                proposals.push(proposal);
            }
        }
        Ok((sources, proposals))
    }

    /// One source of the desk.
    pub async fn source_desk(&self, actor: &Actor, path: &CataloguePath) -> Result<SourceDesk, MetadataError> {
        self.may_on(actor, "metadata.proposal.read", std::slice::from_ref(path), &[]).await?;
        let mut read = self.store.read(actor).await?;
        let now = self.store.clock().now();
        let db = read.connection();
        let found = edition::at(db, path.as_str(), now).await?;
        let found = found.ok_or_else(|| MetadataError::NotFound(path.to_string()))?;
        Ok(SourceDesk {
            edition: (&found).into(),
            datasets: tree::datasets(db, found.id).await?,
            editions: edition::history(db, path).await?.iter().map(EditionSummary::from).collect(),
            proposals: governance::about(db, path).await?,
            setting: governance::setting(db, path).await?,
            responsible: governance::responsible(db, path, now).await?,
            registry: registry::newest(db).await?,
            about: self.standing_of(db, found.about).await?,
        })
    }

    /// How a source's description is looked after, for everybody.
    pub async fn care(&self, actor: &Actor, path: &CataloguePath, as_at: AsAt) -> Result<Care, MetadataError> {
        let mut read = self.reading(actor).await?;
        let at = self.recorded(as_at);
        Ok(Care {
            confirmed_at: governance::confirmed(read.connection(), path, at).await?,
            responsible: governance::responsible(read.connection(), path, at).await?,
        })
    }

    pub(super) async fn standing_of(
        &self,
        db: &mut sqlx::PgConnection,
        source: DataSource,
    ) -> Result<DeskSource, MetadataError> {
        let now = self.store.clock().now();
        let confirmed_at = governance::confirmed(db, &source.path, now).await?;
        let last = match confirmed_at {
            Some(confirmed) => confirmed,
            None => governance::first_published(db, &source.path).await?.unwrap_or(now),
        };
        let due = due_after(last.to_zoned(norway()).date());
        Ok(DeskSource { standing: standing(due, self.store.clock().today()), source, confirmed_at, due })
    }

    /// Confirms that a source's description is right (EHDS art. 60(3)).
    pub async fn confirm(&self, actor: &Actor, path: &CataloguePath) -> Result<(), MetadataError> {
        let permission = self.may_on(actor, "metadata.source.confirm", std::slice::from_ref(path), &[]).await?;
        let mut work = self.store.begin(actor).await?;
        let now = self.store.clock().now();
        let current = edition::at(work.connection(), path.as_str(), now).await?;
        let current = current.ok_or_else(|| MetadataError::NotFound(path.to_string()))?;
        governance::confirm(work.connection(), path, current.id, &key_of(actor), now).await?;
        let entry = Draft::new("metadata.source.confirmed", "source", path)
            .because(permission.legal_basis())
            .with("edition", current.id)
            .with("digest", current.digest);
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Settles how many must agree on a source, with a reason.
    pub async fn settle(
        &self,
        actor: &Actor,
        path: &CataloguePath,
        setting: &SourceSetting,
    ) -> Result<(), MetadataError> {
        let setting = SourceSetting { reason: good_text(&setting.reason)?, ..setting.clone() };
        let permission = self.may_on(actor, "metadata.source.settle", std::slice::from_ref(path), &[]).await?;
        let mut work = self.store.begin(actor).await?;
        governance::settle(work.connection(), path, &setting, &key_of(actor), self.store.clock().now()).await?;
        let entry = Draft::new("metadata.source.settled", "source", path)
            .because(permission.legal_basis())
            .with("approval", setting.approval.name())
            .with("reason", &setting.reason);
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Names the unit or function that answers for a source or a dataset: `owner` or `steward`.
    pub async fn name_responsible(&self, actor: &Actor, new: &Responsible) -> Result<(), MetadataError> {
        let new = Responsible { name: good_text(&new.name)?, contact: good_text(&new.contact)?, ..new.clone() };
        let source: CataloguePath = match new.path.parts().count() {
            1 => new.path.clone(),
            2 => new.path.parent().unwrap_or_else(|| new.path.clone()),
            _ => return Err(MetadataError::NotFound(new.path.to_string())),
        };
        if !["owner", "steward"].contains(&new.role.as_str()) {
            return Err(MetadataError::NotFound(new.role));
        }
        let permission = self.may_on(actor, "metadata.source.settle", std::slice::from_ref(&source), &[]).await?;
        let mut work = self.store.begin(actor).await?;
        governance::name_responsible(work.connection(), &new, self.store.clock().now()).await?;
        let entry = Draft::new("metadata.responsible.named", "source", &source)
            .because(permission.legal_basis())
            .with("path", &new.path)
            .with("role", &new.role);
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(())
    }
}
