//! Looking around: columns, comparison, trees, the two times, codes, what holds, where something is used.

use std::time::Instant;

use axum::http::{Method, StatusCode};
use jiff::civil::date;
use varde_core::{LocalisedText, Period};
use varde_metadata::{
    Code, CodeLink, CodeLinkKind, DataSource, DataType, Details, Pin, SubSource, Terms, VariableGroup,
};

use crate::{
    pages::Site,
    world::{contacts, path, source, variable},
};

fn code(value: &str, text: &str) -> Code {
    Code { value: value.into(), text: LocalisedText::bokmaal(text), from: None, until: None }
}

/// The part of a page between two texts.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let (_, after) = page.split_once(from).unwrap_or_else(|| panic!("{from} is not there: {page}"));
    after.split_once(to).unwrap_or_else(|| panic!("{to} does not follow {from}: {page}")).0
}

#[tokio::test]
async fn columns_sizes_and_orders_are_in_the_address() {
    let site = Site::new().await;
    site.world.publish(&contacts()).await;
    let usual = site.page("/katalog?q=npr&slag=variable").await;
    let head = between(&usual, "<thead>", "</thead>");
    assert!(head.contains("Kilde og datasamling") && head.contains("Type") && !head.contains("Samlet inn"), "{head}");
    let address = "/katalog?slag=variable&kol=navn&kol=periode&kol=kodeverk&kol=sti&kol=koder&antall=50&sorter=navn";
    let page = site.page(address).await;
    let head = between(&page, "<thead>", "</thead>");
    assert!(head.contains("Samlet inn") && head.contains("Kodeverk") && !head.contains("Type"), "{head}");
    assert!(head.contains("aria-sort=\"ascending\""), "{head}");
    assert!(page.contains("Fra 1. januar 2008") && page.contains("<code class=\"v-nowrap\">icd10</code>"), "{page}");
    assert!(
        page.contains("<code class=\"v-nowrap\">npr/contact/sex</code>")
            && page.contains("data-label=\"Antall koder\">2")
    );
    assert!(
        page.contains("id=\"c-periode\" name=\"kol\" value=\"periode\" checked")
            && page.contains("value=\"50\" selected")
    );
    // Searching again keeps the columns; choosing columns keeps the search.
    assert!(page.contains("<input type=\"hidden\" name=\"kol\" value=\"periode\">"));
    assert!(page.contains("<input type=\"hidden\" name=\"slag\" value=\"variable\">"));
    let none = site.page("/katalog?slag=variable&kol=navn").await;
    assert_eq!(between(&none, "<thead>", "</thead>").matches("<th").count(), 3, "compare, name, list");
    let sql = site.page("/katalog?kol=%27%3B--&antall=9999999&side=-3").await;
    assert!(sql.contains("Viser treff 1–"), "what is no column or size is none");
}

#[tokio::test]
async fn variables_stand_side_by_side_with_differences_in_words() {
    let site = Site::new().await;
    let mut npr = contacts();
    npr.datasets[0].variables[1].versions[0].codes.push(code("9", "Ukjent"));
    site.world.publish(&npr).await;
    let mut sex = variable("mfr/birth/sex", "Kjønn", DataType::List);
    sex.versions[0].codes = vec![code("1", "Gutt"), code("2", "Kvinne")];
    site.world.publish(&source("mfr", vec![sex])).await;
    let found = site.page("/katalog?q=kj%C3%B8nn").await;
    assert!(found.contains("form=\"compare\" name=\"v\" value=\"npr/contact/sex\""), "{found}");
    assert!(found.contains("action=\"/katalog/sammenlign\" id=\"compare\""));
    let both = "/katalog/sammenlign?v=npr%2Fcontact%2Fsex&v=mfr%2Fbirth%2Fsex";
    let page = site.page(both).await;
    let row = |page: &str, name: &str| between(page, &format!("<th scope=\"row\">{name}</th>"), "</tr>").to_owned();
    assert!(row(&page, "Type").contains("Likt") && row(&page, "Navn").contains("Likt"), "{page}");
    let codes = between(&page, "id=\"codes\"", "</table>");
    let code_row =
        |value: &str| between(codes, &format!("<code class=\"v-nowrap\">{value}</code>"), "</tr>").to_owned();
    assert!(code_row("1").contains("Mann") && code_row("1").contains("Gutt") && code_row("1").contains("Ulik tekst"));
    assert!(code_row("2").contains("Likt"));
    assert!(code_row("9").contains("Mangler i noen") && code_row("9").contains("Har ikke koden"));
    let only = site.page(&format!("{both}&vis=ulike")).await;
    assert!(
        !only.contains("<th scope=\"row\">Type</th>") && !only.contains("Kvinne") && only.contains("Gutt"),
        "{only}"
    );
    // The first language a page speaks is not the only one.
    assert!(page.contains("opplysninger og 2 koder er ulike"), "{page}");
}

