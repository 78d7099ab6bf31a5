//! Git repositories, fetched into bare clones and read from them.
//!
//! Where the `git` program is, it fetches: it knows the user's ssh keys, credential helpers, proxies and
//! certificates, and can fetch one commit of a ref from any server. Its options are closed ([`command`]): no
//! transport that runs commands, no hooks, no prompts, no configuration from the repository. Where it is not,
//! https, http and local repositories are fetched in this process ([`inside`]).
//!
//! A clone has one writer, or several readers ([`lock`]). What asks a remote ends when this process
//! does ([`processes`]), and no password or token stands in its arguments ([`credentials`]).
//!
//! Clones are bare: there is no work tree in which links, devices or checkout filters could do
//! anything. Trees and contents are read in this process ([`objects`]).

mod clone;
mod command;
mod contents;
mod credentials;
mod disk;
mod failure;
mod fetch;
mod hint;
mod inside;
mod listing;
mod lock;
mod objects;
mod place;
mod processes;
mod remote;
mod snapshot;
mod ssh;
mod sweep;
mod version;

pub(super) use contents::GitContents;
pub(super) use fetch::fetch;
pub use processes::end_processes;
pub(super) use snapshot::GitSnapshot;
pub(super) use sweep::sweep;

#[cfg(test)]
mod tests;
