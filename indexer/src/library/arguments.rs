//! Arguments of keywords: kinds, defaults and types (`robot.running.ArgumentSpec`).

use super::hints::NoType;
use super::keyword::Owner;
use super::object::{FunctionObject, Object, Scope};
use super::routine::{Method, Routine, Types};
use super::type_info::TypeInfo;
use super::value::Value;
use super::variables::escape_default;
use super::world::World;
use crate::parse::python::{Constant, Expression, Parameter, ParameterKind};

/// An argument of a keyword.
#[derive(Debug, Clone)]
pub(super) struct Argument {
    pub(super) name: String,
    pub(super) kind: ParameterKind,
    pub(super) info: Option<TypeInfo>,
    /// The default as it is printed.
    pub(super) default: Option<String>,
}

/// The arguments and the result of a keyword.
#[derive(Debug, Clone, Default)]
pub(super) struct Signature {
    pub(super) arguments: Vec<Argument>,
    pub(super) returns: Option<TypeInfo>,
}

impl Signature {
    /// That of a keyword of which nothing is known: `*varargs`.
    pub(super) fn of_any() -> Self {
        let varargs = Argument {
            name: "varargs".to_owned(),
            kind: ParameterKind::VarPositional,
            info: None,
            default: None,
        };
        Signature { arguments: vec![varargs], returns: None }
    }

    /// How many arguments can be given by position; none without a bound.
    pub(super) fn most_positional(&self) -> Option<usize> {
        let is =
            |kind: ParameterKind| self.arguments.iter().filter(move |argument| argument.kind == kind).count();
        if is(ParameterKind::VarPositional) > 0 {
            return None;
        }
        Some(is(ParameterKind::PositionalOnly) + is(ParameterKind::PositionalOrNamed))
    }

    /// Takes the first arguments away: those that are embedded into the name.
    pub(super) fn remove_embedded(&mut self, count: usize) {
        let mut left = count;
        self.arguments.retain(|argument| {
            let positional =
                matches!(argument.kind, ParameterKind::PositionalOnly | ParameterKind::PositionalOrNamed);
            let removed = positional && left > 0;
            left -= usize::from(removed);
            !removed
        });
    }
}

