//! The chain of those who act for a subject, one after the other (RFC 8693, section 4.1).

use serde_json::{Value, json};

use crate::ClientId;

/// The most exchanges, one after the other. What is further away from whoever called first can no
/// longer be followed by the people who look at the log.
pub(crate) const MOST: usize = 3;

/// The chain is as long as it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the subject token has been exchanged three times already, and no further exchange is made")]
pub(crate) struct TooLong;

/// The claim `act` of a new token: who exchanges, and within it who did so before.
///
/// # Errors
/// [`TooLong`].
pub(crate) fn chain(before: Option<&Value>, actor: ClientId) -> Result<Value, TooLong> {
    let mut acting = json!({ "sub": actor.to_string() });
    if let Some(before) = before {
        if length(before) >= MOST {
            return Err(TooLong);
        }
        acting["act"] = before.clone();
    }
    Ok(acting)
}

fn length(chain: &Value) -> usize {
    std::iter::successors(Some(chain), |act| act.get("act")).count()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn each_exchange_is_around_those_before_and_there_are_three_at_most() {
        let client = |n| ClientId::from_uuid(Uuid::from_u128(n));
        let first = chain(None, client(1)).unwrap();
        assert_eq!(first, json!({ "sub": client(1).to_string() }));
        let third = chain(Some(&chain(Some(&first), client(2)).unwrap()), client(3)).unwrap();
        assert_eq!((&third["sub"], &third["act"]["act"]), (&json!(client(3).to_string()), &first));
        assert_eq!(chain(Some(&third), client(4)), Err(TooLong));
    }
}
