//! What a suite imports of its surroundings: user variables, secrets, services, platform variables.
//!
//! The keywords and their signatures are those of `RW.Core` (reference.md 2.0). The imported name is
//! the first argument; what the value is assigned to does not matter.

use ccr_index::model::{PlatformVariable, Secret, Service, UserVariable};

use ccr_index::text::keyword_key;

use super::calls::Arguments;
use crate::parse::robot::{KeywordCall, Suite};

/// The imports of a suite, in the order of its calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interface {
    /// `Import User Variable`.
    pub user_variables: Vec<UserVariable>,
    /// `Import Secret` and `Import Optional Secret`.
    pub secrets: Vec<Secret>,
    /// `Import Service`.
    pub services: Vec<Service>,
    /// `Import Platform Variable`.
    pub platform_variables: Vec<PlatformVariable>,
}

impl Interface {
    /// Reads every call of the suite. `path` is the repository path of its file.
    pub fn of(suite: &Suite, path: &str) -> Self {
        let mut interface = Interface::default();
        for call in suite.calls() {
            interface.read(call, path);
        }
        interface
    }

    /// Reads a call, which counts if it is one of an import keyword.
    pub(super) fn read(&mut self, call: &KeywordCall, path: &str) {
        match keyword_key(&call.name).as_str() {
            "importuservariable" => {
                let order = ["type", "description", "example", "pattern", "enum", "format", "default"];
                self.user_variables.extend(Imported::of(call, &order, path).map(user_variable));
            }
            "importsecret" => {
                let order = ["description", "example", "pattern", "optional"];
                self.secrets.extend(Imported::of(call, &order, path).map(|import| secret(import, false)));
            }
            "importoptionalsecret" => {
                let order = ["description", "example", "pattern"];
                self.secrets.extend(Imported::of(call, &order, path).map(|import| secret(import, true)));
            }
            "importservice" => {
                let order = ["description", "example", "default"];
                self.services.extend(Imported::of(call, &order, path).map(service));
            }
            "importplatformvariable" => {
                let import = Imported::of(call, &[], path);
                self.platform_variables.extend(
                    import.map(|Imported { name, path, line, .. }| PlatformVariable { name, path, line }),
                );
            }
            _ => {}
        }
    }
}

/// An import call with its arguments by name.
struct Imported {
    name: String,
    values: Vec<(String, String)>,
    path: String,
    line: u32,
}

impl Imported {
    /// Reads a call; arguments by position get the names of `order`. `None` without a first argument.
    fn of(call: &KeywordCall, order: &[&str], path: &str) -> Option<Imported> {
        let arguments = Arguments::of(call);
        let mut positional = arguments.positional.iter();
        let name = positional.next().copied().or_else(|| arguments.get("varname"))?;
        let mut values: Vec<(String, String)> = order
            .iter()
            .zip(positional)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let named = arguments.named.iter().filter(|(name, _)| *name != "varname");
        values.extend(named.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        Some(Imported {
            name: name.to_owned(),
            values,
            path: path.to_owned(),
            line: call.lineno.unwrap_or(0),
        })
    }

    /// Takes the last value of a name. `${EMPTY}` is an empty text.
    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.values.iter().rposition(|(known, _)| known == name)?;
        let value = self.values.remove(at).1;
        self.values.retain(|(known, _)| known != name);
        Some(if value == "${EMPTY}" { String::new() } else { value })
    }
}

fn user_variable(mut import: Imported) -> UserVariable {
    UserVariable {
        kind: import.take("type").unwrap_or_else(|| "string".to_owned()),
        description: import.take("description").unwrap_or_default(),
        pattern: import.take("pattern"),
        choices: import.take("enum").map(|value| split_choices(&value)).unwrap_or_default(),
        default: import.take("default"),
        example: import.take("example"),
        format: import.take("format"),
        name: import.name,
        other: import.values,
        path: import.path,
        line: import.line,
    }
}

fn secret(mut import: Imported, optional: bool) -> Secret {
    let stated = import.take("optional");
    Secret {
        description: import.take("description").unwrap_or_default(),
        optional: optional || stated.is_some_and(|value| is_true(&value)),
        kind: import.take("type"),
        pattern: import.take("pattern"),
        example: import.take("example"),
        default: import.take("default"),
        name: import.name,
        other: import.values,
        path: import.path,
        line: import.line,
    }
}

fn service(mut import: Imported) -> Service {
    Service {
        description: import.take("description").unwrap_or_default(),
        example: import.take("example"),
        default: import.take("default"),
        name: import.name,
        other: import.values,
        path: import.path,
        line: import.line,
    }
}

/// What Python code that tests a keyword's argument takes for true.
fn is_true(value: &str) -> bool {
    matches!(value.to_lowercase().as_str(), "true" | "${true}" | "yes" | "1" | "${1}")
}

/// `[a,b]` or `a,b`, with or without spaces and quotes.
fn split_choices(value: &str) -> Vec<String> {
    let inner = value.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(value);
    let bare = |choice: &str| choice.trim().trim_matches(['"', '\'']).to_owned();
    inner.split(',').map(bare).filter(|choice| !choice.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, args: &[&str]) -> Interface {
        let mut interface = Interface::default();
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        interface.read(
            &KeywordCall { name: name.into(), args, lineno: Some(7), ..KeywordCall::default() },
            "s.robot",
        );
        interface
    }

    #[test]
    fn every_named_argument_is_kept() {
        let args = [
            "NAMESPACE",
            "type=string",
            "description=Where",
            "pattern=\\\\w*",
            "enum=[a, 'b']",
            "default=",
            "tip=x",
        ];
        let found = read("RW.Core.Import User Variable", &args).user_variables;
        let expected = UserVariable {
            name: "NAMESPACE".into(),
            kind: "string".into(),
            description: "Where".into(),
            pattern: Some("\\\\w*".into()),
            choices: vec!["a".into(), "b".into()],
            default: Some(String::new()),
            other: vec![("tip".into(), "x".into())],
            path: "s.robot".into(),
            line: 7,
            ..UserVariable::default()
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn arguments_by_position_follow_the_signature() {
        let found = read("Import User Variable", &["AGE", "int", "How old"]).user_variables;
        assert_eq!((found[0].kind.as_str(), found[0].description.as_str()), ("int", "How old"));
        assert_eq!(read("Import User Variable", &[]), Interface::default());
    }

    #[test]
    fn secrets_are_optional_in_two_ways() {
        assert!(read("Import Secret", &["a", "optional=True"]).secrets[0].optional);
        assert!(!read("Import Secret", &["a", "optional=False"]).secrets[0].optional);
        assert!(read("RW.Core.Import Optional Secret", &["a"]).secrets[0].optional);
    }

    #[test]
    fn services_and_platform_variables() {
        assert_eq!(
            read("RW.Core.Import Service", &["kubectl", "default=kubectl.shared"]).services[0]
                .default
                .as_deref(),
            Some("kubectl.shared")
        );
        assert_eq!(
            read("RW.Core.Import Platform Variable", &["RW_WORKSPACE"]).platform_variables[0].name,
            "RW_WORKSPACE"
        );
    }
}
