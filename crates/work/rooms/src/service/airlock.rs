//! The researcher's side of the airlock.

use uuid::Uuid;
use varde_core::{Actor, Component, Digest, JobId, ReleaseRequestId, RoomId};
use varde_ledger::Draft;
use varde_policy::Permission;
use varde_store::Work;

use super::RoomsService;
use crate::{
    RoomsError,
    checks::ResultFile,
    files,
    model::{CheckedFile, ReleaseRequest, RequestState, Room, Severity},
    store,
};

/// The most files in one request.
const MOST_FILES: usize = 50;

/// A file that leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedFile {
    /// Its name.
    pub name: String,
    /// The bytes that were checked.
    pub bytes: Vec<u8>,
}

impl RoomsService {
    /// The release requests of a room.
    pub async fn requests(&self, actor: &Actor, room: RoomId) -> Result<Vec<ReleaseRequest>, RoomsError> {
        self.inside(actor, room).await?;
        let mut read = self.store.read(actor).await?;
        store::requests::of_room(read.connection(), room).await
    }

    /// One release request with its room.
    pub async fn request(&self, actor: &Actor, id: ReleaseRequestId) -> Result<(Room, ReleaseRequest), RoomsError> {
        let (room, request) = self.load(actor, id).await?;
        self.guard.check(actor, "rooms.request.read", &self.request_resource(actor, &room, &request).await?).await?;
        Ok((room, request))
    }

    /// Begins a request with files from the outbox. Each is copied and digested now: what was
    /// checked is what may leave, whatever happens in the room afterwards.
    pub async fn begin_request(
        &self,
        actor: &Actor,
        room: RoomId,
        purpose: &str,
        names: &[String],
    ) -> Result<ReleaseRequestId, RoomsError> {
        let loaded = self.room(actor, room).await?;
        let permission = self.guard.check(actor, "rooms.room.work", &self.resource(actor, &loaded).await?).await?;
        let request = ReleaseRequest {
            id: ReleaseRequestId::new(&**self.store.clock(), self.store.randomness()),
            room,
            author: Self::person(actor)?,
            purpose: purpose.trim().to_owned(),
            state: RequestState::Draft,
            round: 0,
            reviewers_required: self.config.reviewers_required.max(1),
            files: Vec::new(),
            reviews: Vec::new(),
            created_at: self.clock().now(),
            ended_at: None,
        };
        if names.is_empty() || names.len() > MOST_FILES {
            return Err(RoomsError::field("files", "rooms-error-no-files"));
        }
        let (files, told) = self.copy(&loaded, names, &[]).await?;
        let mut work = self.store.begin(actor).await?;
        store::requests::begin(work.connection(), &request).await?;
        self.put(&mut work, &request, &files, told).await?;
        self.enter(work, "rooms.request.begun", &request, &files, &permission).await?;
        Ok(request.id)
    }

    /// Adds files from the outbox, or copies them anew.
    pub async fn add_files(&self, actor: &Actor, id: ReleaseRequestId, names: &[String]) -> Result<(), RoomsError> {
        let (room, request, permission) = self.writable(actor, id).await?;
        self.guard.check(actor, "rooms.room.work", &self.resource(actor, &room).await?).await?;
        if names.is_empty() || request.files.len() + names.len() > MOST_FILES {
            return Err(RoomsError::field("files", "rooms-error-no-files"));
        }
        let (files, told) = self.copy(&room, names, &request.files).await?;
        let mut work = self.store.begin(actor).await?;
        self.put(&mut work, &request, &files, told).await?;
        self.enter(work, "rooms.request.files_added", &request, &files, &permission).await
    }

    /// Takes a file out of the request; the copy is not shown to anybody again.
    pub async fn remove_file(&self, actor: &Actor, id: ReleaseRequestId, file: Uuid) -> Result<(), RoomsError> {
        let (_, request, permission) = self.writable(actor, id).await?;
        let mut work = self.store.begin(actor).await?;
        store::requests::remove_file(work.connection(), id, file).await?;
        let gone: Vec<CheckedFile> = request.files.iter().filter(|f| f.id == file).cloned().collect();
        self.enter(work, "rooms.request.file_removed", &request, &gone, &permission).await
    }

