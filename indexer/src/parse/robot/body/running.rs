use std::mem;

use super::blocks::{Blocks, Node, Owner, Statement};
use super::headers::{ForHeader, HeaderKind, WhileHeader};
use super::steps::Leaf;
use super::validation;
use crate::parse::Problem;
use crate::parse::robot::lexer::{Cell, Setting};
use crate::parse::robot::model::{
    BodyItem, Except, For, Group, If, IfBranch, IfBranchKind, KeywordCall, LoopControl, Return, Try, TryBody,
    TryBranch, While,
};
use crate::parse::robot::reader::Reader;
use crate::parse::robot::words;

/// The content of a test or keyword.
pub(crate) struct Body<'s, 'a> {
    pub(crate) items: Vec<BodyItem>,
    /// Settings that count, in order.
    pub(crate) settings: Vec<(Setting, &'s [Cell<'a>])>,
}

/// Makes the content of a test or keyword; with a template, calls are rows of its arguments.
pub(crate) fn body<'s, 'a>(
    statements: Vec<Statement<'s, 'a>>,
    owner: Owner,
    template: bool,
    reader: &mut Reader<'_>,
) -> Body<'s, 'a> {
    let mut all = Blocks::build(statements, template, reader);
    let errors = validation::errors(&all, reader);
    let (nodes, settings) = (mem::take(&mut all.body), mem::take(&mut all.settings));
    let items = Builder { blocks: all, errors, owner, reader }.items(nodes, None);
    Body { items, settings }
}

struct Builder<'b, 'r> {
    blocks: Blocks<'b, 'b>,
    /// Beside those of headers and ends, by the number of the block.
    errors: Vec<Vec<String>>,
    owner: Owner,
    reader: &'b mut Reader<'r>,
}

/// A block or branch that is taken out of [`Blocks`].
struct Taken {
    kind: HeaderKind,
    line: u32,
    body: Vec<BodyItem>,
    next: Option<usize>,
    /// Of the header and then of the block.
    errors: Vec<String>,
    end_error: Option<String>,
}

impl Builder<'_, '_> {
    /// Recursion is bounded by the depth to which [`Blocks`] nest.
    fn items(&mut self, nodes: Vec<Node>, around: Option<usize>) -> Vec<BodyItem> {
        nodes
            .into_iter()
            .map(|node| match node {
                Node::Leaf(leaf) => self.leaf(leaf, around),
                Node::Block(number) => self.block(number),
            })
            .collect()
    }

    /// What a block or statement says about itself; also reported as a problem.
    fn error(&mut self, line: u32, errors: Vec<String>) -> Option<String> {
        let problems = errors.iter().map(|error| Problem::at_line(line, words::problem(error)));
        self.reader.problems.extend(problems);
        words::errors(errors)
    }

    fn leaf(&mut self, leaf: Leaf, around: Option<usize>) -> BodyItem {
        match leaf {
            Leaf::Call(call) | Leaf::Row(call) => BodyItem::Keyword(call),
            Leaf::Var(var) => BodyItem::Var(var),
            Leaf::Error(error) => BodyItem::Error(error),
            Leaf::Return { values, line } => {
                let mut errors = Vec::new();
                if self.owner != Owner::Keyword {
                    errors.push("RETURN can only be used inside a user keyword.".to_owned());
                }
                errors.extend(self.finally_error("RETURN", around));
                BodyItem::Return(Return { values, lineno: Some(line), error: self.error(line, errors) })
            }
            Leaf::Continue { line, error } => {
                BodyItem::Continue(self.loop_control("CONTINUE", line, error, around))
            }
            Leaf::Break { line, error } => BodyItem::Break(self.loop_control("BREAK", line, error, around)),
        }
    }

    fn loop_control(
        &mut self,
        marker: &str,
        lineno: u32,
        error: Option<String>,
        around: Option<usize>,
    ) -> LoopControl {
        let mut errors = Vec::from_iter(error);
        if !self.blocks.in_loop(around) {
            errors.push(format!("{marker} can only be used inside a loop."));
        }
        errors.extend(self.finally_error(marker, around));
        LoopControl { lineno, error: self.error(lineno, errors) }
    }

    fn finally_error(&self, marker: &str, around: Option<usize>) -> Option<String> {
        self.blocks.is_finally(around).then(|| format!("{marker} cannot be used in FINALLY branch."))
    }

    fn take(&mut self, number: usize) -> Taken {
        let block = &mut self.blocks.blocks[number];
        let kind = mem::replace(&mut block.header.kind, HeaderKind::Try);
        let mut errors = mem::take(&mut block.header.errors);
        errors.append(&mut self.errors[number]);
        let (line, next, end_error) = (block.header.line, block.next, block.end_error.take());
        let nodes = mem::take(&mut block.body);
        Taken { kind, line, body: self.items(nodes, Some(number)), next, errors, end_error }
    }

