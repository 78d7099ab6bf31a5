//! Words by which pages say what an element is for: its classes, its id, its phrases.

/// Whether a class or an id is that of something that is not the page's own text.
pub(super) fn is_noise(class: &str) -> bool {
    // Marks of a build behind a name, as in `tableOfContents_bqdL`, say nothing.
    if class.len() < 3 || class.len() > 60 {
        return false;
    }
    let class = class.to_ascii_lowercase();
    let class = class.as_str();
    NOISE.binary_search(&class).is_ok()
        || BEGINS.iter().any(|begin| class.starts_with(begin))
        || ENDS.iter().any(|end| class.ends_with(end))
            && !["has-", "with-", "no-", "two-", "left-", "right-"]
                .iter()
                .any(|begin| class.starts_with(begin))
}

/// Classes and ids, in order.
#[rustfmt::skip]
const NOISE: [&str; 129] = [
    "__sidebar", "addthis", "admonition-icon", "advertisement", "anchor-heading", "anchorjs-link",
    "announcement", "app-nav", "aria-live", "article-footer", "article-meta", "article-nav",
    "article-share-link", "author-box", "back-to-top", "backtotop", "banner", "bd-sidebar-primary",
    "bd-sidebar-secondary", "book-header", "book-summary", "bottom-of-page", "breadcrumb", "breadcrumb-section",
    "breadcrumbs", "btn-clipboard", "callout-icon", "carbonads", "carbonads-wrap", "client-side-toc-macro",
    "clipboard-copy", "comments", "comments-section", "content-toc", "contents", "contribute",
    "cookie-banner", "copy", "copy-btn", "copy-button", "copybtn", "copyright",
    "d-print-none", "day-night", "disqus_thread", "docsearch", "edit-info", "edit-link",
    "edit-page", "edit-page-link", "edit-this-page", "footer", "footer-nav", "footnote-backref",
    "giscus", "github-corner", "header-anchor", "headeranchor-link", "headerlink", "helpful",
    "hideme", "indexheaderlink", "last-modified", "last-updated", "last_updated", "lastupdated",
    "likes-and-labels-container", "local-nav", "localtoc", "markdown-toc", "masthead", "material-icons",
    "material-symbols-outlined", "menu-bar", "mw-editsection", "nav-chapters", "navbar", "navfooter",
    "navheader", "navigation", "navigations", "no-print", "noprint", "on-this-page",
    "onthispage", "out-of-band", "page-edit", "page-footer", "page-last-updated", "page-metadata",
    "page-nav", "page-toc", "pager", "pagesection", "pagination", "pagination-links",
    "pagination-nav", "paginator", "post-meta", "post-nav", "prev-next", "prev-next-area",
    "prevnext", "print:hidden", "reading-time", "related", "related-pages", "rightside",
    "rst-footer-buttons", "rst-versions", "screen-reader-text", "search-box", "searchbox", "share",
    "share-buttons", "sidebar", "site-footer", "site-header", "site-nav", "skip-link",
    "skip-to-content", "skip-to-main", "sphinxsidebar", "sr-only", "sub-heading", "subscribe",
    "table-of-contents", "tableofcontents", "toc",
];

/// What classes and ids begin with.
#[rustfmt::skip]
const BEGINS: [&str; 31] = [
    "adsby", "ant-anchor", "breadcrumb", "cky-", "cookie", "feedback",
    "gdpr", "headerlink", "hash-link", "md-content__button", "md-footer", "md-header",
    "md-sidebar", "newsletter", "onetrust", "osano", "page-feedback", "pagethumbs",
    "rm-pagination", "social-share", "suggestedits", "tableofcontents", "theme-doc-footer", "theme-doc-toc",
    "theme-doc-version", "toc-macro", "toctree-wrapper", "updatedat", "viewcode-", "view-source-",
    "avatar",
];

/// What classes and ids end with.
#[rustfmt::skip]
const ENDS: [&str; 16] = [
    "-sidebar", "-breadcrumbs", "_breadcrumbs", "-cookie", "-cookies", "-self-link", "-hidden-text", "visually-hidden",
    "theme-edit-this-page", "-copy-code-button", "anchor-link", "anchorlink", "direct-link", "-lastmod", "__lastmod", "edit-on-github",
];

/// Whether a part of a class says that an aside belongs to the text.
pub(super) fn is_remark(part: &str) -> bool {
    matches!(
        part,
        "admonition"
            | "note"
            | "callout"
            | "alert"
            | "warning"
            | "tip"
            | "caution"
            | "danger"
            | "info"
            | "footnote"
            | "topic"
            | "important"
            | "hint"
            | "starlight"
    )
}

/// Whether a text, in lower case and with single spaces, is one that sites put around their pages.
pub(super) fn is_phrase_of_site(text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    let is_date = text.starts_with("last updated") && text.contains(|c: char| c.is_ascii_digit());
    WHOLE.contains(&text)
        || is_date
        || BEGINNINGS.iter().any(|begin| text.starts_with(begin)) && text.len() < 80
}

#[rustfmt::skip]
const WHOLE: [&str; 25] = [
    "back to top", "table of contents", "on this page", "in this article", "in this page", "previous",
    "next", "previous page", "next page", "prev", "skip to content", "skip to main content",
    "copied", "copy link", "copy code", "copy page", "copy to clipboard", "edit page",
    "view source", "show source", "improve this page", "report an issue", "leave feedback", "give feedback",
    "jump to bottom",
];

#[rustfmt::skip]
const BEGINNINGS: [&str; 15] = [
    "edit this page", "edit on git", "edit this on git", "was this page helpful", "was this helpful", "did this page help",
    "was this article helpful", "last modified", "page last modified", "page last updated", "suggest edits", "suggest an edit",
    "powered by gitbook", "document generated by confluence", "created using sphinx",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_sites() {
        assert!(NOISE.is_sorted());
        for class in
            ["headerlink", "md-sidebar--primary", "tableOfContents_bqdL", "wiki-custom-sidebar", "hash-link"]
        {
            assert!(is_noise(class), "{class}");
        }
        for class in [
            "has-sidebar",
            "content",
            "toc-visible",
            "sidebar-visible",
            "markdown-body",
            "nav-tabs",
            "admonition-title",
        ] {
            assert!(!is_noise(class), "{class}");
        }
    }
}
