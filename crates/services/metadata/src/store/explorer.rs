//! What clients of the explorer's API ask for: finished answers about the current editions.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row};
use varde_core::CataloguePath;

use super::path;
use crate::{
    EditionId, MetadataError,
    model::{
        DataSource, Registry,
        explorer::{self, Writer},
    },
    store::edition::count,
};

/// Writes the answers about a source anew.
pub(crate) async fn rebuild(
    db: &mut PgConnection,
    edition: EditionId,
    source: &DataSource,
    registry: &Registry,
    today: Date,
) -> Result<(), MetadataError> {
    for table in ["explorer_node", "explorer_variable"] {
        delete(db, table, &source.path).await?;
    }
    let writer = Writer::new(source, registry, today);
    let whole = serde_json::json!({
        "summary": writer.summary(), "source": writer.source(), "hierarchy": writer.hierarchy(),
    });
    insert_node(db, &writer.source()["id"], "source", source, 0, whole).await?;
    for (position, dataset) in source.datasets.iter().enumerate() {
        let body = writer.dataset(dataset);
        insert_node(db, &body["id"].clone(), "dataset", source, count(position), body).await?;
    }
    insert_variables(db, edition, source, explorer::listing(&writer, source, today)).await
}

async fn delete(db: &mut PgConnection, table: &str, source: &CataloguePath) -> Result<(), MetadataError> {
    let statement = match table {
        "explorer_node" => sqlx::query("DELETE FROM explorer_node WHERE source = $1"),
        _ => sqlx::query("DELETE FROM explorer_variable WHERE source = $1"),
    };
    statement.bind(source.as_str()).execute(db).await?;
    Ok(())
}

async fn insert_node(
    db: &mut PgConnection,
    id: &serde_json::Value,
    kind: &str,
    source: &DataSource,
    position: i32,
    body: serde_json::Value,
) -> Result<(), MetadataError> {
    sqlx::query(
        "INSERT INTO explorer_node (id, kind, source, position, body) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (id) DO UPDATE SET kind = $2, source = $3, position = $4, body = $5",
    )
    .bind(id.as_str().unwrap_or_default())
    .bind(kind)
    .bind(source.path.as_str())
    .bind(position)
    .bind(body)
    .execute(db)
    .await?;
    Ok(())
}

async fn insert_variables(
    db: &mut PgConnection,
    edition: EditionId,
    source: &DataSource,
    listed: Vec<serde_json::Value>,
) -> Result<(), MetadataError> {
    sqlx::query(
        "INSERT INTO explorer_variable \
         (id, source, edition, path, position, item, marks, historical, data_from, data_until, words) \
         SELECT id, $2, $3, path, position, item, marks, historical, data_from, data_until, words \
         FROM jsonb_to_recordset($1) AS new (id text, path text, position integer, item jsonb, marks text[], \
              historical boolean, data_from date, data_until date, words text) \
         ON CONFLICT (id) DO UPDATE SET source = excluded.source, edition = excluded.edition, path = excluded.path, \
              position = excluded.position, item = excluded.item, marks = excluded.marks, \
              historical = excluded.historical, data_from = excluded.data_from, data_until = excluded.data_until, \
              words = excluded.words",
    )
    .bind(serde_json::Value::Array(listed))
    .bind(source.path.as_str())
    .bind(edition.uuid())
    .execute(db)
    .await?;
    Ok(())
}

/// What a client asks of the variables. Within a facet any of the marks, between facets all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    /// Parts of words, lower case; all must be there.
    pub(crate) words: Vec<String>,
    /// For each facet its marks.
    pub(crate) facets: Vec<(String, Vec<String>)>,
    pub(crate) has_list: Option<bool>,
    pub(crate) data_from: Option<Date>,
    pub(crate) data_until: Option<Date>,
    pub(crate) historical: bool,
}

impl Asked {
    fn patterns(&self) -> Vec<String> {
        self.words.iter().map(|word| format!("%{}%", like(word))).collect()
    }

    /// The marks of each facet, without those of one.
    fn marks(&self, without: Option<&str>) -> serde_json::Value {
        let facets = self.facets.iter().filter(|(facet, _)| Some(facet.as_str()) != without);
        facets.map(|(_, marks)| serde_json::json!(marks)).collect()
    }
}

/// Binds what the condition of the three statements below asks for: $1 words, $2 marks, $3 and $4 the
/// period, $5 historical ones too, $6 whether they have a list of their own.
macro_rules! asking {
    ($statement:expr, $asked:expr, $without:expr) => {
        sqlx::query($statement)
            .bind($asked.patterns())
            .bind($asked.marks($without))
            .bind($asked.data_from.map(|d| d.to_sqlx()))
            .bind($asked.data_until.map(|d| d.to_sqlx()))
            .bind($asked.historical)
            .bind($asked.has_list)
    };
}

