//! How long a service is left alone, and how many requests are out at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ccr_index::embed::service::{Service, ServiceConfig};
use ccr_index::embed::{Embedder, Purpose};

use crate::model;
use crate::server::{Reply, Request};
use crate::setting::{Setting, embed, good, texts};

/// What is waited where the first request for texts gets this reply.
fn waits(reply: Reply) -> Vec<Duration> {
    let count = AtomicUsize::new(0);
    let setting = Setting::new(move |request| {
        (!request.is_sample() && count.fetch_add(1, Ordering::SeqCst) == 0).then(|| reply.clone())
    });
    let texts = texts(30);
    let config = ServiceConfig { connections: 1, ..setting.azure() };
    let (results, ended) = setting.embed(config, &texts);
    ended.expect("it passes");
    assert_eq!(good(&results, &texts).len(), 30);
    setting.clock.take_waits()
}

#[test]
fn a_service_is_left_alone_as_long_as_it_asks() {
    let limited = || Reply::json(429, "{}");
    let seconds = |seconds| vec![Duration::from_secs(seconds)];
    assert_eq!(waits(limited().with("retry-after", "30")), seconds(30));
    assert_eq!(waits(limited().with("retry-after", "Sun, 06 Nov 1994 08:50:22 GMT")), seconds(45));
    assert_eq!(waits(limited().with("retry-after-ms", "1500")), [Duration::from_millis(1500)]);
    assert_eq!(waits(Reply::json(503, "").with("retry-after", "7")), seconds(7));
    assert_eq!(waits(Reply::json(500, "").with("retry-after", "2")), seconds(2));
    // Where it does not say, or says nothing to speak of: a second, and up to another by chance.
    for reply in [limited(), limited().with("retry-after", "0"), limited().with("retry-after", "soon")] {
        let waits = waits(reply);
        assert_eq!(waits.len(), 1);
        assert!((1.0..=2.0).contains(&waits[0].as_secs_f64()), "{waits:?}");
    }
}

#[test]
fn a_limit_for_a_day_is_not_waited_for() {
    let setting = Setting::new(|request| {
        (!request.is_sample()).then(|| Reply::json(429, "{}").with("retry-after", "86400"))
    });
    let (_, ended) = setting.embed(setting.azure(), &texts(30));
    let error = ended.expect_err("it does not pass").message;
    assert!(error.contains("asks to wait 86400 s") && error.contains("run again later"), "{error}");
    assert!(setting.clock.take_waits().is_empty());
}

#[test]
fn nobody_waits_longer_than_the_patience() {
    let setting = Setting::new(|request| (!request.is_sample()).then(|| Reply::json(429, "{}")));
    let mut config = ServiceConfig { connections: 1, ..setting.azure() };
    config.limits.patience = Duration::from_secs(100);
    let embedder = setting.connect(config).expect("a service");
    let (results, ended) = embed(&embedder, &texts(30));
    assert!(results.is_empty() && ended.is_err());
    let waited: Duration = setting.clock.take_waits().iter().sum();
    // The wait that would have come next is a minute and its jitter at most.
    assert!((30.0..=100.0).contains(&waited.as_secs_f64()), "{waited:?}");
}

#[test]
fn requests_go_out_side_by_side_within_bounds() {
    let (active, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (seen, gate) = (most.clone(), Arc::new(std::sync::Barrier::new(2)));
    let setting = Setting::new(move |request: &Request| {
        if request.is_sample() {
            return None;
        }
        most.fetch_max(active.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        // Two at least are here at the same time, or nobody gets on.
        gate.wait();
        let reply = model::right(request);
        active.fetch_sub(1, Ordering::SeqCst);
        Some(reply)
    });
    let config = ServiceConfig { connections: 3, batch: 1, ..setting.azure() };
    let texts = texts(40);
    let (results, ended) = setting.embed(config, &texts);
    ended.expect("the service behaves");
    assert_eq!(good(&results, &texts).len(), 40);
    let most = seen.load(Ordering::SeqCst);
    assert!((2..=3).contains(&most), "{most}");
}

#[test]
fn a_question_does_not_wait_behind_a_sample() {
    let setting = Setting::new(|_| None);
    let service =
        || Service::connect(setting.azure(), setting.cache(), setting.clock.clone()).expect("a service");
    drop(service());
    setting.server.take_requests();
    let service = service();
    service.embed(&["what"], Purpose::Query, &mut |_, _| {}).expect("the service behaves");
    assert_eq!(setting.server.take_requests().len(), 1, "the model is remembered");
}
