//! Whatever the service does: nothing that was good is lost, nothing wrong is kept, the next run asks
//! only for what is missing, and the error says what failed and what to do, without the key.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ccr_index::embed::Embedding;
use ccr_index::embed::service::ServiceConfig;

use crate::model::{self, Part};
use crate::server::{Reply, Request};
use crate::setting::{KEY, Setting, embed, good, texts};

/// How a run over 30 texts in batches of ten ends.
struct Story<'story> {
    /// Texts that have vectors.
    good: usize,
    /// Texts that were refused, and why.
    refused: (Vec<usize>, &'static str),
    /// What the error says; nothing where there is none.
    error: &'story [&'static str],
}

fn ends_well() -> Story<'static> {
    Story { good: 30, refused: (Vec::new(), ""), error: &[] }
}

/// One connection, so that batches come one after the other.
#[track_caller]
fn tell(
    misbehaves: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static,
    set_up: impl Fn(&mut ServiceConfig),
    expected: &Story<'_>,
) {
    let setting = Setting::new(move |request| if request.is_sample() { None } else { misbehaves(request) });
    let mut config = setting.azure();
    config.connections = 1;
    set_up(&mut config);
    let texts = texts(30);

    let (results, ended) = setting.embed(config.clone(), &texts);
    let found = good(&results, &texts);
    assert_eq!(found.len(), expected.good, "{results:?} {ended:?}");
    let refused: Vec<usize> = results
        .iter()
        .filter_map(|(position, embedding)| match embedding {
            Embedding::Refused { reason } => {
                assert!(reason.contains(expected.refused.1), "{reason}");
                Some(*position)
            }
            Embedding::Vector { .. } => None,
        })
        .collect();
    assert_eq!(refused, expected.refused.0);
    match ended {
        Ok(()) => assert!(expected.error.is_empty(), "there was no error"),
        Err(error) => {
            assert!(!expected.error.is_empty(), "{error}");
            for part in expected.error {
                assert!(error.message.contains(part), "`{part}` is not in: {error}");
            }
        }
    }
    setting.assert_nothing_shows_the_key();

    setting.behave();
    setting.server.take_requests();
    let (results, ended) = setting.embed(config.clone(), &texts);
    ended.expect("the service behaves");
    assert_eq!(good(&results, &texts).len(), 30);
    let requests = setting.server.take_requests();
    let asked = requests.iter().filter(|request| !request.is_sample()).flat_map(Request::texts);
    let mut asked: Vec<String> = asked.collect();
    asked.sort_unstable();
    let mut missing: Vec<String> = (0..30)
        .filter(|position| !found.contains(position))
        .map(|position| texts[position].clone())
        .collect();
    missing.sort_unstable();
    assert_eq!(asked, missing, "what was kept is not asked for again, and what is missing is");

    let again = setting.connect(config).expect("a service");
    setting.server.take_requests();
    assert_eq!(good(&embed(&again, &texts).0, &texts).len(), 30);
    assert_eq!(setting.server.take_requests().len(), 0, "everything is known");
}

fn is_second(request: &Request) -> bool {
    request.has("text 15")
}

/// Does something at the first `times` requests of the second batch.
fn at_second(times: usize, reply: Reply) -> impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static {
    let count = AtomicUsize::new(0);
    move |request| (is_second(request) && count.fetch_add(1, Ordering::SeqCst) < times).then(|| reply.clone())
}

fn leave(_: &mut ServiceConfig) {}

#[test]
fn a_service_that_behaves() {
    tell(|_| None, leave, &ends_well());
}

