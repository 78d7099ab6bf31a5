//! A page of documentation, or a section of one, as a text that goes on over replies.

use std::fmt::Write as _;

use ccr_index::model::{CodeBlock, Page, Section};

use super::super::arguments::Refusal;
use super::Thing;

/// The text of a page with the headings of its sections, or that of one section.
pub(super) fn text(thing: &Thing<'_>) -> Result<String, Refusal> {
    let Some(parent) = thing.document.parent.as_deref() else {
        return Ok(of_page(&thing.record()?));
    };
    let missing = || Refusal::new(format!("the index holds no text of `{}`", thing.document.id));
    let reader = thing.call.searcher.reader();
    let document = reader.document(reader.find(parent)?.ok_or_else(missing)?)?;
    let whole = Thing { document: &document, ..*thing };
    let page: Page = whole.record()?;
    let section = page.parts().find(|(id, _)| *id == thing.document.id).map(|(_, section)| section);
    let section = section.ok_or_else(missing)?;
    let above: Vec<&str> =
        section.path.iter().map(String::as_str).filter(|above| *above != page.title).collect();
    let mut text = format!("Of {} ({})\n", page.title, page.url);
    if !above.is_empty() {
        let _ = writeln!(text, "Below {}", above.join(" > "));
    }
    write_stale(&mut text, &page);
    write_section(&mut text, section);
    Ok(text)
}

fn of_page(page: &Page) -> String {
    let mut text = String::new();
    write_stale(&mut text, page);
    let facts = [("Category", page.category.as_str()), ("Topics", &page.topics.join(", "))];
    for (name, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(text, "{name}: {value}");
    }
    if !page.description.is_empty() {
        let _ = writeln!(text, "\n{}", page.description.trim());
    }
    for (name, texts) in [("Key points", &page.key_points), ("Examples", &page.usage_examples)] {
        if !texts.is_empty() {
            let _ = writeln!(text, "\n{name}:");
        }
        texts.iter().for_each(|said| text.push_str(&format!("- {said}\n")));
    }
    for section in &page.sections {
        if !section.heading.is_empty() && section.heading != page.title {
            let level = usize::from(section.level.clamp(1, 6));
            let _ = writeln!(text, "\n{} {}", "#".repeat(level), section.heading);
        }
        write_section(&mut text, section);
    }
    text
}

fn write_stale(text: &mut String, page: &Page) {
    if let Some(reason) = &page.stale {
        let _ = writeln!(text, "(as it was read last: {reason})");
    }
}

fn write_section(text: &mut String, section: &Section) {
    if !section.text.is_empty() {
        let _ = writeln!(text, "\n{}", section.text.trim());
    }
    for CodeBlock { language, text: code } in &section.code {
        let _ = writeln!(text, "\n```{}\n{}\n```", language.as_deref().unwrap_or_default(), code.trim_end());
    }
}
