//! Git repositories, read through the `git` program.
//!
//! The program and not a library of it, on purpose: it knows the user's ssh keys, credential
//! helpers, proxies and certificates, can fetch one commit of a ref from any server, and adds
//! nothing to what is compiled. Its options are closed ([`command`]): no transport that runs
//! commands, no hooks, no prompts, no configuration from the repository.
//!
//! Clones are bare: there is no work tree in which links, devices or checkout filters could do
//! anything. Trees are read with `ls-tree`, contents with one `cat-file --batch`.

mod clone;
mod command;
mod contents;
mod failure;
mod fetch;
mod listing;
mod remote;
mod snapshot;

pub(super) use contents::GitContents;
pub(super) use fetch::fetch;
pub(super) use snapshot::GitSnapshot;

#[cfg(test)]
mod tests;
