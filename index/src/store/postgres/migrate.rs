use std::borrow::Cow;

use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, Row, SqlSafeStr};

use super::ask::{Trouble, query, repeat};
use super::connection::connect_to_write;
use super::lock::{self, Claim};
use super::runtime::wait_for;
use super::{Address, extension};
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

/// The table that says which versions are there.
const VERSIONS: &str = "_sqlx_migrations";

/// The version of the newest tables.
pub(super) fn newest() -> i64 {
    MIGRATIONS.iter().map(|(version, ..)| *version).max().unwrap_or(0)
}

/// Brings the tables of a database up to what this program knows.
///
/// # Errors
/// [`Error::NoVectorExtension`] where pgvector is missing and the role may not create it,
/// [`Error::Forbidden`] where it may not create the tables, [`Error::NamesTaken`] where the schema holds
/// others of these names, [`Error::Pooler`] behind a pooler between transactions. Nothing was changed then.
pub fn migrate(address: &Address) -> Result<(), Error> {
    run(address, async |connection| up(connection, address).await)
}

/// Takes the tables down to a version; 0 removes all of them with everything inside, and the schema where
/// nothing else is in it and this role could make it again. All of it happens, or nothing.
///
/// # Errors
/// [`Error::NoSuchVersion`] and [`Error::BelowVersion`] where there is nothing to take down to,
/// [`Error::Locked`] while somebody writes, and as [`migrate`].
pub fn migrate_down(address: &Address, version: i64) -> Result<(), Error> {
    let known: Vec<i64> = MIGRATIONS.iter().map(|(version, ..)| *version).collect();
    if version != 0 && !known.contains(&version) {
        let known = known.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        return Err(Error::NoSuchVersion { version, known });
    }
    run(address, async |connection| down(connection, address, version).await)
}

/// Acts on a connection that keeps others who migrate waiting.
#[expect(clippy::needless_pass_by_value, reason = "a closure is written where it acts")]
fn run(address: &Address, act: impl AsyncFn(&mut PgConnection) -> Result<(), Trouble>) -> Result<(), Error> {
    let once = || {
        let done = wait_for(async {
            let mut connection = connect_to_write(address).await?;
            connection.lock().await.map_err(of_migration)?;
            let done = act(&mut connection).await;
            // With its locks; where it is broken the server ends it.
            let _ = connection.close().await;
            done
        });
        done.unwrap_or_else(|error| Err(Trouble::Threads(error)))
    };
    repeat(address, once).map_err(|trouble| trouble.into_error("migrate", address))
}

async fn up(connection: &mut PgConnection, address: &Address) -> Result<(), Trouble> {
    let applied = applied(connection, address).await?.unwrap_or_default();
    check_names(connection, address, &applied).await?;
    let vector = extension::require(connection, address).await?;
    make_schema(connection, address).await?;
    let schema = address.quoted_schema();
    connection.execute(AssertSqlSafe(format!("SET search_path TO {schema}, {vector}"))).await?;
    connection.execute("SET client_min_messages TO warning").await?;
    migrator().run(connection).await.map_err(of_migration)
}

async fn down(connection: &mut PgConnection, address: &Address, version: i64) -> Result<(), Trouble> {
    let applied = applied(connection, address).await?;
    let is_there = applied.is_some();
    let found = applied.iter().flatten().copied().max().unwrap_or(0);
    if version > found {
        let place = address.to_string();
        return Err(Trouble::Ours(Error::BelowVersion { place, version, found }));
    }
    lock::take(connection, address, &Claim::Whole).await?;
    let mut transaction = connection.begin().await?;
    // Nothing but the schema: what somebody has elsewhere under one of these names is not found.
    let schema = address.quoted_schema();
    transaction.execute(AssertSqlSafe(format!("SET LOCAL search_path TO {schema}"))).await?;
    let going = MIGRATIONS.iter().rev().filter(|(going, ..)| *going > version && *going <= found);
    for (going, _, _, sql) in going {
        transaction.execute(*sql).await?;
        let sql = format!("DELETE FROM {{ccr}}.{VERSIONS} WHERE version = $1");
        query(address, &sql).bind(*going).execute(&mut *transaction).await?;
    }
    if version == 0 && is_there {
        transaction.execute(AssertSqlSafe(format!("DROP TABLE {schema}.{VERSIONS}"))).await?;
        drop_schema(&mut transaction, address).await?;
    }
    Ok(transaction.commit().await?)
}

