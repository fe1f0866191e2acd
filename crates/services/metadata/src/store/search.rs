//! Full-text search in PostgreSQL over the variables of the current editions.

use sqlx::{PgConnection, Row};
use varde_core::{CataloguePath, LocalisedText};

use super::{decode, edition::EditionRow, path};
use crate::{
    EditionId, MetadataError,
    model::{DataSource, DataType, Variable},
};

/// How the entries of a search are found. Each is its own statement, so that each has its own plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Everything: nothing was typed.
    Browse,
    /// By words and beginnings of words.
    Words,
    /// By parts of words, when no word begins so.
    Parts,
}

/// What is asked of the index.
#[derive(Debug, Clone)]
pub(crate) struct Asked<'a> {
    pub(crate) mode: Mode,
    /// A `tsquery` for words; `LIKE` patterns joined by [`JOINT`] for parts; unused to browse.
    pub(crate) pattern: String,
    pub(crate) sources: &'a [String],
    pub(crate) types: Vec<String>,
    pub(crate) retired: bool,
}

/// Joins the patterns of [`Mode::Parts`]: the unit separator, which no text holds.
pub(crate) const JOINT: &str = "\u{1f}";

/// The statement for the rows of a page, with the condition and the rank of a mode.
macro_rules! page_statement {
    ($query:literal, $condition:literal, $rank:literal, $weights:literal) => {
        concat!(
            "SELECT hit.path, v.body, d.about -> 'name' AS dataset_name, e.about -> 'name' AS source_name, ",
            $weights,
            " FROM (SELECT s.path, s.edition, s.source, s.dataset, s.position, s.retired, s.words, ",
            $rank,
            "   AS rank FROM search_entry s",
            $query,
            " WHERE ",
            $condition,
            "   AND (cardinality($2::text[]) = 0 OR s.source = ANY ($2))",
            "   AND (cardinality($3::text[]) = 0 OR s.data_type = ANY ($3)) AND ($4 OR NOT s.retired)",
            "   ORDER BY rank DESC, s.retired, s.source, s.dataset, s.position LIMIT $5 OFFSET $6) hit",
            " JOIN variable v ON v.edition = hit.edition AND v.path = hit.path",
            " JOIN dataset d ON d.edition = hit.edition AND d.path = hit.dataset",
            " JOIN edition e ON e.id = hit.edition",
            " ORDER BY hit.rank DESC, hit.retired, hit.source, hit.dataset, hit.position"
        )
    };
}

/// The statement for the counts. A facet counts what the other facet leaves, so that a second
/// choice within it can be seen before it is made.
macro_rules! facet_statement {
    ($query:literal, $condition:literal) => {
        concat!(
            "SELECT source, data_type, ",
            "  count(*) FILTER (WHERE of_type) AS by_source, count(*) FILTER (WHERE of_source) AS by_type, ",
            "  count(*) FILTER (WHERE of_type AND of_source) AS total FROM (SELECT s.source, s.data_type,",
            "   (cardinality($2::text[]) = 0 OR s.source = ANY ($2)) AS of_source,",
            "   (cardinality($3::text[]) = 0 OR s.data_type = ANY ($3)) AS of_type FROM search_entry s",
            $query,
            " WHERE ",
            $condition,
            "   AND ($4 OR NOT s.retired)) found GROUP BY GROUPING SETS ((source), (data_type), ())"
        )
    };
}

const BROWSE_PAGE: &str = page_statement!("", "$1::text IS NOT NULL", "0", "'{}'::text[] AS weights");
const BROWSE_FACETS: &str = facet_statement!("", "$1::text IS NOT NULL");

