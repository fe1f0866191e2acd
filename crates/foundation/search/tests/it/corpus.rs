//! The fixture: variables and codes in our own words, and what people look for in them.

use varde_core::LocalisedText;
use varde_search::{Document, Field, Group, Index};

const VARIABLES: [&str; 2] = [include_str!("corpus/variables.tsv"), include_str!("corpus/others.tsv")];
const CODES: &str = include_str!("corpus/codes.tsv");
const QUERIES: &str = include_str!("corpus/queries.tsv");

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').map(str::trim).collect())
}

/// All documents of the fixture.
pub(crate) fn documents() -> Vec<Document> {
    let variables = VARIABLES.into_iter().flat_map(rows).map(|row| variable(&row));
    variables.chain(rows(CODES).map(|row| code(&row))).collect()
}

fn variable(row: &[&str]) -> Document {
    let [key, nb, nn, en, description, codes] = row else { panic!("six columns: {row:?}") };
    let mut document = Document::new(*key, "");
    document.weight = 1.0;
    document.localised(Field::Name, &LocalisedText::new(*nb, *nn, *en));
    document.plain(Field::Key, key.rsplit('/').next().unwrap());
    document.localised(Field::Description, &LocalisedText::bokmaal(*description));
    for (value, text) in codes.split(';').filter_map(|code| code.split_once('=')) {
        document.code(value, &LocalisedText::bokmaal(text));
    }
    document.facet("kind", "variable");
    document.facet("source", key.split('/').nth(1).unwrap());
    document
}

fn code(row: &[&str]) -> Document {
    let [code, nb, en, others] = row else { panic!("four columns: {row:?}") };
    let mut document = Document::new(*code, "");
    document.plain(Field::Code, code);
    document.localised(Field::Name, &LocalisedText::new(*nb, "", *en));
    for other in others.split('|') {
        document.plain(Field::Label, other);
    }
    document.facet("kind", "code");
    document
}

/// The names of each code.
pub(crate) fn synonyms() -> Vec<Vec<&'static str>> {
    let names = |row: Vec<&'static str>| {
        let names = [row[1], row[2]].into_iter().chain(row[3].split('|'));
        names.filter(|name| !name.is_empty()).collect()
    };
    rows(CODES).map(names).collect()
}

/// A group of documents.
pub(crate) fn group(key: &str, documents: &[Document]) -> Group {
    let mut group = Group::new(key);
    documents.iter().for_each(|document| group.add(document));
    group
}

/// An index of the fixture.
pub(crate) fn index() -> Index {
    let mut all = group("fixture", &documents());
    synonyms().into_iter().for_each(|names| all.mean_the_same(names));
    Index::build([all]).unwrap()
}

/// What is looked for, and how well each document answers it.
pub(crate) fn queries() -> Vec<(&'static str, Vec<(&'static str, u32)>)> {
    let answer = |text: &'static str| {
        let (key, grade) = text.split_once('=').unwrap();
        (key, grade.parse().unwrap())
    };
    rows(QUERIES).map(|row| (row[0], row[1].split(' ').map(answer).collect())).collect()
}