/// The versions that are there, ascending; `None` where there is no table of them.
async fn applied(connection: &mut PgConnection, address: &Address) -> Result<Option<Vec<i64>>, Trouble> {
    let known = "SELECT to_regclass($1) IS NOT NULL";
    let table = format!("{}.{VERSIONS}", address.quoted_schema());
    if !query(address, known).bind(table).fetch_one(&mut *connection).await?.try_get::<bool, _>(0)? {
        return Ok(None);
    }
    let sql = format!("SELECT version, checksum FROM {{ccr}}.{VERSIONS} WHERE success ORDER BY version");
    let rows = match query(address, &sql).fetch_all(connection).await.map_err(Trouble::Sqlx) {
        // undefined_column: another program's table.
        Err(trouble) if trouble.code().as_deref() == Some("42703") => {
            return Err(taken(address, &[VERSIONS]));
        }
        rows => rows?,
    };
    let migrator = migrator();
    let mut versions = Vec::with_capacity(rows.len());
    for row in rows {
        let (version, checksum): (i64, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
        let ours = migrator.iter().find(|migration| migration.version == version);
        match ours {
            Some(migration) if *migration.checksum == *checksum => versions.push(version),
            // Ours up to here, and more that this program does not know.
            None if versions.last() == Some(&newest()) => {
                return Err(Trouble::Newer(version));
            }
            _ => return Err(taken(address, &[VERSIONS])),
        }
    }
    Ok(Some(versions))
}

/// Refuses a schema that holds something else under a name of ours, before anything is changed.
async fn check_names(
    connection: &mut PgConnection,
    address: &Address,
    applied: &[i64],
) -> Result<(), Trouble> {
    let coming = MIGRATIONS.iter().filter(|(version, ..)| !applied.contains(version));
    let names: Vec<String> = coming.flat_map(|(_, _, up, _)| names(up)).map(str::to_owned).collect();
    let sql = "SELECT relname::text FROM pg_class WHERE relnamespace = to_regnamespace($1) \
               AND relname = ANY($2::text[]) ORDER BY relname";
    let asked = query(address, sql).bind(address.quoted_schema()).bind(names);
    let rows = asked.fetch_all(connection).await?;
    let found: Vec<String> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    if found.is_empty() { Ok(()) } else { Err(taken(address, &found)) }
}

/// What a migration creates: the names behind `CREATE TABLE`, `CREATE VIEW` and `CREATE INDEX`.
fn names(sql: &str) -> impl Iterator<Item = &str> {
    let created = ["CREATE TABLE ", "CREATE VIEW ", "CREATE INDEX ", "CREATE UNIQUE INDEX "];
    let name = move |line: &'_ str| created.iter().find_map(|words| line.strip_prefix(words).map(str::len));
    sql.lines().filter_map(move |line| {
        let rest = name(line)?;
        line[line.len() - rest..].split([' ', '(']).next()
    })
}

fn taken(address: &Address, names: &[&str]) -> Trouble {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    Trouble::Ours(Error::NamesTaken {
        place: address.to_string(),
        schema: address.schema().to_owned(),
        names: names.join(", "),
    })
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

fn of_migration(error: MigrateError) -> Trouble {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => Trouble::Sqlx(error),
        other => Trouble::Sqlx(sqlx::Error::Migrate(Box::new(other))),
    }
}

/// Makes the schema where it is missing.
async fn make_schema(connection: &mut PgConnection, address: &Address) -> Result<(), Trouble> {
    let schema = address.quoted_schema();
    let known = "SELECT to_regnamespace($1) IS NOT NULL";
    if query(address, known).bind(schema.clone()).fetch_one(&mut *connection).await?.try_get(0)? {
        return Ok(());
    }
    connection.execute(AssertSqlSafe(format!("CREATE SCHEMA IF NOT EXISTS {schema}"))).await?;
    Ok(())
}

/// Removes the schema where nothing is in it and `make_schema` could make it again.
async fn drop_schema(connection: &mut PgConnection, address: &Address) -> Result<(), Trouble> {
    let sql = "SELECT has_database_privilege(current_database(), 'CREATE')";
    let may_make: bool = query(address, sql).fetch_one(&mut *connection).await?.try_get(0)?;
    if address.schema() == "public" || !may_make {
        return Ok(());
    }
    // Inside of a savepoint.
    let mut attempt = connection.begin().await?;
    match attempt.execute(AssertSqlSafe(format!("DROP SCHEMA {}", address.quoted_schema()))).await {
        Ok(_) => attempt.commit().await?,
        // Somebody keeps something in it, or it is another role's.
        Err(sqlx::Error::Database(_)) => attempt.rollback().await?,
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_migrations_create_is_known_by_name() {
        let all: Vec<&str> = MIGRATIONS.iter().flat_map(|(_, _, up, _)| names(up)).collect();
        let created = MIGRATIONS.iter().map(|(_, _, up, _)| up.matches("\nCREATE ").count());
        assert_eq!(all.len(), created.sum::<usize>());
        for name in ["index_state", "document_content", "document_words", "vector_codebundles"] {
            assert!(all.contains(&name), "{all:?}");
        }
    }
}
