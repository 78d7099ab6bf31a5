use super::reader::Reader;
use crate::yaml::Node;

const INDEX_FIELDS: &[&str] = &[
    "refresh_interval",
    "crawl_linked_pages",
    "max_crawl_depth",
    "include_code_examples",
    "relevance_weights",
    "standard_libraries",
];
const WEIGHT_FIELDS: &[&str] = &["title_match", "topic_match", "description_match", "content_match"];

/// Most links in a row.
pub(super) const MAX_DEPTH: u32 = 10;
const MAX_HOURS: u32 = 24 * 366;

/// The reference's `index_config`; a setting that is not there is `None`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IndexConfig {
    /// Hours between two refreshes; without effect.
    pub refresh_interval: Option<u32>,
    /// Whether the listed pages are read at all.
    pub crawl_linked_pages: Option<bool>,
    /// Links to follow in a row at most, whatever an entry says.
    pub max_crawl_depth: Option<u32>,
    /// Whether code blocks are kept.
    pub include_code_examples: Option<bool>,
    /// What a match in each field counts; without effect.
    pub relevance_weights: RelevanceWeights,
    /// Whether Robot Framework's standard libraries are indexed; they are where nothing is said.
    pub standard_libraries: Option<bool>,
}

impl IndexConfig {
    /// Whether code blocks of documentation are kept; they are where nothing is said.
    pub fn code_examples(&self) -> bool {
        self.include_code_examples.unwrap_or(true)
    }

    /// Whether the listed pages are read from the web; they are where nothing is said.
    pub fn reads_pages(&self) -> bool {
        self.crawl_linked_pages.unwrap_or(true)
    }
}

/// What a match in each field counts, from 0 up.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RelevanceWeights {
    /// In the title.
    pub title_match: Option<f64>,
    /// In the topics.
    pub topic_match: Option<f64>,
    /// In the description.
    pub description_match: Option<f64>,
    /// In the text.
    pub content_match: Option<f64>,
}

/// Reads `index_config`.
pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> IndexConfig {
    let Some(fields) = reader.mapping(node, "`index_config`", INDEX_FIELDS) else {
        return IndexConfig::default();
    };
    if let Some(key) = fields.key("refresh_interval") {
        reader.note(key, "`refresh_interval` has no effect: pages are asked anew by each `ccr index`");
    }
    if let Some(key) = fields.key("relevance_weights") {
        reader.note(key, "`relevance_weights` has no effect: the weights of fields were chosen by measuring");
    }
    let mut weights = RelevanceWeights::default();
    if let Some(node) = fields.get("relevance_weights")
        && let Some(fields) = reader.mapping(node, "`relevance_weights`", WEIGHT_FIELDS)
    {
        weights.title_match = reader.number(&fields, "title_match");
        weights.topic_match = reader.number(&fields, "topic_match");
        weights.description_match = reader.number(&fields, "description_match");
        weights.content_match = reader.number(&fields, "content_match");
    }
    IndexConfig {
        refresh_interval: reader.whole(&fields, "refresh_interval", MAX_HOURS),
        crawl_linked_pages: reader.boolean(&fields, "crawl_linked_pages"),
        max_crawl_depth: reader.whole(&fields, "max_crawl_depth", MAX_DEPTH),
        include_code_examples: reader.boolean(&fields, "include_code_examples"),
        relevance_weights: weights,
        standard_libraries: reader.boolean(&fields, "standard_libraries"),
    }
}
