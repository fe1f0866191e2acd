//! The codes that a search finds, beside its hits.

use varde_web::Visit;

use super::{address, facets};
use crate::{CodeHit, FacetName, SearchPage, pages::text::Words};

/// A code as it is shown.
pub(super) struct CodeRow {
    pub(super) href: String,
    pub(super) code: String,
    /// The language of the name; empty when it is the page's.
    pub(super) lang: &'static str,
    pub(super) name: String,
    /// The code system with its edition.
    pub(super) system: String,
    /// The variables that draw their values from the code system: their address, and how many in words.
    pub(super) variables: Option<(String, String)>,
}

/// The codes to show, and how many there are in words.
pub(super) fn rows(visit: &Visit, page: &SearchPage) -> (Vec<CodeRow>, String) {
    let shown = page.codes.hits.len().into();
    let status = visit.t_with("metadata-found-codes-status", &[("shown", shown), ("total", page.codes.total.into())]);
    (page.codes.hits.iter().map(|hit| row(visit, hit)).collect(), status)
}

fn row(visit: &Visit, hit: &CodeHit) -> CodeRow {
    let name = Words::of(visit, &hit.name);
    let chosen = hit.code_systems.iter().map(|system| (facets::parameter(FacetName::CodeSystem), system.as_str()));
    let used = visit.t_with("metadata-found-codes-used", &[("count", hit.variables.into())]);
    CodeRow {
        href: page_of(&hit.system, &hit.code, &hit.version),
        code: hit.code.clone(),
        lang: name.lang,
        name: name.text,
        system: format!("{} {}", visit.local(&hit.system_name), hit.version),
        variables: (hit.variables > 0).then(|| (address(chosen), used)),
    }
}

/// The address of a code in an edition.
fn page_of(system: &str, code: &str, version: &str) -> String {
    let mut path = url::Url::parse("https://x/kodeverk").unwrap_or_else(|_| unreachable!("an address"));
    if let Ok(mut parts) = path.path_segments_mut() {
        parts.extend([system, "kode", code]);
    }
    path.query_pairs_mut().append_pair("utgave", version);
    format!("{}?{}", path.path(), path.query().unwrap_or_default())
}
