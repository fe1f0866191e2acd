//! What stands in a token, and who decides it: for an access token the API alone, by what it has
//! registered that it wants.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use varde_core::LoginLevel;
use varde_jose::Claims;

use crate::{
    Scopes,
    model::{
        acting_for::ActingFor,
        api::Api,
        client::{Client, Tenancy},
        scope,
    },
};

/// How long an access token lives.
pub(crate) const LIFETIME: SignedDuration = SignedDuration::from_secs(600);
/// The type of an access token (RFC 9068, section 2.1).
pub(crate) const TYPE: &str = "at+jwt";

/// A claim that an API can want, by the national profile's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// The person's national number.
    Pid,
    /// A pseudonym of the person that is the same for all APIs of an owner.
    PidPseudonym,
    /// The level of the login, `3` or `4`.
    SecurityLevel,
    /// The level in the words of eIDAS.
    AssuranceLevel,
    /// The person's number in the register of health personnel.
    HprNumber,
    /// The client's name. For logs; never to decide by.
    ClientName,
    /// Whether the client acts for none, one or many.
    ClientTenancy,
    /// The main unit the client acts for.
    OrgnrParent,
    /// The sub-unit it acts for.
    OrgnrChild,
    /// The supplier that received the delegation.
    OrgnrSupplier,
    /// How the client proved who it is.
    ClientAmr,
    /// The attest of the trust framework.
    TrustFramework,
    /// The medicine record's id (`nhn:sfm:journal-id`).
    JournalId,
}

impl Claim {
    /// All claims.
    pub const ALL: [Self; 13] = [
        Self::Pid,
        Self::PidPseudonym,
        Self::SecurityLevel,
        Self::AssuranceLevel,
        Self::HprNumber,
        Self::ClientName,
        Self::ClientTenancy,
        Self::OrgnrParent,
        Self::OrgnrChild,
        Self::OrgnrSupplier,
        Self::ClientAmr,
        Self::TrustFramework,
        Self::JournalId,
    ];

    /// The name in a token.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pid => "helseid://claims/identity/pid",
            Self::PidPseudonym => "helseid://claims/identity/pid_pseudonym",
            Self::SecurityLevel => "helseid://claims/identity/security_level",
            Self::AssuranceLevel => "helseid://claims/identity/assurance_level",
            Self::HprNumber => "helseid://claims/hpr/hpr_number",
            Self::ClientName => "helseid://claims/client/client_name",
            Self::ClientTenancy => "helseid://claims/client/client_tenancy",
            Self::OrgnrParent => "helseid://claims/client/claims/orgnr_parent",
            Self::OrgnrChild => "helseid://claims/client/claims/orgnr_child",
            Self::OrgnrSupplier => "helseid://claims/client/claims/orgnr_supplier",
            Self::ClientAmr => "client_amr",
            Self::TrustFramework => "nhn:tillitsrammeverk:parameters",
            Self::JournalId => "nhn:sfm:journal_id",
        }
    }

    /// The claim of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|claim| claim.name() == name)
    }
}

/// A person behind a token, as far as tokens say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedIn {
    /// The pairwise pseudonym: the same person is somebody else to another client (OpenID Connect
    /// Core, section 8.1).
    pub subject: String,
    /// The pseudonym that APIs of one owner share.
    pub pseudonym: String,
    /// The national number; there only when the API wants it, and after its entry on the log.
    pub national_number: Option<String>,
    /// The name; under the same condition, for the client alone.
    pub name: Option<String>,
    /// How surely they logged in.
    pub level: LoginLevel,
    /// When they logged in.
    pub logged_in_at: Timestamp,
    /// Their number in the register of health personnel.
    pub hpr_number: Option<String>,
}

/// What a token is made of.
#[derive(Debug, Clone)]
pub struct Grounds<'g> {
    /// Our issuer.
    pub issuer: &'g str,
    /// The token's own id.
    pub id: String,
    /// The client that gets it.
    pub client: &'g Client,
    /// The API it is for: exactly one.
    pub api: &'g Api,
    /// What it may be used for.
    pub scopes: &'g Scopes,
    /// For whom the client acts.
    pub acting_for: Option<&'g ActingFor>,
    /// The person who logged in, when one did.
    pub person: Option<&'g LoggedIn>,
    /// Whom it is about when no person logged in: after an exchange the client that called first. Without
    /// one the client itself.
    pub subject: Option<&'g str>,
    /// The attest, as it was checked.
    pub attest: Option<&'g Value>,
    /// The medicine record.
    pub journal_id: Option<&'g str>,
    /// The thumbprint of the key it is bound to.
    pub thumbprint: &'g str,
    /// Who acts for the subject, after an exchange (RFC 8693, section 4.1).
    pub actor: Option<Value>,
    /// When it is made.
    pub now: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// So many claims have most tokens at most.
