//! An embedding service on the loopback interface, and runs of the program against it.

use std::process::Command;

use serde_json::{Value, json};

use crate::embedding_server::{Reply, Request, Server};
use crate::workplace::{Ran, Workplace};

/// A model that puts each text somewhere by its letters.
pub(crate) fn vector(text: &str, dimensions: usize) -> Vec<f32> {
    let mut values = vec![0.1; dimensions];
    for (place, byte) in text.bytes().enumerate() {
        values[(usize::from(byte) * 7 + place % 3) % dimensions] += 1.0;
    }
    values
}

/// The parts of a right answer.
pub(crate) fn data(request: &Request) -> Vec<Value> {
    let dimensions = request.field("dimensions").as_u64().map_or(16, |asked| usize::try_from(asked).unwrap());
    let texts = request.texts();
    let parts = texts.iter().enumerate();
    parts.map(|(index, text)| json!({"index": index, "embedding": vector(text, dimensions)})).collect()
}

/// The right answer, of a model that calls itself by its own name or else as it was asked for.
pub(crate) fn right(request: &Request) -> Reply {
    let model = request.field("model");
    Reply::json(
        200,
        &json!({"data": data(request), "model": model, "usage": {"total_tokens": 7}}).to_string(),
    )
}

/// A service that answers rightly where `misbehaves` gives nothing.
pub(crate) fn service(misbehaves: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static) -> Server {
    Server::start(move |request| misbehaves(request).unwrap_or_else(|| right(request)))
}

/// `ccr` with the variables of a model `m` at the service.
pub(crate) fn ccr(place: &Workplace, server: &Server, arguments: &[&str]) -> Command {
    let mut command = place.ccr(arguments);
    command.env("CCR_EMBEDDER", "openai:m").env("OPENAI_BASE_URL", server.base_url());
    command
}

pub(crate) fn run(mut command: Command) -> Ran {
    Ran::of(command.output().unwrap())
}

/// Texts of the requests since the last time, without the sentence that asks who answers.
pub(crate) fn texts_of(requests: &[Request]) -> Vec<String> {
    requests.iter().filter(|request| !request.is_sample()).flat_map(Request::texts).collect()
}

/// A collection of so many bundles, listed and not indexed.
pub(crate) fn collection(bundles: usize) -> Workplace {
    let place = Workplace::new();
    for number in 0..bundles {
        let (name, task) = (format!("Check Number {number}"), format!("Look at valve number {number}"));
        place.bundle("one", &format!("check-{number}"), &name, &task);
    }
    place.list(&[("one", "path: one")]);
    place
}
