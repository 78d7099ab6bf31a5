//! Runs with an embedding service: what is sent, learned, shown and kept.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::embedding_server::{Reply, Request};
use crate::embedding_service::{ccr, collection, data, run, service, texts_of, vector};
use crate::workplace::Workplace;

fn refuses(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({"error": {"message": message, "type": "invalid_request_error"}}).to_string())
}

/// Indexes anew with a service of so many texts at once; gives the requests with texts that were answered and refused.
fn requests(place: &Workplace, status: u16, limit: usize, message: &'static str) -> (usize, usize) {
    let refused = Arc::new(AtomicUsize::new(0));
    let count = refused.clone();
    let server = service(move |request| {
        (request.texts().len() > limit).then(|| {
            count.fetch_add(1, Ordering::SeqCst);
            refuses(status, message)
        })
    });
    let mut command = ccr(place, &server, &["index", "--force"]);
    command.env("CCR_EMBEDDER_PLACE", "here");
    run(command).exits(0);
    let refused = refused.load(Ordering::SeqCst);
    let all = server.take_requests().iter().filter(|request| !request.is_sample()).count();
    (all - refused, refused)
}

#[test]
fn what_a_service_takes_at_once_is_learned() {
    let check = |status: u16, limit: usize, message: &'static str, most_refused: usize, spare: usize| {
        let place = collection(80);
        let server = service(|_| None);
        run(ccr(&place, &server, &["index"])).exits(0);
        let texts = texts_of(&server.take_requests()).len();
        assert!(texts > 100, "{texts}");
        std::fs::remove_dir_all(place.path("data")).unwrap();
        let (answered, refused) = requests(&place, status, limit, message);
        let least = texts.div_ceil(limit);
        assert!((least..=least + spare).contains(&answered), "{message}: {answered} of {least}");
        assert!(refused <= most_refused, "{message}: {refused} were refused");
    };
    check(
        400,
        10,
        "Value error, batch size is invalid, it should not be larger than 10.: input.contents",
        2,
        1,
    );
    check(422, 32, "batch size 100 > maximum allowed batch size 32", 2, 1);
    check(413, 32, "batch size 100 > maximum allowed batch size 32", 2, 1);
    check(500, 16, "Too many inputs. The max number of inputs is 16.", 2, 1);
    // Nobody says how many.
    check(422, 12, "Invalid input", 14, 8);
}

#[test]
fn what_was_learned_is_known_to_the_next_run() {
    let place = collection(40);
    let message = "Too many inputs. The max number of inputs is 16.";
    let server = service(move |request| {
        if request.field("encoding_format") != Value::Null {
            return Some(refuses(422, "extra fields not permitted: ['encoding_format']"));
        }
        (request.texts().len() > 16).then(|| refuses(400, message))
    });
    run(ccr(&place, &server, &["index"])).exits(0);
    server.take_requests();
    for number in 40..80 {
        place.bundle(
            "one",
            &format!("check-{number}"),
            &format!("Another {number}"),
            &format!("Turn valve {number}"),
        );
    }
    run(ccr(&place, &server, &["index"])).exits(0);
    let requests = server.take_requests();
    assert!(requests.len() > 2);
    assert!(
        requests
            .iter()
            .all(|request| request.field("encoding_format") == Value::Null && request.texts().len() <= 16)
    );
    // A question of another process too.
    run(ccr(&place, &server, &["search", "valve"])).exits(0);
    assert_eq!(server.take_requests().len(), 1);
    // Another batch size is another question.
    place.bundle("one", "last", "Last Check", "Look at the last valve");
    std::fs::remove_dir_all(place.path("one/codebundles/check-1")).unwrap();
    let mut command = ccr(&place, &server, &["index"]);
    command.env("EMBEDDING_BATCH_SIZE", "64");
    run(command).exits(0);
    assert!(server.take_requests().iter().all(|request| request.field("encoding_format") == Value::Null));
}

