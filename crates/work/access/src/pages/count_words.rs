//! Counts of people in words.

use varde_web::Visit;

use super::shown;
use crate::{AccessService, Coarser, CountAnswer, Tried};

/// What the need would come to, a sentence for each thing.
pub(super) async fn tried(service: &AccessService, visit: &Visit, tried: Tried) -> Vec<String> {
    let Tried { people, controls, relatives, too_few, proposals } = tried;
    let mut words = vec![one(visit, people)];
    let told = |count: CountAnswer| match count {
        CountAnswer::About(people) => {
            let people = visit.number(i64::try_from(people).unwrap_or(i64::MAX));
            visit.t_with("access-count-some", &[("people", people.into())])
        }
        CountAnswer::FewerThanTen => visit.t("access-count-fewer"),
    };
    let with = |key: &str, count: CountAnswer| visit.t_with(key, &[("people", told(count).into())]);
    words.extend(controls.map(|count| with("access-count-controls", count)));
    words.extend(relatives.map(|count| with("access-count-relatives", count)));
    let stands_out = matches!(too_few, Some(CountAnswer::About(_)));
    words.extend(too_few.filter(|_| stands_out).map(|count| with("access-count-too-few", count)));
    if !stands_out {
        return words;
    }
    let paths: Vec<_> = proposals.iter().map(|proposal| proposal.variable.clone()).collect();
    // Without the catalogue the paths are shown: the page is about more than names.
    let known = service.ports().variables.describe(&paths).await.unwrap_or_default();
    for Coarser { variable, instead, too_few } in proposals {
        let variable = shown::named(visit, &variable, &known);
        let left = told(too_few);
        words.push(match instead {
            Some(granularity) => {
                let granularity = shown::granularity(visit, granularity);
                let texts =
                    [("variable", variable.into()), ("granularity", granularity.into()), ("people", left.into())];
                visit.t_with("access-count-coarser", &texts)
            }
            None => visit.t_with("access-count-without", &[("variable", variable.into()), ("people", left.into())]),
        });
    }
    words
}

/// The count in words.
fn one(visit: &Visit, count: CountAnswer) -> String {
    match count {
        CountAnswer::About(people) => {
            let people = visit.number(i64::try_from(people).unwrap_or(i64::MAX));
            visit.t_with("access-count-about", &[("people", people.into())])
        }
        CountAnswer::FewerThanTen => visit.t("access-count-few"),
    }
}
