//! Which tasks run which scripts.

use ccr_index::model::{Script, Task};

/// Sets `called_by` of every script that a task names by its path inside the bundle or by its file name.
pub(super) fn link(scripts: &mut [Script], tasks: &[Task], bundle_path: &str) {
    for script in scripts {
        let inner = script
            .path
            .strip_prefix(bundle_path)
            .map_or(script.path.as_str(), |rest| rest.trim_start_matches('/'));
        let name = inner.rsplit('/').next().unwrap_or(inner);
        let called = |wanted: &str| wanted == inner || wanted.rsplit('/').next() == Some(name);
        let callers = tasks.iter().filter(|task| task.scripts.iter().any(|wanted| called(wanted)));
        script.called_by = callers.map(|task| task.name.clone()).collect();
    }
}
