//! Arguments as models give them: names that are nearly right, numbers in quotes, one word or a list.

use std::ops::RangeInclusive;

use ccr_index::model::{Access, Kind};
use serde_json::{Map, Value};

use super::nearest::nearest;

/// Names that callers use, as they are after [`plain`], and what is meant, the first that the tool has.
const MEANT: [(&str, &[&str]); 48] = [
    ("q", &["query"]),
    ("text", &["query"]),
    ("question", &["query"]),
    ("search", &["query"]),
    ("search_term", &["query"]),
    ("search_query", &["query"]),
    ("term", &["query"]),
    ("symptom", &["query"]),
    ("keyword", &["query"]),
    ("keyword_name", &["query"]),
    ("keywords", &["query"]),
    ("name", &["id", "query"]),
    ("slug", &["id"]),
    ("uri", &["id"]),
    ("codebundle", &["id"]),
    ("codebundle_id", &["id"]),
    ("bundle", &["id"]),
    ("task", &["id"]),
    ("identifier", &["id"]),
    ("max_results", &["limit"]),
    ("num_results", &["limit"]),
    ("top_k", &["limit"]),
    ("k", &["limit"]),
    ("n", &["limit"]),
    ("count", &["limit"]),
    ("size", &["limit"]),
    ("page_size", &["limit"]),
    ("type", &["kind"]),
    ("kinds", &["kind"]),
    ("collections", &["collection"]),
    ("collection_slug", &["collection"]),
    ("codecollection", &["collection"]),
    ("repo", &["collection"]),
    ("platforms", &["platform"]),
    ("cloud", &["platform"]),
    ("provider", &["platform"]),
    ("tags", &["tag"]),
    ("support_tags", &["tag"]),
    ("label", &["tag"]),
    ("access_level", &["access"]),
    ("page_token", &["cursor"]),
    ("next_cursor", &["cursor"]),
    ("tokens", &["max_tokens"]),
    ("token_budget", &["max_tokens"]),
    ("library_name", &["library"]),
    ("lib", &["library"]),
    ("sections", &["section"]),
    ("part", &["section"]),
];

/// Arguments that choose what of an answer is shown, and not the answer.
const VIEW: [&str; 3] = ["cursor", "limit", "max_tokens"];

/// What is wrong with a call and what would be right, for the caller to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal(pub(super) String);

impl Refusal {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Refusal(text.into())
    }
}

/// The arguments of a call by their right names.
#[derive(Debug)]
pub(super) struct Arguments<'a> {
    given: Vec<(&'static str, &'a Value)>,
}

