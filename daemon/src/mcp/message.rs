//! Messages as they come in. rmcp forgets the id of a request that it cannot read.

use rmcp::model::{ClientJsonRpcMessage, ErrorCode};
use serde_json::{Value, json};

/// The message that a text is, `None` where there is nothing to answer, or else the refusal to send.
pub(super) fn read_message(text: &[u8]) -> Result<Option<ClientJsonRpcMessage>, Vec<u8>> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii();
    if text.is_empty() {
        return Ok(None);
    }
    let error = match serde_json::from_slice(text) {
        Ok(message) => return Ok(Some(message)),
        Err(error) => error,
    };
    let Ok(value) = serde_json::from_slice::<Value>(text) else {
        let told = format!("this is no JSON: {error}");
        return Err(refusal(&Value::Null, ErrorCode::PARSE_ERROR, &told));
    };
    let id = value.get("id").filter(|id| id.is_string() || id.is_number());
    if id.is_none() && value.get("method").is_some_and(Value::is_string) {
        return Ok(None);
    }
    let told = "this is no request of JSON-RPC 2.0: `jsonrpc`, `id`, `method` and, as an object, `params`";
    Err(refusal(id.unwrap_or(&Value::Null), ErrorCode::INVALID_REQUEST, told))
}

/// An error as it is sent.
pub(super) fn refusal(id: &Value, code: ErrorCode, told: &str) -> Vec<u8> {
    let error = json!({"code": code.0, "message": told});
    json!({"jsonrpc": "2.0", "id": id, "error": error}).to_string().into_bytes()
}
