//! What the parts of the application's form offer.

use varde_permit::DataNeed;
use varde_web::{Failure, Form, Visit, ui::Choice};

use super::{choices, content_form, part::Part, shown, updates_form};
use crate::{
    AccessService,
    model::mentioned,
    service::{DescribedVariable, File},
};

/// What a part offers.
pub(super) enum Fields {
    Project { purposes: Vec<Choice>, legal_bases: Vec<Choice> },
    Cohort { cohorts: Vec<Choice>, coded: Vec<Choice> },
    Study(Study),
    Family { control_areas: Vec<Choice>, kinships: Vec<Choice> },
    Variables { rows: Vec<VariableRow> },
    Variable(Variable),
    Files { formats: Vec<Choice>, languages: Vec<Choice>, updates: Vec<Choice> },
    Persons { persons: Vec<Choice> },
}

impl Fields {
    pub(super) const fn is_variable(&self) -> bool {
        matches!(self, Self::Variable(_))
    }

    /// Whether they say whom the data is about, so that people can be counted.
    pub(super) const fn are_about_people(&self) -> bool {
        matches!(self, Self::Cohort { .. } | Self::Study(_) | Self::Family { .. })
    }
}

/// What an index date is made of.
pub(super) struct Study {
    pub(super) indices: Vec<Choice>,
    pub(super) index_as: Vec<Choice>,
    pub(super) coded: Vec<Choice>,
    /// Whether an event can be chosen, or was.
    pub(super) events: bool,
    /// Whether the cohort is one that the form can add ages to.
    pub(super) ages: bool,
}

/// A variable in the list.
pub(super) struct VariableRow {
    pub(super) href: String,
    pub(super) shown: shown::VariableRow,
    pub(super) lacks: Vec<String>,
}

/// What can be said of one variable.
pub(super) struct Variable {
    pub(super) place: usize,
    pub(super) dataset: String,
    pub(super) granularities: Vec<Choice>,
    pub(super) aggregates: Vec<Choice>,
    pub(super) having: Vec<Choice>,
    /// Whether what is made of its rows is shown unfolded.
    pub(super) open: bool,
    /// Whether other variables have no reason yet.
    pub(super) reasonless: bool,
}

/// What the part offers, and its name where it is a variable's.
pub(super) async fn fields(
    service: &AccessService,
    visit: &Visit,
    file: &File,
    part: Part,
    form: &Form,
) -> Result<(Fields, Option<String>), Failure> {
    let application = &file.application;
    let need = &application.content.need;
    let paths = mentioned(need);
    let describe = service.ports().variables.describe(&paths);
    let stored = content_form::to_form(&application.content);
    let fields = match part {
        Part::Project => {
            Fields::Project { purposes: choices::purposes(visit), legal_bases: choices::legal_bases(visit) }
        }
        Part::Cohort => {
            Fields::Cohort { cohorts: choices::cohorts(visit, &stored), coded: choices::coded(visit, &describe.await?) }
        }
        Part::Study => Fields::Study(study(visit, form, &stored, choices::coded(visit, &describe.await?))),
        Part::Family => {
            Fields::Family { control_areas: choices::control_areas(visit), kinships: choices::kinships(visit) }
        }
        Part::Variables => Fields::Variables { rows: rows(service, visit, file).await? },
        Part::Variable(place) => {
            let (variable, name) = variable(visit, need, place, form, &describe.await?);
            return Ok((Fields::Variable(variable), Some(name)));
        }
        Part::Files => Fields::Files {
            formats: choices::formats(visit),
            languages: choices::languages(),
            updates: updates_form::choices(visit),
        },
        Part::Persons => {
            let colleagues = service.ports().directory.colleagues(&visit.actor, application.organisation).await;
            let persons = colleagues.into_iter().map(|(id, name)| Choice::new(id.to_string(), name));
            Fields::Persons { persons: persons.collect() }
        }
    };
    Ok((fields, None))
}

/// What can be said of the variable at that place, and its name.
fn variable(
    visit: &Visit,
    need: &DataNeed,
    place: usize,
    form: &Form,
    described: &[DescribedVariable],
) -> (Variable, String) {
    let path = need.variables.get(place).map(|one| one.variable.as_str()).unwrap_or_default();
    let found = described.iter().find(|one| one.path.as_str() == path);
    let others = need.variables.iter().enumerate().filter(|(at, _)| *at != place);
    let folded = ["aggregate", "window_from", "window_until", "having", "having_codes", "figure", "again"];
    let it = Variable {
        place,
        dataset: found.map_or_else(String::new, |one| visit.local(&one.dataset).to_owned()),
        granularities: found.map_or_else(Vec::new, |one| choices::granularities(visit, &one.granularities)),
        aggregates: choices::aggregates(visit),
        having: choices::having(visit, described, path),
        open: folded.iter().any(|field| in_use(form, &format!("{field}_{place}"))),
        reasonless: others.into_iter().any(|(_, one)| one.reason.trim().is_empty()),
    };
    (it, found.map_or_else(|| path.to_owned(), |one| visit.local(&one.name).to_owned()))
}

fn study(visit: &Visit, form: &Form, stored: &Form, coded: Vec<Choice>) -> Study {
    let chosen = !matches!(form.value("index"), "" | "none" | "day");
    Study {
        indices: choices::indices(visit),
        index_as: choices::index_as(visit),
        events: chosen || !coded.is_empty(),
        coded,
        ages: !stored.has("cohort", "other"),
    }
}

/// Whether a field that is folded away holds something, or something wrong.
fn in_use(form: &Form, field: &str) -> bool {
    form.error(field).is_some() || !matches!(form.value(field), "" | "none" | "rows")
}

async fn rows(service: &AccessService, visit: &Visit, file: &File) -> Result<Vec<VariableRow>, Failure> {
    let application = &file.application;
    let lacks = service.lacks(&visit.actor, application).await?;
    let of = |place: usize| {
        let mine = lacks.iter().filter(|lack| Part::of(&lack.field) == Some(Part::Variable(place)));
        mine.map(|lack| visit.t(&lack.message)).collect()
    };
    let shown = shown::variables(service.ports(), visit, application).await.into_iter().enumerate();
    let row =
        |(place, shown)| VariableRow { href: Part::Variable(place).path(application.id), shown, lacks: of(place) };
    Ok(shown.map(row).collect())
}
