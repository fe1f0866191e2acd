//! From the provider's answer to a session, and from acting for oneself to acting for others.

use varde_core::{Actor, LoginLevel, OrganisationId, PersonId};
use varde_ledger::Draft;
use varde_policy::{Resource, Verdict};
use varde_web::{Display, Session, SessionCookie, SessionId};

use crate::{
    Identity, IdentityError, KnownPerson, ReturnTo,
    model::assignment::acting,
    oidc::{self, Asked, Begun, LoginError, Response, Sealed},
};

/// A login that came about.
#[derive(Debug)]
pub(crate) struct LoggedIn {
    pub(crate) cookie: SessionCookie,
    /// What the browser keeps for the logout.
    pub(crate) hint: Option<Sealed>,
    pub(crate) return_to: ReturnTo,
    /// Whether there is somebody to choose to act for.
    pub(crate) has_choice: bool,
}

/// How the provider's answer ended.
#[derive(Debug)]
pub(crate) enum Finished {
    LoggedIn(LoggedIn),
    /// The provider knows the person; our register does not.
    Unknown,
    /// The person went back, and the system that they were to log in to must be told.
    Cancelled(ReturnTo),
}

/// Somebody one may act for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Side {
    pub(crate) organisation: OrganisationId,
    pub(crate) name: String,
    pub(crate) roles: std::collections::BTreeSet<varde_core::Role>,
}

impl Identity {
    /// Begins a login.
    pub(crate) async fn begin_login(
        &self,
        return_to: &ReturnTo,
        asked: Asked,
        language: &str,
    ) -> Result<Begun, IdentityError> {
        Ok(self.provider.begin(return_to.as_str(), asked, language).await?)
    }

    /// Finishes a login. Entries: `identity.person.logged_in`, or `identity.login.failed` with the
    /// reason as a denial.
    pub(crate) async fn finish_login(
        &self,
        response: &Response,
        sealed: Option<&str>,
        previous: Option<&Session>,
    ) -> Result<Finished, IdentityError> {
        let attempt = self.provider.attempt(response, sealed)?;
        let finished = match self.provider.finish(response, &attempt).await {
            Ok(finished) => finished,
            Err(LoginError::Cancelled) if ReturnTo::parse(&attempt.return_to).is_to_another_system() => {
                return Ok(Finished::Cancelled(ReturnTo::parse(&attempt.return_to)));
            }
            Err(error) => return Err(self.failed(error).await?),
        };
        let Some(known) = self.directory.by_number(&finished.identified.number).await? else {
            self.enter_failure("unknown_person").await?;
            return Ok(Finished::Unknown);
        };
        let return_to = ReturnTo::parse(&attempt.return_to);
        self.log_in(&known, finished, previous, return_to).await.map(Finished::LoggedIn)
    }

    async fn log_in(
        &self,
        known: &KnownPerson,
        oidc::Finished { identified, hint }: oidc::Finished,
        previous: Option<&Session>,
        return_to: ReturnTo,
    ) -> Result<LoggedIn, IdentityError> {
        let citizen = Actor::citizen(known.person, identified.level);
        let held = self.roles.today(&citizen, known.person).await?;
        // A step-up goes on acting for whom one acted before, as far as the roles still say so.
        let before = previous.filter(|p| p.person() == known.person).and_then(|p| p.actor().organisation);
        let same = before.and_then(|o| acting(known.person, identified.level, Some(o), &held));
        let stepped_up = same.is_some();
        let actor = same.unwrap_or(citizen);
        let display = self.display(&known.display_name, actor.organisation).await?;
        self.enter_login(&actor, known.person, identified.level).await?;
        let cookie = self.sessions.begin(previous, actor, display).await?;
        // Whoever goes on to another system acts there, not here.
        let has_choice = !stepped_up && !held.is_empty() && !return_to.is_to_another_system();
        Ok(LoggedIn { cookie, hint, return_to, has_choice })
    }

