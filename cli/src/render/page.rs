//! A page of documentation, or a section of one.

use anyhow::Result;
use ccr_index::model::{CodeBlock, Document, Page, Priority, Section};

use super::record::{fact, head, indented, text};
use crate::printer::{Printer, style};

/// Prints a page whole.
pub(crate) fn page(page: &Page, document: &Document, printer: &mut Printer) -> Result<()> {
    head(&page.title, &page.url, printer)?;
    text(&page.description, printer)?;
    facts(page, document, printer)?;
    let priority = match page.priority {
        Priority::High => Some("high"),
        Priority::Medium => None,
        Priority::Low => Some("low"),
    };
    fact("Priority", priority.map(str::to_owned), printer)?;
    for (name, texts) in [("Key points", &page.key_points), ("Examples", &page.usage_examples)] {
        if !texts.is_empty() {
            heading(name, printer)?;
        }
        for text in texts {
            indented(text, 2, printer)?;
        }
    }
    for section in &page.sections {
        if !section.heading.is_empty() && section.heading != page.title {
            heading(&section.heading, printer)?;
        }
        body(section, printer)?;
    }
    Ok(())
}

/// Prints a section of a page.
pub(crate) fn section(
    section: &Section,
    page: &Page,
    document: &Document,
    printer: &mut Printer,
) -> Result<()> {
    head(&section.heading, &document.id, printer)?;
    let above: Vec<&str> =
        section.path.iter().map(String::as_str).filter(|above| *above != page.title).collect();
    fact("Page", Some(page.title.clone()), printer)?;
    fact("Below", Some(above.join(" > ")), printer)?;
    facts(page, document, printer)?;
    body(section, printer)
}

fn facts(page: &Page, document: &Document, printer: &mut Printer) -> Result<()> {
    fact("Category", Some(page.category.clone()), printer)?;
    fact("Topics", Some(page.topics.join(", ")), printer)?;
    fact("Path", page.path.clone(), printer)?;
    fact("Source", document.location.url.clone(), printer)?;
    fact("Stale", page.stale.clone(), printer)
}

fn heading(text: &str, printer: &mut Printer) -> Result<()> {
    let bold = style::TITLE;
    printer.text(format_args!("\n{bold}{text}{bold:#}"))?;
    Ok(())
}

fn body(section: &Section, printer: &mut Printer) -> Result<()> {
    text(&section.text, printer)?;
    for CodeBlock { text, .. } in &section.code {
        for line in text.trim_end().lines() {
            printer.text(format_args!("    {line}"))?;
        }
        printer.text(format_args!(""))?;
    }
    Ok(())
}
