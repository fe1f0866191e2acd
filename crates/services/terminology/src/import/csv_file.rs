//! Tables of codes as CSV with a heading. Cells are divided by `;`, `,` or tab, lists within a cell
//! by `|`. Which columns there are is in [`Column`] and in `docs/terminology.md`.

use csv::{ReaderBuilder, StringRecord};
use jiff::civil::Date;

use super::ImportFault;
use crate::{Concept, Designation, Property, PropertyDefinition, Wording};

/// A column that means something; the heading's names for it, English and Norwegian.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Column {
    Code,
    Parent,
    Display(&'static str),
    Definition,
    Synonyms,
    From,
    Until,
    Active,
    Selectable,
    Temporary,
    Successor,
    /// Another one, `property:NAME`.
    Property(String),
}

/// The names of columns; `property:NAME` comes beside them.
const NAMES: [(&str, Column); 27] = [
    ("code", Column::Code),
    ("kode", Column::Code),
    ("parent", Column::Parent),
    ("overordnet", Column::Parent),
    ("display", Column::Display("nb")),
    ("display_nb", Column::Display("nb")),
    ("display_nn", Column::Display("nn")),
    ("display_en", Column::Display("en")),
    ("display_la", Column::Display("la")),
    ("navn", Column::Display("nb")),
    ("navn_nn", Column::Display("nn")),
    ("navn_en", Column::Display("en")),
    ("navn_la", Column::Display("la")),
    ("definition", Column::Definition),
    ("definisjon", Column::Definition),
    ("synonyms", Column::Synonyms),
    ("synonymer", Column::Synonyms),
    ("valid_from", Column::From),
    ("gyldig_fra", Column::From),
    ("valid_until", Column::Until),
    ("gyldig_til", Column::Until),
    ("active", Column::Active),
    ("aktiv", Column::Active),
    ("selectable", Column::Selectable),
    ("valgbar", Column::Selectable),
    ("temporary", Column::Temporary),
    ("successor", Column::Successor),
];

/// More Norwegian names of the same.
const MORE_NAMES: [(&str, Column); 2] = [("midlertidig", Column::Temporary), ("erstattes_av", Column::Successor)];

/// What stands before the name of a property in the heading.
const PROPERTY: &str = "property:";

impl Column {
    fn named(name: &str) -> Option<Self> {
        let plain = name.trim().to_lowercase();
        if let Some(property) = plain.strip_prefix(PROPERTY).filter(|property| !property.is_empty()) {
            // The name is kept as it is written.
            let written = name.trim().get(PROPERTY.len()..).unwrap_or(property);
            return Some(Self::Property(written.to_owned()));
        }
        let all = NAMES.iter().chain(&MORE_NAMES);
        all.into_iter().find(|(known, _)| *known == plain).map(|(_, column)| column.clone())
    }
}

/// The concepts, and the properties that the heading names.
pub(super) fn read(text: &str) -> Result<(Vec<Concept>, Vec<PropertyDefinition>), ImportFault> {
    let mut reader = ReaderBuilder::new().delimiter(separator(text)).from_reader(text.as_bytes());
    let heading = reader.headers().map_err(|error| broken(&error))?.clone();
    let columns = columns(&heading)?;
    let mut concepts = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| broken(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            concepts.push(concept(&record, &columns, line)?);
        }
    }
    let property = |column: &Column| match column {
        Column::Property(name) => {
            Some(PropertyDefinition { code: name.clone(), uri: None, description: None, kind: "string".to_owned() })
        }
        _ => None,
    };
    Ok((concepts, columns.iter().filter_map(property).collect()))
}

/// The separator that divides the heading into the most cells.
fn separator(text: &str) -> u8 {
    let heading = text.lines().next().unwrap_or_default();
    let count = |separator: &u8| heading.bytes().filter(|b| b == separator).count();
    [b'\t', b',', b';'].into_iter().max_by_key(count).unwrap_or(b';')
}

fn broken(error: &csv::Error) -> ImportFault {
    ImportFault::CsvRow { line: error.position().map_or(1, csv::Position::line) }
}

fn columns(heading: &StringRecord) -> Result<Vec<Column>, ImportFault> {
    let column = |name: &str| Column::named(name).ok_or_else(|| ImportFault::CsvColumn(name.trim().to_owned()));
    let columns = heading.iter().map(column).collect::<Result<Vec<_>, _>>()?;
    if let Some((_, twice)) = heading.iter().enumerate().find(|(at, _)| columns[..*at].contains(&columns[*at])) {
        return Err(ImportFault::CsvTwice(twice.trim().to_owned()));
    }
    if !columns.contains(&Column::Code) || !columns.iter().any(|c| matches!(c, Column::Display(_))) {
        return Err(ImportFault::CsvNeeds);
    }
    Ok(columns)
}

