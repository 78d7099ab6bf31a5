//! The words that authors use for platforms, to the names that are shown.
//!
//! Words come from `Metadata    Supports`, the `platforms` of skill files, `spec.platform` of
//! generation rules and the resource types of both. What a word means is stated once, in one table.

mod clouds;
mod supports;
mod words;

pub use clouds::Clouds;
pub use supports::split_supports;

use words::{OPERATING_SYSTEMS, RESOURCES, WORDS};

/// The platforms that words name, in display form, in the order of their first mention.
///
/// A word is matched without regard to case, spaces and punctuation; one of several words that
/// means nothing as a whole is taken word by word, and `Azure` followed by `DevOps` is one platform.
///
/// A managed Kubernetes names its cloud and Kubernetes: the cloud comes first, unless the author
/// named Kubernetes before. Where the services of several clouds are named (`AKS,EKS,GKE`) they mean
/// any Kubernetes and no cloud in particular: only clouds that are also named themselves remain.
/// Several operating systems likewise mean any machine, and none remains beside another platform.
pub fn platform_from_words(words: &[impl AsRef<str>]) -> Vec<&'static str> {
    let mentions = mentions(words);
    let managed = mentions.iter().filter(|names| is_managed_kubernetes(names));
    let mut clouds: Vec<_> = managed.map(|names| names[0]).collect();
    clouds.sort_unstable();
    clouds.dedup();
    let any_cloud = clouds.len() > 1;
    let mut platforms = Vec::new();
    for names in &mentions {
        let skipped = usize::from(any_cloud && is_managed_kubernetes(names));
        for &name in &names[skipped..] {
            push_new(&mut platforms, name);
        }
    }
    let is_system = |name: &&str| OPERATING_SYSTEMS.contains(name);
    let systems = platforms.iter().filter(|name| is_system(name)).count();
    if systems > 1 && systems < platforms.len() {
        platforms.retain(|name| !is_system(name));
    }
    platforms
}

/// The platforms that resource types of generation rules or skill files belong to.
///
/// CloudQuery tables and their like (`aws_…`, `azure_…`, `gcp_…`) are told by their prefix, custom
/// resources by the dots of their group, others by name. A bare `project` or `organization` may
/// belong to several platforms and gives none.
pub fn platform_from_resource_types(types: &[impl AsRef<str>]) -> Vec<&'static str> {
    let mut platforms = Vec::new();
    for kind in types {
        let kind = kind.as_ref().trim().to_lowercase();
        for &name in of_resource_type(&kind) {
            push_new(&mut platforms, name);
        }
    }
    platforms
}

/// The platforms that words in running text name, as those of a question or of a bundle's directory.
///
/// For a bundle this is a guess: use it only where the author states nothing, and mark the result as inferred.
pub fn platform_from_name(text: &str) -> Vec<&'static str> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        // A name of two words, such as `cert-manager`, is one.
        let pair = parts.get(at + 1).map(|next| format!("{part}{next}"));
        match pair.filter(|pair| !of_word(&squeeze(pair)).is_empty()) {
            Some(pair) => {
                words.push(pair);
                at += 2;
            }
            None => {
                words.push((*part).to_owned());
                at += 1;
            }
        }
    }
    platform_from_words(&words)
}

/// What each word names; words that name nothing are left out.
fn mentions(words: &[impl AsRef<str>]) -> Vec<&'static [&'static str]> {
    let mut mentions: Vec<&'static [&'static str]> = Vec::new();
    let mut before = String::new();
    for word in words {
        let whole = of_word(&squeeze(word.as_ref()));
        if !whole.is_empty() {
            mentions.push(whole);
            before = squeeze(word.as_ref());
            continue;
        }
        for part in word.as_ref().split_whitespace() {
            let part = squeeze(part);
            if part == "devops" && before == "azure" {
                mentions.pop();
                mentions.push(&["Azure DevOps"]);
            } else if !of_word(&part).is_empty() {
                mentions.push(of_word(&part));
            }
            before = part;
        }
    }
    mentions
}

fn is_managed_kubernetes(names: &[&str]) -> bool {
    names.len() == 2 && names[1] == "Kubernetes"
}

/// Lower case, letters and digits alone.
fn squeeze(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn of_word(squeezed: &str) -> &'static [&'static str] {
    WORDS.iter().find(|(words, _)| words.contains(&squeezed)).map_or(&[], |(_, names)| names)
}

