//! Reading what others publish, at addresses that others have chosen. A server that reads such an address
//! could be made to knock where only it gets in (server-side request forgery), so: only https, only public
//! addresses, looked at after the name is resolved and used as they were looked at, no proxy, few redirects
//! and each looked at anew, bounded in time and size. What is read is bytes: what they mean is for whoever asks.

mod public;

use std::time::Duration;

use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION},
};
use reqwest::{Client, Response, redirect::Policy};
use url::{Host, Url};

use public::{Inside, PublicOnly};

/// The longest address.
const LONGEST: usize = 2000;

/// Whether the inside may be read: for demonstrations and tests on one machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses over https.
    Public,
    /// Any address, also over http.
    Anywhere,
}

/// How much is read and for how long it is waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The most bytes of a body.
    pub bytes: usize,
    /// How long one request may take, its body included.
    pub time: Duration,
    /// The most redirects that are followed.
    pub redirects: usize,
}

/// Why an address could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// Not an https address, or one with a user, password or fragment in it, or too long.
    #[error("the address is not an https address of its own")]
    NotHttps,
    /// A name of the inside, or a number instead of a name.
    #[error("the address is not a public one")]
    NotPublic,
    /// No answer in time.
    #[error("there was no answer in time")]
    NoAnswer,
    /// Another status than 200 and 304.
    #[error("the answer was {0}")]
    Status(StatusCode),
    /// More redirects than are followed, or one that leads nowhere.
    #[error("the address leads on and on")]
    Redirects,
    /// More bytes than are read.
    #[error("the answer is too large")]
    TooLarge,
}

/// What is asked of an address.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ask<'a> {
    /// What is taken (`Accept`); anything when empty.
    pub accept: &'a str,
    /// The tag of what is known already (`If-None-Match`, RFC 9110 section 13.1.2).
    pub tag: Option<&'a str>,
    /// When what is known was changed, as the server wrote it (`If-Modified-Since`, section 13.1.3).
    pub modified: Option<&'a str>,
}

/// What an address holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where it was found, after redirects.
    pub address: Url,
    /// Its media type, as the server says.
    pub media_type: Option<String>,
    /// Its tag, to ask again with.
    pub tag: Option<String>,
    /// When it was changed, as the server writes it.
    pub modified: Option<String>,
    /// The bytes.
    pub body: Vec<u8>,
}

/// Reads addresses. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Fetcher {
    http: Client,
    reach: Reach,
    bounds: Bounds,
}

impl Fetcher {
    /// Reads within bounds.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(reach: Reach, bounds: Bounds) -> Result<Self, reqwest::Error> {
        // Redirects are followed here, one by one, so that each is looked at as the first address is.
        let builder = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(bounds.time.min(Duration::from_secs(5)))
            .timeout(bounds.time);
        let builder = match reach {
            Reach::Public => builder.https_only(true).dns_resolver(PublicOnly),
            Reach::Anywhere => builder,
        };
        Ok(Self { http: builder.build()?, reach, bounds })
    }

    /// The address, if it may be read at all.
    ///
    /// # Errors
    /// [`Trouble::NotHttps`], [`Trouble::NotPublic`].
    pub fn check(&self, address: &str) -> Result<Url, Trouble> {
        let url = Url::parse(address).map_err(|_| Trouble::NotHttps)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        if !plain || address.len() > LONGEST || !["https", "http"].contains(&url.scheme()) {
            return Err(Trouble::NotHttps);
        }
        if self.reach == Reach::Anywhere {
            return Ok(url);
        }
        if url.scheme() != "https" {
            return Err(Trouble::NotHttps);
        }
        // A number is never resolved, so that the resolver would not see it.
        match url.host() {
            Some(Host::Domain(name)) if name.contains('.') => Ok(url),
            _ => Err(Trouble::NotPublic),
        }
    }

    /// What the address holds; `None` when that is known already.
    ///
    /// # Errors
    /// [`Trouble`].
    pub async fn get(&self, address: &str, ask: Ask<'_>) -> Result<Option<Page>, Trouble> {
        let mut url = self.check(address)?;
        for _ in 0..=self.bounds.redirects {
            let response = self.ask(&url, ask).await?;
            match response.status() {
                StatusCode::OK => return self.page(url, response).await.map(Some),
                // Only an answer to our own condition: nobody else can say that nothing is new.
                StatusCode::NOT_MODIFIED if ask.tag.is_some() || ask.modified.is_some() => return Ok(None),
                status if status.is_redirection() => url = self.onward(&url, &response)?,
                status => return Err(Trouble::Status(status)),
            }
        }
        Err(Trouble::Redirects)
    }

    async fn ask(&self, url: &Url, ask: Ask<'_>) -> Result<Response, Trouble> {
        let mut headers = HeaderMap::new();
        let known = [(IF_NONE_MATCH, ask.tag), (IF_MODIFIED_SINCE, ask.modified)];
        let accept = Some(ask.accept).filter(|accept| !accept.is_empty());
        for (name, value) in known.into_iter().chain([(ACCEPT, accept)]) {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
                headers.insert(name, value);
            }
        }
        self.http.get(url.clone()).headers(headers).send().await.map_err(|error| refused(&error))
    }

    fn onward(&self, from: &Url, response: &Response) -> Result<Url, Trouble> {
        let to = header(response, LOCATION).and_then(|to| from.join(&to).ok()).ok_or(Trouble::Redirects)?;
        self.check(to.as_str())
    }

    async fn page(&self, address: Url, mut response: Response) -> Result<Page, Trouble> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| Trouble::NoAnswer)? {
            body.extend_from_slice(&chunk);
            if body.len() > self.bounds.bytes {
                return Err(Trouble::TooLarge);
            }
        }
        Ok(Page {
            address,
            media_type: header(&response, CONTENT_TYPE),
            tag: header(&response, ETAG),
            modified: header(&response, LAST_MODIFIED),
            body,
        })
    }
}

fn header(response: &Response, name: http::HeaderName) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

fn refused(error: &reqwest::Error) -> Trouble {
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if inner.is::<Inside>() {
            return Trouble::NotPublic;
        }
        source = inner.source();
    }
    Trouble::NoAnswer
}

#[cfg(test)]
mod tests;
