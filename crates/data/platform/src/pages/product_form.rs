//! A product's declaration as fields of a form, and back. Everything a declaration can say has a field; a rule
//! for whom that has none of its own stands as JSON in one.

use jiff::civil::Date;
use varde_core::{CataloguePath, FieldProblem, LocalisedText, Period};
use varde_permit::{
    Aggregate, Cohort, Granularity, Measure,
    form::{self as part, Wrong},
};
use varde_web::Form;

use crate::product::{Declaration, DeclaredColumn, Flaw, FlawKind};

/// What cannot be read of a form: the fields that are wrong, and where in them, for those that hold JSON.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Unread {
    /// The fields, each with the key of what is wrong.
    pub(super) problems: Vec<FieldProblem>,
    /// Line and character within a field.
    pub(super) flaws: Vec<Flaw>,
}

impl Unread {
    fn field(&mut self, field: &str, key: &str) {
        self.problems.push(FieldProblem::new(field, key));
    }

    fn part(&mut self, field: &str, what: Wrong) {
        self.field(field, &format!("product-error-{}", what.name()));
    }
}

/// The declaration in fields; `None` when they cannot say all of it, so that it is changed as JSON only: codes
/// in small letters, a granularity that says nothing.
pub(super) fn to_form(declaration: &Declaration) -> Option<Form> {
    let form = filled(declaration);
    let read = from_form(&form);
    (read.as_ref() == Ok(declaration)).then_some(form)
}

fn filled(declaration: &Declaration) -> Form {
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut form = Form::new()
        .with("dataset", declaration.dataset.as_str())
        .with("period_from", declaration.period.from.to_string())
        .with("period_until", day(declaration.period.until));
    form = text_to_form(form, "name", "", &declaration.name);
    form = text_to_form(form, "description", "", &declaration.description);
    for source in &declaration.sources {
        form = form.with("sources", source.as_str());
    }
    form = population_to_form(form, &declaration.population);
    form = part::index_to_form(form, declaration.index.as_ref());
    for (place, column) in declaration.columns.iter().enumerate() {
        form = column_to_form(form, place, column);
        if declaration.event_date.as_ref() == Some(&column.name) {
            form = form.with("event_date", place.to_string());
        }
    }
    form
}

fn text_to_form(form: Form, name: &str, end: &str, text: &LocalisedText) -> Form {
    let texts = [("nb", &text.nb), ("nn", &text.nn), ("en", &text.en)];
    texts.into_iter().fold(form, |form, (language, text)| form.with(&format!("{name}_{language}{end}"), text))
}

fn population_to_form(form: Form, population: &Cohort) -> Form {
    let shown = part::cohort_to_form(form.clone(), population);
    let stays = shown.value("cohort") != "other" && population_of(&shown, &mut Unread::default()) == *population;
    if stays {
        return shown;
    }
    let json = serde_json::to_string_pretty(population).unwrap_or_default();
    form.with("cohort", "other").with("population_json", json)
}

fn column_to_form(form: Form, place: usize, column: &DeclaredColumn) -> Form {
    let form = form
        .with("column", place.to_string())
        .with(&format!("name_{place}"), &column.name)
        .with(&format!("variable_{place}"), column.variable.as_str())
        .with(&format!("granularity_{place}"), part::granularity_code(column.granularity));
    let form = text_to_form(form, "label", &format!("_{place}"), &column.label);
    part::measure_to_form(form, place, &column.measure)
}

/// Reads the fields: all that is wrong at once.
pub(super) fn from_form(form: &Form) -> Result<Declaration, Unread> {
    let mut unread = Unread::default();
    let dataset = form.value("dataset").parse::<CataloguePath>();
    let dataset = dataset.map_err(|_| unread.field("dataset", "product-flaw-not_a_dataset")).ok();
    let period = period(form, &mut unread);
    let sources = form.all("sources").iter().filter_map(|source| source.parse().ok()).collect();
    let population = population_of(form, &mut unread);
    let index = part::index(form, &mut |field: &str, what: Wrong| unread.part(field, what));
    let columns: Vec<Option<DeclaredColumn>> =
        places(form).into_iter().map(|place| column(form, place, &mut unread)).collect();
    let event_date = form.given("event_date").map(|place| form.value(&format!("name_{place}")).to_owned());
    match (dataset, period, columns.into_iter().collect::<Option<Vec<_>>>()) {
        (Some(dataset), Some(period), Some(columns)) if unread == Unread::default() => Ok(Declaration {
            dataset,
            name: text(form, "name", ""),
            description: text(form, "description", ""),
            sources,
            population,
            index,
            period,
            event_date,
            columns,
        }),
        _ => Err(unread),
    }
}

