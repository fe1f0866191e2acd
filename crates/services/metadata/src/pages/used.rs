//! Where a variable is used, and what it is tied to: lists, permits, extracts, code systems, other places in
//! the catalogue.

use std::sync::Arc;

use jiff::civil::Date;
use varde_core::PortError;
use varde_web::{Visit, ui::Link};

use crate::{
    CodeLinkKind, MetadataError, Registry, VariableView,
    pages::{Service, text::Words},
    ports::Uses,
};

/// Where a variable is used, as it is shown.
pub(crate) struct Used {
    /// The reader's own lists that hold it; `None` when nobody is logged in.
    pub(crate) lists: Option<Vec<Link>>,
    /// How many permits and extracts, in words.
    pub(crate) permits: String,
    pub(crate) extracts: String,
    pub(crate) code_systems: Vec<CodeSystemRow>,
    /// Datasets that it is pinned into besides its own.
    pub(crate) places: Vec<(Link, String)>,
    pub(crate) instruments: Vec<String>,
}

/// A code system that its values are drawn from.
pub(crate) struct CodeSystemRow {
    pub(crate) name: Words,
    pub(crate) reference: String,
    pub(crate) kind: String,
    /// Its page, when it is known here, and which edition of it.
    pub(crate) href: Option<String>,
    pub(crate) edition: String,
}

impl Used {
    pub(crate) async fn of(
        visit: &Visit,
        service: &Service,
        uses: &Arc<dyn Uses>,
        registry: &Registry,
        view: &VariableView,
        day: Date,
    ) -> Result<Self, MetadataError> {
        let path = &view.variable.path;
        let lists = match visit.logged_in() {
            true => Some(service.lists_with(&visit.actor, path).await?),
            false => None,
        };
        let link = |list: crate::ListSummary| Link::new(format!("/liste/{}", list.id), list.name);
        let permits = uses.permits(path, visit.clock().today()).await.map(|count| {
            let counts = [("issued", count.issued.into()), ("current", count.in_force.into())];
            visit.t_with("metadata-used-permits-count", &counts)
        });
        let extracts = uses.extracts(path).await.map(|count| visit.number(count));
        Ok(Self {
            lists: lists.map(|lists| lists.into_iter().map(link).collect()),
            permits: told(visit, permits),
            extracts: told(visit, extracts),
            code_systems: code_systems(visit, uses, registry, view, day).await,
            places: places(visit, view),
            instruments: instruments(registry, view),
        })
    }
}

/// An answer, or that there is none now: the rest of the page is worth reading all the same.
fn told(visit: &Visit, answer: Result<String, PortError>) -> String {
    answer.unwrap_or_else(|error| {
        tracing::warn!(%error, "where a variable is used could not be asked");
        visit.t("metadata-used-unknown")
    })
}

async fn code_systems(
    visit: &Visit,
    uses: &Arc<dyn Uses>,
    registry: &Registry,
    view: &VariableView,
    day: Date,
) -> Vec<CodeSystemRow> {
    let own = view.variable.on(day).and_then(|version| version.code_system.clone());
    let mut wanted: Vec<(String, String, String)> = Vec::new();
    wanted.extend(own.map(|name| (name.clone(), name, String::new())));
    for link in &view.variable.details.code_links {
        if wanted.iter().any(|(reference, ..)| *reference == link.reference) {
            continue;
        }
        let named = link.name.as_deref().or_else(|| registry.code_system(link.kind, &link.reference));
        let name = named.unwrap_or(&link.reference).to_owned();
        wanted.push((link.reference.clone(), name, visit.t_of("metadata-code-kind", kind(link.kind))));
    }
    let mut rows = Vec::new();
    for (reference, name, kind) in wanted {
        let known = uses.code_system(&visit.actor, &reference, day).await;
        let known = known.unwrap_or_else(|error| {
            tracing::warn!(%error, "a variable's code system could not be asked for");
            None
        });
        let edition = known.as_ref().map(|known| {
            let key = if known.holds { "metadata-used-edition" } else { "metadata-used-edition-before" };
            visit.t_with(key, &[("version", known.version.as_str().into())])
        });
        rows.push(CodeSystemRow {
            name: known.as_ref().map_or(Words { text: name, lang: "" }, |known| Words::of(visit, &known.name)),
            href: known.map(|known| known.href),
            edition: edition.unwrap_or_default(),
            reference,
            kind,
        });
    }
    rows
}

fn kind(kind: CodeLinkKind) -> &'static str {
    match kind {
        CodeLinkKind::Local => "local",
        CodeLinkKind::Administrative => "administrative",
        CodeLinkKind::Clinical => "clinical",
    }
}

fn places(visit: &Visit, view: &VariableView) -> Vec<(Link, String)> {
    let others = view.variable.details.pins.iter().filter(|pin| pin.dataset != view.dataset.path);
    let place = |pin: &crate::Pin| {
        let day = |time: Option<jiff::Timestamp>| time.map(|t| t.to_zoned(varde_core::clock::norway()).date());
        let period = super::text::period(visit, day(pin.from), day(pin.until));
        (Link::new(format!("/katalog/{}", pin.dataset), pin.dataset.to_string()), period)
    };
    others.map(place).collect()
}

fn instruments(registry: &Registry, view: &VariableView) -> Vec<String> {
    let name = |id: &String| registry.instruments.iter().find(|known| &known.id == id).map(|known| known.name.clone());
    view.variable.details.instruments.iter().filter_map(name).collect()
}
