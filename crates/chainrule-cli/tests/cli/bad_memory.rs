//! Malformed files of every kind cost no more memory than twice their bytes and a fixed sum, under a limit of the system.
//!
//! The system limits the address space, so that a huge allocation ends the program at once; the memory that was really
//! used is the high-water mark that Linux keeps for a process, read again and again while it runs.

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use flate2::{Compression, write::GzEncoder};

use crate::common::{Folder, Ran, program};

/// What the program may use beside twice the file, in bytes.
const FIXED: u64 = 64 << 20;
/// The address space beside that, in bytes: threads and allocators reserve much more than they use.
const RESERVED: u64 = 1 << 30;
/// The size of the large files, in bytes.
const LARGE: usize = 8 << 20;

/// What a full pipe holds, in bytes.
const PIPE: usize = 1 << 16;
/// So many looks at a sleeping process, one after the other, mean that it waits for the pipe.
const LOOKS: u32 = 3;

/// Runs the program in `folder`; gives what came of it and the most memory it used, in bytes.
///
/// Its messages go to a pipe that is full, so that it waits at its end and can be looked at.
fn measured(folder: &Folder, arguments: &str, limit: u64) -> (Ran, u64) {
    let (mut messages, mut full) = std::io::pipe().unwrap();
    let end = full.try_clone().unwrap();
    let filler = thread::spawn(move || full.write_all(&[b'\n'; PIPE]));
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("ulimit -v {}; exec \"$0\" \"$@\"", limit / 1024)]);
    shell.arg(program()).args(arguments.split_whitespace()).current_dir(folder.path(""));
    let mut child = shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(end).spawn().unwrap();
    drop(shell);
    let status = format!("/proc/{}/status", child.id());
    let (mut peak, mut asleep, mut reader) = (0, 0, None);
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(&status).unwrap_or_default();
        peak = peak.max(high_water(&status));
        asleep = if status.contains("State:\tS") { asleep + 1 } else { 0 };
        if asleep == LOOKS {
            let mut messages = messages.try_clone().unwrap();
            reader.get_or_insert_with(|| thread::spawn(move || text(&mut messages)));
        }
        thread::sleep(Duration::from_millis(1));
    }
    let err = reader.map_or_else(|| text(&mut messages), |reader| reader.join().unwrap());
    filler.join().unwrap().unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    (Ran { err: err.trim_start().to_owned(), ..ran }, peak)
}

/// All that comes through a pipe.
fn text(messages: &mut impl Read) -> String {
    let mut text = String::new();
    messages.read_to_string(&mut text).unwrap();
    text
}

/// The line `VmHWM:   123 kB` of a process's status, in bytes; 0 where it is missing.
fn high_water(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok())
        .map_or(0, |kilobytes: u64| kilobytes * 1024)
}

/// A malformed file: its name, its bytes, the command that is to refuse it, and a part of the message.
struct Case {
    file: &'static str,
    bytes: Vec<u8>,
    arguments: &'static str,
    message: &'static str,
}

fn case(file: &'static str, bytes: Vec<u8>, arguments: &'static str, message: &'static str) -> Case {
    Case { file, bytes, arguments, message }
}

/// Lets the program refuse each file, and looks at what it took.
fn stays_small(cases: Vec<Case>) {
    for Case { file, bytes, arguments, message } in cases {
        let folder = Folder::new();
        let allowed = 2 * bytes.len() as u64 + FIXED;
        folder.write(file, bytes).write("train-labels-idx1-ubyte", idx(&[6], &[0, 1, 0, 1, 0, 1]));
        let before = folder.names();
        let (ran, peak) = measured(&folder, arguments, allowed + RESERVED);
        assert_eq!((ran.code, &ran.out[..]), (2, ""), "{file} ({message}): {}", ran.err);
        assert!(ran.err.contains(message), "{file} ({message}): {}", ran.err);
        assert_eq!(folder.names(), before, "{file}: left a file behind");
        assert!(
            peak > 0 && peak <= allowed,
            "{file} ({message}): at most {allowed} bytes of memory, got {peak}"
        );
    }
}

/// `line` again and again, then `last`.
fn filled(first: &str, line: &str, last: &str) -> Vec<u8> {
    let lines = (LARGE - first.len() - last.len()) / line.len();
    format!("{first}{}{last}", line.repeat(lines)).into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// An IDX file of bytes.
fn idx(dims: &[u32], body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 8, dims.len() as u8];
    dims.iter().for_each(|dim| bytes.extend(dim.to_be_bytes()));
    bytes.extend(body);
    bytes
}

#[test]
fn the_limit_is_real_and_the_measure_sees_what_is_used() {
    let folder = Folder::new();
    let (ran, peak) = measured(&folder, "train none.csv", FIXED + RESERVED);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!((1 << 20..FIXED / 2).contains(&peak), "{peak}");
    // A network of a gigabyte does not fit.
    let (ran, _) = measured(&folder, "train xor --hidden 16384,16384 --epochs 1", 512 << 20);
    assert_ne!(ran.code, 0);
}

