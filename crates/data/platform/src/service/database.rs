//! Rows straight from a source's own database.
//!
//! They are copied out in one transaction that sees one state (repeatable read) and can change nothing,
//! by a `COPY` of the columns that the catalogue describes: what it withholds never leaves the source.
//! Which table that is follows from the catalogue; nobody writes SQL. A database on another machine is read
//! over TLS.

use std::{
    io::{BufWriter, ErrorKind, Write as _},
    path::Path,
    str::FromStr as _,
};

use futures::TryStreamExt as _;
use sqlx::{
    ConnectOptions as _, Connection as _, Executor as _, PgConnection,
    postgres::{PgConnectOptions, PgSslMode},
};
use tempfile::TempPath;
use varde_core::CataloguePath;
use varde_metadata::catalogue_name;
use varde_store::dynamic;

use crate::{
    PlatformError,
    import::{Layout, Refused},
};

/// A source's own PostgreSQL, and the schema in it. It does not print its address, which can hold a
/// password.
#[derive(Clone)]
pub struct SourceDatabase {
    options: PgConnectOptions,
    schema: String,
    /// Why rows are read from another machine unencrypted, or from one that nobody has made sure of.
    unprotected: Option<String>,
}

impl std::fmt::Debug for SourceDatabase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SourceDatabase({})", self.schema)
    }
}

impl SourceDatabase {
    /// The database at a URL (`postgresql://…`). One on another machine is read encrypted, and only when its
    /// certificate is for its name and from an authority that we trust: the file that `sslrootcert` in the URL
    /// names, or the public ones (the library trusts these beside the named one, and has no way to leave them out).
    /// `sslcert` and `sslkey` are our own certificate, where the server asks for one.
    ///
    /// Less than that takes words: `unprotected` says why, and goes on the log with what is taken in. So does
    /// `sslmode=verify-ca`, which leaves out the name: whoever has a certificate of any public authority is let in.
    ///
    /// # Errors
    /// When it is no such URL, or asks for less without saying why. The URL is not repeated.
    pub fn new(url: &str, schema: &str, unprotected: Option<&str>) -> Result<Self, Refused> {
        // The library reads any scheme as its own.
        let url = Some(url.trim()).filter(|url| url.starts_with("postgresql://") || url.starts_with("postgres://"));
        let options = url.and_then(|url| PgConnectOptions::from_str(url).ok());
        let options = options.ok_or_else(|| Refused::Database("its address is no postgresql:// URL".to_owned()))?;
        let unprotected = unprotected.map(str::trim).filter(|why| !why.is_empty());
        let (options, unprotected) = protected(options, unprotected)?;
        let options = options.application_name("varde import").disable_statement_logging();
        Ok(Self { options, schema: schema.to_owned(), unprotected })
    }

    /// Why the rows come unprotected from another machine, if they do.
    pub(super) fn unprotected(&self) -> Option<&str> {
        self.unprotected.as_deref()
    }

    /// Copies the dataset's table to a file of our own, readable by its owner only: CSV with a heading.
    pub(super) async fn copy_out(
        &self,
        dataset: &CataloguePath,
        layout: &Layout,
        folder: &Path,
    ) -> Result<TempPath, PlatformError> {
        let mut connection = PgConnection::connect_with(&self.options).await.map_err(|e| refused(&e))?;
        let prepare = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL datestyle = 'ISO, YMD'; \
                       SET LOCAL timezone = 'Europe/Oslo'; SET LOCAL synchronize_seqscans = off; \
                       SET LOCAL client_encoding = 'UTF8'; SET LOCAL statement_timeout = 0";
        connection.execute(prepare).await.map_err(|e| refused(&e))?;
        let table = self.table(&mut connection, dataset).await?;
        let columns = self.columns(&mut connection, &table, layout).await?;
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let statement = dynamic::copy_out(&self.schema, &table, &columns);
        let made = tempfile::Builder::new().suffix(".partial").tempfile_in(folder);
        let mut file = BufWriter::with_capacity(1 << 20, made.map_err(|e| PlatformError::disk(folder, e))?);
        let mut rows = connection.copy_out_raw(statement.as_str()).await.map_err(|e| refused(&e))?;
        while let Some(part) = rows.try_next().await.map_err(|e| lost(&e))? {
            file.write_all(&part).map_err(|e| PlatformError::disk(folder, e))?;
        }
        drop(rows);
        // The end of the rows may be the end of the connection: only a server that is still there ended them.
        connection.execute("COMMIT").await.map_err(|e| lost(&e))?;
        let _closed = connection.close().await;
        let file = file.into_inner().map_err(|e| PlatformError::disk(folder, e.into_error()))?;
        Ok(file.into_temp_path())
    }

    /// The one table or view whose name is the dataset's in the catalogue.
    async fn table(&self, connection: &mut PgConnection, dataset: &CataloguePath) -> Result<String, PlatformError> {
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = $1 ORDER BY table_name",
        )
        .bind(&self.schema)
        .fetch_all(connection)
        .await
        .map_err(|e| refused(&e))?;
        let mut matching: Vec<String> = names.into_iter().filter(|n| catalogue_name(n) == dataset.name()).collect();
        match (matching.pop(), matching.len()) {
            (Some(only), 0) => Ok(only),
            (last, more) => {
                let found = more + usize::from(last.is_some());
                let (schema, table) = (self.schema.clone(), dataset.name().to_owned());
                Err(Refused::NoSuchTable { schema, table, found }.into())
            }
        }
    }

    /// The table's columns that the layout reads, in the table's order.
    async fn columns(
        &self,
        connection: &mut PgConnection,
        table: &str,
        layout: &Layout,
    ) -> Result<Vec<String>, PlatformError> {
        let all: Vec<String> = sqlx::query_scalar(
            "SELECT column_name::text FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2 \
             ORDER BY ordinal_position",
        )
        .bind(&self.schema)
        .bind(table)
        .fetch_all(connection)
        .await
        .map_err(|e| refused(&e))?;
        let has = |name: &str| all.iter().any(|column| column.eq_ignore_ascii_case(name));
        let demanded = layout.fields.iter().filter(|f| !f.may_be_absent).map(|f| f.heading.as_str());
        let demanded = std::iter::once(layout.person.as_str()).chain(demanded);
        let missing: Vec<String> = demanded.filter(|name| !has(name)).map(str::to_owned).collect();
        if !missing.is_empty() {
            return Err(Refused::MissingColumns { columns: missing }.into());
        }
        let read = |column: &String| {
            layout.person.eq_ignore_ascii_case(column)
                || layout.fields.iter().any(|f| f.heading.eq_ignore_ascii_case(column))
        };
        Ok(all.into_iter().filter(read).collect())
    }
}

