//! Writes generated tables as others judge them: `cargo run -p varde-disclosure --example tables -- 1000`.
//!
//! One line of JSON for each table: `name`; `default`, whether the default rules were used; `figure`;
//! `leaves`, the innermost cells with the codes of their categories, what their people contribute, and
//! whether they are withheld; `secondary`, how many cells are withheld beside unsafe ones; `method`; and
//! `systems`, for each figure the table as τ-ARGUS reads it for an audit (its JJ format).

#[path = "../tests/it/world.rs"]
mod world;

use std::{
    env,
    fmt::Write as _,
    io::{self, Write as _},
};

use serde_json::{Value, json};
use varde_core::Digest;
use varde_disclosure::{
    SafeTable, Why,
    primary::{Level, levels},
    protect,
    tables::{Figure, Table},
};
use world::{Sample, generated};

fn main() -> io::Result<()> {
    let tables = env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1000);
    let mut out = io::BufWriter::new(io::stdout().lock());
    for number in 0..tables {
        writeln!(out, "{}", line(number))?;
    }
    out.flush()
}

fn line(number: u64) -> Value {
    let Sample { table, rules, leaves } = generated(number);
    let safe = protect(&table, &rules, Digest::of(b"plan")).expect("generated tables can be protected");
    let levels = levels(&table, &rules);
    let figures = if table.figure() == Figure::Count { vec![Figure::Count] } else { vec![Figure::Count, Figure::Sum] };
    let systems: Vec<String> = figures.into_iter().map(|figure| jj(&table, &safe, &levels, figure)).collect();
    let leaf = |(place, shares): &(Vec<usize>, Vec<u64>)| {
        let codes: Vec<&str> =
            table.dimensions().iter().zip(place).map(|(dimension, at)| &*dimension.categories[*at].code).collect();
        json!({ "codes": codes, "shares": shares, "withheld": safe.cell(place).is_none_or(|cell| cell.count.is_none()) })
    };
    let record = safe.record.as_ref().expect("safe tables have a record");
    json!({
        "name": format!("table {number}"),
        "default": rules == varde_disclosure::rules::Rules::default(),
        "figure": table.figure(),
        "leaves": leaves.iter().map(leaf).collect::<Vec<Value>>(),
        "secondary": record.secondary,
        "cells": record.cells,
        "method": record.method,
        "systems": systems,
    })
}

/// Number, value, weight, status, limits and protection levels of each cell, then the equations.
fn jj(table: &Table, safe: &SafeTable, levels: &[Level], figure: Figure) -> String {
    let value = |cell: usize| {
        let cell = &table.cells()[cell];
        cell.amount.as_ref().filter(|_| figure == Figure::Sum).map_or(cell.count, |amount| amount.sum)
    };
    let cells = table.cells().len();
    // What nobody thinks a cell can exceed: more than any table can have.
    let ceiling = 4 * (0..cells).map(value).max().unwrap_or(0) + 1000;
    let mut text = format!("0\n{cells}\n");
    for cell in 0..cells {
        let level = levels.iter().find(|level| level.cell == cell && level.of == figure);
        let (down, up) = level.map_or((0, 0), |level| (level.down, level.up));
        let status = match (safe.why(cell), level) {
            (None, _) => 's',
            (Some(Why::Primary(_)), Some(_)) => 'u',
            _ => 'm',
        };
        let _ = writeln!(text, "{cell} {} 1 {status} 0 {ceiling} {down} {up} 0", value(cell));
    }
    let relations = table.relations();
    let _ = writeln!(text, "{}", relations.len());
    for relation in relations {
        let _ = write!(text, "0 {} : {} (-1)", relation.parts.len() + 1, relation.total);
        for part in relation.parts {
            let _ = write!(text, " {part} (1)");
        }
        text.push('\n');
    }
    text
}
