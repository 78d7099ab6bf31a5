//! Blocks of code.

use ccr_index::model::CodeBlock;

use super::name::Name;
use super::noise::Noise;
use super::tree::Tree;

/// Reads a block of code.
pub(super) fn block(tree: &Tree, noise: &Noise, at: usize) -> Option<CodeBlock> {
    let mut text = String::new();
    for inner in noise.kept(tree, at) {
        match tree.name(inner) {
            Name::Text => text.push_str(tree.text(inner)),
            Name::Br => text.push('\n'),
            _ => {}
        }
    }
    let text = text.trim_matches('\n').trim_end().to_owned();
    (!text.trim().is_empty()).then_some(CodeBlock { language: None, text })
}
