//! Prompts: work that people start by hand, with what the index knows of it already in the message.

use rmcp::ErrorData;
use rmcp::model::{
    CacheScope, GetPromptResult, ListPromptsResult, Prompt, PromptArgument, PromptMessage, Role,
};
use serde_json::{Map, Value, json};

use super::ToolSet;
use super::lean::LeanTools;
use crate::LiveIndex;

/// Tokens of what the index adds to a prompt, a call.
const TOKENS: usize = 1500;

pub(super) const TRIAGE: &str = "triage_symptom";
pub(super) const WRITE: &str = "write_codebundle";
pub(super) const KEYWORD: &str = "use_keyword";

/// The prompts there are.
pub(super) fn list() -> ListPromptsResult {
    let argument = |name: &str, about: &str, required: bool| {
        PromptArgument::new(name).with_description(about).with_required(required)
    };
    let prompts = vec![
        Prompt::new(
            TRIAGE,
            Some("Find the runbooks for a symptom and plan the diagnosis, looking before changing"),
            Some(vec![
                argument("symptom", "What is wrong, as seen: an alert, an error text, a complaint", true),
                argument("platform", "Such as Kubernetes or AWS", false),
                argument("tag", "Only CodeBundles with this tag", false),
            ]),
        )
        .with_title("Triage a symptom"),
        Prompt::new(
            WRITE,
            Some("Write a new CodeBundle after the nearest one that there is, with keywords that exist"),
            Some(vec![
                argument("purpose", "What it should check or do", true),
                argument("platform", "Such as Kubernetes or AWS", false),
                argument("like", "Id of a CodeBundle to follow; by default the nearest one", false),
            ]),
        )
        .with_title("Write a CodeBundle"),
        Prompt::new(
            KEYWORD,
            Some("Call a Robot Framework keyword rightly: its arguments, and how others call it"),
            Some(vec![argument("keyword", "Its name, or what it should do", true)]),
        )
        .with_title("Use a keyword"),
    ];
    ListPromptsResult::with_all_items(prompts)
        .with_ttl_ms(super::server::DEFINITIONS_TTL)
        .with_cache_scope(CacheScope::Public)
}

/// A prompt, filled in.
pub(super) fn get(
    index: &LiveIndex,
    name: &str,
    arguments: &Map<String, Value>,
) -> Result<GetPromptResult, ErrorData> {
    let filled = Filled { index, arguments };
    let (about, text) = match name {
        TRIAGE => ("Triage a symptom", triage(&filled)?),
        WRITE => ("Write a CodeBundle", write(&filled)?),
        KEYWORD => ("Use a keyword", keyword(&filled)?),
        _ => {
            let told = format!("unknown prompt `{name}`: there are {TRIAGE}, {WRITE}, {KEYWORD}");
            return Err(ErrorData::invalid_params(told, None));
        }
    };
    Ok(GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)]).with_description(about))
}

/// A prompt's arguments, and the index to ask.
struct Filled<'a> {
    index: &'a LiveIndex,
    arguments: &'a Map<String, Value>,
}

impl Filled<'_> {
    fn optional(&self, name: &str) -> Option<&str> {
        self.arguments.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    fn required(&self, name: &str) -> Result<&str, ErrorData> {
        self.optional(name)
            .ok_or_else(|| ErrorData::invalid_params(format!("the prompt needs `{name}`, a text"), None))
    }

    /// What a tool says, and its structured form.
    fn ask(&self, tool: &str, mut arguments: Value) -> Result<(String, Value), ErrorData> {
        arguments["max_tokens"] = json!(TOKENS);
        let empty = Map::new();
        let reply = LeanTools::default().call(self.index, tool, arguments.as_object().unwrap_or(&empty));
        match reply {
            Ok(reply) if reply.is_error => Err(ErrorData::invalid_params(reply.text, None)),
            Ok(reply) => Ok((reply.text, reply.structured.unwrap_or_default())),
            Err(unknown) => Err(ErrorData::internal_error(unknown.to_string(), None)),
        }
    }
}

fn triage(filled: &Filled<'_>) -> Result<String, ErrorData> {
    let symptom = filled.required("symptom")?;
    let mut question = json!({"query": symptom, "kind": "codebundle"});
    for filter in ["platform", "tag"] {
        if let Some(value) = filled.optional(filter) {
            question[filter] = json!(value);
        }
    }
    let (found, _) = filled.ask("ccr_search", question)?;
    Ok(format!(
        "We see this:\n\n{symptom}\n\nThe index of CodeBundles finds:\n\n{found}\n\n\
         Plan the diagnosis with them:\n\
         1. Say which hits fit the symptom and which do not. Where none fits, say so and stop.\n\
         2. Read the best one with ccr_get, then its section `tasks`; another only where it adds something.\n\
         3. Order the tasks: what tells causes apart comes first, read-only before read-write. For each give \
         its id, what its result would mean, and the next step.\n\
         4. Name the variables and secrets that must be set, and ask me for those that you cannot know.\n\
         5. Tasks with access read-write change the system: propose them, with their risk, and wait for my yes."
    ))
}

fn write(filled: &Filled<'_>) -> Result<String, ErrorData> {
    let purpose = filled.required("purpose")?;
    let mut question = json!({"query": purpose, "kind": "codebundle", "limit": 3});
    if let Some(platform) = filled.optional("platform") {
        question["platform"] = json!(platform);
    }
    let (found, hits) = filled.ask("ccr_search", question)?;
    let nearest = hits["hits"][0]["id"].as_str();
    let model = match filled.optional("like").or(nearest) {
        Some(id) => filled.ask("ccr_get", json!({"id": id}))?.0,
        None => "(none: take any of the same platform from ccr_list)".to_owned(),
    };
    Ok(format!(
        "Write a CodeBundle that does this:\n\n{purpose}\n\nWhat there is already:\n\n{found}\n\n\
         The one to follow:\n\n{model}\n\n\
         1. Where one of these does it already, or nearly, say so first: extending it may be all that is needed.\n\
         2. Read the model's section `code` with ccr_get, and look up every keyword that you call with \
         ccr_keyword_help. Call none that you have not found.\n\
         3. Write `runbook.robot`: Documentation; Metadata Author, Display Name and Supports; one task a \
         finding, named with its variables, with [Documentation] and a tag access:read-only or \
         access:read-write.\n\
         4. Import settings by RW.Core.Import User Variable (type, description, pattern, example, default) and \
         credentials by RW.Core.Import Secret, in a Suite Initialization keyword.\n\
         5. Report by RW.Core.Add Pre To Report, and raise findings by RW.Core.Add Issue with severity, title, \
         expected, actual, reproduce_hint and next_steps.\n\
         6. Where it is to be watched, add `sli.robot` that pushes a number from 0 to 1 by RW.Core.Push Metric.\n\
         7. Add a README.md. Check the suites with `ccr parse FILE`."
    ))
}

fn keyword(filled: &Filled<'_>) -> Result<String, ErrorData> {
    let keyword = filled.required("keyword")?;
    let (help, _) = filled.ask("ccr_keyword_help", json!({"query": keyword, "limit": 3}))?;
    Ok(format!(
        "I want to call this keyword:\n\n{keyword}\n\nThe index says:\n\n{help}\n\n\
         Show me the import and one complete call, in Robot Framework syntax with `...` continuation lines, and \
         say in a sentence each what the arguments that matter do and what comes back. Where the keyword is \
         not the right one, name the one that is. Use only arguments of its signature."
    ))
}
