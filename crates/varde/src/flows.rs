//! Where services meet: each reaction is one line – *when* this happens *then* do that. Reading
//! [`reactions`] tells how the whole system moves.
//!
//! Reactions ride on the outbox: they are called at least once, one at a time and in order, retried
//! with pauses, and become dead letters that the operator sees. Each is idempotent: what it makes is
//! keyed by what it reacts to. What takes long is a job ([`handlers`]).

use std::{future::Future, pin::Pin, sync::Arc};

use async_trait::async_trait;
use serde_json::Value;
use varde_core::{Actor, CataloguePath, CodeNews, Component, DecisionId};
use varde_delegation::{DelegationId, Use, UseId, UseKind, Used};
use varde_exploration::MakeStatistic;
use varde_fair::FairError;
use varde_oauth::{AuthorisationServer, DelegationUsed, Scope};
use varde_onboarding::{RemindOfTerms, SendMail, SendNotice};
use varde_permit::{IssuedEvent, RevokedEvent};
use varde_platform::{
    ApprovedEvent, AssessRelease, DeleteDelivery, DeliveredEvent, InForceEvent, MakeExtract, MakeProduct,
    ObserveRelease, TakeIn, WithdrawnEvent,
};
use varde_store::{
    Failure,
    jobs::Handler,
    outbox::{Event, Reaction},
};
use varde_web::SessionEnded;

use crate::app::Services;

/// What moves the system.
pub fn reactions(services: &Arc<Services>, authorisation: &Arc<AuthorisationServer>) -> Vec<Arc<dyn Reaction>> {
    let when = |event, then, act| Flow::boxed(services, event, then, act);
    let when_at_clients = |event, then, act| Flow::boxed(authorisation, event, then, act);
    vec![
        when("access.application.decided", "permit.issue", |s, e| Box::pin(issue_permit(s, e))),
        when(varde_permit::ISSUED, "platform.prepare_extract", |s, e| Box::pin(prepare_extract(s, e))),
        when("platform.extract.delivered", "rooms.open", |s, e| Box::pin(open_room(s, e))),
        when(varde_permit::REVOKED, "rooms.close", |s, e| Box::pin(close_room(s, e))),
        when(varde_permit::REVOKED, "platform.stop_extract", |s, e| Box::pin(stop_extract(s, e))),
        when("platform.release.approved", "platform.make_products", |s, e| Box::pin(make_products(s, e))),
        when("platform.product.in_force", "metadata.propose_product", |s, e| Box::pin(propose_product(s, e))),
        when("platform.release.withdrawn", "rooms.tell", |s, e| Box::pin(tell_rooms(s, e))),
        when("metadata.edition.published", "exchange.keep_check", |s, e| Box::pin(keep_check(s, e))),
        when("metadata.edition.published", "fair.compute", |s, e| Box::pin(compute_quality(s, e))),
        when(varde_terminology::PUBLISHED, "metadata.tell_list_owners", |s, e| Box::pin(tell_list_owners(s, e))),
        when(varde_terminology::PUBLISHED, "access.tell_applications", |s, e| Box::pin(tell_applications(s, e))),
        Arc::new(RecordUses(Arc::clone(services))),
        when("identity.role.ended", "web.end_sessions", |s, e| Box::pin(end_sessions(s, e))),
        when_at_clients(varde_web::SESSION_ENDED, "oauth.end_logins", |s, e| Box::pin(end_logins(s, e))),
    ]
}

/// What takes long.
pub fn handlers(services: &Arc<Services>) -> Vec<Arc<dyn Handler>> {
    vec![
        Arc::new(MakeExtract((*services.platform).clone())),
        Arc::new(TakeIn((*services.platform).clone())),
        Arc::new(DeleteDelivery((*services.platform).clone())),
        Arc::new(ObserveRelease((*services.platform).clone())),
        Arc::new(AssessRelease((*services.platform).clone())),
        Arc::new(MakeProduct((*services.platform).clone())),
        Arc::new(MakeStatistic(services.exploration.clone())),
        Arc::new(SendMail(services.onboarding.clone())),
        Arc::new(SendNotice(services.onboarding.clone())),
        Arc::new(RemindOfTerms(services.onboarding.clone())),
    ]
}

fn flows() -> Actor {
    Actor::system(Component::Flows)
}

