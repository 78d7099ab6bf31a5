//! Arguments of a keyword in the order and with the marks that Libdoc prints.

use super::spec::{ArgumentSpec, TypeSpec};

/// An argument as a spec lists it.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) kind_of_value: Option<TypeSpec>,
    pub(super) default: Option<String>,
    pub(super) doc: String,
}

/// The arguments sorted by their kinds, with `/` and `*` between them, and each as it is printed.
pub(super) fn arranged(given: Vec<Given>) -> Vec<ArgumentSpec> {
    let has = |kind: &str| given.iter().any(|argument| argument.kind == kind);
    let (slash, star) = (has("POSITIONAL_ONLY"), has("NAMED_ONLY") && !has("VAR_POSITIONAL"));
    let mut kinds: [Vec<ArgumentSpec>; 5] = Default::default();
    for argument in given {
        let place = match argument.kind {
            "POSITIONAL_ONLY" => 0,
            "POSITIONAL_OR_NAMED" => 1,
            "VAR_POSITIONAL" => 2,
            "NAMED_ONLY" => 3,
            _ => 4,
        };
        kinds[place].push(argument.spec());
    }
    if slash {
        kinds[0].push(mark("POSITIONAL_ONLY_MARKER", "/"));
    }
    if star {
        kinds[2].push(mark("NAMED_ONLY_MARKER", "*"));
    }
    kinds.into_iter().flatten().collect()
}

impl Given {
    fn spec(self) -> ArgumentSpec {
        let is_variable = matches!(self.kind, "VAR_POSITIONAL" | "VAR_NAMED");
        let default = self.default.filter(|_| !is_variable);
        ArgumentSpec {
            required: default.is_none() && !is_variable,
            repr: repr(&self.name, self.kind, self.kind_of_value.as_ref(), default.as_deref()),
            name: self.name,
            doc: self.doc,
            kind_of_value: self.kind_of_value,
            default,
            kind: self.kind,
        }
    }
}

fn mark(kind: &'static str, repr: &str) -> ArgumentSpec {
    ArgumentSpec { kind, repr: repr.to_owned(), ..ArgumentSpec::default() }
}

fn repr(name: &str, kind: &str, kind_of_value: Option<&TypeSpec>, default: Option<&str>) -> String {
    let stars = match kind {
        "VAR_POSITIONAL" => "*",
        "VAR_NAMED" => "**",
        _ => "",
    };
    let typed = kind_of_value.map(|kind| format!(": {kind}")).unwrap_or_default();
    let equals = if kind_of_value.is_some() { " = " } else { "=" };
    let default = default.map(|default| format!("{equals}{default}")).unwrap_or_default();
    format!("{stars}{name}{typed}{default}")
}
