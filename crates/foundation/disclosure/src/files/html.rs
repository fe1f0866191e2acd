//! HTML: text and tables, and nothing that runs, fetches, or is not shown.
//!
//! What may be in it is listed; all else stops the file. Of what is listed, no element changes how the text after it
//! is read but `title`, so the standard's tokenizer (HTML, section 13.2.5) alone sees what a browser sees. No listed
//! attribute holds an address, so that there is nothing to load, from elsewhere or from a `data:` address: pictures
//! leave as PNG files, which are looked into. Tables are examined as those of other files.

use std::{cell::RefCell, collections::BTreeMap};

use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts, states::RawKind,
};
use html5ever::{Attribute, tendril::StrTendril};

use super::{
    Finding, Rule, Rules,
    table::{self, Grid},
};

/// Elements that may be there.
const ELEMENTS: [&str; 53] = [
    "html",
    "head",
    "body",
    "meta",
    "title",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "p",
    "div",
    "span",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "br",
    "hr",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "small",
    "sub",
    "sup",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "figure",
    "figcaption",
    "table",
    "caption",
    "colgroup",
    "col",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "abbr",
    "var",
    "samp",
];
/// Attributes that may be there.
const ATTRIBUTES: [&str; 17] = [
    "class",
    "id",
    "lang",
    "dir",
    "scope",
    "headers",
    "colspan",
    "rowspan",
    "border",
    "cellpadding",
    "cellspacing",
    "align",
    "valign",
    "width",
    "height",
    "style",
    "charset",
];
/// Properties that a style may set: none that hides or loads something.
const PROPERTIES: [&str; 14] = [
    "text-align",
    "vertical-align",
    "font-weight",
    "font-style",
    "border",
    "border-top",
    "border-bottom",
    "border-left",
    "border-right",
    "border-collapse",
    "padding",
    "white-space",
    "min-width",
    "margin",
];
/// The longest value of an attribute.
const LONGEST: usize = 200;
/// The most columns and rows that a cell may stretch over.
const WIDEST: usize = 100;

pub(super) fn examine(file: &str, bytes: &[u8], rules: &Rules) -> Vec<Finding> {
    let page = read(bytes);
    let stops = page.stops.into_iter().map(|(line, what, rule)| Finding {
        row: Some(line),
        column: Some(what),
        ..Finding::of(file, rule)
    });
    let mut found: Vec<Finding> = stops.collect();
    for grid in &page.tables {
        found.extend(table::examine(file, grid, rules));
    }
    found
}

/// The tables of a page; none when something in it stops the file.
pub(super) fn grids(bytes: &[u8]) -> Vec<Grid> {
    let page = read(bytes);
    if page.stops.is_empty() { page.tables } else { Vec::new() }
}

fn read(bytes: &[u8]) -> Page {
    let text = String::from_utf8_lossy(bytes);
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&text));
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    // Nothing suspends it: scripts stop the file and are not run.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut page = tokenizer.sink.0.into_inner();
    page.close_table();
    page
}

/// A page as it is read.
#[derive(Default)]
struct Page {
    /// Line, what, and why it stops the file.
    stops: Vec<(u64, String, Rule)>,
    tables: Vec<Grid>,
    open: Option<Open>,
}

/// A table that is being read.
#[derive(Default)]
struct Open {
    heads: Vec<Vec<String>>,
    rows: Vec<(u64, Vec<String>)>,
    row: Option<Row>,
    in_head: bool,
    /// Of each column, how many more rows a cell from above takes, and its text.
    from_above: BTreeMap<usize, (usize, String)>,
}

struct Row {
    line: u64,
    cells: Vec<String>,
    all_heads: bool,
    /// The cell that is open: its text and what it stretches over.
    cell: Option<(String, usize, usize)>,
}

#[derive(Default)]
struct Sink(RefCell<Page>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => return page.tag(&tag, line),
            Token::CharacterTokens(text) => page.text(&text),
            Token::CommentToken(_) => page.stop(line, "<!-- -->", Rule::HiddenContent),
            Token::NullCharacterToken => page.stop(line, "NUL", Rule::HiddenContent),
            Token::DoctypeToken(doctype) => {
                if doctype.name.as_deref() != Some("html") || doctype.system_id.is_some() || doctype.public_id.is_some()
                {
                    page.stop(line, "<!DOCTYPE>", Rule::ActiveContent);
                }
            }
            Token::ParseError(_) | Token::EOFToken => {}
        }
        TokenSinkResult::Continue
    }
}

impl Page {
    fn stop(&mut self, line: u64, what: &str, rule: Rule) {
        if self.stops.len() < super::ENOUGH {
            // Names come from the file: short, and without what could be a value.
            self.stops.push((line, what.chars().filter(|c| !c.is_control()).take(40).collect(), rule));
        }
    }

    fn tag(&mut self, tag: &Tag, line: u64) -> TokenSinkResult<()> {
        let name = &*tag.name;
        if !ELEMENTS.contains(&name) {
            self.stop(line, &format!("<{name}>"), Rule::ActiveContent);
            return match name {
                "script" if tag.kind == TagKind::StartTag => TokenSinkResult::RawData(RawKind::ScriptData),
                "style" if tag.kind == TagKind::StartTag => TokenSinkResult::RawData(RawKind::Rawtext),
                _ => TokenSinkResult::Continue,
            };
        }
        tag.attrs.iter().for_each(|attribute| self.attribute(name, attribute, line));
        if tag.kind == TagKind::EndTag {
            self.end(name);
            return TokenSinkResult::Continue;
        }
        self.start(name, tag, line);
        if name == "title" { TokenSinkResult::RawData(RawKind::Rcdata) } else { TokenSinkResult::Continue }
    }

