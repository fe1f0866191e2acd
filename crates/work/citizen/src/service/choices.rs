//! What I choose: reservations, consents, and what each means.

use jiff::Timestamp;
use serde::Serialize;
use varde_core::{Actor, EntryId, LocalisedText};
use varde_platform::Own;
use varde_privacy::{Choice, Kind, Preference, Scope};

use super::{CitizenService, registers::source_of};
use crate::{CitizenError, model};

/// Something a person can choose about, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// A reservation, or a consent where the register rests on one.
    pub kind: Kind,
    /// About all secondary use, or one source.
    pub scope: Scope,
    /// The register's name; empty for all secondary use.
    pub name: LocalisedText,
    /// Whether the person says no.
    pub withheld: bool,
    /// Since when it stands as it does; `None` when they never chose.
    pub since: Option<Timestamp>,
}

impl Setting {
    /// The reservation against all secondary use.
    fn of_everything(history: &[Preference], now: Timestamp) -> Self {
        Self::new(Kind::Reservation, Scope::SecondaryUse, LocalisedText::default(), history, now)
    }

    /// A source's: a consent where the register rests on one or the person has answered here, also
    /// when it was the register that got it and the withdrawal is the first we hear of it. A
    /// reservation that stands already can be taken back first, so that nothing stands unseen.
    pub(super) fn of_source(
        source: &str,
        name: LocalisedText,
        by_consent: bool,
        history: &[Preference],
        now: Timestamp,
    ) -> Self {
        let scope = Scope::Source(source.to_owned());
        let answered = history.iter().any(|p| p.choice.kind == Kind::Consent && p.choice.scope == scope);
        let reserved = model::in_force(history, Kind::Reservation, &scope, now).is_some_and(|p| p.choice.active);
        let kind = if !reserved && (answered || by_consent) { Kind::Consent } else { Kind::Reservation };
        Self::new(kind, scope, name, history, now)
    }

    fn new(kind: Kind, scope: Scope, name: LocalisedText, history: &[Preference], now: Timestamp) -> Self {
        let chosen = model::in_force(history, kind, &scope, now);
        let withheld = chosen.is_some_and(|p| model::withholds(&p.choice));
        Self { kind, scope, name, withheld, since: chosen.map(|p| p.applies_from) }
    }

    /// The choice that turns it round: say no, or take the no back.
    pub fn turned(&self) -> Choice {
        let active = match self.kind {
            Kind::Consent => self.withheld,
            Kind::Reservation | Kind::Restriction => !self.withheld,
        };
        Choice { kind: self.kind, scope: self.scope.clone(), active }
    }
}

impl CitizenService {
    /// What whoever is logged in can choose: about all secondary use first, then about each source
    /// they are in or have chosen about.
    ///
    /// # Errors
    /// When nobody is logged in, or a service is away.
    pub async fn settings(&self, actor: &Actor) -> Result<Vec<Setting>, CitizenError> {
        let me = self.me(actor, "citizen.choice.read").await?;
        let (own, history) = self.own(actor, me).await?;
        self.settings_in(actor, &own, &history).await
    }

    pub(super) async fn settings_in(
        &self,
        actor: &Actor,
        own: &Own,
        history: &[Preference],
    ) -> Result<Vec<Setting>, CitizenError> {
        let mut sources: std::collections::BTreeSet<&str> = own.datasets.iter().map(source_of).collect();
        sources.extend(history.iter().filter_map(|p| match &p.choice.scope {
            Scope::Source(source) => Some(source.as_str()),
            Scope::SecondaryUse => None,
        }));
        let mut settings = vec![Setting::of_everything(history, self.now())];
        for source in sources {
            let view = self.source(actor, source).await?;
            settings.push(self.setting_of(source, view.as_ref(), history));
        }
        Ok(settings)
    }

    /// How one thing stands that can be chosen about.
    ///
    /// # Errors
    /// [`CitizenError::NotAChoice`] when the source is not in the catalogue.
    pub async fn setting_for(&self, actor: &Actor, scope: &Scope) -> Result<Setting, CitizenError> {
        let me = self.me(actor, "citizen.choice.read").await?;
        let history = self.ports.privacy.history(actor, me).await?;
        match scope {
            Scope::SecondaryUse => Ok(Setting::of_everything(&history, self.now())),
            Scope::Source(source) => {
                let view = self.source(actor, source).await?.ok_or(CitizenError::NotAChoice)?;
                Ok(self.setting_of(source, Some(&view), &history))
            }
        }
    }

    /// Chooses, from now on and without reasons. Gives the entry that is the receipt, `None` when
    /// it was chosen already.
    ///
    /// # Errors
    /// [`CitizenError::NotAChoice`]; refusals; a service that is away.
    pub async fn choose(&self, actor: &Actor, choice: Choice) -> Result<Option<EntryId>, CitizenError> {
        let me = self.me(actor, "citizen.choice.make").await?;
        let setting = self.setting_for(actor, &choice.scope).await?;
        if setting.kind != choice.kind {
            return Err(CitizenError::NotAChoice);
        }
        Ok(self.ports.privacy.choose(actor, me, choice).await?.map(|receipt| receipt.entry()))
    }
}