/// A page of variables. Without an order: by source, the publisher's order, name.
pub(crate) async fn page(
    db: &mut PgConnection,
    asked: &Asked,
    order: &str,
    descending: bool,
    (limit, offset): (i64, i64),
) -> Result<Vec<serde_json::Value>, MetadataError> {
    let statement = "WITH met AS (SELECT item, historical, data_from FROM explorer_variable WHERE words LIKE ALL ($1) AND NOT EXISTS ( \
         SELECT FROM jsonb_array_elements($2) AS facet WHERE NOT marks && ARRAY(SELECT jsonb_array_elements_text(facet))) \
         AND ($3::date IS NULL OR data_until IS NULL OR data_until >= $3) \
         AND ($4::date IS NULL OR data_from IS NULL OR data_from <= $4) AND ($5 OR NOT historical) \
         AND ($6::boolean IS NULL OR $6 = ('harKodeverk:Kildekodeverk' = ANY (marks)))), \
         keyed AS (SELECT item, CASE $7 WHEN 'name' THEN lower(item ->> 'preferredTerm') \
         WHEN 'kode' THEN item ->> 'code' WHEN 'kilde' THEN lower(item ->> 'kildeName') \
         WHEN 'datasamling' THEN lower(item ->> 'datasamlingName') \
         WHEN 'variabelgruppe' THEN lower(item ->> 'variabelgruppeName') \
         WHEN 'datatype' THEN lpad(item ->> 'dataType', 2, '0') WHEN 'status' THEN historical::text \
         WHEN 'dataperiode' THEN data_from::text END AS key FROM met) \
         SELECT item FROM keyed ORDER BY CASE WHEN NOT $8 THEN key END NULLS LAST, \
         CASE WHEN $8 THEN key END DESC NULLS LAST, CASE WHEN $7 = '' THEN lower(item ->> 'kildeName') END, \
         CASE WHEN $7 = '' THEN (item ->> 'presentationOrder')::bigint END NULLS LAST, \
         CASE WHEN $7 = '' THEN lower(item ->> 'preferredTerm') END, item ->> 'code' LIMIT $9 OFFSET $10";
    let rows =
        asking!(statement, asked, None).bind(order).bind(descending).bind(limit).bind(offset).fetch_all(db).await?;
    rows.iter().map(|row| Ok(row.try_get("item")?)).collect()
}

/// How many variables meet what is asked, and the first and last day with data among them.
pub(crate) async fn total(
    db: &mut PgConnection,
    asked: &Asked,
) -> Result<(i64, Option<Date>, Option<Date>), MetadataError> {
    let statement = "SELECT count(*) AS total, min(data_from) AS first, \
         CASE WHEN bool_or(data_until IS NULL) THEN NULL ELSE max(data_until) END AS last FROM explorer_variable \
         WHERE words LIKE ALL ($1) AND NOT EXISTS ( \
         SELECT FROM jsonb_array_elements($2) AS facet WHERE NOT marks && ARRAY(SELECT jsonb_array_elements_text(facet))) \
         AND ($3::date IS NULL OR data_until IS NULL OR data_until >= $3) \
         AND ($4::date IS NULL OR data_from IS NULL OR data_from <= $4) AND ($5 OR NOT historical) \
         AND ($6::boolean IS NULL OR $6 = ('harKodeverk:Kildekodeverk' = ANY (marks)))";
    let row = asking!(statement, asked, None).fetch_one(db).await?;
    let day = |column: &str| row.try_get::<Option<jiff_sqlx::Date>, _>(column).map(|d| d.map(|d| d.to_jiff()));
    Ok((row.try_get("total")?, day("first")?, day("last")?))
}

/// How many of the variables have each mark; those of a facet are counted as if nothing of it were chosen.
pub(crate) async fn counts(
    db: &mut PgConnection,
    asked: &Asked,
    facet: Option<&str>,
) -> Result<Vec<(String, i64)>, MetadataError> {
    let statement = "WITH met AS (SELECT marks FROM explorer_variable WHERE words LIKE ALL ($1) AND NOT EXISTS ( \
         SELECT FROM jsonb_array_elements($2) AS facet WHERE NOT marks && ARRAY(SELECT jsonb_array_elements_text(facet))) \
         AND ($3::date IS NULL OR data_until IS NULL OR data_until >= $3) \
         AND ($4::date IS NULL OR data_from IS NULL OR data_from <= $4) AND ($5 OR NOT historical) \
         AND ($6::boolean IS NULL OR $6 = ('harKodeverk:Kildekodeverk' = ANY (marks)))) \
         SELECT mark, count(*) AS count FROM met, unnest(met.marks) AS mark \
         WHERE $7 = '' OR starts_with(mark, $7) GROUP BY mark ORDER BY mark";
    let prefix = facet.map(|facet| format!("{facet}:")).unwrap_or_default();
    let rows = asking!(statement, asked, facet).bind(prefix).fetch_all(db).await?;
    rows.iter().map(|row| Ok((row.try_get("mark")?, row.try_get("count")?))).collect()
}

/// A text for `LIKE`, taken as it is.
fn like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The finished answer about a node.
pub(crate) async fn node(
    db: &mut PgConnection,
    kind: &str,
    id: &str,
) -> Result<Option<serde_json::Value>, MetadataError> {
    let row = sqlx::query("SELECT body FROM explorer_node WHERE kind = $1 AND id = $2")
        .bind(kind)
        .bind(id)
        .fetch_optional(db)
        .await?;
    row.map(|row| Ok(row.try_get("body")?)).transpose()
}

/// The finished answers about all sources, by path.
pub(crate) async fn sources(db: &mut PgConnection) -> Result<Vec<serde_json::Value>, MetadataError> {
    let rows =
        sqlx::query("SELECT body FROM explorer_node WHERE kind = 'source' ORDER BY source").fetch_all(db).await?;
    rows.iter().map(|row| Ok(row.try_get("body")?)).collect()
}

/// The path of the variable with that id.
pub(crate) async fn variable(db: &mut PgConnection, id: &str) -> Result<Option<CataloguePath>, MetadataError> {
    let row = sqlx::query("SELECT path FROM explorer_variable WHERE id = $1").bind(id).fetch_optional(db).await?;
    row.map(|row| path(row.try_get("path")?)).transpose()
}
