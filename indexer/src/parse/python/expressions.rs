use std::sync::Arc;

use ruff_python_ast::{self as ast, BoolOp, CmpOp, ConversionFlag, Expr, InterpolatedStringElement, Number};
use ruff_text_size::Ranged;

use super::statements::Reader;
use super::tree::{Call, Constant, Expression, Function, Operator, Parameter, ParameterKind, UnaryOperator};

/// Expressions inside expressions that are read; what is deeper is [`Expression::Other`].
const MAX_DEPTH: u32 = 200;

impl Reader<'_> {
    pub(super) fn expressions(&self, expressions: &[Expr]) -> Vec<Expression> {
        expressions.iter().map(|expression| self.expression(expression)).collect()
    }

    pub(super) fn expression(&self, expression: &Expr) -> Expression {
        if self.depth.get() > MAX_DEPTH {
            return Expression::Other;
        }
        self.depth.set(self.depth.get() + 1);
        let value = self.literal(expression).unwrap_or_else(|| self.composite(expression));
        self.depth.set(self.depth.get() - 1);
        value
    }

    fn boxed(&self, expression: &Expr) -> Box<Expression> {
        Box::new(self.expression(expression))
    }

    fn literal(&self, expression: &Expr) -> Option<Expression> {
        Some(Expression::Constant(match expression {
            Expr::NoneLiteral(_) => Constant::None,
            Expr::BooleanLiteral(literal) => Constant::Bool(literal.value),
            Expr::EllipsisLiteral(_) => Constant::Ellipsis,
            Expr::StringLiteral(literal) => Constant::Text(literal.value.to_str().to_owned()),
            Expr::BytesLiteral(literal) => Constant::Bytes(literal.value.bytes().collect()),
            Expr::NumberLiteral(literal) => match &literal.value {
                Number::Int(int) => int.as_i64().map_or_else(
                    || Constant::BigInt(self.slice(literal.range).replace('_', "")),
                    Constant::Int,
                ),
                Number::Float(float) => Constant::Float(*float),
                Number::Complex { .. } => return Some(Expression::Other),
            },
            _ => return None,
        }))
    }

    fn composite(&self, expression: &Expr) -> Expression {
        match expression {
            Expr::Name(name) => Expression::Name(name.id.to_string()),
            Expr::Attribute(attribute) => {
                Expression::Attribute(self.boxed(&attribute.value), attribute.attr.to_string())
            }
            Expr::Call(call) => Expression::Call(Box::new(Call {
                function: self.expression(&call.func),
                arguments: self.expressions(&call.arguments.args),
                keywords: self.keywords(&call.arguments.keywords),
            })),
            Expr::Subscript(subscript) => {
                Expression::Subscript(self.boxed(&subscript.value), self.boxed(&subscript.slice))
            }
            Expr::Tuple(tuple) => Expression::Tuple(self.expressions(&tuple.elts)),
            Expr::List(list) => Expression::List(self.expressions(&list.elts)),
            Expr::Set(set) => Expression::Set(self.expressions(&set.elts)),
            Expr::Dict(dict) => Expression::Dict(
                dict.items
                    .iter()
                    .map(|item| {
                        (item.key.as_ref().map(|key| self.expression(key)), self.expression(&item.value))
                    })
                    .collect(),
            ),
            Expr::Starred(starred) => Expression::Starred(self.boxed(&starred.value)),
            Expr::If(choice) => Expression::If {
                test: self.boxed(&choice.test),
                body: self.boxed(&choice.body),
                otherwise: self.boxed(&choice.orelse),
            },
            Expr::Named(named) => self.expression(&named.value),
            Expr::Lambda(lambda) => Expression::Lambda(Arc::new(self.lambda(lambda))),
            Expr::FString(text) => self.joined(text),
            operation => self.operation(operation),
        }
    }

    fn operation(&self, expression: &Expr) -> Expression {
        match expression {
            Expr::BinOp(binary) => Expression::Binary(
                self.boxed(&binary.left),
                Operator::from(binary.op),
                self.boxed(&binary.right),
            ),
            Expr::UnaryOp(unary) => {
                let operator = match unary.op {
                    ast::UnaryOp::Not => UnaryOperator::Not,
                    ast::UnaryOp::USub => UnaryOperator::Minus,
                    ast::UnaryOp::UAdd => UnaryOperator::Plus,
                    ast::UnaryOp::Invert => UnaryOperator::Invert,
                };
                Expression::Unary(operator, self.boxed(&unary.operand))
            }
            Expr::BoolOp(operation) => {
                let operator = match operation.op {
                    BoolOp::And => Operator::And,
                    BoolOp::Or => Operator::Or,
                };
                let joined = self
                    .expressions(&operation.values)
                    .into_iter()
                    .reduce(|left, right| Expression::Binary(Box::new(left), operator, Box::new(right)));
                // A chain is flat in Python and deep here.
                joined.filter(|_| operation.values.len() <= MAX_DEPTH as usize).unwrap_or(Expression::Other)
            }
            Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
                ([operator], [right]) => {
                    Expression::Binary(self.boxed(&compare.left), comparison(*operator), self.boxed(right))
                }
                _ => Expression::Other,
            },
            _ => Expression::Other,
        }
    }

    fn joined(&self, text: &ast::ExprFString) -> Expression {
        let mut parts = Vec::new();
        for part in &text.value {
            match part {
                ast::FStringPart::Literal(literal) => parts.push(constant_text(literal.as_str())),
                ast::FStringPart::FString(joined) => {
                    for element in &joined.elements {
                        match element {
                            InterpolatedStringElement::Literal(literal) => {
                                parts.push(constant_text(&literal.value));
                            }
                            InterpolatedStringElement::Interpolation(value)
                                if value.format_spec.is_none()
                                    && value.conversion == ConversionFlag::None
                                    && value.debug_text.is_none() =>
                            {
                                parts.push(self.expression(&value.expression));
                            }
                            InterpolatedStringElement::Interpolation(_) => return Expression::Other,
                        }
                    }
                }
            }
        }
        Expression::Joined(parts)
    }

    fn lambda(&self, lambda: &ast::ExprLambda) -> Function {
        Function {
            name: "<lambda>".to_owned(),
            parameters: lambda.parameters.as_ref().map(|list| self.parameters(list)).unwrap_or_default(),
            line: self.line(lambda.range.start()),
            ..Function::default()
        }
    }

    pub(super) fn keywords(&self, keywords: &[ast::Keyword]) -> Vec<(String, Expression)> {
        let named = |keyword: &ast::Keyword| {
            let name = keyword.arg.as_ref().map(ToString::to_string).unwrap_or_default();
            (name, self.expression(&keyword.value))
        };
        keywords.iter().map(named).collect()
    }

    pub(super) fn parameters(&self, list: &ast::Parameters) -> Vec<Parameter> {
        let with_default = |kind, parameters: &[ast::ParameterWithDefault]| -> Vec<Parameter> {
            parameters
                .iter()
                .map(|each| Parameter {
                    default: each.default.as_ref().map(|default| self.expression(default)),
                    default_text: each.default.as_ref().map(|default| one_line(self.slice(default.range()))),
                    ..self.parameter(kind, &each.parameter)
                })
                .collect()
        };
        let mut parameters = with_default(ParameterKind::PositionalOnly, &list.posonlyargs);
        parameters.extend(with_default(ParameterKind::PositionalOrNamed, &list.args));
        parameters
            .extend(list.vararg.as_ref().map(|each| self.parameter(ParameterKind::VarPositional, each)));
        parameters.extend(with_default(ParameterKind::NamedOnly, &list.kwonlyargs));
        parameters.extend(list.kwarg.as_ref().map(|each| self.parameter(ParameterKind::VarNamed, each)));
        parameters
    }

    fn parameter(&self, kind: ParameterKind, parameter: &ast::Parameter) -> Parameter {
        Parameter {
            name: parameter.name.to_string(),
            kind,
            annotation: parameter.annotation.as_ref().map(|annotation| self.expression(annotation)),
            default: None,
            default_text: None,
        }
    }
}