// The query is made once, beside the table: written into the rank it would be made for every row.
const WORDS_PAGE: &str = page_statement!(
    ", (SELECT to_tsquery('norwegian', $1) || to_tsquery('simple', $1) || to_tsquery('english', $1) AS q) asked",
    "s.words @@ asked.q",
    "ts_rank('{0.05, 0.2, 0.6, 1.0}', s.title, asked.q)",
    "(SELECT array_agg(w) FROM unnest('{a,b,c,d}'::\"char\"[]) w WHERE ts_filter(hit.words, ARRAY[w]) @@ \
     (to_tsquery('norwegian', $7) || to_tsquery('simple', $7) || to_tsquery('english', $7)))::text[] AS weights"
);
const WORDS_FACETS: &str = facet_statement!(
    ", (SELECT to_tsquery('norwegian', $1) || to_tsquery('simple', $1) || to_tsquery('english', $1) AS q) asked",
    "s.words @@ asked.q"
);

const PARTS_PAGE: &str =
    page_statement!("", "s.plain LIKE ALL (string_to_array($1, chr(31)))", "0", "'{p}'::text[] AS weights");
const PARTS_FACETS: &str = facet_statement!("", "s.plain LIKE ALL (string_to_array($1, chr(31)))");

/// One row of a page.
pub(crate) struct HitRow {
    pub(crate) variable: Variable,
    pub(crate) source_name: LocalisedText,
    pub(crate) dataset_name: LocalisedText,
    /// Where the words were found: `a` names, `b` column and codes, `c` description, `d` texts of
    /// codes, `p` part of a word.
    pub(crate) weights: Vec<String>,
}

/// The rows of a page. `any` is the query with its words joined by "or": a hit may have one word
/// in its name and the other in its description.
pub(crate) async fn page(
    db: &mut PgConnection,
    asked: &Asked<'_>,
    any: &str,
    limit: i64,
    offset: i64,
) -> Result<Vec<HitRow>, MetadataError> {
    let statement = match asked.mode {
        Mode::Browse => BROWSE_PAGE,
        Mode::Words => WORDS_PAGE,
        Mode::Parts => PARTS_PAGE,
    };
    let query = sqlx::query(statement)
        .bind(&asked.pattern)
        .bind(asked.sources)
        .bind(&asked.types)
        .bind(asked.retired)
        .bind(limit)
        .bind(offset);
    let query = if asked.mode == Mode::Words { query.bind(any) } else { query };
    let rows = query.fetch_all(db).await?;
    rows.into_iter()
        .map(|row| {
            Ok(HitRow {
                variable: decode(row.try_get("body")?)?,
                source_name: decode(row.try_get("source_name")?)?,
                dataset_name: decode(row.try_get("dataset_name")?)?,
                weights: row.try_get::<Option<Vec<String>>, _>("weights")?.unwrap_or_default(),
            })
        })
        .collect()
}

/// How many hits there are, in all and by facet value.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) total: i64,
    pub(crate) by_source: Vec<(CataloguePath, i64)>,
    pub(crate) by_type: Vec<(DataType, i64)>,
}

/// The counts of a search.
pub(crate) async fn counts(db: &mut PgConnection, asked: &Asked<'_>) -> Result<Counts, MetadataError> {
    let statement = match asked.mode {
        Mode::Browse => BROWSE_FACETS,
        Mode::Words => WORDS_FACETS,
        Mode::Parts => PARTS_FACETS,
    };
    let rows = sqlx::query(statement)
        .bind(&asked.pattern)
        .bind(asked.sources)
        .bind(&asked.types)
        .bind(asked.retired)
        .fetch_all(db)
        .await?;
    let mut counts = Counts::default();
    for row in rows {
        let source: Option<String> = row.try_get("source")?;
        let data_type: Option<String> = row.try_get("data_type")?;
        match (source, data_type.as_deref().and_then(DataType::from_name)) {
            (Some(source), _) => counts.by_source.push((path(source)?, row.try_get("by_source")?)),
            (None, Some(data_type)) => counts.by_type.push((data_type, row.try_get("by_type")?)),
            (None, None) => counts.total = row.try_get("total")?,
        }
    }
    Ok(counts)
}

/// The columns of the index for one edition, as arrays.
#[derive(Default)]
struct Columns {
    paths: Vec<String>,
    datasets: Vec<String>,
    positions: Vec<i32>,
    types: Vec<&'static str>,
    retired: Vec<bool>,
    names: Vec<String>,
    english: Vec<String>,
    keys: Vec<String>,
    descriptions: Vec<String>,
    code_texts: Vec<String>,
    plain: Vec<String>,
}

