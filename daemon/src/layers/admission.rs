//! How much is let in at once, and how fast.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::problem::Problem;
use crate::service::Service;

/// Seconds after which who was turned away may come again.
const RETRY_SECONDS: u32 = 1;

/// Requests a second by address.
pub(crate) type RateLimiter = DefaultKeyedRateLimiter<IpAddr>;

/// A limiter of so many requests a second; none for 0.
pub(crate) fn rate_limiter(a_second: u32) -> Option<Arc<RateLimiter>> {
    let quota = Quota::per_second(NonZeroU32::new(a_second)?);
    Some(Arc::new(RateLimiter::keyed(quota)))
}

/// Turns away whoever asks faster than its address may.
pub(crate) async fn limit_rate(
    State(limiter): State<Arc<RateLimiter>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    match limiter.check_key(&client(address.ip())) {
        Ok(()) => next.run(request).await,
        Err(early) => {
            let wait = early.wait_time_from(DefaultClock::default().now());
            let seconds = wait.as_secs().max(1);
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many requests from your address")
                .with(header::RETRY_AFTER, seconds.into())
                .into_response()
        }
    }
}

/// Whom an address stands for: a host has a whole /64 of IPv6.
fn client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 => v4,
    }
}

/// Turns a request away when as many are worked on as may be.
pub(crate) async fn admit(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let Ok(_place) = service.admission.try_acquire() else {
        metrics::counter!("ccr_requests_turned_away_total").increment(1);
        return Problem::unavailable("too many requests at once", RETRY_SECONDS).into_response();
    };
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_is_one_client() {
        let check = |address: &str, expected: &str| {
            assert_eq!(client(address.parse().unwrap()), expected.parse::<IpAddr>().unwrap());
        };
        check("192.0.2.7", "192.0.2.7");
        check("::ffff:192.0.2.7", "192.0.2.7");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::");
    }
}
