//! The `ccr` command line.
fn main() {}