fn constant_text(text: &str) -> Expression {
    Expression::Constant(Constant::Text(text.to_owned()))
}

/// Text of an expression with every run of spaces and line ends as one space.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn comparison(operator: CmpOp) -> Operator {
    match operator {
        CmpOp::Eq | CmpOp::Is => Operator::Equal,
        CmpOp::NotEq | CmpOp::IsNot => Operator::NotEqual,
        CmpOp::Lt => Operator::Less,
        CmpOp::LtE => Operator::LessOrEqual,
        CmpOp::Gt => Operator::Greater,
        CmpOp::GtE => Operator::GreaterOrEqual,
        CmpOp::In => Operator::In,
        CmpOp::NotIn => Operator::NotIn,
    }
}

impl From<ast::Operator> for Operator {
    fn from(operator: ast::Operator) -> Self {
        match operator {
            ast::Operator::Add => Operator::Add,
            ast::Operator::Sub => Operator::Subtract,
            ast::Operator::Mult => Operator::Multiply,
            ast::Operator::Div => Operator::Divide,
            ast::Operator::FloorDiv => Operator::FloorDivide,
            ast::Operator::Mod => Operator::Modulo,
            ast::Operator::Pow => Operator::Power,
            ast::Operator::BitOr => Operator::BitOr,
            ast::Operator::BitAnd => Operator::BitAnd,
            ast::Operator::LShift => Operator::LeftShift,
            _ => Operator::Other,
        }
    }
}
