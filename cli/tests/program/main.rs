//! The program from outside: exit codes, what goes to which stream, and what survives its enemies.

mod clones;
mod completions;
mod daemon;
mod damage;
mod documentation;
mod embedder;
mod embedder_kept;
mod embedding_page;
mod embedding_runs;
#[path = "../../../index/tests/embedding_service/server.rs"]
mod embedding_server;
mod embedding_service;
mod ending;
mod eval;
mod git_http;
mod git_versions;
mod hostile_sources;
mod index;
mod init;
mod kill;
mod list;
mod lost_sources;
mod mcp;
mod parse;
mod places;
mod postgres;
mod postgres_away;
#[path = "../../../index/tests/postgres_server/mod.rs"]
mod postgres_server;
mod problems;
mod search;
mod serve;
mod serve_load;
mod serve_mcp;
mod serve_operations;
mod serve_requests;
mod serve_schema;
mod show;
mod sources;
mod standard_libraries;
mod status;
mod usage;
mod verify;
mod workplace;
