//! A program that trains when asked: one request a line in, one answer a line out.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

/// A contestant that waits for requests; it ends when it is dropped.
pub(super) struct Contestant {
    /// What it is called on the page.
    pub(super) name: String,
    child: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Contestant {
    /// Starts the program.
    pub(super) fn start(name: &str, command: &mut Command) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("{name}: could not start: {error}");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
        let requests = child.stdin.take();
        let answers = child.stdout.take().map(BufReader::new).ok_or(format!("{name}: has no output"))?;
        Ok(Contestant { name: name.to_owned(), child, requests, answers })
    }

    /// Asks, and waits for the answer. One that fails answers `{"error": ...}` from then on: the others go on.
    pub(super) fn ask(&mut self, request: &Value) -> Value {
        self.try_ask(request).unwrap_or_else(|error| serde_json::json!({ "error": error }))
    }

    fn try_ask(&mut self, request: &Value) -> Result<Value, String> {
        let requests = self.requests.as_mut().ok_or("takes no requests")?;
        writeln!(requests, "{request}").and_then(|()| requests.flush()).map_err(|error| error.to_string())?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|error| error.to_string())?;
        serde_json::from_str(&line).map_err(|error| format!("no answer: {error}"))
    }
}

impl Drop for Contestant {
    fn drop(&mut self) {
        // A closed input tells the program to end; nothing can be done about one that does not end well.
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn an_answer_belongs_to_its_request_and_a_dead_contestant_is_an_error() {
        let mut echo = Contestant::start("echo", &mut Command::new("cat")).unwrap();
        for number in 0..3 {
            let request = serde_json::json!({ "number": number });
            assert_eq!(echo.ask(&request), request);
        }
        let mut dead = Contestant::start("dead", &mut Command::new("true")).unwrap();
        assert!(dead.ask(&Value::Null)["error"].is_string());
    }
}
