//! Robot Framework suite and resource files, as Robot Framework 7.5 itself reads them.

mod model;
mod refusal;

pub use model::{
    BodyItem, Calls, Except, For, Group, If, IfBranch, IfBranchKind, Import, ImportKind, KeywordCall,
    LoopControl, Metadata, Resource, Return, Suite, SyntaxError, TestCase, Try, TryBody, TryBranch,
    UserKeyword, Var, Variable, While,
};
pub use refusal::Refusal;
