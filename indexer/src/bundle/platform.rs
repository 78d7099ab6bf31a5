//! Which platforms a bundle is for: what its author states before any guess (design.md section 2).

use ccr_index::model::CodeBundle;

use ccr_index::platform::{platform_from_name, platform_from_resource_types, platform_from_words};

/// Sets `platform` and `platforms` from, in this order: `Supports` metadata, the platform that the
/// generation rules name, the skill file, resource types, and last the directory name, which is a
/// guess and marked so.
pub(super) fn set(bundle: &mut CodeBundle, skill_platforms: &[String]) {
    let ruled: Vec<&String> =
        bundle.generation_rules.iter().filter_map(|rule| rule.platform.as_ref()).collect();
    let stated = [
        platform_from_words(&bundle.support_tags),
        platform_from_words(&ruled),
        platform_from_words(skill_platforms),
        platform_from_resource_types(&bundle.resource_types),
    ];
    let mut platforms: Vec<&str> = Vec::new();
    for platform in stated.iter().flatten() {
        if !platforms.contains(platform) {
            platforms.push(platform);
        }
    }
    if platforms.is_empty() {
        platforms = platform_from_name(&bundle.directory);
        if !platforms.is_empty() {
            bundle.inferred.extend(["platform".to_owned(), "platforms".to_owned()]);
        }
    }
    bundle.platform = platforms.first().map(|platform| (*platform).to_owned());
    bundle.platforms = platforms.into_iter().map(str::to_owned).collect();
}
