//! Scores of documents to scores of things: a bundle rises on its best task.

use std::collections::HashMap;

use crate::lexical::{Outline, Ranked};
use crate::model::Kind;

/// A short text about everything scores high on few words; a collection must be asked for by name.
const COLLECTION: f32 = 0.6;

/// A thing that may be shown, with the parts of it that answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// Document number.
    pub(super) document: u32,
    /// See [`Ranked::score`].
    pub(super) score: f32,
    /// Parts and their scores, best first.
    pub(super) parts: Vec<Ranked>,
}

/// Folds documents into the things of kind `roots` that they are or belong to, best first.
///
/// A thing that has parts (a bundle has tasks, a library has keywords) scores the mean of its own
/// text and its best part: the part says that it does what is asked, the whole that it does so in
/// the right surroundings.
pub(super) fn group(ranked: &[Ranked], outline: &Outline, roots: &[Kind]) -> Vec<Candidate> {
    let mut candidates: HashMap<u32, Candidate> = HashMap::new();
    let empty = |document| Candidate { document, score: 0.0, parts: Vec::new() };
    for found in ranked {
        if outline.kind(found.document).is_some_and(|kind| roots.contains(&kind)) {
            candidates.entry(found.document).or_insert_with(|| empty(found.document)).score = found.score;
        }
        if let Some(parent) = outline.parent(found.document)
            && outline.kind(parent).is_some_and(|kind| roots.contains(&kind))
        {
            candidates.entry(parent).or_insert_with(|| empty(parent)).parts.push(*found);
        }
    }
    let mut candidates: Vec<Candidate> = candidates.into_values().collect();
    for candidate in &mut candidates {
        candidate.parts.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.document.cmp(&b.document)));
        candidate.score = whole_score(candidate, outline);
    }
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.document.cmp(&b.document)));
    candidates
}

fn whole_score(candidate: &Candidate, outline: &Outline) -> f32 {
    let best_part = candidate
        .parts
        .iter()
        .find(|part| matches!(outline.kind(part.document), Some(Kind::Task | Kind::Keyword)))
        .map_or(0.0, |part| part.score);
    match outline.kind(candidate.document) {
        Some(Kind::CodeBundle | Kind::Library) => (candidate.score + best_part) / 2.0,
        Some(Kind::Collection) => candidate.score * COLLECTION,
        _ => candidate.score,
    }
}

/// Kinds that must be ranked for the candidates to be of kind `roots`.
pub(super) fn ranked_kinds(roots: &[Kind]) -> Vec<Kind> {
    let mut kinds = roots.to_vec();
    for root in roots {
        match root {
            Kind::CodeBundle => kinds.extend([Kind::Task, Kind::Script]),
            Kind::Library => kinds.push(Kind::Keyword),
            _ => {}
        }
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
