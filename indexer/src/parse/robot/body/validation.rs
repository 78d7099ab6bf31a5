use super::blocks::{Block, Blocks, Node};
use super::headers::HeaderKind;
use super::steps::Leaf;
use crate::parse::robot::model::IfBranchKind;
use crate::parse::robot::reader::Reader;
use crate::parse::robot::refusal::Refusal;

/// What is wrong with each block beside its header and `END` (the `validate` methods of
/// `src/robot/parsing/model/blocks.py`).
pub(super) fn errors(all: &Blocks<'_, '_>, reader: &mut Reader<'_>) -> Vec<Vec<String>> {
    let with_rows = with_rows(all);
    let mut errors = Vec::with_capacity(all.blocks.len());
    for (number, block) in all.blocks.iter().enumerate() {
        let mut found = Vec::new();
        let name = name(block);
        if block.body.is_empty() {
            found.push(format!("{name} cannot be empty."));
        }
        match &block.header.kind {
            HeaderKind::If { kind: IfBranchKind::If, inline, assign, .. } => {
                if_structure(all, block, &mut found);
                if *inline {
                    inline_if(all, block, !assign.is_empty(), &mut found, reader);
                } else if !block.ended {
                    found.push("IF must have closing END.".to_owned());
                }
            }
            HeaderKind::Try => {
                try_structure(all, block, &mut found);
                if !block.ended {
                    found.push("TRY must have closing END.".to_owned());
                }
            }
            HeaderKind::For(_) | HeaderKind::While(_) | HeaderKind::Group { .. } if !block.ended => {
                found.push(format!("{name} must have closing END."));
            }
            _ => {}
        }
        if with_rows[number] && matches!(block.header.kind, HeaderKind::Try | HeaderKind::While(_)) {
            let name = name.split(' ').next().unwrap_or_default();
            found.push(format!("{name} does not support templates."));
        }
        errors.push(found);
    }
    errors
}

/// Which blocks have rows of template arguments somewhere in them or in their later branches.
fn with_rows(all: &Blocks<'_, '_>) -> Vec<bool> {
    let mut with: Vec<bool> = all
        .blocks
        .iter()
        .map(|block| block.body.iter().any(|node| matches!(node, Node::Leaf(Leaf::Row(_)))))
        .collect();
    for (number, block) in all.blocks.iter().enumerate().rev() {
        if let Some(parent) = block.parent.filter(|_| with[number]) {
            with[parent] = true;
        }
    }
    with
}

fn name(block: &Block) -> &'static str {
    match &block.header.kind {
        HeaderKind::For(_) => "FOR loop",
        HeaderKind::While(_) => "WHILE loop",
        HeaderKind::Group { .. } => "GROUP",
        HeaderKind::If { kind: IfBranchKind::If, .. } => "IF branch",
        HeaderKind::If { kind: IfBranchKind::ElseIf, .. } => "ELSE IF branch",
        HeaderKind::If { kind: IfBranchKind::Else, .. } => "ELSE branch",
        HeaderKind::Try => "TRY branch",
        HeaderKind::Except(_) => "EXCEPT branch",
        HeaderKind::Finally => "FINALLY branch",
    }
}

/// The branches after a block's first one.
fn later_branches<'b>(all: &'b Blocks<'_, '_>, block: &'b Block) -> impl Iterator<Item = &'b Block> {
    let next = |block: &&'b Block| block.next.map(|next| &all.blocks[next]);
    std::iter::successors(next(&block), next)
}

fn if_structure(all: &Blocks<'_, '_>, block: &Block, errors: &mut Vec<String>) {
    let mut else_seen = false;
    for branch in later_branches(all, block) {
        let is_else = matches!(branch.header.kind, HeaderKind::If { kind: IfBranchKind::Else, .. });
        if else_seen {
            let error = if is_else { "Only one ELSE allowed." } else { "ELSE IF not allowed after ELSE." };
            if !errors.iter().any(|seen| seen == error) {
                errors.push(error.to_owned());
            }
        }
        else_seen |= is_else;
    }
}

fn inline_if(
    all: &Blocks<'_, '_>,
    block: &Block,
    assign: bool,
    errors: &mut Vec<String>,
    reader: &mut Reader<'_>,
) {
    for branch in std::iter::once(block).chain(later_branches(all, block)) {
        let Some(first) = branch.body.first() else { continue };
        let inner = match first {
            Node::Leaf(_) => None,
            Node::Block(number) => Some(&all.blocks[*number].header),
        };
        let (is_call, has_assign, is_inline_if) = match (first, inner.map(|header| &header.kind)) {
            (Node::Leaf(Leaf::Call(call)), _) => (true, !call.assign.is_empty(), false),
            (_, Some(HeaderKind::If { inline, assign, .. })) => (false, !assign.is_empty(), *inline),
            (_, Some(HeaderKind::For(_) | HeaderKind::While(_) | HeaderKind::Group { .. })) => {
                reader.refuse(Refusal::BlockInInlineIf { line: branch.header.line });
                continue;
            }
            _ => (false, false, false),
        };
        if assign && !is_call {
            errors.push("Inline IF with assignment can only contain keyword calls.".to_owned());
        }
        if has_assign {
            errors.push("Inline IF branches cannot contain assignments.".to_owned());
        }
        if is_inline_if {
            errors.push("Inline IF cannot be nested.".to_owned());
        }
    }
}

fn try_structure(all: &Blocks<'_, '_>, block: &Block, errors: &mut Vec<String>) {
    let (mut elses, mut finallies, mut excepts, mut empty_excepts) = (0, 0, 0, 0);
    for branch in later_branches(all, block) {
        match &branch.header.kind {
            HeaderKind::Except(except) => {
                let empty = except.patterns.is_empty();
                let wrong = [
                    (elses > 0, "EXCEPT not allowed after ELSE."),
                    (finallies > 0, "EXCEPT not allowed after FINALLY."),
                    (!empty && empty_excepts > 0, "EXCEPT without patterns must be last."),
                ];
                errors.extend(wrong.iter().filter(|(wrong, _)| *wrong).map(|(_, error)| (*error).to_owned()));
                empty_excepts += usize::from(empty);
                excepts += 1;
            }
            HeaderKind::Finally => finallies += 1,
            _ => {
                if finallies > 0 {
                    errors.push("ELSE not allowed after FINALLY.".to_owned());
                }
                elses += 1;
            }
        }
    }
    let wrong = [
        (finallies > 1, "Only one FINALLY allowed."),
        (elses > 1, "Only one ELSE allowed."),
        (empty_excepts > 1, "Only one EXCEPT without patterns allowed."),
        (excepts + finallies == 0, "TRY structure must have EXCEPT or FINALLY branch."),
    ];
    errors.extend(wrong.iter().filter(|(wrong, _)| *wrong).map(|(_, error)| (*error).to_owned()));
}
