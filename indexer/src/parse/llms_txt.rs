//! `llms.txt` (llmstxt.org): a Markdown file that lists the pages a site wants read by machines.

use pulldown_cmark::{Event, Parser, Tag};

/// The addresses that the file links to, as written, in order, each once.
pub fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for event in Parser::new(text) {
        if let Event::Start(Tag::Link { dest_url, .. }) = event
            && seen.insert(dest_url.to_string())
        {
            links.push(dest_url.into_string());
        }
    }
    links
}

#[cfg(test)]
mod tests {
    use super::links;

    #[test]
    fn links_of_a_list() {
        let text = "# Site\n\n> What it is.\n\n## Docs\n\n- [Start](https://x/start.md): begin\n- [Start](https://x/start.md)\n\
                    - [Next](/next \"t\")\n\n```\n[no](https://x/no)\n```\n\n<https://x/auto>\n";
        assert_eq!(links(text), ["https://x/start.md", "/next", "https://x/auto"]);
    }
}
