//! The reviewer's side of the airlock.

use uuid::Uuid;
use varde_core::{Actor, ReleaseRequestId};
use varde_policy::Resource;

use super::{FetchedFile, RoomsService};
use crate::{
    RoomsError,
    model::{ReleaseRequest, RequestState, Review, Room, Verdict},
    store,
};

impl RoomsService {
    /// The requests that wait for this reviewer, the longest waiting first.
    pub async fn waiting(&self, actor: &Actor) -> Result<Vec<(Room, ReleaseRequest)>, RoomsError> {
        self.guard.check(actor, "rooms.request.list", &Resource::new("RoomList")).await?;
        let mut read = self.store.read(actor).await?;
        let mut waiting = Vec::new();
        for request in store::requests::waiting(read.connection()).await? {
            let room = store::rooms::read(read.connection(), request.room).await?;
            let resource = self.request_resource(actor, &room, &request).await?;
            if self.guard.would_allow(actor, "rooms.request.review", &resource) {
                waiting.push((room, request));
            }
        }
        Ok(waiting)
    }

    /// A request as its reviewer sees it. Refused, and on the log, for anybody else.
    pub async fn for_review(&self, actor: &Actor, id: ReleaseRequestId) -> Result<(Room, ReleaseRequest), RoomsError> {
        let (room, request) = self.load(actor, id).await?;
        self.guard.check(actor, "rooms.request.review", &self.request_resource(actor, &room, &request).await?).await?;
        Ok((room, request))
    }

    /// A file's bytes for the reviewer to look at. That it was looked at is entered first.
    pub async fn look(&self, actor: &Actor, id: ReleaseRequestId, file: Uuid) -> Result<FetchedFile, RoomsError> {
        let (room, request) = self.load(actor, id).await?;
        let resource = self.request_resource(actor, &room, &request).await?;
        let permission = self.guard.check(actor, "rooms.request.review", &resource).await?;
        let wanted = request.files.iter().find(|f| f.id == file).cloned().ok_or(RoomsError::NotFound)?;
        let bytes = self.copy_of(&wanted)?;
        let work = self.store.begin(actor).await?;
        self.enter(work, "rooms.request.looked_at", &request, std::slice::from_ref(&wanted), &permission).await?;
        Ok(FetchedFile { name: wanted.name, bytes })
    }

    /// The reviewer says theirs. When it is approved, the event `rooms.release.approved` goes out
    /// with the permit and the digests of what may leave.
    pub async fn review(
        &self,
        actor: &Actor,
        id: ReleaseRequestId,
        verdict: Verdict,
        reason: &str,
    ) -> Result<RequestState, RoomsError> {
        let (room, mut request) = self.load(actor, id).await?;
        let resource = self.request_resource(actor, &room, &request).await?;
        let permission = self.guard.check(actor, "rooms.request.review", &resource).await?;
        let (before, at) = (request.state, self.clock().now());
        let (reviewer, reason) = (Self::person(actor)?, reason.trim().to_owned());
        request.review(Review { round: request.round, reviewer, verdict, reason, at }, &room.members)?;
        let people = self.people_in(room.id).await?;
        let mut work = self.store.begin(actor).await?;
        store::requests::save(work.connection(), &request, before, at).await?;
        if request.state == RequestState::Approved {
            self.keep_told(&mut work, &room, &request, people).await?;
            let files: Vec<_> = request
                .files
                .iter()
                .map(|f| serde_json::json!({ "name": f.name, "digest": f.digest, "bytes": f.bytes }))
                .collect();
            let event = serde_json::json!({
                "request": id, "room": room.id, "permit": room.permit, "extract": room.extract,
                "title": room.title, "files": files,
            });
            work.emit("rooms.release.approved", &event).await?;
        }
        let kind = format!("rooms.request.{}", past(verdict));
        self.enter(work, &kind, &request, &request.files, &permission).await?;
        Ok(request.state)
    }
}

fn past(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approve => "approved",
        Verdict::Return => "returned",
        Verdict::Reject => "rejected",
    }
}