impl World<'_> {
    /// The signature of a function or method.
    ///
    /// # Errors
    /// Says why Robot Framework makes no keyword of it.
    pub(super) fn signature(&self, routine: &Routine, owner: Owner<'_>) -> Result<Signature, String> {
        let function = &routine.function;
        let mut parameters = &function.node.parameters[..];
        if !matches!(owner, Owner::None) && routine.method != Method::Static {
            parameters = bound(parameters, matches!(owner, Owner::Component(_)))?;
        }
        let arguments = parameters.iter().map(|parameter| Argument {
            name: parameter.name.clone(),
            kind: parameter.kind,
            info: None,
            default: parameter.default.as_ref().map(|default| self.default(function, default, parameter)),
        });
        let mut signature = Signature { arguments: arguments.collect(), returns: None };
        let types = routine.mark.as_ref().map_or(&Types::Hints, |mark| &mark.types);
        self.set_types(&mut signature, function, parameters, types)?;
        Ok(signature)
    }

    fn set_types(
        &self,
        signature: &mut Signature,
        function: &FunctionObject,
        parameters: &[Parameter],
        types: &Types,
    ) -> Result<(), String> {
        match types {
            Types::Disabled => Ok(()),
            Types::Named(scope, types) => {
                for (name, hint) in types {
                    let info = self.given_type(scope, hint)?;
                    if name == "return" {
                        signature.returns = Some(info);
                    } else if let Some(argument) =
                        signature.arguments.iter_mut().find(|each| each.name == *name)
                    {
                        argument.info = Some(info);
                    } else {
                        return Err(format!("type information given to non-existing argument `{name}`"));
                    }
                }
                Ok(())
            }
            Types::Positional(scope, types) => {
                if types.len() > signature.arguments.len() {
                    return Err(format!("type information given to {} arguments", types.len()));
                }
                for (argument, hint) in signature.arguments.iter_mut().zip(types) {
                    // `None` in the list leaves the argument without a type.
                    if *hint != Expression::Constant(Constant::None) {
                        argument.info = Some(self.given_type(scope, hint)?);
                    }
                }
                Ok(())
            }
            Types::Hints => self.set_hints(signature, function, parameters),
        }
    }

    /// A type given to `@keyword`: a text is read in Robot Framework's own way.
    fn given_type(&self, scope: &Scope, hint: &Expression) -> Result<TypeInfo, String> {
        match hint {
            Expression::Constant(Constant::Text(text)) => TypeInfo::from_text(text),
            Expression::Tuple(items) | Expression::List(items) if !items.is_empty() => {
                let infos = items.iter().map(|item| self.given_type(scope, item));
                Ok(TypeInfo::union(infos.collect::<Result<_, _>>()?))
            }
            hint => refused(self.hint(scope, hint, false)),
        }
    }

    fn set_hints(
        &self,
        signature: &mut Signature,
        function: &FunctionObject,
        parameters: &[Parameter],
    ) -> Result<(), String> {
        let postponed = self.module(function.scope.module).tree.postponed;
        let annotations = parameters.iter().map(|parameter| parameter.annotation.as_ref());
        let annotations: Vec<_> = annotations.chain([function.node.returns.as_ref()]).collect();
        let evaluated: Result<Vec<_>, _> = annotations
            .iter()
            .map(|hint| hint.map(|hint| self.annotation(&function.scope, hint, postponed)).transpose())
            .collect();
        let mut infos = match evaluated {
            Ok(infos) => infos,
            Err(NoType::Refused(message)) => return Err(message),
            Err(NoType::Undefined) => annotations
                .iter()
                .map(|hint| hint.map(|hint| self.as_written(&function.scope, hint, postponed)).transpose())
                .collect::<Result<_, _>>()?,
        };
        signature.returns = infos.pop().flatten().filter(|_| !self.returns_never(function));
        for (argument, info) in signature.arguments.iter_mut().zip(infos) {
            argument.info = info;
        }
        Ok(())
    }

    fn annotation(&self, scope: &Scope, hint: &Expression, postponed: bool) -> Result<TypeInfo, NoType> {
        if postponed {
            return self.text_hint(scope, &super::unparse::text(hint), hint);
        }
        self.hint(scope, hint, false)
    }

    /// The type of an annotation whose names are not all defined.
    fn as_written(&self, scope: &Scope, hint: &Expression, postponed: bool) -> Result<TypeInfo, String> {
        match hint {
            Expression::Constant(Constant::Text(text)) if !postponed => TypeInfo::from_text(text),
            hint if postponed => TypeInfo::from_text(&super::unparse::text(hint)),
            hint => refused(self.hint(scope, hint, false)),
        }
    }

    /// True for `-> NoReturn` and `-> Never`, which Robot Framework leaves out.
    fn returns_never(&self, function: &FunctionObject) -> bool {
        let returns = function.node.returns.as_ref().and_then(|hint| self.resolve(&function.scope, hint));
        matches!(returns, Some(Object::Foreign(name))
            if matches!(name.as_str(), "typing.NoReturn" | "typing.Never" | "typing_extensions.Never"))
    }

    fn default(&self, function: &FunctionObject, default: &Expression, parameter: &Parameter) -> String {
        let written = || parameter.default_text.clone().unwrap_or_default();
        match self.evaluate(&function.scope, default) {
            Some(Value::Text(text)) => escape_default(&text),
            Some(Value::Member { class, value, .. })
                if self.descends_from(&class, &["builtins.str", "enum.StrEnum"]) =>
            {
                value.display().map_or_else(written, |text| escape_default(&text))
            }
            Some(Value::Member { name, .. }) => name,
            Some(Value::Bytes(bytes)) => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Some(value) => value.display().unwrap_or_else(written),
            None => written(),
        }
    }
}

/// Arguments without the first, that Python fills in for methods.
fn bound(parameters: &[Parameter], lenient: bool) -> Result<&[Parameter], String> {
    match parameters {
        [first, rest @ ..]
            if matches!(first.kind, ParameterKind::PositionalOnly | ParameterKind::PositionalOrNamed) =>
        {
            if first.annotation.is_some() && !lenient {
                return Err(format!("type information given to non-existing argument `{}`", first.name));
            }
            Ok(rest)
        }
        [first, ..] if first.kind == ParameterKind::VarPositional => Ok(parameters),
        _ => Err("method takes no arguments, not even its instance".to_owned()),
    }
}

fn refused(info: Result<TypeInfo, NoType>) -> Result<TypeInfo, String> {
    info.map_err(|reason| match reason {
        NoType::Refused(message) => message,
        NoType::Undefined => "type is not defined".to_owned(),
    })
}
