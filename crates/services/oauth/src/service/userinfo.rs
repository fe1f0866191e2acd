//! Who logged in, asked with an access token (OpenID Connect Core, section 5.3; RFC 9449, section 7).

use http::{Method, Uri};
use serde_json::{Value, json};
use varde_jose::Claims;
use varde_ledger::Draft;

use crate::{
    AuthorisationServer,
    fault::{Code, Fault},
    model::{id_token, scope},
    protocol::dpop,
    resource::{Credentials, Refused},
    service::{
        authentication::{acting, once},
        failed,
        people::Behind,
        token::legal_basis,
    },
    store::{logins, tokens},
};

impl AuthorisationServer {
    /// What the scopes of the login ask of the person, for whoever has the token and its key.
    ///
    /// # Errors
    /// [`Refused`], as an API refuses.
    pub(crate) async fn userinfo(
        &self,
        method: &Method,
        address: &Uri,
        sent: Credentials<'_>,
    ) -> Result<Claims, Refused> {
        let unchecked = |error: &dyn std::error::Error| Refused::Unchecked(failed(error));
        let now = self.store.clock().now();
        let ended = || Refused::token("the token is not good, or has been ended: get a new one");
        let (row, _) = self.own_token(sent.token).await.map_err(Refused::Unchecked)?.ok_or_else(ended)?;
        let request = dpop::Request { method: method.as_str(), address, access_token: Some(sent.token) };
        let proof = dpop::verify(sent.proof, request, now).map_err(Refused::Wrong)?;
        if proof.thumbprint != row.thumbprint {
            return Err(Refused::token("the token is bound to another key than the proof's"));
        }
        if !self.is_good(&row).await.map_err(Refused::Unchecked)? {
            return Err(ended());
        }
        let login = row.login.ok_or(Refused::token("nobody logged in for this token"))?;
        let open_id = row.scopes.iter().find(|scope| scope.as_str() == scope::OPENID);
        if open_id.is_none() {
            return Err(Refused::token("the token lacks the scope openid"));
        }
        let known = self.known.client(row.client).await.map_err(|error| unchecked(&error))?.ok_or_else(ended)?;
        let mut work = self.store.begin(&acting(row.client)).await.map_err(|error| unchecked(&error))?;
        let login = logins::by_id(work.connection(), login).await.map_err(|error| unchecked(&error))?;
        let login = login.ok_or_else(ended)?;
        let used = once("dpop", &proof.thumbprint, &proof.id, proof.until);
        let fresh = tokens::remember(work.connection(), &[&used]).await.map_err(|error| unchecked(&error))?;
        if fresh.is_empty() {
            let way = "this DPoP proof was used before: make one for each request";
            return Err(Refused::Wrong(Fault::new(Code::InvalidDpopProof, way)));
        }
        let draft = Draft::new("oauth.userinfo.read", "login", login.id)
            .concerning(login.person)
            .with("client", login.client)
            .because(legal_basis());
        let entered = work.enter(draft).await.map_err(|error| unchecked(&error))?;
        work.commit(entered).await.map_err(|error| unchecked(&error))?;
        let told = self.told_to_client(Behind::from(&login), &known.client, &row.scopes).await;
        let (person, health_personnel) = told.map_err(Refused::Unchecked)?;
        let mut claims = id_token::about(&person, &row.scopes);
        if let Some(details) = health_personnel {
            let details: Value = json!(details);
            claims.insert(id_token::HPR_DETAILS.to_owned(), details);
        }
        Ok(claims)
    }
}
