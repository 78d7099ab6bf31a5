//! MCP over a pair of streams: one JSON message a line, and nothing else on the way out.
//!
//! rmcp's own transport says nothing to a line that is no JSON, forgets the id of a request that it cannot
//! read, and drops a last line without an end. This one answers each, so that whoever waits hears of it.

use std::io;
use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::model::{ClientJsonRpcMessage, ErrorCode, ServerJsonRpcMessage};
use rmcp::service::{ServerInitializeError, serve_server};
use rmcp::transport::Transport;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::message::{read_message, refusal};
use super::{ToolSet, server::Server};
use crate::LiveIndex;

/// Bytes of a message at most.
const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Messages that may wait to be written.
const WAITING: usize = 64;

/// Serves one client until its stream ends, every request before that answered.
///
/// # Errors
/// Where the client cannot be written to.
pub async fn serve_stdio(
    index: Arc<LiveIndex>,
    tools: Arc<dyn ToolSet>,
    reader: impl AsyncRead + Send + Unpin + 'static,
    writer: impl AsyncWrite + Send + Unpin + 'static,
) -> io::Result<()> {
    let server = Server::new(index, tools);
    match serve_server(server, Lines::new(reader, writer)).await {
        Ok(running) => running.waiting().await.map(drop).map_err(io::Error::other),
        // A client that leaves before it said anything has not failed.
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(io::Error::other(error)),
    }
}

/// Messages as lines.
struct Lines<R> {
    reader: BufReader<R>,
    /// What was read of a line whose end is still to come.
    line: Vec<u8>,
    /// Whether the rest of a line that is too long is being passed over.
    passing: bool,
    /// Whether a request came: before one there is nothing to notify of.
    began: bool,
    refusal: Option<Vec<u8>>,
    writer: Option<(mpsc::Sender<Vec<u8>>, JoinHandle<()>)>,
}

enum Line {
    Whole,
    TooLong,
    End,
}

impl<R: AsyncRead + Send + Unpin> Lines<R> {
    fn new(reader: R, writer: impl AsyncWrite + Send + Unpin + 'static) -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        let writing = tokio::spawn(write(writer, receiver));
        Lines {
            reader: BufReader::new(reader),
            line: Vec::new(),
            passing: false,
            began: false,
            refusal: None,
            writer: Some((sender, writing)),
        }
    }

    /// Reads on until a line is whole. May be dropped at any time and called again.
    async fn read_line(&mut self) -> Line {
        loop {
            let Ok(read) = self.reader.fill_buf().await else { return Line::End };
            if read.is_empty() {
                return if self.line.is_empty() { Line::End } else { Line::Whole };
            }
            let end = read.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(read.len(), |end| end + 1);
            if !self.passing {
                self.line.extend_from_slice(&read[..taken]);
            }
            self.reader.consume(taken);
            if self.line.len() > MOST_BYTES {
                self.line.clear();
                self.passing = end.is_none();
                return Line::TooLong;
            }
            if end.is_some() && !std::mem::take(&mut self.passing) {
                return Line::Whole;
            }
        }
    }

    fn message(&mut self) -> Option<ClientJsonRpcMessage> {
        let message = read_message(&self.line);
        self.line.clear();
        match message {
            Ok(message) => {
                let is_request = matches!(message, Some(ClientJsonRpcMessage::Request(_)));
                self.began |= is_request;
                message.filter(|_| self.began)
            }
            Err(refusal) => {
                self.refusal = Some(line_of(refusal));
                None
            }
        }
    }
}

impl<R: AsyncRead + Send + Unpin> Transport<RoleServer> for Lines<R> {
    type Error = io::Error;

    fn send(
        &mut self,
        message: ServerJsonRpcMessage,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let sender = self.writer.as_ref().map(|(sender, _)| sender.clone());
        async move {
            let line = to_line(&message)?;
            let sender = sender.ok_or(io::ErrorKind::NotConnected)?;
            sender.send(line).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
        }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            if self.refusal.is_some() {
                let place = self.writer.as_ref()?.0.reserve().await.ok()?;
                if let Some(refusal) = self.refusal.take() {
                    place.send(refusal);
                }
            }
            match self.read_line().await {
                Line::Whole => {
                    if let Some(message) = self.message() {
                        return Some(message);
                    }
                }
                Line::TooLong => {
                    let told = format!("a message has at most {MOST_BYTES} bytes");
                    self.refusal = Some(line_of(refusal(&Value::Null, ErrorCode::INVALID_REQUEST, &told)));
                }
                Line::End => return None,
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        if let Some((sender, writing)) = self.writer.take() {
            drop(sender);
            writing.await.map_err(io::Error::other)?;
        }
        Ok(())
    }
}

async fn write(mut writer: impl AsyncWrite + Unpin, mut lines: mpsc::Receiver<Vec<u8>>) {
    while let Some(line) = lines.recv().await {
        // Whoever stopped reading hears no more; the channel closes and ends the service.
        if writer.write_all(&line).await.is_err() || writer.flush().await.is_err() {
            return;
        }
    }
}

fn to_line(message: &impl serde::Serialize) -> io::Result<Vec<u8>> {
    Ok(line_of(serde_json::to_vec(message)?))
}

fn line_of(mut message: Vec<u8>) -> Vec<u8> {
    message.push(b'\n');
    message
}
