use std::fmt;

use thiserror::Error;

/// The address of a git repository, checked to be one that git may be given.
///
/// May hold credentials, so it prints without them; [`GitUrl::secret`] is for git alone.
#[derive(Clone, PartialEq, Eq)]
pub struct GitUrl(String);

/// Why a text is no address that git may be given.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GitUrlError {
    /// Nothing, or white space only.
    #[error("`git_url` is empty")]
    Empty,
    /// git would read it as an option.
    #[error("`git_url` starts with `-`")]
    Option,
    /// White space or control characters.
    #[error("`git_url` contains white space or control characters")]
    Characters,
    /// A remote helper such as `ext::`, which runs commands.
    #[error("`git_url` uses the transport helper `{0}::`")]
    Helper(String),
    /// A scheme that is not taken.
    #[error("`git_url` uses the transport `{0}://`")]
    Scheme(String),
    /// No host, a host that ssh would read as an option, or no path.
    #[error("`git_url` names no host and path")]
    HostOrPath,
    /// `file://` with a host or a relative path.
    #[error("`git_url` with `file://` needs an absolute path")]
    RelativeFile,
}

impl GitUrlError {
    /// What to write instead.
    pub fn hint(&self) -> &'static str {
        match self {
            GitUrlError::Empty => "write the address that `git clone` takes",
            GitUrlError::Option => "write the address that `git clone` takes; a path can start with `./`",
            GitUrlError::Characters => "write white space in an address as %20",
            GitUrlError::Helper(_) | GitUrlError::Scheme(_) => {
                "use https://, ssh://, git@host:path, file:///path or a local path"
            }
            GitUrlError::HostOrPath => "write it like https://host/owner/repository",
            GitUrlError::RelativeFile => "write it like file:///srv/git/repository, or give the path alone",
        }
    }
}

impl GitUrl {
    /// Checks an address: `https://`, `http://`, `ssh://`, `user@host:path`, `file:///path` or a
    /// path. The text is kept as it is, `.git` suffix or not.
    pub fn parse(text: &str) -> Result<GitUrl, GitUrlError> {
        let has_scheme = text.contains("://") || is_scp(text);
        if text.trim().is_empty() {
            return Err(GitUrlError::Empty);
        }
        if text.starts_with('-') {
            return Err(GitUrlError::Option);
        }
        if let Some((helper, _)) = text.split_once("::")
            && helper.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        {
            return Err(GitUrlError::Helper(helper.to_owned()));
        }
        if text.chars().any(|c| c.is_control() || (has_scheme && c.is_whitespace())) {
            return Err(GitUrlError::Characters);
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            check_scheme(scheme, rest)?;
        } else if let Some((host, path)) = scp_parts(text) {
            let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
            if host.is_empty() || host.starts_with('-') || path.is_empty() || path.starts_with('-') {
                return Err(GitUrlError::HostOrPath);
            }
        }
        Ok(GitUrl(text.to_owned()))
    }

