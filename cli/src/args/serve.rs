//! Arguments of `ccr serve` and `ccr token`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::{Format, text_or_json};

/// Which tools a client of MCP gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ToolsArgument {
    /// Five: search, get, list, keyword help, status
    Lean,
    /// Those of the RunWhen registry, under their names
    Reference,
}

#[derive(Debug, Args)]
pub(crate) struct Mcp {
    /// Tools that are offered
    #[arg(long, value_enum, default_value_t = ToolsArgument::Lean, value_name = "TOOLS")]
    pub(crate) tools: ToolsArgument,
    #[command(flatten)]
    pub(crate) logging: Logging,
}

/// What is told on standard error while a server runs.
#[derive(Debug, Args)]
pub(crate) struct Logging {
    /// What to log: error, warn, info, debug or trace, for all or by module [default: info; of mcp: warn]
    #[arg(long, env = "CCR_LOG", value_name = "FILTER")]
    pub(crate) log: Option<String>,
    /// How to log
    #[arg(long, env = "CCR_LOG_FORMAT", value_parser = text_or_json(), default_value = "text", value_name = "FORMAT")]
    pub(crate) log_format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address and port to listen on; port 0 takes any that is free
    #[arg(long, env = "CCR_LISTEN", default_value = "127.0.0.1:8000", value_name = "ADDRESS:PORT")]
    pub(crate) listen: SocketAddr,
    /// Tools that `/mcp` offers
    #[arg(long, value_enum, default_value_t = ToolsArgument::Lean, value_name = "TOOLS")]
    pub(crate) tools: ToolsArgument,
    /// Name under which clients reach `/mcp`, beside those of this machine
    #[arg(long, env = "CCR_HOSTS", value_delimiter = ',', value_name = "HOST")]
    pub(crate) host: Vec<String>,
    /// File of tokens that `ccr token create` made; whoever asks must have one of them
    #[arg(long, env = "CCR_TOKENS_FILE", value_name = "FILE")]
    pub(crate) tokens_file: Option<PathBuf>,
    /// Listen to other machines though there are no tokens
    #[arg(long)]
    pub(crate) open_to_all: bool,
    /// Certificate for TLS and those that vouch for it, in PEM
    #[arg(long, env = "CCR_TLS_CERTIFICATE", value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// Private key of the certificate, in PEM
    #[arg(long, env = "CCR_TLS_KEY", value_name = "FILE", requires = "tls_certificate")]
    pub(crate) tls_key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) logging: Logging,
    /// Seconds between two looks for a newer generation of the index
    #[arg(long, default_value = "1", value_parser = seconds, value_name = "SECONDS")]
    pub(crate) poll: Duration,
    /// Seconds that a request may take
    #[arg(long, default_value = "10", value_parser = seconds, value_name = "SECONDS")]
    pub(crate) request_timeout: Duration,
    /// Seconds after which a connection is closed on which nothing is asked
    #[arg(long, default_value = "20", value_parser = seconds, value_name = "SECONDS")]
    pub(crate) idle_timeout: Duration,
    /// Seconds that requests get to end when the daemon stops
    #[arg(long, default_value = "10", value_parser = seconds, value_name = "SECONDS")]
    pub(crate) grace: Duration,
    /// Connections at most; the most silent one gives its place to a newcomer
    #[arg(long, default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=100_000), value_name = "N")]
    pub(crate) max_connections: u32,
    /// Requests at once at most; more are answered with 503
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=100_000), value_name = "N")]
    pub(crate) max_requests: u32,
    /// Requests a second of one address; more are answered with 429, 0 is no limit
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) rate_limit: u32,
    /// Origin whose pages may ask, such as `https://example.com`, or * for all
    #[arg(long, env = "CCR_CORS_ORIGINS", value_delimiter = ',', value_name = "ORIGIN")]
    pub(crate) cors_origin: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token and print it; it cannot be printed again
    Create(TokenCreate),
    /// List the tokens
    List(TokensFile),
    /// Make a token worthless
    Revoke(TokenRevoke),
}

#[derive(Debug, Args)]
pub(crate) struct TokensFile {
    /// File of the tokens; it holds their digests only
    #[arg(long, env = "CCR_TOKENS_FILE", default_value = "tokens.json", value_name = "FILE")]
    pub(crate) tokens_file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct TokenCreate {
    /// Who or what will have it
    pub(crate) name: String,
    /// What it allows
    #[arg(long, value_enum, default_value_t = ScopeArgument::Read)]
    pub(crate) scope: ScopeArgument,
    #[command(flatten)]
    pub(crate) file: TokensFile,
}

#[derive(Debug, Args)]
pub(crate) struct TokenRevoke {
    /// Its id, as `ccr token list` prints it
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) file: TokensFile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScopeArgument {
    /// To ask
    Read,
    /// To ask, and to have the daemon look for a newer generation
    Admin,
}

/// A length of time in seconds, from a hundredth to a day.
fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "seconds from 0.01 to 86400".to_owned();
    let number: f64 = text.parse().map_err(|_| wrong())?;
    if (0.01..=86_400.0).contains(&number) { Ok(Duration::from_secs_f64(number)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        assert_eq!(seconds("0.05"), Ok(Duration::from_millis(50)));
        for wrong in ["0", "-1", "1e9", "NaN", "inf", "x", ""] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
