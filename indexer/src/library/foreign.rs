//! What is known of Python's built-in functions and standard library without running them.

use super::evaluate::number;
use super::value::Value;

/// The version of Python that conditions on `sys.version_info` are held against: the oldest that
/// is not past its end with Robot Framework 7.5 in wide use.
const PYTHON: [i64; 2] = [3, 11];

/// Attributes of the standard library whose value is the same everywhere that matters.
pub(super) fn attribute(name: &str) -> Option<Value> {
    Some(match name {
        "typing.TYPE_CHECKING" | "typing_extensions.TYPE_CHECKING" => Value::Bool(false),
        "sys.version_info" => Value::Tuple(PYTHON.iter().copied().map(Value::Int).collect()),
        "sys.platform" => Value::Text("linux".to_owned()),
        "os.name" => Value::Text("posix".to_owned()),
        "os.sep" => Value::Text("/".to_owned()),
        "os.pathsep" => Value::Text(":".to_owned()),
        "os.linesep" => Value::Text("\n".to_owned()),
        "sys.maxsize" => Value::Int(i64::MAX),
        "logging.DEBUG" => Value::Int(10),
        "logging.INFO" => Value::Int(20),
        "logging.WARNING" | "logging.WARN" => Value::Int(30),
        "logging.ERROR" => Value::Int(40),
        "logging.CRITICAL" => Value::Int(50),
        "math.inf" => Value::Float(f64::INFINITY),
        "math.pi" => Value::Float(std::f64::consts::PI),
        _ => return None,
    })
}

pub(super) fn call(name: &str, arguments: &[Value], named: &[(String, Value)]) -> Option<Value> {
    match (name, arguments) {
        // Where the environment decides, Libdoc prints what is there when it runs; the default is
        // what the author wrote.
        ("os.getenv" | "os.environ.get", [_]) if named.is_empty() => Some(Value::None),
        ("os.getenv" | "os.environ.get", [_, default]) => Some(default.clone()),
        ("datetime.timedelta", _) => timedelta(arguments, named),
        ("pathlib.Path" | "pathlib.PurePath", [Value::Text(path)]) if named.is_empty() => {
            Some(Value::Shown(path.clone(), format!("PosixPath({})", super::value::quoted(path))))
        }
        _ if !named.is_empty() => None,
        ("builtins.list" | "builtins.tuple" | "builtins.set" | "builtins.frozenset", []) => {
            collection(name, &[])
        }
        ("builtins.list" | "builtins.tuple" | "builtins.set" | "builtins.frozenset", [items]) => {
            collection(name, items.as_items()?)
        }
        ("builtins.dict", []) => Some(Value::Dict(Vec::new())),
        ("builtins.str", []) => Some(Value::Text(String::new())),
        ("builtins.str", [value]) => value.display().map(Value::Text),
        ("builtins.bool", []) => Some(Value::Bool(false)),
        ("builtins.bool", [value]) => value.truth().map(Value::Bool),
        ("builtins.int", []) => Some(Value::Int(0)),
        ("builtins.int", [value @ Value::Int(_)]) => Some(value.clone()),
        ("builtins.int", [Value::Text(text)]) => text.trim().parse().ok().map(Value::Int),
        ("builtins.float", [Value::Text(text)]) => text.trim().parse().ok().map(Value::Float),
        ("builtins.float", [value]) => number(value).map(Value::Float),
        ("builtins.len", [Value::Text(text)]) => i64::try_from(text.chars().count()).ok().map(Value::Int),
        ("builtins.len", [items]) => i64::try_from(items.as_items()?.len()).ok().map(Value::Int),
        _ => None,
    }
}

fn collection(name: &str, items: &[Value]) -> Option<Value> {
    let items = items.to_vec();
    Some(match name {
        "builtins.list" => Value::List(items),
        "builtins.tuple" => Value::Tuple(items),
        "builtins.set" => Value::Set(items),
        "builtins.frozenset" => Value::FrozenSet(items),
        _ => return None,
    })
}

/// `datetime.timedelta(...)` of whole numbers, as `str` prints it: `1 day, 0:00:30`.
fn timedelta(arguments: &[Value], named: &[(String, Value)]) -> Option<Value> {
    let units = [
        ("days", 86_400_000_000),
        ("seconds", 1_000_000),
        ("microseconds", 1),
        ("milliseconds", 1_000),
        ("minutes", 60_000_000),
        ("hours", 3_600_000_000),
        ("weeks", 604_800_000_000_i64),
    ];
    let positional = arguments.iter().zip(units).map(|(value, (_, unit))| Some((value, unit)));
    let named = named
        .iter()
        .map(|(name, value)| units.iter().find(|(known, _)| known == name).map(|(_, unit)| (value, *unit)));
    let mut total = 0_i64;
    for part in positional.chain(named) {
        let (value, unit) = part?;
        let part = match value {
            Value::Int(value) => value.checked_mul(unit)?,
            // Rounded to microseconds, as Python does.
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
            Value::Float(value) if value.abs() < 1e6 => (value * unit as f64).round() as i64,
            _ => return None,
        };
        total = total.checked_add(part)?;
    }
    let (days, rest) = (total.div_euclid(86_400_000_000), total.rem_euclid(86_400_000_000));
    let (seconds, micros) = (rest / 1_000_000, rest % 1_000_000);
    let mut shown = match days {
        0 => String::new(),
        1 | -1 => format!("{days} day, "),
        _ => format!("{days} days, "),
    };
    shown.push_str(&format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
    if micros > 0 {
        shown.push_str(&format!(".{micros:06}"));
    }
    Some(Value::Shown(shown, format!("datetime.timedelta({total})")))
}
