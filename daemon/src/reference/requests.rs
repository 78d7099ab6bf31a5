//! Requests for CodeBundles that do not exist yet: issues of a GitHub repository. The one door to GitHub.

use std::fmt::{self, Write as _};
use std::io::Read;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota};
use reqwest::Url;
use reqwest::blocking::{Client, RequestBuilder};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue, USER_AGENT};
use reqwest::redirect::Policy;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::ToolError;
use super::arguments::Arguments;
use super::markdown::{line, link};

/// The label of a request, which the reference gives too.
const LABEL: &str = "new-codebundle-request";
/// Time for a question to GitHub.
const PATIENCE: Duration = Duration::from_secs(8);
/// Bytes of an answer of GitHub at most.
const LONGEST: u64 = 1 << 20;
/// Issues that may be created in an hour.
const ISSUES_AN_HOUR: NonZeroU32 = NonZeroU32::new(20).unwrap();
/// Issues that are shown.
const MOST: usize = 10;

/// Where requests go.
#[derive(Clone)]
pub struct RequestOptions {
    /// A token that may read and create issues.
    pub token: String,
    /// `owner/name`.
    pub repository: String,
    /// Address of the API, such as `https://api.github.com`.
    pub api: String,
}

impl fmt::Debug for RequestOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RequestOptions { token: _, repository, api } = self;
        formatter.debug_struct("RequestOptions").field("repository", repository).field("api", api).finish()
    }
}

/// The issues of a repository.
pub(super) struct Requests {
    options: RequestOptions,
    client: Client,
    created: DefaultDirectRateLimiter,
}

impl fmt::Debug for Requests {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.options.fmt(formatter)
    }
}

#[derive(Deserialize)]
struct Found {
    items: Vec<Issue>,
}

#[derive(Deserialize)]
struct Issue {
    number: u64,
    title: String,
    html_url: String,
    created_at: String,
}

#[derive(Deserialize)]
struct Created {
    number: u64,
    html_url: String,
}

impl Requests {
    /// Asks nobody yet. Blocks; not to be called where nothing may block.
    pub(super) fn new(options: RequestOptions) -> Result<Requests, ToolError> {
        // Whoever came first has set the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().timeout(PATIENCE).redirect(Policy::none()).build();
        let client = client.map_err(|error| ToolError::Elsewhere(error.to_string()))?;
        let created = DefaultDirectRateLimiter::direct(Quota::per_hour(ISSUES_AN_HOUR));
        Ok(Requests { options, client, created })
    }

    /// `check_existing_requests`.
    pub(super) fn check(&self, arguments: &Arguments) -> Result<String, ToolError> {
        let term = arguments.text("search_term");
        let question = question(&self.options.repository, term);
        let address = format!("{}/search/issues", self.options.api);
        let address = Url::parse_with_params(&address, [("q", question.as_str()), ("per_page", "10")])
            .map_err(|error| ToolError::Elsewhere(format!("`{address}` is no address: {error}")))?;
        let found: Found = self.ask(self.client.get(address))?;
        let mut text = format!("# Existing requests: {}\n\n", line(term, 200));
        if found.items.is_empty() {
            text.push_str("No request that is open matches.\n");
        }
        for issue in found.items.iter().take(MOST) {
            let title = line(&issue.title, 200);
            let link = link(Some(&title), Some(&issue.html_url));
            let _ = writeln!(text, "- **#{}** - {link}\n  Created: {}", issue.number, issue.created_at);
        }
        Ok(text)
    }

    /// `request_codebundle`.
    pub(super) fn create(&self, arguments: &Arguments) -> Result<String, ToolError> {
        if self.created.check().is_err() {
            let what = format!("more than {ISSUES_AN_HOUR} requests in an hour: try later");
            return Err(ToolError::TooMany(what));
        }
        let address = format!("{}/repos/{}/issues", self.options.api, self.options.repository);
        let title = format!("[{LABEL}] - {}", line(arguments.text("platform"), 50));
        let issue = json!({ "title": title, "body": body(arguments), "labels": [LABEL] });
        let created: Created = self.ask(self.client.post(address).json(&issue))?;
        Ok(format!(
            "The request was created: {}\n",
            link(Some(&format!("#{}", created.number)), Some(&created.html_url))
        ))
    }

