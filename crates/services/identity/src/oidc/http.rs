//! Calls to the provider: bounded in time and size, no redirects followed.

use std::time::Duration;

use reqwest::{Client, redirect::Policy};
use serde::de::DeserializeOwned;
use url::Url;

use super::LoginError;

/// No metadata, key set or token response is anywhere near this.
const LARGEST: usize = 256 * 1024;

/// A client for the provider's addresses. Following a redirect would let the provider's network
/// choose what we talk to.
pub(super) fn client() -> Result<Client, LoginError> {
    Client::builder()
        .redirect(Policy::none())
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(10))
        .build()
        .map_err(|source| LoginError::Unavailable { what: "client", source: Some(source) })
}

/// The JSON document at the address.
pub(super) async fn get<T: DeserializeOwned>(http: &Client, url: Url, what: &'static str) -> Result<T, LoginError> {
    serde_json::from_slice(&bytes(http, url, what).await?).map_err(|_| LoginError::Provider { what })
}

/// What lies at the address.
pub(super) async fn bytes(http: &Client, url: Url, what: &'static str) -> Result<Vec<u8>, LoginError> {
    let unavailable = |source| LoginError::Unavailable { what, source: Some(reqwest::Error::without_url(source)) };
    let response = http.get(url).send().await.map_err(unavailable)?;
    if response.status().is_server_error() {
        return Err(LoginError::Unavailable { what, source: None });
    }
    if !response.status().is_success() {
        return Err(LoginError::Provider { what });
    }
    body(response, what).await
}

/// The body, up to the limit.
pub(super) async fn body(mut response: reqwest::Response, what: &'static str) -> Result<Vec<u8>, LoginError> {
    let unavailable = |source| LoginError::Unavailable { what, source: Some(reqwest::Error::without_url(source)) };
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            return Err(LoginError::Provider { what });
        }
    }
    Ok(body)
}
