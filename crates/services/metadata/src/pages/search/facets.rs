//! What a search can be narrowed by, as the page shows it.

use varde_web::{Form, Visit};

use super::address;
use crate::{FacetName, FacetValue, SearchPage, SearchQuery};

/// Values from which a facet has a box of its own to find them by.
const MANY: usize = 10;

/// Values of a facet that are shown, at most; the box finds the others.
const SHOWN: usize = 100;

/// A facet as a group of boxes to tick.
pub(super) struct FacetGroup {
    /// The name in the address.
    pub(super) name: &'static str,
    pub(super) legend: String,
    pub(super) values: Vec<Value>,
    /// The box to find values by, when there are many: its name in the address, label and what is in it.
    pub(super) find: Option<(String, String, String)>,
    /// How many of the values are shown.
    pub(super) shown: String,
}

/// A value to tick.
pub(super) struct Value {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) count: String,
    pub(super) chosen: bool,
}

/// A list of years to choose from.
pub(super) struct YearChoice {
    pub(super) name: &'static str,
    pub(super) label: String,
    /// Year, text, whether it is chosen.
    pub(super) years: Vec<(i16, String, bool)>,
}

/// Something that is chosen, and the address without it.
pub(super) struct Chosen {
    pub(super) label: String,
    pub(super) without: String,
}

/// A facet's name in the address.
pub(super) fn parameter(name: FacetName) -> &'static str {
    match name {
        FacetName::Kind => "slag",
        FacetName::Source => "kilde",
        FacetName::SourceKind => "kildetype",
        FacetName::Type => "type",
        FacetName::Category => "kategori",
        FacetName::CodeSystem => "kodeverk",
        FacetName::LocalCodes => "koder",
    }
}

/// The facets that have something to choose between.
pub(super) fn groups(visit: &Visit, form: &Form, page: &SearchPage) -> Vec<FacetGroup> {
    let groups = page.facets.iter().map(|facet| group(visit, form, facet.name, &facet.values));
    groups.filter(|group| !group.values.is_empty() || group.find.is_some()).collect()
}

fn group(visit: &Visit, form: &Form, facet: FacetName, values: &[FacetValue]) -> FacetGroup {
    let name = parameter(facet);
    let legend = visit.t_of("metadata-facet", facet.name());
    let find = format!("finn-{name}");
    let wanted = form.value(&find).to_lowercase();
    let mut all: Vec<Value> = values.iter().map(|v| value(visit, form, facet, v)).collect();
    // A choice that leaves nothing is still shown, so that it can be taken back.
    let missing =
        form.all(name).iter().filter(|chosen| !chosen.is_empty() && !values.iter().any(|v| &v.value == *chosen));
    all.extend(missing.map(|v| Value { value: v.clone(), label: v.clone(), count: visit.number(0), chosen: true }));
    let many = all.len();
    let mut left = SHOWN;
    all.retain(|v| {
        let shown = v.chosen || (v.label.to_lowercase().contains(&wanted) && left > 0);
        left -= usize::from(shown && left > 0);
        shown
    });
    let counted = [("shown", number(all.len())), ("all", number(many))].map(|(name, n)| (name, n.into()));
    FacetGroup {
        shown: visit.t_with("metadata-facet-found", &counted),
        find: (many > MANY).then(|| {
            let label = visit.t_with("metadata-facet-find", &[("facet", legend.as_str().into())]);
            (find.clone(), label, form.value(&find).to_owned())
        }),
        values: all,
        legend,
        name,
    }
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn value(visit: &Visit, form: &Form, facet: FacetName, value: &FacetValue) -> Value {
    Value {
        label: label(visit, facet, value),
        count: visit.number(i64::from(value.count)),
        chosen: form.has(parameter(facet), &value.value),
        value: value.value.clone(),
    }
}

/// The text of a value: of a closed list from the locale files, else its own name.
fn label(visit: &Visit, facet: FacetName, value: &FacetValue) -> String {
    let closed = match facet {
        FacetName::Kind => "metadata-hit",
        FacetName::SourceKind => "metadata-kind",
        FacetName::Type => "metadata-type",
        FacetName::Category if crate::EhdsCategory::from_name(&value.value).is_some() => "metadata-ehds",
        FacetName::LocalCodes if value.value == "yes" => return visit.t("metadata-yes"),
        FacetName::LocalCodes => return visit.t("metadata-no"),
        FacetName::Source | FacetName::CodeSystem | FacetName::Category => {
            let name = visit.local(&value.name);
            return if name.is_empty() { value.value.clone() } else { name.to_owned() };
        }
    };
    visit.t_of(closed, &value.value)
}

/// The first and the last year, each with how many hits are about it.
pub(super) fn years(visit: &Visit, asked: &SearchQuery, page: &SearchPage) -> Vec<YearChoice> {
    if page.years.is_empty() && asked.from.is_none() && asked.to.is_none() {
        return Vec::new();
    }
    let choice = |name, key: &str, chosen: Option<i16>| {
        let mut known = page.years.clone();
        known.extend(chosen.filter(|year| !page.years.iter().any(|(known, _)| known == year)).map(|year| (year, 0)));
        known.sort_unstable_by(|a, b| b.cmp(a));
        let text = |year: i16, count: u32| {
            let count = visit.number(i64::from(count));
            visit.t_with("metadata-facet-year", &[("year", year.to_string().into()), ("count", count.into())])
        };
        let years = known.into_iter().map(|(year, count)| (year, text(year, count), chosen == Some(year)));
        YearChoice { name, label: visit.t(key), years: years.collect() }
    };
    vec![choice("fra", "metadata-facet-from", asked.from), choice("til", "metadata-facet-to", asked.to)]
}

/// What is chosen, each with the address of the view without it.
pub(super) fn chosen(visit: &Visit, form: &Form, asked: &SearchQuery, page: &SearchPage) -> Vec<Chosen> {
    let without =
        |name: &str, value: &str| address(form.pairs().filter(|(n, v)| *n != "side" && !(*n == name && *v == value)));
    let mut chosen: Vec<Chosen> = Vec::new();
    for (facet, value) in &asked.chosen {
        let known = page.facet(*facet).and_then(|f| f.values.iter().find(|v| &v.value == value));
        let label = known.map_or_else(|| value.clone(), |known| label(visit, *facet, known));
        chosen.push(Chosen { label, without: without(parameter(*facet), value) });
    }
    for (name, key, year) in [("fra", "metadata-facet-from", asked.from), ("til", "metadata-facet-to", asked.to)] {
        let Some(year) = year else { continue };
        chosen.push(Chosen { label: format!("{} {year}", visit.t(key)), without: without(name, form.value(name)) });
    }
    if asked.retired {
        chosen.push(Chosen { label: visit.t("metadata-facet-retired"), without: without("utfaset", "ja") });
    }
    chosen
}
