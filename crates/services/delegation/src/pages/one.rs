//! One delegation: what it is, every use of it as it happens, the proof of each, and removing it.

use std::{convert::Infallible, time::Duration};

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::header,
    response::{
        IntoResponse, Response,
        sse::{self, Sse},
    },
};
use futures::{Stream, stream};
use varde_core::identifier::OrganisationNumber;
use varde_web::{
    Failure, Id, Visit,
    ui::{Event, Link},
};

use super::{
    crumbs, home, query,
    shown::{Described, Names, UsesShown, event, name, named},
};
use crate::{Change, DelegationId, Delegations, Kind, UseId, Uses, Watch};

/// How often it is looked for new uses.
const LOOK: Duration = Duration::from_secs(1);
/// How many looks a stream lasts: whoever goes on watching is asked anew whether they may.
const LOOKS: u32 = 60;

#[derive(Template)]
#[template(path = "delegation/one.html")]
struct OnePage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    home: String,
    address: String,
    resource: Described,
    from: String,
    to: String,
    since: String,
    /// When it ended; empty while it is held.
    ended: String,
    /// Whether it was given a moment ago.
    new: bool,
    events: Vec<Event>,
    uses: UsesShown,
    /// Whether older uses than the newest are shown: those do not change.
    older: bool,
}

/// The uses alone, as they are sent when there are new ones.
#[derive(Template)]
#[template(path = "delegation/uses.html")]
struct UsesPart<'a> {
    visit: &'a Visit,
    address: String,
    uses: UsesShown,
}

/// `GET /delegering/{number}/{id}?for=…`: the uses before that one.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Delegations>,
    Id((party, id)): Id<(OrganisationNumber, DelegationId)>,
    raw: RawQuery,
) -> Result<Response, Failure> {
    let query = query(raw);
    let before: Option<UseId> = query.given("for").map(str::parse).transpose().map_err(|_| Failure::not_found())?;
    let told = Told::of(&service, &visit, party, id).await?;
    let uses = service.uses(&visit.actor, party, id, before).await?;
    let names = children(&service, &uses).await?;
    let ended = told.changes.iter().find(|change| change.kind != Kind::Grant);
    let page = OnePage {
        crumbs: told.crumbs,
        home: home(party),
        address: format!("{}/{id}", home(party)),
        from: told.from,
        to: told.to,
        since: visit.time(told.granted.applies_from),
        ended: ended.map(|end| visit.time(end.applies_from)).unwrap_or_default(),
        new: query.has("gitt", "ja") && ended.is_none(),
        events: told.events,
        resource: told.resource,
        uses: UsesShown::of(&visit, &uses, &names),
        older: before.is_some(),
        visit: &visit,
    };
    Ok(visit.page(page))
}

/// A delegation in words.
struct Told {
    crumbs: Vec<Link>,
    changes: Vec<Change>,
    granted: Change,
    resource: Described,
    from: String,
    to: String,
    /// The other party's name.
    other: String,
    events: Vec<Event>,
}

impl Told {
    async fn of(
        service: &Delegations,
        visit: &Visit,
        party: OrganisationNumber,
        id: DelegationId,
    ) -> Result<Self, Failure> {
        let changes = service.one(&visit.actor, party, id).await?;
        let granted = changes.first().cloned().ok_or_else(Failure::not_found)?;
        let organisation = service.organisation(party).await?.ok_or_else(Failure::not_found)?;
        let right = &granted.right;
        let names = service.names([right.from, right.to].into()).await?;
        let key = (right.resource.clone(), granted.resource_version);
        let versions = service.versions(std::slice::from_ref(&key)).await?;
        let registered = versions.get(&key).cloned().ok_or_else(Failure::not_found)?;
        let other = if party == right.from { right.to } else { right.from };
        let told = |change: &Change| event(visit, change, &names, &versions, change.recorded_at);
        Ok(Self {
            crumbs: crumbs(visit, &organisation),
            resource: Described::of(visit, registered),
            from: named(&names, right.from),
            to: named(&names, right.to),
            other: name(&names, other),
            events: changes.iter().rev().map(told).collect(),
            granted,
            changes,
        })
    }
}

