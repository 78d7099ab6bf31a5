use super::headers::{Header, HeaderKind};
use super::steps::{Leaf, Step, step};
use crate::parse::robot::lexer::{Cell, Class, Context, Setting, split_inline_if};
use crate::parse::robot::model::{IfBranchKind, SyntaxError};
use crate::parse::robot::reader::Reader;
use crate::parse::robot::refusal::Refusal;
use crate::parse::robot::words;

/// Blocks may be nested this deep. Robot Framework's own recursion ends between 120 and 150.
const MAX_DEPTH: usize = 128;

/// Whose body it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Test,
    Keyword,
}

/// A statement of a body with what it is.
pub(crate) enum Statement<'s, 'a> {
    Setting(Setting, &'s [Cell<'a>]),
    /// With Robot Framework's words about what is wrong.
    WrongSetting(String, &'s [Cell<'a>]),
    /// Anything but a setting.
    Step(Class, &'s [Cell<'a>]),
}

/// The blocks of a body. A block's number is larger than that of the block around it, and than
/// that of the branch before it.
pub(super) struct Blocks<'s, 'a> {
    /// The steps outside of any block.
    pub(super) body: Vec<Node>,
    pub(super) blocks: Vec<Block>,
    pub(super) settings: Vec<(Setting, &'s [Cell<'a>])>,
    /// The open blocks and branches, innermost last.
    open: Vec<usize>,
    /// Open blocks beyond [`MAX_DEPTH`], whose steps go into the innermost one kept.
    beyond: usize,
}

pub(super) enum Node {
    Leaf(Leaf),
    Block(usize),
}

/// A block, or a branch of one.
pub(super) struct Block {
    pub(super) header: Header,
    pub(super) body: Vec<Node>,
    /// The next branch.
    pub(super) next: Option<usize>,
    /// The block around it, or the branch before it.
    pub(super) parent: Option<usize>,
    pub(super) ended: bool,
    pub(super) end_error: Option<String>,
    family: Family,
    is_branch: bool,
    is_finally: bool,
    in_loop: bool,
    depth: usize,
}

/// Which branches a block takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    If,
    Try,
    Other,
}

impl<'s, 'a> Blocks<'s, 'a> {
    /// Puts statements together.
    pub(super) fn build(statements: Vec<Statement<'s, 'a>>, template: bool, reader: &mut Reader<'_>) -> Self {
        let (body, blocks, settings) = (Vec::new(), Vec::new(), Vec::new());
        let mut all = Blocks { body, blocks, settings, open: Vec::new(), beyond: 0 };
        for statement in statements {
            match statement {
                Statement::Setting(setting, cells) => all.add_setting(setting, cells),
                Statement::WrongSetting(message, cells) => {
                    let values = vec![reader.string(&cells[0])];
                    reader.problem(&cells[0], words::problem(&message));
                    let error = SyntaxError { values, lineno: cells[0].line, error: message };
                    all.add(Step::Leaf(Leaf::Error(error)), reader);
                }
                Statement::Step(Class::InlineIf, cells) => all.add_inline_if(cells, template, reader),
                Statement::Step(class, cells) => all.add(step(class, cells, template, reader), reader),
            }
        }
        all
    }

