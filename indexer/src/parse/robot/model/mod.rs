//! Robot Framework's running model. Serialized, each type gives the JSON of Robot Framework's own
//! `to_dict()`: the same keys under the same conditions (`src/robot/running/model.py`, 7.5).

mod body;
mod calls;
mod suite;

pub use body::{
    BodyItem, Except, For, Group, If, IfBranch, IfBranchKind, KeywordCall, LoopControl, Return, SyntaxError,
    Try, TryBody, TryBranch, Var, While,
};
pub use calls::Calls;
pub use suite::{Import, ImportKind, Metadata, Resource, Suite, TestCase, UserKeyword, Variable};