    /// The address with its credentials: for nothing that others see, such as a command line.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// The address for git's command line, which every user of the machine can read: without
    /// password and token, which [`GitUrl::login`] gives.
    pub fn address(&self) -> String {
        let Some((scheme, authority, path)) = self.parts() else {
            return self.0.clone();
        };
        let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(u, h)| (Some(u), h));
        match (scheme, user) {
            // ssh needs its user name, and takes no password.
            ("ssh", Some(user)) => {
                format!("ssh://{}@{host}{path}", user.split_once(':').map_or(user, |(name, _)| name))
            }
            _ => format!("{scheme}://{host}{path}"),
        }
    }

    /// The user name and password that an http or https address carries, decoded.
    pub fn login(&self) -> Option<Login> {
        let (scheme, authority, _) = self.parts().filter(|(scheme, ..)| scheme.starts_with("http"))?;
        let (user, host) = authority.rsplit_once('@')?;
        let (name, password) =
            user.split_once(':').map_or((user, None), |(name, password)| (name, Some(password)));
        Some(Login {
            scope: format!("{scheme}://{host}"),
            name: decoded(name),
            password: password.map(decoded),
        })
    }

    /// Whether an http or https address has a query, which git cannot use: it would ask for what
    /// follows the repository's address behind it.
    pub fn has_query(&self) -> bool {
        self.parts().is_some_and(|(scheme, _, path)| scheme.starts_with("http") && path.contains('?'))
    }

    /// Scheme, authority and the rest, which begins with a slash.
    fn parts(&self) -> Option<(&str, &str, &str)> {
        let (scheme, rest) = self.0.split_once("://")?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Some((scheme, authority, path))
    }

    /// The local path that the address means, absolute or relative to `sources.yaml`, when git
    /// would read it as a path. Of `file://` there is none: git takes that as it is.
    pub fn local_path(&self) -> Option<&str> {
        (!self.0.contains("://") && !is_scp(&self.0)).then_some(self.0.as_str())
    }

    /// The address without credentials and query, for people and for the index.
    pub fn public(&self) -> String {
        let Some((scheme, rest)) = self.0.split_once("://") else {
            return self.0.clone();
        };
        let rest = rest.split(['?', '#']).next().unwrap_or("");
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let Some((user, host)) = authority.rsplit_once('@') else {
            return format!("{scheme}://{authority}{path}");
        };
        // ssh needs its user name, which is no secret; in https even the name may be a token.
        match (scheme, user.split_once(':').map_or(user, |(name, _)| name)) {
            ("ssh", name) => format!("{scheme}://{name}@{host}{path}"),
            _ => format!("{scheme}://{host}{path}"),
        }
    }

    /// Whether the address carries a password or token.
    pub fn has_credentials(&self) -> bool {
        self.0.contains("://") && self.public() != self.0
    }
}

/// What a host is told to let somebody in. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// Scheme, host and port that it is for: `https://example.org:8443`.
    pub scope: String,
    /// The user's name; hosts also take a token here.
    pub name: String,
    /// The password or token.
    pub password: Option<String>,
}

impl fmt::Debug for Login {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Login({:?})", self.scope)
    }
}

impl fmt::Display for GitUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.public())
    }
}

impl fmt::Debug for GitUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "GitUrl({:?})", self.public())
    }
}

