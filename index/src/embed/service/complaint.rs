//! What a service complains of, in its own words: a parameter that it does not know, more texts or tokens
//! at once than it takes, one text that is too long, or what a text says.
//!
//! No two services use the same words. So it is not sentences that are looked for, but numbers that could be
//! the limit, beside words that make them one. How much was sent is known: no number that is as large
//! can be what is taken at once.

use serde_json::Value;

/// Words on either side of a number that are looked at.
const NEAR: usize = 12;

/// How services say that one text is too long.
const LENGTH: [&str; 19] = [
    "context length",
    "context_length",
    "context size",
    "too long",
    "too large",
    "must have less than",
    "maximum length",
    "maximum number of tokens",
    "maximum input length",
    "longer than the maximum",
    "exceeds the context",
    "token limit",
    "max input tokens",
    "maxlength",
    "token count",
    "too many tokens",
    "tokens per request",
    "max_tokens_per_request",
    "max allowed tokens",
];

/// Words that make a number beside them a bound.
const BOUNDS: [&str; 21] = [
    "max", "maximum", "most", "limit", "limits", "limited", "larger", "greater", "exceed", "exceeds",
    "exceeded", "allowed", "between", "fewer", "less", "more", "up", "only", "maxitems", "allows", "cannot",
];

/// What a number of texts is counted in.
const TEXTS: [&str; 26] = [
    "batch",
    "batch_size",
    "input",
    "inputs",
    "text",
    "texts",
    "item",
    "items",
    "list",
    "array",
    "request",
    "requests",
    "instance",
    "instances",
    "document",
    "documents",
    "string",
    "strings",
    "sentence",
    "sentences",
    "element",
    "elements",
    "maxitems",
    "contents",
    "prompts",
    "embeddings",
];

/// What tells a number beside it from a number of texts.
const OTHER_UNITS: [&str; 16] = [
    "token",
    "tokens",
    "character",
    "characters",
    "chars",
    "byte",
    "bytes",
    "kb",
    "mb",
    "dimensions",
    "second",
    "seconds",
    "minute",
    "rpm",
    "tpm",
    "maxlength",
];

/// What several texts are too much together by, in a request.
const TOGETHER: [&str; 14] = [
    "batch",
    "batches",
    "overall",
    "per request",
    "max_tokens_per_request",
    "in total",
    "total tokens",
    "total number of tokens",
    "request body",
    "entity too large",
    "payload",
    "length limit exceeded",
    "request too large",
    "all inputs",
];

/// How a parameter is refused.
const REFUSALS: [&str; 21] = [
    "not support",
    "unsupported",
    "not permitted",
    "not allowed",
    "not valid",
    "invalid",
    "unknown",
    "unexpected",
    "unrecognized",
    "unrecognised",
    "extra field",
    "extra input",
    "extra_forbidden",
    "extra key",
    "additional propert",
    "not accept",
    "not recognized",
    "not implemented",
    "no such",
    "should be",
    "must be",
];

/// What a service says of an error.
pub(super) struct Said {
    /// For people.
    pub(super) text: String,
    /// All that it says in lower case, but for what was sent and is repeated.
    all: String,
    /// Names of parameters that it points at.
    named: Vec<String>,
}

/// Of what a request had too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// Of texts; how many are taken, where the service says it.
    Texts(Option<usize>),
    /// Of tokens or bytes in all its texts.
    Tokens(Option<Tokens>),
}

/// How many tokens are taken, as the service counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tokens {
    pub(super) most: u64,
    /// How many it found.
    pub(super) found: Option<u64>,
}

impl Said {
    /// `excerpt` is the number of characters that people are shown.
    pub(super) fn of(body: &[u8], excerpt: usize) -> Said {
        let body = &body[..body.len().min(64 << 10)];
        if super::wire::is_html(body) {
            return Said { text: "a web page".to_owned(), all: String::new(), named: Vec::new() };
        }
        let whole = String::from_utf8_lossy(body);
        let json: Option<Value> = serde_json::from_slice(body).ok();
        let (mut words, mut named) = (String::new(), Vec::new());
        match &json {
            Some(json) => gather(json, &mut words, &mut named),
            None => words.push_str(&whole),
        }
        let message = json.as_ref().and_then(message).unwrap_or_else(|| whole.into_owned());
        let shown: String = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown = shown.chars().filter(|character| !character.is_control()).take(excerpt).collect();
        Said { text: shown, all: words.to_lowercase(), named }
    }