    /// Keeps a setting unless an inline `IF` that is not closed takes it, in which it has no effect.
    fn add_setting(&mut self, setting: Setting, cells: &'s [Cell<'a>]) {
        self.close_ended(false);
        if self.open.is_empty() {
            self.settings.push((setting, cells));
        }
    }

    /// Adds the parts of an inline `IF`, each in the context of what came before it in the line.
    fn add_inline_if(&mut self, cells: &[Cell<'_>], template: bool, reader: &mut Reader<'_>) {
        let mut contexts = vec![Context::InlineIf];
        for part in split_inline_if(cells) {
            let context = contexts.last().copied().unwrap_or(Context::InlineIf);
            let class = context.classify(part);
            if class == Class::End {
                contexts.pop();
            }
            contexts.extend(class.opens());
            self.add(step(class, part, template, reader), reader);
        }
        // The end of the line stands for one `END`, however many headers there are.
        self.add(Step::End(None), reader);
    }

    fn add(&mut self, step: Step, reader: &mut Reader<'_>) {
        if self.beyond > 0 && self.add_beyond(&step) {
            return;
        }
        self.close_ended(matches!(step, Step::End(_)));
        let top = self.open.last().copied();
        match (step, top) {
            (Step::Open(header), _) => self.open_block(header, top, reader),
            (Step::Branch(header), Some(top)) => self.add_branch(header, top),
            (Step::End(error), Some(top)) => {
                self.blocks[top].ended = true;
                self.blocks[top].end_error = error;
            }
            // Robot Framework keeps these, but nothing comes of them.
            (Step::Branch(_) | Step::End(_), None) => {}
            (Step::Leaf(leaf), Some(top)) => self.blocks[top].body.push(Node::Leaf(leaf)),
            (Step::Leaf(leaf), None) => self.body.push(Node::Leaf(leaf)),
        }
    }

    /// Counts the blocks that are nested too deep; true when the step ends here.
    fn add_beyond(&mut self, step: &Step) -> bool {
        match step {
            Step::Open(_) => self.beyond += 1,
            Step::End(_) => self.beyond -= 1,
            Step::Branch(_) => {}
            Step::Leaf(_) => return false,
        }
        true
    }

    /// Closes what has had its `END`; a branch is closed by the `END` of its block.
    fn close_ended(&mut self, before_end: bool) {
        while let Some(top) = self.open.last() {
            let top = &self.blocks[*top];
            let closed = top.ended || top.is_branch && before_end;
            if !closed {
                break;
            }
            self.open.pop();
        }
    }

    fn open_block(&mut self, header: Header, parent: Option<usize>, reader: &mut Reader<'_>) {
        let around = parent.map(|parent| &self.blocks[parent]);
        let depth = around.map_or(0, |around| around.depth + 1);
        if depth >= MAX_DEPTH {
            reader.refuse(Refusal::TooDeep { line: header.line, limit: MAX_DEPTH });
            self.beyond = 1;
            return;
        }
        let (family, is_loop) = match header.kind {
            HeaderKind::If { .. } => (Family::If, false),
            HeaderKind::Try | HeaderKind::Except(_) | HeaderKind::Finally => (Family::Try, false),
            HeaderKind::For(_) | HeaderKind::While(_) => (Family::Other, true),
            HeaderKind::Group { .. } => (Family::Other, false),
        };
        let in_loop = is_loop || around.is_some_and(|around| around.in_loop);
        let number = self.blocks.len();
        let body = parent.map_or(&mut self.body, |parent| &mut self.blocks[parent].body);
        body.push(Node::Block(number));
        self.push(Block { family, in_loop, depth, parent, ..Block::new(header) });
    }

    /// Adds a branch to the innermost block, if it is of a kind that takes it.
    fn add_branch(&mut self, header: Header, top: usize) {
        let around = &self.blocks[top];
        let fits = match (&header.kind, around.family) {
            (HeaderKind::If { .. }, Family::If) => true,
            (HeaderKind::If { kind, .. }, Family::Try) => *kind == IfBranchKind::Else,
            (HeaderKind::Except(_) | HeaderKind::Finally, Family::Try) => true,
            _ => false,
        };
        if !fits {
            return;
        }
        let Block { family, in_loop, depth, .. } = *around;
        self.blocks[top].next = Some(self.blocks.len());
        self.push(Block { family, in_loop, depth, parent: Some(top), is_branch: true, ..Block::new(header) });
    }

    fn push(&mut self, block: Block) {
        self.open.push(self.blocks.len());
        self.blocks.push(block);
    }

    /// Whether `BREAK` and `CONTINUE` in a block have a loop around them.
    pub(super) fn in_loop(&self, block: Option<usize>) -> bool {
        block.is_some_and(|block| self.blocks[block].in_loop)
    }

    /// Whether a block is a `FINALLY` branch.
    pub(super) fn is_finally(&self, block: Option<usize>) -> bool {
        block.is_some_and(|block| self.blocks[block].is_finally)
    }
}

impl Block {
    fn new(header: Header) -> Self {
        Block {
            is_finally: matches!(header.kind, HeaderKind::Finally),
            header,
            body: Vec::new(),
            next: None,
            parent: None,
            ended: false,
            end_error: None,
            family: Family::Other,
            is_branch: false,
            in_loop: false,
            depth: 0,
        }
    }
}