#[test]
fn a_parameter_that_is_refused_costs_one_request_and_no_wait() {
    for (status, message) in [
        (
            500,
            "litellm.UnsupportedParamsError: Setting {'encoding_format': 'float'} is not supported by ollama",
        ),
        (
            400,
            "litellm.UnsupportedParamsError: Setting {'encoding_format': 'float'} is not supported by ollama",
        ),
        (
            422,
            "Value 'float' supplied for argument 'encoding_format' is not valid -- accepted values are 'base64'",
        ),
    ] {
        let (place, refused) = (collection(3), Arc::new(AtomicUsize::new(0)));
        let count = refused.clone();
        let server = service(move |request| {
            (request.field("encoding_format") != Value::Null).then(|| {
                count.fetch_add(1, Ordering::SeqCst);
                refuses(status, message)
            })
        });
        let ran = run(ccr(&place, &server, &["index"])).exits(0);
        assert_eq!((refused.load(Ordering::SeqCst), ran.stderr.as_str()), (1, ""));
    }
}

#[test]
fn decorations_and_literals_cost_no_answer() {
    let place = collection(4);
    let server = service(|request| {
        let usage = json!({"prompt_tokens": 1.5, "total_tokens": null});
        let body = json!({"data": data(request), "usage": usage, "model": ["m"], "object": 7}).to_string();
        let at_fault = request.texts().iter().position(|text| text.contains("valve number 2"));
        let body = match at_fault {
            // The first number of that text's vector.
            Some(place) => {
                let start =
                    body.match_indices("\"embedding\":[").nth(place).unwrap().0 + "\"embedding\":[".len();
                let end = start + body[start..].find(',').unwrap();
                format!("{}NaN{}", &body[..start], &body[end..])
            }
            None => body,
        };
        Some(Reply::json(200, &body))
    });
    let ran = run(ccr(&place, &server, &["index", "--format", "json"])).exits(0);
    let embedding = &ran.json()["embedding"];
    assert!(embedding["usage"]["embedded"].as_u64() > Some(4), "{embedding}");
    assert_eq!(embedding["usage"]["refused"], 1, "{embedding}");
    assert!(embedding["refused"][0]["reason"].as_str().unwrap().contains("NaN or infinity"), "{embedding}");
}

#[test]
fn a_dry_run_sends_nothing_and_says_what_a_run_would_cost() {
    let (place, server) = (collection(5), service(|_| None));
    let dry = |place: &Workplace, price: &str, arguments: &[&str]| {
        let mut command = ccr(place, &server, &[&["index", "--dry-run"], arguments].concat());
        command.env("CCR_EMBEDDER_PRICE", price);
        run(command).exits(0)
    };
    let estimate = dry(&place, "2", &["--format", "json"]).json()["estimate"].clone();
    assert_eq!(server.take_requests().len(), 0);
    assert!(!place.path("data/cache").exists());
    let (texts, tokens) = (estimate["texts"].as_u64().unwrap(), estimate["tokens"].as_u64().unwrap());
    assert!(texts > 5 && tokens > texts, "{estimate}");
    assert_eq!(estimate["counted"], false);
    let cost = estimate["cost"].as_f64().unwrap();
    assert!((cost - tokens as f64 * 2e-6).abs() < 1e-9, "{estimate}");
    let said = dry(&place, "2", &[]).stdout;
    for part in
        [&format!("would embed {texts} texts"), "estimated", "CCR_EMBEDDER_PRICE of $2", "nothing was sent"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }

    run(ccr(&place, &server, &["index"])).exits(0);
    assert_eq!(texts_of(&server.take_requests()).len() as u64, texts);
    assert_eq!(dry(&place, "2", &["--format", "json"]).json()["estimate"]["texts"], 0);
    place.bundle("one", "gamma", "Gamma Check", "Look at the gamma valve");
    let more = dry(&place, "2", &["--format", "json"]).json()["estimate"]["texts"].as_u64().unwrap();
    assert!((1..texts).contains(&more), "{more}");
    assert_eq!(server.take_requests().len(), 0);
    run(ccr(&place, &server, &["index"])).exits(0);
    assert_eq!(texts_of(&server.take_requests()).len() as u64, more);

    // OpenAI's own models are known: tokens are counted, and the list price is said.
    let place = collection(2);
    let mut command = place.ccr(&["index", "--dry-run", "--embedder", "openai"]);
    command.env("OPENAI_API_KEY", "k");
    let said = run(command).exits(0).stdout;
    assert!(
        said.contains("counted as the model counts") && said.contains("the list price of $0.02"),
        "{said}"
    );
}

