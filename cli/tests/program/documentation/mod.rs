//! Documentation that `sources.yaml` lists, from its sources to every door.

mod doors;
mod folders;
mod listed;
mod site;
mod web;
