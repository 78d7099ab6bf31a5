use super::{of_word, squeeze};

/// Terms of several words that authors write in `Supports`, in lower case.
const TERMS: &[&str] = &[
    "api gateway",
    "api proxy",
    "app service",
    "app service plan",
    "app service plans",
    "application gateway",
    "artifact registry",
    "azure devops",
    "blob storage",
    "capacity planning",
    "chaos engineering",
    "cloud composer",
    "cloud functions",
    "cloud load balancing",
    "cloud run",
    "cloud sql",
    "compute engine",
    "container registry",
    "cost analysis",
    "cost management",
    "cost optimization",
    "cost reporting",
    "data factories",
    "data factory",
    "function apps",
    "github actions",
    "google cloud",
    "google monitoring",
    "instance groups",
    "job health",
    "key vault",
    "lifecycle management",
    "load balancer",
    "managed disks",
    "model garden",
    "node pools",
    "query performance",
    "reserved instances",
    "savings plans",
    "scale set",
    "service bus",
    "terraform cloud",
    "trend analysis",
    "vertex ai",
    "virtual machine",
    "virtual machines",
    "web apps",
];
/// Words of the longest term.
const LONGEST_TERM: usize = 3;

/// Splits the value of `Metadata    Supports` into what it lists, without repetitions.
///
/// - A value with a comma is split at its commas, and each piece stays whole.
/// - One without is split at tabs and runs of spaces: the cells of Robot's own syntax. A cell of
///   several words stays whole beside others, unless each of its words names a platform.
/// - Where single spaces are all there is (cells too, once Robot has joined them), known terms such
///   as `Cost Management` stay whole and every other word stands alone.
pub fn split_supports(value: &str) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut push = |piece: String| {
        if !piece.is_empty() && seen.insert(piece.to_lowercase()) {
            values.push(piece);
        }
    };
    if value.contains(',') {
        value.split(',').for_each(|piece| push(words(piece).join(" ")));
        return values;
    }
    let cells = cells(value);
    for cell in &cells {
        let words = words(cell);
        if cells.len() == 1 {
            terms(&words).into_iter().for_each(&mut push);
        } else if words.iter().all(|word| !of_word(&squeeze(word)).is_empty()) {
            words.iter().for_each(|word| push((*word).to_owned()));
        } else {
            push(words.join(" "));
        }
    }
    values
}

fn words(piece: &str) -> Vec<&str> {
    piece.split_whitespace().collect()
}

/// Pieces between tabs, line ends and runs of at least two spaces.
fn cells(value: &str) -> Vec<&str> {
    value
        .split(['\t', '\n'])
        .flat_map(|part| part.split("  "))
        .filter(|cell| !cell.trim().is_empty())
        .collect()
}

/// Known terms whole, every other word alone.
fn terms(words: &[&str]) -> Vec<String> {
    let mut terms = Vec::new();
    let mut rest = words;
    while !rest.is_empty() {
        let length = (2..=LONGEST_TERM.min(rest.len()))
            .rev()
            .find(|&length| TERMS.contains(&rest[..length].join(" ").to_lowercase().as_str()))
            .unwrap_or(1);
        terms.push(rest[..length].join(" "));
        rest = &rest[length..];
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, expected: &[&str]) {
        assert_eq!(split_supports(value), expected, "{value:?}");
    }

    #[test]
    fn commas() {
        check("Kubernetes,AKS,EKS", &["Kubernetes", "AKS", "EKS"]);
        check("GCP, Cloud  Load Balancing ,gcp, ,GCP", &["GCP", "Cloud Load Balancing"]);
        check("cURL,", &["cURL"]);
    }

    #[test]
    fn cells_of_robot() {
        check("Azure    Virtual Machine\tHealth", &["Azure", "Virtual Machine", "Health"]);
        check("GKE EKS Kubernetes    HTTP", &["GKE", "EKS", "Kubernetes", "HTTP"]);
        check("Slack   RunWhen", &["Slack", "RunWhen"]);
    }

    #[test]
    fn single_spaces() {
        check("REST ", &["REST"]);
        check("Linux macOS HTTP", &["Linux", "macOS", "HTTP"]);
        check("GitHub Actions", &["GitHub Actions"]);
        check(
            "Azure App Service Plan Health Cost Management",
            &["Azure", "App Service Plan", "Health", "Cost Management"],
        );
        check("", &[]);
        check(" \t ", &[]);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(value in "[a-zA-Z é,\\t\\n]{0,60}") {
            for piece in split_supports(&value) {
                proptest::prop_assert_eq!(piece.trim(), &piece);
                proptest::prop_assert!(!piece.is_empty());
            }
        }
    }
}
