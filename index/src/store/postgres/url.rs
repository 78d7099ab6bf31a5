//! The text of a URL: what stands where, and which character is in the way. What is said of it never holds a
//! part of the text, which may be a part of a password.

use std::collections::BTreeMap;

/// Parameters that are handed to the driver.
const DRIVER: [&str; 17] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
];

/// Parameters of our own.
const OURS: [&str; 5] = ["schema", "max_connections", "connect_timeout", "question_timeout", "graph_from"];

/// What hosters and other programs put into their URLs, and what changes nothing here.
const WITHOUT_EFFECT: [&str; 15] = [
    "channel_binding",
    "target_session_attrs",
    "load_balance_hosts",
    "fallback_application_name",
    "client_encoding",
    "gssencmode",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "pgbouncer",
    "connection_limit",
    "pool_timeout",
    "uselibpqcompat",
];

/// How the characters that mean something in a URL are written where they mean themselves.
const ESCAPES: &str = "in a user name, a password or a database's name write `%` as `%25`, `#` as `%23`, `/` as \
                       `%2F`, `?` as `%3F`, `@` as `%40`, `&` as `%26`, `[` as `%5B` and `]` as `%5D`";

/// A URL whose parts are where they seem to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Url<'u> {
    /// What stands before the parameters.
    pub(super) base: &'u str,
    /// Parameters for the driver, as they are written.
    pub(super) driver: Vec<(&'u str, String)>,
    /// Parameters of our own, by name.
    pub(super) ours: BTreeMap<&'u str, &'u str>,
}

impl<'u> Url<'u> {
    /// Takes a URL apart, or says what is wrong with it.
    pub(super) fn read(text: &'u str) -> Result<Url<'u>, String> {
        let text = text.trim();
        let schemes = ["postgres://", "postgresql://"];
        let Some(rest) = schemes.iter().find_map(|scheme| text.strip_prefix(scheme)) else {
            return Err("it does not begin with `postgres://`".to_owned());
        };
        check_characters(rest)?;
        let (authority, behind) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (path, query) = behind.split_once('?').unwrap_or((behind, ""));
        let misplaced = |character: &str| {
            Err(format!(
                "an `@` stands behind the first `/` or `?`, where the host would have ended: write {character} if it \
                 belongs to the password; {ESCAPES}"
            ))
        };
        if path.contains('@') {
            return misplaced("`/` as `%2F`");
        }
        if query.contains('@') && query.split('&').any(|parameter| !is_known(parameter)) {
            return misplaced("`?` as `%3F`");
        }
        check_host(authority.rsplit_once('@').map_or(authority, |(_, host)| host))?;
        let (base, parameters) = text.split_once('?').unwrap_or((text, ""));
        let mut url = Url { base, driver: Vec::new(), ours: BTreeMap::new() };
        let parameters = (1..).zip(parameters.split('&')).filter(|(_, parameter)| !parameter.is_empty());
        for (number, parameter) in parameters {
            url.add(number, parameter)?;
        }
        Ok(url)
    }

    fn add(&mut self, number: usize, parameter: &'u str) -> Result<(), String> {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if !is_known(parameter) {
            // Not by its name: it may be what an `&` or `?` cut off from a password.
            let known =
                [&OURS[..], &["sslmode", "sslrootcert", "sslcert", "sslkey"], &DRIVER[9..], &["options"]];
            return Err(format!(
                "its parameter number {number} is not known: there are {}; {ESCAPES}",
                known.concat().join(", ")
            ));
        }
        if OURS.contains(&name) {
            self.ours.insert(name, value);
        } else if !WITHOUT_EFFECT.contains(&name) {
            // The driver takes a `+` for a space, as forms do; in a password it is one.
            let plain = matches!(name, "user" | "password" | "dbname");
            let value = if plain { value.replace('+', "%2B") } else { value.to_owned() };
            self.driver.push((name, value));
        }
        Ok(())
    }

    /// The URL for the driver.
    pub(super) fn for_driver(&self) -> String {
        let parameters: Vec<String> =
            self.driver.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if parameters.is_empty() {
            self.base.to_owned()
        } else {
            format!("{}?{}", self.base, parameters.join("&"))
        }
    }
}

/// Whether a parameter has a name that means something.
fn is_known(parameter: &str) -> bool {
    let Some((name, _)) = parameter.split_once('=') else { return parameter.is_empty() };
    let is_option = name == "options" || name.starts_with("options[");
    is_option || OURS.contains(&name) || DRIVER.contains(&name) || WITHOUT_EFFECT.contains(&name)
}

