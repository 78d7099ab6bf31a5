//! What Robot Framework would stumble over when it runs a suite.

use crate::parse::robot::{BodyItem, Suite, TryBranch};
use crate::parse::{Parsed, Problem};

/// Adds the errors inside of the suite's tasks and keywords, where the parser tells of nothing in their
/// line, to the problems.
pub fn with_errors(mut parsed: Parsed<Suite>) -> Parsed<Suite> {
    let known: Vec<Option<u32>> = parsed.problems.iter().map(|problem| problem.line).collect();
    let errors = errors(&parsed.value);
    parsed.problems.extend(errors.into_iter().filter(|error| !known.contains(&error.line)));
    parsed.problems.sort_by_key(|problem| problem.line);
    parsed
}

/// The errors inside of a suite's tasks and keywords, in the order of the text.
fn errors(suite: &Suite) -> Vec<Problem> {
    let mut problems = Vec::new();
    for test in &suite.tests {
        if test.name.is_empty() {
            problems.push(Problem::at_line(test.lineno, "task name cannot be empty"));
        }
        if test.body.is_empty() {
            problems.push(Problem::at_line(test.lineno, "task cannot be empty"));
        }
        of_body(&test.body, &mut problems);
    }
    for keyword in &suite.resource.keywords {
        add(keyword.error.as_deref(), Some(keyword.lineno), &mut problems);
        of_body(&keyword.body, &mut problems);
    }
    for variable in &suite.resource.variables {
        add(variable.error.as_deref(), Some(variable.lineno), &mut problems);
    }
    problems.sort_by_key(|problem| problem.line);
    problems
}

/// The errors of a body and of all blocks in it.
fn of_body(body: &[BodyItem], problems: &mut Vec<Problem>) {
    let mut pending: Vec<&[BodyItem]> = vec![body];
    while let Some(body) = pending.pop() {
        for item in body {
            let (error, line) = match item {
                BodyItem::For(block) => (&block.error, Some(block.lineno)),
                BodyItem::While(block) => (&block.error, Some(block.lineno)),
                BodyItem::Group(block) => (&block.error, Some(block.lineno)),
                BodyItem::If(block) => (&block.error, Some(block.lineno)),
                BodyItem::Try(block) => (&block.error, Some(block.lineno)),
                BodyItem::Var(var) => (&var.error, Some(var.lineno)),
                BodyItem::Return(item) => (&item.error, item.lineno),
                BodyItem::Continue(item) | BodyItem::Break(item) => (&item.error, Some(item.lineno)),
                BodyItem::Error(item) => {
                    add(Some(&item.error), Some(item.lineno), problems);
                    continue;
                }
                BodyItem::Keyword(_) => continue,
            };
            add(error.as_deref(), line, problems);
            match item {
                BodyItem::For(block) => pending.push(&block.body),
                BodyItem::While(block) => pending.push(&block.body),
                BodyItem::Group(block) => pending.push(&block.body),
                BodyItem::If(block) => {
                    pending.extend(block.branches.iter().map(|branch| branch.body.as_slice()));
                }
                BodyItem::Try(block) => pending.extend(block.branches.iter().map(TryBranch::body)),
                _ => {}
            }
        }
    }
}

fn add(error: Option<&str>, line: Option<u32>, problems: &mut Vec<Problem>) {
    if let Some(error) = error {
        let message = error.trim_end_matches('.').replace('\'', "`");
        problems.push(Problem { line, ..Problem::whole(message) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::robot::parse_suite;

    #[test]
    fn errors_at_their_lines() {
        let check = |text: &str, expected: &[(u32, &str)]| {
            let found = errors(&parse_suite(text, "s.robot").value);
            let found: Vec<_> =
                found.iter().map(|problem| (problem.line.unwrap(), problem.message.as_str())).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("*** Tasks ***\nA\n    Log    1\n", &[]);
        check("*** Tasks ***\nA\nB\n    Log    1\n", &[(2, "task cannot be empty")]);
        check("*** Tasks ***\nA\n    IF    x\n        Log    1\n", &[(3, "IF must have closing END")]);
        check("*** Tasks ***\nA\n    END\n    Log    1\n", &[(3, "END is not allowed in this context")]);
        let nested = "*** Tasks ***\nA\n    FOR    ${a}    IN    1\n        TRY\n            BREAK    x\n        \
                      EXCEPT\n            No Operation\n        END\n    END\n";
        check(nested, &[(5, "BREAK does not accept arguments, got `x`")]);
    }
}
