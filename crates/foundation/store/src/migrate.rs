//! Brings the database to the program's version: a schema and a role per context, and each
//! context's migrations with its own table of what was applied.
//!
//! Migrations are append-only: an applied file that was changed is refused by its checksum, and a
//! database that knows migrations the program does not is refused as newer. When several
//! processes start at once, one migrates and the others wait for it.

use sqlx::{
    Connection, Executor, PgConnection,
    migrate::{MigrateError, Migrator},
};

use crate::{Context, Store, StoreError, dynamic::statement};

/// The store's own schemas, migrated before the contexts' because those call them.
static WORK: Migrator = sqlx::migrate!("migrations/work");
static LOG: Migrator = sqlx::migrate!("migrations/log");

/// What a context may call in the store's own schemas; every other function there is closed.
const OPEN_TO_CONTEXTS: [(&str, &str); 8] = [
    ("log", "enter"),
    ("work", "emit"),
    ("work", "deliver"),
    ("work", "redeliver"),
    ("work", "enqueue"),
    ("work", "finish"),
    ("work", "cancel"),
    ("work", "retry"),
];

/// "varde" as a number: the key of the advisory lock that lets one process migrate at a time.
const LOCK: i64 = 0x0076_6172_6465;

/// The schemas with their migrations, in the order they are migrated.
pub(crate) fn schemas(contexts: &[&'static Context]) -> Vec<(&'static str, &'static Migrator)> {
    let own = [("work", &WORK), ("log", &LOG)];
    own.into_iter().chain(contexts.iter().map(|c| (c.name, &c.migrations))).collect()
}

impl Store {
    /// Brings the database to the program's version. Safe to call at every start and from several
    /// processes at once. Needs a login that may create schemas and roles.
    pub async fn migrate(&self, contexts: &[&'static Context]) -> Result<(), StoreError> {
        let mut connection = self.pool().acquire().await?.detach();
        let done = migrate(&mut connection, contexts).await;
        // Closing releases the lock, also when a migration failed half way.
        connection.close().await?;
        done
    }
}

async fn migrate(connection: &mut PgConnection, contexts: &[&'static Context]) -> Result<(), StoreError> {
    // A migration may take long and says little: no notices about what exists already.
    sqlx::query("SELECT set_config('client_min_messages', 'warning', false), pg_advisory_lock($1)")
        .bind(LOCK)
        .execute(&mut *connection)
        .await?;
    for (schema, migrations) in schemas(&[]) {
        apply(connection, schema, migrations).await?;
    }
    close_own_schemas(connection).await?;
    for context in contexts {
        create_role(connection, context.name).await?;
        apply(connection, context.name, &context.migrations).await?;
        grant(connection, context.name).await?;
    }
    Ok(())
}

/// Runs the migrations that are missing, with the schema as the search path.
async fn apply(connection: &mut PgConnection, schema: &'static str, migrations: &Migrator) -> Result<(), StoreError> {
    connection.execute(statement("CREATE SCHEMA IF NOT EXISTS {}", &[schema])).await?;
    if !matches!(schema, "work" | "log") {
        default_privileges(connection, schema).await?;
    }
    sqlx::query("SELECT set_config('search_path', $1, false)").bind(schema).execute(&mut *connection).await?;
    migrations.run_direct(None, &mut *connection, false).await.map_err(|error| failure(schema, error))
}

fn failure(schema: &'static str, error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => StoreError::NewerDatabase { schema, version },
        MigrateError::VersionMismatch(version) => StoreError::ChangedMigration { schema, version },
        MigrateError::Execute(error) => error.into(),
        MigrateError::ExecuteMigration(error, _) if is_about_the_server(&error) => error.into(),
        error => StoreError::Migration { schema, source: error },
    }
}

/// A full disk or a server that went away is not the migration's fault (classes 08, 53 and 57).
fn is_about_the_server(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|e| e.code());
    code.is_some_and(|code| ["08", "53", "57"].iter().any(|class| code.starts_with(class)))
}

/// Roles belong to the whole cluster, and advisory locks to one database: two databases may create
/// the same role at the same moment, so losing that race is success.
async fn create_role(connection: &mut PgConnection, context: &str) -> Result<(), StoreError> {
    let role = role(context);
    let exists: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)")
        .bind(&role)
        .fetch_one(&mut *connection)
        .await?;
    if !exists {
        unless_raced(connection.execute(statement("CREATE ROLE {} NOLOGIN", &[&role])).await)?;
    }
    let member: bool = sqlx::query_scalar("SELECT pg_has_role(current_user, $1, 'MEMBER')")
        .bind(&role)
        .fetch_one(&mut *connection)
        .await?;
    if !member {
        unless_raced(connection.execute(statement("GRANT {} TO CURRENT_USER", &[&role])).await)?;
    }
    Ok(())
}

fn unless_raced<T>(result: Result<T, sqlx::Error>) -> Result<(), StoreError> {
    match result {
        Ok(_) => Ok(()),
        // 42710 duplicate object, 23505 unique, XX000 "tuple concurrently updated".
        Err(sqlx::Error::Database(e)) if matches!(e.code().as_deref(), Some("42710" | "23505" | "XX000")) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// What the context's role may do with tables that its migrations are about to create. A migration
/// that revokes some of it (append-only tables) is not undone, because nothing is granted afterwards.
async fn default_privileges(connection: &mut PgConnection, context: &str) -> Result<(), StoreError> {
    let names = [context, &role(context)];
    for template in [
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT USAGE, SELECT ON SEQUENCES TO {}",
    ] {
        connection.execute(statement(template, &names)).await?;
    }
    Ok(())
}

/// Opens the context's own schema and the few doors of the store's.
async fn grant(connection: &mut PgConnection, context: &str) -> Result<(), StoreError> {
    let role = role(context);
    connection.execute(statement("GRANT USAGE ON SCHEMA {} TO {}", &[context, &role])).await?;
    connection.execute(statement("REVOKE ALL ON TABLE {}._sqlx_migrations FROM {}", &[context, &role])).await?;
    connection.execute(statement("GRANT USAGE ON SCHEMA log, work TO {}", &[&role])).await?;
    for (schema, function) in OPEN_TO_CONTEXTS {
        let names = [schema, function, &role];
        connection.execute(statement("GRANT EXECUTE ON FUNCTION {}.{} TO {}", &names)).await?;
    }
    Ok(())
}

/// PostgreSQL lets everybody execute a new function; here nobody may who was not named.
async fn close_own_schemas(connection: &mut PgConnection) -> Result<(), StoreError> {
    for (schema, _) in schemas(&[]) {
        let template = "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {} FROM PUBLIC";
        connection.execute(statement(template, &[schema])).await?;
    }
    Ok(())
}

fn role(context: &str) -> String {
    format!("varde_{context}")
}
