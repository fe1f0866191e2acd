//! What several pages show alike.

use varde_core::{Language, Period};
use varde_web::{
    Argument, Form, Visit,
    ui::{Link, Tone},
};

use crate::{Concept, Edition, Key, Status, Subject, Wording, import::Message};

/// A text with the language it is in, for the `lang` attribute when it is not the page's.
pub(super) struct Words {
    pub(super) text: String,
    pub(super) lang: String,
}

impl Words {
    pub(super) fn of(visit: &Visit, wording: &Wording) -> Self {
        let (lang, text) = wording.best(visit.language.tag()).unwrap_or(("", ""));
        let other = lang != visit.language.tag() && lang != "und";
        Self { text: text.to_owned(), lang: if other { lang.to_owned() } else { String::new() } }
    }
}

/// A message of a file or a fault in the page's language.
pub(super) fn message(visit: &Visit, message: &Message) -> String {
    let arguments: Vec<(&str, Argument)> =
        message.arguments.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    visit.t_with(message.key, &arguments)
}

/// A period in words.
pub(super) fn period(visit: &Visit, valid: Period) -> String {
    let from = visit.date(valid.from);
    match valid.until {
        None => visit.t_with("terminology-from", &[("from", from.into())]),
        Some(until) => {
            visit.t_with("terminology-from-until", &[("from", from.into()), ("until", visit.date(until).into())])
        }
    }
}

/// The colour of a status.
pub(super) fn tone(status: Status) -> Tone {
    match status {
        Status::Draft => Tone::Warning,
        Status::Published => Tone::Success,
        Status::Superseded | Status::Closed => Tone::Neutral,
    }
}

/// The address of a code system's page, in an edition where one is meant.
pub(super) fn system_address(key: &Key, version: Option<&str>) -> String {
    with_edition(format!("/kodeverk/{key}"), version)
}

/// The address of a code's page.
pub(super) fn code_address(key: &Key, code: &str, version: Option<&str>) -> String {
    // What a path may hold is kept, so that most codes can be read in the address.
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let code: String =
        code.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
    with_edition(format!("/kodeverk/{key}/kode/{code}"), version)
}

fn with_edition(path: String, version: Option<&str>) -> String {
    match version {
        None => path,
        Some(version) => {
            let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("utgave", version).finish();
            format!("{path}?{query}")
        }
    }
}

/// The way to a page of a code system.
pub(super) fn crumbs(visit: &Visit, edition: Option<&Edition>) -> Vec<Link> {
    let mut links = vec![Link::new("/kodeverk", visit.t("terminology-systems"))];
    if let Some(edition) = edition.filter(|edition| matches!(edition.subject, Subject::CodeSystem(_))) {
        let title = Words::of(visit, edition.subject.title()).text;
        links.push(Link::new(system_address(edition.subject.key(), None), title));
    }
    links
}

/// The query of an address as a form.
pub(super) fn query(raw: Option<String>) -> Form {
    let raw = raw.unwrap_or_default();
    Form::of(url::form_urlencoded::parse(raw.as_bytes()).map(|(n, v)| (n.into_owned(), v.into_owned())))
}

/// A code in a list, with a link.
pub(super) struct Row {
    pub(super) href: String,
    pub(super) code: String,
    pub(super) words: Words,
    pub(super) tags: Vec<(String, Tone)>,
    /// How many stand right below; empty for none.
    pub(super) below: String,
}

impl Row {
    pub(super) fn of(visit: &Visit, key: &Key, version: Option<&str>, concept: &Concept, below: usize) -> Self {
        let below = match below {
            0 => String::new(),
            count => visit.t_with("terminology-below", &[("count", count.into())]),
        };
        Self {
            href: code_address(key, &concept.code, version),
            code: concept.code.clone(),
            words: Words::of(visit, &concept.display),
            tags: tags(visit, concept),
            below,
        }
    }
}

/// What is special about a code.
pub(super) fn tags(visit: &Visit, concept: &Concept) -> Vec<(String, Tone)> {
    let all = [
        (!concept.active, "terminology-tag-inactive", Tone::Warning),
        (concept.temporary, "terminology-tag-temporary", Tone::Info),
        (!concept.selectable, "terminology-tag-heading", Tone::Neutral),
    ];
    all.into_iter().filter(|(is, ..)| *is).map(|(_, key, tone)| (visit.t(key), tone)).collect()
}

/// The name of a language in the page's language; its tag when it is not one of ours.
pub(super) fn language_name(visit: &Visit, tag: &str) -> String {
    match tag {
        "la" => visit.t("terminology-latin"),
        "und" => visit.t("terminology-language-unknown"),
        tag => tag.parse::<Language>().map_or_else(|_| tag.to_owned(), |language| language.own_name().to_owned()),
    }
}
