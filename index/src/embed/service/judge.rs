//! What an answer means: which texts it embeds, whether to ask again, whether to ask otherwise, or
//! whether to stop.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::complaint::{Limit, Said};
use super::config::Api;
use super::http::Reply;
use super::retry_after;
use super::wire::{self, Answer, Garbled, Slot};

/// Characters of what a service says that are repeated.
const EXCERPT: usize = 300;

/// What to do.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// Vectors, of the model and with the dimensions that are expected.
    Answered(Answer),
    /// It asks for fewer requests.
    Slower { why: String, after: Option<Duration> },
    /// It failed, and may not the next time.
    Again { why: String, after: Option<Duration> },
    /// The key or token is not taken.
    Locked(String),
    /// It does not take one of the texts, or not as many at once.
    Complaint { why: String, about: About },
    /// It does not know the parameter `encoding_format`.
    Unwanted(String),
    /// What it says cannot be used.
    Garbled(String),
    /// Another model answers than before.
    Changed(String),
    /// It cannot be asked like this.
    Hopeless(String),
}

/// What a request is refused for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// It is too much at once.
    Size(Limit),
    /// Its one text is too long.
    Length,
    /// One of its texts, or its size: the service does not say.
    Texts,
    /// What a text says.
    Content,
}

/// What an answer should be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'run> {
    /// Texts that were sent.
    pub(super) count: usize,
    /// What the model calls itself, where that is known.
    pub(super) model: Option<&'run str>,
    /// Numbers in a vector, where that is known.
    pub(super) dimensions: Option<u32>,
    /// Whether `encoding_format` was sent.
    pub(super) sends_format: bool,
}

pub(super) fn judge(api: &Api, reply: &Reply, expected: Expected<'_>, date: SystemTime) -> Verdict {
    if reply.status == 200 {
        return match error_in(&reply.body) {
            None => read(reply, expected),
            Some(status) => refusal(api, reply, status, expected, date),
        };
    }
    refusal(api, reply, reply.status, expected, date)
}

fn refusal(api: &Api, reply: &Reply, status: u16, expected: Expected<'_>, date: SystemTime) -> Verdict {
    let after = || retry_after::wait(reply.retry_after.as_deref(), reply.retry_after_ms.as_deref(), date);
    let said = Said::of(&reply.body, EXCERPT);
    let why = || said.why(status);
    let speaks_of_request = !matches!(status, 300..=399 | 401 | 403 | 429);
    if expected.sends_format && speaks_of_request && said.refuses("encoding_format") {
        return Verdict::Unwanted(why());
    }
    match status {
        300..=399 => {
            let host = reply.elsewhere.as_deref().unwrap_or("another address");
            let name = endpoint_name(api);
            Verdict::Hopeless(format!(
                "the service sends to {host} ({status}), where no key is sent: set {name} to the address itself"
            ))
        }
        401 => Verdict::Locked(refused_key(api, status)),
        403 => Verdict::Hopeless(refused_key(api, status)),
        404 => Verdict::Hopeless(not_found(api, &why())),
        400 | 413 | 422 => complaint(status, &said, expected.count),
        429 if said.has(&["insufficient_quota", "billing"]) => Verdict::Hopeless(format!(
            "the account has nothing left to pay with ({}): see its billing page",
            why()
        )),
        // More tokens than a minute has: that never passes.
        429 if said.has(&["request too large", "must be reduced"]) && expected.count > 1 => {
            Verdict::Complaint { why: why(), about: About::Size(Limit::Tokens(None)) }
        }
        429 => Verdict::Slower { why: why(), after: after() },
        503 if reply.retry_after.is_some() => Verdict::Slower { why: why(), after: after() },
        // What Ollama says where the model itself computes no numbers for one of the texts.
        500 if said.has(&[
            "unsupported value: nan",
            "unsupported value: +inf",
            "unsupported value: -inf",
        ]) =>
        {
            Verdict::Complaint { why: why(), about: About::Content }
        }
        // What llama.cpp says, in LM Studio and others, where a text does not fit.
        500 if said.has(&["too large to process", "exceeds the context", "context length"]) => {
            let about = if expected.count == 1 { About::Length } else { About::Content };
            Verdict::Complaint { why: why(), about }
        }
        // Gateways pass on a refusal as an error of their own.
        500..=599 => match said.limit(expected.count) {
            Some(limit) => Verdict::Complaint { why: why(), about: About::Size(limit) },
            None => Verdict::Again { why: why(), after: after() },
        },
        408 | 409 | 424 | 425 => Verdict::Again { why: why(), after: after() },
        _ => Verdict::Hopeless(format!("the service does not take the request: {}", why())),
    }
}