fn check_characters(text: &str) -> Result<(), String> {
    if text.contains(char::is_control) {
        return Err(
            "a line end, a tab or another control character stands in it: write it as `%` and its two \
                    hexadecimal digits, such as `%0A`"
                .to_owned(),
        );
    }
    if text.contains('#') {
        return Err(format!("a `#` stands in it, which has to be written as `%23`: {ESCAPES}"));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let byte = match byte {
            b'%' => match (digit(bytes.next()), digit(bytes.next())) {
                (Some(high), Some(low)) => (high * 16 + low) as u8,
                _ => {
                    return Err(format!(
                        "a `%` stands in it without two hexadecimal digits behind, which has to be written as \
                         `%25`: {ESCAPES}"
                    ));
                }
            },
            byte => byte,
        };
        decoded.push(byte);
    }
    if decoded.contains(&0) {
        return Err("it holds the character NUL (`%00`), which PostgreSQL takes in no name and no password"
            .to_owned());
    }
    match std::str::from_utf8(&decoded) {
        Ok(_) => Ok(()),
        Err(_) => Err("what its `%` and hexadecimal digits stand for is no UTF-8".to_owned()),
    }
}

/// The host and the port.
fn check_host(host: &str) -> Result<(), String> {
    if host.contains(',') {
        return Err("it names several hosts, and one is taken".to_owned());
    }
    let port = match host.strip_prefix('[') {
        Some(address) => address.split_once(']').map(|(_, rest)| rest.strip_prefix(':').unwrap_or(rest)),
        None => Some(host.split_once(':').map_or("", |(_, port)| port)),
    };
    match port {
        Some(port) if port.is_empty() || port.parse::<u16>().is_ok_and(|port| port > 0) => Ok(()),
        _ => Err(format!(
            "what stands behind the host and a `:` is no port from 1 to 65535; a password stands before the host, \
             with an `@` between: {ESCAPES}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn characters_that_are_in_the_way_are_named() {
        let check = |url: &str, words: &str| {
            let error = Url::read(url).unwrap_err();
            assert!(error.contains(words), "{url}: {error}");
        };
        check("postgres://ada:p#ss@host/db", "`#` stands in it, which has to be written as `%23`");
        check("postgres://ada:pss@host/d#b", "`%23`");
        check("postgres://ada:p@ss/w@host/db", "write `/` as `%2F`");
        check("postgres://ada:p/ss@host:5432/db", "write `/` as `%2F`");
        check("postgres://ada:p?ss@host/db", "write `?` as `%3F`");
        check("postgres://ada:p?a=b&c@host/db?sslmode=require", "write `?` as `%3F`");
        check("postgres://ada:p%ss@host/db", "has to be written as `%25`");
        check("postgres://ada:p%4@host/db", "has to be written as `%25`");
        check("postgres://ada:p\nss@host/db", "`%0A`");
        check("postgres://ada:p%00@host/db", "NUL");
        check("postgres://ada:p%ff@host/db", "no UTF-8");
        check("postgres://ada:secret", "no port");
        check("postgres://ada:se/cret", "no port");
        check("postgres://ada:s@one,two/db", "several hosts");
        check("postgres://host/db?user=ada&password=p&ss", "parameter number 3 is not known");
        check("postgres://host/db?sslmod=verify-full", "parameter number 1 is not known");
        check("'postgres://host/db'", "does not begin");
    }

    #[test]
    fn what_is_no_riddle_is_taken_as_it_stands() {
        let check = |url: &str, driver: &str| {
            assert_eq!(Url::read(url).map(|url| url.for_driver()), Ok(driver.to_owned()));
        };
        for url in [
            "postgres://ada:p@ss@host/db",
            "postgres://ada:p ss[x]:y@host/db",
            "postgres://ada:p%23%2F%3F%40@[::1]:5433/db?sslmode=require",
            "postgresql://%2Frun%2Fpostgresql/db",
            "postgres:///db?host=/run/postgresql",
            "postgres://host",
            "postgres://host/db?user=ada@server&password=secret",
            "postgres://ada@host/db?application_name=ccr@here",
        ] {
            check(url, url);
        }
        check(" postgres://host/db\n", "postgres://host/db");
        check("postgres://host/db?password=a+b&schema=x", "postgres://host/db?password=a%2Bb");
        check(
            "postgres://host/db?sslmode=require&channel_binding=require",
            "postgres://host/db?sslmode=require",
        );
    }

    proptest! {
        #[test]
        fn no_message_holds_a_part_of_the_password(
            password in "[A-Z]{4}[#/?@%&:\\[\\] \\\\\n=+]{1,3}[A-Z]{4}",
            place in 0..3_usize,
        ) {
            let url = match place {
                0 => format!("postgres://ada:{password}@host/db"),
                1 => format!("postgres://ada:{password}@host:5432/db?sslmode=require"),
                _ => format!("postgres://host/db?user=ada&password={password}"),
            };
            let parts = [&password[..4], &password[password.len() - 4..]];
            if let Err(error) = Url::read(&url) {
                prop_assert!(!parts.iter().any(|part| error.contains(part)), "{}", error);
            }
        }
    }
}
