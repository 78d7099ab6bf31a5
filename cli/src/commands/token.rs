use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use ccr_daemon::tokens::{self, Scope, Token};
use serde_json::{Value, json};

use super::Outcome;
use crate::args::{ScopeArgument, TokenCommand, TokenCreate};
use crate::printer::{Printer, style};
use crate::render;

/// `ccr token`.
pub(super) fn run(command: TokenCommand, printer: &mut Printer) -> Result<Outcome> {
    match command {
        TokenCommand::Create(create) => make(&create, printer)?,
        TokenCommand::List(file) => {
            let tokens = tokens::list(&file.tokens_file).context("could not list the tokens")?;
            print(&tokens, printer)?;
        }
        TokenCommand::Revoke(revoke) => {
            let revoked = tokens::revoke(&revoke.file.tokens_file, &revoke.id);
            let token = revoked.context("could not revoke the token")?;
            if printer.is_json() {
                printer.json(&entry(&token))?;
            } else {
                printer.text(format_args!("the token {} of `{}` is worthless now", token.id, token.name))?;
            }
        }
    }
    Ok(Outcome::Done)
}

fn make(create: &TokenCreate, printer: &mut Printer) -> Result<()> {
    let scope = match create.scope {
        ScopeArgument::Read => Scope::Read,
        ScopeArgument::Admin => Scope::Admin,
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let made = tokens::create(&create.file.tokens_file, &create.name, scope, now);
    let (token, text) = made.context("could not make a token")?;
    if printer.is_json() {
        let mut value = entry(&token);
        value["token"] = json!(text);
        return printer.json(&value);
    }
    printer.text(format_args!("{text}"))?;
    printer.note(&format!("keep it well: only its digest is in `{}`", create.file.tokens_file.display()));
    Ok(())
}

fn print(tokens: &[Token], printer: &mut Printer) -> Result<()> {
    if printer.is_json() {
        return printer.json(&tokens.iter().map(entry).collect::<Vec<Value>>());
    }
    for token in tokens {
        let (id, faint) = (style::ID, style::FAINT);
        let (scope, made) = (token.scope.as_str(), render::utc(token.created));
        printer.text(format_args!(
            "{id}{}{id:#}  {}  {faint}{scope}, made {made}{faint:#}",
            token.id, token.name
        ))?;
    }
    Ok(())
}

fn entry(token: &Token) -> Value {
    json!({ "id": token.id, "name": token.name, "scope": token.scope, "created": token.created })
}