/// The status that an answer of 200 means, where it holds an error and no vectors, as some servers have it.
fn error_in(body: &[u8]) -> Option<u16> {
    #[derive(serde::Deserialize)]
    struct Outline {
        data: Option<serde::de::IgnoredAny>,
        error: Option<Value>,
    }
    let outline: Outline = serde_json::from_slice(body).ok()?;
    let error = outline.error.filter(|error| !error.is_null() && outline.data.is_none())?;
    let code = ["code", "status"].iter().find_map(|name| {
        let code = error.get(name)?;
        code.as_u64().or_else(|| code.as_str()?.parse().ok())
    });
    let status = code.and_then(|code| u16::try_from(code).ok()).filter(|code| (400..600).contains(code));
    let is_no_path = error.as_str().is_some_and(|text| text.to_lowercase().contains("unexpected endpoint"));
    Some(status.unwrap_or(if is_no_path { 404 } else { 400 }))
}

fn read(reply: &Reply, expected: Expected<'_>) -> Verdict {
    if wire::is_html(&reply.body) {
        // Of a gateway on the way or a login: no text is at fault.
        return Verdict::Again { why: "the answer is a web page and not JSON".to_owned(), after: None };
    }
    let answer = match wire::read(&reply.body, expected.count) {
        Ok(answer) => answer,
        Err(Garbled(why)) => return Verdict::Garbled(why),
    };
    if let (Some(expected), Some(found)) = (expected.model, &answer.model)
        && expected != found
    {
        return Verdict::Changed(format!("it is `{found}` now and was `{expected}`"));
    }
    let lengths = answer.vectors.iter().filter_map(|slot| match slot {
        Slot::Vector(vector) => Some(vector.len()),
        _ => None,
    });
    if let Some(expected) = expected.dimensions
        && let Some(found) = lengths.into_iter().find(|length| *length != expected as usize)
    {
        return Verdict::Changed(format!("its vectors have {found} numbers now and had {expected}"));
    }
    Verdict::Answered(answer)
}

/// A request that is refused for what it holds: of several texts or too many, unless the words speak of
/// something else.
fn complaint(status: u16, said: &Said, count: usize) -> Verdict {
    let why = said.why(status);
    if said.refuses("dimensions") || (said.has(&["dimensions", "matryoshka"]) && !said.has(&["input"])) {
        return Verdict::Hopeless(format!(
            "the model takes no wish for dimensions ({why}): unset CCR_EMBEDDER_DIMENSIONS"
        ));
    }
    if said.is_content() {
        return Verdict::Complaint { why, about: About::Content };
    }
    if let Some(limit) = said.limit(count) {
        return Verdict::Complaint { why, about: About::Size(limit) };
    }
    let is_large = status == 413;
    if said.is_length() || is_large {
        let about = match count {
            1 => About::Length,
            // A body that a gateway on the way does not let through.
            _ if is_large && !said.is_length() => About::Size(Limit::Tokens(None)),
            _ => About::Content,
        };
        return Verdict::Complaint { why, about };
    }
    // 422 says by itself that it is the content.
    if said.has(&["input", "string", "text"]) || status != 400 {
        return Verdict::Complaint { why, about: About::Texts };
    }
    Verdict::Hopeless(format!("the service does not take the request: {why}"))
}

fn endpoint_name(api: &Api) -> &'static str {
    match api {
        Api::Azure { .. } => "AZURE_OPENAI_EMBEDDING_ENDPOINT",
        Api::OpenAi { .. } => "OPENAI_BASE_URL",
    }
}

/// The words of the service are left out: some repeat a part of the key.
fn refused_key(api: &Api, status: u16) -> String {
    match api {
        Api::Azure { .. } => format!(
            "Azure OpenAI refused the key or token ({status}): check that AZURE_OPENAI_EMBEDDING_API_KEY belongs to \
             the resource of AZURE_OPENAI_EMBEDDING_ENDPOINT, or that the token's owner may use it (role \
             Cognitive Services OpenAI User)"
        ),
        Api::OpenAi { .. } => {
            format!("the embedding service refused the key ({status}): check OPENAI_API_KEY")
        }
    }
}

