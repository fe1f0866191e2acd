//! Whether a token holds the details that an API needs (RFC 9396; draft-zehavi-oauth-rar-metadata,
//! "Resource Server Error Signaling").

use std::collections::BTreeSet;

use crate::{
    Claim,
    api::path,
    model::details::{JOURNAL, ORGANISATION, TRUST_FRAMEWORK},
    resource::{AccessToken, Refused},
};

impl AccessToken {
    /// Whether it holds details of each of these types. A long attest is not in the token: an API that
    /// needs one asks about the token (introspection) first, and looks at what it is told.
    ///
    /// # Errors
    /// [`Refused::Details`] with the first type that is missing, and where the issuer describes the API
    /// of that short name.
    pub fn needs_details(&self, types: &BTreeSet<String>, issuer: &str, audience: &str) -> Result<(), Refused> {
        let held = |kind: &str| claim_of(kind).is_some_and(|claim| self.claims.contains_key(claim.name()));
        match types.iter().find(|kind| !held(kind)) {
            None => Ok(()),
            Some(kind) => {
                let metadata = format!("{issuer}{}{audience}", path::RESOURCE_METADATA);
                Err(Refused::Details { kind: kind.clone(), metadata })
            }
        }
    }
}

/// Which claim stands in a token when details of that type came along, and the API registered it.
fn claim_of(kind: &str) -> Option<Claim> {
    match kind {
        ORGANISATION => Some(Claim::OrgnrParent),
        TRUST_FRAMEWORK => Some(Claim::TrustFramework),
        JOURNAL => Some(Claim::JournalId),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_missing_is_named_with_where_to_read_about_it() {
        let mut token = AccessToken {
            id: "1".to_owned(),
            client: "c".to_owned(),
            subject: "c".to_owned(),
            scopes: [].into(),
            acting_for: None,
            thumbprint: "t".to_owned(),
            key_id: None,
            claims: [].into_iter().collect(),
        };
        let both = BTreeSet::from([ORGANISATION.to_owned(), TRUST_FRAMEWORK.to_owned()]);
        let ask = |token: &AccessToken| token.needs_details(&both, "https://varde.test", "a:b");
        let metadata = "https://varde.test/.well-known/oauth-protected-resource/a:b".to_owned();
        let refused = |kind: &str| Err(Refused::Details { kind: kind.to_owned(), metadata: metadata.clone() });
        assert_eq!(ask(&token), refused(ORGANISATION));
        token.claims.insert(Claim::OrgnrParent.name().to_owned(), json!("310000019"));
        assert_eq!(ask(&token), refused(TRUST_FRAMEWORK));
        token.claims.insert(Claim::TrustFramework.name().to_owned(), json!({}));
        assert_eq!(ask(&token), Ok(()));
    }
}
