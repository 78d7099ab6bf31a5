mod library;

use std::path::Path;

use anyhow::{Context, Result, bail};
use ccr_index::Severity;
use ccr_indexer::bundle::Role;
use ccr_indexer::library::document_resource;
use ccr_indexer::parse::robot::{self, Suite};
use ccr_indexer::parse::script::{self, Language};
use ccr_indexer::parse::{
    Parsed, Problem, generation_rules, libspec, meta, readme, skill, slx_template, text,
};
use ccr_indexer::source::Limits;
use serde::Serialize;
use serde_json::Value;

use super::{Outcome, read_at_most};
use crate::args;
use crate::printer::Printer;
use crate::render;

/// `ccr parse FILE`.
pub(super) fn run(arguments: &args::ParseFile, printer: &mut Printer) -> Result<Outcome> {
    let path = &arguments.file;
    if path.join("__init__.py").is_file() {
        return library::python(path, printer);
    }
    let bytes = read_at_most(path, Limits::default().file_bytes)?;
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("robot") => suite(path, &bytes, printer),
        Some("resource") => resource(path, &bytes, printer),
        Some("py") => library::python(path, printer),
        Some("libspec") => library::spec(path, &bytes, printer),
        Some("json" | "xml") if libspec::is_libspec(&bytes) => library::spec(path, &bytes, printer),
        _ => other(path, &bytes, printer),
    }
}

fn suite(path: &Path, bytes: &[u8], printer: &mut Printer) -> Result<Outcome> {
    let Some(text) = robot_text(path, bytes, printer) else { return Ok(Outcome::DoneBut) };
    let parsed = robot::parse_suite_in(text, &file_name(path), &folder(path)?);
    let outcome = report(path, &parsed.problems, printer);
    if let Some(refusal) = &parsed.value.refusal {
        printer.error(&format!("{}: {refusal}", path.display()));
        return Ok(Outcome::DoneBut);
    }
    if printer.is_json() {
        printer.json(&parsed.value)?;
    } else {
        print_suite(&parsed.value, printer)?;
    }
    Ok(outcome)
}

fn resource(path: &Path, bytes: &[u8], printer: &mut Printer) -> Result<Outcome> {
    let Some(text) = robot_text(path, bytes, printer) else { return Ok(Outcome::DoneBut) };
    let parsed = robot::parse_resource_in(text, &folder(path)?);
    let outcome = report(path, &parsed.problems, printer);
    if let Some(refusal) = &parsed.value.refusal {
        printer.error(&format!("{}: {refusal}", path.display()));
        return Ok(Outcome::DoneBut);
    }
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    library::print(&document_resource(&name, &parsed.value), printer)?;
    Ok(outcome)
}

/// The text of a Robot Framework file; says why where it is none.
fn robot_text<'a>(path: &Path, bytes: &'a [u8], printer: &mut Printer) -> Option<&'a str> {
    match robot::decode(bytes) {
        Ok(text) => Some(text),
        Err(problem) => {
            report(path, &[problem], printer);
            None
        }
    }
}

fn print_suite(suite: &Suite, printer: &mut Printer) -> Result<()> {
    printer.text(format_args!("{}", suite.name))?;
    for (name, value) in suite.metadata.iter() {
        printer.text(format_args!("  {name}: {value}"))?;
    }
    for test in &suite.tests {
        printer.text(format_args!("{}: {}  {}", test.lineno, test.name, test.tags.join(" ")))?;
    }
    for keyword in &suite.resource.keywords {
        printer.text(format_args!(
            "{}: keyword {}  {}",
            keyword.lineno,
            keyword.name,
            keyword.args.join("  ")
        ))?;
    }
    Ok(())
}

fn other(path: &Path, bytes: &[u8], printer: &mut Printer) -> Result<Outcome> {
    let decoded = text::decode(bytes);
    let text = decoded.value;
    let Some(role) = role(path) else {
        bail!(
            "could not parse `{}`: no parser knows this kind of file\nhint: suites, meta.yaml, SKILL-TEMPLATE.md, \
             README.md, .runwhen/generation-rules, .runwhen/templates, scripts, libraries and Libdoc specs are parsed",
            path.display()
        );
    };
    let mut parsed = match role {
        Role::Meta => value(meta::parse(&text))?,
        Role::Skill => value(skill::parse(&text))?,
        Role::Readme => value(readme::parse(&text))?,
        Role::GenerationRules => value(generation_rules::parse(&text))?,
        Role::Template => value(slx_template::parse(&text))?,
        Role::Script | Role::Runbook | Role::Monitor | Role::OtherSuite => {
            let Some(language) = Language::of(&file_name(path), &text) else {
                bail!("`{}` is no program", path.display())
            };
            value(script::parse(language, &text))?
        }
    };
    parsed.problems.splice(..0, decoded.problems);
    printer.json(&parsed.value)?;
    Ok(report(path, &parsed.problems, printer))
}

fn value<T: Serialize>(parsed: Parsed<T>) -> Result<Parsed<Value>> {
    Ok(Parsed { value: serde_json::to_value(&parsed.value)?, problems: parsed.problems })
}

/// The role that a file has by its name, or by the `.runwhen` folder that it lies in.
fn role(path: &Path) -> Option<Role> {
    let shown = path.to_string_lossy().replace('\\', "/");
    let inner = shown.rfind(".runwhen/").map_or_else(|| file_name(path), |at| shown[at..].to_owned());
    Role::of(&inner)
}

/// The folder of a file, absolute: what Robot Framework puts for `${CURDIR}`.
fn folder(path: &Path) -> Result<String> {
    let path = std::path::absolute(path).with_context(|| format!("could not locate `{}`", path.display()))?;
    Ok(path.parent().unwrap_or(&path).to_string_lossy().replace('\\', "\\\\"))
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Reports what is wrong in the file; an error of it is a failure.
fn report(path: &Path, problems: &[Problem], printer: &mut Printer) -> Outcome {
    for problem in problems {
        let place =
            render::place(&path.display().to_string(), problem.line, problem.column, &problem.message);
        printer.problem(problem.severity, &place);
    }
    Outcome::done_if(problems.iter().all(|problem| problem.severity == Severity::Warning))
}
