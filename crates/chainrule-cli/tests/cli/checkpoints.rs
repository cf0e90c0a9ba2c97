//! `train --checkpoint` and `--resume`: what is kept, what is told, and what is refused.

use std::fs;

use crate::common::{Folder, masked};

/// A short run; its seed is not the default.
const RUN: &str = "train iris --hidden 8 --batch-size 30 --epochs 6 --seed 3 --out m.safetensors";

/// A folder in which a run has left its checkpoints, the newest after 20 of 30 steps.
fn with_run() -> Folder {
    let folder = Folder::new();
    folder.done(&format!("{RUN} --checkpoint run --checkpoint-every 10steps"));
    fs::remove_file(folder.path("run/checkpoint-30.safetensors")).unwrap();
    folder
}

fn names(folder: &Folder) -> Vec<String> {
    let entries = fs::read_dir(folder.path("run")).unwrap();
    let mut names: Vec<String> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The model of the run if nobody stops it.
fn undisturbed() -> Vec<u8> {
    let folder = Folder::new();
    folder.done(RUN);
    folder.read("m.safetensors")
}

#[test]
fn a_run_goes_on_and_ends_with_the_same_bits() {
    let folder = with_run();
    assert_eq!(names(&folder), ["checkpoint-20.safetensors", "lock"]);
    fs::remove_file(folder.path("m.safetensors")).unwrap();
    let ran = folder.run("train --resume run");
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err.starts_with("note: going on with the run in run after 4 epochs, 20 steps\n"),
        "{}",
        ran.err
    );
    assert!(folder.read("m.safetensors") == undisturbed());
    // Which went on saving.
    assert_eq!(names(&folder), ["checkpoint-20.safetensors", "checkpoint-30.safetensors", "lock"]);
    // A run that is over ends at once, as before; where the model goes and what is shown may be changed.
    folder.done("train --resume run --out other.safetensors --quiet --threads 1");
    assert!(folder.read("other.safetensors") == undisturbed());
}

#[test]
fn checkpoints_of_time_and_of_epochs() {
    let folder = Folder::new();
    folder.done(&format!("{RUN} --checkpoint run"));
    assert_eq!(names(&folder), ["lock"], "six epochs take less than a minute");
    folder.done(&format!("{RUN} --checkpoint run --checkpoint-every 2epochs"));
    assert_eq!(names(&folder), ["checkpoint-20.safetensors", "checkpoint-30.safetensors", "lock"]);
    let message = folder.refused(&format!("{RUN} --checkpoint other --checkpoint-every 5"));
    assert!(message.contains("expected a time, steps or epochs, such as 60s"), "{message}");
}

#[test]
fn a_search_along_lines_goes_on() {
    let run = "train iris --hidden 6 --optimizer lbfgs --l2 0.001 --epochs 9 --out m.safetensors";
    let (folder, alone) = (Folder::new(), Folder::new());
    folder.done(&format!("{run} --checkpoint run --checkpoint-every 2steps"));
    alone.done(run);
    let newest = names(&folder).into_iter().max_by_key(|name| (name.starts_with("check"), name.clone()));
    fs::remove_file(folder.path("run").join(newest.unwrap())).unwrap();
    fs::remove_file(folder.path("m.safetensors")).unwrap();
    let ran = folder.run("train --resume run");
    assert!(ran.err.starts_with("note: going on with the run in run after "), "{}", ran.err);
    assert!(folder.read("m.safetensors") == alone.read("m.safetensors"));
}

/// What a file of settings said is part of the checkpoint; the file may be gone.
#[test]
fn a_run_with_settings_from_a_file_goes_on_without_it() {
    let folder = Folder::new();
    folder.write("run.toml", "data = \"iris\"\nhidden = [8]\nbatch-size = 30\nepochs = 6\nseed = 3\n");
    folder.done("train --config run.toml --out m.safetensors --checkpoint run --checkpoint-every 20steps");
    fs::remove_file(folder.path("run.toml")).unwrap();
    fs::remove_file(folder.path("m.safetensors")).unwrap();
    folder.done("train --resume run");
    assert!(folder.read("m.safetensors") == undisturbed());
}

