//! Who asks: the client, by its signed statement, and the key that what it gets will be bound to.

use std::sync::Arc;

use http::Uri;
use jiff::Timestamp;
use varde_core::Actor;
use varde_jose::Claims;

use crate::{
    AuthorisationServer, CallOutcome, ClientId,
    fault::{Code, Fault},
    protocol::{
        client_assertion::{self, Audience, Claimed},
        dpop::{self, Proof, Shown},
        parameters::Parameters,
    },
    service::{failed, known::KnownClient},
    store::tokens::Once,
};

/// A request to an endpoint where clients prove themselves.
#[derive(Debug)]
pub(crate) struct Incoming<'r> {
    /// The address of the endpoint as clients know it.
    pub(crate) address: &'r Uri,
    /// The proof of possession, when one came.
    pub(crate) proof: Option<&'r str>,
    /// The form.
    pub(crate) form: &'r Parameters,
}

/// A client that proved itself, if its statement was not used before: that is settled with what
/// follows, in one transaction.
#[derive(Debug)]
pub(crate) struct Authenticated {
    pub(crate) known: Arc<KnownClient>,
    /// What else its statement said.
    pub(crate) claims: Claims,
    /// The statement's one-time id.
    pub(crate) once: Once,
}

impl AuthorisationServer {
    /// Checks the client's statement.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`], [`Code::InvalidClient`].
    pub(crate) async fn authenticate(&self, form: &Parameters, now: Timestamp) -> Result<Authenticated, Fault> {
        if form.get("client_assertion_type") != Some(client_assertion::TYPE) {
            let way = "client_assertion_type must be urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
            return Err(Fault::new(Code::InvalidRequest, way));
        }
        let claimed = Claimed::read(form.need("client_assertion")?)?;
        let unknown = || Fault::new(Code::InvalidClient, "no such client, or it has been ended");
        let id = claimed.client().parse().map_err(|_| unknown())?;
        if form.get("client_id").is_some_and(|named| named != claimed.client()) {
            return Err(Fault::new(Code::InvalidClient, "client_id is not the client of the client assertion"));
        }
        let known = self.known.client(id).await.map_err(|error| failed(&error))?.ok_or_else(unknown)?;
        let audience = Audience { issuer: &self.issuer, algorithms: known.client.algorithms() };
        let proven = claimed.verify(&known.keys, audience, now)?;
        let once = once("client_assertion", &id.to_string(), &proven.id, proven.until);
        Ok(Authenticated { known, claims: proven.claims, once })
    }

    /// Checks that the proof holds the nonce we ask for, before anything is spent: some clients send
    /// the same statement again with the nonce.
    ///
    /// # Errors
    /// [`Code::InvalidDpopProof`] without a proof, [`Code::UseDpopNonce`] without our nonce.
    pub(crate) fn nonce<'r>(&self, incoming: &Incoming<'r>, now: Timestamp) -> Result<Shown<'r>, Fault> {
        let shown = Shown::read(incoming.proof.ok_or_else(missing_proof)?)?;
        let ours = shown.nonce().is_some_and(|nonce| self.nonces.knows(nonce, now));
        if ours { Ok(shown) } else { Err(other_nonce()) }
    }

    /// Checks that a proof that holds a nonce holds ours, where none is asked for.
    ///
    /// # Errors
    /// [`Code::UseDpopNonce`] with another nonce than ours.
    pub(crate) fn nonce_if_any<'r>(&self, incoming: &Incoming<'r>, now: Timestamp) -> Result<Option<Shown<'r>>, Fault> {
        let Some(shown) = incoming.proof.map(Shown::read).transpose()? else { return Ok(None) };
        let another = shown.nonce().is_some_and(|nonce| !self.nonces.knows(nonce, now));
        if another { Err(other_nonce()) } else { Ok(Some(shown)) }
    }

    /// Checks the proof of possession, for a request to that address.
    ///
    /// # Errors
    /// [`Code::InvalidDpopProof`].
    pub(crate) fn possession(&self, shown: Shown<'_>, address: &Uri, now: Timestamp) -> Result<(Proof, Once), Fault> {
        let proof = shown.verify(dpop::Request { method: "POST", address, access_token: None }, now)?;
        let once = once("dpop", &proof.thumbprint, &proof.id, proof.until);
        Ok((proof, once))
    }
}

fn other_nonce() -> Fault {
    Fault::new(Code::UseDpopNonce, "repeat the request with the nonce in the header DPoP-Nonce")
}

/// A client that proved itself, as the log names it.
pub(crate) fn acting(client: ClientId) -> Actor {
    Actor::client(client.to_string())
}

/// What a client is told whose statement came before.
pub(crate) fn used_assertion() -> Fault {
    Fault::new(Code::InvalidClient, "this client assertion was used before: make one for each request")
        .because(CallOutcome::UsedAssertion)
}

fn missing_proof() -> Fault {
    Fault::new(Code::InvalidDpopProof, "the header DPoP is missing").because(CallOutcome::ProofMissing)
}

/// What stands for a one-time id in the table: kind and owner are in it, so that nobody can use up
/// another's.
pub(crate) fn once(kind: &str, owner: &str, id: &str, until: i64) -> Once {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for part in [kind, owner, id] {
        // The length before each part: no two lists of parts are the same text.
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    Once { digest, until: Timestamp::from_second(until).unwrap_or(Timestamp::MAX) }
}