/// A decision to grant is followed by a permit (EHDS art. 68(5)); a refusal by nothing.
async fn issue_permit(services: Arc<Services>, event: Event) -> Result<(), Failure> {
    let decision: DecisionId = event.payload()?;
    if let Some(permit) = services.access.permit_content(&flows(), decision).await? {
        services.permits.issue(&flows(), &permit).await?;
    }
    Ok(())
}

/// A permit compiles to exactly one extract; one that was revoked meanwhile to none.
async fn prepare_extract(services: Arc<Services>, event: Event) -> Result<(), Failure> {
    let IssuedEvent { permit, .. } = event.payload()?;
    let issued = services.permits.get(&flows(), permit).await?;
    if issued.revoked.is_some() {
        return Ok(());
    }
    services.platform.prepare_extract(&flows(), &issued.permit, issued.digest()).await?;
    Ok(())
}

/// A delivered extract opens its room, for the persons named in the permit; an update of it is put beside it
/// in the room there is.
async fn open_room(services: Arc<Services>, event: Event) -> Result<(), Failure> {
    let DeliveredEvent { extract, permit, .. } = event.payload()?;
    let issued = services.permits.get(&flows(), permit).await?;
    if issued.revoked.is_some() {
        return Ok(());
    }
    let delivered = services.platform.extract(&flows(), extract).await?;
    if delivered.deleted_at.is_some() {
        return Ok(());
    }
    let lying = services.platform.lying(&delivered).await?;
    let manifest = delivered.manifest.ok_or_else(|| Failure::retry("the extract has no manifest yet"))?;
    let (rooms, folder) = (&services.rooms, lying.path());
    match delivered.specification.update {
        None => rooms.open_for(&flows(), &issued.permit, &manifest, folder).await?,
        Some(update) => rooms.bring_update(&flows(), &issued.permit, update.number, &manifest, folder).await?,
    };
    Ok(())
}

/// A revoked permit closes its room.
async fn close_room(services: Arc<Services>, event: Event) -> Result<(), Failure> {
    let RevokedEvent { permit } = event.payload()?;
    services.rooms.close_for(&flows(), permit, "permit_revoked").await?;
    Ok(())
}

/// Of a revoked permit no extract is made any more.
async fn stop_extract(services: Arc<Services>, event: Event) -> Result<(), Failure> {
    let RevokedEvent { permit } = event.payload()?;
    services.platform.stop(&flows(), permit).await?;
    Ok(())
}

/// A newer release of a source makes what is made of it again, once for all that changes together.
async fn make_products(services: Arc<Services>, event: Event) -> Result<(), Failure> {
    let approved: ApprovedEvent = event.payload()?;
    services.platform.want_products(&flows(), &approved).await?;
    Ok(())
}

/// What a data product is, is proposed to the catalogue, where somebody reviews it.
async fn propose_product(services: Arc<Services>, event: Event) -> Result<(), Failure> {
    let InForceEvent { dataset, .. } = event.payload()?;
    services.platform.describe_product(&flows(), &dataset).await?;
    Ok(())
}

/// Whoever works with data of a release that was withdrawn is told in the room.
async fn tell_rooms(services: Arc<Services>, event: Event) -> Result<(), Failure> {
    let WithdrawnEvent { release, dataset, extracts } = event.payload()?;
    let withdrawn = services.platform.release(&flows(), release).await?;
    let because = withdrawn.withdrawn_because.unwrap_or_default();
    for made in extracts {
        services.rooms.tell(&flows(), made.permit, "release_withdrawn", &format!("{dataset}: {because}")).await?;
    }
    Ok(())
}

/// What a published edition of a code system changes for those who hold variables with codes of it.
async fn code_news(services: &Services, event: &Event) -> Result<Option<CodeNews>, Failure> {
    let varde_terminology::PublishedEvent { edition } = event.payload()?;
    Ok(services.terminology.news(&flows(), edition).await?)
}

/// Whoever has put variables on a list is told there that their codes have changed.
async fn tell_list_owners(services: Arc<Services>, event: Event) -> Result<(), Failure> {
    if let Some(news) = code_news(&services, &event).await? {
        services.catalogue.tell_list_owners(&flows(), &news).await?;
    }
    Ok(())
}

