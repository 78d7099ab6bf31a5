//! Links to a file at an exact commit on the web pages of git hosts.

/// The page that shows a file at a commit, at a line where one is given (from 1).
///
/// Takes any form of git address: credentials are dropped, one suffix `.git` too. `None` for local
/// repositories and for hosts whose pages are not known.
pub fn web_link(git_url: &str, commit: &str, path: &str, line: Option<u32>) -> Option<String> {
    let repository = Repository::of(git_url)?;
    let Repository { host, page, .. } = &repository;
    let path = encode(path);
    let anchor = |prefix: &str| line.map_or(String::new(), |line| format!("#{prefix}{line}"));
    Some(match host {
        Host::GitHub => format!("{page}/blob/{commit}/{path}{}", anchor("L")),
        Host::GitLab => format!("{page}/-/blob/{commit}/{path}{}", anchor("L")),
        Host::Bitbucket => format!("{page}/src/{commit}/{path}{}", anchor("lines-")),
        Host::Gitea => format!("{page}/src/commit/{commit}/{path}{}", anchor("L")),
        Host::Azure => {
            let place = line.map_or(String::new(), |line| {
                format!("&line={line}&lineEnd={}&lineStartColumn=1&lineEndColumn=1", line.saturating_add(1))
            });
            format!("{page}?path=/{path}&version=GC{commit}{place}")
        }
    })
}

/// The page that shows a folder at a commit; the empty path is the whole repository.
pub fn web_link_to_folder(git_url: &str, commit: &str, path: &str) -> Option<String> {
    let Repository { host, page } = Repository::of(git_url)?;
    let path = encode(path);
    let link = match host {
        Host::GitHub => format!("{page}/tree/{commit}/{path}"),
        Host::GitLab => format!("{page}/-/tree/{commit}/{path}"),
        Host::Bitbucket => format!("{page}/src/{commit}/{path}"),
        Host::Gitea => format!("{page}/src/commit/{commit}/{path}"),
        Host::Azure => return Some(format!("{page}?path=/{path}&version=GC{commit}")),
    };
    Some(link.trim_end_matches('/').to_owned())
}

/// A repository on a host whose pages are known.
struct Repository {
    host: Host,
    /// The repository's own page, without a slash at the end.
    page: String,
}

#[derive(Clone, Copy)]
enum Host {
    GitHub,
    GitLab,
    Bitbucket,
    Azure,
    Gitea,
}

impl Repository {
    fn of(git_url: &str) -> Option<Repository> {
        let (scheme, host, path) = split(git_url)?;
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".git").unwrap_or(path);
        let name = host.split(':').next().unwrap_or(&host);
        if path.is_empty() || name.is_empty() {
            return None;
        }
        if let Some(page) = azure_page(name, path) {
            return Some(Repository { host: Host::Azure, page });
        }
        let kind = [
            ("github", Host::GitHub),
            ("gitlab", Host::GitLab),
            ("bitbucket", Host::Bitbucket),
            ("gitea", Host::Gitea),
            ("forgejo", Host::Gitea),
            ("codeberg", Host::Gitea),
        ];
        let (_, kind) = kind.into_iter().find(|(word, _)| name.contains(word))?;
        Some(Repository { host: kind, page: format!("{scheme}://{host}/{path}") })
    }
}

/// Scheme, host and path of the web page behind a git address. ssh and its short form answer on
/// the web at the same host, without the ssh port.
fn split(git_url: &str) -> Option<(&'static str, String, &str)> {
    let without_user =
        |authority: &str| authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_ascii_lowercase();
    let git_url = git_url.split(['?', '#']).next().unwrap_or("");
    let Some((scheme, rest)) = git_url.split_once("://") else {
        let (authority, path) = git_url.split_once(':')?;
        return (!authority.contains('/')).then(|| ("https", web_host(without_user(authority)), path));
    };
    let (authority, path) = rest.split_once('/')?;
    let host = without_user(authority);
    match scheme {
        "https" => Some(("https", host, path)),
        "http" => Some(("http", host, path)),
        "ssh" => Some(("https", web_host(host.split(':').next().unwrap_or("").to_owned()), path)),
        _ => None,
    }
}

/// The host of the pages, where ssh is also answered by a host of its own: at port 443, for who is let
/// out nowhere else.
fn web_host(host: String) -> String {
    match host.as_str() {
        "ssh.github.com" => "github.com".to_owned(),
        "altssh.gitlab.com" => "gitlab.com".to_owned(),
        "altssh.bitbucket.org" => "bitbucket.org".to_owned(),
        _ => host,
    }
}