#[test]
fn a_long_wait_is_told_in_one_note() {
    let (place, count) = (collection(30), AtomicUsize::new(0));
    let server = service(move |request| {
        let is_limited = !request.is_sample() && count.fetch_add(1, Ordering::SeqCst) < 3;
        is_limited.then(|| refuses(429, "Rate limit is exceeded.").with("retry-after-ms", "1500"))
    });
    let mut command = ccr(&place, &server, &["index"]);
    command.env("EMBEDDING_BATCH_SIZE", "20").env("CCR_EMBEDDER_CONNECTIONS", "1");
    let ran = run(command).exits(0);
    assert_eq!(ran.stderr, format!("waiting 2 s for the rate limit of 127.0.0.1:{}\n", server.port));
}

/// Runs that end in the middle, and what the next one asks for: nothing that was paid for.
fn resumes(place: &Workplace, ends: impl Fn(&Workplace, &dyn Fn() -> usize)) {
    let answered: Arc<Mutex<Vec<String>>> = Arc::default();
    let (log, held) = (answered.clone(), answered.clone());
    let server = service(move |request: &Request| {
        if !request.is_sample() {
            log.lock().unwrap().extend(request.texts());
        }
        None
    });
    let run_of = || {
        let mut command = ccr(place, &server, &["index"]);
        command.env("EMBEDDING_BATCH_SIZE", "5").env("CCR_EMBEDDER_CONNECTIONS", "1");
        command
    };
    let mut child = run_of().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    ends(place, &|| held.lock().unwrap().len());
    child.kill().unwrap();
    child.wait().unwrap();
    let paid = answered.lock().unwrap().clone();
    run(run_of()).exits(0);
    let all = answered.lock().unwrap().clone();
    let again = all[paid.len()..].iter().filter(|text| paid.contains(text)).count();
    // One batch was on its way, and one at most was not written down yet.
    assert!(again <= 10 && paid.len() >= 50, "{again} of {} were asked for again", paid.len());
}

#[test]
fn a_kill_in_the_middle_keeps_what_was_paid_for() {
    resumes(&collection(80), |_, answered| {
        while answered() < 50 {
            std::thread::yield_now();
        }
    });
}

#[test]
fn a_service_that_dies_leaves_what_was_paid_for() {
    let (place, count) = (collection(40), AtomicUsize::new(0));
    let server = service(move |_| (count.fetch_add(1, Ordering::SeqCst) >= 8).then_some(Reply::End));
    let index = |server: &crate::embedding_server::Server| {
        let mut command = ccr(&place, server, &["index"]);
        command
            .env("EMBEDDING_BATCH_SIZE", "5")
            .env("CCR_EMBEDDER_PLACE", "here")
            .env("CCR_EMBEDDER_TIMEOUT", "1");
        run(command)
    };
    let ran = index(&server).exits(2);
    assert!(ran.stderr.contains("asking 127.0.0.1") && ran.stderr.contains("is kept"), "{ran:?}");
    let other = service(|_| None);
    index(&other).exits(0);
    let place_of_all = collection(40);
    let whole = service(|_| None);
    run(ccr(&place_of_all, &whole, &["index"])).exits(0);
    let (rest, all) = (texts_of(&other.take_requests()).len(), texts_of(&whole.take_requests()).len());
    assert!(rest <= all - 30 && rest > 0, "{rest} of {all}");
}

#[test]
fn a_disk_that_is_full_keeps_what_was_paid_for_before() {
    let place = collection(60);
    let server = service(|request| {
        let texts = request.texts();
        let parts = texts.iter().enumerate();
        let data: Vec<Value> =
            parts.map(|(index, text)| json!({"index": index, "embedding": vector(text, 1536)})).collect();
        Some(Reply::json(200, &json!({"data": data}).to_string()))
    });
    let mut command = ccr(&place, &server, &["index"]);
    command.env("EMBEDDING_BATCH_SIZE", "5");
    // Files of at most 256 KB, for the cache and the index alike; writing more is an error, as on a full disk.
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -f 512; trap '' XFSZ; exec \"$0\" \"$@\""]).arg(command.get_program());
    limited.args(command.get_args()).current_dir(place.path(""));
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    let ran = run(limited).exits(2);
    assert!(!ran.stderr.contains("panicked"), "{ran:?}");
    let paid = texts_of(&server.take_requests());
    run(command).exits(0);
    let again = texts_of(&server.take_requests());
    assert!(again.len() + 15 < paid.len(), "{} of {}", again.len(), paid.len());
}
