use std::borrow::Cow;

use ccr_index::Rule;

use super::lexer::Cell;
use super::refusal::Refusal;
use crate::parse::Problem;

const CURDIR: &str = "${CURDIR}";

/// How many bytes of a file's defaults may be copied into its tests and keywords, for each byte of
/// the file and beside it. Real files stay below 1, and Robot Framework's own test data below 4;
/// without a limit, time and memory would grow with the square of the file's size.
const COPIES_PER_BYTE: usize = 16;
const COPIES_BESIDE: usize = 1 << 20;

/// What every step of reading a file shares: where to report, and how to take over cells.
pub(super) struct Reader<'a> {
    directory: Option<&'a str>,
    allowance: usize,
    pub(super) problems: Vec<Problem>,
    pub(super) refusal: Option<Refusal>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &str, directory: Option<&'a str>) -> Self {
        Reader {
            directory: directory.filter(|_| text.contains(CURDIR)),
            allowance: text.len().saturating_mul(COPIES_PER_BYTE).saturating_add(COPIES_BESIDE),
            problems: Vec::new(),
            refusal: None,
        }
    }

    /// The value of a cell with `${CURDIR}` replaced, where the directory is known.
    pub(super) fn text<'c>(&self, cell: &Cell<'c>) -> Cow<'c, str> {
        match self.directory {
            Some(directory) if cell.value.contains(CURDIR) => {
                Cow::Owned(cell.value.replace(CURDIR, directory))
            }
            _ => Cow::Borrowed(cell.value),
        }
    }

    pub(super) fn string(&self, cell: &Cell<'_>) -> String {
        self.text(cell).into_owned()
    }

    pub(super) fn strings(&self, cells: &[Cell<'_>]) -> Vec<String> {
        cells.iter().map(|cell| self.string(cell)).collect()
    }

    pub(super) fn problem(&mut self, cell: &Cell<'_>, message: impl Into<String>) {
        self.problems.push(Problem::at(cell.line, cell.column + 1, message));
    }

    /// Notes what Robot Framework merely warns of.
    pub(super) fn warn(&mut self, cell: &Cell<'_>, message: impl Into<String>) {
        self.problems
            .push(Problem::warning_at(cell.line, cell.column + 1, message).of(Rule::RobotDeprecated));
    }

    /// Notes why Robot Framework would not take the file; the first reason is the one it gives.
    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.refusal.get_or_insert(refusal);
    }

    /// Whether this many more bytes may be copied from the file's defaults.
    pub(super) fn may_copy(&mut self, bytes: usize, line: u32) -> bool {
        match self.allowance.checked_sub(bytes) {
            Some(left) => {
                self.allowance = left;
                true
            }
            None => {
                self.refuse(Refusal::TooLarge { line });
                false
            }
        }
    }

    /// Why the file is refused, and the problems in the order of the text.
    pub(super) fn finish(mut self) -> (Option<Refusal>, Vec<Problem>) {
        self.problems.sort_by_key(|problem| (problem.line, problem.column));
        (self.refusal, self.problems)
    }
}
