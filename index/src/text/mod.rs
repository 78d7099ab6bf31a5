//! Words: how text and queries become terms.
//!
//! One tokenizer serves documents and queries, so that both meet in the same terms. It knows code:
//! camelCase, snake_case and dotted names give their parts and the joined whole, Robot Framework
//! variables can be stripped.

mod keyword;
mod keyword_name;
mod stem;
mod stop;
mod synonyms;
mod tokens;

pub use keyword::keyword_key;
pub use keyword_name::{KeywordName, fold_keyword};
pub use stem::stem;
pub(crate) use stem::{BEGINNINGS, beginning};
pub use stop::is_stop_word;
pub use synonyms::{Synonym, synonyms};
pub(crate) use tokens::for_each_token;
pub use tokens::{Shape, Token, strip_variables, tokens};