#[test]
fn tables_in_text() {
    stays_small(vec![
        case(
            "t.csv",
            filled("a,b,c,d\n", "1.25,-3.5,1000,0.125\n", "1,2,3,4,5\n"),
            "train t.csv",
            "wrong number of fields",
        ),
        case("t.csv", filled("a,b\n", "1.25,word\n", "1.25,\"word\n"), "train t.csv", "never closed"),
        case("t.csv", filled("a,b\n\"", "1.25,-3.5\n", ""), "train t.csv", "quote"),
        case("t.csv", filled("a,b\n", "1.25,-3.5\n", "1,\u{0}\n"), "train t.csv", "zero byte"),
        case("t.csv", filled("", "a,", "b\n1\n"), "train t.csv", "too many columns"),
        case("t.csv", vec![b'a'; LARGE], "train t.csv", "too long"),
    ]);
}

#[test]
fn entry_18_a_table_larger_than_the_memory_is_read_in_parts() {
    let folder = Folder::new();
    folder.write("t.csv", format!("a,b,c,d\n{}", "1.25,-3.5,1000,red\n".repeat(6 * LARGE / 19)));
    let (ran, peak) = measured(&folder, "data show t.csv", FIXED + RESERVED);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(peak <= FIXED, "48 MiB of text: at most {FIXED} bytes of memory, got {peak}");
}

#[test]
fn packed_tables() {
    let long = gzip(&[b"a,b\n1,".to_vec(), vec![b'x'; 32 * LARGE]].concat());
    let wide = gzip(&[vec![b','; 32 * LARGE], b"\n1\n".to_vec()].concat());
    let late = gzip(&filled("a,b\n", "1.25,-3.5\n", "1,2,3\n"));
    stays_small(vec![
        case("t.csv.gz", long, "data show t.csv.gz", "too long"),
        case("t.csv.gz", wide, "data show t.csv.gz", "error: t.csv.gz"),
        case("t.csv.gz", late[..late.len() - 9].to_vec(), "data show t.csv.gz", "cut off"),
        case("t.csv.gz", late, "data show t.csv.gz", "wrong number of fields"),
    ]);
}

#[test]
fn images() {
    stays_small(vec![
        case(
            "train-images-idx3-ubyte",
            idx(&[60_000, 28, 28], &[0; 100]),
            "train train-images-idx3-ubyte",
            "cut off",
        ),
        case(
            "train-images-idx3-ubyte",
            idx(&[u32::MAX, u32::MAX, u32::MAX], &[]),
            "train train-images-idx3-ubyte",
            "too large",
        ),
        case(
            "train-images-idx3-ubyte",
            idx(&[10_000, 28, 28], &vec![0; LARGE]),
            "train train-images-idx3-ubyte",
            "left over",
        ),
        case(
            "train-images-idx3-ubyte.gz",
            gzip(&idx(&[1000, 28, 28], &vec![0; 32 * LARGE])),
            "train train-images-idx3-ubyte.gz",
            "left over",
        ),
        case(
            "train-images-idx3-ubyte.gz",
            gzip(&idx(&[400_000, 28, 28], &vec![0; 32 * LARGE])),
            "train train-images-idx3-ubyte.gz",
            "cut off",
        ),
    ]);
}

#[test]
fn model_files() {
    let file = |header: &str| [&(header.len() as u64).to_le_bytes()[..], header.as_bytes()].concat();
    let tensor = "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},";
    let many = format!("{{{}", tensor.repeat(LARGE / tensor.len()));
    let deep = "[".repeat(LARGE);
    let text = format!("{{\"__metadata__\":{{\"chainrule\":\"{}\"}}}}", "x".repeat(LARGE));
    stays_small(vec![
        case("m.safetensors", (1_u64 << 40).to_le_bytes().to_vec(), "inspect m.safetensors", "does not fit"),
        case("m.safetensors", file(&many), "inspect m.safetensors", "error: m.safetensors"),
        case("m.safetensors", file(&deep), "inspect m.safetensors", "error: m.safetensors"),
        case("m.safetensors", file(&text), "inspect m.safetensors", "error: m.safetensors"),
        case("m.safetensors", vec![0; LARGE], "inspect m.safetensors", "error: m.safetensors"),
    ]);
}

#[test]
fn settings() {
    stays_small(vec![
        case("r.toml", filled("", "# nothing\n", ""), "train --config r.toml", "too long"),
        case(
            "r.toml",
            format!("a = {}", "[".repeat(1 << 17)).into_bytes(),
            "train --config r.toml",
            "not TOML",
        ),
        case(
            "r.toml",
            format!("hidden = [{}8]", "8,".repeat(1 << 16)).into_bytes(),
            "train --config r.toml",
            "no data",
        ),
        case(
            "r.json",
            format!("{{\"a\": {}", "[".repeat(1 << 17)).into_bytes(),
            "train --config r.json",
            "not JSON",
        ),
    ]);
}