fn text(form: &Form, name: &str, end: &str) -> LocalisedText {
    // A browser sends the ends of lines as CR LF.
    let of = |language: &str| form.value(&format!("{name}_{language}{end}")).replace("\r\n", "\n");
    LocalisedText::new(of("nb"), of("nn"), of("en"))
}

fn period(form: &Form, unread: &mut Unread) -> Option<Period> {
    let from = form.value("period_from").parse::<Date>();
    let from = from.map_err(|_| unread.part("period_from", Wrong::Date)).ok();
    let until = form.given("period_until").map(str::parse::<Date>).transpose();
    let until = until.map_err(|_| unread.part("period_until", Wrong::Date)).ok();
    Some(Period { from: from?, until: until? })
}

fn population_of(form: &Form, unread: &mut Unread) -> Cohort {
    if form.value("cohort") != "other" {
        let read = part::cohort(form, &Cohort::Everyone, &mut |field: &str, what: Wrong| unread.part(field, what));
        return match read {
            // One thing is asked for as itself.
            Cohort::All(mut parts) if parts.len() == 1 => parts.remove(0),
            other => other,
        };
    }
    serde_json::from_str(form.value("population_json")).unwrap_or_else(|error| {
        unread.field("population_json", "product-error-population");
        let place = format!("population {}:{}", error.line(), error.column());
        unread.flaws.push(Flaw::new(place, FlawKind::Unreadable, error));
        Cohort::Everyone
    })
}

/// The places of the columns' fields, in the order of the columns.
pub(super) fn places(form: &Form) -> Vec<usize> {
    form.all("column").iter().filter_map(|place| place.parse().ok()).collect()
}

fn column(form: &Form, place: usize, unread: &mut Unread) -> Option<DeclaredColumn> {
    let field = |name: &str| format!("{name}_{place}");
    let variable = form.value(&field("variable")).parse::<CataloguePath>();
    let variable = variable.map_err(|_| unread.part(&field("variable"), Wrong::Variable)).ok();
    let granularity = part::granularity_from_code(form.value(&field("granularity")));
    if granularity.is_none() {
        unread.field(&field("granularity"), "product-error-granularity");
    }
    let measure = part::measure(form, place, &mut |field: &str, what: Wrong| unread.part(field, what));
    Some(DeclaredColumn {
        name: form.value(&field("name")).to_owned(),
        variable: variable?,
        granularity: granularity?,
        measure,
        label: text(form, "label", &format!("_{place}")),
    })
}

/// The form with what was chosen to be added, and without the columns that were chosen to be removed.
pub(super) fn changed(form: &Form) -> Form {
    let all = places(form);
    let gone: Vec<usize> = all.iter().copied().filter(|place| form.has(&format!("remove_{place}"), "yes")).collect();
    let stays = |(name, value): &(&str, &str)| match *name {
        "source_more" | "variable_more" | "then" => false,
        "column" | "event_date" => !gone.iter().any(|place| place.to_string() == *value),
        name => !name.rsplit_once('_').and_then(|(_, end)| end.parse().ok()).is_some_and(|place| gone.contains(&place)),
    };
    let mut next = Form::of(form.pairs().filter(stays));
    if let Some(source) = form.given("source_more").filter(|source| !form.has("sources", source)) {
        next = next.with("sources", source);
    }
    match form.value("variable_more").parse::<CataloguePath>() {
        Ok(variable) => {
            let place = all.iter().max().map_or(0, |place| place + 1);
            let name = free(&next, variable.name());
            // A number of rows can be had of any variable.
            let measure = Measure::of(Aggregate::Count);
            let label = LocalisedText::default();
            column_to_form(
                next,
                place,
                &DeclaredColumn { name, variable, granularity: Granularity::AsIs, measure, label },
            )
        }
        Err(_) => next,
    }
}

