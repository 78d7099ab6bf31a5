//! Connections of readers, kept for the next question. Whoever finds no server is told at once, with the
//! server's reason.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnection;
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::Address;
use super::address::Statements;
use super::ask::Trouble;
use super::connection::connect;
use super::pooler::{self, Between};

/// Connections that nobody asked on for so long are closed.
const IDLE: Duration = Duration::from_secs(300);

/// Looks at a pooler: a reader is right either way, and only slower where it is wrong.
const ROUNDS: usize = 2;

/// The connections to one database.
#[derive(Debug)]
pub(super) struct Pool {
    most: usize,
    permits: Semaphore,
    idle: Mutex<Vec<(PgConnection, Instant)>>,
    /// Whether it is known what stands between.
    looked: OnceCell<()>,
    /// Whether connections of the server are given to others between transactions.
    shared: AtomicBool,
    /// When the database last answered, or was last lost in the middle of an answer.
    seen: Mutex<Option<Instant>>,
}

impl Pool {
    /// So many connections at most. None is made yet.
    pub(super) fn new(connections: usize) -> Pool {
        Pool {
            most: connections,
            permits: Semaphore::new(connections),
            idle: Mutex::default(),
            looked: OnceCell::new(),
            shared: AtomicBool::new(false),
            seen: Mutex::default(),
        }
    }

    /// A connection that nobody else has.
    pub(super) async fn take(&self, address: &Address) -> Result<Taken<'_>, Trouble> {
        let permit = timeout(address.connect_timeout(), self.permits.acquire()).await;
        let permit = permit.ok().and_then(Result::ok).ok_or(Trouble::NoneFree)?;
        let connection = match self.take_idle() {
            Some(connection) => connection,
            None => self.open(address).await?,
        };
        Ok(Taken { pool: self, connection, _permit: permit })
    }

    async fn open(&self, address: &Address) -> Result<PgConnection, Trouble> {
        let mut connection = connect(address).await?;
        if address.statements() == Statements::Learnt {
            let look = async {
                let (between, other) = pooler::look(&mut connection, address, ROUNDS).await?;
                self.shared.store(between != Between::Nothing, Ordering::Relaxed);
                other.into_iter().filter(|_| self.most > 1).for_each(|other| self.put_back(other));
                Ok::<(), Trouble>(())
            };
            self.looked.get_or_try_init(|| look).await?;
        }
        Ok(connection)
    }

    /// The one that was used last, which keeps the others idle until they are closed.
    fn take_idle(&self) -> Option<PgConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    fn put_back(&self, connection: PgConnection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push((connection, Instant::now()));
    }

    /// Closes what is idle: the server that it led to is gone, or it holds prepared statements that another
    /// client made.
    pub(super) fn clear(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whether connections of the server are given to others between transactions.
    pub(super) fn is_shared(&self) -> bool {
        self.shared.load(Ordering::Relaxed)
    }

    /// Notes that they are. Returns whether that is news.
    pub(super) fn note_shared(&self) -> bool {
        !self.shared.swap(true, Ordering::Relaxed)
    }

    /// Notes that the database was there just now.
    pub(super) fn note_seen(&self) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether the database was there so short a time ago that it may be back in a moment.
    pub(super) fn was_there_within(&self, time: Duration) -> bool {
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.is_some_and(|seen| seen.elapsed() < time)
    }
}

/// A connection of the pool. One that is dropped is closed: whatever became of it, the next has another.
pub(super) struct Taken<'p> {
    pool: &'p Pool,
    pub(super) connection: PgConnection,
    _permit: SemaphorePermit<'p>,
}

impl Taken<'_> {
    /// Gives it back for the next question, which is not to find a transaction open.
    pub(super) fn give_back(self) {
        self.pool.put_back(self.connection);
    }
}