/// And whoever writes, or handles, an application that asks for them.
async fn tell_applications(services: Arc<Services>, event: Event) -> Result<(), Failure> {
    if let Some(news) = code_news(&services, &event).await? {
        services.access.tell_of_codes(&flows(), &news).await?;
    }
    Ok(())
}

/// An edition of a source that was published.
#[derive(serde::Deserialize)]
struct PublishedEdition {
    source: CataloguePath,
    edition: varde_metadata::EditionId,
}

/// Each publication is held up against what other catalogues demand, and what was found is kept.
async fn keep_check(services: Arc<Services>, event: Event) -> Result<(), Failure> {
    let PublishedEdition { source, edition } = event.payload()?;
    services.exchange.keep_check(&source, edition).await?;
    Ok(())
}

/// A published edition is scored. One that was withdrawn meanwhile is not there to be scored.
async fn compute_quality(services: Arc<Services>, event: Event) -> Result<(), Failure> {
    let PublishedEdition { source, .. } = event.payload()?;
    match services.fair.compute(&flows(), &source).await {
        Ok(_) | Err(FairError::NotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn used(event: &Event) -> Result<Used, Failure> {
    let told: DelegationUsed = event.payload()?;
    let scopes: Vec<_> = told.scopes.iter().map(Scope::as_str).collect();
    let one = Use {
        id: UseId::from_uuid(told.id),
        kind: match told.kind {
            varde_oauth::UseKind::Token => UseKind::Token,
            varde_oauth::UseKind::Call => UseKind::Call,
        },
        at: told.at,
        client: told.client.uuid(),
        client_name: told.client_name,
        audience: told.audience,
        scope: scopes.join(" "),
        child: told.child,
        entry: told.entry,
    };
    Ok(Used { delegations: told.delegations.into_iter().map(DelegationId::from_uuid).collect(), one })
}

/// The most uses in one unit of work.
const MOST_USES: u16 = 256;

/// Both parties to a delegation see every use of it. They come in crowds: what waits is written together.
struct RecordUses(Arc<Services>);

#[async_trait]
impl Reaction for RecordUses {
    fn name(&self) -> &'static str {
        "delegation.record_use"
    }

    fn event(&self) -> &'static str {
        varde_oauth::DELEGATION_USED
    }

    async fn react(&self, event: &Event) -> Result<(), Failure> {
        self.react_together(std::slice::from_ref(event)).await
    }

    fn at_once(&self) -> u16 {
        MOST_USES
    }

    async fn react_together(&self, events: &[Event]) -> Result<(), Failure> {
        let used = events.iter().map(used).collect::<Result<Vec<_>, _>>()?;
        self.0.delegations.record_uses(&flows(), &used).await?;
        Ok(())
    }
}

/// Whoever loses a role must choose again for whom they act.
async fn end_sessions(services: Arc<Services>, event: Event) -> Result<(), Failure> {
    let payload: Value = event.payload()?;
    let person = payload["person"].as_str().and_then(|p| p.parse().ok());
    let person = person.ok_or_else(|| Failure::give_up("the event names no person"))?;
    services.sessions.end_all(&flows(), person).await?;
    Ok(())
}

/// Whoever logs out here is logged out at the clients that may not go on without them.
async fn end_logins(authorisation: Arc<AuthorisationServer>, event: Event) -> Result<(), Failure> {
    let SessionEnded { sessions, .. } = event.payload()?;
    authorisation.end_logins(&sessions).await?;
    Ok(())
}

type Act<S> = fn(Arc<S>, Event) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// One line of [`reactions`].
struct Flow<S> {
    services: Arc<S>,
    event: &'static str,
    then: &'static str,
    act: Act<S>,
}

impl<S: Send + Sync + 'static> Flow<S> {
    fn boxed(services: &Arc<S>, event: &'static str, then: &'static str, act: Act<S>) -> Arc<dyn Reaction> {
        Arc::new(Self { services: Arc::clone(services), event, then, act })
    }
}

#[async_trait]
impl<S: Send + Sync> Reaction for Flow<S> {
    fn name(&self) -> &'static str {
        self.then
    }

    fn event(&self) -> &'static str {
        self.event
    }

    async fn react(&self, event: &Event) -> Result<(), Failure> {
        (self.act)(Arc::clone(&self.services), event.clone()).await
    }
}
