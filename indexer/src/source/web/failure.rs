//! Why a page could not be read.

/// What kind of reason it is: that decides how long its last text is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nobody answers, or not in time, or with an error of the server's: it may pass.
    Outage,
    /// It asks who one is.
    Wall,
    /// It is gone, by the server's word.
    Gone,
    /// `robots.txt` forbids it.
    Forbidden,
    /// Its address is not one to connect to.
    Refused,
    /// It is something that is not read, or leads where nothing may be read.
    Wrong,
}

/// A reason, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) kind: Kind,
    pub(super) reason: String,
}

impl Failure {
    pub(super) fn new(kind: Kind, reason: impl Into<String>) -> Failure {
        Failure { kind, reason: reason.into() }
    }

    pub(super) fn outage(reason: impl Into<String>) -> Failure {
        Failure::new(Kind::Outage, reason)
    }

    pub(super) fn wrong(reason: impl Into<String>) -> Failure {
        Failure::new(Kind::Wrong, reason)
    }
}
