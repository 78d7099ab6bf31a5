use std::borrow::Cow;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, Row, SqlSafeStr};
use tokio::time::timeout;

use super::Address;
use super::ask::{Trouble, query, repeat};
use super::runtime::wait_for;
use crate::store::Error;

/// Each version, what it brings, and how it comes and goes.
const MIGRATIONS: [(i64, &str, &str, &str); 2] = [
    (
        1,
        "index",
        include_str!("../../../../migrations/postgres/0001_index.up.sql"),
        include_str!("../../../../migrations/postgres/0001_index.down.sql"),
    ),
    (
        2,
        "reference views",
        include_str!("../../../../migrations/postgres/0002_reference_views.up.sql"),
        include_str!("../../../../migrations/postgres/0002_reference_views.down.sql"),
    ),
];

/// The least version of pgvector that knows `halfvec` and scans of a graph that go on (`hnsw.iterative_scan`).
const VECTOR: (u32, u32) = (0, 8);

/// The version of the newest tables.
pub(super) fn newest() -> i64 {
    MIGRATIONS.iter().map(|(version, ..)| *version).max().unwrap_or(0)
}

/// Brings the tables of a database up to what this program knows.
///
/// # Errors
/// [`Error::NoVectorExtension`] where pgvector is missing and the role may not create it,
/// [`Error::Forbidden`] where it may not create the tables.
pub fn migrate(address: &Address) -> Result<(), Error> {
    run(address, None)
}

/// Takes the tables down to a version; 0 removes all of them with everything inside.
///
/// # Errors
/// As [`migrate`].
pub fn migrate_down(address: &Address, version: i64) -> Result<(), Error> {
    run(address, Some(version))
}

fn run(address: &Address, down_to: Option<i64>) -> Result<(), Error> {
    let once = || {
        wait_for(async {
            let mut connection = connect(address).await?;
            prepare(&mut connection, address).await?;
            let migrator = migrator();
            let done = match down_to {
                None => migrator.run(&mut connection).await,
                Some(version) => migrator.undo(&mut connection, version).await,
            };
            done.map_err(|error| match error {
                sqlx::migrate::MigrateError::Execute(error)
                | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => Trouble::Sqlx(error),
                other => Trouble::Sqlx(sqlx::Error::Migrate(Box::new(other))),
            })
        })
        .unwrap_or_else(|error| Err(Trouble::Threads(error)))
    };
    repeat(once).map_err(|trouble| trouble.into_error("migrate", address))
}

fn migrator() -> Migrator {
    let both = MIGRATIONS.iter().flat_map(|(version, name, up, down)| {
        let migration = |kind, sql: &'static str| {
            Migration::new(*version, Cow::Borrowed(*name), kind, sql.into_sql_str(), false)
        };
        [migration(MigrationType::ReversibleUp, up), migration(MigrationType::ReversibleDown, down)]
    });
    Migrator::with_migrations(both.collect())
}

/// A connection of its own, for what needs a session: locks, migrations, publishing.
pub(super) async fn connect(address: &Address) -> Result<PgConnection, Trouble> {
    let connecting = PgConnection::connect_with(address.options());
    timeout(address.connect_timeout(), connecting).await.map_err(|_| Trouble::TooLong)?.map_err(Trouble::Sqlx)
}

/// Makes the schema and the extension where they are missing, and goes into the schema.
async fn prepare(connection: &mut PgConnection, address: &Address) -> Result<(), Trouble> {
    let schema = address.schema();
    let known = "SELECT to_regnamespace($1) IS NOT NULL";
    let there: bool = query(address, known).bind(schema).fetch_one(&mut *connection).await?.try_get(0)?;
    if !there {
        // Two that begin at once meet here; both are content with whoever comes first.
        let made = AssertSqlSafe(format!("CREATE SCHEMA IF NOT EXISTS {schema}"));
        if let Err(error) = connection.execute(made).await {
            let trouble = Trouble::Sqlx(error);
            if trouble.code().as_deref() != Some("23505") {
                return Err(trouble);
            }
        }
    }
    require_vector(connection, address).await?;
    connection.execute(AssertSqlSafe(format!("SET search_path TO {schema}, public"))).await?;
    connection.execute("SET client_min_messages TO warning").await?;
    Ok(())
}

/// Creates the extension where it is missing and can be had.
async fn require_vector(connection: &mut PgConnection, address: &Address) -> Result<(), Trouble> {
    let installed = "SELECT extversion FROM pg_extension WHERE extname = 'vector'";
    let missing = |why: String| Trouble::Ours(Error::NoVectorExtension { place: address.to_string(), why });
    let mut refusal = None;
    for attempt in 0..2 {
        if let Some(row) = query(address, installed).fetch_optional(&mut *connection).await? {
            let version: String = row.try_get(0)?;
            let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
            let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
            if found >= VECTOR {
                return Ok(());
            }
            return Err(missing(format!("it is there in version {version}, which is too old")));
        }
        if attempt == 0 {
            // Two that begin at once meet here; the second look shows what came of it.
            match connection.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public").await {
                Err(sqlx::Error::Database(error)) => refusal = Some(error.message().to_owned()),
                done => {
                    done?;
                }
            }
        }
    }
    Err(missing(refusal.unwrap_or_else(|| "it could not be created".to_owned())))
}
