//! What a tool takes, and whether it got that.

use serde_json::{Map, Value, json};

use super::ToolError;

/// Characters of a text that a tool takes.
const LONGEST: usize = 10_000;
/// Texts of a list that a tool takes.
const MOST_TEXTS: usize = 50;

/// A parameter of a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub kind: ArgumentType,
    /// What it is for.
    pub description: &'static str,
    /// Whether a call without it is refused.
    pub required: bool,
}

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentType {
    /// A text.
    Text,
    /// One of these texts, the first where none is given; letter case ignored.
    OneOf(&'static [&'static str]),
    /// One of these texts or none; letter case ignored.
    Maybe(&'static [&'static str]),
    /// A number from 1 to `most`.
    Count {
        /// Where none is given.
        default: u32,
        /// The greatest.
        most: u32,
    },
    /// A list of texts.
    Texts,
    /// True or false; false where none is given.
    Flag,
}

impl Parameter {
    /// As the reference's `GET /tools` describes it.
    pub(super) fn described(&self) -> Value {
        let mut value = json!({ "type": self.type_name(), "description": self.description });
        value["required"] = json!(self.required);
        if let Some(default) = self.default() {
            value["default"] = default;
        }
        match self.kind {
            ArgumentType::OneOf(words) | ArgumentType::Maybe(words) => value["enum"] = json!(words),
            ArgumentType::Texts => value["items"] = json!("string"),
            ArgumentType::Text | ArgumentType::Count { .. } | ArgumentType::Flag => {}
        }
        value
    }

    /// As JSON Schema. Null stands for what is not given.
    pub(super) fn schema(&self) -> Value {
        let mut value = json!({ "type": self.type_name(), "description": self.description });
        if let Some(default) = self.default() {
            value["default"] = default;
        }
        match self.kind {
            ArgumentType::OneOf(words) | ArgumentType::Maybe(words) => value["enum"] = json!(words),
            ArgumentType::Text => value["maxLength"] = json!(LONGEST),
            ArgumentType::Count { most, .. } => {
                value["minimum"] = json!(1);
                value["maximum"] = json!(most);
            }
            ArgumentType::Texts => {
                value["items"] = json!({ "type": "string", "maxLength": LONGEST });
                value["maxItems"] = json!(MOST_TEXTS);
            }
            ArgumentType::Flag => {}
        }
        if !self.required {
            value["type"] = json!([self.type_name(), "null"]);
            if let Some(words) = value.get_mut("enum").and_then(Value::as_array_mut) {
                words.push(Value::Null);
            }
        }
        value
    }

    fn type_name(&self) -> &'static str {
        match self.kind {
            ArgumentType::Text | ArgumentType::OneOf(_) | ArgumentType::Maybe(_) => "string",
            ArgumentType::Count { .. } => "integer",
            ArgumentType::Texts => "array",
            ArgumentType::Flag => "boolean",
        }
    }

    fn default(&self) -> Option<Value> {
        match self.kind {
            ArgumentType::OneOf(words) => Some(json!(words[0])),
            ArgumentType::Count { default, .. } => Some(json!(default)),
            ArgumentType::Flag => Some(json!(false)),
            ArgumentType::Text | ArgumentType::Maybe(_) | ArgumentType::Texts => None,
        }
    }

    /// The value as the tool takes it, or what is wrong with it.
    fn read(&self, value: &Value) -> Result<Value, String> {
        let name = self.name;
        let text = |value: &Value| match value.as_str() {
            Some(text) if text.chars().nth(LONGEST).is_some() => {
                Err(format!("`{name}` must have at most {LONGEST} characters"))
            }
            Some(text) => Ok(text.to_owned()),
            None => Err(format!("`{name}` must be a string, not {value}")),
        };
        match self.kind {
            ArgumentType::Text => text(value).map(Value::from),
            ArgumentType::OneOf(words) | ArgumentType::Maybe(words) => {
                let given = text(value)?;
                let known = words.iter().find(|word| word.eq_ignore_ascii_case(&given));
                let known = known.ok_or_else(|| format!("`{name}` must be one of {}", words.join(", ")))?;
                Ok(json!(known))
            }
            ArgumentType::Count { most, .. } => {
                let number = whole(value).filter(|number| (1..=u64::from(most)).contains(number));
                number
                    .map(Value::from)
                    .ok_or_else(|| format!("`{name}` must be a whole number from 1 to {most}, not {value}"))
            }
            ArgumentType::Texts => {
                let list = value.as_array().filter(|list| list.len() <= MOST_TEXTS);
                let list =
                    list.ok_or_else(|| format!("`{name}` must be a list of at most {MOST_TEXTS} strings"))?;
                let texts: Result<Vec<String>, String> = list.iter().map(text).collect();
                texts.map(Value::from)
            }
            ArgumentType::Flag => {
                let is_flag = value.is_boolean();
                is_flag.then(|| value.clone()).ok_or_else(|| format!("`{name}` must be true or false"))
            }
        }
    }
}

