//! Style, scripts, fonts and the mark, embedded under names that carry the digest of their
//! content, so that browsers may keep them for ever.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};

use crate::Failure;

/// One embedded file.
struct Asset {
    /// The plain name, such as `varde.css`.
    name: &'static str,
    /// `/assets/varde-<digest>.css`.
    address: &'static str,
    /// Its media type.
    media_type: &'static str,
    /// Its bytes.
    bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Where the asset of that plain name is served; the site's root when there is none (a test
/// renders every page and follows every asset).
pub(crate) fn address(name: &str) -> &'static str {
    ASSETS.iter().find(|a| a.name == name).map_or("/", |a| a.address)
}

/// `GET /assets/{file}`.
pub(crate) async fn serve(Path(file): Path<String>) -> Result<Response, Failure> {
    let asset = ASSETS.iter().find(|a| a.address.strip_prefix("/assets/") == Some(file.as_str()));
    let asset = asset.ok_or_else(Failure::not_found)?;
    let headers =
        [(header::CONTENT_TYPE, asset.media_type), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    Ok((headers, asset.bytes).into_response())
}