fn concept(record: &StringRecord, columns: &[Column], line: u64) -> Result<Concept, ImportFault> {
    let mut concept = Concept::new("", Wording::default());
    for (column, cell) in columns.iter().zip(record).filter(|(_, cell)| !cell.trim().is_empty()) {
        let cell = cell.trim();
        let wrong = |expected| ImportFault::CsvCell { line, column: name_of(column), expected };
        match column {
            Column::Code => cell.clone_into(&mut concept.code),
            Column::Parent => concept.parents = list(cell),
            Column::Display(language) => concept.display = std::mem::take(&mut concept.display).with(language, cell),
            Column::Definition => concept.definition = Wording::nb(cell),
            Column::Synonyms => {
                concept.designations.extend(list(cell).into_iter().map(|word| Designation::synonym("nb", word)));
            }
            Column::From => concept.from = Some(date(cell).ok_or_else(|| wrong("date"))?),
            Column::Until => concept.until = Some(date(cell).ok_or_else(|| wrong("date"))?),
            Column::Active => concept.active = flag(cell).ok_or_else(|| wrong("flag"))?,
            Column::Selectable => concept.selectable = flag(cell).ok_or_else(|| wrong("flag"))?,
            Column::Temporary => concept.temporary = flag(cell).ok_or_else(|| wrong("flag"))?,
            Column::Successor => concept.successors = list(cell),
            Column::Property(name) => concept.properties.push(Property::text(name, cell)),
        }
    }
    Ok(concept)
}

fn name_of(column: &Column) -> String {
    match column {
        Column::Property(name) => format!("{PROPERTY}{name}"),
        known => NAMES.iter().find(|(_, c)| c == known).map_or_else(String::new, |(name, _)| (*name).to_owned()),
    }
}

fn list(cell: &str) -> Vec<String> {
    cell.split('|').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// `2017-01-31`, or `31.01.2017` as Norwegians write it.
fn date(cell: &str) -> Option<Date> {
    let parts: Vec<&str> = cell.split('.').collect();
    match parts[..] {
        [day, month, year] => Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok(),
        _ => cell.parse().ok(),
    }
}

fn flag(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "ja" | "yes" | "true" | "1" => Some(true),
        "nei" | "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_column_is_read_in_both_languages() {
        let text = "kode;overordnet;navn;navn_en;synonymer;gyldig_fra;valgbar;midlertidig;erstattes_av;property:Chapter\n\
                    A;;Første;First;;;nei;;;\n\
                    A1;A;\"Første; en\";First one;éin|ett;31.01.2017;ja;ja;A2|A3;I\n;;;;;;;;;\n";
        let (concepts, properties) = read(text).unwrap();
        assert_eq!(concepts.len(), 2);
        assert!(!concepts[0].selectable);
        let second = &concepts[1];
        assert_eq!(second.display, Wording::nb("Første; en").with("en", "First one"));
        assert_eq!((second.parents.as_slice(), second.temporary), (["A".to_owned()].as_slice(), true));
        assert_eq!(second.from, Some(date(2017, 1, 31)));
        assert_eq!(second.successors, ["A2", "A3"]);
        assert_eq!(second.designations.len(), 2);
        assert_eq!(second.properties, [Property::text("Chapter", "I")]);
        assert_eq!(properties[0].code, "Chapter");
        assert_eq!(read("code,display\na,b\n").unwrap().0.len(), 1);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_column() {
        let fault = |text: &str| read(text).unwrap_err();
        assert_eq!(fault("code;weight\na;b\n"), ImportFault::CsvColumn("weight".to_owned()));
        assert_eq!(fault("code;kode;navn\n"), ImportFault::CsvTwice("kode".to_owned()));
        assert_eq!(fault("code\na\n"), ImportFault::CsvNeeds);
        assert_eq!(fault("code;navn\na;b\nc\n"), ImportFault::CsvRow { line: 3 });
        let cell = fault("code;navn;aktiv\na;b;kanskje\n");
        assert_eq!(cell, ImportFault::CsvCell { line: 2, column: "active".to_owned(), expected: "flag" });
        let cell = fault("code;navn;gyldig_til\na;b;2017-02-30\n");
        assert_eq!(cell, ImportFault::CsvCell { line: 2, column: "valid_until".to_owned(), expected: "date" });
    }
}