    /// Keeps purpose and explanations; with `submit`, hands the request to the reviewers.
    pub async fn write_request(
        &self,
        actor: &Actor,
        id: ReleaseRequestId,
        purpose: &str,
        explanations: &[(Uuid, String)],
        submit: bool,
    ) -> Result<(), RoomsError> {
        let (_, mut request, permission) = self.writable(actor, id).await?;
        let (person, before) = (Self::person(actor)?, request.state);
        request.purpose = purpose.trim().to_owned();
        for file in &mut request.files {
            if let Some((_, text)) = explanations.iter().find(|(id, _)| *id == file.id) {
                text.trim().clone_into(&mut file.explanation);
            }
        }
        let refused = if submit { request.submit(person).err() } else { None };
        let mut work = self.store.begin(actor).await?;
        store::requests::save(work.connection(), &request, before, self.clock().now()).await?;
        let kind = if submit && refused.is_none() { "rooms.request.submitted" } else { "rooms.request.written" };
        if kind == "rooms.request.submitted" {
            let event = serde_json::json!({ "request": id, "room": request.room });
            work.emit("rooms.release.submitted", &event).await?;
        }
        self.enter(work, kind, &request, &request.files, &permission).await?;
        // What was written is kept also when it is not complete yet.
        refused.map_or(Ok(()), |error| Err(error.into()))
    }

    /// The author takes the request back.
    pub async fn withdraw(&self, actor: &Actor, id: ReleaseRequestId) -> Result<(), RoomsError> {
        let (room, mut request) = self.load(actor, id).await?;
        let resource = self.request_resource(actor, &room, &request).await?;
        let permission = self.guard.check(actor, "rooms.request.withdraw", &resource).await?;
        let before = request.state;
        request.withdraw(Self::person(actor)?)?;
        let mut work = self.store.begin(actor).await?;
        store::requests::save(work.connection(), &request, before, self.clock().now()).await?;
        self.enter(work, "rooms.request.withdrawn", &request, &[], &permission).await
    }

    /// Fetches an approved file: the bytes that were checked, by digest. The entry is durable
    /// before the first byte leaves.
    pub async fn fetch(&self, actor: &Actor, id: ReleaseRequestId, file: Uuid) -> Result<FetchedFile, RoomsError> {
        let (room, mut request) = self.load(actor, id).await?;
        let resource = self.request_resource(actor, &room, &request).await?;
        let permission = self.guard.check(actor, "rooms.request.fetch", &resource).await?;
        let before = request.state;
        request.release(Self::person(actor)?)?;
        let wanted = request.files.iter().find(|f| f.id == file).cloned().ok_or(RoomsError::NotFound)?;
        let bytes = self.copy_of(&wanted)?;
        let mut work = self.store.begin(actor).await?;
        store::requests::save(work.connection(), &request, before, self.clock().now()).await?;
        self.enter(work, "rooms.result.fetched", &request, std::slice::from_ref(&wanted), &permission).await?;
        Ok(FetchedFile { name: wanted.name, bytes })
    }

    pub(super) async fn load(&self, actor: &Actor, id: ReleaseRequestId) -> Result<(Room, ReleaseRequest), RoomsError> {
        let mut read = self.store.read(actor).await?;
        let request = store::requests::read(read.connection(), id).await?;
        let room = store::rooms::read(read.connection(), request.room).await?;
        Ok((room, request))
    }

    async fn writable(
        &self,
        actor: &Actor,
        id: ReleaseRequestId,
    ) -> Result<(Room, ReleaseRequest, Permission), RoomsError> {
        let (room, request) = self.load(actor, id).await?;
        let resource = self.request_resource(actor, &room, &request).await?;
        let permission = self.guard.check(actor, "rooms.request.write", &resource).await?;
        request.may_edit(Self::person(actor)?)?;
        Ok((room, request, permission))
    }

    /// The airlock's copy of a file.
    pub(super) fn copy_of(&self, file: &CheckedFile) -> Result<Vec<u8>, RoomsError> {
        if file.removed_at.is_some() {
            return Err(RoomsError::CopyRemoved(file.name.clone()));
        }
        self.vault.read(&file.digest)
    }

