//! `ccr_get`: one thing, as an overview or a section of it at a time.

mod bundle;
mod documentation;
mod find;
mod library;
mod page;
mod parts;

use ccr_index::model::{Access, Document, Field, Kind};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::Call;
use super::arguments::{Refusal, plain, wrong_value};
use super::words::{TITLE, cut, facts, line};
use crate::mcp::Reply;

/// Sections, and the kinds that have each.
const SECTIONS: [(&str, &[Kind]); 6] = [
    ("overview", &Kind::ALL),
    ("tasks", &[Kind::CodeBundle]),
    ("variables", &[Kind::CodeBundle, Kind::Task]),
    ("readme", &[Kind::CodeBundle, Kind::Collection, Kind::Library, Kind::Documentation]),
    ("keywords", &[Kind::Library]),
    ("code", &[Kind::CodeBundle, Kind::Task, Kind::Script, Kind::Keyword]),
];

pub(super) fn answer(call: &Call<'_>) -> Result<Reply, Refusal> {
    let id = call.arguments.required("id", "an id as `ccr_search` or `ccr_list` gives it")?;
    let document = find::document(call.searcher, &id)?;
    let section = section(call, document.kind)?;
    let thing = Thing { call, document: &document, section };
    match (section, document.kind) {
        (_, Kind::Documentation) => page::prose(&thing, &documentation::text(&thing)?),
        ("code", _) => page::prose(&thing, &field(&document, Field::Code)),
        ("readme", kind) => page::prose(&thing, &readme(&thing, kind)?),
        (_, Kind::CodeBundle) => bundle::answer(&thing),
        (_, Kind::Task) => parts::task(&thing),
        (_, Kind::Library) => library::answer(&thing),
        (_, Kind::Keyword) => super::keyword_help::one(call, &document),
        (_, Kind::Script) => parts::script(&thing),
        (_, Kind::Collection) => parts::collection(&thing),
    }
}

/// What is asked for.
struct Thing<'a> {
    call: &'a Call<'a>,
    document: &'a Document,
    section: &'static str,
}

impl Thing<'_> {
    /// The record of the document.
    fn record<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let missing = || Refusal::new(format!("the index holds no record of `{}`", self.document.id));
        let text = self.document.record.as_deref().ok_or_else(missing)?;
        serde_json::from_str(text).map_err(|_| missing())
    }

    /// What every reply begins with.
    fn head(&self) -> (String, Value) {
        let document = self.document;
        let title = cut(&document.title, TITLE);
        let mut text = String::new();
        line(&mut text, format!("{title} ({})", document.kind.as_str()));
        let access = document.access.map(Access::as_str);
        line(&mut text, facts([Some(document.id.as_str()), document.platform.as_deref(), access]));
        let mut json = json!({"id": document.id, "kind": document.kind, "title": title});
        if document.kind == Kind::Documentation
            && let Some(url) = &document.location.url
        {
            line(&mut text, if *url == document.id { String::new() } else { format!("Source: {url}") });
            json["url"] = json!(url);
        }
        if let Some(platform) = &document.platform {
            json["platform"] = json!(platform);
        }
        if let Some(access) = access {
            json["access"] = json!(access);
        }
        (text, json)
    }

    /// Says where the source is: a link, or else a place in the repository.
    fn write_source(&self, text: &mut String, json: &mut Value) {
        let location = &self.document.location;
        if let Some(url) = &location.url {
            line(text, format!("Source: {url}"));
            json["url"] = json!(url);
        } else if let Some(path) = &location.path {
            let at = location.line.map(|line| format!(":{line}")).unwrap_or_default();
            line(text, format!("Source: {path}{at}"));
            json["path"] = json!(path);
            if let Some(line) = location.line {
                json["line"] = json!(line);
            }
        }
    }

    /// The sections that there are beside the overview.
    fn others(&self) -> Vec<&'static str> {
        sections(self.document.kind).into_iter().filter(|section| *section != "overview").collect()
    }
}

fn sections(kind: Kind) -> Vec<&'static str> {
    SECTIONS.iter().filter(|(_, kinds)| kinds.contains(&kind)).map(|(section, _)| *section).collect()
}

fn section(call: &Call<'_>, kind: Kind) -> Result<&'static str, Refusal> {
    let Some(asked) = call.arguments.text("section")? else { return Ok("overview") };
    let known = sections(kind);
    let meant = match plain(&asked).as_str() {
        "config" | "configuration" | "secrets" | "user_variables" | "parameters" | "inputs" => "variables",
        "source" | "script" | "scripts" | "source_code" | "robot" => "code",
        "task" | "runbook" | "runbooks" | "monitors" | "sli" | "slis" => "tasks",
        "doc" | "docs" | "documentation" => "readme",
        "all" | "full" | "summary" | "details" => "overview",
        other => SECTIONS.iter().find(|(section, _)| *section == other).map_or("", |(section, _)| *section),
    };
    known.iter().find(|section| **section == meant).copied().ok_or_else(|| {
        let Refusal(text) = wrong_value("section", &asked, &known);
        Refusal::new(format!("{text} (of a {})", kind.as_str()))
    })
}

/// The texts of a field, one below the other.
fn field(document: &Document, wanted: Field) -> String {
    let texts = document.fields.iter().filter(|(field, _)| *field == wanted).map(|(_, text)| text.as_str());
    texts.collect::<Vec<_>>().join("\n")
}

fn readme(thing: &Thing<'_>, kind: Kind) -> Result<String, Refusal> {
    match kind {
        Kind::CodeBundle => bundle::readme(thing),
        Kind::Library => library::documentation(thing),
        _ => Ok(field(thing.document, Field::Body)),
    }
}