const MOST_USUAL: usize = 20;

/// The claims of an access token (RFC 9068).
pub fn access_token(grounds: &Grounds<'_>) -> Claims {
    let made = grounds.now.as_second();
    let client = grounds.client.id.to_string();
    let subject = grounds.person.map(|person| person.subject.as_str()).or(grounds.subject).unwrap_or(&client);
    let mut claims = Claims::with_capacity(MOST_USUAL);
    let mut say = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    // First, so that no name of a client's own takes the place of one that means something already.
    for name in &grounds.api.client_claims {
        if let Some(value) = grounds.client.claims.get(name) {
            say(name, json!(value));
        }
    }
    say("iss", json!(grounds.issuer));
    say("aud", json!(grounds.api.audience));
    say("sub", json!(subject));
    say("client_id", json!(client));
    say("scope", json!(scope::join(grounds.scopes)));
    say("jti", json!(grounds.id));
    say("iat", json!(made));
    say("nbf", json!(made));
    say("exp", json!(grounds.expires_at.as_second()));
    say("cnf", json!({ "jkt": grounds.thumbprint }));
    if let Some(person) = grounds.person {
        say("auth_time", json!(person.logged_in_at.as_second()));
    }
    if let Some(actor) = &grounds.actor {
        say("act", actor.clone());
    }
    for claim in &grounds.api.claims {
        if let Some(value) = value(*claim, grounds) {
            say(claim.name(), value);
        }
    }
    claims
}

fn value(claim: Claim, grounds: &Grounds<'_>) -> Option<Value> {
    let (person, acting_for) = (grounds.person, grounds.acting_for);
    match claim {
        Claim::Pid => person?.national_number.as_ref().map(|number| json!(number)),
        Claim::PidPseudonym => Some(json!(person?.pseudonym)),
        Claim::SecurityLevel => Some(json!(security_level(person?.level))),
        Claim::AssuranceLevel => Some(json!(assurance_level(person?.level))),
        Claim::HprNumber => person?.hpr_number.as_ref().map(|number| json!(number)),
        Claim::ClientName => Some(json!(grounds.client.name)),
        Claim::ClientTenancy => (grounds.client.tenancy != Tenancy::None).then(|| json!(grounds.client.tenancy.name())),
        Claim::OrgnrParent => Some(json!(acting_for?.parent.as_str())),
        Claim::OrgnrChild => acting_for?.child.as_ref().map(|number| json!(number.as_str())),
        Claim::OrgnrSupplier => acting_for?.supplier.as_ref().map(|number| json!(number.as_str())),
        Claim::ClientAmr => Some(json!("private_key_jwt")),
        Claim::TrustFramework => grounds.attest.cloned(),
        Claim::JournalId => grounds.journal_id.map(|id| json!(id)),
    }
}

/// ID-porten's and HelseID's number for a level.
pub fn security_level(level: LoginLevel) -> &'static str {
    match level {
        LoginLevel::Substantial => "3",
        LoginLevel::High => "4",
    }
}

/// The values of `acr`, as ID-porten names its levels.
pub(crate) const LEVELS: [(&str, LoginLevel); 2] =
    [("idporten-loa-substantial", LoginLevel::Substantial), ("idporten-loa-high", LoginLevel::High)];

/// The `acr` of a level.
pub(crate) fn acr(level: LoginLevel) -> &'static str {
    LEVELS.iter().find(|(_, known)| *known == level).map_or("", |(acr, _)| *acr)
}

/// The level of an `acr`; none for one that is not known here, which asks for nothing (OpenID
/// Connect Core, section 3.1.2.1: a voluntary claim).
pub(crate) fn level_of(acr: &str) -> Option<LoginLevel> {
    LEVELS.iter().find(|(known, _)| *known == acr).map(|(_, level)| *level)
}

pub(crate) fn assurance_level(level: LoginLevel) -> &'static str {
    match level {
        LoginLevel::Substantial => "substantial",
        LoginLevel::High => "high",
    }
}
