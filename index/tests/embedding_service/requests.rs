//! What is sent, byte by byte.

use ccr_index::embed::Prefixes;
use ccr_index::embed::service::{Credential, Secret, Service, ServiceConfig};
use ccr_index::embed::{Embedder, Purpose};

use crate::model;
use crate::server::Request;
use crate::setting::{KEY, Setting, embed, good};

/// Everything of a request, with the port and the length of the body left open.
fn whole(request: &Request, port: u16) -> String {
    let body = String::from_utf8(request.body.clone()).expect("a body is text");
    assert!(request.head.contains(&format!("\r\ncontent-length: {}\r\n", body.len())));
    let head = request.head.replace(&format!("127.0.0.1:{port}"), "HOST");
    let head = head.replace(&format!("content-length: {}", body.len()), "content-length: N");
    format!("{head}{body}")
}

/// What is sent for two texts, after the sample.
fn sent(setting: &Setting, config: ServiceConfig) -> Vec<String> {
    let (results, ended) = setting.embed(config, &["one \"1\"".to_owned(), "zwei\né".to_owned()]);
    ended.expect("the service behaves");
    assert_eq!(results.len(), 2);
    setting.server.take_requests().iter().map(|request| whole(request, setting.server.port)).collect()
}

const SAMPLE: &str = "Restart the pods of a deployment that are stuck in CrashLoopBackOff.";

#[test]
fn azure_is_asked_as_its_users_know_it() {
    let setting = Setting::new(|_| None);
    let head = format!(
        "POST /openai/deployments/embed/embeddings?api-version=2024-02-15-preview HTTP/1.1\r\n\
         user-agent: ccr/{}\r\n\
         content-type: application/json\r\n\
         accept: application/json\r\n\
         api-key: {KEY}\r\n\
         content-length: N\r\n\
         accept-encoding: gzip,deflate,br\r\n\
         host: HOST\r\n\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let first = format!(r#"{head}{{"input":["{SAMPLE}"],"model":"embed","encoding_format":"base64"}}"#);
    let second =
        format!(r#"{head}{{"input":["one \"1\"","zwei\né"],"model":"embed","encoding_format":"base64"}}"#);
    assert_eq!(sent(&setting, setting.azure()), [first, second]);
}

#[test]
fn dimensions_are_asked_for_where_others_than_its_own_are_wanted() {
    let setting = Setting::new(|_| None);
    let config = ServiceConfig { dimensions: Some(4), ..setting.azure() };
    let requests = sent(&setting, config);
    let bodies: Vec<&str> =
        requests.iter().map(|request| &request[request.find('{').expect("a body")..]).collect();
    let asked = r#""model":"embed","dimensions":4,"encoding_format":"base64"}"#;
    assert_eq!(bodies.len(), 3);
    assert!(!bodies[0].contains("dimensions"), "first it is asked who it is: {}", bodies[0]);
    assert!(bodies[1].ends_with(asked) && bodies[2].ends_with(asked), "{bodies:?}");

    let config = ServiceConfig { dimensions: Some(8), ..setting.azure() };
    assert!(sent(&setting, config).iter().all(|request| !request.contains("dimensions")));
}

#[test]
fn other_servers_get_a_bearer_token_and_give_plain_numbers() {
    let setting = Setting::new(|_| None);
    let head = format!(
        "POST /v1/embeddings HTTP/1.1\r\n\
         user-agent: ccr/{}\r\n\
         content-type: application/json\r\n\
         accept: application/json\r\n\
         authorization: Bearer {KEY}\r\n\
         content-length: N\r\n\
         accept-encoding: gzip,deflate,br\r\n\
         host: HOST\r\n\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let body = r#"{"input":["one \"1\"","zwei\né"],"model":"some/model","encoding_format":"float"}"#;
    let requests = sent(&setting, setting.openai("some/model"));
    assert_eq!(requests.last().expect("a request"), &format!("{head}{body}"));
}

#[test]
fn an_open_server_gets_no_token() {
    let setting = Setting::new(|_| None);
    let config = ServiceConfig { credential: Credential::None, ..setting.openai("m") };
    assert!(sent(&setting, config).iter().all(|request| !request.contains("authorization")));
}

#[test]
fn a_model_that_wants_prefixes_gets_them() {
    let setting = Setting::new(|_| None);
    let service = |prefixes: Option<Prefixes>| {
        let config = ServiceConfig { prefixes, ..setting.openai("nomic-embed-text") };
        Service::connect(config, setting.cache(), setting.clock.clone()).expect("a service")
    };
    let asked = |service: &Service, purpose: Purpose| {
        setting.server.take_requests();
        service.embed(&["one"], purpose, &mut |_, _| {}).expect("the service behaves");
        let requests = setting.server.take_requests();
        requests.iter().filter(|request| !request.is_sample()).flat_map(Request::texts).collect::<Vec<_>>()
    };
    let plain = service(Some(Prefixes::default()));
    let own = service(None);
    assert_eq!(asked(&own, Purpose::Passage), ["search_document: one"]);
    assert_eq!(asked(&own, Purpose::Query), ["search_query: one"]);
    assert_eq!(asked(&plain, Purpose::Passage), ["one"]);
    assert_ne!(own.id(), plain.id());
}

#[test]
fn a_text_without_words_is_not_sent() {
    let setting = Setting::new(|_| None);
    let texts = [String::new(), "text".to_owned(), " \n".to_owned()];
    let embedder = setting.connect(setting.azure()).expect("a service");
    setting.server.take_requests();
    let (results, ended) = embed(&embedder, &texts);
    ended.expect("the service behaves");
    let zero = ccr_index::embed::Embedding::Vector { values: vec![0.0; model::DIMENSIONS], truncated: false };
    assert_eq!((&results[&0], &results[&2]), (&zero, &zero));
    let requests = setting.server.take_requests();
    assert_eq!(requests.iter().flat_map(Request::texts).collect::<Vec<_>>(), ["text"]);
}

#[test]
fn batches_have_at_most_so_many_texts_and_tokens() {
    let setting = Setting::new(|_| None);
    let mut config = setting.azure();
    // `text 7` has three tokens.
    config.batch_tokens = 15;
    let texts = crate::setting::texts(30);
    let (results, ended) = setting.embed(config, &texts);
    ended.expect("the service behaves");
    assert_eq!(good(&results, &texts).len(), 30);
    let requests = setting.server.take_requests();
    let sizes: Vec<usize> = requests.iter().skip(1).map(|request| request.texts().len()).collect();
    assert_eq!(sizes, [5; 6]);
}

#[test]
fn an_answer_may_be_compressed() {
    // `gzip` of `{"data":[{"index":0,"embedding":[0,1]}],"model":"m"}`, made by its own program.
    let body: &[u8] = include_bytes!("answer.json.gz");
    let setting = Setting::new(|_| {
        Some(crate::server::Reply::Full(200, vec![("content-encoding", "gzip".to_owned())], body.to_vec()))
    });
    let key = Credential::Key(Secret::new(KEY).expect("a key"));
    let config = ServiceConfig { credential: key, ..setting.azure() };
    let service = Service::connect(config, setting.cache(), setting.clock.clone()).expect("a service");
    assert_eq!(service.id().dimensions, 2);
}