/// The names of the sub-units that uses were for.
async fn children(service: &Delegations, uses: &Uses) -> Result<Names, Failure> {
    Ok(service.names(uses.rows.iter().filter_map(|one| one.child).collect()).await?)
}

/// `GET /delegering/{number}/{id}/bruk`: the uses, and again whenever there are new ones, as
/// server-sent events. Pages that run no scripts show the same when they are loaded.
pub(super) async fn follow(
    visit: Visit,
    State(service): State<Delegations>,
    Id((party, id)): Id<(OrganisationNumber, DelegationId)>,
) -> Result<Response, Failure> {
    let watch = service.watch(&visit.actor, party, id).await?;
    let address = format!("{}/{id}", home(party));
    let following = Following { visit, service, watch, address, looks: 0 };
    let keep_alive = sse::KeepAlive::new().interval(Duration::from_secs(15));
    let no_store = [(header::CACHE_CONTROL, "no-store"), (header::HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((no_store, Sse::new(following.events()).keep_alive(keep_alive)).into_response())
}

struct Following {
    visit: Visit,
    service: Delegations,
    watch: Watch,
    address: String,
    looks: u32,
}

impl Following {
    fn events(self) -> impl Stream<Item = Result<sse::Event, Infallible>> {
        stream::unfold(self, |mut following| async move {
            let event = following.next().await?;
            Some((Ok(event), following))
        })
    }

    /// The next news; none when it is time to be asked anew, or the database does not answer.
    async fn next(&mut self) -> Option<sse::Event> {
        while self.looks < LOOKS {
            if self.looks > 0 {
                tokio::time::sleep(LOOK).await;
            }
            self.looks += 1;
            match self.look().await {
                Ok(None) => {}
                Ok(Some(html)) => return Some(sse::Event::default().retry(LOOK).data(html)),
                Err(failure) => {
                    tracing::warn!(code = failure.code(), "uses cannot be followed now");
                    return None;
                }
            }
        }
        None
    }

    async fn look(&mut self) -> Result<Option<String>, Failure> {
        let Some(uses) = self.watch.look().await? else { return Ok(None) };
        let names = children(&self.service, &uses).await?;
        let uses = UsesShown::of(&self.visit, &uses, &names);
        let part = UsesPart { visit: &self.visit, address: self.address.clone(), uses };
        Ok(part.render().ok())
    }
}

/// `GET /delegering/{number}/{id}/bruk/{one}/bevis`: that the use is on the log as it is shown.
pub(super) async fn proof(
    visit: Visit,
    State(service): State<Delegations>,
    Id((party, id, one)): Id<(OrganisationNumber, DelegationId, UseId)>,
) -> Result<Response, Failure> {
    let proof = service.use_proof(&visit.actor, party, id, one).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"varde-{one}.tlog-proof\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, proof.to_string()).into_response())
}

#[derive(Template)]
#[template(path = "delegation/remove.html")]
struct RemovePage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    other: String,
    /// Whether the reader is the one who gave it.
    giver: bool,
    /// Whether it was removed before.
    ended: bool,
    address: String,
    back: String,
}

/// `GET /delegering/{number}/{id}/fjern`.
pub(super) async fn ask(
    visit: Visit,
    State(service): State<Delegations>,
    Id((party, id)): Id<(OrganisationNumber, DelegationId)>,
) -> Result<Response, Failure> {
    let told = Told::of(&service, &visit, party, id).await?;
    let back = format!("{}/{id}", home(party));
    let mut crumbs = told.crumbs;
    crumbs.push(Link::new(back.clone(), told.resource.title.clone()));
    Ok(visit.page(RemovePage {
        crumbs,
        title: told.resource.title,
        other: told.other,
        giver: told.granted.right.from == party,
        ended: told.changes.len() > 1,
        address: format!("{back}/fjern"),
        back,
        visit: &visit,
    }))
}

/// `POST /delegering/{number}/{id}/fjern`.
pub(super) async fn remove(
    visit: Visit,
    State(service): State<Delegations>,
    Id((party, id)): Id<(OrganisationNumber, DelegationId)>,
) -> Result<Response, Failure> {
    service.revoke(&visit.actor, id, party, None).await?;
    Ok(visit.see(&format!("{}?fjernet=ja", home(party))))
}
