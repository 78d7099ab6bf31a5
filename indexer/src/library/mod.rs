//! Keyword libraries from their source files: a static Libdoc.
//!
//! Robot Framework imports a library to know its keywords. Here nothing is imported or run: the
//! modules are parsed ([`parse::python`](crate::parse::python)), a `world` of them answers what a
//! name stands for across files, and Robot Framework's own rules (`code`, `keyword`,
//! `arguments`, `hints`) say which functions are keywords and how they are printed. What comes
//! out ([`Spec`]) is Libdoc's JSON.

mod arguments;
mod bindings;
mod classes;
mod code;
mod docstring;
mod document;
mod dynamic;
mod enums;
mod evaluate;
mod file;
mod files;
mod find;
mod foreign;
mod function_texts;
mod hints;
mod keyword;
mod naming;
mod object;
mod repository;
mod resource;
mod roots;
mod routine;
mod specs;
mod standard_types;
mod to_model;
mod type_docs;
mod type_info;
mod type_texts;
mod unparse;
mod unsure;
mod value;
mod variables;
mod world;

pub use crate::parse::libspec::{
    ArgumentSpec, ItemSpec, KeywordSpec, MemberSpec, Origin, Spec, TypeDocSpec, TypeSpec,
};
pub use file::document;
pub use files::{Files, Snapshot};
pub use find::{Found, find};
pub use function_texts::FunctionTexts;
pub use repository::Repository;
pub use resource::document_resource;
