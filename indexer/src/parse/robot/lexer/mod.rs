//! From text to statements: cells, sections, setting names, and what each statement of a body is
//! (Robot Framework's `src/robot/parsing/lexer`).

mod body;
mod cells;
mod sections;
mod settings;
mod similar;

pub(super) use body::{Class, Context, split_inline_if};
pub(super) use cells::{Cell, Statements};
pub(super) use sections::{Section, SectionRange, sections};
pub(super) use settings::{Scope, Setting, Settings};