    fn block(&mut self, number: usize) -> BodyItem {
        let Taken { kind, line: lineno, body, next, mut errors, end_error } = self.take(number);
        match kind {
            HeaderKind::For(header) => {
                errors.extend(end_error);
                BodyItem::For(for_block(header, body, lineno, self.error(lineno, errors)))
            }
            HeaderKind::While(header) => {
                errors.extend(end_error);
                BodyItem::While(while_block(header, body, lineno, self.error(lineno, errors)))
            }
            HeaderKind::Group { name } => {
                errors.extend(end_error);
                BodyItem::Group(Group { name, body, lineno, error: self.error(lineno, errors) })
            }
            HeaderKind::If { kind, condition, assign, .. } => {
                let first = IfBranch { kind, condition, body, lineno: Some(lineno) };
                BodyItem::If(self.if_block(first, next, assign, errors, end_error))
            }
            HeaderKind::Try | HeaderKind::Except(_) | HeaderKind::Finally => {
                let first = TryBranch::Try(TryBody { body, lineno });
                BodyItem::Try(self.try_block(first, lineno, next, errors, end_error))
            }
        }
    }

    fn if_block(
        &mut self,
        first: IfBranch,
        mut next: Option<usize>,
        assign: Vec<String>,
        mut errors: Vec<String>,
        end_error: Option<String>,
    ) -> If {
        let lineno = first.lineno.unwrap_or_default();
        let mut branches = vec![first];
        while let Some(number) = next {
            let taken = self.take(number);
            errors.extend(taken.errors);
            if let HeaderKind::If { kind, condition, .. } = taken.kind {
                let lineno = Some(taken.line);
                branches.push(IfBranch { kind, condition, body: taken.body, lineno });
            }
            next = taken.next;
        }
        errors.extend(end_error);
        if !assign.is_empty() {
            self.assign_to_branches(&mut branches, assign, lineno);
        }
        If { branches, lineno, error: self.error(lineno, errors) }
    }

    /// Gives the variables of an inline `IF` to the calls of its branches, and a value to them when
    /// no branch runs.
    fn assign_to_branches(&mut self, branches: &mut Vec<IfBranch>, assign: Vec<String>, line: u32) {
        let size = assign.iter().map(|name| name.len() + 1).sum();
        for item in branches.iter_mut().flat_map(|branch| &mut branch.body) {
            let target = match item {
                BodyItem::Keyword(call) => &mut call.assign,
                BodyItem::For(block) => &mut block.assign,
                _ => continue,
            };
            if self.reader.may_copy(size, line) {
                target.clone_from(&assign);
            }
        }
        if branches.last().is_none_or(|last| last.kind != IfBranchKind::Else) {
            let (name, args) = ("BuiltIn.Set Variable".to_owned(), vec!["${NONE}".to_owned()]);
            let body = vec![BodyItem::Keyword(KeywordCall { name, args, assign, lineno: None })];
            branches.push(IfBranch { kind: IfBranchKind::Else, condition: None, body, lineno: None });
        }
    }

    fn try_block(
        &mut self,
        first: TryBranch,
        lineno: u32,
        mut next: Option<usize>,
        mut errors: Vec<String>,
        end_error: Option<String>,
    ) -> Try {
        let mut branches = vec![first];
        while let Some(number) = next {
            let Taken { kind, line, body, next: after, errors: more, .. } = self.take(number);
            errors.extend(more);
            branches.push(match kind {
                HeaderKind::Except(header) => TryBranch::Except(Except {
                    patterns: header.patterns,
                    pattern_type: header.pattern_type,
                    assign: header.assign,
                    body,
                    lineno: line,
                }),
                HeaderKind::Finally => TryBranch::Finally(TryBody { body, lineno: line }),
                _ => TryBranch::Else(TryBody { body, lineno: line }),
            });
            next = after;
        }
        errors.extend(end_error);
        Try { branches, lineno, error: self.error(lineno, errors) }
    }
}

fn for_block(header: ForHeader, body: Vec<BodyItem>, lineno: u32, error: Option<String>) -> For {
    let ForHeader { assign, flavor, values, start, mode, fill } = header;
    For { assign, flavor: flavor.unwrap_or("IN"), values, start, mode, fill, body, lineno, error }
}

fn while_block(header: WhileHeader, body: Vec<BodyItem>, lineno: u32, error: Option<String>) -> While {
    let WhileHeader { condition, limit, on_limit, on_limit_message } = header;
    While { condition, limit, on_limit, on_limit_message, body, lineno, error }
}
