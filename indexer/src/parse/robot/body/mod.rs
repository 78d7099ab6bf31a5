//! Bodies of tests, tasks and keywords: from classified statements to the running model
//! (Robot Framework's `src/robot/parsing/{model,parser}` and the body builders of
//! `src/robot/running/builder/transformers.py`).

mod blocks;
mod headers;
mod options;
mod running;
mod steps;
mod template;
mod validation;

pub(super) use blocks::{Owner, Statement};
pub(super) use options::{option, split_options};
pub(super) use running::{Body, body};
pub(super) use steps::{variable_errors, variable_name};
pub(super) use template::apply as apply_template;
