//! Remembers what clients meet where they get tokens, push requests and send people. Nothing of it is on the path of a request: what
//! was seen is gathered in memory, one of each kind for a client, and written together every few
//! seconds. Successes are written once an hour, and after something went wrong: that they happen is on
//! the log anyway.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use varde_core::Actor;
use varde_ledger::Draft;

use crate::{
    AuthorisationServer, Call, CallOutcome, ClientId, OpenError, RegistrationError,
    fault::Fault,
    protocol::{client_assertion::Claimed, parameters::Parameters},
    service::server,
    store::calls,
};

/// How long a success is believed to go on.
const QUIET: SignedDuration = SignedDuration::from_hours(1);
/// The most that is gathered between two writings: whoever invents clients must not fill the memory.
const MOST: usize = 10_000;

/// What has been seen and not been written.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    waiting: HashMap<(ClientId, CallOutcome), Call>,
    /// When each client's success was last gathered, while nothing went wrong since.
    well: HashMap<ClientId, Timestamp>,
}

impl Calls {
    /// Remembers a call of that client.
    fn see(&self, client: ClientId, call: Call) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let well = seen.well.get(&client).is_some_and(|since| call.at.duration_since(*since) < QUIET);
        match call.outcome {
            // The steps of what has gone well lately.
            CallOutcome::TokenGiven | CallOutcome::Nonce | CallOutcome::RequestTaken | CallOutcome::CodeGiven
                if well =>
            {
                return;
            }
            CallOutcome::Nonce | CallOutcome::RequestTaken | CallOutcome::CodeGiven => {}
            CallOutcome::TokenGiven if seen.well.len() < 10 * MOST => drop(seen.well.insert(client, call.at)),
            _ => drop(seen.well.remove(&client)),
        }
        let key = (client, call.outcome);
        if seen.waiting.len() >= MOST && !seen.waiting.contains_key(&key) {
            return;
        }
        seen.waiting
            .entry(key)
            .and_modify(|before| *before = Call { times: before.times + call.times, ..call.clone() })
            .or_insert(call);
    }

    fn take(&self, now: Timestamp) -> Vec<(ClientId, Call)> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.well.retain(|_, since| now.duration_since(*since) < QUIET);
        std::mem::take(&mut seen.waiting).into_iter().map(|((client, _), call)| (client, call)).collect()
    }
}

impl AuthorisationServer {
    /// Remembers what came of a request by the client itself, for the client that it names; whether that is
    /// there shows when it is written.
    pub(crate) fn note(&self, form: &Parameters, outcome: Result<CallOutcome, &Fault>) {
        let stated = || form.get("client_assertion").and_then(|assertion| Claimed::read(assertion).ok());
        // When it went well both name the same, and the statement need not be read once more.
        let claimed = if outcome.is_ok() && form.get("client_id").is_some() { None } else { stated() };
        let named = claimed.as_ref().map(Claimed::client).or_else(|| form.get("client_id"));
        if let Some(client) = named.and_then(|name| name.parse().ok()) {
            self.note_of(client, outcome);
        }
    }

    /// Remembers what came of a request with which somebody came who named that client.
    pub(crate) fn note_of(&self, client: ClientId, outcome: Result<CallOutcome, &Fault>) {
        let at = self.store.clock().now();
        let (outcome, description, clock) = match outcome {
            Ok(good) => (good, String::new(), None),
            Err(fault) => (CallOutcome::of(fault), fault.description.to_string(), fault.clock),
        };
        self.calls.see(client, Call { outcome, at, times: 1, description, clock });
    }

    /// Writes what has been seen since the last time. To be done every few seconds.
    ///
    /// # Errors
    /// When the store fails: then what was seen is lost.
    pub async fn write_calls(&self) -> Result<(), OpenError> {
        let mut seen = self.calls.take(self.store.clock().now());
        if seen.is_empty() {
            return Ok(());
        }
        // Two instances lock rows in the same order.
        seen.sort_by_key(|(client, call)| (*client, call.outcome.name()));
        let mut work = self.store.begin(&server()).await?;
        let count = calls::add(work.connection(), &seen).await?;
        if count > 0 {
            let draft = Draft::new("oauth.calls.noted", "authorisation_server", "*").with("count", count);
            let entered = work.enter(draft).await?;
            work.commit(entered).await?;
        }
        Ok(())
    }

    /// What a client last met, one of each kind, the newest first. Action
    /// `oauth.client.read`.
    ///
    /// # Errors
    /// When the policy says no or there is no such client.
    pub async fn calls(&self, actor: &Actor, client: ClientId) -> Result<Vec<Call>, RegistrationError> {
        self.client(actor, client).await?;
        let mut read = self.store.read(actor).await?;
        Ok(calls::of(read.connection(), client).await?)
    }

    /// The clients that have used an unknown key since then, for whoever reads keys where clients
    /// publish them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn with_unknown_key(&self, since: Timestamp) -> Result<Vec<ClientId>, RegistrationError> {
        let mut read = self.store.read(&server()).await?;
        Ok(calls::with_unknown_key(read.connection(), since).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(outcome: CallOutcome, second: i64) -> Call {
        let at = Timestamp::from_second(second).unwrap();
        Call { outcome, at, times: 1, description: String::new(), clock: None }
    }

    fn client(n: u128) -> ClientId {
        ClientId::from_uuid(uuid::Uuid::from_u128(n))
    }

    fn taken(calls: &Calls, second: i64) -> Vec<(CallOutcome, u64)> {
        let mut all: Vec<_> =
            calls.take(Timestamp::from_second(second).unwrap()).iter().map(|(_, c)| (c.outcome, c.times)).collect();
        all.sort();
        all
    }

    #[test]
    fn what_goes_well_is_written_once_and_again_after_a_refusal() {
        let (calls, me) = (Calls::default(), client(1));
        use CallOutcome::{Clock, Nonce, TokenGiven};
        for second in 0..3 {
            calls.see(me, call(Nonce, second));
            calls.see(me, call(TokenGiven, second));
        }
        assert_eq!(taken(&calls, 3), [(TokenGiven, 1), (Nonce, 1)]);
        calls.see(me, call(Nonce, 4));
        calls.see(me, call(TokenGiven, 4));
        assert_eq!(taken(&calls, 5), []);
        calls.see(me, call(Clock, 6));
        calls.see(me, call(Clock, 7));
        calls.see(me, call(TokenGiven, 8));
        assert_eq!(taken(&calls, 9), [(TokenGiven, 1), (Clock, 2)]);
        calls.see(me, call(TokenGiven, 9 + 3600));
        assert_eq!(taken(&calls, 9 + 3600), [(TokenGiven, 1)], "an hour later it is written again");
    }

    #[test]
    fn invented_clients_do_not_fill_the_memory() {
        let calls = Calls::default();
        for n in 0..MOST as u128 + 10 {
            calls.see(client(n), call(CallOutcome::Assertion, 0));
        }
        assert_eq!(calls.take(Timestamp::UNIX_EPOCH).len(), MOST);
    }
}
