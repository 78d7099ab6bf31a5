//! What every request goes through on its way to a door and back.

mod admission;
mod answers;
mod authorization;
mod observation;

pub(crate) use admission::{admit, limit_rate, rate_limiter};
pub(crate) use answers::{not_modified, problems, secure};
pub(crate) use authorization::authorize;
pub(crate) use observation::observe;
