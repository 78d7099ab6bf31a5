//! `ccr mcp` as a client sees it: JSON-RPC by hand over standard input and output.

mod client;
mod others;
mod protocol;
mod sizes;
mod tools;

pub(crate) use client::Client;
