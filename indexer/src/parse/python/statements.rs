use std::cell::Cell;
use std::sync::Arc;

use ruff_python_ast::{self as ast, ExceptHandler, Expr, ModModule, Stmt};
use ruff_text_size::{TextRange, TextSize};

use super::tree::{Class, Expression, Function, ImportedName, Module, Operator, Statement};

/// Blocks inside blocks that are read; what is deeper is left out. Python itself stops at 100.
const MAX_BLOCKS: u32 = 100;

/// Turns the parser's tree of one text into ours.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    /// Offset of the start of every line.
    lines: Vec<usize>,
    /// Expressions around the one that is read.
    pub(super) depth: Cell<u32>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let ends = text.char_indices().filter_map(|(at, c)| match c {
            '\n' => Some(at + 1),
            '\r' if !text[at + 1..].starts_with('\n') => Some(at + 1),
            _ => None,
        });
        Reader { text, lines: std::iter::once(0).chain(ends).collect(), depth: Cell::new(0) }
    }

    /// Line and column in characters, both from 1.
    pub(super) fn place(&self, at: TextSize) -> (u32, u32) {
        let line = self.line(at);
        let start = self.lines[line as usize - 1];
        let column = self.text.get(start..at.to_usize()).map_or(0, |before| before.chars().count());
        (line, u32::try_from(column + 1).unwrap_or(u32::MAX))
    }

    pub(super) fn line(&self, at: TextSize) -> u32 {
        let line = self.lines.partition_point(|start| *start <= at.to_usize());
        u32::try_from(line.max(1)).unwrap_or(u32::MAX)
    }

    pub(super) fn slice(&self, range: TextRange) -> &'a str {
        self.text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default()
    }

    pub(super) fn module(&self, module: &ModModule) -> Module {
        let postponed = module.body.iter().any(|statement| match statement {
            Stmt::ImportFrom(import) => {
                import.module.as_ref().is_some_and(|name| name.as_str() == "__future__")
                    && import.names.iter().any(|name| name.name.as_str() == "annotations")
            }
            _ => false,
        });
        Module { doc: docstring(&module.body), body: self.block(&module.body, 0), postponed }
    }

    pub(super) fn block(&self, body: &[Stmt], depth: u32) -> Vec<Statement> {
        if depth > MAX_BLOCKS {
            return Vec::new();
        }
        body.iter().filter_map(|statement| self.statement(statement, depth + 1)).collect()
    }

    fn statement(&self, statement: &Stmt, depth: u32) -> Option<Statement> {
        Some(match statement {
            Stmt::FunctionDef(function) => Statement::Function(Arc::new(self.function(function, depth))),
            Stmt::ClassDef(class) => Statement::Class(Arc::new(self.class(class, depth))),
            Stmt::Assign(assign) => Statement::Assign {
                targets: self.expressions(&assign.targets),
                annotation: None,
                value: Some(Arc::new(self.expression(&assign.value))),
            },
            Stmt::AnnAssign(assign) => Statement::Assign {
                targets: vec![self.expression(&assign.target)],
                annotation: Some(self.expression(&assign.annotation)),
                value: assign.value.as_ref().map(|value| Arc::new(self.expression(value))),
            },
            Stmt::AugAssign(assign) => Statement::Extend {
                target: self.expression(&assign.target),
                operator: Operator::from(assign.op),
                value: self.expression(&assign.value),
            },
            Stmt::TypeAlias(alias) => match &*alias.name {
                Expr::Name(name) => Statement::TypeAlias {
                    name: name.id.to_string(),
                    value: Arc::new(self.expression(&alias.value)),
                },
                _ => return None,
            },
            Stmt::Import(import) => Statement::Import(imported(&import.names)),
            Stmt::ImportFrom(import) => Statement::ImportFrom {
                level: import.level,
                module: import.module.as_ref().map(ToString::to_string).unwrap_or_default(),
                names: imported(&import.names),
            },
            Stmt::Expr(expression) => Statement::Expression(self.expression(&expression.value)),
            Stmt::Return(value) => {
                Statement::Return(value.value.as_ref().map(|value| self.expression(value)))
            }
            Stmt::Delete(delete) => Statement::Delete(self.expressions(&delete.targets)),
            compound => return self.compound(compound, depth),
        })
    }

    fn compound(&self, statement: &Stmt, depth: u32) -> Option<Statement> {
        Some(match statement {
            Stmt::If(branch) => self.branch(&branch.test, &branch.body, &branch.elif_else_clauses, depth),
            Stmt::Try(tried) => Statement::Try {
                body: self.block(&tried.body, depth),
                handlers: tried
                    .handlers
                    .iter()
                    .map(|ExceptHandler::ExceptHandler(handler)| self.block(&handler.body, depth))
                    .collect(),
                after: self.blocks([&tried.orelse[..], &tried.finalbody[..]], depth),
            },
            Stmt::With(with) => Statement::Block(self.block(&with.body, depth)),
            Stmt::For(each) => Statement::Block(self.blocks([&each.body[..], &each.orelse[..]], depth)),
            Stmt::While(each) => Statement::Block(self.blocks([&each.body[..], &each.orelse[..]], depth)),
            Stmt::Match(cases) => {
                Statement::Block(self.blocks(cases.cases.iter().map(|case| &case.body[..]), depth))
            }
            _ => return None,
        })
    }

    fn blocks<'b>(&self, bodies: impl IntoIterator<Item = &'b [Stmt]>, depth: u32) -> Vec<Statement> {
        bodies.into_iter().flat_map(|body| self.block(body, depth)).collect()
    }

    /// `elif` clauses become one `If` in the other, from the last.
    fn branch(&self, test: &Expr, body: &[Stmt], clauses: &[ast::ElifElseClause], depth: u32) -> Statement {
        // A chain of thousands of `elif` is flat in Python; only its first clauses are told apart.
        let mut otherwise = Vec::new();
        for clause in clauses.iter().take(MAX_BLOCKS as usize).rev() {
            let block = self.block(&clause.body, depth);
            otherwise = match &clause.test {
                Some(test) => vec![Statement::If { test: self.expression(test), body: block, otherwise }],
                None => block,
            };
        }
        Statement::If { test: self.expression(test), body: self.block(body, depth), otherwise }
    }

    fn function(&self, function: &ast::StmtFunctionDef, depth: u32) -> Function {
        Function {
            name: function.name.to_string(),
            decorators: self.decorators(&function.decorator_list),
            parameters: self.parameters(&function.parameters),
            returns: function.returns.as_ref().map(|returns| self.expression(returns)),
            doc: docstring(&function.body),
            body: self.block(&function.body, depth),
            line: self.first_line(function.range, "def "),
            type_parameters: type_parameters(function.type_params.as_deref()),
        }
    }

    fn class(&self, class: &ast::StmtClassDef, depth: u32) -> Class {
        let arguments = class.arguments.as_deref();
        Class {
            name: class.name.to_string(),
            decorators: self.decorators(&class.decorator_list),
            bases: arguments.map(|arguments| self.expressions(&arguments.args)).unwrap_or_default(),
            keywords: arguments.map(|arguments| self.keywords(&arguments.keywords)).unwrap_or_default(),
            doc: docstring(&class.body),
            body: self.block(&class.body, depth),
            line: self.first_line(class.range, "class "),
            type_parameters: type_parameters(class.type_params.as_deref()),
        }
    }

    /// The first line of `range` that starts with `word`, as Libdoc looks for it in the source of
    /// an object; its first line (that of a decorator, if any) where there is none.
    fn first_line(&self, range: TextRange, word: &str) -> u32 {
        let first = self.line(range.start());
        let found = (first..=self.line(range.end())).find(|line| {
            let start = self.lines[*line as usize - 1];
            self.text.get(start..).is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with(word))
        });
        found.unwrap_or(first)
    }

    fn decorators(&self, decorators: &[ast::Decorator]) -> Vec<Expression> {
        decorators.iter().map(|decorator| self.expression(&decorator.expression)).collect()
    }
}

fn docstring(body: &[Stmt]) -> Option<String> {
    match body.first() {
        Some(Stmt::Expr(statement)) => match &*statement.value {
            Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
            _ => None,
        },
        _ => None,
    }
}

fn imported(names: &[ast::Alias]) -> Vec<ImportedName> {
    let imported = |name: &ast::Alias| ImportedName {
        name: name.name.to_string(),
        alias: name.asname.as_ref().map(ToString::to_string),
    };
    names.iter().map(imported).collect()
}

fn type_parameters(parameters: Option<&ast::TypeParams>) -> Vec<String> {
    let parameters = parameters.map(|parameters| &parameters.type_params[..]).unwrap_or_default();
    parameters.iter().map(|parameter| parameter.name().to_string()).collect()
}
