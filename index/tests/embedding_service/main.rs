//! Embedding services from outside: what is sent, byte by byte, and what becomes of an index run
//! whatever the service does.

mod cache;
mod connect;
mod model;
mod proxy;
mod requests;
mod server;
mod setting;
mod sizes;
mod stories;
mod tls;
mod waiting;
