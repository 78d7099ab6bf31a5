//! Robot Framework suite and resource files, as Robot Framework 7.5 itself reads them.
//!
//! A text becomes statements of cells (`lexer`), these become bodies (`body`), and
//! `suite` and `resource` put the parts together into the running model ([`Suite`],
//! [`Resource`]), whose JSON is that of `robot.running.TestSuite.to_dict()` less `source`.
//! Messages inside the model are Robot Framework's own; [`Problem`](super::Problem)s are ours.

mod arguments;
mod body;
mod definition;
mod documentation;
mod embedded;
mod file;
mod languages;
mod letters;
mod lexer;
mod model;
mod pattern;
mod reader;
mod refusal;
mod resource;
mod spaces;
mod suite;
mod tags;
mod types;
mod variables;
mod words;

pub use file::{decode, parse_resource, parse_resource_in, parse_suite, parse_suite_in};
pub use model::{
    BodyItem, Calls, Except, For, Group, If, IfBranch, IfBranchKind, Import, ImportKind, KeywordCall,
    LoopControl, Metadata, Resource, Return, Suite, SyntaxError, TestCase, Try, TryBody, TryBranch,
    UserKeyword, Var, Variable, While,
};
pub use refusal::Refusal;
