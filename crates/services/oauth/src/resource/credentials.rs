//! What came with a request: a token and a proof, each once.

use http::{HeaderMap, header};

use crate::{
    fault::{Code, Fault},
    protocol::dpop,
    resource::Refused,
};

/// A token and the proof of possession that came with it.
#[derive(Clone, Copy)]
pub(crate) struct Credentials<'r> {
    pub(crate) token: &'r str,
    pub(crate) proof: &'r str,
}

impl<'r> Credentials<'r> {
    /// Reads them; `None` when the request carries no token, or one of a scheme that is not OAuth's.
    ///
    /// # Errors
    /// [`Code::InvalidRequest`] for several tokens or none behind the scheme; [`Code::InvalidToken`]
    /// for `Bearer` (RFC 9449, section 7.2: a bound token is not a bearer's);
    /// [`Code::InvalidDpopProof`] without exactly one proof.
    pub(crate) fn read(headers: &'r HeaderMap) -> Result<Option<Self>, Refused> {
        let malformed = |way| Refused::Wrong(Fault::new(Code::InvalidRequest, way));
        let mut sent = headers.get_all(header::AUTHORIZATION).iter();
        let Some(authorization) = sent.next() else { return Ok(None) };
        if sent.next().is_some() {
            return Err(malformed("send one header Authorization"));
        }
        let readable = authorization.to_str().map_err(|_| malformed("the header Authorization cannot be read"))?;
        let (scheme, token) = readable.split_once(' ').unwrap_or((readable, ""));
        if scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refused::token("tokens here are bound to a key: send Authorization: DPoP and a proof"));
        }
        if !scheme.eq_ignore_ascii_case("dpop") {
            return Ok(None);
        }
        let token = token.trim();
        if token.is_empty() || token.contains(' ') {
            return Err(malformed("send Authorization: DPoP, a space and the token"));
        }
        let missing = Fault::new(Code::InvalidDpopProof, "the header DPoP is missing");
        let proof = dpop::one(headers).and_then(|proof| proof.ok_or(missing)).map_err(Refused::Wrong)?;
        Ok(Some(Self { token, proof }))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    fn read(pairs: &[(&'static str, &'static str)]) -> Result<Option<(String, String)>, Option<Code>> {
        let headers = pairs.iter().map(|(n, v)| (n.parse::<HeaderName>().unwrap(), v.parse().unwrap()));
        let headers = headers.collect::<Vec<_>>().into_iter().fold(HeaderMap::new(), |mut all, (name, value)| {
            all.append(name, value);
            all
        });
        let read = Credentials::read(&headers).map_err(|refused| refused.code())?;
        Ok(read.map(|c| (c.token.to_owned(), c.proof.to_owned())))
    }

    #[test]
    fn the_scheme_is_dpop_in_any_case_and_there_is_one_proof() {
        for scheme in ["DPoP t", "dpop t", "DPOP t", "DPoP  t "] {
            assert_eq!(read(&[("authorization", scheme), ("dpop", "p")]), Ok(Some(("t".to_owned(), "p".to_owned()))));
        }
        for other in ["Basic dTpw", "token abc", "x"] {
            assert_eq!(read(&[("authorization", other)]), Ok(None), "{other}: not ours to judge");
        }
        assert_eq!(read(&[("dpop", "p")]), Ok(None));
    }

    #[test]
    fn what_is_not_one_token_and_one_proof_is_refused() {
        let cases: [(&[(&str, &str)], Code); 8] = [
            (&[("authorization", "DPoP t")], Code::InvalidDpopProof),
            (&[("authorization", "DPoP t"), ("dpop", "p"), ("dpop", "p")], Code::InvalidDpopProof),
            (&[("authorization", "DPoP"), ("dpop", "p")], Code::InvalidRequest),
            (&[("authorization", "DPoP "), ("dpop", "p")], Code::InvalidRequest),
            (&[("authorization", "DPoP a b"), ("dpop", "p")], Code::InvalidRequest),
            (&[("authorization", "DPoP t"), ("authorization", "DPoP t"), ("dpop", "p")], Code::InvalidRequest),
            (&[("authorization", "Bearer t"), ("dpop", "p")], Code::InvalidToken),
            (&[("authorization", "bearer t")], Code::InvalidToken),
        ];
        for (headers, code) in cases {
            assert_eq!(read(headers), Err(Some(code)), "{headers:?}");
        }
    }
}