/// Rebuilds the index for the source of a newly published edition.
pub(crate) async fn rebuild(
    db: &mut PgConnection,
    edition: &EditionRow,
    source: &DataSource,
) -> Result<(), MetadataError> {
    sqlx::query("DELETE FROM search_entry WHERE source = $1").bind(source.path.as_str()).execute(&mut *db).await?;
    let mut columns = Columns::default();
    for dataset in &source.datasets {
        for (position, variable) in dataset.variables.iter().enumerate() {
            columns.add(dataset.path.as_str(), super::edition::count(position), variable);
        }
    }
    insert(db, edition.id, source.path.as_str(), columns).await
}

async fn insert(
    db: &mut PgConnection,
    edition: EditionId,
    source: &str,
    columns: Columns,
) -> Result<(), MetadataError> {
    sqlx::query(
        "INSERT INTO search_entry (edition, source, path, dataset, position, data_type, retired, title, words, plain) \
         SELECT $1, $2, path, dataset, position, data_type, retired, \
           title, title || setweight(to_tsvector('norwegian', description) || to_tsvector('simple', description), 'C') \
           || setweight(to_tsvector('norwegian', code_texts) || to_tsvector('simple', code_texts), 'D'), plain \
         FROM unnest($3::text[], $4::text[], $5::integer[], $6::text[], $7::boolean[], $8::text[], $9::text[], \
           $10::text[], $11::text[], $12::text[], $13::text[]) \
         AS new (path, dataset, position, data_type, retired, name, english, keys, description, code_texts, plain), \
         LATERAL (SELECT setweight(to_tsvector('norwegian', name) || to_tsvector('simple', name || ' ' || english) \
           || to_tsvector('english', english), 'A') || setweight(to_tsvector('simple', keys), 'B') AS title) short",
    )
    .bind(edition.uuid())
    .bind(source)
    .bind(columns.paths)
    .bind(columns.datasets)
    .bind(columns.positions)
    .bind(columns.types)
    .bind(columns.retired)
    .bind(columns.names)
    .bind(columns.english)
    .bind(columns.keys)
    .bind(columns.descriptions)
    .bind(columns.code_texts)
    .bind(columns.plain)
    .execute(db)
    .await?;
    Ok(())
}

impl Columns {
    fn add(&mut self, dataset: &str, position: i32, variable: &Variable) {
        let Some(version) = variable.newest() else { return };
        let name = words(&format!("{} {}", version.name.nb, version.name.nn));
        let english = words(&version.name.en);
        let values = version.codes.iter().map(|c| c.value.as_str()).collect::<Vec<_>>().join(" ");
        let system = version.code_system.as_deref().unwrap_or("");
        let keys = words(&format!("{} {} {system} {values}", variable.path.name(), variable.column));
        let description = words(&all(&version.description));
        let code_texts = words(&version.codes.iter().map(|c| all(&c.text)).collect::<Vec<_>>().join(" "));
        self.plain.push(format!("{name} {english} {keys} {description} {code_texts}"));
        self.paths.push(variable.path.to_string());
        self.datasets.push(dataset.to_owned());
        self.positions.push(position);
        self.types.push(version.data_type.name());
        self.retired.push(variable.retired().is_some());
        self.names.push(name);
        self.english.push(english);
        self.keys.push(keys);
        self.descriptions.push(description);
        self.code_texts.push(code_texts);
    }
}

fn all(text: &LocalisedText) -> String {
    format!("{} {} {}", text.nb, text.nn, text.en)
}

/// The words of a text in lower case with single blanks between: the same cut as for what people
/// type. A word is at most 100 characters and a text 20,000, far inside PostgreSQL's limits.
pub(crate) fn words(text: &str) -> String {
    let cut = |word: &str| word.chars().take(100).collect::<String>().to_lowercase();
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(cut).collect();
    words.join(" ").chars().take(20_000).collect()
}