/// A column's name that none has yet.
fn free(form: &Form, name: &str) -> String {
    let taken = |name: &str| places(form).iter().any(|place| form.value(&format!("name_{place}")) == name);
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

/// What is wrong with a declaration, beside the fields that it was read from: the first of each field.
pub(super) fn problems(flaws: &[Flaw], form: &Form) -> Vec<FieldProblem> {
    let mut problems: Vec<FieldProblem> = Vec::new();
    for flaw in flaws {
        let Some(field) = field_of(&flaw.place, form) else { continue };
        if problems.iter().all(|one| one.field != field) {
            problems.push(FieldProblem::new(field, format!("product-flaw-{}", flaw.kind.name())));
        }
    }
    problems
}

/// The field that a place of a declaration is in.
fn field_of(place: &str, form: &Form) -> Option<String> {
    Some(match place {
        "dataset" | "event_date" | "index" => place.to_owned(),
        "name.nb" => "name_nb".to_owned(),
        "period" => "period_until".to_owned(),
        "sources" => "source_more".to_owned(),
        "columns" => "variable_more".to_owned(),
        "population" if form.value("cohort") == "other" => "population_json".to_owned(),
        "population" => "cohort".to_owned(),
        place if place.starts_with("sources[") => "sources".to_owned(),
        place => {
            let (at, part) = place.strip_prefix("columns[")?.split_once("].")?;
            let place = places(form).get(at.parse::<usize>().ok()?).copied()?;
            let part = if part.starts_with("measure") { "aggregate" } else { part };
            format!("{part}_{place}")
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::product::tests::declarations;

    proptest! {
        #[test]
        fn what_is_shown_and_posted_back_is_what_was_declared(declaration in declarations()) {
            let says = |column: &DeclaredColumn| {
                part::granularity_from_code(&part::granularity_code(column.granularity)).is_some()
            };
            match to_form(&declaration) {
                Some(form) => prop_assert_eq!(from_form(&form), Ok(declaration)),
                None => prop_assert!(!declaration.columns.iter().all(says), "{:?}", declaration),
            }
        }

        #[test]
        fn every_flaw_stands_beside_a_field_of_the_form(declaration in declarations()) {
            let form = filled(&declaration);
            for flaw in declaration.flaws(&[]) {
                let field = field_of(&flaw.place, &form);
                prop_assert!(field.is_some(), "{}", flaw);
            }
        }
    }

    fn heart() -> Form {
        let text = r#"{ "dataset": "heart/failure", "name": { "nb": "Hjertesvikt" }, "description": { "nb": "a\nb" },
            "sources": ["a/stay"], "population": "everyone", "period": { "from": "2024-01-01", "until": null },
            "event_date": "first", "columns": [
              { "name": "stays", "variable": "a/stay/code", "measure": { "aggregate": "count" } },
              { "name": "first", "variable": "a/stay/day", "measure": { "aggregate": "first" } } ] }"#;
        to_form(&Declaration::read(text).unwrap()).unwrap()
    }

    #[test]
    fn what_is_added_and_removed_leaves_the_rest() {
        let form = heart().with("remove_0", "yes").with("source_more", "b/sale").with("variable_more", "a/stay/day");
        let read = from_form(&changed(&form)).unwrap();
        let names: Vec<&str> = read.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!((names, read.sources.len()), (vec!["first", "day"], 2));
        assert_eq!(read.event_date.as_deref(), Some("first"));
        let again = changed(&changed(&form).with("variable_more", "a/stay/day").with("source_more", "b/sale"));
        let read = from_form(&again).unwrap();
        assert_eq!((read.columns[2].name.as_str(), read.sources.len()), ("day_2", 2));
        let gone = from_form(&changed(&heart().with("remove_1", "yes"))).unwrap();
        assert_eq!((gone.event_date, gone.columns.len()), (None, 1));
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once_and_with_its_place() {
        let wrong = Form::of([
            ("dataset", "a b"),
            ("period_from", "i fjor"),
            ("cohort", "other"),
            ("population_json", "{\n  \"all\": 7 }"),
            ("index", "day"),
            ("column", "4"),
            ("granularity_4", "week"),
            ("window_from_4", "x"),
        ]);
        let unread = from_form(&wrong).unwrap_err();
        let fields: Vec<&str> = unread.problems.iter().map(|problem| problem.field.as_str()).collect();
        let expected =
            ["dataset", "period_from", "population_json", "index_day", "variable_4", "granularity_4", "window_from_4"];
        assert_eq!(fields, expected);
        assert!(unread.flaws[0].place.starts_with("population 2:"), "{:?}", unread.flaws);
    }

    #[test]
    fn lines_of_a_text_come_back_as_they_were() {
        let posted = Form::of(heart().pairs().map(|(name, value)| (name.to_owned(), value.replace('\n', "\r\n"))));
        assert_eq!(from_form(&posted), from_form(&heart()));
        let other = r#"{"any":[{"born":{"from":"1950-01-01","until":"1960-01-01"}}]}"#;
        let form = Form::of(heart().pairs().filter(|(name, _)| *name != "cohort"));
        let form = form.with("cohort", "other").with("population_json", other);
        assert!(matches!(from_form(&form).unwrap().population, Cohort::Any(_)));
    }
}