    fn ask<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, ToolError> {
        let elsewhere = |why: String| ToolError::Elsewhere(why);
        let mut token = HeaderValue::from_str(&format!("Bearer {}", self.options.token))
            .map_err(|_| elsewhere("the token for GitHub is no text of a header".to_owned()))?;
        token.set_sensitive(true);
        let request = request
            .header(AUTHORIZATION, token)
            .header(ACCEPT, "application/vnd.github+json")
            .header(USER_AGENT, concat!("ccr/", env!("CARGO_PKG_VERSION")));
        let response = request.send().map_err(|error| elsewhere(error.without_url().to_string()))?;
        let status = response.status();
        let mut text = Vec::new();
        let read = response.take(LONGEST).read_to_end(&mut text);
        read.map_err(|error| elsewhere(error.to_string()))?;
        if !status.is_success() {
            return Err(elsewhere(format!("it answered {status}")));
        }
        serde_json::from_slice(&text)
            .map_err(|error| elsewhere(format!("it answered what is no JSON: {error}")))
    }
}

/// A question to GitHub's search. What was typed stands in quotes, where nothing is a qualifier.
fn question(repository: &str, term: &str) -> String {
    let words: String =
        term.chars().map(|letter| if matches!(letter, '"' | '\\') { ' ' } else { letter }).collect();
    format!("repo:{repository} is:issue is:open label:{LABEL} \"{}\"", line(&words, 200))
}

/// The text of an issue. What was typed stands in blocks of code, where it mentions and links nobody.
fn body(arguments: &Arguments) -> String {
    let mut text = String::new();
    let mut section = |title: &str, words: &str| {
        if !words.trim().is_empty() {
            let fence = "`".repeat(longest_run(words, '`').max(2) + 1);
            let _ = writeln!(text, "### {title}\n\n{fence}text\n{}\n{fence}\n", words.trim());
        }
    };
    section("Platform", arguments.text("platform"));
    let tasks = arguments.texts("tasks");
    section("Tools", &tasks.iter().map(|task| format!("- {task}")).collect::<Vec<_>>().join("\n"));
    section("What was searched for", arguments.text("original_query"));
    section("Context", arguments.text("context"));
    section("May be contacted", if arguments.is_set("contact_ok") { "yes" } else { "no" });
    text
}

fn longest_run(text: &str, letter: char) -> usize {
    text.split(|other| other != letter).map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::reference::definitions::TOOLS;

    fn arguments(name: &str, given: &Value) -> Arguments {
        let tool = TOOLS.iter().find(|tool| tool.name == name).unwrap();
        Arguments::read(given, tool.parameters).unwrap()
    }

    #[test]
    fn what_was_typed_is_no_qualifier() {
        let asked = question("o/r", "x\" repo:other/private \\\" is:closed");
        assert_eq!(
            asked,
            "repo:o/r is:issue is:open label:new-codebundle-request \"x repo:other/private is:closed\""
        );
    }

    #[test]
    fn what_was_typed_leaves_no_block_of_code() {
        let given = json!({ "platform": "AWS", "tasks": ["a", "```\n@someone"], "contact_ok": true });
        let text = body(&arguments("request_codebundle", &given));
        assert!(text.contains("````text\n- a\n- ```\n@someone\n````\n"), "{text}");
        assert!(text.contains("### May be contacted\n\n```text\nyes"), "{text}");
    }

    #[test]
    fn the_token_is_not_printed() {
        let options =
            RequestOptions { token: "hunter2".into(), repository: "o/r".into(), api: "http://x".into() };
        assert!(!format!("{options:?}").contains("hunter2"));
    }
}
