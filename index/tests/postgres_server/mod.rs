//! A PostgreSQL with pgvector that tests start themselves: a real one, never a stand-in. Where it cannot be
//! had, the tests fail.

#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod pooler;

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use ccr_index::store::postgres::Address;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Starts of a server: another program may take the port that was free.
const ATTEMPTS: usize = 5;

/// A running server. It stops when it is dropped, and when the process that started it ends, however that
/// ends.
pub(crate) struct Server {
    port: u16,
    dir: PathBuf,
    file_limit: Option<u32>,
    /// Waits for the end of its input, which is this process; then stops the server.
    watchdog: Child,
}

/// The server of this test binary.
pub(crate) fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

/// A place that no other test has, in the server of this test binary.
pub(crate) fn fresh() -> Address {
    server().fresh("")
}

impl Server {
    pub(crate) fn start() -> Server {
        Server::with(None)
    }

    /// A server none of whose files can grow beyond so many kilobytes, as on a full disk.
    pub(crate) fn with_small_disk(kilobytes: u32) -> Server {
        Server::with(Some(kilobytes))
    }

    /// A server that asks for passwords, but that of `ccr`, who owns everything.
    pub(crate) fn with_passwords() -> Server {
        let server = Server::start();
        let rules = "host all ccr 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
        fs::write(server.dir.join("data/pg_hba.conf"), rules).unwrap();
        server.kill();
        server.start_again();
        server
    }

    fn with(file_limit: Option<u32>) -> Server {
        let install = install();
        let dir = tempfile::Builder::new().prefix("ccr-postgres-").tempdir().unwrap().keep();
        // PostgreSQL refuses to run as root.
        let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        if is_root {
            run(Command::new("chown").arg("nobody").arg(&dir));
        }
        run(as_nobody(is_root, &install.join("bin/initdb")).arg("-D").arg(dir.join("data")).args([
            "-U",
            "ccr",
            "-A",
            "trust",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
            "--wal-segsize=1",
        ]));
        let stop = "read -r _; \"$@\"; rm -rf \"$CCR_TEST_DIR\"";
        let mut watchdog = Command::new("sh");
        watchdog.args(["-c", stop, "sh"]);
        if is_root {
            watchdog.args(SETPRIV);
        }
        watchdog.arg(install.join("bin/pg_ctl")).arg("-D").arg(dir.join("data")).args([
            "-m",
            "immediate",
            "stop",
        ]);
        watchdog.env("CCR_TEST_DIR", &dir).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // Signals to the tests' group, such as that of Ctrl-C, are not for it.
        let watchdog = watchdog.process_group(0).spawn().unwrap();
        let mut server = Server { port: 0, dir, file_limit, watchdog };
        for _ in 0..ATTEMPTS {
            server.port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            if server.try_start() {
                return server;
            }
        }
        panic!("{}", fs::read_to_string(server.dir.join("log")).unwrap_or_default());
    }

    fn try_start(&self) -> bool {
        let options = format!(
            "-c listen_addresses=127.0.0.1 -p {} -k {} -c fsync=off -c max_connections=200",
            self.port,
            self.dir.display()
        );
        self.pg_ctl()
            .arg("-l")
            .arg(self.dir.join("log"))
            .args(["-w", "-o", &options, "start"])
            .status()
            .unwrap()
            .success()
    }

    fn pg_ctl(&self) -> Command {
        let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
        let mut command = as_nobody(is_root, &install().join("bin/pg_ctl"));
        if let Some(kilobytes) = self.file_limit {
            // What it starts keeps the limit, which `sh` counts in blocks of 512 bytes.
            let mut limited = Command::new("sh");
            limited.args(["-c", &format!("ulimit -f {}; exec \"$@\"", kilobytes * 2), "sh"]);
            limited.arg(command.get_program()).args(command.get_args()).current_dir("/");
            command = limited;
        }
        command.arg("-D").arg(self.dir.join("data")).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Stops the server as a crash does: nothing is finished, nobody is told.
    pub(crate) fn kill(&self) {
        assert!(self.pg_ctl().args(["-m", "immediate", "-w", "stop"]).status().unwrap().success());
    }

    /// Starts it again where it was.
    pub(crate) fn start_again(&self) {
        assert!(self.try_start(), "{}", fs::read_to_string(self.dir.join("log")).unwrap_or_default());
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The URL of the database in which tests have their schemas.
    pub(crate) fn url(&self) -> String {
        format!("postgres://ccr@127.0.0.1:{}/postgres", self.port)
    }

    /// A schema that no other test has. `parameters` go into its URL, such as `&graph_from=1`.
    pub(crate) fn fresh(&self, parameters: &str) -> Address {
        static SCHEMAS: AtomicU32 = AtomicU32::new(0);
        let number = SCHEMAS.fetch_add(1, Ordering::Relaxed);
        Address::parse(&format!("{}?schema=test_{number}{parameters}", self.url())).unwrap()
    }

    /// Runs SQL as the owner of everything.
    pub(crate) fn execute(&self, sql: &str) {
        execute(&self.url(), sql).unwrap();
    }

    /// The first column of the first row, as text.
    pub(crate) fn ask(&self, sql: &str) -> String {
        self.ask_all(sql).into_iter().next().unwrap_or_default()
    }

    /// The first column of all rows, as text.
    pub(crate) fn ask_all(&self, sql: &str) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut connection = PgConnection::connect(&self.url()).await.unwrap();
            sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await.unwrap()
        })
    }
}

/// Runs SQL as whoever the URL says.
pub(crate) fn execute(url: &str, sql: &str) -> Result<(), sqlx::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(url).await?;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.map(drop)
    })
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

const SETPRIV: [&str; 4] = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"];

fn as_nobody(is_root: bool, program: &Path) -> Command {
    if !is_root {
        return Command::new(program);
    }
    let mut command = Command::new(SETPRIV[0]);
    command.args(&SETPRIV[1..]).arg(program);
    // Where it may look around.
    command.current_dir("/");
    command
}

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Where the programs are; they are installed by the first test that wants them.
fn install() -> PathBuf {
    static INSTALL: OnceLock<PathBuf> = OnceLock::new();
    let path = INSTALL.get_or_init(|| {
        let root = root();
        // One test binary at a time.
        let lock = File::create(root.join("target/postgres.lock")).unwrap();
        lock.lock().unwrap();
        run(Command::new("sh").args(["-eu", "dev/postgres"]).current_dir(&root));
        root.join("target/postgres/install").canonicalize().unwrap()
    });
    path.clone()
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