impl<'a> Arguments<'a> {
    /// Reads the arguments of a tool that takes `known`. Null stands for an argument that is not given.
    pub(super) fn read(
        tool: &str,
        known: &[&'static str],
        given: &'a Map<String, Value>,
    ) -> Result<Self, Refusal> {
        let mut read: Vec<(&'static str, &str, &Value)> = Vec::new();
        for (name, value) in given.iter().filter(|(_, value)| !value.is_null()) {
            let Some(meant) = meant(name, known) else {
                return Err(unknown(tool, known, name));
            };
            if let Some((_, other, _)) = read.iter().find(|(known, ..)| *known == meant) {
                return Err(Refusal::new(format!("`{other}` and `{name}` both give `{meant}`: give one")));
            }
            read.push((meant, name, value));
        }
        Ok(Arguments { given: read.into_iter().map(|(meant, _, value)| (meant, value)).collect() })
    }

    fn get(&self, name: &str) -> Option<&'a Value> {
        self.given.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The arguments that decide what the answer is.
    pub(super) fn question(&self) -> Map<String, Value> {
        let decides = self.given.iter().filter(|(name, _)| !VIEW.contains(name));
        decides.map(|(name, value)| ((*name).to_owned(), (*value).clone())).collect()
    }

    /// A text without spaces around it; an empty one is none.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        let mut words = self.words(name)?;
        match words.len() {
            0 => Ok(None),
            1 => Ok(words.pop()),
            _ => Err(Refusal::new(format!("`{name}` is one text, not a list of {}", words.len()))),
        }
    }

    /// A text that must be there.
    pub(super) fn required(&self, name: &str, what: &str) -> Result<String, Refusal> {
        self.text(name)?.ok_or_else(|| Refusal::new(format!("`{name}` is missing: give {what}")))
    }

    /// A text or a list of texts.
    pub(super) fn words(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let values = match self.get(name) {
            None => return Ok(Vec::new()),
            Some(Value::Array(values)) => values.iter().collect(),
            Some(value) => vec![value],
        };
        let mut words = Vec::with_capacity(values.len());
        for value in values {
            let Value::String(text) = value else {
                return Err(Refusal::new(format!("`{name}` is a text, not {value}")));
            };
            words.push(text.trim().to_owned());
        }
        words.retain(|word| !word.is_empty());
        Ok(words)
    }

    /// A whole number within bounds.
    pub(super) fn number(
        &self,
        name: &str,
        default: usize,
        bounds: RangeInclusive<usize>,
    ) -> Result<usize, Refusal> {
        let Some(value) = self.get(name) else { return Ok(default) };
        let number = match value {
            Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let number = number.and_then(|number| usize::try_from(number).ok());
        number.filter(|number| bounds.contains(number)).ok_or_else(|| {
            let (least, most) = bounds.into_inner();
            Refusal::new(format!("`{name}` is a whole number from {least} to {most}, not {value}"))
        })
    }

    /// Words of a closed list, each as it is written there.
    pub(super) fn choices(
        &self,
        name: &str,
        choices: &[&'static str],
        read: impl Fn(&str) -> Option<&'static str>,
    ) -> Result<Vec<&'static str>, Refusal> {
        let choose = |word: &String| {
            let folded = plain(word);
            let chosen = choices.iter().find(|choice| plain(choice) == folded).copied();
            chosen.or_else(|| read(&folded)).ok_or_else(|| wrong_value(name, word, choices))
        };
        self.words(name)?.iter().map(choose).collect()
    }

    /// Read-only or read-write.
    pub(super) fn access(&self) -> Result<Vec<Access>, Refusal> {
        let choices = [Access::ReadOnly.as_str(), Access::ReadWrite.as_str()];
        let short = |word: &str| match word {
            "read" | "readonly" | "ro" => Some(choices[0]),
            "write" | "readwrite" | "rw" => Some(choices[1]),
            _ => None,
        };
        let chosen = self.choices("access", &choices, short)?;
        Ok(chosen.into_iter().filter_map(Access::from_word).collect())
    }

    /// Kinds of things, in words of any number and of either terminology.
    pub(super) fn kinds(&self) -> Result<Vec<Kind>, Refusal> {
        let chosen = self.choices("kind", &Kind::ALL.map(Kind::as_str), kind_word)?;
        Ok(chosen.into_iter().filter_map(Kind::from_word).collect())
    }
}

/// The kind that a word of [`plain`] form means.
pub(super) fn kind_word(word: &str) -> Option<&'static str> {
    let word = word.strip_suffix("ies").map(|stem| format!("{stem}y")).unwrap_or_else(|| word.to_owned());
    let word = word.strip_suffix('s').unwrap_or(&word);
    let kind = match word {
        "bundle" | "code_bundle" | "skill_template" | "skill" => Kind::CodeBundle,
        "runbook" | "monitor" | "sli" | "taskset" | "tool" => Kind::Task,
        "code_collection" | "codecollection" | "repository" => Kind::Collection,
        "lib" => Kind::Library,
        "doc" | "page" => Kind::Documentation,
        word => Kind::from_word(word)?,
    };
    Some(kind.as_str())
}

/// The value is none of those that there are.
pub(super) fn wrong_value(name: &str, value: &str, known: &[&str]) -> Refusal {
    let (first, rest) = nearest(value, known);
    let meant = first.map_or_else(|| ".".to_owned(), |first| format!(": did you mean `{first}`?"));
    let more = if rest.len() < known.len() { ", and others" } else { "" };
    Refusal::new(format!("there is no {name} `{value}`{meant} There are: {}{more}", rest.join(", ")))
}

fn meant(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let name = plain(name);
    let own = known.iter().find(|known| **known == name);
    let other = || {
        let (_, meant) = MEANT.iter().find(|(wrong, _)| *wrong == name)?;
        meant.iter().find_map(|meant| known.iter().find(|known| *known == meant))
    };
    own.or_else(other).copied()
}

fn unknown(tool: &str, known: &[&'static str], name: &str) -> Refusal {
    let (first, _) = nearest(&plain(name), known);
    let meant = first.map_or_else(|| ".".to_owned(), |first| format!(": did you mean `{first}`?"));
    let takes = if known.is_empty() { "no argument".to_owned() } else { known.join(", ") };
    Refusal::new(format!("`{tool}` has no argument `{name}`{meant} It takes {takes}"))
}

/// `maxTokens`, `max-tokens` and `Max Tokens` as `max_tokens`.
pub(super) fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len() + 4);
    let mut after_small = false;
    for c in name.trim().chars() {
        if after_small && c.is_uppercase() {
            plain.push('_');
        }
        after_small = c.is_lowercase() || c.is_ascii_digit();
        plain.extend(if matches!(c, '-' | ' ') { '_' } else { c }.to_lowercase());
    }
    plain
}

