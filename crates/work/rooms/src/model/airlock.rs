//! The airlock: a request to let files out, from draft to release. Who may do what in which state
//! is decided here and nowhere else.
//!
//! draft → submitted → in review → approved → released; rejected, returned (to the author, who may
//! submit again: all reviews start over) or withdrawn. The files are copies with digests from the
//! moment they were added: what was checked is what leaves.

use jiff::{SignedDuration, Timestamp};
use varde_core::{Digest, FieldProblem, PersonId, Problem, ProblemKind, ReleaseRequestId, RoomId};

use super::{Finding, Severity};

/// Where a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestState {
    /// The author writes it.
    Draft,
    /// It waits for a reviewer.
    Submitted,
    /// At least one reviewer of several has said theirs.
    InReview,
    /// A reviewer wants something changed.
    Returned,
    /// It may leave.
    Approved,
    /// It may not leave.
    Rejected,
    /// The author took it back.
    Withdrawn,
    /// It has left: the author has fetched a file.
    Released,
}

impl RequestState {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::Submitted,
        Self::InReview,
        Self::Returned,
        Self::Approved,
        Self::Rejected,
        Self::Withdrawn,
        Self::Released,
    ];

    /// The name in texts, policies and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::InReview => "in_review",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Released => "released",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether the author may change it.
    pub const fn editable(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }

    /// Whether it is the reviewers' turn.
    pub const fn reviewable(self) -> bool {
        matches!(self, Self::Submitted | Self::InReview)
    }

    /// Whether nothing more happens to it, but that its author fetches again.
    pub const fn ended(self) -> bool {
        matches!(self, Self::Rejected | Self::Withdrawn | Self::Released)
    }

    /// Whether its files may leave.
    pub const fn cleared(self) -> bool {
        matches!(self, Self::Approved | Self::Released)
    }
}

/// What a reviewer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It may leave.
    Approve,
    /// The author must change something.
    Return,
    /// It may not leave.
    Reject,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Self; 3] = [Self::Approve, Self::Return, Self::Reject];

    /// The name in forms, texts and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Return => "return",
            Self::Reject => "reject",
        }
    }

    /// The verdict of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

/// A file in a request, as it was when it was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedFile {
    /// Its id.
    pub id: uuid::Uuid,
    /// Its name in the outbox.
    pub name: String,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub bytes: u64,
    /// What the automatic checks found.
    pub findings: Vec<Finding>,
    /// The author's words on what the checks found.
    pub explanation: String,
    /// When the airlock's copy was deleted; the rest stays for the record.
    pub removed_at: Option<Timestamp>,
}

impl CheckedFile {
    /// The heaviest finding.
    pub fn severity(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}

/// What one reviewer said about one round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Which submission: 1 for the first.
    pub round: u32,
    /// Who.
    pub reviewer: PersonId,
    /// What.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// A request to let files out of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseRequest {
    /// Its id.
    pub id: ReleaseRequestId,
    /// The room.
    pub room: RoomId,
    /// Who asks.
    pub author: PersonId,
    /// What the results are and what they are for.
    pub purpose: String,
    /// Where it is.
    pub state: RequestState,
    /// How many times it has been submitted.
    pub round: u32,
    /// How many must approve.
    pub reviewers_required: u32,
    /// The files.
    pub files: Vec<CheckedFile>,
    /// What reviewers said, all rounds.
    pub reviews: Vec<Review>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it ended: the first fetch, the rejection or the withdrawal.
    pub ended_at: Option<Timestamp>,
}

/// Why something cannot be done with a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AirlockError {
    /// The request is not in a state that allows it.
    #[error("the request is {}: this cannot be done with it now", .0.name())]
    WrongState(RequestState),
    /// Something is missing before it can be submitted.
    #[error("the request is not complete")]
    Incomplete(Vec<FieldProblem>),
    /// The author and members of the room never review their own results.
    #[error("whoever wrote the request or works in the room cannot review it")]
    OwnRequest,
    /// A reviewer says theirs once a round.
    #[error("this reviewer has reviewed this submission already")]
    ReviewedAlready,
    /// Only the author does this.
    #[error("only the author of the request can do this")]
    NotTheAuthor,
    /// A file that a check stops cannot be approved.
    #[error("a file in the request is stopped by a check and cannot leave")]
    Stopped,
}

impl Problem for AirlockError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Incomplete(_) => ProblemKind::Invalid,
            Self::OwnRequest | Self::NotTheAuthor => ProblemKind::Forbidden,
            Self::WrongState(_) | Self::ReviewedAlready | Self::Stopped => ProblemKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::WrongState(_) => "rooms.request_state",
            Self::Incomplete(_) => "rooms.request_incomplete",
            Self::OwnRequest => "rooms.own_request",
            Self::ReviewedAlready => "rooms.reviewed_already",
            Self::NotTheAuthor => "rooms.not_the_author",
            Self::Stopped => "rooms.file_stopped",
        }
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self {
            Self::Incomplete(fields) => fields.clone(),
            _ => Vec::new(),
        }
    }
}

/// The shortest purpose and explanation that say something, in characters.
const SAYS_SOMETHING: usize = 10;