#[test]
fn the_key_is_withdrawn_in_the_middle() {
    let body = format!(r#"{{"error":{{"code":"401","message":"Access denied: {KEY}"}}}}"#);
    let error = ["refused the key", "401", "AZURE_OPENAI_EMBEDDING_API_KEY", "10 of 30", "is kept"];
    tell(at_second(9, Reply::json(401, &body)), leave, &Story { good: 10, error: &error, ..ends_well() });
}

#[test]
fn an_error_that_repeats_the_key() {
    let body = format!(r#"{{"error":{{"message":"{} {KEY}"}}}}"#, "x".repeat(290));
    let story = Story { good: 10, error: &["does not take the request", "xxx"], ..ends_well() };
    tell(at_second(9, Reply::json(405, &body)), leave, &story);
}

#[test]
fn the_deployment_goes_away() {
    let body = r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment does not exist."}}"#;
    let error = ["no such deployment", "does not exist", "AZURE_OPENAI_EMBEDDING_DEPLOYMENT"];
    tell(at_second(9, Reply::json(404, body)), leave, &Story { good: 10, error: &error, ..ends_well() });
}

#[test]
fn too_many_requests_once() {
    tell(at_second(1, Reply::json(429, "{}")), leave, &ends_well());
}

#[test]
fn too_many_requests_for_ever() {
    let body = r#"{"error":{"code":"429","message":"Rate limit is exceeded."}}"#;
    let error = ["limits how much", "still refuses after", "Rate limit is exceeded", "run again later"];
    tell(at_second(99, Reply::json(429, body)), leave, &Story { good: 10, error: &error, ..ends_well() });
}

#[test]
fn the_account_is_empty() {
    let body = r#"{"error":{"code":"insufficient_quota","message":"You exceeded your current quota."}}"#;
    let story = Story { good: 10, error: &["nothing left to pay with", "billing"], ..ends_well() };
    tell(at_second(1, Reply::json(429, body)), leave, &story);
}

#[test]
fn an_error_of_the_server_once() {
    tell(at_second(1, Reply::json(500, "")), leave, &ends_well());
}

#[test]
fn an_error_of_the_server_at_one_batch_loses_no_other() {
    let story =
        Story { good: 20, error: &["no vectors for 10 texts", "500: oops", "20 of 30"], ..ends_well() };
    tell(at_second(99, Reply::json(500, r#"{"error":{"message":"oops"}}"#)), leave, &story);
}

#[test]
fn a_service_that_is_down_is_not_asked_for_ever() {
    let story = Story { good: 0, error: &["503: a web page", "0 of 30"], ..ends_well() };
    let html = Reply::Full(503, Vec::new(), b"<html>Service Unavailable</html>".to_vec());
    tell(move |_| Some(html.clone()), leave, &story);
}

#[test]
fn silence() {
    let short = |config: &mut ServiceConfig| {
        config.limits.request = Duration::from_secs(1);
        config.limits.retries = 1;
    };
    let story = Story { good: 20, error: &["did not answer within 1 s"], ..ends_well() };
    tell(at_second(99, Reply::Silence), short, &story);
    tell(at_second(99, Reply::Drip), short, &story);
}

#[test]
fn a_connection_that_ends() {
    tell(at_second(2, Reply::End), leave, &ends_well());
    let story = Story { good: 20, error: &["no answer of 127.0.0.1"], ..ends_well() };
    tell(at_second(99, Reply::End), leave, &story);
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{\"data\":[".to_vec();
    let story = Story { good: 20, error: &["broke off"], ..ends_well() };
    tell(at_second(99, Reply::Bytes(half)), leave, &story);
    let story = Story { good: 20, error: &["no answer of 127.0.0.1"], ..ends_well() };
    tell(at_second(99, Reply::Bytes(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec())), leave, &story);
}

#[test]
fn json_that_is_cut_off() {
    let cut = |request: &Request| {
        let Reply::Full(status, headers, mut body) = model::right(request) else { panic!("a full reply") };
        body.truncate(body.len() / 2);
        Reply::Full(status, headers, body)
    };
    // Where one text alone spoils the answers, the others have vectors.
    let at_15 = move |request: &Request| request.has("text 15").then(|| cut(request));
    let refused = (vec![15], "not what the API describes");
    tell(at_15, leave, &Story { good: 29, refused, error: &[] });
    let error = ["failed too often", "not what the API describes"];
    tell(move |request| Some(cut(request)), leave, &Story { good: 0, error: &error, ..ends_well() });
}

#[test]
fn a_web_page_in_place_of_an_answer() {
    let html = Reply::Full(200, vec![("content-type", "text/html".to_owned())], b"<!doctype html>".to_vec());
    tell(at_second(1, html.clone()), leave, &ends_well());
    tell(move |_| Some(html.clone()), leave, &Story { good: 0, error: &["a web page"], ..ends_well() });
}

#[test]
fn fewer_vectors_than_texts() {
    let short = |request: &Request| {
        let parts = model::parts(request);
        (parts.len() > 1).then(|| model::answer(&parts[..parts.len() - 1], model::NAME))
    };
    tell(short, leave, &ends_well());
    let none = |request: &Request| is_second(request).then(|| model::answer(&[], model::NAME));
    tell(none, leave, &Story { good: 29, refused: (vec![15], "no vectors"), error: &[] });
}

#[test]
fn vectors_out_of_order_and_twice() {
    let shuffled = |request: &Request| {
        let mut parts = model::parts(request);
        let middle = parts.len() / 2;
        parts.rotate_left(middle);
        Some(model::answer(&parts, model::NAME))
    };
    tell(shuffled, leave, &ends_well());
    let twice = |request: &Request| {
        let mut parts = model::parts(request);
        if let [first, second, ..] = parts.as_mut_slice() {
            second.index = first.index;
            return Some(model::answer(&parts, model::NAME));
        }
        None
    };
    tell(twice, leave, &ends_well());
}

#[test]
fn other_dimensions_in_one_batch() {
    let other = |request: &Request| {
        let texts = request.texts();
        let part = |index| Part { index, embedding: model::base64(&model::vector("", 768)) };
        let parts: Vec<Part> = (0..texts.len()).map(part).collect();
        is_second(request).then(|| model::answer(&parts, model::NAME))
    };
    let error = ["768 numbers now and had 8", "was not used", "10 of 30"];
    let story = Story { good: 10, error: &error[..2], ..ends_well() };
    tell(other, leave, &story);
}

#[test]
fn what_is_no_number() {
    let check = |embedding: String, why: &'static str| {
        let spoiled = move |request: &Request| {
            let place = request.texts().iter().position(|text| text == "text 15")?;
            let mut parts = model::parts(request);
            parts
                .iter_mut()
                .filter(|part| part.index == place)
                .for_each(|part| part.embedding = embedding.clone());
            Some(model::answer(&parts, model::NAME))
        };
        tell(spoiled, leave, &Story { good: 29, refused: (vec![15], why), error: &[] });
    };
    check("null".to_owned(), "null");
    check("[1,2,3,4,5,6,7,null]".to_owned(), "not made of numbers");
    check("[1,2,3,4,5,6,7,1e300]".to_owned(), "NaN or infinity");
    // No JSON, and what many servers write all the same.
    check("[1,2,3,4,5,6,7,NaN]".to_owned(), "NaN or infinity");
    check("[1,2,3,4,5,6,7,-Infinity]".to_owned(), "NaN or infinity");
    check(model::base64(&[1.0, f32::NAN, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]), "NaN or infinity");
    check(model::base64(&[1.0, f32::NEG_INFINITY, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]), "NaN or infinity");
    check(model::base64(&[0.0; 8]), "zero");
}

#[test]
fn a_text_that_is_not_taken() {
    let filter = r#"{"error":{"code":"content_filter","message":"The response was filtered.","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#;
    let refuses = move |request: &Request| request.has("text 15").then(|| Reply::json(400, filter));
    tell(refuses, leave, &Story { good: 29, refused: (vec![15], "The response was filtered."), error: &[] });
    // More than one, and neighbours.
    let refuses = move |request: &Request| {
        let bad = ["text 0", "text 15", "text 16", "text 17", "text 29"];
        bad.iter().any(|text| request.has(text)).then(|| Reply::json(400, filter))
    };
    let refused = (vec![0, 15, 16, 17, 29], "filtered");
    tell(refuses, leave, &Story { good: 25, refused, error: &[] });
}

#[test]
fn a_request_that_is_not_taken_is_not_repeated() {
    let body = r#"{"error":{"message":"Unsupported API version."}}"#;
    let story =
        Story { good: 10, error: &["does not take the request", "Unsupported API version"], ..ends_well() };
    tell(at_second(1, Reply::json(400, body)), leave, &story);
}

#[test]
fn an_answer_of_a_gigabyte() {
    for says_length in [true, false] {
        let story = Story { good: 10, error: &["more than 1 MB", "is it the API?"], ..ends_well() };
        let small = |config: &mut ServiceConfig| config.limits.answer = 1 << 20;
        tell(at_second(9, Reply::Flood { says_length }), small, &story);
    }
}

#[test]
fn a_redirect_does_not_get_the_key() {
    let reply = Reply::json(307, "").with("location", "https://elsewhere.example/embeddings");
    let error = ["sends to elsewhere.example", "AZURE_OPENAI_EMBEDDING_ENDPOINT"];
    tell(at_second(1, reply), leave, &Story { good: 10, error: &error, ..ends_well() });
}