fn whole(number: f64) -> Option<u64> {
    // JSON writes no number between 2^53 and this that is not whole.
    (number.fract() == 0.0 && (0.0..9e15).contains(&number)).then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SEARCH: [&str; 4] = ["query", "kind", "limit", "max_tokens"];

    fn read(given: &Value) -> Result<Arguments<'_>, Refusal> {
        Arguments::read("ccr_search", &SEARCH, given.as_object().unwrap())
    }

    #[test]
    fn names_that_callers_use() {
        for name in ["query", "q", "text", "Query", "searchTerm", "name"] {
            let given = json!({ name: " pods " });
            assert_eq!(read(&given).unwrap().text("query"), Ok(Some("pods".to_owned())), "{name}");
        }
        let given = json!({"maxTokens": 900, "top_k": "7", "query": null});
        let arguments = read(&given).unwrap();
        assert_eq!(arguments.number("max_tokens", 800, 200..=8000), Ok(900));
        assert_eq!(arguments.number("limit", 5, 1..=20), Ok(7));
        assert_eq!(arguments.text("query"), Ok(None));
        assert!(arguments.question().is_empty());
    }

    #[test]
    fn what_is_refused_and_how() {
        #[track_caller]
        fn check<T: std::fmt::Debug>(result: Result<T, Refusal>, words: &[&str]) {
            let Refusal(text) = result.unwrap_err();
            for word in words {
                assert!(text.contains(word), "no `{word}` in {text}");
            }
        }
        check(read(&json!({"qeury": "x"})), &["`qeury`", "did you mean `query`", "max_tokens"]);
        check(read(&json!({"q": "x", "text": "y"})), &["both give `query`"]);
        let given = json!({"query": 5, "limit": 0, "max_tokens": "many", "kind": ["codebundel"]});
        let arguments = read(&given).unwrap();
        check(arguments.text("query"), &["`query` is a text, not 5"]);
        check(arguments.number("limit", 5, 1..=20), &["from 1 to 20, not 0"]);
        check(arguments.number("max_tokens", 5, 1..=20), &["not \"many\""]);
        check(arguments.kinds(), &["no kind `codebundel`", "did you mean `codebundle`", "library"]);
        let given = json!({"query": ["a", "b"], "limit": 2.5});
        let arguments = read(&given).unwrap();
        check(arguments.text("query"), &["one text, not a list of 2"]);
        check(arguments.number("limit", 5, 1..=20), &["not 2.5"]);
    }

    #[test]
    fn kinds_in_other_words() {
        let kinds = |word: &str| {
            let given = json!({"kind": word});
            read(&given).unwrap().kinds().map(|kinds| kinds[0])
        };
        for (word, kind) in [
            ("CodeBundles", Kind::CodeBundle),
            ("bundle", Kind::CodeBundle),
            ("libraries", Kind::Library),
            ("Runbooks", Kind::Task),
            ("codecollection", Kind::Collection),
            ("docs", Kind::Documentation),
        ] {
            assert_eq!(kinds(word), Ok(kind), "{word}");
        }
    }
}
