//! Everything in the file but the rows: header, map, descriptions, and value labels (section 5). All
//! lengths are known before the first byte, so that the map is written once.

use std::io::{self, Write};

use super::{
    super::Table,
    plan::{Plan, Store},
};

/// Bytes that a long text takes beside its own: `GSO`, variable, row, type, length, and a zero at its end.
const LONG_FRAME: u64 = 3 + 4 + 8 + 1 + 4 + 1;
/// The type of a long text that ends in a zero (5.11.2).
const LONG_TEXT: u8 = 130;

/// What stands before, between and after the parts that rows make.
pub(super) struct Frame {
    before: Vec<u8>,
    labels: Vec<u8>,
}

impl Frame {
    pub(super) fn of(table: &Table, rows: u64, plans: &[Plan]) -> Self {
        let header = header(table, rows, plans.len());
        let descriptions = descriptions(plans);
        let labels = labels(plans);
        let mut before = header;
        let map_at = before.len() as u64;
        let mut map = vec![0, map_at];
        // The map itself is as long as its fourteen places and its tags.
        let mut at = map_at + "<map></map>".len() as u64 + 14 * 8;
        for part in &descriptions {
            map.push(at);
            at += part.len() as u64;
        }
        map.push(at);
        at += "<data></data>".len() as u64 + rows * plans.iter().map(Plan::width).sum::<u64>();
        map.push(at);
        let long = plans.iter().map(|plan| plan.long.0 + plan.long.1 * LONG_FRAME).sum::<u64>();
        at += "<strls></strls>".len() as u64 + long;
        map.push(at);
        at += labels.len() as u64;
        map.extend([at, at + "</stata_dta>".len() as u64]);
        before.extend(tagged("map", map.iter().flat_map(|place| place.to_le_bytes()).collect()));
        before.extend(descriptions.into_iter().flatten());
        Self { before, labels }
    }

    pub(super) fn before(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&self.before)?;
        out.write_all(b"<data>")
    }

    pub(super) fn between(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(b"</data><strls>")
    }

    pub(super) fn after(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(b"</strls>")?;
        out.write_all(&self.labels)?;
        out.write_all(b"</stata_dta>")
    }
}

/// 5.1, without a time stamp.
fn header(table: &Table, rows: u64, columns: usize) -> Vec<u8> {
    // A path of the catalogue is at most 200 bytes; a data label at most 80 characters.
    let label: String = table.dataset.as_str().chars().take(80).collect();
    let mut out = b"<stata_dta><header><release>118</release><byteorder>LSF</byteorder>".to_vec();
    out.extend(tagged("K", (columns as u16).to_le_bytes().to_vec()));
    out.extend(tagged("N", rows.to_le_bytes().to_vec()));
    out.extend(tagged("label", [&(label.len() as u16).to_le_bytes(), label.as_bytes()].concat()));
    out.extend(tagged("timestamp", vec![0]));
    out.extend(b"</header>");
    out
}

/// 5.3 to 5.9, in the order of the map.
fn descriptions(plans: &[Plan]) -> Vec<Vec<u8>> {
    let each = |tag: &str, of: &dyn Fn(&Plan) -> Vec<u8>| tagged(tag, plans.iter().flat_map(of).collect());
    vec![
        each("variable_types", &|plan| plan.type_code().to_le_bytes().to_vec()),
        each("varnames", &|plan| fixed(&plan.name, 129)),
        tagged("sortlist", vec![0; (plans.len() + 1) * 2]),
        each("formats", &|plan| fixed(plan.format, 57)),
        each("value_label_names", &|plan| fixed(if plan.values.is_empty() { "" } else { &plan.name }, 129)),
        each("variable_labels", &|plan| fixed(&plan.label, 321)),
        tagged("characteristics", Vec::new()),
    ]
}

/// 5.12: one set for each column that has labels, called as the column is.
fn labels(plans: &[Plan]) -> Vec<u8> {
    let mut sets = Vec::new();
    for plan in plans.iter().filter(|plan| !plan.values.is_empty()) {
        let (mut offsets, mut values, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        for (value, label) in &plan.values {
            offsets.extend((texts.len() as u32).to_le_bytes());
            values.extend(value.to_le_bytes());
            texts.extend(label.as_bytes());
            texts.push(0);
        }
        let mut set = (plan.values.len() as u32).to_le_bytes().to_vec();
        set.extend((texts.len() as u32).to_le_bytes());
        set.extend([offsets, values, texts].concat());
        let mut whole = (set.len() as u32).to_le_bytes().to_vec();
        whole.extend(fixed(&plan.name, 129));
        whole.extend([0; 3]);
        whole.extend(set);
        sets.extend(tagged("lbl", whole));
    }
    tagged("value_labels", sets)
}

fn tagged(tag: &str, content: Vec<u8>) -> Vec<u8> {
    [format!("<{tag}>").into_bytes(), content, format!("</{tag}>").into_bytes()].concat()
}

/// The text and zeros up to the width; the last byte is always a zero.
fn fixed(text: &str, width: usize) -> Vec<u8> {
    let mut end = text.len().min(width - 1);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut out = text.as_bytes()[..end].to_vec();
    out.resize(width, 0);
    out
}

impl Plan {
    fn width(&self) -> u64 {
        match self.store {
            Store::Byte => 1,
            Store::Whole => 4,
            Store::Double | Store::Long => 8,
            Store::Text(width) => width.into(),
        }
    }

    /// 5.3.
    fn type_code(&self) -> u16 {
        match self.store {
            Store::Text(width) => width,
            Store::Long => 32_768,
            Store::Double => 65_526,
            Store::Whole => 65_528,
            Store::Byte => 65_530,
        }
    }
}

/// Where a text is that is kept apart: both counted from 1 (5.11.1).
#[derive(Debug, Clone, Copy)]
pub(super) struct Long {
    pub(super) variable: u16,
    pub(super) row: u64,
}

impl Long {
    /// What stands in the row: two bytes of the variable, six of the row.
    pub(super) fn reference(self) -> [u8; 8] {
        let mut out = [0; 8];
        out[..2].copy_from_slice(&self.variable.to_le_bytes());
        out[2..].copy_from_slice(&self.row.to_le_bytes()[..6]);
        out
    }

    /// The text itself, unless it is empty: that one needs no place.
    pub(super) fn write(self, out: &mut impl Write, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        out.write_all(b"GSO")?;
        out.write_all(&u32::from(self.variable).to_le_bytes())?;
        out.write_all(&self.row.to_le_bytes())?;
        out.write_all(&[LONG_TEXT])?;
        out.write_all(&(text.len() as u32 + 1).to_le_bytes())?;
        out.write_all(text.as_bytes())?;
        out.write_all(&[0])
    }
}
