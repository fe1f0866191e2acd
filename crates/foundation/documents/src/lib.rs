//! Letters as accessible PDF: PDF/UA-1 (tagged, with title and language) and PDF/A-2a (for the
//! archive) at once, set by Typst from a template and data. The same letter gives the same bytes.
//!
//! Typst lives in this leaf alone, behind [`letter`]: the rest of the house builds without it.

mod world;

use jiff::civil::Date;
use serde::Serialize;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};
use varde_core::Language;

/// A letter to a person or an organisation. All texts are plain: nothing in them is read as markup.
#[derive(Debug, Clone, Serialize)]
pub struct Letter {
    /// The language of every text in the letter.
    #[serde(serialize_with = "tag")]
    pub language: Language,
    /// The title: the main heading and the document's title.
    pub title: String,
    /// Who sends it.
    pub sender: String,
    /// To whom.
    pub recipient: String,
    /// The letter's date; PDF/A wants it among the metadata, and it stands in the letter's facts.
    pub date: Date,
    /// Label and value pairs at the top, such as reference and date.
    pub facts: Vec<(String, String)>,
    /// The body.
    pub sections: Vec<Section>,
    /// What stands at the end, such as who decided and how to complain.
    pub closing: Vec<String>,
}

/// A part of a letter, with a heading.
#[derive(Debug, Clone, Serialize)]
pub struct Section {
    /// The heading.
    pub heading: String,
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// A list, after the paragraphs; may be empty.
    pub points: Vec<String>,
    /// A table, after the list.
    pub table: Option<Table>,
}

/// A table with a heading row.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    /// The headings of the columns.
    pub header: Vec<String>,
    /// The rows, each as long as the header.
    pub rows: Vec<Vec<String>>,
}

/// The letter could not be set.
#[derive(Debug, thiserror::Error)]
#[error("the letter could not be set as PDF: {0}")]
pub struct NotSet(String);

/// Sets the letter as PDF that conforms to PDF/UA-1 and PDF/A-2a; Typst refuses to write a file
/// that does not.
pub fn letter(letter: &Letter) -> Result<Vec<u8>, NotSet> {
    let data = serde_json::to_vec(letter).map_err(|e| NotSet(e.to_string()))?;
    let world = world::LetterWorld::new(include_str!("../templates/letter.typ"), data);
    let document: PagedDocument = typst::compile(&world).output.map_err(|e| NotSet(world::first_message(&e)))?;
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]).map_err(|e| NotSet(format!("{e:?}")))?;
    let options = PdfOptions { standards, ..PdfOptions::default() };
    typst_pdf::pdf(&document, &options).map_err(|e| NotSet(world::first_message(&e)))
}

fn tag<S: serde::Serializer>(language: &Language, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(language.tag())
}