#[test]
fn the_settings_of_a_run_are_printed_and_nothing_is_trained() {
    let folder = with_run();
    fs::remove_file(folder.path("m.safetensors")).unwrap();
    let printed = folder.done("train --resume run --print-config");
    assert!(printed.contains("\nseed = 3\n") && printed.contains("\n# resume =\n"), "{printed}");
    assert_eq!(folder.names(), ["run"]);
    assert_eq!(names(&folder), ["checkpoint-20.safetensors", "lock"]);
    folder.write("run.toml", printed);
    folder.done("train --config run.toml");
    assert!(folder.read("m.safetensors") == undisturbed());
}

/// What is written down changes no bit, so it may go elsewhere, or nowhere where it cannot be written any more.
#[test]
fn a_run_goes_on_with_other_logs() {
    let folder = Folder::new();
    fs::create_dir(folder.path("logs")).unwrap();
    folder.done(&format!("{RUN} --checkpoint run --checkpoint-every 10steps --log logs/a.jsonl"));
    let lines = |name: &str| -> Vec<serde_json::Value> {
        let text = String::from_utf8(folder.read(name)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let undo = || fs::remove_file(folder.path("run/checkpoint-30.safetensors")).unwrap();
    undo();
    folder.done("train --resume run --log b.jsonl --history h.csv --quiet");
    let told = lines("b.jsonl");
    assert_eq!((&told[0]["event"], &told[0]["step"], told.len()), (&"resumed".into(), &20.into(), 4));
    // Seconds count from the beginning of the run.
    let before =
        lines("logs/a.jsonl").iter().find_map(|it| it["seconds"].as_f64().filter(|_| it["step"] == 20));
    assert!(told[1]["seconds"].as_f64() > before, "{told:?}");
    undo();
    fs::remove_dir_all(folder.path("logs")).unwrap();
    let ran = folder.run("train --resume run --log logs/a.jsonl --quiet");
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(ran.err, @"
    note: going on with the run in run after 4 epochs, 20 steps
    note: the run goes on without a log: logs/a.jsonl: No such file or directory (os error 2)
    ");
    assert!(folder.read("m.safetensors") == undisturbed());
}

#[test]
fn a_damaged_checkpoint_gives_way_to_the_one_before() {
    let folder = Folder::new();
    folder.done(&format!("{RUN} --checkpoint run --checkpoint-every 10steps"));
    let newest = folder.read("run/checkpoint-30.safetensors");
    folder.write("run/checkpoint-30.safetensors", &newest[..newest.len() - 1]);
    let ran = folder.run("train --resume run --quiet");
    insta::assert_snapshot!(ran.err, @"
    note: run/checkpoint-30.safetensors is damaged and was passed over
    note: going on with the run in run after 4 epochs, 20 steps
    ");
    assert!(folder.read("m.safetensors") == undisturbed());
    for name in ["run/checkpoint-20.safetensors", "run/checkpoint-30.safetensors"] {
        folder.write(name, b"nothing");
    }
    insta::assert_snapshot!(folder.refused("train --resume run"), @"error: --resume: run: none of its checkpoints is whole; tried 2: run/checkpoint-30.safetensors: model file: too short; expected at least 8 bytes, got 7");
}

#[test]
fn what_does_not_fit_the_run_is_refused() {
    let folder = with_run();
    insta::assert_snapshot!(folder.refused("train --resume run --seed 4"), @"
    error: --seed: the run began otherwise; expected `3`, got `4`
    help: leave it out, or start a new run with --checkpoint in another folder
    ");
    insta::assert_snapshot!(folder.refused("train --resume run --optimizer sgd"), @"
    error: --optimizer: the run began otherwise; expected no such option, got `sgd`
    help: leave it out; its memory is of no use to another optimizer, but --weights CHECKPOINT starts a new run from the weights alone
    ");
    insta::assert_snapshot!(folder.refused(&format!("{RUN} --checkpoint run")), @"
    error: --checkpoint run: a run has its checkpoints here, the newest after step 20
    help: go on with it: chainrule train --resume run; or choose another folder
    ");
    fs::create_dir(folder.path("empty")).unwrap();
    insta::assert_snapshot!(folder.refused("train --resume empty"), @"
    error: --resume empty: there is no checkpoint
    help: begin a run: chainrule train DATA --checkpoint empty
    ");
    assert!(folder.refused("train --resume none").starts_with("error: --resume: none: "));
    let message = folder.refused("train --resume run --checkpoint run");
    assert!(message.contains("cannot be used with"), "{message}");
    let message = folder.refused("train");
    assert!(message.contains("<DATA>"), "{message}");
    let model = folder.read("m.safetensors");
    folder.write("run/checkpoint-20.safetensors", model);
    let message = folder.refused("train --resume run");
    assert!(
        message.ends_with("checkpoint: it is a model, which does not remember how its run stood\n"),
        "{message}"
    );
}

#[test]
fn other_data_are_refused() {
    let folder = Folder::new();
    let rows: String = (0..60).map(|row| format!("{},{}\n", row % 7, row % 2)).collect();
    folder.write("t.csv", format!("x,y\n{rows}"));
    folder.done("train t.csv --epochs 2 --batch-size 30 --checkpoint run --checkpoint-every 1epoch");
    folder.write("t.csv", format!("x,y\n9,1\n{rows}"));
    insta::assert_snapshot!(masked_hash(&folder.refused("train --resume run")), @"error: --resume run: the data is not that of the run; expected `t: 60 rows of 1, crc32:HASH`, got `t: 61 rows of 1, crc32:HASH`");
}

/// Check numbers shown as `HASH`.
fn masked_hash(text: &str) -> String {
    let mut parts = text.split("crc32:");
    let first = parts.next().unwrap_or_default().to_owned();
    first + &parts.map(|part| format!("crc32:HASH{}", &part[8..])).collect::<String>()
}

#[test]
fn weights_alone_start_another_run() {
    let folder = with_run();
    folder.done("train iris --hidden 8 --optimizer sgd --epochs 1 --weights run/checkpoint-20.safetensors --out a.safetensors");
    folder
        .done("train iris --hidden 8 --optimizer sgd --epochs 1 --weights m.safetensors --out b.safetensors");
    folder.done("train iris --hidden 8 --optimizer sgd --epochs 1 --out c.safetensors");
    let models = ["a", "b", "c"].map(|name| folder.read(&format!("{name}.safetensors")));
    assert!(models[0] != models[1] && models[1] != models[2] && models[0] != models[2]);
    insta::assert_snapshot!(folder.refused("train iris --hidden 9 --weights m.safetensors"),
        @"error: --weights m.safetensors: parameters: they are laid out for another network");
    let message = folder.refused("train iris --hidden 9 --weights run/checkpoint-20.safetensors");
    insta::assert_snapshot!(message, @"error: --weights run/checkpoint-20.safetensors: checkpoint: the tensor `weights.layer1.weight` does not fit the network; expected [9, 4], got [8, 4]");
    insta::assert_snapshot!(folder.refused("evaluate run/checkpoint-20.safetensors iris"), @"
    error: run/checkpoint-20.safetensors: model file: it is the checkpoint of a run that is not over
    help: go on with the run: chainrule train --resume FOLDER
    ");
}

#[test]
fn seconds_of_all_parts_are_added_up() {
    let folder = with_run();
    let json: serde_json::Value = serde_json::from_str(&folder.done("train --resume run --json")).unwrap();
    assert!(json["seconds"].as_f64().unwrap() > 0.0);
    assert_eq!(json["training"]["epochs"], 6);
    let shown = masked(&with_run().done("train --resume run --quiet"));
    assert!(shown.starts_with("trained   6 epochs, 30 steps (# s)\n"), "{shown}");
}

#[cfg(unix)]
mod signals {
    use std::io::{BufRead, BufReader};
    use std::process::{Child, Command, Stdio};

    use super::{Folder, fs, names};

    /// A run that would take very long and saves all the time.
    const LONG: &str =
        "train iris --epochs 100000000 --checkpoint run --checkpoint-every 1epoch --out m.safetensors";

    /// A run that does not outlive its test.
    struct Running(Child);

    impl Running {
        fn signal(&self, name: &str) {
            let sent = Command::new("kill").args([name, &self.0.id().to_string()]).status();
            assert!(sent.unwrap().success());
        }

        /// Waits for the end; gives the exit code, if it ended by itself.
        fn wait(mut self) -> Option<i32> {
            self.0.wait().unwrap().code()
        }

        fn kill(self) -> u32 {
            self.0.id()
        }
    }

    impl Drop for Running {
        fn drop(&mut self) {
            let _ = self.0.kill();
            self.0.wait().unwrap();
        }
    }

    /// Starts the program.
    fn begin(folder: &Folder, arguments: &str) -> (Running, impl BufRead + use<>) {
        let mut command = folder.command(arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let err = BufReader::new(child.stderr.take().unwrap());
        (Running(child), err)
    }

    /// Starts a run, and waits until it has made an epoch and saved it.
    fn start(folder: &Folder, arguments: &str) -> (Running, impl BufRead + use<>) {
        let (child, mut err) = begin(folder, arguments);
        let mut line = String::new();
        while !line.contains("epoch 1/") {
            line.clear();
            assert!(err.read_line(&mut line).unwrap() > 0, "it ended before it began");
        }
        while names(folder).iter().all(|name| !name.starts_with("checkpoint-")) {
            std::thread::yield_now();
        }
        (child, err)
    }

    /// Ctrl-C, and what a system sends before it ends a program.
    #[test]
    fn an_interrupt_saves_the_run_and_says_how_to_go_on() {
        for name in ["-INT", "-TERM"] {
            let folder = Folder::new();
            let (child, mut err) = start(&folder, LONG);
            child.signal(name);
            let told = std::io::read_to_string(&mut err).unwrap();
            assert_eq!(child.wait(), Some(1), "{name}");
            let newest = names(&folder).iter().filter_map(|name| step(name)).max().unwrap();
            let help = format!("help: go on after step {newest}: chainrule train --resume run\n");
            assert!(told.contains("error: interrupted before all epochs were made\n"), "{told}");
            assert!(told.ends_with(&help), "{told}");
            assert_eq!(fs::read(folder.path("run/lock")).unwrap(), b"");
            folder.done("inspect m.safetensors");
        }
    }

    /// The steps in the name of a checkpoint.
    fn step(name: &str) -> Option<u64> {
        name.strip_prefix("checkpoint-")?.strip_suffix(".safetensors")?.parse().ok()
    }

    #[test]
    fn a_second_run_stops_and_names_the_first() {
        let folder = Folder::new();
        let (child, _err) = start(&folder, LONG);
        for arguments in [LONG, "train --resume run"] {
            let ran = folder.run(arguments);
            let who = format!("another run writes its checkpoints here (process {}, began ", child.0.id());
            assert!(ran.code == 2 && ran.err.contains(&who), "{}", ran.err);
            assert!(
                ran.err.contains("\nhelp: wait until it is over, or choose another folder"),
                "{}",
                ran.err
            );
        }
        child.kill();
        let ran = folder.run("train --resume run --epochs 5");
        assert!(ran.err.starts_with("error: --epochs: the run began otherwise"), "{}", ran.err);
        // The lock that the killed run left is taken over with a word.
        let text = fs::read_to_string(folder.path("run/lock")).unwrap();
        assert_eq!(text, "", "the run that was refused has given the folder back");
    }

    #[test]
    fn what_a_killed_run_leaves_is_cleared_with_a_word() {
        let folder = Folder::new();
        let (child, _err) = start(&folder, LONG);
        let process = child.kill();
        folder.write("run/.checkpoint-9.safetensors.77-0.tmp", b"half");
        let (_again, mut err) = begin(&folder, "train --resume run");
        let mut line = String::new();
        err.read_line(&mut line).unwrap();
        assert_eq!(
            line,
            format!("note: the run of process {process}, which is over, had not given its folder back\n")
        );
        assert!(!names(&folder).iter().any(|name| name.contains(".77-0.tmp")), "{:?}", names(&folder));
    }

    /// A checkpoint that cannot be saved costs no training.
    #[test]
    fn training_goes_on_where_a_checkpoint_cannot_be_saved() {
        let folder = Folder::new();
        let (child, mut err) = start(&folder, LONG);
        fs::rename(folder.path("run"), folder.path("elsewhere")).unwrap();
        let mut line = String::new();
        while !line.starts_with("note: the checkpoint after step ") {
            line.clear();
            assert!(err.read_line(&mut line).unwrap() > 0, "it ended");
        }
        assert!(line.contains(" is not saved, ") && line.contains(": run/checkpoint-"), "{line}");
        child.signal("-INT");
        std::io::read_to_string(&mut err).unwrap();
        assert_eq!(child.wait(), Some(1));
        folder.done("inspect m.safetensors");
    }
}
