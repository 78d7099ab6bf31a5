//! The program from outside: exit codes, what goes to which stream, and what survives its enemies.

mod completions;
mod damage;
mod embedder;
mod eval;
mod hostile_sources;
mod index;
mod init;
mod kill;
mod list;
mod parse;
mod places;
mod search;
mod show;
mod sources;
mod standard_libraries;
mod status;
mod usage;
mod verify;
mod workplace;
