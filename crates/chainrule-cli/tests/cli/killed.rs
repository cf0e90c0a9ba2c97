//! A run that is killed again and again, at any moment, and gone on with each time, ends with the bits of one left alone.
//!
//! A round is one kill (the signal that no program can catch). After each, the folder must hold a run that can be gone on with:
//! no checkpoint that is damaged, no state that is refused. More rounds than CI makes: `CHAINRULE_KILL_ROUNDS=500 cargo test -p
//! chainrule-cli --test cli killed -- --nocapture`.

#![cfg(unix)]

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use chainrule::engine::random::{Purpose, Stream};

use crate::common::Folder;

/// Kills where nothing else is asked for.
const ROUNDS: usize = 40;
/// The longest time that a process of a run is left alone, in microseconds: drawn for each run from between these.
const LONGEST: (u64, u64) = (40_000, 400_000);
/// The signal that cannot be caught.
const KILL: i32 = 9;

/// Runs whose state has parts of every kind; each takes less than a second if left alone.
const RUNS: [&str; 4] = [
    "iris --spec identity:4,relu:16,dropout(0.2),batch_norm,softmax:3 --batch-size 16 --epochs 14 --averaging 0.9 --patience 9 --checkpoint-every 2steps",
    "wine --hidden 20 --optimizer nadam --schedule plateau --batch-size 40 --epochs 45 --class-weight balanced --precision f64 --checkpoint-every 3steps",
    "iris --hidden 12 --activation tanh --optimizer lbfgs --epochs 60 --l2 0.001 --checkpoint-every 1epoch",
    "digits --hidden 32 --optimizer momentum --schedule one_cycle --batch-size 200 --epochs 12 --checkpoint-every 2steps",
];

/// What was met on the way.
#[derive(Debug, Default)]
struct Tally {
    runs: usize,
    kills: usize,
    /// Kills before the first checkpoint was there.
    early: usize,
    /// Kills that left a file half-written or not yet renamed.
    while_saving: usize,
    /// Starts that found the lock of a killed process.
    stale_locks: usize,
}

#[test]
fn killed_at_any_moment_a_run_ends_with_the_bits_of_one_left_alone() {
    let rounds = std::env::var("CHAINRULE_KILL_ROUNDS").ok().map_or(ROUNDS, |text| text.parse().unwrap());
    let began = Instant::now();
    let seed = std::process::id().into();
    let mut random = Stream::new(seed, Purpose::Data, 0);
    let mut tally = Tally::default();
    while tally.kills < rounds {
        let run = RUNS[tally.runs % RUNS.len()];
        let alone = Folder::new();
        alone.done(&format!("train {run} --quiet --out m.safetensors"));
        let killed = until_it_ends(run, &mut random, &mut tally);
        assert!(
            killed.read("m.safetensors") == alone.read("m.safetensors"),
            "{run}: other bits, seed {seed}"
        );
        tally.runs += 1;
    }
    eprintln!("{tally:?} in {:.1} s", began.elapsed().as_secs_f64());
}

/// Starts a run, kills it after a random time, goes on with it, and so on until it ends by itself.
fn until_it_ends(run: &str, random: &mut Stream, tally: &mut Tally) -> Folder {
    let folder = Folder::new();
    let longest = LONGEST.0 + random.next_below(LONGEST.1 - LONGEST.0);
    loop {
        let arguments = match checkpoints(&folder) {
            0 => format!("train {run} --quiet --out m.safetensors --checkpoint run"),
            _ => format!("train --resume run --threads {}", 1 + random.next_below(2)),
        };
        let child = start(&folder, &arguments);
        let time = Duration::from_micros(random.next_below(longest));
        let (ended, was_killed) = kill_after(child, time);
        let told = String::from_utf8(ended.stderr).unwrap();
        assert!(!told.contains("damaged"), "{arguments}: {told}");
        tally.stale_locks += usize::from(told.contains("had not given its folder back"));
        if !was_killed {
            assert_eq!(ended.status.code(), Some(0), "{arguments}: {told}");
            return folder;
        }
        tally.kills += 1;
        tally.early += usize::from(checkpoints(&folder) == 0);
        tally.while_saving += usize::from(names(&folder).iter().any(|name| name.ends_with(".tmp")));
    }
}

fn start(folder: &Folder, arguments: &str) -> Child {
    let mut command: Command = folder.command(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Lets a process live for a time, and kills it if it has not ended; says whether it was killed.
fn kill_after(mut child: Child, time: Duration) -> (Output, bool) {
    sleep(time);
    child.kill().unwrap();
    let ended = child.wait_with_output().unwrap();
    let was_killed = ended.status.signal() == Some(KILL);
    (ended, was_killed)
}

/// The names in the folder of the run.
fn names(folder: &Folder) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder.path("run")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// How many checkpoints there are: two as a rule, more where kills came between a new name and the removal of an old one.
fn checkpoints(folder: &Folder) -> usize {
    names(folder).iter().filter(|name| name.starts_with("checkpoint-")).count()
}
