//! Connections, and what those that write need of theirs.

use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor, Row};
use tokio::time::timeout;

use super::Address;
use super::ask::Trouble;
use super::pooler::{self, Between};
use crate::store::Error;

/// Looks at a pooler: a writer must not take one for the server.
const ROUNDS: usize = 8;

/// What lets the server notice in seconds that whoever wrote is gone, also while it works on a statement:
/// until then the lock is held. None is worth a failure: not every server and system has each, and a session
/// that is ended for its idleness is begun again.
const SETTINGS: [&str; 5] = [
    "SET client_connection_check_interval = '1s'",
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
    "SET idle_session_timeout = 0",
];

/// A new connection.
pub(super) async fn connect(address: &Address) -> Result<PgConnection, Trouble> {
    let connecting = PgConnection::connect_with(address.options());
    let connected = timeout(address.connect_timeout(), connecting).await;
    let connection = connected.map_err(|_| Trouble::NoAnswer)?.map_err(Trouble::Connect)?;
    address.pool().note_seen();
    Ok(connection)
}

/// Refuses a connection behind which a pooler gives the session to others.
pub(super) async fn refuse_pooler(connection: &mut PgConnection, address: &Address) -> Result<(), Trouble> {
    match pooler::look(connection, address, ROUNDS).await?.0 {
        Between::Shared => Err(Trouble::Ours(Error::Pooler { place: address.to_string() })),
        Between::Nothing | Between::Unknown => Ok(()),
    }
}

/// A connection for what needs a session of its own: locks, migrations, publishing. Nothing was written or
/// locked before it is refused.
pub(super) async fn connect_to_write(address: &Address) -> Result<PgConnection, Trouble> {
    let mut connection = connect(address).await?;
    refuse_pooler(&mut connection, address).await?;
    // A standby, or a role or database that only reads: found before anything is fetched or embedded.
    let read_only: String = connection.fetch_one("SHOW transaction_read_only").await?.try_get(0)?;
    if read_only == "on" {
        return Err(Trouble::ReadOnly);
    }
    for setting in SETTINGS {
        match connection.execute(setting).await {
            Err(sqlx::Error::Database(_)) => {}
            done => {
                done?;
            }
        }
    }
    Ok(connection)
}
