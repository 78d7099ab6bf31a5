//! How much is sent at once, where a service takes less than is usual, and who hears of waits.

use std::sync::{Arc, Mutex};

use ccr_index::embed::service::{Listener, ServiceConfig, Wait, WaitCause};

use crate::server::{Reply, Request};
use crate::setting::{Setting, good};

/// Texts of some 300 tokens each, as they are counted here.
fn long_texts(count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("text {number} {}", "restart the pods of a deployment ".repeat(27)))
        .collect()
}

/// Tokens as a service counts them that cuts words smaller than we do.
fn tokens(request: &Request) -> usize {
    request.texts().iter().map(String::len).sum::<usize>() / 2
}

/// Embeds 100 texts twice, in two processes so to speak; gives the answered and the refused requests of each.
fn requests(
    refuses: impl Fn(&Request) -> Option<Reply> + Send + Sync + Clone + 'static,
) -> [(usize, usize); 2] {
    let handler = refuses.clone();
    let setting = Setting::new(move |request| handler(request));
    let all = long_texts(200);
    [&all[..100], &all[100..]].map(|texts| {
        let config = ServiceConfig { batch: 100, connections: 1, ..setting.azure() };
        let (results, ended) = setting.embed(config, texts);
        ended.expect("the service takes less at once, and that is all");
        assert_eq!(good(&results, texts).len(), 100);
        let requests = setting.server.take_requests();
        let requests: Vec<&Request> = requests.iter().filter(|request| !request.is_sample()).collect();
        let refused = requests.iter().filter(|request| refuses(request).is_some()).count();
        (requests.len() - refused, refused)
    })
}

#[test]
fn a_limit_of_tokens_that_is_said_is_kept_to() {
    // 5,000 of its tokens are 11 of these texts.
    let [first, second] = requests(|request| {
        let body = format!(
            r#"{{"detail":"The max allowed tokens per submitted batch is 5000. Your batch has {} tokens after truncation."}}"#,
            tokens(request)
        );
        (tokens(request) > 5000).then(|| Reply::json(400, &body))
    });
    assert!(first.0 <= 12 && first.1 == 1, "{first:?}");
    assert!(second.0 <= 12 && second.1 == 0, "{second:?}");
}

#[test]
fn a_limit_of_tokens_that_is_not_said_is_found() {
    let [first, second] = requests(|request| {
        let body = r#"{"message":"Too many tokens overall, split into more batches.","code":"3210"}"#;
        (tokens(request) > 5000).then(|| Reply::json(400, body))
    });
    assert!(first.0 <= 16 && first.1 <= 12, "{first:?}");
    assert!(second.0 <= 14 && second.1 <= 2, "{second:?}");
}

#[test]
fn a_bad_text_does_not_make_batches_small() {
    let [first, second] = requests(|request| {
        let is_bad = request.texts().iter().any(|text| text.starts_with("text 7 "));
        (is_bad && request.texts().len() > 1)
            .then(|| Reply::json(422, r#"{"error":"`inputs` cannot be read"}"#))
    });
    assert!(first.1 <= 7, "{first:?}");
    assert_eq!(second, (1, 0));
}

#[derive(Debug, Default)]
struct Heard(Mutex<Vec<Wait>>);

impl Listener for Heard {
    fn waits(&self, wait: &Wait) {
        self.0.lock().expect("what was heard").push(wait.clone());
    }
}

#[test]
fn waits_are_told_with_their_length_and_cause() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let setting = Setting::new(move |request| {
        let number =
            if request.is_sample() { 9 } else { count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) };
        match number {
            0 => Some(Reply::json(429, "{}").with("retry-after", "12")),
            1 => Some(Reply::json(500, r#"{"error":{"message":"oops"}}"#).with("retry-after", "3")),
            _ => None,
        }
    });
    let heard = Arc::new(Heard::default());
    let config = ServiceConfig { listener: Some(heard.clone()), connections: 1, ..setting.azure() };
    setting.embed(config, &long_texts(3)).1.expect("it passes");
    let waits = std::mem::take(&mut *heard.0.lock().expect("what was heard"));
    let host = format!("127.0.0.1:{}", setting.server.port);
    let said: Vec<String> = waits.iter().map(Wait::to_string).collect();
    assert_eq!(
        said,
        [
            format!("waiting 12 s for the rate limit of {host}"),
            format!("asking {host} again in 3 s (500: oops)")
        ]
    );
    assert_eq!(waits[0].cause, WaitCause::RateLimit);
}
