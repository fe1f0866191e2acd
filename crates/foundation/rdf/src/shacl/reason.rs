//! What is wrong, in plain bokmål, nynorsk and English: for a steward who has never heard of SHACL.

use oxrdf::{Literal, NamedNode, Term};
use varde_core::{Language, LocalisedText};

use super::{
    Finding, Path,
    check::Breach,
    shape::{Constraint, Edge, NodeKind, Pair, Shape},
};
use crate::vocabulary::short;

/// The longest value that is shown.
const SHOWN: usize = 80;
/// The most values of a list that are shown.
const LISTED: usize = 8;

/// The reason for a breach.
pub(super) fn of(shape: &Shape, constraint: &Constraint, path: Option<&Path>, breach: &Breach) -> LocalisedText {
    let field = |language| field(shape, path, language);
    let value = breach.value.as_ref().map(shown).unwrap_or_default();
    let [nb, nn, en] = sentences(constraint, &value, breach);
    let inner = |language| inner(&breach.inner, language);
    LocalisedText {
        nb: format!("{} {nb}{}", field(Language::Nb), inner(Language::Nb)),
        nn: format!("{} {nn}{}", field(Language::Nn), inner(Language::Nn)),
        en: format!("{} {en}{}", field(Language::En), inner(Language::En)),
    }
}

/// The property as people know it: «tittel (dct:title)».
fn field(shape: &Shape, path: Option<&Path>, language: Language) -> String {
    let node = match language {
        Language::Nb => "Oppføringen",
        Language::Nn => "Oppføringa",
        Language::En => "The record",
    };
    match (path, shape.name.get(language)) {
        (None, "") => node.to_owned(),
        (None, name) => name.to_owned(),
        (Some(path), "") => path.short(),
        (Some(path), name) => format!("{name} ({})", path.short()),
    }
}

/// The reasons further in, after a colon.
fn inner(findings: &[Finding], language: Language) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let reasons: Vec<&str> = findings.iter().map(|f| f.reason.get(language).trim_end_matches('.')).collect();
    format!(" ({}).", reasons.join("; "))
}

/// What follows after the field, in bokmål, nynorsk and English.
fn sentences(constraint: &Constraint, v: &str, breach: &Breach) -> [String; 3] {
    let found = breach.count;
    match constraint {
        Constraint::MinCount(_) if found == 0 => {
            ["mangler.".to_owned(), "manglar.".to_owned(), "is missing.".to_owned()]
        }
        Constraint::MinCount(n) => counted(("skal ha minst", "skal ha minst", "must have at least"), *n, found),
        Constraint::MaxCount(n) => counted(("kan ha høyst", "kan ha høgst", "may have at most"), *n, found),
        Constraint::Class(class) => class_sentences(class, v),
        Constraint::Datatype(kind) => {
            let kind = short(kind.as_str());
            wanted(
                v,
                [
                    format!("være skrevet som {kind}"),
                    format!("vere skrive som {kind}"),
                    format!("be written as {kind}"),
                ],
            )
        }
        Constraint::NodeKind(kind) => wanted(v, kind_words(*kind)),
        Constraint::Range(edge, end) => wanted(v, edge_words(*edge, end)),
        Constraint::MinLength(n) => wanted(
            v,
            [format!("ha minst {n} tegn"), format!("ha minst {n} teikn"), format!("have at least {n} characters")],
        ),
        Constraint::MaxLength(n) => wanted(
            v,
            [format!("ha høyst {n} tegn"), format!("ha høgst {n} teikn"), format!("have at most {n} characters")],
        ),
        Constraint::Pattern(_, pattern) => wanted(
            v,
            [
                format!("følge mønsteret {pattern}"),
                format!("følgje mønsteret {pattern}"),
                format!("follow the pattern {pattern}"),
            ],
        ),
        Constraint::LanguageIn(tags) => {
            let tags = tags.join(", ");
            wanted(
                v,
                [
                    format!("være skrevet på et av språkene {tags}"),
                    format!("vere skrive på eitt av språka {tags}"),
                    format!("be written in one of the languages {tags}"),
                ],
            )
        }
        Constraint::UniqueLang => {
            let tag = &breach.language;
            [
                format!("står {found} ganger på språket {tag}; det kan bare stå én gang på hvert språk."),
                format!("står {found} gonger på språket {tag}; det kan berre stå éin gong på kvart språk."),
                format!("stands {found} times in the language {tag}; it may stand only once in each."),
            ]
        }
        Constraint::Pair(pair, other) => pair_sentences(*pair, other, v),
        Constraint::HasValue(value) => {
            let value = shown(value);
            [
                format!("skal ha verdien {value}."),
                format!("skal ha verdien {value}."),
                format!("must have the value {value}."),
            ]
        }
        Constraint::In(list) => in_sentences(list, v),
        Constraint::Closed(_) => [
            format!("kan ikke stå her ({v})."),
            format!("kan ikkje stå her ({v})."),
            format!("cannot stand here ({v})."),
        ],
        Constraint::QualifiedMin(_, n) => qualified(("minst", "minst", "at least"), *n, found),
        Constraint::QualifiedMax(_, n) => qualified(("høyst", "høgst", "at most"), *n, found),
        Constraint::Not(_) => [
            format!("har en verdi som ikke er tillatt: {v}."),
            format!("har ein verdi som ikkje er tillaten: {v}."),
            format!("has a value that is not allowed: {v}."),
        ],
        Constraint::Or(_) => [
            format!("har en verdi som ikke oppfyller noen av de {found} mulige kravene: {v}."),
            format!("har ein verdi som ikkje oppfyller nokon av dei {found} moglege krava: {v}."),
            format!("has a value that meets none of the {found} possible requirements: {v}."),
        ],
        Constraint::Xone(_) => [
            format!("skal oppfylle nøyaktig ett av flere krav, men {v} oppfyller {found}."),
            format!("skal oppfylle nøyaktig eitt av fleire krav, men {v} oppfyller {found}."),
            format!("must meet exactly one of several requirements, but {v} meets {found}."),
        ],
        Constraint::And(_) | Constraint::Node(_) | Constraint::Property(_) => [
            format!("har en verdi som ikke oppfyller kravene: {v}"),
            format!("har ein verdi som ikkje oppfyller krava: {v}"),
            format!("has a value that does not meet the requirements: {v}"),
        ],
    }
}

