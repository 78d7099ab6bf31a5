use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::workplace::{Workplace, examples};

/// A client of one `ccr mcp`.
pub(crate) struct Client {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    id: u64,
}

impl Client {
    /// Starts the program and says nothing.
    pub(crate) fn silent(place: &Workplace) -> Client {
        let mut command = place.ccr(&["mcp"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().unwrap());
        Client { process, input, output, id: 0 }
    }

    /// Starts the program and shakes hands.
    pub(crate) fn of(place: &Workplace) -> Client {
        let mut client = Client::silent(place);
        client.initialize("2025-06-18");
        client
    }

    /// A client of the index of the examples.
    pub(crate) fn of_examples() -> Client {
        Client::of(examples())
    }

    pub(crate) fn initialize(&mut self, version: &str) -> Value {
        let client = json!({"name": "test", "version": "1"});
        let parameters = json!({"protocolVersion": version, "capabilities": {}, "clientInfo": client});
        let result = self.result("initialize", parameters);
        self.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string());
        result
    }

    /// Writes a line.
    pub(crate) fn send(&mut self, line: &str) {
        self.write(&format!("{line}\n"));
    }

    /// Writes text as it is.
    pub(crate) fn write(&mut self, text: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(text.as_bytes()).unwrap();
        input.flush().unwrap();
    }

    /// The next message; fails where a line is anything else.
    #[track_caller]
    pub(crate) fn receive(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let message: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        assert_eq!(message["jsonrpc"], "2.0", "{line}");
        message
    }

    /// The whole answer to a request.
    #[track_caller]
    pub(crate) fn ask(&mut self, method: &str, parameters: Value) -> Value {
        self.id += 1;
        let mut request = json!({"jsonrpc": "2.0", "id": self.id, "method": method});
        request["params"] = parameters;
        self.send(&request.to_string());
        let answer = self.receive();
        assert_eq!(answer["id"], self.id, "{answer}");
        answer
    }

    /// The result of a request that must not fail.
    #[track_caller]
    pub(crate) fn result(&mut self, method: &str, parameters: Value) -> Value {
        let mut answer = self.ask(method, parameters);
        assert!(answer["error"].is_null(), "{answer}");
        answer["result"].take()
    }

    /// The error of a request that must fail: its code and message.
    #[track_caller]
    pub(crate) fn error(&mut self, method: &str, parameters: Value) -> (i64, String) {
        let answer = self.ask(method, parameters);
        assert!(answer["result"].is_null(), "{answer}");
        let error = &answer["error"];
        (error["code"].as_i64().unwrap(), error["message"].as_str().unwrap().to_owned())
    }

    #[track_caller]
    pub(crate) fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let mut parameters = json!({"name": tool});
        parameters["arguments"] = arguments;
        self.result("tools/call", parameters)
    }

    /// The structured content of a call that must succeed.
    #[track_caller]
    pub(crate) fn told(&mut self, tool: &str, arguments: Value) -> Value {
        let mut result = self.call(tool, arguments);
        assert_ne!(result["isError"], true, "{result}");
        result["structuredContent"].take()
    }

    /// What a call is refused with.
    #[track_caller]
    pub(crate) fn refused(&mut self, tool: &str, arguments: Value) -> String {
        let result = self.call(tool, arguments);
        assert_eq!(result["isError"], true, "{result}");
        assert!(result["structuredContent"].is_null(), "{result}");
        text(&result)
    }

    /// Closes the input and gives exit code, what else was printed, and standard error.
    pub(crate) fn end(mut self) -> (Option<i32>, String, String) {
        drop(self.input.take());
        let mut rest = String::new();
        while self.output.read_line(&mut rest).unwrap() > 0 {}
        let mut stderr = String::new();
        std::io::Read::read_to_string(&mut self.process.stderr.take().unwrap(), &mut stderr).unwrap();
        (self.process.wait().unwrap().code(), rest, stderr)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // The program ends with its input; where a test failed, nothing is left running either.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The text of a result.
pub(crate) fn text(result: &Value) -> String {
    result["content"][0]["text"].as_str().unwrap().to_owned()
}

/// The ids of hits, items or keywords.
pub(crate) fn ids(things: &Value) -> Vec<String> {
    things.as_array().unwrap().iter().map(|thing| thing["id"].as_str().unwrap().to_owned()).collect()
}