impl ReleaseRequest {
    /// Whether that person may change the request now.
    pub fn may_edit(&self, person: PersonId) -> Result<(), AirlockError> {
        if person != self.author {
            return Err(AirlockError::NotTheAuthor);
        }
        if self.state.editable() { Ok(()) } else { Err(AirlockError::WrongState(self.state)) }
    }

    /// Submits it: it has a purpose and files, what the checks flag is explained, nothing is
    /// stopped. Reviews of earlier rounds count no more.
    pub fn submit(&mut self, person: PersonId) -> Result<(), AirlockError> {
        self.may_edit(person)?;
        let missing = self.missing();
        if !missing.is_empty() {
            return Err(AirlockError::Incomplete(missing));
        }
        self.state = RequestState::Submitted;
        self.round += 1;
        Ok(())
    }

    /// The author takes it back, until it has left.
    pub fn withdraw(&mut self, person: PersonId) -> Result<(), AirlockError> {
        if person != self.author {
            return Err(AirlockError::NotTheAuthor);
        }
        match self.state {
            RequestState::Released | RequestState::Rejected | RequestState::Withdrawn => {
                Err(AirlockError::WrongState(self.state))
            }
            _ => {
                self.state = RequestState::Withdrawn;
                Ok(())
            }
        }
    }

    /// A reviewer says theirs. One rejection rejects, one return returns; as many approvals as are
    /// required, by different people, approve. `members` are the persons who work in the room.
    pub fn review(&mut self, review: Review, members: &[PersonId]) -> Result<(), AirlockError> {
        if review.reviewer == self.author || members.contains(&review.reviewer) {
            return Err(AirlockError::OwnRequest);
        }
        if !self.state.reviewable() {
            return Err(AirlockError::WrongState(self.state));
        }
        if self.current_reviews().any(|earlier| earlier.reviewer == review.reviewer) {
            return Err(AirlockError::ReviewedAlready);
        }
        if review.reason.trim().chars().count() < SAYS_SOMETHING {
            let missing = FieldProblem::new("reason", "rooms-error-reason-short");
            return Err(AirlockError::Incomplete(vec![missing]));
        }
        if review.verdict == Verdict::Approve && self.stopped() {
            return Err(AirlockError::Stopped);
        }
        let verdict = review.verdict;
        self.reviews.push(Review { round: self.round, ..review });
        self.state = match verdict {
            Verdict::Reject => RequestState::Rejected,
            Verdict::Return => RequestState::Returned,
            Verdict::Approve if self.approvals() >= self.reviewers_required => RequestState::Approved,
            Verdict::Approve => RequestState::InReview,
        };
        Ok(())
    }

    /// The author fetches a file: allowed once approved.
    pub fn release(&mut self, person: PersonId) -> Result<(), AirlockError> {
        if person != self.author {
            return Err(AirlockError::NotTheAuthor);
        }
        if !self.state.cleared() {
            return Err(AirlockError::WrongState(self.state));
        }
        self.state = RequestState::Released;
        Ok(())
    }

    /// Until when the airlock keeps the copies of its files; `None` for as long as somebody may still
    /// need them: its author to change or fetch it, or a reviewer. What was not handed over when its
    /// room ended can never leave, and is kept as long as what was rejected.
    pub fn kept_until(&self, room_closed_at: Option<Timestamp>, days: u32) -> Option<Timestamp> {
        let over = if self.state.editable() { room_closed_at } else { self.ended_at.filter(|_| self.state.ended()) };
        over.and_then(|at| at.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok())
    }

    /// The reviews that this person may see: reviewers do not see each other's until all that are
    /// required have said theirs, so that the second is not led by the first.
    pub fn visible_reviews(&self, person: PersonId) -> impl Iterator<Item = &Review> {
        let open = !self.state.reviewable();
        self.reviews.iter().filter(move |r| open || r.round < self.round || r.reviewer == person)
    }

    fn current_reviews(&self) -> impl Iterator<Item = &Review> {
        self.reviews.iter().filter(|review| review.round == self.round)
    }

    fn approvals(&self) -> u32 {
        let count = self.current_reviews().filter(|review| review.verdict == Verdict::Approve).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    fn stopped(&self) -> bool {
        self.files.iter().any(|file| file.severity() == Some(Severity::Stop))
    }

    fn missing(&self) -> Vec<FieldProblem> {
        let mut missing = Vec::new();
        if self.purpose.trim().chars().count() < SAYS_SOMETHING {
            missing.push(FieldProblem::new("purpose", "rooms-error-purpose-short"));
        }
        if self.files.is_empty() {
            missing.push(FieldProblem::new("files", "rooms-error-no-files"));
        }
        for file in &self.files {
            match file.severity() {
                Some(Severity::Stop) => {
                    missing.push(FieldProblem::new(format!("file-{}", file.id), "rooms-error-file-stopped"));
                }
                Some(Severity::Explain) if file.explanation.trim().chars().count() < SAYS_SOMETHING => {
                    missing.push(FieldProblem::new(format!("explanation-{}", file.id), "rooms-error-explain"));
                }
                _ => {}
            }
        }
        missing
    }
}

#[cfg(test)]
mod tests;
