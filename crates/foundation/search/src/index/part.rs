//! A part of the index: the words of some groups, taken apart, as one segment of tantivy.

use std::sync::Arc;

use tantivy::{
    IndexReader, IndexSettings, ReloadPolicy, Searcher, SingleSegmentIndexWriter, TantivyDocument, Term,
    schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions},
    store::Compressor,
};
use varde_core::Language;

use super::{
    kept::{Kept, TextOf},
    plan::whole_name,
    terms::{Way, each_way},
};
use crate::{
    Field, SearchError,
    analysis::{Analyser, token},
};

/// What the writer plans its tables for, in bytes; it takes more where more is needed.
const BUDGET: usize = 15_000_000;

/// Some groups that lie one behind the other.
pub(super) struct Part {
    pub(super) groups: Vec<Arc<Kept>>,
    pub(super) searcher: Searcher,
}

/// The field of tantivy for one of ours: they are made in order.
pub(super) fn field_of(field: Field) -> tantivy::schema::Field {
    tantivy::schema::Field::from_field_id(field as u32)
}

fn schema() -> Schema {
    let mut builder = Schema::builder();
    let indexing = TextFieldIndexing::default()
        .set_tokenizer("whitespace")
        .set_index_option(IndexRecordOption::WithFreqs)
        .set_fieldnorms(true);
    let options = TextOptions::default().set_indexing_options(indexing);
    for field in Field::ALL {
        builder.add_text_field(field.name(), options.clone());
    }
    builder.build()
}

impl Part {
    /// Takes the texts of the groups apart.
    pub(super) fn of(groups: Vec<Arc<Kept>>, analyser: &Analyser) -> Result<Self, SearchError> {
        // The documents themselves are kept by us.
        let settings = IndexSettings {
            docstore_compression: Compressor::None,
            docstore_compress_dedicated_thread: false,
            ..IndexSettings::default()
        };
        let mut writer: SingleSegmentIndexWriter = tantivy::Index::builder()
            .schema(schema())
            .settings(settings)
            .single_segment_index_writer(tantivy::directory::RamDirectory::create(), BUDGET)?;
        for kept in &groups {
            for row in 0..kept.len() {
                let mut document = TantivyDocument::default();
                for text in kept.texts(row) {
                    document.add_text(field_of(text.field), terms(text, analyser));
                }
                writer.add_document(document)?;
            }
        }
        let index = writer.finalize()?;
        let reader: IndexReader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { groups, searcher: reader.searcher() })
    }

    /// How many of its documents have a term in a field.
    pub(super) fn document_count(&self, term: &Term) -> u64 {
        // A dictionary in memory cannot fail to be read.
        self.searcher.doc_freq(term).unwrap_or(0)
    }

    /// How many terms all its documents have in a field.
    pub(super) fn term_count(&self, field: Field) -> u64 {
        let readers = self.searcher.segment_readers().iter();
        readers.map(|reader| reader.inverted_index(field_of(field)).map_or(0, |index| index.total_num_tokens())).sum()
    }
}

/// The terms of a text, with blanks between.
fn terms(text: TextOf<'_>, analyser: &Analyser) -> String {
    let mut terms = String::with_capacity(text.text.len() * 3);
    let mut add = |way: Way, what: &str| {
        way.write(what, &mut terms);
        terms.push(' ');
    };
    for token in token::tokens(text.text) {
        if let Some(word) = analyser.known(&token.word) {
            each_way(&token.word, word, text.field, text.language, |way, what, _| add(way, what));
        }
    }
    if text.field == Field::Name {
        add(Way::Whole, &whole_name(text.text, text.language == Some(Language::En)));
    }
    terms
}
