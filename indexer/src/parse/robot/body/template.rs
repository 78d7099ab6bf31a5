use crate::parse::robot::model::BodyItem;
use crate::parse::robot::reader::Reader;
use crate::parse::robot::refusal::Refusal;
use crate::parse::robot::variables::find_all;

/// Makes every row of a body a call of the template (`TestCaseBuilder._set_template`).
pub(crate) fn apply(template: &str, body: &mut [BodyItem], line: u32, reader: &mut Reader<'_>) {
    let mut texts = Vec::new();
    let mut rest = template;
    for variable in find_all(template, "$") {
        match variable {
            Ok(variable) => {
                texts.push(variable.before);
                rest = variable.after;
            }
            Err(error) => {
                if !body.is_empty() {
                    reader.refuse(Refusal::UnclosedVariable { line, message: error.0 });
                }
                return;
            }
        }
    }
    texts.push(rest);
    Template { template, texts, line, reader }.apply(body);
}

struct Template<'t, 'b, 'r> {
    template: &'t str,
    /// What stands before, between and after its `${variables}`.
    texts: Vec<&'t str>,
    line: u32,
    reader: &'b mut Reader<'r>,
}

impl Template<'_, '_, '_> {
    fn apply(&mut self, body: &mut [BodyItem]) {
        for item in body {
            match item {
                BodyItem::For(block) => self.apply(&mut block.body),
                BodyItem::Group(block) => self.apply(&mut block.body),
                BodyItem::If(block) => {
                    for branch in &mut block.branches {
                        self.apply(&mut branch.body);
                    }
                }
                BodyItem::Keyword(call) if self.reader.may_copy(self.template.len(), self.line) => {
                    if self.texts.len() > 1 && self.texts.len() == call.args.len() + 1 {
                        call.name = self.filled(&call.args);
                        call.args.clear();
                    } else {
                        self.template.clone_into(&mut call.name);
                    }
                }
                _ => {}
            }
        }
    }

    fn filled(&self, args: &[String]) -> String {
        let mut out = String::new();
        for (index, text) in self.texts.iter().enumerate() {
            out.push_str(text);
            out.push_str(args.get(index).map_or("", String::as_str));
        }
        out
    }
}