/// «skal …, men … gjør ikke det».
fn wanted(v: &str, [nb, nn, en]: [String; 3]) -> [String; 3] {
    [
        format!("skal {nb}; {v} oppfyller ikke det."),
        format!("skal {nn}; {v} oppfyller ikkje det."),
        format!("must {en}; {v} does not."),
    ]
}

fn counted((nb, nn, en): (&str, &str, &str), n: u64, found: usize) -> [String; 3] {
    let (value_nb, value_nn, value_en) =
        if n == 1 { ("verdi", "verdi", "value") } else { ("verdier", "verdiar", "values") };
    [
        format!("{nb} {n} {value_nb}, men har {found}."),
        format!("{nn} {n} {value_nn}, men har {found}."),
        format!("{en} {n} {value_en}, but has {found}."),
    ]
}

fn qualified((nb, nn, en): (&str, &str, &str), n: u64, found: usize) -> [String; 3] {
    [
        format!("skal ha {nb} {n} av sine verdier fra det avtalte utvalget, men har {found}."),
        format!("skal ha {nn} {n} av verdiane sine frå det avtalte utvalet, men har {found}."),
        format!("must have {en} {n} of its values from the agreed set, but has {found}."),
    ]
}

fn class_sentences(class: &NamedNode, v: &str) -> [String; 3] {
    let class = short(class.as_str());
    [
        format!("skal vise til noe som er beskrevet som {class}; {v} er ikke det."),
        format!("skal vise til noko som er beskrive som {class}; {v} er ikkje det."),
        format!("must refer to something described as {class}; {v} is not."),
    ]
}

fn kind_words(kind: NodeKind) -> [String; 3] {
    let mut words = [Vec::new(), Vec::new(), Vec::new()];
    let mut add = |is, [nb, nn, en]: [&'static str; 3]| {
        if is {
            words[0].push(nb);
            words[1].push(nn);
            words[2].push(en);
        }
    };
    add(kind.iri, ["en adresse (IRI)", "ei adresse (IRI)", "an address (IRI)"]);
    add(
        kind.blank,
        ["en oppføring uten egen adresse", "ei oppføring utan eiga adresse", "a record without an address"],
    );
    add(kind.literal, ["en tekst eller et tall", "ein tekst eller eit tal", "a text or a number"]);
    let [nb, nn, en] = words;
    [format!("være {}", nb.join(" eller ")), format!("vere {}", nn.join(" eller ")), format!("be {}", en.join(" or "))]
}

fn edge_words(edge: Edge, end: &Literal) -> [String; 3] {
    let end = end.value();
    let [nb, nn, en] = match edge {
        Edge::MinExclusive => ["mer enn", "meir enn", "more than"],
        Edge::MinInclusive => ["minst", "minst", "at least"],
        Edge::MaxExclusive => ["mindre enn", "mindre enn", "less than"],
        Edge::MaxInclusive => ["høyst", "høgst", "at most"],
    };
    [format!("være {nb} {end}"), format!("vere {nn} {end}"), format!("be {en} {end}")]
}

fn pair_sentences(pair: Pair, other: &NamedNode, v: &str) -> [String; 3] {
    let other = short(other.as_str());
    match pair {
        Pair::Equals => [
            format!("skal ha de samme verdiene som {other}; {v} står bare ett av stedene."),
            format!("skal ha dei same verdiane som {other}; {v} står berre éin av stadene."),
            format!("must have the same values as {other}; {v} stands in one of the places only."),
        ],
        Pair::Disjoint => [
            format!("kan ikke ha en verdi som også står i {other}: {v}."),
            format!("kan ikkje ha ein verdi som også står i {other}: {v}."),
            format!("may not have a value that also stands in {other}: {v}."),
        ],
        Pair::LessThan => {
            wanted(v, [format!("komme før {other}"), format!("kome før {other}"), format!("come before {other}")])
        }
        Pair::LessThanOrEquals => wanted(
            v,
            [
                format!("ikke komme etter {other}"),
                format!("ikkje kome etter {other}"),
                format!("not come after {other}"),
            ],
        ),
    }
}

fn in_sentences(list: &[Term], v: &str) -> [String; 3] {
    let mut names: Vec<String> = list.iter().take(LISTED).map(shown).collect();
    if list.len() > LISTED {
        names.push("…".to_owned());
    }
    let names = names.join(", ");
    wanted(v, [format!("være en av {names}"), format!("vere ein av {names}"), format!("be one of {names}")])
}

/// A value as it is shown: short, with known addresses shortened.
fn shown(term: &Term) -> String {
    let text = match term {
        Term::NamedNode(node) => short(node.as_str()),
        Term::BlankNode(_) => "[]".to_owned(),
        Term::Literal(literal) => format!("«{}»", cut(literal.value())),
    };
    cut(&text)
}

fn cut(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(SHOWN).collect();
    cut.push('…');
    cut
}