#[tokio::test]
async fn a_comparison_says_what_it_cannot_show() {
    let site = Site::new().await;
    let many = (0..8).map(|n| variable(&format!("many/rows/v{n}"), &format!("Felt {n}"), DataType::Integer));
    site.world.publish(&source("many", many.collect())).await;
    let address = |numbers: &[&str]| {
        let pairs: Vec<String> = numbers.iter().map(|n| format!("v=many%2Frows%2Fv{n}")).collect();
        format!("/katalog/sammenlign?{}", pairs.join("&"))
    };
    let page = site.page(&address(&["0", "1", "2", "3", "4", "5", "6", "7"])).await;
    let beyond = between(&page, "6 variabler om gangen", "</ul>");
    assert!(beyond.contains("many/rows/v6") && beyond.contains("many/rows/v7") && !beyond.contains("v5"), "{beyond}");
    assert!(page.contains("Felt 5") && !page.contains("id=\"more\""), "a seventh cannot be added");
    let page = site.page(&format!("{}&v=%C3%A6%20%3Cb%3E&v=many%2Frows%2Fv0", address(&["0", "gone"]))).await;
    let gone = between(&page, "finnes ikke i katalogen", "</ul>");
    assert!(gone.contains("many/rows/vgone") && gone.contains("æ &#60;b&#62;"), "{gone}");
    assert!(page.contains("Velg minst to variabler") && page.contains("id=\"more\""), "one is no comparison");
    assert!(site.page("/katalog/sammenlign").await.contains("Velg minst to variabler"));
}

/// A survey like the largest of the national catalogue: sub-sources, datasets with groups, 5,752 variables.
fn survey() -> DataSource {
    let mut survey = source("survey", vec![variable("survey/d0/v0", "Første", DataType::Text)]);
    let part = |n: usize| SubSource {
        code: format!("wave{n}"),
        name: LocalisedText::bokmaal(format!("Runde {n}")),
        description: LocalisedText::default(),
        parent: (n > 3).then(|| format!("wave{}", n - 1)),
        groups: Vec::new(),
        details: Details::default(),
    };
    survey.sub_sources = (0..8).map(part).collect();
    let template = survey.datasets[0].clone();
    survey.datasets = (0..8)
        .map(|d| {
            let mut dataset = template.clone();
            dataset.path = path(&format!("survey/d{d}"));
            dataset.name = LocalisedText::bokmaal(format!("Datasamling {d}"));
            dataset.sub_source = Some(format!("wave{d}"));
            dataset.groups = (0..40).map(group).collect();
            dataset.variables = (0..719)
                .map(|n| {
                    let name = format!("Måling nummer {n} av blodtrykk og puls i datasamling {d}");
                    let mut made = variable(&format!("survey/d{d}/v{n}"), &name, DataType::Integer);
                    made.group = Some(format!("g{}", n % 40));
                    made.versions[0].valid = Period { from: date(1974 + i16::try_from(d).unwrap(), 1, 1), until: None };
                    made.versions[0].codes = (0..5).map(|c| code(&c.to_string(), "Svar på spørsmålet")).collect();
                    made
                })
                .collect();
            dataset
        })
        .collect();
    survey
}