/// The options with the protection that the place takes, and the reason where there is less.
fn protected(options: PgConnectOptions, why: Option<&str>) -> Result<(PgConnectOptions, Option<String>), Refused> {
    use PgSslMode::{Allow, Disable, Prefer, Require, VerifyCa, VerifyFull};
    let host = options.get_host();
    let near = options.get_socket().is_some()
        || host.starts_with('/')
        || matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]");
    match (options.get_ssl_mode(), why) {
        _ if near => Ok((options, None)),
        (VerifyFull, _) => Ok((options, None)),
        // What the URL does not say, or leaves to the server.
        (Prefer | Allow, _) => Ok((options.ssl_mode(VerifyFull), None)),
        (Disable | Require | VerifyCa, Some(why)) => Ok((options, Some(why.to_owned()))),
        (mode @ (Disable | Require | VerifyCa), None) => {
            let what = if matches!(mode, Disable) { "unencrypted" } else { "without making sure who answers" };
            Err(Refused::Database(format!(
                "it is on another machine and its URL asks for rows to be read {what}: leave sslmode out, name its \
                 authority's certificate with sslrootcert, or say why with --unprotected"
            )))
        }
    }
}

/// Why the database could not be asked, in our own words: its own may repeat the address or a value.
fn refused(error: &sqlx::Error) -> PlatformError {
    let why = match error {
        // The library reads the files that the URL names when it connects.
        sqlx::Error::Io(e) if e.kind() == ErrorKind::NotFound => {
            "a file that sslrootcert, sslcert or sslkey names is not there"
        }
        // What is wrong with a certificate comes as data that cannot be read.
        sqlx::Error::Io(e) if e.kind() == ErrorKind::InvalidData => UNTRUSTED,
        sqlx::Error::Io(_) => "it does not answer",
        sqlx::Error::Database(e) => match e.code().as_deref() {
            Some(code) if code.starts_with("28") => "it does not let us in: look at the user and the password",
            Some("3D000") => "it has no database of that name",
            Some("42501") => "the user may not read the table",
            _ => "it answers with an error",
        },
        sqlx::Error::Tls(_) => UNTRUSTED,
        sqlx::Error::Configuration(_) => "the files that sslcert and sslkey name are no certificate with its key",
        _ => "the connection could not be made",
    };
    Refused::Database(why.to_owned()).into()
}

/// No encrypted connection to whom we think it is.
const UNTRUSTED: &str = "no encrypted connection to it can be trusted: does it offer TLS, is its certificate for the \
                         name in the URL and still valid, and is the file that sslrootcert names its authority's?";

fn lost(error: &sqlx::Error) -> PlatformError {
    match error {
        sqlx::Error::Database(e) if e.code().is_some_and(|code| !code.starts_with("57P")) => {
            Refused::Database("it could not read its own rows to their end".to_owned()).into()
        }
        _ => Refused::ConnectionLost.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(url: &str, why: Option<&str>) -> Result<(String, bool), String> {
        let database = SourceDatabase::new(url, "public", why).map_err(|refused| refused.to_string())?;
        assert!(!format!("{database:?}").contains("hunter2"));
        Ok((format!("{:?}", database.options.get_ssl_mode()), database.unprotected.is_some()))
    }

    #[test]
    fn another_machine_is_read_encrypted_and_known_unless_somebody_says_why_not() {
        let far = "postgresql://u:hunter2@registry.example/x";
        let with = |what: &str| format!("{far}?sslmode={what}");
        for (url, why, expected) in [
            (far.to_owned(), None, Ok("VerifyFull")),
            (with("prefer"), None, Ok("VerifyFull")),
            (with("verify-full"), None, Ok("VerifyFull")),
            (with("verify-ca"), None, Err("who answers")),
            (with("require"), Some(""), Err("who answers")),
            (with("disable"), None, Err("unencrypted")),
            (with("disable"), Some(" "), Err("unencrypted")),
            (with("require"), None, Err("who answers")),
            (format!("{far}?host=other.example&sslmode=disable"), None, Err("unencrypted")),
            ("mysql://u:hunter2@localhost/x".to_owned(), None, Err("no postgresql:// URL")),
        ] {
            match (mode(&url, why), expected) {
                (Ok((mode, unprotected)), Ok(wanted)) => assert!(mode == wanted && !unprotected, "{url}: {mode}"),
                (Err(said), Err(wanted)) => assert!(said.contains(wanted) && !said.contains("hunter2"), "{said}"),
                (found, _) => panic!("{url}: {found:?}"),
            }
        }
        assert_eq!(mode(&with("disable"), Some("A closed network")), Ok(("Disable".to_owned(), true)));
        assert_eq!(mode("postgresql://u:hunter2@localhost/x?sslmode=disable", None), Ok(("Disable".to_owned(), false)));
    }
}
