//! Parsers: pure functions `text -> Parsed { value, problems }`.
//!
//! No path, clock, network or panic: a broken file yields its best value and says what is wrong
//! with line and column, and never loses its neighbours.

mod commonmark;
pub mod doc_format;
mod fields;
pub mod generation_rules;
pub mod libspec;
pub mod llms_txt;
pub mod meta;
pub mod page;
mod parsed;
pub mod python;
pub mod readme;
pub mod robot;
pub mod robots_txt;
pub mod script;
pub mod sitemap;
pub mod skill;
pub mod slx_template;
pub mod text;

pub use parsed::{Parsed, Problem};