/// What a text with `%XX` stands for; what stands for no text stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|code| str::from_utf8(code).ok());
        match code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit())) {
            Some(code) => {
                bytes.push(u8::from_str_radix(code, 16).unwrap_or_default());
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn check_scheme(scheme: &str, rest: &str) -> Result<(), GitUrlError> {
    match scheme {
        "file" if rest.len() > 1 && rest.starts_with('/') => Ok(()),
        "file" => Err(GitUrlError::RelativeFile),
        "https" | "http" | "ssh" => {
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            let usable = !host.is_empty() && !host.starts_with(['-', ':']) && !authority.starts_with('-');
            if usable && path.len() > 1 { Ok(()) } else { Err(GitUrlError::HostOrPath) }
        }
        other => Err(GitUrlError::Scheme(other.to_owned())),
    }
}

fn is_scp(text: &str) -> bool {
    scp_parts(text).is_some()
}

/// The host and path of the form `user@host:path`: git's own rule is a colon before any slash.
fn scp_parts(text: &str) -> Option<(&str, &str)> {
    let (host, path) = text.split_once(':')?;
    (!host.contains('/') && !text.contains("://")).then_some((host, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_git_may_be_given() {
        for text in [
            "https://github.com/acme/my-git",
            "https://github.com/acme/digit.git",
            "http://127.0.0.1:3000/acme/tools",
            "ssh://git@example.org:2222/acme/tools.git",
            "git@github.com:acme/tools.git",
            "host:tools",
            "file:///srv/git/tools.git",
            "/srv/git/tools",
            "../tools with space",
            "./-odd",
        ] {
            assert_eq!(GitUrl::parse(text).map(|url| url.secret().to_owned()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn addresses_that_are_refused() {
        let check = |text: &str, expected| assert_eq!(GitUrl::parse(text), Err(expected), "{text}");
        check("", GitUrlError::Empty);
        check("--upload-pack=touch x", GitUrlError::Option);
        check("ext::sh -c touch% /x", GitUrlError::Helper("ext".into()));
        check("fd::7", GitUrlError::Helper("fd".into()));
        check("https::https://example.org/x", GitUrlError::Helper("https".into()));
        check("git://example.org/x", GitUrlError::Scheme("git".into()));
        check("ftp://example.org/x", GitUrlError::Scheme("ftp".into()));
        check("HTTPS://example.org/x", GitUrlError::Scheme("HTTPS".into()));
        check("ssh://-oProxyCommand=x/y", GitUrlError::HostOrPath);
        check("ssh://user@-oProxyCommand=x/y", GitUrlError::HostOrPath);
        check("git@-oProxyCommand=x:y", GitUrlError::HostOrPath);
        check("git@host:-x", GitUrlError::HostOrPath);
        check("https:///x", GitUrlError::HostOrPath);
        check("https://github.com", GitUrlError::HostOrPath);
        check("https://github.com/a b", GitUrlError::Characters);
        check("/srv/\nx", GitUrlError::Characters);
        check("file://host/x", GitUrlError::RelativeFile);
        check("file://", GitUrlError::RelativeFile);
    }

    #[test]
    fn credentials_are_never_printed() {
        let check = |text: &str, expected: &str| {
            let url = GitUrl::parse(text).unwrap();
            assert_eq!(url.to_string(), expected);
            assert_eq!(format!("{url:?}"), format!("GitUrl({expected:?})"));
            assert_eq!(url.has_credentials(), text != expected);
        };
        check("https://user:s3cret@example.org/a/b.git", "https://example.org/a/b.git");
        check("https://s3cret@example.org/a/b", "https://example.org/a/b");
        check("https://us:p@ss@example.org/a@b", "https://example.org/a@b");
        check("https://example.org/a?private_token=s3cret", "https://example.org/a");
        check("ssh://git:s3cret@example.org/a", "ssh://git@example.org/a");
        check("ssh://git@example.org/a", "ssh://git@example.org/a");
        check("git@example.org:a/b", "git@example.org:a/b");
        check("/srv/a@b", "/srv/a@b");
    }

    #[test]
    fn what_a_command_line_shows() {
        let check = |text: &str, address: &str, login: Option<(&str, &str, Option<&str>)>| {
            let url = GitUrl::parse(text).unwrap();
            assert_eq!(url.address(), address, "{text}");
            let found = url.login();
            let found = found.as_ref().map(|l| (l.scope.as_str(), l.name.as_str(), l.password.as_deref()));
            assert_eq!(found, login, "{text}");
            assert!(!format!("{:?}", url.login()).contains("s3cret"));
        };
        let host = "https://example.org:8443";
        check(
            "https://u:s3cret@example.org:8443/a",
            "https://example.org:8443/a",
            Some((host, "u", Some("s3cret"))),
        );
        check(
            "https://u:p@s3cret@example.org:8443/a@b",
            "https://example.org:8443/a@b",
            Some((host, "u", Some("p@s3cret"))),
        );
        check(
            "https://s3cret@example.org:8443/a",
            "https://example.org:8443/a",
            Some((host, "s3cret", None)),
        );
        check(
            "https://:s3cret@example.org:8443/a",
            "https://example.org:8443/a",
            Some((host, "", Some("s3cret"))),
        );
        check("http://a%40b:s%2Fk%3a%zz%@h/a", "http://h/a", Some(("http://h", "a@b", Some("s/k:%zz%"))));
        check("https://example.org/a", "https://example.org/a", None);
        check("ssh://git:s3cret@example.org/a", "ssh://git@example.org/a", None);
        check("git@example.org:a/b", "git@example.org:a/b", None);
        check("file:///srv/a@b", "file:///srv/a@b", None);
        check("/srv/a@b?c", "/srv/a@b?c", None);
    }

    #[test]
    fn queries() {
        let has = |text: &str| GitUrl::parse(text).unwrap().has_query();
        assert!(has("https://example.org/a.git?private_token=x"));
        assert!(!has("https://a:b?c@example.org/a.git") && !has("/srv/a?b") && !has("ssh://h/a?b"));
    }

    #[test]
    fn local_paths() {
        let local = |text: &str| GitUrl::parse(text).unwrap().local_path().map(str::to_owned);
        assert_eq!(local("../a"), Some("../a".into()));
        assert_eq!(local("./a:b"), Some("./a:b".into()));
        assert_eq!(local("file:///a"), None);
        assert_eq!(local("git@h:a"), None);
    }
}