    pub(super) fn has(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.all.contains(word))
    }

    pub(super) fn why(&self, status: u16) -> String {
        if self.text.is_empty() { status.to_string() } else { format!("{status}: {}", self.text) }
    }

    /// Whether one text is too long for the model.
    pub(super) fn is_length(&self) -> bool {
        self.has(&LENGTH)
    }

    pub(super) fn is_content(&self) -> bool {
        self.has(&["content_filter", "content filter", "content management", "responsibleai"])
    }

    /// Whether the parameter of that name is not taken: it stands there by its whole name, and beside it that
    /// it is refused.
    pub(super) fn refuses(&self, name: &str) -> bool {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        let bytes = self.all.as_bytes();
        let is_named = self.all.match_indices(name).any(|(start, _)| {
            let before = start.checked_sub(1).and_then(|place| bytes.get(place));
            !before.is_some_and(is_part) && !bytes.get(start + name.len()).is_some_and(is_part)
        });
        self.named.iter().any(|named| named == name) || (is_named && self.has(&REFUSALS))
    }

    /// Of what a request of `count` texts had too much; `None` where it is not said to be too much at once.
    pub(super) fn limit(&self, count: usize) -> Option<Limit> {
        // What llama.cpp calls its physical batch is a text's tokens.
        if count < 2 || self.has(&["physical batch size", "too large to process"]) {
            return None;
        }
        let words = words(&self.all);
        if let Some(most) = texts(&words, count) {
            return Some(Limit::Texts(Some(most)));
        }
        if self.has(&["token", "entity too large", "payload", "length limit exceeded", "request body"])
            && self.has(&TOGETHER)
        {
            return Some(Limit::Tokens(tokens(&words)));
        }
        let many = [
            "batch size",
            "batch_size",
            "too many inputs",
            "too many texts",
            "too many items",
            "too many strings",
        ];
        self.has(&many).then_some(Limit::Texts(None))
    }
}

/// A word of what is said, and what number it is.
#[derive(Debug)]
struct Word<'text> {
    text: &'text str,
    number: Option<u64>,
}

/// Numbers stand alone: `3` in `text-embedding-3-small` is none.
fn words(text: &str) -> Vec<Word<'_>> {
    let is_between =
        |character: char| !(character.is_alphanumeric() || matches!(character, '-' | '_' | '.' | ','));
    let pieces = text.split(is_between).map(|piece| piece.trim_matches(['.', ',', '-', '_']));
    pieces.filter(|piece| !piece.is_empty()).map(|text| Word { text, number: number(text) }).collect()
}

