use std::slice;

use super::body::{BodyItem, IfBranch, KeywordCall, TryBranch};

/// The keyword calls of a test or keyword in text order, with those inside control structures.
#[derive(Debug, Clone)]
pub struct Calls<'a> {
    pending: Vec<Pending<'a>>,
}

#[derive(Debug, Clone)]
enum Pending<'a> {
    Call(&'a KeywordCall),
    Items(slice::Iter<'a, BodyItem>),
    If(slice::Iter<'a, IfBranch>),
    Try(slice::Iter<'a, TryBranch>),
}

impl<'a> Calls<'a> {
    pub(super) fn new(
        setup: Option<&'a KeywordCall>,
        body: &'a [BodyItem],
        teardown: Option<&'a KeywordCall>,
    ) -> Self {
        let mut pending = Vec::new();
        pending.extend(teardown.map(Pending::Call));
        pending.push(Pending::Items(body.iter()));
        pending.extend(setup.map(Pending::Call));
        Calls { pending }
    }

    fn item(&mut self, item: &'a BodyItem) {
        self.pending.push(match item {
            BodyItem::Keyword(call) => Pending::Call(call),
            BodyItem::For(block) => Pending::Items(block.body.iter()),
            BodyItem::While(block) => Pending::Items(block.body.iter()),
            BodyItem::Group(block) => Pending::Items(block.body.iter()),
            BodyItem::If(block) => Pending::If(block.branches.iter()),
            BodyItem::Try(block) => Pending::Try(block.branches.iter()),
            BodyItem::Var(_)
            | BodyItem::Return(_)
            | BodyItem::Continue(_)
            | BodyItem::Break(_)
            | BodyItem::Error(_) => return,
        });
    }
}

impl<'a> Iterator for Calls<'a> {
    type Item = &'a KeywordCall;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.pending.pop()? {
                Pending::Call(call) => return Some(call),
                Pending::Items(mut rest) => {
                    if let Some(item) = rest.next() {
                        self.pending.push(Pending::Items(rest));
                        self.item(item);
                    }
                }
                Pending::If(mut rest) => {
                    if let Some(branch) = rest.next() {
                        self.pending.push(Pending::If(rest));
                        self.pending.push(Pending::Items(branch.body.iter()));
                    }
                }
                Pending::Try(mut rest) => {
                    if let Some(branch) = rest.next() {
                        self.pending.push(Pending::Try(rest));
                        self.pending.push(Pending::Items(branch.body().iter()));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::body::{For, If, IfBranchKind, Try, TryBody};
    use super::*;

    fn call(name: &str) -> KeywordCall {
        KeywordCall { name: name.into(), ..KeywordCall::default() }
    }

    #[test]
    fn calls_come_in_text_order_from_every_structure() {
        let inner = vec![BodyItem::Keyword(call("in if"))];
        let branch = IfBranch { kind: IfBranchKind::If, condition: None, body: inner, lineno: None };
        let body = vec![
            BodyItem::Keyword(call("first")),
            BodyItem::For(For {
                assign: vec![],
                flavor: "IN",
                values: vec![],
                start: None,
                mode: None,
                fill: None,
                body: vec![
                    BodyItem::If(If { branches: vec![branch], ..If::default() }),
                    BodyItem::Keyword(call("in for")),
                ],
                lineno: 1,
                error: None,
            }),
            BodyItem::Try(Try {
                branches: vec![TryBranch::Finally(TryBody {
                    body: vec![BodyItem::Keyword(call("in finally"))],
                    lineno: 1,
                })],
                ..Try::default()
            }),
        ];
        let names: Vec<_> = Calls::new(Some(&call("setup")), &body, Some(&call("teardown")))
            .map(|call| call.name.clone())
            .collect();
        assert_eq!(names, ["setup", "first", "in if", "in for", "in finally", "teardown"]);
    }
}