fn not_found(api: &Api, why: &str) -> String {
    match api {
        Api::Azure { .. } => format!(
            "Azure OpenAI knows no such deployment ({why}): check AZURE_OPENAI_EMBEDDING_DEPLOYMENT, which is the \
             name given in the portal and not the model's, and AZURE_OPENAI_EMBEDDING_ENDPOINT and \
             AZURE_OPENAI_EMBEDDING_API_VERSION"
        ),
        Api::OpenAi { .. } => format!(
            "the embedding service knows no such model or path ({why}): check the model in CCR_EMBEDDER, that the \
             server has loaded it, and that OPENAI_BASE_URL ends where `/embeddings` follows, such as in `/v1`"
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    fn azure() -> Api {
        Api::Azure { endpoint: String::new(), version: String::new() }
    }

    fn verdict(status: u16, body: &str, count: usize) -> Verdict {
        let body = body.as_bytes().to_vec();
        let reply = Reply { status, retry_after: None, retry_after_ms: None, elsewhere: None, body };
        let expected = Expected { count, model: None, dimensions: None, sends_format: true };
        judge(&azure(), &reply, expected, UNIX_EPOCH)
    }

    #[test]
    fn complaints_of_one_text_are_told_from_bad_requests() {
        let check = |status: u16, body: &str, expected: &str| {
            let kind = match verdict(status, body, 1) {
                Verdict::Complaint { about: About::Length, .. } => "length",
                Verdict::Complaint { .. } => "text",
                Verdict::Unwanted(_) => "unwanted",
                Verdict::Hopeless(_) => "hopeless",
                _ => "other",
            };
            assert_eq!(kind, expected, "{status} {body}");
        };
        // OpenAI and Azure.
        check(
            400,
            r#"{"error":{"message":"This model's maximum context length is 8192 tokens, however you requested 10001 tokens (10001 in your prompt; 0 for the completion). Please reduce your prompt; or completion length.","type":"invalid_request_error","param":null,"code":null}}"#,
            "length",
        );
        check(
            400,
            r#"{"error":{"message":"'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.","type":"invalid_request_error","param":null,"code":null}}"#,
            "text",
        );
        check(
            400,
            r#"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
            "text",
        );
        check(
            400,
            r#"{"error":{"message":"This model does not support specifying dimensions.","type":"invalid_request_error","param":null,"code":null}}"#,
            "hopeless",
        );
        check(400, r#"{"error":{"message":"Unsupported API version"}}"#, "hopeless");
        // TEI.
        check(
            413,
            r#"{"error":"Input validation error: `inputs` must have less than 512 tokens. Given: 700","error_type":"Validation"}"#,
            "length",
        );
        // vLLM.
        check(
            400,
            r#"{"object":"error","message":"This model's maximum context length is 512 tokens. However, you requested 700 tokens in the input for embedding generation. Please reduce the length of the input.","type":"BadRequestError","param":null,"code":400}"#,
            "length",
        );
        // Ollama.
        check(
            500,
            r#"{"error":{"message":"failed to encode response: json: unsupported value: NaN","type":"api_error","param":null,"code":null}}"#,
            "text",
        );
        check(400, r#"{"error":{"message":"the input length exceeds the context length"}}"#, "length");
        // llama.cpp.
        check(
            500,
            r#"{"error":{"code":500,"message":"input (700 tokens) is too large to process. increase the physical batch size (current batch size: 512)","type":"server_error"}}"#,
            "length",
        );
        check(500, r#"{"error":{"message":"CUDA out of memory"}}"#, "other");
        // A parameter that is not known, whatever the status.
        for status in [400, 404, 422, 500, 501] {
            check(status, r#"{"error":{"message":"encoding_format is not supported"}}"#, "unwanted");
        }
        // vLLM, where a model has one number of dimensions.
        check(
            400,
            r#"{"error":{"message":"Model \"x\" does not support matryoshka representation, changing output dimensions will lead to poor results.","code":400}}"#,
            "hopeless",
        );
        // An error that calls itself an answer.
        check(200, r#"{"error":"Unexpected endpoint or method. (POST /embeddings)"}"#, "hopeless");
        check(200, r#"{"error":{"message":"the model is loading","code":503}}"#, "other");
        check(200, r#"{"error":{"message":"the input length exceeds the context length"}}"#, "length");
    }

    #[test]
    fn sizes_are_told_from_texts() {
        let check = |status: u16, body: &str, count: usize, expected: Option<About>| {
            let found = match verdict(status, body, count) {
                Verdict::Complaint { about, .. } => Some(about),
                _ => None,
            };
            assert_eq!(found, expected, "{status} {body}");
        };
        let texts = |most| Some(About::Size(Limit::Texts(most)));
        let tei = r#"{"error":"batch size 100 > maximum allowed batch size 32","error_type":"Validation"}"#;
        for status in [400, 413, 422, 500] {
            check(status, tei, 100, texts(Some(32)));
        }
        check(413, "<html>413 Request Entity Too Large</html>", 100, Some(About::Size(Limit::Tokens(None))));
        check(413, "<html>413 Request Entity Too Large</html>", 1, Some(About::Length));
        check(
            429,
            r#"{"error":{"message":"Request too large for text-embedding-3-small on tokens per min (TPM): Limit 1000, Requested 5000."}}"#,
            100,
            Some(About::Size(Limit::Tokens(None))),
        );
        check(400, r#"{"error":{"message":"'$.input' is invalid."}}"#, 100, Some(About::Texts));
        check(
            400,
            r#"{"error":{"message":"maximum context length is 512 tokens"}}"#,
            100,
            Some(About::Content),
        );
    }

    #[test]
    fn a_key_that_a_service_repeats_is_left_out() {
        let body = r#"{"error":{"message":"Incorrect API key provided: sk-ab***yz."}}"#;
        let Verdict::Locked(message) = verdict(401, body, 1) else { panic!("locked") };
        assert!(!message.contains("sk-ab"), "{message}");
    }

    #[test]
    fn a_web_page_is_not_repeated() {
        let verdict = verdict(502, "<html><body>Bad Gateway</body></html>", 1);
        assert_eq!(verdict, Verdict::Again { why: "502: a web page".to_owned(), after: None });
    }
}
