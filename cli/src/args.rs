//! The command line, as clap reads it.

mod serve;

use std::path::PathBuf;

use anyhow::bail;
use ccr_index::embed::EmbedderChoice;
use ccr_index::model::{Access, Kind};
use ccr_index::store::postgres::Address;
use ccr_index::store::{Filter, Place};
use ccr_indexer::run::Shard;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{
    Arg, Args, Command as ClapCommand, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
};

pub(crate) use serve::{Logging, Mcp, ScopeArgument, Serve, TokenCommand, TokenCreate, ToolsArgument};

/// Index CodeCollections (git repositories of Robot Framework automation) and search them.
#[derive(Debug, Parser)]
#[command(name = "ccr", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "Exit codes: 0 done; 1 done, but nothing was found, or something was that is asked for or \
                  fails (a source or file that could not be read); 2 could not run."
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Reads the command line. A variable of the environment that is empty counts as not set.
    ///
    /// # Errors
    /// Where it cannot be understood, and where help or the version is asked for.
    pub(crate) fn read() -> Result<Arguments, clap::Error> {
        let mut command = without_empty_variables(Arguments::command());
        let mut matches = command.try_get_matches_from_mut(std::env::args_os())?;
        let arguments = Arguments::from_arg_matches_mut(&mut matches);
        let arguments = arguments.map_err(|error| error.format(&mut command))?;
        let is_problems = matches!(arguments.command, Command::Problems(_));
        if arguments.global.format == Format::Sarif && !is_problems {
            let what = "`--format sarif` belongs to `ccr problems`; other commands print `text` or `json`";
            return Err(command.error(ErrorKind::InvalidValue, what));
        }
        Ok(arguments)
    }
}

fn without_empty_variables(command: ClapCommand) -> ClapCommand {
    let is_empty =
        |argument: &Arg| argument.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    command
        .mut_args(|argument| if is_empty(&argument) { argument.env(None) } else { argument })
        .mut_subcommands(without_empty_variables)
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Print for people or for programs
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Print no progress and no notes
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Folder of the index, the clones and the caches
    #[arg(long, global = true, env = "CCR_DATA_DIR", default_value = "data", value_name = "DIR")]
    pub(crate) data_dir: PathBuf,
    /// Where the index is: in files below the data folder, or in PostgreSQL
    #[arg(long, global = true, env = "CCR_STORE", value_enum, default_value_t = Store::Local)]
    pub(crate) store: Store,
    /// URL of the database, such as postgres://user:password@host/database; better in the environment,
    /// where nobody sees it
    #[arg(long, global = true, env = "CCR_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub(crate) database_url: Option<String>,
    /// What turns texts into vectors: builtin, none, local:FOLDER, azure, azure:DEPLOYMENT or openai:MODEL. Not
    /// said: what the index was made with; for a new index, Azure OpenAI if
    /// AZURE_OPENAI_EMBEDDING_ENDPOINT is set, or else builtin
    #[arg(long, global = true, env = "CCR_EMBEDDER", value_name = "EMBEDDER")]
    pub(crate) embedder: Option<EmbedderChoice>,
}

impl Global {
    /// Where the index is.
    pub(crate) fn place(&self) -> anyhow::Result<Place> {
        self.place_in(self.store)
    }

