use ccr_index::model::TaskKind;

use super::{Skill, SkillInput, SkillSecret, SkillTool};

/// Reads title, summary, tools, tables and outputs from the numbered lines of a body.
pub(super) fn take<'t>(skill: &mut Skill, lines: impl Iterator<Item = (usize, &'t str)>) {
    let mut section = String::new();
    let mut columns: Vec<String> = Vec::new();
    let mut fence: Option<&str> = None;
    for (at, line) in lines {
        let trimmed = line.trim();
        if let Some(open) = fence {
            if trimmed.starts_with(open) {
                fence = None;
            }
            continue;
        }
        fence = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        if fence.is_some() {
            continue;
        }
        if let Some((level, heading)) = heading(line) {
            columns.clear();
            match (level, section.as_str()) {
                (1, _) if skill.title.is_empty() => skill.title = heading.to_owned(),
                (1 | 2, _) => section = heading.to_lowercase(),
                (3, "tools") => skill.tools.push(tool(heading, TaskKind::Runbook, at)),
                (4, "monitor") => skill.tools.push(tool(heading, TaskKind::Sli, at)),
                _ => {}
            }
            continue;
        }
        content(skill, &section, &mut columns, trimmed);
    }
    skill.summary.truncate(skill.summary.trim_end().len());
    for tool in &mut skill.tools {
        tool.description.truncate(tool.description.trim_end().len());
    }
}

/// A line of a section that is neither heading nor code.
fn content(skill: &mut Skill, section: &str, columns: &mut Vec<String>, line: &str) {
    match section {
        "summary" => paragraph(&mut skill.summary, line),
        "tools" => tool_line(skill.tools.last_mut(), line),
        "monitor" => tool_line(skill.tools.last_mut().filter(|tool| tool.kind == TaskKind::Sli), line),
        "inputs" => row(columns, line, |cells| skill.inputs.push(input(cells))),
        "secrets" => row(columns, line, |cells| skill.secrets.push(secret(cells))),
        "outputs" => skill.outputs.extend(bullet(line).map(str::to_owned)),
        _ => {}
    }
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    ((1..=6).contains(&level) && rest.starts_with(' ')).then(|| (level, rest.trim()))
}

fn tool(title: &str, kind: TaskKind, at: usize) -> SkillTool {
    let line = u32::try_from(at + 1).unwrap_or(u32::MAX);
    SkillTool { title: title.to_owned(), kind, line, ..SkillTool::default() }
}

/// Adds a line to a text of paragraphs: lines join with a space, blank lines separate paragraphs.
fn paragraph(text: &mut String, line: &str) {
    if line.is_empty() {
        if !text.is_empty() && !text.ends_with("\n\n") {
            text.push_str("\n\n");
        }
        return;
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push(' ');
    }
    text.push_str(line);
}

fn bullet(line: &str) -> Option<&str> {
    line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).map(str::trim)
}

/// A line below the heading of a tool: `- **Label**: value`, or a part of its description.
fn tool_line(tool: Option<&mut SkillTool>, line: &str) {
    let Some(tool) = tool else { return };
    let fact = bullet(line).and_then(|line| line.strip_prefix("**")?.split_once("**"));
    let Some((label, value)) = fact else {
        paragraph(&mut tool.description, line);
        return;
    };
    let label = label.trim_end_matches(':');
    let value = value.trim_start_matches(':').trim();
    match label.to_lowercase().as_str() {
        "robot task name" => tool.task_name = plain(value),
        "robot file" => tool.robot_file = plain(value),
        "underlying script" => tool.script = plain(value),
        "tags" => tool.tags = items(value),
        "reads" => tool.reads = items(value),
        "writes" => tool.writes = items(value),
        _ => tool.other.extend(plain(value).map(|value| (label.to_owned(), value))),
    }
}

/// A value without the marks of code around it; `None` for a dash.
fn plain(value: &str) -> Option<String> {
    let value = value.trim();
    let value = value
        .strip_prefix("<code>")
        .and_then(|value| value.strip_suffix("</code>"))
        .or_else(|| value.strip_prefix('`')?.strip_suffix('`'))
        .unwrap_or(value);
    (!matches!(value, "—" | "–" | "-")).then(|| value.to_owned())
}

/// Values of a list such as `` `a`, `b` ``.
fn items(value: &str) -> Vec<String> {
    value.split(',').filter_map(plain).filter(|item| !item.is_empty()).collect()
}

/// Takes a line of a table: the first gives `columns`, the rule below it is passed over, and each
/// further one is handed to `add` as pairs of column and cell.
fn row(columns: &mut Vec<String>, line: &str, add: impl FnOnce(&[(&str, &str)])) {
    let Some(inner) = line.strip_prefix('|') else {
        columns.clear();
        return;
    };
    let cells = cells(inner.strip_suffix('|').unwrap_or(inner));
    if columns.is_empty() {
        *columns = cells.iter().map(|cell| cell.to_lowercase()).collect();
        // The first column names the row, whatever its heading is.
        "name".clone_into(&mut columns[0]);
    } else if !cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':'))) {
        let pairs: Vec<_> = columns.iter().map(String::as_str).zip(cells).collect();
        add(&pairs);
    }
}

/// Cells of a row; a `|` inside code or after a backslash separates none.
fn cells(row: &str) -> Vec<&str> {
    let mut cells = Vec::new();
    let (mut start, mut in_code, mut escaped) = (0, false, false);
    for (at, c) in row.char_indices() {
        match c {
            '`' if !escaped => in_code = !in_code,
            '|' if !escaped && !in_code => {
                cells.push(row[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped && !in_code;
    }
    cells.push(row[start..].trim());
    cells
}

fn input(cells: &[(&str, &str)]) -> SkillInput {
    SkillInput {
        name: text(cells, "name"),
        kind: text(cells, "type"),
        description: text(cells, "description"),
        default: cell(cells, "default").map(|value| if value == "\"\"" { String::new() } else { value }),
        required: is_required(cells),
    }
}

fn secret(cells: &[(&str, &str)]) -> SkillSecret {
    SkillSecret {
        name: text(cells, "name"),
        description: text(cells, "description"),
        required: is_required(cells),
    }
}

fn is_required(cells: &[(&str, &str)]) -> bool {
    matches!(text(cells, "required").to_lowercase().as_str(), "yes" | "true" | "required")
}

fn text(cells: &[(&str, &str)], column: &str) -> String {
    cell(cells, column).unwrap_or_default()
}

fn cell(cells: &[(&str, &str)], column: &str) -> Option<String> {
    cells.iter().find(|(name, _)| *name == column).and_then(|(_, value)| plain(&value.replace("\\|", "|")))
}