fn group(n: usize) -> VariableGroup {
    let name = LocalisedText::bokmaal(format!("Gruppe {n}"));
    VariableGroup {
        code: format!("g{n}"),
        name,
        parent: (!n.is_multiple_of(10)).then(|| format!("g{}", n - n % 10)),
        external: None,
    }
}

#[tokio::test]
async fn a_survey_of_thousands_of_variables_opens_quickly_and_small() {
    let site = Site::new().await;
    site.world.publish(&survey()).await;
    let all =
        ["/katalog/survey", "/katalog/survey/d7", "/katalog/survey/d7?gruppe=g3", "/katalog/survey/d0?finn=nummer+71"];
    for address in all.into_iter().chain(["/katalog?q=blodtrykk&antall=100&kol=sti&kol=periode&kol=koder"]) {
        site.page(address).await;
        let begun = Instant::now();
        let page = site.page(address).await;
        let took = begun.elapsed();
        println!("{address}: {} kB in {took:?}", page.len() / 1000);
        assert!(page.len() < 500_000, "{address} is {} bytes", page.len());
        assert!(took.as_millis() < 1_000, "{address} takes {took:?}");
    }
    let tree = site.page("/katalog/survey").await;
    let digits: String = tree.chars().filter(|c| !c.is_whitespace()).collect();
    assert!(digits.contains("5752variabler"), "the source says how many variables it has: {tree}");
    assert!(
        tree.contains("Runde 7") && tree.contains("/katalog/survey/d7?gruppe=g39"),
        "the tree goes down to the groups"
    );
    assert_eq!(tree.matches("<details").count(), tree.matches("</details>").count());
    assert_eq!(tree.matches("<ul").count(), tree.matches("</ul>").count());
    let first = site.page("/katalog/survey/d7").await;
    assert!(first.contains("Viser variabel 1–100 av 719") && first.contains("side=2"), "{first}");
    let last = site.page("/katalog/survey/d7?side=99").await;
    assert!(last.contains("Viser variabel 701–719 av 719") && !last.contains("rel=\"next\""));
    let group = site.page("/katalog/survey/d7?gruppe=g3").await;
    assert!(group.contains("Viser variabel 1–18 av 18") && group.contains("aria-current=\"page\""), "{group}");
    let found = site.page("/katalog/survey/d7?finn=NUMMER+718").await;
    assert!(found.contains("Viser variabel 1–1 av 1") && found.contains("survey/d7/v718"));
    assert!(site.page("/katalog/survey/d7?finn=finnesikke").await.contains("Ingen variabel i datasamlingen passer"));
    let variable = site.page("/katalog/variabel/survey/d7/v3").await;
    let crumbs = between(&variable, "<nav class=\"ds-breadcrumbs\"", "</nav>");
    for step in ["Register survey", "Runde 3", "Runde 7", "Datasamling 7", "Gruppe 3"] {
        assert!(crumbs.contains(step), "{step} is not on the way down: {crumbs}");
    }
}

