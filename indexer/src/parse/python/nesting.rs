//! A bound on how deeply the tree of a text can be nested, found from its tokens before there is
//! a tree.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};

use crate::parse::Problem;

/// The deepest tree that is built. CPython stops at 200 brackets and 100 indents; long sums and
/// chains of calls are deep as well.
const MAX_DEPTH: u32 = 20_000;

/// Errs when the tree of `text` could be deeper than `MAX_DEPTH`.
///
/// Every token of an expression can add a level (`-` of `---1`, `+` of `1+1+1`, `(` of `f()()`);
/// a comma or the end of a statement starts over, on the level of its bracket.
pub(super) fn check(text: &str) -> Result<(), Problem> {
    let mut lexer = lexer::lex(text, Mode::Module);
    // Tokens since the last comma at every open bracket, and their sum.
    let (mut open, mut sum, mut indents) = (vec![0_u32], 0_u32, 0_u32);
    loop {
        match lexer.next_token() {
            TokenKind::EndOfFile => return Ok(()),
            TokenKind::Indent => indents += 1,
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            TokenKind::Newline | TokenKind::Semi => {
                open.truncate(1);
                (open[0], sum) = (0, 0);
            }
            TokenKind::Comma => {
                let count = open.last_mut().map_or(0, std::mem::take);
                sum -= count;
            }
            TokenKind::String
            | TokenKind::FStringMiddle
            | TokenKind::Comment
            | TokenKind::NonLogicalNewline => {}
            kind => {
                if let Some(last) = open.last_mut() {
                    *last += 1;
                    sum += 1;
                }
                if matches!(kind, TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace) {
                    open.push(0);
                } else if matches!(kind, TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace)
                    && open.len() > 1
                {
                    sum -= open.pop().unwrap_or(0);
                }
            }
        }
        if sum.saturating_add(indents) > MAX_DEPTH {
            return Err(Problem::whole("nested too deeply to be read as Python"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(text: &str, expected: bool) {
        assert_eq!(check(text).is_ok(), expected);
    }

    #[test]
    fn long_is_not_deep() {
        check_text(&format!("x = [{}]", "{'a': [1, 2]},\n".repeat(50_000)), true);
        check_text(&"f(1)\n".repeat(50_000), true);
        check_text(&format!("x = ({})", "'a'\n".repeat(50_000)), true);
    }

    #[test]
    fn deep_is_refused() {
        for text in ["[", "-", "not ", "f(", "lambda: ", "1+", "x.", "{1: ", "f'{", "a if b else "] {
            check_text(&text.repeat(100_000), false);
        }
        check_text(&format!("x{}", "()".repeat(100_000)), false);
    }
}
