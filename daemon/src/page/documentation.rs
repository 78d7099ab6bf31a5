//! A page of documentation in detail, with its sections one below the other.

use std::fmt::Write as _;

use ccr_index::model::{Page, Section};

use super::html::{escaped, link_to, paragraphs};

/// What is said of a page below its name.
pub(super) fn body(page: &Page) -> String {
    let mut html = paragraphs(&page.description);
    html.push_str("<dl>\n");
    fact(&mut html, "Category", &page.category);
    fact(&mut html, "Topics", &page.topics.join(", "));
    fact(&mut html, "Path", page.path.as_deref().unwrap_or_default());
    fact(&mut html, "As it was read last", page.stale.as_deref().unwrap_or_default());
    html.push_str("</dl>\n");
    for (name, texts) in [("Key points", &page.key_points), ("Examples", &page.usage_examples)] {
        if !texts.is_empty() {
            let listed: String = texts.iter().map(|text| format!("<li>{}</li>\n", escaped(text))).collect();
            let _ = writeln!(html, "<h2>{name}</h2>\n<ul>\n{listed}</ul>");
        }
    }
    let own = page.own_sections();
    page.sections[..own].iter().for_each(|section| html.push_str(&said(section)));
    for (id, section) in page.parts() {
        let level = section.level.clamp(2, 6);
        let heading = escaped(&section.heading);
        let has_text = !section.text.is_empty() || !section.code.is_empty();
        let heading = if has_text { link_to(&id, &heading) } else { heading };
        let _ = writeln!(html, "<h{level}>{heading}</h{level}>");
        html.push_str(&said(section));
    }
    html
}

fn fact(html: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        let _ = writeln!(html, "<dt>{name}</dt><dd>{}</dd>", escaped(value));
    }
}

fn said(section: &Section) -> String {
    let code = section.code.iter().map(|block| format!("<pre>{}</pre>\n", escaped(block.text.trim_end())));
    paragraphs(&section.text) + &code.collect::<String>()
}
