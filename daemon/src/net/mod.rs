//! Connections: how many there may be, how long one may say nothing, and TLS.

mod guarded;
mod limits;
mod seats;
mod tls;

pub(crate) use limits::raise_open_files;
pub(crate) use seats::Seats;
pub use tls::TlsFiles;
pub(crate) use tls::load;
