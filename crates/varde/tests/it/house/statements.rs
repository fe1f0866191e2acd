//! Every SQL statement of the program is one that the database understands: each is prepared in the
//! schema and under the role of the context whose crate it stands in, so that a misspelt column, a
//! table of another context and a right that is missing show here and not at night.

use std::{collections::BTreeMap, fs};

use sqlx::{Executor as _, PgConnection};
use varde::app::contexts;
use varde_store::testing;

use super::{files, place};

/// Words that statements begin with; everything else is a text.
const VERBS: [&str; 5] = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH "];

/// A statement and where it stands.
struct Statement {
    place: String,
    context: Option<&'static str>,
    text: String,
}

#[tokio::test]
async fn every_statement_can_be_prepared_under_its_contexts_role() {
    let statements = statements();
    assert!(statements.len() > 200, "only {} statements were found: the scan is wrong", statements.len());
    let database = testing::database(&contexts()).await;
    let mut connection = database.owner().await;
    let mut wrong = Vec::new();
    for statement in &statements {
        if let Err(error) = prepare(&mut connection, statement).await {
            wrong.push(format!("{}: {error}\n  {}", statement.place, statement.text));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), statements.len(), wrong.join("\n"));
}

#[tokio::test]
async fn a_misspelt_column_and_anothers_table_are_noticed() {
    let database = testing::database(&contexts()).await;
    let mut connection = database.owner().await;
    for text in ["SELECT idd FROM permit", "SELECT * FROM access.application", "DELETE FROM log.entry"] {
        let statement = Statement { place: "here".to_owned(), context: Some("permit"), text: text.to_owned() };
        prepare(&mut connection, &statement).await.unwrap_err();
    }
}

/// Connections are shared by all contexts and keep what they have prepared by its text. PostgreSQL looks
/// the tables up anew when the schema is another, but refuses when the columns are ("cached plan must
/// not change result type"), and only for whoever comes second.
#[test]
fn no_two_contexts_say_the_same_text() {
    let mut said = BTreeMap::new();
    let mut twice = Vec::new();
    for statement in statements().iter().filter(|statement| statement.context.is_some()) {
        let first = (statement.context, statement.place.clone());
        let (context, place) = said.entry(statement.text.clone()).or_insert(first);
        if *context != statement.context {
            twice.push(format!("{place} and {}:\n  {}", statement.place, statement.text));
        }
    }
    assert!(twice.is_empty(), "say one of each in other words, such as a name for the table:\n{}", twice.join("\n"));
}

#[test]
fn literals_are_read_as_the_compiler_reads_them() {
    let source = "let a = '\"'; // \"SELECT no\"\nquery(\"SELECT \\\"x\\\" \\\n     FROM t\"); r#\"WITH \"q\" AS\"#";
    assert_eq!(literals(source), ["SELECT \"x\" FROM t", "WITH \"q\" AS"]);
}

/// Prepares the statement, and lets the database begin to run it without doing so: only then does it
/// look whether the role may.
async fn prepare(connection: &mut PgConnection, statement: &Statement) -> Result<(), sqlx::Error> {
    let role = statement.context.map_or("RESET ROLE; RESET search_path".to_owned(), |context| {
        format!("SET ROLE varde_{context}; SET search_path = {context}")
    });
    run(connection, format!("DEALLOCATE ALL; {role}")).await?;
    run(connection, format!("PREPARE checked AS {}", statement.text)).await?;
    let parameters: i32 =
        sqlx::query_scalar("SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'checked'")
            .persistent(false)
            .fetch_one(&mut *connection)
            .await?;
    let values = vec!["NULL"; usize::try_from(parameters).unwrap_or_default()].join(", ");
    let values = if values.is_empty() { values } else { format!("({values})") };
    run(connection, format!("EXPLAIN EXECUTE checked{values}")).await
}

#[expect(clippy::disallowed_methods, reason = "prepares the program's own static statements, with no input in them")]
async fn run(connection: &mut PgConnection, text: String) -> Result<(), sqlx::Error> {
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(text))).await.map(drop)
}

/// The statements in the sources of the program, without its tests and benchmarks.
fn statements() -> Vec<Statement> {
    let mut found = Vec::new();
    for path in files("rs") {
        let place = place(&path);
        let ours = place.contains("/src/") && !place.contains("test") && !place.contains("/bench/");
        if !ours || place.starts_with("xtask") {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let program = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let texts = literals(program).into_iter().filter(|text| VERBS.iter().any(|verb| text.starts_with(verb)));
        let context = context(&place);
        found.extend(texts.map(|text| Statement { place: place.clone(), context, text }));
    }
    found
}

/// The context of a crate; the store's own statements run as the owner of everything.
fn context(place: &str) -> Option<&'static str> {
    let folder = place.split("/src/").next().and_then(|folder| folder.rsplit('/').next()).unwrap_or_default();
    let found = contexts().into_iter().map(|context| context.name).find(|name| *name == folder);
    if folder == "varde" { Some("operations") } else { found }
}

/// The string literals of a Rust source, with their escapes undone.
fn literals(source: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), source);
    while let Some(at) = rest.find(['"', '/', '\'', 'r']) {
        rest = &rest[at..];
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\'") {
            rest = &rest[3..];
        } else if let Some(after) = rest.strip_prefix("r#\"") {
            let (text, after) = after.split_once("\"#").unwrap_or((after, ""));
            found.push(text.to_owned());
            rest = after;
        } else if let Some(after) = rest.strip_prefix('"') {
            let (text, after) = literal(after);
            found.push(text);
            rest = after;
        } else {
            rest = &rest[1..];
        }
    }
    found
}

/// A literal up to its end, and what comes behind.
fn literal(source: &str) -> (String, &str) {
    let (mut text, mut rest) = (String::new(), source);
    while let Some(at) = rest.find(['"', '\\']) {
        text.push_str(&rest[..at]);
        if rest[at..].starts_with('"') {
            return (text, &rest[at + 1..]);
        }
        let escaped = rest[at + 1..].chars().next().unwrap_or(' ');
        rest = &rest[at + 1 + escaped.len_utf8()..];
        match escaped {
            '\n' => rest = rest.trim_start(),
            'n' => text.push('\n'),
            other => text.push(other),
        }
    }
    (text, "")
}
