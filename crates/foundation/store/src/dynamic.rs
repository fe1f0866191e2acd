//! The one place where SQL is put together at run time. PostgreSQL takes no parameters where a
//! name stands (schemas, roles, databases), so names are quoted into a static template here.

use sqlx::SqlStr;
use uuid::Uuid;

/// The template with each `{}` replaced by the next name as a quoted identifier. Names missing
/// leave an empty identifier, which PostgreSQL refuses.
///
/// `statement("CREATE SCHEMA IF NOT EXISTS {}", &["access"])`
#[expect(clippy::disallowed_methods, reason = "names are quoted identifiers in a static template")]
pub fn statement(template: &'static str, names: &[&str]) -> SqlStr {
    use sqlx::SqlSafeStr;
    let mut names = names.iter();
    let mut text = String::with_capacity(template.len() + 64);
    let mut parts = template.split("{}");
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        text.push_str(&quoted(names.next().copied().unwrap_or_default()));
        text.push_str(part);
    }
    sqlx::AssertSqlSafe(text).into_sql_str()
}

/// A table's columns as text: CSV with a heading, UTF-8. PostgreSQL copies from views only by a query.
///
/// `copy_out("public", "stay", &["pid", "in_date"])`
#[expect(clippy::disallowed_methods, reason = "names are quoted identifiers in a static template")]
pub fn copy_out(schema: &str, table: &str, columns: &[&str]) -> SqlStr {
    use sqlx::SqlSafeStr;
    let columns = columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
    let (schema, table) = (quoted(schema), quoted(table));
    let text = format!(
        "COPY (SELECT {columns} FROM {schema}.{table}) TO STDOUT WITH (FORMAT csv, HEADER true, ENCODING 'UTF8')"
    );
    sqlx::AssertSqlSafe(text).into_sql_str()
}

/// What a context's transaction runs under.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// The schema; behind `varde_` the role.
    pub(crate) context: &'static str,
    /// The organisation acted for.
    pub(crate) organisation: Option<Uuid>,
    /// The person who acts.
    pub(crate) person: Option<Uuid>,
    /// What kind of subject acts.
    pub(crate) subject: &'static str,
}

/// The beginning of a transaction under a context's role, in one round trip.
///
/// The settings come before `BEGIN`, which makes them part of the transaction (PostgreSQL, 55.2.2.1):
/// if one of them fails, no transaction was begun that a pooled connection would be stuck in. They
/// need no snapshot, so `begin` may still choose the isolation.
#[expect(clippy::disallowed_methods, reason = "a quoted identifier, quoted names and UUIDs in a static template")]
pub(crate) fn begin(begin: &'static str, settings: &Settings) -> SqlStr {
    use sqlx::SqlSafeStr;
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let text = format!(
        "SET LOCAL ROLE {}; SET LOCAL search_path = {}; SET LOCAL varde.organisation = '{}'; \
         SET LOCAL varde.person = '{}'; SET LOCAL varde.subject = {}; {begin}",
        quoted(&format!("varde_{}", settings.context)),
        quoted(settings.context),
        id(settings.organisation),
        id(settings.person),
        quoted(settings.subject),
    );
    sqlx::AssertSqlSafe(text).into_sql_str()
}

/// A name as a quoted identifier. A NUL cannot be sent to PostgreSQL and is left out.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\0', "").replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_begins_after_its_settings() {
        let settings = Settings { context: "alpha", organisation: None, person: Some(Uuid::nil()), subject: "person" };
        assert_eq!(
            begin("BEGIN", &settings).as_str(),
            "SET LOCAL ROLE \"varde_alpha\"; SET LOCAL search_path = \"alpha\"; SET LOCAL varde.organisation = ''; \
             SET LOCAL varde.person = '00000000-0000-0000-0000-000000000000'; SET LOCAL varde.subject = \"person\"; BEGIN"
        );
    }

    #[test]
    fn a_table_is_copied_by_its_quoted_names() {
        assert_eq!(
            copy_out("kilde", "opphold\"; DROP", &["a", "b\""]).as_str(),
            "COPY (SELECT \"a\", \"b\"\"\" FROM \"kilde\".\"opphold\"\"; DROP\") TO STDOUT WITH (FORMAT csv, HEADER true, \
             ENCODING 'UTF8')"
        );
    }

    #[test]
    fn names_cannot_leave_their_quotes() {
        let statement = statement("GRANT {} TO {}", &["a\"; DROP ROLE x; --", "b"]);
        assert_eq!(statement.as_str(), "GRANT \"a\"\"; DROP ROLE x; --\" TO \"b\"");
    }
}