    /// Copies files from the outbox into the vault and checks them: each by itself, and beside what has been told
    /// from the room and what the request's other files would tell. With the number of the last that was told.
    async fn copy(
        &self,
        room: &Room,
        names: &[String],
        others: &[CheckedFile],
    ) -> Result<(Vec<CheckedFile>, i64), RoomsError> {
        let people = self.people_in(room.id).await?;
        let mut read = self.store.read(&Actor::system(Component::Flows)).await?;
        let before = store::told::after(read.connection(), room.id, 0).await?;
        drop(read);
        let (outbox, minimum_group) = (self.plan(room).folder.join("outbox"), room.minimum_group);
        let (vault, checks, mut told) = (self.vault.clone(), self.checks.clone(), before.tables);
        let ids = || JobId::new(&**self.store.clock(), self.store.randomness()).uuid();
        let wanted: Vec<(Uuid, String)> = names.iter().map(|name| (ids(), name.clone())).collect();
        // What is stopped tells nothing: it does not leave.
        let may_leave = |file: &&CheckedFile| file.removed_at.is_none() && file.severity() < Some(Severity::Stop);
        let stay = others.iter().filter(|file| !names.contains(&file.name)).filter(may_leave);
        let stay: Vec<(String, Digest)> = stay.map(|file| (file.name.clone(), file.digest)).collect();
        let work = move || {
            for (name, digest) in &stay {
                let seen = ResultFile { name, bytes: &vault.read(digest)?, minimum_group, people };
                told.extend(checks.iter().flat_map(|check| check.tells(&seen)));
            }
            let checked = |(id, name): (Uuid, String)| {
                let bytes = files::take(&outbox, &name)?;
                let seen = ResultFile { name: &name, bytes: &bytes, minimum_group, people };
                let mut findings: Vec<_> = checks.iter().flat_map(|check| check.check(&seen)).collect();
                findings.extend(checks.iter().flat_map(|check| check.beside(&seen, &told)));
                if findings.iter().all(|finding| finding.severity < Severity::Stop) {
                    told.extend(checks.iter().flat_map(|check| check.tells(&seen)));
                }
                let (digest, bytes) = (vault.keep(&bytes)?, bytes.len() as u64);
                Ok(CheckedFile { id, name, digest, bytes, findings, explanation: String::new(), removed_at: None })
            };
            wanted.into_iter().map(checked).collect::<Result<Vec<_>, RoomsError>>()
        };
        // Hundreds of megabytes are read, checked and written: not on a thread that serves pages.
        let copied = tokio::task::spawn_blocking(work).await;
        let copied = copied.map_err(|error| RoomsError::file("the outbox")(std::io::Error::other(error)))??;
        Ok((copied, before.last))
    }

    /// How many people the room's extract has, by its manifest.
    pub(super) async fn people_in(&self, room: RoomId) -> Result<u64, RoomsError> {
        let mut read = self.store.read(&Actor::system(Component::Flows)).await?;
        Ok(store::rooms::manifest(read.connection(), room).await?.people)
    }

    async fn put(
        &self,
        work: &mut Work,
        request: &ReleaseRequest,
        files: &[CheckedFile],
        told_before: i64,
    ) -> Result<(), RoomsError> {
        for file in files {
            store::requests::put_file(work.connection(), request.id, file, told_before).await?;
        }
        Ok(())
    }

    /// Keeps what the files of an approved request tell. Refused when something has left the room since they were
    /// compared, and a small group follows from the two together: neither author nor reviewer has seen that.
    pub(super) async fn keep_told(
        &self,
        work: &mut Work,
        room: &Room,
        request: &ReleaseRequest,
        people: u64,
    ) -> Result<(), RoomsError> {
        store::told::one_by_one(work.connection(), room.id).await?;
        for file in &request.files {
            let bytes = self.copy_of(file)?;
            let (name, minimum_group) = (file.name.as_str(), room.minimum_group);
            let seen = ResultFile { name, bytes: &bytes, minimum_group, people };
            let compared = store::told::compared(work.connection(), file.id).await?;
            let since = store::told::after(work.connection(), room.id, compared).await?;
            if self.checks.iter().any(|check| !check.beside(&seen, &since.tables).is_empty()) {
                return Err(RoomsError::ToldSince(file.name.clone()));
            }
        }
        for file in &request.files {
            let bytes = self.copy_of(file)?;
            let (name, minimum_group) = (file.name.as_str(), room.minimum_group);
            let seen = ResultFile { name, bytes: &bytes, minimum_group, people };
            for table in self.checks.iter().flat_map(|check| check.tells(&seen)) {
                store::told::keep(work.connection(), room.id, request.id, &file.digest, &table, self.clock().now())
                    .await?;
            }
        }
        Ok(())
    }

    /// Enters what was done with a request, with the digests of the files it was done with, and
    /// commits.
    pub(super) async fn enter(
        &self,
        mut work: Work,
        kind: &str,
        request: &ReleaseRequest,
        files: &[CheckedFile],
        permission: &Permission,
    ) -> Result<(), RoomsError> {
        let short = kind.trim_start_matches("rooms.");
        let (person, now) = (work.actor().person(), self.clock().now());
        store::rooms::note(work.connection(), request.room, person, short, &request.id.to_string(), now).await?;
        let digests: Vec<_> = files.iter().map(|file| file.digest).collect();
        let flagged = files.iter().filter(|file| file.severity() >= Some(Severity::Explain)).count();
        let draft = Draft::new(kind, "release_request", request.id).because(permission.legal_basis());
        let draft = draft.with("room", request.room).with("round", request.round).with("files", digests);
        let entered = work.enter(draft.with("flagged", flagged)).await?;
        work.commit(entered).await?;
        Ok(())
    }
}
