use serde::{Deserialize, Serialize};

/// A shell, Python or other program file inside a CodeBundle.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Script {
    /// Repository path.
    pub path: String,
    /// `bash`, `python`, `powershell` ..., from the ending or the `#!` line.
    pub language: String,
    /// The comment block (or docstring) at the head of the file, without its comment marks.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub header: String,
    /// Functions that the file defines, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<ScriptFunction>,
    /// Names of the command line programs that it calls, such as `kubectl` or `az`, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
    /// Texts that it prints or raises: issue titles, error and progress messages, variables as
    /// written; the first of them where there are very many.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<String>,
    /// Names of the tasks that call it by `bash_file=` or the like.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub called_by: Vec<String>,
}

/// A function in a script.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ScriptFunction {
    /// Its name.
    pub name: String,
    /// The comment above it or its docstring.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// Line of its definition, from 1.
    pub line: u32,
}
