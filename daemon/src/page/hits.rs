//! The form and the hits.

use std::fmt::Write as _;

use ccr_index::lexical::expand;
use ccr_index::model::{Access, Kind};
use ccr_index::search::{Answer, Hit, Query, Searcher, Words, highlight};

use super::Asked;
use super::html::{escaped, in_query, link_out, link_to};

/// The search box with what it was sent with.
pub(super) fn form(asked: &Asked, platforms: &[String]) -> String {
    format!(
        "<form action=\"/\" method=\"get\" role=\"search\">\n\
         <input type=\"search\" name=\"q\" value=\"{}\" aria-label=\"Search\" \
         placeholder=\"A task, a symptom, an error message\" maxlength=\"2000\" autofocus>\n\
         {}{}{}<button>Search</button>\n</form>\n",
        escaped(&asked.q),
        choice("kind", "any kind", &Kind::ALL.map(|kind| kind.as_str().to_owned()), &asked.kind),
        choice("platform", "any platform", platforms, &asked.platform),
        choice(
            "access",
            "any access",
            &[Access::ReadOnly, Access::ReadWrite].map(|a| a.as_str().to_owned()),
            &asked.access
        ),
    )
}

fn choice(name: &str, none: &str, values: &[String], chosen: &str) -> String {
    let mut html =
        format!("<select name=\"{name}\" aria-label=\"{name}\"><option value=\"\">{none}</option>");
    for value in values {
        let selected = if value == chosen { " selected" } else { "" };
        let value = escaped(value);
        let _ = write!(html, "<option value=\"{value}\"{selected}>{value}</option>");
    }
    html + "</select>\n"
}

/// What there is, where nothing is asked yet.
pub(super) fn overview(searcher: &Searcher) -> String {
    let manifest = searcher.reader().manifest();
    let mut html = "<h2>Collections</h2>\n<ul class=\"plain\">\n".to_owned();
    for source in manifest.public_sources() {
        let collection = &source.collection;
        let bundles = source.counts.get(Kind::CodeBundle.as_str()).copied().unwrap_or(0);
        let name = link_to(&collection.slug, &escaped(&collection.name));
        let _ = writeln!(html, "<li>{name} <small>{bundles} CodeBundles</small></li>");
    }
    let counts: Vec<String> = manifest.counts.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    let _ = write!(
        html,
        "</ul>\n<p><small>generation {} · {}</small></p>\n",
        manifest.generation,
        escaped(&counts.join(", "))
    );
    html
}

/// The hits of an answer.
pub(super) fn list(asked: &Asked, query: &Query, answer: &Answer) -> String {
    let mut html = String::new();
    for reading in &answer.read_as {
        let (word, read_as) = (escaped(&reading.word), escaped(&reading.read_as));
        let _ = writeln!(html, "<p class=\"note\">Read <b>{word}</b> as <b>{read_as}</b>.</p>");
    }
    if answer.hits.is_empty() {
        html.push_str("<p class=\"note\">Nothing matches well enough.</p>\n");
        return html;
    }
    let words = Words::of(&expand(&query.text));
    let _ = writeln!(html, "<ol start=\"{}\" class=\"hits\">", query.offset + 1);
    for hit in &answer.hits {
        html.push_str(&one(hit, &words));
    }
    html.push_str("</ol>\n");
    html.push_str(&turn(asked, query, answer));
    html
}

fn one(hit: &Hit, words: &Words) -> String {
    let mut facts = vec![format!("{} {:.2}", hit.kind.as_str(), hit.relevance)];
    facts.extend(hit.platform.as_deref().map(escaped));
    facts.extend(hit.access.map(|access| access.as_str().to_owned()));
    facts.extend(hit.url.as_deref().map(|url| link_out(url, "source")));
    let mut html = format!(
        "<li><h2>{}</h2><p class=\"facts\"><code>{}</code> {}</p>\n<p>{}</p>\n",
        link_to(&hit.id, &escaped(&hit.title)),
        escaped(&hit.id),
        facts.join(" · "),
        marked(&hit.summary, words),
    );
    if !hit.also.is_empty() {
        let also: Vec<String> = hit.also.iter().map(|id| link_to(id, &escaped(id))).collect();
        let _ = writeln!(html, "<p class=\"facts\">also {}</p>", also.join(", "));
    }
    let parts: Vec<_> = hit.matches.iter().filter(|part| part.id != hit.id).collect();
    if !parts.is_empty() {
        html.push_str("<ul class=\"parts\">\n");
        for part in parts {
            let title = link_to(&part.id, &marked(&part.title, words));
            let snippet =
                if part.snippet == part.title { String::new() } else { marked(&part.snippet, words) };
            let _ = writeln!(html, "<li>{title} <small>{}</small><br>{snippet}</li>", part.kind.as_str());
        }
        html.push_str("</ul>\n");
    }
    html + "</li>\n"
}

/// Text with the words of the question marked.
fn marked(text: &str, words: &Words) -> String {
    let mut html = String::with_capacity(text.len());
    let mut copied = 0;
    for range in highlight(text, words) {
        html.push_str(&escaped(&text[copied..range.start]));
        let _ = write!(html, "<mark>{}</mark>", escaped(&text[range.clone()]));
        copied = range.end;
    }
    html + &escaped(&text[copied..])
}

/// Links to the hits before and behind.
fn turn(asked: &Asked, query: &Query, answer: &Answer) -> String {
    let to = |offset: usize, text: &str| {
        format!(
            "<a href=\"/?q={}&amp;kind={}&amp;platform={}&amp;access={}&amp;offset={offset}\">{text}</a> ",
            in_query(&asked.q),
            in_query(&asked.kind),
            in_query(&asked.platform),
            in_query(&asked.access),
        )
    };
    let mut html = format!("<p class=\"turn\">{} hits ", answer.total);
    if query.offset > 0 {
        html.push_str(&to(query.offset.saturating_sub(query.limit), "before"));
    }
    let end = query.offset + Hit::things(&answer.hits);
    if answer.total > end {
        html.push_str(&to(end, "more"));
    }
    html + "</p>\n"
}
