//! The one place where SQL is put together at run time. PostgreSQL takes no parameters where a
//! name stands (schemas, roles, databases), so names are quoted into a static template here.

use sqlx::SqlStr;

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

/// A name as a quoted identifier. A NUL cannot be sent to PostgreSQL and is left out.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\0', "").replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_quotes() {
        let statement = statement("GRANT {} TO {}", &["a\"; DROP ROLE x; --", "b"]);
        assert_eq!(statement.as_str(), "GRANT \"a\"\"; DROP ROLE x; --\" TO \"b\"");
    }
}