/// A whole number, which JSON may write `10.0`.
fn whole(value: &Value) -> Option<u64> {
    let is_whole = |number: &f64| number.fract() == 0.0 && (0.0..1e9).contains(number);
    value.as_u64().or_else(|| value.as_f64().filter(is_whole).map(|number| number as u64))
}

/// The arguments of a call, each of which is what its parameter says.
#[derive(Debug)]
pub(super) struct Arguments {
    values: Map<String, Value>,
}

impl Arguments {
    /// Reads the arguments of a call. Null stands for an argument that is not given.
    pub(super) fn read(given: &Value, parameters: &[Parameter]) -> Result<Arguments, ToolError> {
        let wrong = |what: String| ToolError::Arguments(what);
        let empty = Map::new();
        let given = match given {
            Value::Null => &empty,
            Value::Object(given) => given,
            _ => return Err(wrong("the arguments must be an object".to_owned())),
        };
        let known = |name: &str| parameters.iter().any(|parameter| parameter.name == name);
        if let Some(name) = given.keys().find(|name| !known(name)) {
            let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
            return Err(wrong(format!("there is no argument `{name}`, but {}", names.join(", "))));
        }
        let mut values = Map::new();
        for parameter in parameters {
            let value = match given.get(parameter.name).filter(|value| !value.is_null()) {
                Some(value) => Some(parameter.read(value).map_err(wrong)?),
                None if parameter.required => {
                    return Err(wrong(format!("Missing required parameter: {}", parameter.name)));
                }
                None => parameter.default(),
            };
            if let Some(value) = value {
                values.insert(parameter.name.to_owned(), value);
            }
        }
        Ok(Arguments { values })
    }

    /// A text; empty where none was given.
    pub(super) fn text(&self, name: &str) -> &str {
        self.values.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A text that is not empty.
    pub(super) fn given(&self, name: &str) -> Option<String> {
        Some(self.text(name).trim()).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A number.
    pub(super) fn count(&self, name: &str) -> usize {
        let number = self.values.get(name).and_then(Value::as_u64).unwrap_or_default();
        usize::try_from(number).unwrap_or(usize::MAX)
    }

    /// Whether it is said to be so.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.values.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// A list of texts.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        let list = self.values.get(name).and_then(Value::as_array);
        let texts = list.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMETERS: [Parameter; 4] = [
        Parameter { name: "query", kind: ArgumentType::Text, description: "", required: true },
        Parameter {
            name: "platform",
            kind: ArgumentType::Maybe(&["AWS", "Azure"]),
            description: "",
            required: false,
        },
        Parameter {
            name: "max",
            kind: ArgumentType::Count { default: 10, most: 50 },
            description: "",
            required: false,
        },
        Parameter { name: "tags", kind: ArgumentType::Texts, description: "", required: false },
    ];

    #[test]
    fn what_is_given_is_read_and_the_rest_is_by_default() {
        let given = json!({ "query": "x", "platform": "azure", "tags": ["a", "b"], "max": null });
        let read = Arguments::read(&given, &PARAMETERS).unwrap();
        assert_eq!((read.text("query"), read.text("platform"), read.count("max")), ("x", "Azure", 10));
        assert_eq!(read.texts("tags"), ["a", "b"]);
        assert_eq!(read.given("nothing"), None);
        let read = Arguments::read(&json!({ "query": "x", "max": 7.0 }), &PARAMETERS).unwrap();
        assert_eq!(read.count("max"), 7);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let check = |given: Value, words: &str| {
            let error = Arguments::read(&given, &PARAMETERS).unwrap_err().to_string();
            assert!(error.contains(words), "{given}: {error}");
        };
        check(json!({}), "Missing required parameter: query");
        check(json!({ "query": 7 }), "`query` must be a string");
        check(json!({ "query": "x", "platfrom": "AWS" }), "no argument `platfrom`");
        check(json!({ "query": "x", "platform": "Amiga" }), "one of AWS, Azure");
        check(json!({ "query": "x", "max": 0 }), "from 1 to 50");
        check(json!({ "query": "x", "max": 51 }), "from 1 to 50");
        check(json!({ "query": "x", "max": "10" }), "from 1 to 50");
        check(json!({ "query": "x", "max": 1.5 }), "from 1 to 50");
        check(json!({ "query": "x", "tags": "a" }), "list");
        check(json!({ "query": "x", "tags": [1] }), "`tags` must be a string");
        check(json!({ "query": "y".repeat(10_001) }), "at most 10000");
        check(json!(["x"]), "object");
    }
}
