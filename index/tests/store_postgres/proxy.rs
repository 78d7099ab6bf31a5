//! A way to the server that is cut where a test wants it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::thread;

/// Passes on what comes to its port.
pub(crate) struct Proxy {
    port: u16,
    /// Bytes that may still go to the server.
    left: Arc<AtomicI64>,
    passed: Arc<AtomicU64>,
}

impl Proxy {
    pub(crate) fn to(port: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (left, passed) = (Arc::new(AtomicI64::new(i64::MAX)), Arc::new(AtomicU64::new(0)));
        let proxy =
            Proxy { port: listener.local_addr().unwrap().port(), left: left.clone(), passed: passed.clone() };
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                let (back, forth) = (server.try_clone().unwrap(), client.try_clone().unwrap());
                thread::spawn(move || pass(back, forth, |_| true));
                let (left, passed) = (left.clone(), passed.clone());
                thread::spawn(move || {
                    pass(client, server, |bytes| {
                        passed.fetch_add(bytes as u64, Ordering::SeqCst);
                        left.fetch_sub(bytes as i64, Ordering::SeqCst) > bytes as i64
                    });
                });
            }
        });
        proxy
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Bytes that went to the server since the last call.
    pub(crate) fn passed(&self) -> u64 {
        self.passed.swap(0, Ordering::SeqCst)
    }

    /// Cuts every connection when so many more bytes have come, and all that are made after.
    pub(crate) fn cut_after(&self, bytes: i64) {
        self.left.store(bytes, Ordering::SeqCst);
    }

    /// Cuts nothing any more.
    pub(crate) fn mend(&self) {
        self.left.store(i64::MAX, Ordering::SeqCst);
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut may: impl FnMut(usize) -> bool) {
    let mut room = [0; 4096];
    while let Ok(count) = from.read(&mut room) {
        if count == 0 || !may(count) || to.write_all(&room[..count]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