/// Azure DevOps has its pages at `_git/`, and other hosts and paths for ssh than for the web.
fn azure_page(host: &str, path: &str) -> Option<String> {
    let ssh_path = path.strip_prefix("v3/").and_then(|path| {
        let (organization, rest) = path.split_once('/')?;
        let (project, repository) = rest.split_once('/')?;
        Some((organization, project, repository))
    });
    match (host, ssh_path) {
        ("ssh.dev.azure.com" | "vs-ssh.visualstudio.com", Some((organization, project, repository))) => {
            Some(format!("https://dev.azure.com/{organization}/{project}/_git/{repository}"))
        }
        ("dev.azure.com", _) => Some(format!("https://{host}/{path}")),
        _ if host.ends_with(".visualstudio.com") => Some(format!("https://{host}/{path}")),
        _ => None,
    }
}

/// Percent-encodes a path, but for its slashes.
fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(git_url: &str, expected: Option<&str>) {
        assert_eq!(web_link(git_url, "c0ffee", "a b/é#.robot", Some(12)).as_deref(), expected, "{git_url}");
    }

    #[test]
    fn files_on_known_hosts() {
        let path = "a%20b/%C3%A9%23.robot";
        let github = format!("https://github.com/acme/tools/blob/c0ffee/{path}#L12");
        for url in [
            "https://github.com/acme/tools",
            "https://github.com/acme/tools.git",
            "https://github.com/acme/tools/",
            "https://user:s3cret@github.com/acme/tools",
            "https://GitHub.com/acme/tools",
            "git@github.com:acme/tools.git",
            "ssh://git@github.com:22/acme/tools.git",
            "ssh://git@ssh.github.com:443/acme/tools.git",
            "git@ssh.github.com:acme/tools.git",
        ] {
            check(url, Some(&github));
        }
        check(
            "https://github.com/acme/my-git",
            Some(&format!("https://github.com/acme/my-git/blob/c0ffee/{path}#L12")),
        );
        check(
            "https://github.com/a/b.git.git",
            Some(&format!("https://github.com/a/b.git/blob/c0ffee/{path}#L12")),
        );
        check(
            "git@gitlab.example.org:group/sub/tools.git",
            Some(&format!("https://gitlab.example.org/group/sub/tools/-/blob/c0ffee/{path}#L12")),
        );
        check(
            "ssh://git@altssh.gitlab.com:443/group/sub/tools.git",
            Some(&format!("https://gitlab.com/group/sub/tools/-/blob/c0ffee/{path}#L12")),
        );
        check(
            "ssh://git@altssh.bitbucket.org:443/acme/tools.git",
            Some(&format!("https://bitbucket.org/acme/tools/src/c0ffee/{path}#lines-12")),
        );
        check(
            "https://bitbucket.org/acme/tools.git",
            Some(&format!("https://bitbucket.org/acme/tools/src/c0ffee/{path}#lines-12")),
        );
        check(
            "http://gitea.local:3000/acme/tools",
            Some(&format!("http://gitea.local:3000/acme/tools/src/commit/c0ffee/{path}#L12")),
        );
        let azure = format!(
            "https://dev.azure.com/acme/project/_git/tools?path=/{path}&version=GCc0ffee\
             &line=12&lineEnd=13&lineStartColumn=1&lineEndColumn=1"
        );
        check("https://acme@dev.azure.com/acme/project/_git/tools", Some(&azure));
        check("git@ssh.dev.azure.com:v3/acme/project/tools", Some(&azure));
    }

    #[test]
    fn no_page() {
        for url in
            ["/srv/git/tools", "../github.com/x", "file:///srv/github.com/tools", "https://github.com/", ""]
        {
            check(url, None);
        }
        check("https://example.org/acme/tools", None);
    }

    #[test]
    fn folders_and_whole_files() {
        let url = "git@github.com:acme/tools.git";
        let folder = |path| web_link_to_folder(url, "c0ffee", path).unwrap();
        assert_eq!(folder("codebundles/x"), "https://github.com/acme/tools/tree/c0ffee/codebundles/x");
        assert_eq!(folder(""), "https://github.com/acme/tools/tree/c0ffee");
        assert_eq!(
            web_link(url, "c0ffee", "a", None).as_deref(),
            Some("https://github.com/acme/tools/blob/c0ffee/a")
        );
    }

    proptest::proptest! {
        #[test]
        fn never_panics(url in "(https|ssh|://|github.com|dev.azure.com|v3|[@:/?#.é]){0,12}", path in "\\PC{0,9}") {
            let _ = web_link(&url, "c", &path, Some(u32::MAX));
            let _ = web_link_to_folder(&url, "c", &path);
        }
    }
}