/// `16384`, `16,384` or `16_384`.
fn number(text: &str) -> Option<u64> {
    let mut groups = text.split([',', '_']);
    let first = groups.next()?;
    let is_grouped = groups.clone().next().is_some();
    let is_sound = !is_grouped || (first.len() <= 3 && groups.all(|group| group.len() == 3));
    let digits: String = text.chars().filter(|character| !matches!(character, ',' | '_')).collect();
    (is_sound && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// The number of texts that are taken at once: less than were sent, beside a bound and what texts are called.
fn texts(words: &[Word<'_>], count: usize) -> Option<usize> {
    let candidates = words.iter().enumerate().filter_map(|(place, word)| {
        let number = usize::try_from(word.number?).ok().filter(|number| (1..count).contains(number))?;
        let before = &words[place.saturating_sub(NEAR)..place];
        let after = &words[place + 1..words.len().min(place + 1 + NEAR)];
        // `input.contents` is about inputs too.
        let is_one = |word: &Word<'_>, known: &[&str]| word.text.split('.').any(|part| known.contains(&part));
        let has = |words: &[Word<'_>], known: &[&str]| words.iter().any(|word| is_one(word, known));
        let is_other = has(&after[..after.len().min(2)], &OTHER_UNITS)
            || has(&before[before.len().saturating_sub(3)..], &OTHER_UNITS);
        let is_bound = has(before, &BOUNDS) || has(&after[..after.len().min(4)], &BOUNDS);
        let is_of_texts = has(before, &TEXTS) || has(after, &TEXTS);
        (is_bound && is_of_texts && !is_other).then_some(number)
    });
    candidates.max()
}

/// The tokens that are taken at once, and those that were found: of two numbers the smaller and the greater.
fn tokens(words: &[Word<'_>]) -> Option<Tokens> {
    let is_token = |word: &Word<'_>| word.text.starts_with("token");
    let mut numbers: Vec<u64> = words
        .iter()
        .enumerate()
        .filter(|(place, _)| {
            words[place.saturating_sub(NEAR)..words.len().min(place + NEAR)].iter().any(is_token)
        })
        .filter_map(|(_, word)| word.number.filter(|number| *number >= 64))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    let most = *numbers.first()?;
    Some(Tokens { most, found: numbers.get(1).copied() })
}

/// Collects what is said, without what was sent: services repeat the request's own texts.
fn gather(json: &Value, words: &mut String, named: &mut Vec<String>) {
    match json {
        Value::String(text) => {
            words.push_str(text);
            words.push('\n');
        }
        Value::Array(parts) => parts.iter().for_each(|part| gather(part, words, named)),
        Value::Object(fields) => {
            for (name, value) in fields {
                match (name.as_str(), value) {
                    ("input" | "inputs" | "texts" | "body", _) => {}
                    ("param", Value::String(parameter)) => {
                        named.push(parameter.clone());
                        gather(value, words, named);
                    }
                    ("loc", Value::Array(path)) => {
                        named.extend(path.last().and_then(Value::as_str).map(str::to_owned));
                        gather(value, words, named);
                    }
                    _ => gather(value, words, named),
                }
            }
        }
        Value::Number(number) => {
            words.push_str(&number.to_string());
            words.push('\n');
        }
        Value::Null | Value::Bool(_) => {}
    }
}

/// Where the services put their words: OpenAI and Azure, Ollama, TEI, vLLM, and those that list what is wrong
/// (FastAPI, Mistral).
fn message(json: &Value) -> Option<String> {
    let places =
        ["/error/message", "/error", "/message", "/detail", "/detail/message", "/msg", "/errors/0/message"];
    let plain = places.iter().find_map(|place| json.pointer(place)?.as_str().map(str::to_owned));
    plain.or_else(|| {
        let first =
            ["/detail/0", "/message/detail/0", "/error/0"].iter().find_map(|place| json.pointer(place))?;
        let path = first.get("loc").and_then(Value::as_array).map(|path| {
            path.iter()
                .map(|part| part.as_str().map_or_else(|| part.to_string(), str::to_owned))
                .collect::<Vec<_>>()
        });
        let what = first.get("msg").and_then(Value::as_str)?;
        Some(path.map_or_else(|| what.to_owned(), |path| format!("{}: {what}", path.join("."))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(body: &str) -> Said {
        Said::of(body.as_bytes(), 300)
    }

    #[test]
    fn limits_of_texts_are_read_in_the_words_of_many_services() {
        let check = |message: &str, count: usize, expected: Option<Limit>| {
            assert_eq!(said(message).limit(count), expected, "{message}");
            let json = serde_json::json!({"error": {"message": message, "type": "invalid_request_error"}});
            assert_eq!(said(&json.to_string()).limit(count), expected, "{message}");
        };
        let texts = |most| Some(Limit::Texts(Some(most)));
        // Text Embeddings Inference, SiliconFlow.
        check("batch size 100 > maximum allowed batch size 32", 100, texts(32));
        check("input batch size 473 > maximum allowed batch size 64", 473, texts(64));
        // DashScope.
        let dashscope = "<400> InternalError.Algo.InvalidParameter: Value error, batch size is invalid, it should not \
                         be larger than 10.: input.contents";
        check(dashscope, 100, texts(10));
        check(dashscope, 2000, texts(10));
        // Azure.
        check(
            "Too many inputs. The max number of inputs is 16.  We hope to increase the number of inputs per request \
             soon. Please contact us through an Azure support request at: https://go.microsoft.com/fwlink/?linkid=2213926 \
             for further questions.",
            100,
            texts(16),
        );
        check(
            "Too many inputs for model None. The max number of inputs is 1.  We hope to increase it.",
            2,
            texts(1),
        );
        // Cohere, Gemini, OpenAI, Vertex, Bedrock, Jina, Voyage, Mistral.
        check("invalid request: total number of texts must be at most 96 - received 131", 131, texts(96));
        check(
            "* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch",
            250,
            texts(100),
        );
        check(
            "Invalid 'input': array too long. Expected an array with maximum length 2048, but got an array with \
             length 3000 instead.",
            3000,
            texts(2048),
        );
        check("5 instance(s) is allowed per prediction. Actual: 100", 100, texts(5));
        check("The number of instances should be between 1 and 250. Got 300", 300, texts(250));
        check(
            "Malformed input request: #/texts: expected maximum item count: 96, found: 100, please reformat your input",
            100,
            texts(96),
        );
        check("List should have at most 512 items after validation, not 600", 600, texts(512));
        check("The batch size limit is 128. Your batch size is 200.", 200, texts(128));
        check("This endpoint accepts a maximum of 20 texts", 64, texts(20));
        check("Request exceeds the limit of 8 documents", 64, texts(8));
        check("batch too large: got 64, max 1,0", 64, None);
        check("batch size too large", 64, Some(Limit::Texts(None)));
    }

    #[test]
    fn limits_of_tokens_are_read_with_what_was_found() {
        let check = |message: &str, expected: Option<Limit>| {
            assert_eq!(said(message).limit(100), expected, "{message}");
        };
        let tokens = |most, found| Some(Limit::Tokens(Some(Tokens { most, found: Some(found) })));
        check(
            "Request to model 'voyage-3-large' failed. The max allowed tokens per submitted batch is 120000. Your \
             batch has 124302 tokens after truncation. Please lower the number of tokens in the batch.",
            tokens(120_000, 124_302),
        );
        check("Too many tokens in batch. Max is 16384 got 17555", tokens(16_384, 17_555));
        check("Requested 313102 tokens, max 300000 tokens per request", tokens(300_000, 313_102));
        check("Too many tokens overall, split into more batches.", Some(Limit::Tokens(None)));
        check("413 Payload Too Large", Some(Limit::Tokens(None)));
        // One text is too long: that is no limit of a request.
        check(
            "This model's maximum context length is 512 tokens. However, you requested 700 tokens in the input.",
            None,
        );
        check("Input validation error: `inputs` must have less than 512 tokens. Given: 1024", None);
        check(
            "input (700 tokens) is too large to process. increase the physical batch size (current batch size: 512)",
            None,
        );
        check("Malformed input request: #/texts/0: expected maxLength: 2048, actual: 19882", None);
        check("'$.input' is invalid.", None);
        check("CUDA out of memory", None);
    }

    #[test]
    fn a_parameter_is_refused_by_its_own_name() {
        let check = |body: &str, expected: bool| {
            assert_eq!(said(body).refuses("encoding_format"), expected, "{body}");
        };
        // LiteLLM before Ollama, Bedrock and Vertex.
        check(
            r#"{"error":{"message":"litellm.UnsupportedParamsError: Setting {'encoding_format': 'float'} is not supported by ollama","type":"None","param":null,"code":"500"}}"#,
            true,
        );
        check(
            "bedrock does not support parameters: {'encoding_format': 'float'}, for model=amazon.titan",
            true,
        );
        // Voyage, Jina, Mistral, FastAPI.
        check(
            r#"{"detail":"Value 'float' supplied for argument 'encoding_format' is not valid -- accepted values are 'base64'"}"#,
            true,
        );
        check(r#"{"detail":"extra fields not permitted: ['encoding_format']"}"#, true);
        check(
            r#"{"detail":[{"type":"extra_forbidden","loc":["body","encoding_format"],"msg":"Extra inputs are not permitted","input":"float"}]}"#,
            true,
        );
        check(r#"{"error":{"message":"bad value","param":"encoding_format"}}"#, true);
        check("Additional properties are not allowed ('encoding_format' was unexpected)", true);
        // Similar words, and a request that is repeated.
        check("unsupported encoding", false);
        check("invalid character encoding_formatter", false);
        check("unknown field `my-encoding_format`", false);
        check("CUDA out of memory while serving {'encoding_format': 'float', 'input': ['a']}", false);
        check(r#"{"error":{"message":"text is invalid","input":["set encoding_format"]}}"#, false);
        check("", false);
    }

    #[test]
    fn people_are_shown_what_is_wrong() {
        let check = |body: &str, expected: &str| {
            assert_eq!(said(body).why(422), format!("422: {expected}"), "{body}");
        };
        check(
            r#"{"detail":[{"loc":["body","x"],"msg":"Extra inputs are not permitted"}]}"#,
            "body.x: Extra inputs are not permitted",
        );
        check(r#"{"detail":"no"}"#, "no");
        check(r#"{"errors":[{"message":"no"}]}"#, "no");
        check("plain", "plain");
        check("<html>", "a web page");
    }
}
