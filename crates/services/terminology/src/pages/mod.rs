//! The pages: the list of code systems, one system with its hierarchy, one code, what changed, and
//! for stewards editions on their way in.

mod code;
mod difference;
mod edition;
mod list;
mod shown;
mod system;
mod take_in;

use http::Method;
use varde_web::{Routes, ui::Tone};

use crate::{Terminology, api};

/// The largest upload, in bytes: the file and a little form.
const LARGEST: usize = crate::import::LARGEST + 64 * 1024;

/// The tone of messages in templates.
pub(crate) const WARNING: Tone = Tone::Warning;
/// The same for what is wrong.
pub(crate) const DANGER: Tone = Tone::Danger;
/// The same for what is good to know.
pub(crate) const INFO: Tone = Tone::Info;

/// The context's routes, pages and API.
pub fn routes(service: Terminology) -> Routes {
    const READ: &str = "terminology.content.read";
    let (get, post) = (Method::GET, Method::POST);
    Routes::new()
        .page(post.clone(), "/kodeverk/inn", "terminology.edition.import", take_in::take_in)
        .body_limit(LARGEST)
        .page(get.clone(), "/kodeverk", READ, list::show)
        .page(get.clone(), "/kodeverk/inn", READ, take_in::form)
        .page(get.clone(), "/kodeverk/{key}", READ, system::show)
        .page(get.clone(), "/kodeverk/{key}/kode/{*code}", READ, code::show)
        .page(get.clone(), "/kodeverk/endringer/{old}/{new}", READ, difference::show)
        .page(get, "/kodeverk/utgave/{id}", READ, edition::show)
        .page(post.clone(), "/kodeverk/utgave/{id}/publiser", "terminology.edition.publish", edition::publish)
        .page(post.clone(), "/kodeverk/utgave/{id}/lukk", "terminology.edition.close", edition::close)
        .page(post, "/kodeverk/utgave/{id}/regler", "terminology.rules.set", edition::set_rules)
        .merge(api::routes())
        .with_state(service)
}