fn of_resource_type(kind: &str) -> &'static [&'static str] {
    if let Some((_, names)) = RESOURCES.iter().find(|(kinds, _)| kinds.contains(&kind)) {
        return names;
    }
    const PREFIXES: [(&str, &[&str]); 9] = [
        ("azure_devops", &["Azure DevOps"]),
        ("azure_", &["Azure"]),
        ("aws_", &["AWS"]),
        ("gcp_", &["GCP"]),
        ("github_", &["GitHub"]),
        ("gitlab_", &["GitLab"]),
        ("kubernetes_", &["Kubernetes"]),
        ("k8s_", &["Kubernetes"]),
        ("apigee_", &["GCP"]),
    ];
    if let Some((_, names)) = PREFIXES.iter().find(|(prefix, _)| kind.starts_with(prefix)) {
        return names;
    }
    // A custom resource is written `<plural>.<group>`, and a group has a dot of its own.
    let is_custom = kind.matches('.').count() >= 2 && !kind.contains(char::is_whitespace);
    if is_custom { &["Kubernetes"] } else { &[] }
}

fn push_new(names: &mut Vec<&'static str>, name: &'static str) {
    if !names.contains(&name) {
        names.push(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], expected: &[&str]) {
        assert_eq!(platform_from_words(words), expected, "{words:?}");
    }

    #[test]
    fn words_to_platforms() {
        check(&["Kubernetes"], &["Kubernetes"]);
        check(&["K8s", "cert-manager"], &["Kubernetes"]);
        check(&["aws", "cloudwatch"], &["AWS"]);
        check(&["GCP", "Cloud Run"], &["GCP"]);
        check(&["GitHub Actions"], &["GitHub"]);
        check(&["Terraform Cloud"], &["Terraform"]);
        check(&["Microsoft", "MS-TEAMS"], &["Microsoft Teams"]);
        check(&["Google-Chat"], &["Google Chat"]);
        check(&["Key Vault", "Azure"], &["Azure"]);
        check(&["vault "], &["HashiCorp Vault"]);
        check(&["bash", "python", "Generic"], &[]);
        check(&[], &[]);
    }

    #[test]
    fn managed_kubernetes() {
        check(&["Kubernetes", "AKS", "EKS", "GKE", "OpenShift"], &["Kubernetes"]);
        check(&["AKS", "EKS", "GKE", "Kubernetes", "Vault"], &["Kubernetes", "HashiCorp Vault"]);
        check(&["AKS"], &["Azure", "Kubernetes"]);
        check(&["Azure", "AKS", "Kubernetes", "Health"], &["Azure", "Kubernetes"]);
        check(&["Kubernetes", "AKS", "Azure"], &["Kubernetes", "Azure"]);
        check(&["AWS", "EKS", "Fargate"], &["AWS", "Kubernetes"]);
        check(&["GKE", "MongoDB", "GMP", "GCP"], &["GCP", "Kubernetes", "Database"]);
        check(&["AKS", "EKS", "Azure"], &["Kubernetes", "Azure"]);
    }

    #[test]
    fn names_of_two_words() {
        check(&["Azure", "DevOps", "Projects"], &["Azure DevOps"]);
        check(&["Azure DevOps"], &["Azure DevOps"]);
        check(&["AzureDevOps", "CICD"], &["Azure DevOps"]);
        check(&["Azure App Service Plan Health"], &["Azure"]);
        check(&["DevOps", "Azure"], &["Azure"]);
    }

    #[test]
    fn operating_systems() {
        check(&["Linux", "macOS", "Windows", "HTTP"], &["HTTP"]);
        check(&["Linux", "macOS"], &["Linux", "macOS"]);
        check(&["Linux", "HTTP"], &["Linux", "HTTP"]);
    }

    #[test]
    fn resource_types_to_platforms() {
        let check = |types: &[&str], expected: &[&str]| {
            assert_eq!(platform_from_resource_types(types), expected, "{types:?}");
        };
        check(&["azure_compute_disks", "azure_storage_accounts"], &["Azure"]);
        check(&["azure_containerservice_managed_clusters"], &["Azure", "Kubernetes"]);
        check(&["gcp_container_clusters "], &["GCP", "Kubernetes"]);
        check(&["applications.argoproj.io"], &["Kubernetes"]);
        check(&["certificates.cert-manager.io"], &["Kubernetes"]);
        check(&["Deployment", "namespace"], &["Kubernetes"]);
        check(&["ec2_instance", "variables"], &["AWS"]);
        check(&["azure_devops"], &["Azure DevOps"]);
        check(&["project", "organization", "repository"], &[]);
    }

    #[test]
    fn directory_names() {
        let check = |name: &str, expected: &[&str]| {
            assert_eq!(platform_from_name(name), expected, "{name}");
        };
        check("k8s-deployment-healthcheck", &["Kubernetes"]);
        check("aws-eks-node-reboot", &["AWS", "Kubernetes"]);
        check("azure-devops-project-health", &["Azure DevOps"]);
        check("gh-actions-health", &["GitHub"]);
        check("cert-manager-expirations", &["Kubernetes"]);
        check("google-chat-send", &["Google Chat"]);
        check("hello_world", &[]);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(words: Vec<String>) {
            platform_from_words(&words);
            platform_from_resource_types(&words);
            platform_from_name(&words.concat());
        }
    }
}