    fn attribute(&mut self, element: &str, attribute: &Attribute, line: u64) {
        let name = &*attribute.name.local;
        let place = format!("<{element} {name}>");
        if !ATTRIBUTES.contains(&name) || (element == "meta" && name != "charset") {
            self.stop(line, &place, Rule::ActiveContent);
        } else if attribute.value.len() > LONGEST || (name == "style" && !is_plain_style(&attribute.value)) {
            self.stop(line, &place, Rule::HiddenContent);
        }
    }

    fn start(&mut self, name: &str, tag: &Tag, line: u64) {
        if name == "table" {
            if self.open.is_some() {
                // Which cell is in which table cannot be said for sure.
                self.stop(line, "<table><table>", Rule::Unreadable);
                self.close_table();
            }
            self.open = Some(Open::default());
            return;
        }
        let Some(open) = &mut self.open else { return };
        match name {
            "thead" => open.in_head = true,
            "tbody" | "tfoot" => {
                open.close_row();
                open.in_head = false;
            }
            "tr" => {
                open.close_row();
                open.row = Some(Row { line, cells: Vec::new(), all_heads: true, cell: None });
            }
            "th" | "td" => {
                let over = |wanted: &str| {
                    let value = tag.attrs.iter().find(|attribute| &*attribute.name.local == wanted);
                    value.and_then(|attribute| attribute.value.trim().parse().ok()).unwrap_or(1_usize)
                };
                let (wide, high) = (over("colspan"), over("rowspan"));
                if !(1..=WIDEST).contains(&wide) || !(1..=WIDEST * 10).contains(&high) {
                    self.stop(line, &format!("<{name}>"), Rule::Unreadable);
                    return;
                }
                open.begin_cell(line, name == "th", wide, high);
            }
            "br" => self.text(" "),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match (name, &mut self.open) {
            ("table", _) => self.close_table(),
            ("tr" | "thead" | "tbody" | "tfoot", Some(open)) => {
                open.close_row();
                open.in_head = open.in_head && name != "thead";
            }
            ("td" | "th", Some(open)) => open.close_cell(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let row = self.open.as_mut().and_then(|open| open.row.as_mut());
        if let Some((cell, ..)) = row.and_then(|row| row.cell.as_mut()) {
            cell.push_str(text);
        }
    }

    fn close_table(&mut self) {
        let Some(mut open) = self.open.take() else { return };
        open.close_row();
        if open.heads.is_empty() && !open.rows.is_empty() {
            open.heads.push(open.rows.remove(0).1);
        }
        let width = open.heads.iter().chain(open.rows.iter().map(|(_, row)| row)).map(Vec::len).max().unwrap_or(0);
        let heading = |at: usize| {
            let parts = open.heads.iter().filter_map(|row| row.get(at)).filter(|part| !part.is_empty());
            parts.map(|part| part.to_lowercase()).collect::<Vec<_>>().join(" ")
        };
        let headings = (0..width).map(heading).collect();
        self.tables.push(Grid { headings, rows: open.rows });
    }
}

impl Open {
    fn begin_cell(&mut self, line: u64, is_head: bool, wide: usize, high: usize) {
        self.close_cell();
        let row = self.row.get_or_insert(Row { line, cells: Vec::new(), all_heads: true, cell: None });
        row.all_heads &= is_head;
        row.cell = Some((String::new(), wide, high));
        self.take_from_above();
    }

    /// Puts in the cells that reach down from rows above, as far as they stand next.
    fn take_from_above(&mut self) {
        let Some(row) = &mut self.row else { return };
        while let Some((left, text)) = self.from_above.get_mut(&row.cells.len()) {
            row.cells.push(text.clone());
            *left -= 1;
            if *left == 0 {
                self.from_above.remove(&(row.cells.len() - 1));
            }
        }
    }

    fn close_cell(&mut self) {
        let Some(row) = &mut self.row else { return };
        let Some((text, wide, high)) = row.cell.take() else { return };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for _ in 0..wide {
            if high > 1 {
                self.from_above.insert(row.cells.len(), (high - 1, text.clone()));
            }
            row.cells.push(text.clone());
        }
    }

    fn close_row(&mut self) {
        self.close_cell();
        if self.row.is_some() {
            self.take_from_above();
        }
        let Some(row) = self.row.take() else { return };
        if self.in_head || (row.all_heads && self.rows.is_empty()) {
            self.heads.push(row.cells);
        } else {
            self.rows.push((row.line, row.cells));
        }
    }
}

/// Whether a style only sets what neither hides nor loads something.
fn is_plain_style(style: &str) -> bool {
    style.split(';').filter(|rule| !rule.trim().is_empty()).all(|rule| {
        let Some((property, value)) = rule.split_once(':') else { return false };
        let plain = |c: char| c.is_ascii_alphanumeric() || " .%#-".contains(c);
        PROPERTIES.contains(&property.trim().to_ascii_lowercase().as_str()) && value.chars().all(plain)
    })
}
