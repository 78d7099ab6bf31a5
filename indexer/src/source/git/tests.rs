//! Stories of a repository made by the git program, a clone of it and what is read from that.

mod damage;
mod locks;
mod references;
mod refusals;
mod repository;
mod trees;