#[tokio::test]
async fn a_variable_tells_both_times_and_can_be_cited() {
    let site = Site::new().await;
    let mut register = contacts();
    register.datasets[0].variables[1].versions[0].name = LocalisedText::bokmaal("Kjønn før");
    site.world.publish(&register).await;
    let before = varde_core::Clock::today(site.world.database.clock());
    for _ in 0..48 {
        site.world.later();
    }
    let versions = &mut register.datasets[0].variables[1].versions;
    versions[0].valid.until = Some(date(2015, 12, 31));
    let mut next = versions[0].clone();
    next.valid = Period::since(date(2016, 1, 1));
    next.name = LocalisedText::bokmaal("Kjønn nå");
    versions.push(next);
    site.world.publish(&register).await;
    site.world.later();
    // An edition that says the same of this variable is no new line.
    register.datasets[0].variables[0].versions[0].name = LocalisedText::bokmaal("Noe annet");
    site.world.publish(&register).await;
    let page = site.page("/katalog/variabel/npr/contact/sex").await;
    let table = between(&page, "aria-labelledby=\"versions\"", "</table>");
    assert_eq!(table.matches("<tr>").count(), 1 + 3, "{table}");
    assert!(
        table.contains("Kjønn før")
            && table.contains("Kjønn nå")
            && table.contains("1. januar 2008 – 31. desember 2015")
    );
    let figure = between(&page, "<svg", "</svg>");
    assert_eq!(figure.matches("<rect").count(), 3, "{figure}");
    assert!(figure.contains("role=\"img\"") && !page.contains("style="), "the figure keeps the site's policy");
    // As it was on the first day: one version, the old name, and nothing of what came later.
    let then = site.page(&format!("/katalog/variabel/npr/contact/sex?per={before}")).await;
    assert!(then.contains("Kjønn før") && !then.contains("Kjønn nå"), "{then}");
    assert!(then.contains("Du ser katalogen slik den var"));
    let cite = between(&then, "<a class=\"ds-link\" href=\"/katalog/variabel/npr/contact/sex?per=", "\"")
        .replace("&#38;", "&");
    let cited = site.page(&format!("/katalog/variabel/npr/contact/sex?per={cite}")).await;
    assert!(cited.contains("data-color=\"success\""), "{cited}");
    let other = cite.replace("utgave=", "utgave=0");
    let other = site.page(&format!("/katalog/variabel/npr/contact/sex?per={other}")).await;
    assert!(other.contains("data-color=\"danger\""), "another digest is another edition");
    // The day goes along the way down.
    let dataset = site.page(&format!("/katalog/npr/contact?per={before}")).await;
    assert!(dataset.contains(&format!("/katalog/variabel/npr/contact/sex?per={before}")), "{dataset}");
    let early = site.send(Method::GET, "/katalog/variabel/npr/contact/sex?per=1999-01-01", "").await;
    assert_eq!(early.0, StatusCode::NOT_FOUND, "the catalogue was empty then");
}

#[tokio::test]
async fn long_lists_of_codes_are_searched_paged_and_shown_as_at_a_day() {
    let site = Site::new().await;
    let mut register = contacts();
    let codes = (0..250).map(|n| Code {
        from: Some(date(2000, 1, 1)),
        until: (n % 2 == 1).then_some(date(2010, 12, 31)),
        ..code(&format!("K{n:03}"), &format!("Kode nummer {n}"))
    });
    register.datasets[0].variables[1].versions[0].codes = codes.collect();
    site.world.publish(&register).await;
    let at = "/katalog/variabel/npr/contact/sex";
    let page = site.page(at).await;
    assert!(page.contains("Viser kode 1–100 av 250") && page.contains("1. januar 2000 – 31. desember 2010"), "{page}");
    assert!(page.contains("href=\"?kodeside=2#codes\""));
    assert!(site.page(&format!("{at}?kodeside=3")).await.contains("Viser kode 201–250 av 250"));
    let day = site.page(&format!("{at}?kodedag=2015-06-01")).await;
    assert!(day.contains("av 125") && day.contains("som var i bruk 1. juni 2015") && !day.contains(">K001<"), "{day}");
    let found = site.page(&format!("{at}?koder=NUMMER+17&kodedag=2005-01-01")).await;
    assert!(found.contains("Viser kode 1–11 av 11") && found.contains(">K017<"), "{found}");
    assert!(site.page(&format!("{at}?koder=finnesikke")).await.contains("Ingen koder passer"));
    assert!(site.page(&format!("{at}?kodedag=1990-01-01")).await.contains("Ingen koder passer"));
}

