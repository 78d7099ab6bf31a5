//! A real PgBouncer before a server.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{SETPRIV, Server, root, run};

/// Time for it to begin to listen.
const START: Duration = Duration::from_secs(30);

/// A running PgBouncer. It stops when it is dropped, and when the process that started it ends, however that
/// ends.
pub(crate) struct Pooler {
    port: u16,
    dir: PathBuf,
    /// Waits for the end of its input, which is this process; then stops the pooler.
    watchdog: Child,
}

impl Pooler {
    /// Starts one with these lines in its configuration, such as `pool_mode = transaction`.
    pub(crate) fn start(server: &Server, settings: &str) -> Pooler {
        let program = root().join("target/pgbouncer/pgbouncer");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let dir = tempfile::Builder::new().prefix("ccr-pgbouncer-").tempdir().unwrap().keep();
        let configuration = format!(
            "[databases]\n* = host=127.0.0.1 port={} user=ccr\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nauth_type = any\nignore_startup_parameters = extra_float_digits\nunix_socket_dir =\nlogfile = {}\n{settings}\n",
            server.port(),
            dir.join("log").display()
        );
        fs::write(dir.join("pgbouncer.ini"), configuration).unwrap();
        let mut watchdog = Command::new("sh");
        let stop = "\"$@\" >\"$CCR_TEST_DIR/out\" 2>&1 & read -r _; kill -9 $!; rm -rf \"$CCR_TEST_DIR\"";
        watchdog.args(["-c", stop, "sh"]);
        // It refuses to run as root.
        if Command::new("id").arg("-u").output().unwrap().stdout == b"0\n" {
            run(Command::new("chown").args(["-R", "nobody"]).arg(&dir));
            watchdog.args(SETPRIV);
        }
        watchdog.arg(program).arg("-q").arg(dir.join("pgbouncer.ini"));
        watchdog.env("CCR_TEST_DIR", &dir).current_dir("/");
        watchdog.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let watchdog = watchdog.process_group(0).spawn().unwrap();
        let pooler = Pooler { port, dir, watchdog };
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let said = || {
                ["out", "log"]
                    .map(|file| fs::read_to_string(pooler.dir.join(file)).unwrap_or_default())
                    .concat()
            };
            assert!(begun.elapsed() < START, "PgBouncer does not start: {}", said());
            thread::yield_now();
        }
        pooler
    }

    /// The URL of the database in which tests have their schemas, through the pooler.
    pub(crate) fn url(&self) -> String {
        format!("postgres://ccr@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}
