//! Who sits in the daemon: at most so many connections. When all seats are taken, the one that has
//! kept silent longest gives its place to the newcomer.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, Response};
use axum_server::accept::Accept;
use futures_util::future::{BoxFuture, FutureExt};
use futures_util::task::AtomicWaker;
use http_body_util::BodyExt;
use tokio::net::TcpStream;
use tower::Service;

use super::guarded::GuardedStream;

/// The connections of a daemon.
#[derive(Debug, Clone)]
pub(crate) struct Seats {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    most: usize,
    silence: Duration,
    opened: Instant,
    next: AtomicU64,
    taken: Mutex<HashMap<u64, Arc<Seat>>>,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Seat {
    number: u64,
    shared: Arc<Shared>,
    /// Requests that are not answered to their last byte.
    in_flight: AtomicUsize,
    /// Whether a request ever came.
    was_asked: AtomicBool,
    /// Milliseconds from the opening of the daemon to the moment since which nothing is in flight.
    idle_since: AtomicU64,
    is_closed: AtomicBool,
    waker: AtomicWaker,
}

impl Seats {
    /// Seats for `most` connections; a connection on which nothing is in flight is closed after
    /// `silence`, however slowly it sends its next request.
    pub(crate) fn new(most: usize, silence: Duration) -> Self {
        let (next, taken) = (AtomicU64::new(0), Mutex::new(HashMap::new()));
        Seats { shared: Arc::new(Shared { most, silence, opened: Instant::now(), next, taken }) }
    }

    /// Connections that are open.
    pub(crate) fn taken(&self) -> usize {
        self.shared.taken().len()
    }

    /// A place for a newcomer; `None` where everyone in the house is being served.
    fn take(&self) -> Option<Arc<Seat>> {
        let shared = &self.shared;
        let mut taken = shared.taken();
        if taken.len() >= shared.most {
            let number = longest_silent(&taken)?;
            if let Some(seat) = taken.remove(&number) {
                seat.close();
            }
        }
        let seat = Arc::new(Seat {
            number: shared.next.fetch_add(1, Ordering::Relaxed),
            shared: shared.clone(),
            in_flight: AtomicUsize::new(0),
            was_asked: AtomicBool::new(false),
            idle_since: AtomicU64::new(shared.now()),
            is_closed: AtomicBool::new(false),
            waker: AtomicWaker::new(),
        });
        taken.insert(seat.number, seat.clone());
        Some(seat)
    }
}

/// Those that never asked anything come first, then those whose last answer is oldest.
fn longest_silent(taken: &HashMap<u64, Arc<Seat>>) -> Option<u64> {
    let silent = taken.values().filter(|seat| !seat.is_busy());
    let since = |seat: &&Arc<Seat>| {
        (seat.was_asked.load(Ordering::Relaxed), seat.idle_since.load(Ordering::Relaxed), seat.number)
    };
    silent.min_by_key(since).map(|seat| seat.number)
}

impl Shared {
    fn taken(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Arc<Seat>>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Seat {
    /// Whether a request is being answered.
    pub(super) fn is_busy(&self) -> bool {
        self.in_flight.load(Ordering::Acquire) > 0
    }

    /// Whether somebody else got the place.
    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    /// How much longer the connection may say nothing; zero when its time is over.
    pub(super) fn patience(&self) -> Duration {
        let silent = self.shared.now().saturating_sub(self.idle_since.load(Ordering::Acquire));
        self.shared.silence.saturating_sub(Duration::from_millis(silent))
    }

    /// How long the other side may take none of an answer.
    pub(super) fn silence(&self) -> Duration {
        self.shared.silence
    }

    /// Wakes the connection's task when the place is given away.
    pub(super) fn on_close(&self, context: &Context<'_>) {
        self.waker.register(context.waker());
    }

    pub(super) fn leave(&self) {
        self.shared.taken().remove(&self.number);
    }

    fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.waker.wake();
    }

    fn enter(self: &Arc<Self>) -> InFlight {
        self.was_asked.store(true, Ordering::Relaxed);
        self.in_flight.fetch_add(1, Ordering::AcqRel);
        InFlight { seat: self.clone() }
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct InFlight {
    seat: Arc<Seat>,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.seat.idle_since.store(self.seat.shared.now(), Ordering::Release);
        self.seat.in_flight.fetch_sub(1, Ordering::AcqRel);
    }
}

impl<S> Accept<TcpStream, S> for Seats {
    type Stream = GuardedStream;
    type Service = Seated<S>;
    type Future = Ready<io::Result<(GuardedStream, Seated<S>)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let Some(seat) = self.take() else {
            return ready(Err(io::Error::other("every connection is being served")));
        };
        // Answers are small and whole: nothing is gained by waiting for more to send.
        let _ = stream.set_nodelay(true);
        ready(Ok((GuardedStream::new(stream, seat.clone()), Seated { service, seat })))
    }
}

/// A service that says when requests come and when they are answered.
#[derive(Debug, Clone)]
pub(crate) struct Seated<S> {
    service: S,
    seat: Arc<Seat>,
}

impl<S, B> Service<Request<B>> for Seated<S>
where
    S: Service<Request<B>, Response = Response<Body>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<S::Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let in_flight = self.seat.enter();
        let answer = self.service.call(request);
        async move { Ok(answer.await?.map(|body| held_by(body, in_flight))) }.boxed()
    }
}

/// A body that ends the request when it is dropped: when its last byte was handed over.
fn held_by(body: Body, in_flight: InFlight) -> Body {
    Body::new(body.map_frame(move |frame| {
        let _held = &in_flight;
        frame
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_who_never_asked_goes_first_and_the_busy_stay() {
        let seats = Seats::new(2, Duration::from_secs(60));
        let busy = seats.take().unwrap();
        let _request = busy.enter();
        let silent = seats.take().unwrap();
        let newcomer = seats.take().unwrap();
        assert!(silent.is_closed() && !busy.is_closed());
        assert_eq!(seats.taken(), 2);
        let answered = newcomer.enter();
        assert!(seats.take().is_none(), "everyone is being served");
        drop(answered);
        let last = seats.take().unwrap();
        assert!(newcomer.is_closed());
        last.leave();
        assert_eq!(seats.taken(), 1);
    }

    #[test]
    fn who_asked_before_outlasts_who_never_asked() {
        let seats = Seats::new(2, Duration::from_secs(60));
        let asked = seats.take().unwrap();
        drop(asked.enter());
        let silent = seats.take().unwrap();
        seats.take().unwrap();
        assert!(silent.is_closed() && !asked.is_closed());
    }
}
