use std::error::Error;

/// An error and what caused it on one line, each said once: libraries like to repeat what is below them.
pub fn causes(error: &dyn Error) -> String {
    let mut said = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        let words = cause.to_string();
        if !said.iter().any(|earlier| earlier.contains(&words)) {
            said.push(words);
        }
        next = cause.source();
    }
    said.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{words}")]
    struct Step {
        words: &'static str,
        source: Option<Box<Step>>,
    }

    #[test]
    fn every_cause_is_said_once() {
        let step = |words, source: Option<Step>| Step { words, source: source.map(Box::new) };
        let error = step("could not read", Some(step("no answer: timed out", Some(step("timed out", None)))));
        assert_eq!(causes(&error), "could not read: no answer: timed out");
    }
}
