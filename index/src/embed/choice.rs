//! Which embedder is wanted, as `CCR_EMBEDDER` and `--embedder` say it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::EmbedError;

/// The model that `openai` means by itself.
const OPENAI_MODEL: &str = "text-embedding-3-small";

/// An embedder by name; making one is another matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum EmbedderChoice {
    /// `builtin`: the model that the program brings along.
    #[default]
    BuiltIn,
    /// `none`: search by words only.
    None,
    /// `local:FOLDER`: a transformer on this machine.
    Local(PathBuf),
    /// `azure`, the deployment that the `AZURE_OPENAI_*` variables name, or `azure:DEPLOYMENT`.
    Azure {
        /// Name of the deployment, where it was said.
        deployment: Option<String>,
    },
    /// `openai` or `openai:MODEL`.
    OpenAi {
        /// Name of the model.
        model: String,
    },
}

impl EmbedderChoice {
    /// Whether it is asked over a network.
    pub fn is_service(&self) -> bool {
        matches!(self, EmbedderChoice::Azure { .. } | EmbedderChoice::OpenAi { .. })
    }
}

impl FromStr for EmbedderChoice {
    type Err = EmbedError;

    fn from_str(text: &str) -> Result<EmbedderChoice, EmbedError> {
        let wrong = |what: &str| Err(EmbedError::new(format!("`{text}` is no embedder: {what}")));
        let (name, value) = match text.trim().split_once(':') {
            Some((name, value)) => (name.trim_end(), Some(value.trim())),
            None => (text.trim(), None),
        };
        match (name, value) {
            ("builtin", None) => Ok(EmbedderChoice::BuiltIn),
            ("none", None) => Ok(EmbedderChoice::None),
            ("azure", None) => Ok(EmbedderChoice::Azure { deployment: None }),
            ("azure", Some("")) => wrong("name the deployment behind `azure:`, or leave the colon out"),
            ("azure", Some(name)) => Ok(EmbedderChoice::Azure { deployment: Some(name.to_owned()) }),
            ("openai", None) => Ok(EmbedderChoice::OpenAi { model: OPENAI_MODEL.to_owned() }),
            ("openai", Some("")) => wrong("name the model behind `openai:`, or leave the colon out"),
            ("openai", Some(model)) => Ok(EmbedderChoice::OpenAi { model: model.to_owned() }),
            ("local", None | Some("")) => wrong("name the model's folder, as in `local:/path/to/model`"),
            ("local", Some(folder)) => Ok(EmbedderChoice::Local(PathBuf::from(folder))),
            ("builtin" | "none", Some(_)) => wrong(&format!("`{name}` takes nothing behind a colon")),
            _ => wrong("use builtin, none, local:FOLDER, azure, azure:DEPLOYMENT, openai or openai:MODEL"),
        }
    }
}

impl fmt::Display for EmbedderChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EmbedderChoice::BuiltIn => formatter.write_str("builtin"),
            EmbedderChoice::None => formatter.write_str("none"),
            EmbedderChoice::Local(folder) => write!(formatter, "local:{}", folder.display()),
            EmbedderChoice::Azure { deployment: None } => formatter.write_str("azure"),
            EmbedderChoice::Azure { deployment: Some(name) } => write!(formatter, "azure:{name}"),
            EmbedderChoice::OpenAi { model } => write!(formatter, "openai:{model}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embedder_is_chosen_by_name() {
        let openai = |model: &str| EmbedderChoice::OpenAi { model: model.to_owned() };
        let check = |text: &str, expected: EmbedderChoice| {
            let choice: EmbedderChoice = text.parse().unwrap();
            assert_eq!(choice, expected, "{text}");
            assert_eq!(choice.to_string().parse::<EmbedderChoice>().unwrap(), expected, "{choice}");
        };
        check("builtin", EmbedderChoice::default());
        check(" none ", EmbedderChoice::None);
        check("azure", EmbedderChoice::Azure { deployment: None });
        check("azure: mine", EmbedderChoice::Azure { deployment: Some("mine".to_owned()) });
        check("openai", openai(OPENAI_MODEL));
        check("openai:text-embedding-3-large", openai("text-embedding-3-large"));
        check("local:/models/minilm", EmbedderChoice::Local("/models/minilm".into()));
        check("local: models/a b", EmbedderChoice::Local("models/a b".into()));
        check(r"local:C:\models\minilm", EmbedderChoice::Local(r"C:\models\minilm".into()));
    }

    #[test]
    fn what_is_no_embedder_is_refused_with_the_names_that_are() {
        let check = |text: &str, expected: &str| {
            let message = text.parse::<EmbedderChoice>().unwrap_err().to_string();
            assert!(message.contains(expected) && message.contains(&format!("`{text}`")), "{message}");
        };
        check("", "use builtin, none, local:FOLDER");
        check("Builtin", "use builtin");
        check("cohere:embed", "use builtin");
        check("/models/minilm", "local:FOLDER");
        check("local", "name the model's folder");
        check("local:", "name the model's folder");
        check("openai: ", "name the model behind");
        check("azure:", "name the deployment behind");
        check("builtin:2", "takes nothing behind a colon");
    }
}
