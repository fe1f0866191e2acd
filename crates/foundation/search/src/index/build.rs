//! Making an index: the words are learnt first, then each document is taken apart.

use tantivy::{
    IndexReader, ReloadPolicy, SingleSegmentIndexWriter, TantivyDocument,
    schema::{IndexRecordOption, STORED, Schema, TextFieldIndexing, TextOptions},
};
use varde_core::Language;

use super::{
    Index, Ranks,
    facets::Facets,
    plan::whole_name,
    terms::{Way, each_way},
    vocabulary::Vocabulary,
};
use crate::{
    Document, Field, SearchError, Synonyms, Text,
    analysis::{Analyser, token},
};

/// What the writer plans its tables for, in bytes; it takes more where more is needed.
const BUDGET: usize = 50_000_000;

/// The fields of the index: one for each of ours, and the stored document.
pub(super) struct Fields {
    pub(super) texts: [tantivy::schema::Field; 6],
    pub(super) stored: tantivy::schema::Field,
}

impl Fields {
    pub(super) fn of(&self, field: Field) -> tantivy::schema::Field {
        self.texts[field as usize]
    }
}

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("whitespace")
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(true);
    let options = TextOptions::default().set_indexing_options(indexing);
    let texts = Field::ALL.map(|field| builder.add_text_field(field.name(), options.clone()));
    let stored = builder.add_bytes_field("stored", STORED);
    (builder.build(), Fields { texts, stored })
}

impl Index {
    /// Indexes documents. Their order is the one in which they are shown when nothing else decides.
    ///
    /// # Errors
    /// When there is no memory for it, or by a fault of ours.
    pub fn build(documents: &[Document], synonyms: Synonyms) -> Result<Self, SearchError> {
        let texts = documents.iter().flat_map(|document| &document.texts);
        let analyser = Analyser::learn(texts.map(|text| (text.language, text.text.as_str())));
        let (schema, fields) = schema();
        let mut writer: SingleSegmentIndexWriter = tantivy::Index::builder()
            .schema(schema)
            .single_segment_index_writer(tantivy::directory::RamDirectory::create(), BUDGET)?;
        let mut facets = Facets::default();
        for document in documents {
            facets.push(document);
            writer.add_document(taken_apart(document, &analyser, &fields))?;
        }
        let index = writer.finalize()?;
        let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let searcher = reader.searcher();
        Ok(Self {
            searcher,
            fields,
            facets,
            weights: documents.iter().map(|document| document.weight).collect(),
            ranks: Ranks::of(documents),
            vocabulary: Vocabulary::of(&analyser),
            analyser,
            synonyms,
        })
    }
}

fn taken_apart(document: &Document, analyser: &Analyser, fields: &Fields) -> TantivyDocument {
    let mut made = TantivyDocument::default();
    for text in &document.texts {
        made.add_text(fields.of(text.field), terms(text, analyser));
    }
    made.add_bytes(fields.stored, &serde_json::to_vec(document).unwrap_or_default());
    made
}

/// The terms of a text, with blanks between.
fn terms(text: &Text, analyser: &Analyser) -> String {
    let mut terms = String::with_capacity(text.text.len() * 3);
    let mut add = |way: Way, what: &str| {
        terms.push_str(&way.term(what));
        terms.push(' ');
    };
    for token in token::tokens(&text.text) {
        if let Some(word) = analyser.known(&token.word) {
            each_way(&token.word, word, text.field, text.language, |way, what, _| add(way, what));
        }
    }
    if text.field == Field::Name {
        add(Way::Whole, &whole_name(&text.text, text.language == Some(Language::En)));
    }
    terms
}
