//! Documentation: a page with its sections, or a question with its answer.

use ccr_index::model::{Document, Field, Kind, Location, Page, Priority, Section};

use super::{lines, one_line, shorten, to_json};

/// What a tag of a page that is more or less important than others begins with.
const PRIORITY: &str = "priority:";

/// The documents of a page: itself, with what stands before its sections, and one for each section that
/// says anything.
pub fn of_page(page: &Page) -> Vec<Document> {
    let mut documents = vec![page_document(page)];
    let parts = page.parts().filter(|(_, section)| says_anything(section));
    documents.extend(parts.map(|(id, section)| section_document(page, id, section)));
    documents
}

fn says_anything(section: &Section) -> bool {
    !section.text.trim().is_empty() || section.code.iter().any(|block| !block.text.trim().is_empty())
}

/// The category, then the topics, then how important the page is where that is not as any other.
fn tags(page: &Page) -> Vec<String> {
    let priority = match page.priority {
        Priority::High => Some("high"),
        Priority::Medium => None,
        Priority::Low => Some("low"),
    };
    let priority = priority.map(|word| format!("{PRIORITY}{word}"));
    let mut tags: Vec<String> = Vec::new();
    for tag in [&page.category].into_iter().chain(&page.topics).chain(&priority) {
        if !tag.trim().is_empty() && !tags.iter().any(|known| known.eq_ignore_ascii_case(tag)) {
            tags.push(tag.clone());
        }
    }
    tags
}

fn page_document(page: &Page) -> Document {
    let own = &page.sections[..page.own_sections()];
    let headings = page.sections.iter().map(|section| section.heading.as_str());
    let mut document = Document::new(page.url.clone(), Kind::Documentation);
    document.title = one_line(&page.title);
    let first = page.sections.iter().map(|section| section.text.as_str()).find(|text| !text.is_empty());
    let about = Some(page.description.as_str()).filter(|text| !text.trim().is_empty()).or(first);
    document.summary = shorten(about.unwrap_or_default());
    document.tags = tags(page);
    document.location = Location {
        path: page.path.clone(),
        url: page.web_address().map(str::to_owned),
        ..Location::default()
    };
    document.fields = vec![
        (Field::Title, page.title.clone()),
        (Field::Parts, lines(headings.filter(|heading| *heading != page.title))),
        (Field::Tags, topics(page)),
        (Field::Summary, page.description.clone()),
        (Field::Code, lines(own.iter().flat_map(code))),
    ];
    let listed = [lines(&page.key_points), lines(&page.usage_examples)];
    let texts = own.iter().map(|section| section.text.clone()).chain(listed);
    document.fields.extend(texts.filter(|text| !text.is_empty()).map(|text| (Field::Summary, text)));
    document.record = to_json(page);
    document
}

/// A section stands inside its page's record.
fn section_document(page: &Page, id: String, section: &Section) -> Document {
    let mut document = Document::new(id, Kind::Documentation);
    document.parent = Some(page.url.clone());
    document.title = one_line(&section.heading);
    document.summary = shorten(&section.text);
    document.location = Location {
        path: page.path.clone(),
        url: page.web_address().map(|address| in_page(address, section.anchor.as_deref())),
        ..Location::default()
    };
    let above = section.path.iter().filter(|heading| **heading != page.title);
    document.fields = vec![
        (Field::Title, section.heading.clone()),
        (Field::Name, lines([&page.title].into_iter().chain(above))),
        (Field::Tags, topics(page)),
        (Field::Summary, section.text.clone()),
        (Field::Code, lines(code(section))),
    ];
    document
}

fn topics(page: &Page) -> String {
    lines([&page.category].into_iter().chain(&page.topics))
}

fn code(section: &Section) -> impl Iterator<Item = &str> {
    section.code.iter().map(|block| block.text.as_str())
}

/// The address of a section; another one that the address of the page leads to is replaced.
fn in_page(address: &str, anchor: Option<&str>) -> String {
    let page = address.split('#').next().unwrap_or(address);
    match anchor.filter(|anchor| !anchor.is_empty()) {
        Some(anchor) => format!("{page}#{anchor}"),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use ccr_index::model::CodeBlock;

    use super::*;

    fn section(level: u8, heading: &str, text: &str) -> Section {
        Section {
            anchor: (level > 1).then(|| heading.to_lowercase()),
            heading: heading.into(),
            level,
            path: if level > 2 { vec!["Guide".into(), "Setup".into()] } else { vec!["Guide".into()] },
            text: text.into(),
            ..Section::default()
        }
    }

    fn page() -> Page {
        let mut helm = section(3, "Helm", "");
        helm.code = vec![CodeBlock { language: Some("bash".into()), text: "helm install".into() }];
        Page {
            url: "https://example.org/guide".into(),
            title: "Guide".into(),
            category: "documentation".into(),
            topics: vec!["setup".into(), "Documentation".into()],
            priority: Priority::High,
            sections: vec![
                section(1, "Guide", "How to begin."),
                section(2, "Setup", ""),
                helm,
                section(2, "Usage", "Run it."),
            ],
            ..Page::default()
        }
    }

    fn field(document: &Document, wanted: Field) -> String {
        document.fields.iter().filter(|(field, _)| *field == wanted).map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn a_page_and_its_sections_that_say_anything() {
        let documents = of_page(&page());
        let ids: Vec<&str> = documents.iter().map(|document| document.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "https://example.org/guide",
                "https://example.org/guide#helm",
                "https://example.org/guide#usage"
            ]
        );
        let [whole, helm, usage] = &documents[..] else { panic!("{documents:?}") };
        assert_eq!(whole.tags, ["documentation", "setup", "priority:high"]);
        assert_eq!(
            (whole.summary.as_str(), field(whole, Field::Summary)),
            ("How to begin.", "How to begin.".into())
        );
        assert_eq!(field(whole, Field::Parts), "Setup\nHelm\nUsage\n");
        assert_eq!(helm.parent.as_deref(), Some("https://example.org/guide"));
        assert_eq!(field(helm, Field::Name), "Guide\nSetup\n");
        assert_eq!(field(helm, Field::Code), "helm install\n");
        assert_eq!((usage.tags.len(), usage.record.is_none()), (0, true));
        assert_eq!(usage.location.url.as_deref(), Some("https://example.org/guide#usage"));
    }

    #[test]
    fn a_file_is_linked_at_its_commit() {
        let page = Page {
            url: "docs:example.org/ops/docs/a.md".into(),
            link: Some("https://example.org/ops/blob/c0ffee/docs/a.md".into()),
            path: Some("docs/a.md".into()),
            ..page()
        };
        let documents = of_page(&page);
        let last = documents.last().unwrap();
        assert_eq!(last.id, "docs:example.org/ops/docs/a.md#usage");
        assert_eq!(last.location.url.as_deref(), Some("https://example.org/ops/blob/c0ffee/docs/a.md#usage"));
        assert_eq!(last.location.path.as_deref(), Some("docs/a.md"));
    }
}