    /// Where the index of a store is.
    pub(crate) fn place_in(&self, store: Store) -> anyhow::Result<Place> {
        let url = match (store, &self.database_url) {
            (Store::Local, _) => return Ok(Place::Local(self.data_dir.clone())),
            (Store::Postgres, None) => bail!(
                "no database is named\nhint: set `CCR_DATABASE_URL`, such as to `postgres://ccr@db.example.com/registry`"
            ),
            (Store::Postgres, Some(url)) => url,
        };
        Ok(Place::Postgres(Address::parse(url)?))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Store {
    /// Files below the data folder
    Local,
    /// A PostgreSQL database with pgvector
    Postgres,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs: one JSON value
    Json,
    /// For code scanning: SARIF 2.1.0, of `ccr problems` only
    #[value(hide = true)]
    Sarif,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a commented sources.yaml to start from
    Init(Init),
    /// Fetch the sources, parse them and publish a new generation of the index
    Index(Index),
    /// Find CodeBundles, tasks and whatever else is indexed
    Search(Search),
    /// Show everything known of one thing
    Show(Show),
    /// List what is indexed
    List(List),
    /// Parse one file and print what it says
    Parse(ParseFile),
    /// Answer agents over the Model Context Protocol on standard input and output
    Mcp(Mcp),
    /// Say what the index holds and how old it is
    Status,
    /// List what is wrong with the sources and in their files
    Problems(Problems),
    /// Read every byte of the index and say whether it is sound
    Verify,
    /// Measure search against judged queries
    Eval(Eval),
    /// Serve the index: REST, a web page, health and metrics
    Serve(Serve),
    /// Work with the tokens of `ccr serve`
    #[command(subcommand)]
    Token(TokenCommand),
    /// Work with sources.yaml
    #[command(subcommand)]
    Sources(SourcesCommand),
    /// Bring the tables of a PostgreSQL database up to what this program knows
    Migrate(Migrate),
    /// Publish in one store what is in service in the other, without embedding anything again
    Copy(Copy),
    /// Print a completion script for a shell
    Completions(Completions),
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// File to write
    #[arg(default_value = "sources.yaml")]
    pub(crate) path: PathBuf,
    /// Replace the file where it exists
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SourcesFile {
    /// The file that lists what to index
    #[arg(long, env = "CCR_SOURCES", default_value = "sources.yaml", value_name = "FILE")]
    pub(crate) sources: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Index {
    #[command(flatten)]
    pub(crate) file: SourcesFile,
    /// Index this collection only; the others stay as they are
    #[arg(long, value_name = "SLUG")]
    pub(crate) only: Vec<String>,
    /// Index this share of the sources, such as 0/4, while other jobs index the rest (PostgreSQL only)
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,
    /// Use the clones that there are, and no network
    #[arg(long)]
    pub(crate) offline: bool,
    /// Parse everything again, whatever did not change
    #[arg(long)]
    pub(crate) force: bool,
    /// Take it as right that this source has next to nothing left of what is in service
    #[arg(long, value_name = "SLUG")]
    pub(crate) accept_shrink: Vec<String>,
    /// Read everything and say what would change, write nothing to the index
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// What makes the exit code 1: a source or file that could not be read, also an error in a file,
    /// or nothing
    #[arg(long, env = "CCR_FAIL_ON", value_enum, default_value_t = FailOn::Source, value_name = "WHAT")]
    pub(crate) fail_on: FailOn,
    /// Show every problem, also those of sources that did not change
    #[arg(long, short)]
    pub(crate) verbose: bool,
    /// Put the generation before into service again, and do nothing else
    #[arg(long, conflicts_with_all = ["only", "shard", "offline", "force", "accept_shrink", "dry_run"])]
    pub(crate) rollback: bool,
}

/// What makes the exit code of `ccr index` 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// A source or a file could not be read
    Source,
    /// The same, or something in a file is broken
    Problem,
    /// Nothing
    Never,
}

#[derive(Debug, Args)]
pub(crate) struct Problems {
    /// Sources to list problems of; all where none is given
    #[arg(value_name = "SLUG")]
    pub(crate) sources: Vec<String>,
    /// Of this severity only
    #[arg(long, value_enum)]
    pub(crate) severity: Option<SeverityArgument>,
    /// Print for people, for programs, or for code scanning
    #[arg(long, value_parser = any_format(), default_value = "text", value_name = "FORMAT")]
    pub(crate) format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SeverityArgument {
    /// Something is broken
    Error,
    /// Advice
    Warning,
}

/// All formats: those of every command, and SARIF.
fn any_format() -> impl TypedValueParser<Value = Format> {
    one_of(Format::value_variants())
}

/// The formats of a log.
fn text_or_json() -> impl TypedValueParser<Value = Format> {
    one_of(&[Format::Text, Format::Json])
}

fn one_of(formats: &[Format]) -> impl TypedValueParser<Value = Format> {
    let values = formats.iter().filter_map(|format| Some(format.to_possible_value()?.hide(false)));
    PossibleValuesParser::new(values).try_map(|word| Format::from_str(&word, false))
}

#[derive(Debug, Args)]
pub(crate) struct Migrate {
    /// Take the tables down to this version; 0 removes them with everything inside
    #[arg(long, value_name = "VERSION")]
    pub(crate) down_to: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct Copy {
    /// The store to read
    #[arg(long, value_enum)]
    pub(crate) from: Store,
    /// The store to publish in
    #[arg(long, value_enum)]
    pub(crate) to: Store,
}

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// What to look for: words, a symptom, an error message, a name
    #[arg(required = true)]
    pub(crate) query: Vec<String>,
    /// Look for this kind only
    #[arg(long, value_parser = kind, value_name = "KIND")]
    pub(crate) kind: Vec<Kind>,
    #[command(flatten)]
    pub(crate) facets: FacetArguments,
    /// Hits to show
    #[arg(long, short = 'n', default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) limit: u16,
    /// Hits to skip first
    #[arg(long, default_value_t = 0)]
    pub(crate) offset: u32,
    /// Show hits of at least this relevance, 0 to 1
    #[arg(long, value_name = "RELEVANCE", value_parser = relevance)]
    pub(crate) min: Option<f32>,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// An id as `ccr search` prints it; the collection may be left out where one thing only has the name
    pub(crate) id: String,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// What to list
    #[arg(value_parser = kind)]
    pub(crate) kind: Kind,
    #[command(flatten)]
    pub(crate) facets: FacetArguments,
}

#[derive(Debug, Args)]
pub(crate) struct ParseFile {
    /// A .robot or .resource suite, meta.yaml, SKILL-TEMPLATE.md, README.md, generation rules, a template or a script
    pub(crate) file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// Queries: {"id","kind","type","query"} a line
    #[arg(long, value_name = "FILE")]
    pub(crate) queries: PathBuf,
    /// Judgments: query id, target id, grade, separated by tabs
    #[arg(long, value_name = "FILE")]
    pub(crate) qrels: PathBuf,
    /// Queries of this kind only
    #[arg(long, value_parser = kind, value_name = "KIND")]
    pub(crate) kind: Option<Kind>,
    /// Write the answers here: query id, rank, target id, relevance
    #[arg(long, value_name = "FILE")]
    pub(crate) run: Option<PathBuf>,
    /// Ask these texts instead of the index: {"id","title","text"} a line, indexed for the occasion
    #[arg(long, value_name = "FILE")]
    pub(crate) corpus: Option<PathBuf>,
    /// Compare with a file that --run wrote, or two such files with each other (the second against the first)
    #[arg(long, value_name = "RUN", num_args = 1..=2)]
    pub(crate) compare: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SourcesCommand {
    /// Read sources.yaml and report every mistake
    Check(SourcesFile),
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct FacetArguments {
    /// In this collection only
    #[arg(long, value_name = "SLUG")]
    pub(crate) collection: Vec<String>,
    /// For this platform only, such as Kubernetes or AWS
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) platform: Vec<String>,
    /// With this tag only
    #[arg(long, value_name = "TAG")]
    pub(crate) tag: Vec<String>,
    /// Only what reads, or only what writes
    #[arg(long, value_parser = access, value_name = "read-only|read-write")]
    pub(crate) access: Vec<Access>,
}

impl FacetArguments {
    /// The filter that the arguments describe.
    pub(crate) fn filter(self, kinds: Vec<Kind>) -> Filter {
        Filter {
            kinds,
            // Slugs have no capitals.
            collections: self.collection.iter().map(|slug| slug.to_lowercase()).collect(),
            platforms: self.platform,
            tags: self.tag,
            access: self.access,
        }
    }
}

fn kind(word: &str) -> Result<Kind, String> {
    let singular = word.strip_suffix('s').unwrap_or(word);
    let known = match singular {
        "librarie" => Some(Kind::Library),
        "bundle" => Some(Kind::CodeBundle),
        "doc" => Some(Kind::Documentation),
        _ => Kind::from_word(singular),
    };
    known.ok_or_else(|| format!("one of {}", Kind::ALL.map(Kind::as_str).join(", ")))
}

fn access(word: &str) -> Result<Access, String> {
    Access::from_word(word).ok_or_else(|| "`read-only` or `read-write`".to_owned())
}

fn relevance(text: &str) -> Result<f32, String> {
    let number: f32 = text.parse().map_err(|_| "a number from 0 to 1".to_owned())?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("a number from 0 to 1".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn kinds_in_the_plural() {
        assert_eq!(kind("codebundles"), Ok(Kind::CodeBundle));
        assert_eq!(kind("libraries"), Ok(Kind::Library));
        assert!(kind("thing").is_err());
    }
}
