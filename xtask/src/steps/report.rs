//! Reports look as they should in a browser: on a desktop, on a phone, on paper, in light and in dark.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Outcome;
use crate::built;
use crate::command::run;
use crate::repository::Repository;

/// The names under which systems have the browser.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// The script that opens pages, and a page on which it must find faults.
const SCRIPT: &str = "tests/report/browser.py";
const BROKEN: &str = "tests/report/broken.html";

/// The pages: a name, and the command that makes it, run where the pages are.
const PAGES: [(&str, &str); 6] = [
    ("iris", "train iris --epochs 60 --quiet --report iris.html"),
    ("diabetes", "train diabetes --epochs 60 --quiet --report diabetes.html"),
    ("binary", "train breast-cancer --epochs 5 --quiet --report binary.html"),
    ("pictures", "train digits --epochs 3 --quiet --report pictures.html"),
    ("evaluated", "evaluate iris.safetensors iris --report evaluated.html"),
    ("names", "train names.csv --epochs 5 --quiet --report names.html"),
];

/// Makes the pages and opens them.
pub(super) fn check(repository: &Repository) -> Result<Outcome, String> {
    let Some(browser) = BROWSERS.iter().find(|name| starts(name)) else {
        return Ok(Outcome::NotChecked(format!(
            "there is no browser; expected one of {}",
            BROWSERS.join(", ")
        )));
    };
    let folder = built::empty_folder(repository, "report")?;
    std::fs::write(folder.join("names.csv"), hostile_table()).map_err(|error| error.to_string())?;
    let program = built::program(repository)?;
    for (_, arguments) in PAGES {
        let words = arguments.split(' ').chain(["--json"]);
        run(Command::new(&program).args(words).current_dir(&folder).stdout(std::process::Stdio::null()))?;
    }
    open(repository, browser, &folder)?;
    Ok(Outcome::Holds)
}

fn open(repository: &Repository, browser: &str, folder: &Path) -> Result<(), String> {
    let pages: Vec<PathBuf> = PAGES.iter().map(|(name, _)| folder.join(format!("{name}.html"))).collect();
    let mut look = repository.command("python3", &[SCRIPT, browser]);
    look.args(pages).args(["--broken", BROKEN]).arg("--out").arg(folder.join("seen"));
    run(&mut look)
}

fn starts(name: &str) -> bool {
    Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// A table whose names and classes would be markup if somebody let them.
fn hostile_table() -> String {
    let row = |row: u32| {
        let class = if row.is_multiple_of(2) { "<img src=x onerror=alert(1)>" } else { "</td></table>" };
        format!("{row},{},{class}\n", row * 7 % 11)
    };
    let head = "<script>alert('a column')</script>,a name that is very long and has no end as it seems to anybody who reads it,\"\"\"><b>\"\n";
    [head.to_owned()].into_iter().chain((0..120).map(row)).collect()
}
