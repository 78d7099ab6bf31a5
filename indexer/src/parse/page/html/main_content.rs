//! Where on a page its main content is.

use super::name::{Attr, Name};
use super::noise::Noise;
use super::tree::Tree;

/// The elements that hold the main content, in order; none is in another.
#[derive(Debug)]
pub(super) struct Main {
    pub(super) roots: Vec<usize>,
}

impl Main {
    /// The heading that is the title of the page.
    pub(super) fn heading(&self, tree: &Tree, noise: &Noise) -> Option<usize> {
        let mut inside = self.roots.iter().flat_map(|root| noise.kept(tree, *root));
        let own = inside.find(|at| tree.name(*at) == Name::H1);
        own.or_else(|| noise.kept(tree, 0).find(|at| tree.name(*at) == Name::H1))
    }
}

/// Finds the main content.
pub(super) fn find(tree: &Tree, noise: &Noise) -> Main {
    let main = noise
        .kept(tree, 0)
        .find(|at| tree.name(*at) == Name::Main || tree.said(*at, Attr::Role) == Some("main"));
    Main { roots: vec![main.unwrap_or(0)] }
}