    async fn enter_login(&self, actor: &Actor, person: PersonId, level: LoginLevel) -> Result<(), IdentityError> {
        let draft = Draft::new("identity.person.logged_in", "person", person).concerning(person).with("level", level);
        let mut work = self.store.begin(actor).await?;
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Enters a failure that somebody who holds an attempt of ours has brought about. What is
    /// refused before that (a forged or stale state) is not entered.
    async fn failed(&self, error: LoginError) -> Result<IdentityError, IdentityError> {
        let told = !matches!(error, LoginError::Cancelled | LoginError::Unavailable { .. });
        if told {
            use varde_core::Problem as _;
            let reason = match &error {
                LoginError::IdToken(fault) => format!("{fault:?}"),
                other => other.code().to_owned(),
            };
            self.enter_failure(&reason).await?;
        }
        Ok(error.into())
    }

    /// Failures are bounded as denials are: anybody can begin a login and let it fail. What is above
    /// the limit is counted, and the count is entered with the next failure (`withheld`).
    async fn enter_failure(&self, reason: &str) -> Result<(), IdentityError> {
        let nobody = Actor::anonymous();
        let verdict = {
            let mut limit = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            limit.ask(&nobody.subject, self.store.clock().now())
        };
        let Verdict::Enter { withheld } = verdict else { return Ok(()) };
        let mut draft = Draft::new("identity.login.failed", "login", "attempt").denied().with("why", reason);
        if withheld > 0 {
            draft = draft.with("withheld", withheld);
        }
        let mut work = self.store.begin(&nobody).await?;
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// For whom the person may act today, by name. Action `identity.session.choose_role`.
    pub(crate) async fn sides(&self, session: &Session) -> Result<Vec<Side>, IdentityError> {
        self.check(session, "identity.session.choose_role").await?;
        let mut sides = Vec::new();
        for (organisation, roles) in self.roles.today(session.actor(), session.person()).await? {
            let name = self.directory.organisation_name(organisation).await?;
            sides.push(Side { organisation, name: name.unwrap_or_else(|| organisation.to_string()), roles });
        }
        sides.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(sides)
    }

    /// Acts for an organisation, or for oneself, from now on. Action
    /// `identity.session.choose_role`, entry `identity.session.acting_for`.
    pub(crate) async fn act_for(
        &self,
        session: &Session,
        organisation: Option<OrganisationId>,
    ) -> Result<SessionCookie, IdentityError> {
        let legal_basis = self.check(session, "identity.session.choose_role").await?;
        let held = self.roles.today(session.actor(), session.person()).await?;
        let level = session.actor().level().ok_or(IdentityError::NotLoggedIn)?;
        let actor = acting(session.person(), level, organisation, &held).ok_or(IdentityError::NoRoleThere)?;
        let display = self.display(&session.display().person, actor.organisation).await?;
        let mut work = self.store.begin(&actor).await?;
        let draft = Draft::new("identity.session.acting_for", "session", session.id())
            .because(legal_basis)
            .concerning(session.person())
            .with("organisation", organisation)
            .with("roles", &actor.roles);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(self.sessions.go_on(session, actor, display).await?)
    }

    /// Asks the policy about somebody's own session.
    pub(crate) async fn check(&self, session: &Session, action: &str) -> Result<varde_core::LegalBasis, IdentityError> {
        let id: SessionId = session.id();
        let resource = Resource::new("Session").id(id).person("person", session.person());
        Ok(self.guard.check(session.actor(), action, &resource).await?.legal_basis())
    }

    async fn display(&self, person: &str, organisation: Option<OrganisationId>) -> Result<Display, IdentityError> {
        let organisation = match organisation {
            Some(organisation) => self.directory.organisation_name(organisation).await?,
            None => None,
        };
        Ok(Display { person: person.to_owned(), organisation })
    }
}
