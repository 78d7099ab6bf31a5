/// Why Robot Framework itself would not take a file that can nevertheless be read in part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A suite file without tests and tasks.
    #[error("suite `{0}` contains no tests or tasks")]
    NoTests(String),
    /// Both `*** Test Cases ***` and `*** Tasks ***`.
    #[error("one file cannot have both tests and tasks")]
    TestsAndTasks,
    /// An unknown section in a resource file.
    #[error("line {line}: {message}")]
    InvalidSection {
        /// Line of its header, from 1.
        line: u32,
        /// What Robot Framework says.
        message: String,
    },
    /// A variable in a template, argument or loop header that is not closed.
    #[error("line {line}: {message}")]
    UnclosedVariable {
        /// Line, from 1.
        line: u32,
        /// What Robot Framework says.
        message: String,
    },
    /// Control structures nested deeper than Robot Framework's own parser can follow.
    #[error("line {line}: control structures are nested more than {limit} deep")]
    TooDeep {
        /// Line of the first structure that is too deep, from 1.
        line: u32,
        /// How deep structures may be nested.
        limit: usize,
    },
    /// An inline `IF` whose branch opens a block, on which Robot Framework's own validation fails.
    #[error("line {line}: a branch of an inline `IF` opens another block")]
    BlockInInlineIf {
        /// Line, from 1.
        line: u32,
    },
    /// Settings of the file that would be copied into its tests and keywords out of proportion.
    #[error("line {line}: the file's defaults are too large to be copied into each test and keyword")]
    TooLarge {
        /// Line at which the limit was reached, from 1.
        line: u32,
    },
}