#[tokio::test]
async fn own_and_inherited_values_are_told_apart() {
    let site = Site::new().await;
    let mut register = contacts();
    let terms = |controller: &str| Terms { controller: Some(controller.to_owned()), ..Terms::default() };
    register.details.terms = Terms {
        identification: Some("deIdentified".to_owned()),
        valid_from: Some(date(1998, 1, 1)),
        ..terms("Etaten")
    };
    register.datasets[0].details.terms = terms("Klinikken");
    let values = [
        ("Formaal", r#"[{"value":"Forskning","language":"nb"},{"value":"Research","language":"en"}]"#),
        ("Tema", r#"["hjerte","lunge"]"#),
        ("Tittel", r#"{"nb":"Registeret","en":"The register"}"#),
        ("Nettsted", "https://example.no/"),
    ];
    for (key, value) in values {
        register.details.properties.0.insert(key.to_owned(), value.into());
    }
    site.world.publish(&register).await;
    let page = site.page("/katalog/npr/contact").await;
    let row = |name: &str| {
        let table = between(&page, "aria-labelledby=\"terms\"", "</table>");
        between(table, &format!("<th scope=\"row\">{name}</th>"), "</tr>").to_owned()
    };
    assert_eq!(row("Dataansvarlig").matches("Klinikken").count(), 2, "own, and in effect");
    assert!(row("Dataansvarlig").contains("Seg selv"));
    assert!(row("Identifisering").contains("Ingen") && row("Identifisering").contains("Avidentifisert"));
    assert!(row("Gyldig fra").contains("1. januar 1998") && row("Gyldig fra").contains("Register npr"));
    assert!(site.page("/katalog/variabel/npr/contact/sex").await.contains("Klinikken"));
    let page = site.page("/katalog/npr").await;
    assert!(page.contains("Etaten"), "{page}");
    // Properties are words also where no registry says what they are.
    for (key, words) in [
        ("Formaal", "Forskning"),
        ("Tema", "hjerte; lunge"),
        ("Tittel", "Registeret"),
        ("Nettsted", "https://example.no/"),
    ] {
        assert!(page.contains(&format!("<dt>{key}</dt><dd>{words}</dd>")), "{key}: {page}");
    }
}

#[tokio::test]
async fn a_variable_tells_where_it_is_used() {
    let site = Site::logged_in().await;
    let mut register = contacts();
    let link = |kind, reference: &str| CodeLink {
        kind,
        reference: reference.to_owned(),
        name: Some("Kjønnskoder".to_owned()),
        has_codes: false,
        codes: Vec::new(),
    };
    let details = &mut register.datasets[0].variables[0].details;
    details.code_links = vec![link(CodeLinkKind::Clinical, "icd10"), link(CodeLinkKind::Administrative, "3101")];
    details.pins = vec![Pin { dataset: path("npr/other"), from: None, until: None }];
    site.world.publish(&register).await;
    let at = "/katalog/variabel/npr/contact/main_condition";
    let used = |page: &str| between(page, "id=\"used\"", "</dl>").to_owned();
    let page = used(&site.page(at).await);
    assert!(page.contains("Ingen av listene dine") && page.contains("3 gitt, 2 gjelder i dag"), "{page}");
    assert!(
        page.contains("<dd>1</dd>")
            && page.contains("href=\"/kodeverk/icd10?utgave=2026\"")
            && page.contains("utgave 2026")
    );
    assert!(
        page.contains("Kjønnskoder") && page.contains("administrativt kodeverk") && page.contains("/katalog/npr/other")
    );
    assert!(page.contains("href=\"/harmonisering/liknende/npr/contact/main_condition\""), "{page}");
    site.post("/liste/legg-til", at, "path=npr%2Fcontact%2Fmain_condition&back=%2Fliste").await;
    assert!(used(&site.page(at).await).contains("href=\"/liste/"), "the list is told of");
    let anonymous = Site::new().await;
    anonymous.world.publish(&register).await;
    let page = used(&anonymous.page(at).await);
    assert!(!page.contains("Listene dine") && page.contains("3 gitt"), "{page}");
}

#[tokio::test]
async fn a_register_that_cannot_be_asked_does_not_take_the_page_along() {
    let site = Site::without_uses().await;
    site.world.publish(&contacts()).await;
    let page = site.page("/katalog/variabel/npr/contact/main_condition").await;
    assert_eq!(page.matches("Kan ikke vises nå.").count(), 2, "{page}");
    assert!(page.contains("icd10"));
}
