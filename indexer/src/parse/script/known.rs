/// Command line programs that say what a script works on. Programs that every script uses, such as
/// `grep` or `sed`, are left out.
const PROGRAMS: &[&str] = &[
    "ansible",
    "argocd",
    "aws",
    "az",
    "bq",
    "cilium",
    "cmctl",
    "crictl",
    "curl",
    "custodian",
    "dig",
    "docker",
    "eksctl",
    "elasticdump",
    "etcdctl",
    "flux",
    "gcloud",
    "gh",
    "git",
    "gitlab",
    "gke-gcloud-auth-plugin",
    "gsutil",
    "helm",
    "istioctl",
    "jenkins-cli",
    "jq",
    "k6",
    "kafka-topics",
    "kubeadm",
    "kubectl",
    "kubelogin",
    "kustomize",
    "linkerd",
    "mongo",
    "mongosh",
    "mtr",
    "mysql",
    "mysqladmin",
    "nc",
    "ncat",
    "netcat",
    "nmap",
    "nslookup",
    "oc",
    "openssl",
    "packer",
    "patronictl",
    "pg_dump",
    "pg_isready",
    "pgbackrest",
    "ping",
    "podman",
    "promtool",
    "psql",
    "rabbitmqctl",
    "redis-cli",
    "rsync",
    "skopeo",
    "sqlcmd",
    "ssh",
    "terraform",
    "tofu",
    "traceroute",
    "vault",
    "wget",
    "yq",
];

/// The known program that a command word calls: by its bare name, its path, or a variable that
/// CodeBundles use for `kubectl`.
pub(super) fn program(word: &str) -> Option<&'static str> {
    if word.contains('$') {
        let upper = word.to_uppercase();
        let is_kubectl = upper.contains("KUBECTL") || upper.contains("KUBERNETES_DISTRIBUTION_BINARY");
        return (is_kubectl && !word.contains(char::is_whitespace)).then_some("kubectl");
    }
    let name = word.rsplit('/').next().unwrap_or(word);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    PROGRAMS.binary_search(&name).ok().map(|at| PROGRAMS[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_paths_and_variables() {
        assert!(PROGRAMS.is_sorted());
        assert_eq!(program("kubectl"), Some("kubectl"));
        assert_eq!(program("/usr/bin/jq"), Some("jq"));
        assert_eq!(program("${KUBERNETES_DISTRIBUTION_BINARY}"), Some("kubectl"));
        assert_eq!(program("$KUBECTL"), Some("kubectl"));
        assert_eq!(program("$other"), None);
        assert_eq!(program("grep"), None);
        assert_eq!(program(""), None);
    }
}
