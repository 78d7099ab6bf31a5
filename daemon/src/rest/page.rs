//! Pages of a listing, and lists in a query.

use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;

/// Entries that may be skipped: no listing is longer.
pub(super) const MOST_SKIPPED: u32 = 1_000_000;

/// Which entries of a listing are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) limit: usize,
    pub(super) offset: usize,
}

impl Page {
    /// What a query asks for: at least 1 and at most `most` entries.
    pub(super) fn of(
        limit: Option<u32>,
        offset: Option<u32>,
        default: u32,
        most: u32,
    ) -> Result<Page, Problem> {
        let limit = within("limit", limit.unwrap_or(default), 1, most)?;
        let offset = within("offset", offset.unwrap_or(0), 0, MOST_SKIPPED)?;
        Ok(Page { limit: limit as usize, offset: offset as usize })
    }

    /// The entries of the page.
    pub(super) fn cut<T>(self, entries: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        entries.into_iter().skip(self.offset).take(self.limit)
    }

    /// What the answer says of the page.
    pub(super) fn pagination(self, total: usize) -> Pagination {
        Pagination { limit: self.limit, offset: self.offset, has_more: total > self.offset + self.limit }
    }
}

/// The number, where it is within bounds.
pub(super) fn within(name: &str, number: u32, least: u32, most: u32) -> Result<u32, Problem> {
    if (least..=most).contains(&number) {
        return Ok(number);
    }
    Err(Problem::bad_request(format!("`{name}` must be from {least} to {most}, not {number}")))
}

/// A text of at most so many characters.
pub(super) fn no_longer(name: &str, text: &str, most: usize) -> Result<(), Problem> {
    if text.chars().nth(most).is_some() {
        return Err(Problem::bad_request(format!("`{name}` must have at most {most} characters")));
    }
    Ok(())
}

/// The values between commas, without those that are empty.
pub(super) fn values(list: Option<&str>) -> Vec<String> {
    let values = list.unwrap_or_default().split(',').map(str::trim);
    values.filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

/// Which part of a listing an answer is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Pagination {
    /// Entries asked for.
    limit: usize,
    /// Entries that were skipped.
    offset: usize,
    /// Whether there are entries behind these.
    has_more: bool,
}
