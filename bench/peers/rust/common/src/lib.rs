//! What all peers in Rust share: the requests, the data and the clock.

use std::error::Error;
use std::io::{self, BufRead, Read, Write};
use std::path::Path;
use std::time::Instant;

/// A request: what to train, and for how long.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Work {
    /// Inputs, hidden units, classes.
    pub widths: Vec<usize>,
    /// Of the hidden layers: `relu` or `sigmoid`.
    pub activation: String,
    /// Examples of a step.
    pub batch: usize,
    /// `sgd` or `adam`.
    pub optimizer: String,
    /// Constant.
    pub learning_rate: f64,
    /// Examples of an epoch, a multiple of `batch`.
    pub rows: usize,
    /// `synthetic` or `mnist`.
    pub data: String,
    /// Epochs timed together.
    pub epochs_per_block: usize,
    /// How long to measure.
    pub seconds: f64,
    /// Threads of the side that asks; the peers in this folder but `gemm` take what they take.
    pub threads: usize,
}

/// Anything that can go wrong.
pub type Failure = Box<dyn Error>;

/// Trains for one block.
pub type Block = Box<dyn FnMut() -> Result<(), Failure>>;

impl Work {
    /// Steps of a block.
    pub fn steps(&self) -> usize {
        self.epochs_per_block * self.rows / self.batch
    }

    /// The rows of each batch of one epoch, in a new random order.
    pub fn order(&self, state: &mut u64) -> Vec<Vec<u32>> {
        let mut rows: Vec<u32> = (0..self.rows as u32).collect();
        for end in (1..rows.len()).rev() {
            rows.swap(end, (random(state) % (end as u64 + 1)) as usize);
        }
        rows.chunks(self.batch).map(<[u32]>::to_vec).collect()
    }

    /// Features, `[rows, inputs]`, and classes, `[rows]`.
    pub fn data(&self) -> Result<(Vec<f32>, Vec<u32>), Failure> {
        if self.data == "mnist" {
            let pixels = unpack("train-images-idx3-ubyte.gz", 16, self.rows * 784)?;
            let labels = unpack("train-labels-idx1-ubyte.gz", 8, self.rows)?;
            let features = pixels.iter().map(|byte| f32::from(*byte) / 255.0).collect();
            return Ok((features, labels.iter().map(|byte| u32::from(*byte)).collect()));
        }
        let (mut state, classes) = (1, self.widths[self.widths.len() - 1] as u32);
        // A sum of uniform numbers is close enough to normal for a clock.
        let mut normal = || (0..12).map(|_| uniform(&mut state)).sum::<f32>() - 6.0;
        let features = (0..self.rows * self.widths[0]).map(|_| normal()).collect();
        Ok((features, (0..self.rows as u32).map(|row| row.wrapping_mul(2_654_435_761) % classes).collect()))
    }
}

/// A uniform number in [0, 1).
fn uniform(state: &mut u64) -> f32 {
    (random(state) >> 40) as f32 / (1 << 24) as f32
}

/// The next number of `splitmix64`.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn unpack(name: &str, header: usize, len: usize) -> Result<Vec<u8>, Failure> {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../crates/chainrule-data/assets/mnist");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(assets.join(name))?).read_to_end(&mut bytes)?;
    Ok(bytes.get(header..header + len).ok_or("a file of MNIST is too short")?.to_vec())
}

/// The version of a package in this workspace's lock file; the highest, which comes last, where there are several.
pub fn version(package: &str) -> &'static str {
    let lock = include_str!("../../Cargo.lock");
    let entry = lock.rsplit("[[package]]").find(|entry| entry.contains(&format!("name = \"{package}\"\n")));
    entry.and_then(|entry| entry.split("version = \"").nth(1)?.split('"').next()).unwrap_or("unknown")
}

/// Answers each request with the times of the blocks that `prepare` makes.
pub fn serve(package: &str, prepare: fn(&Work) -> Result<Block, Failure>) -> Result<(), Failure> {
    let (mut before, mut block): (String, Option<Block>) = (String::new(), None);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    for line in io::stdin().lock().lines() {
        let line = line?;
        let work: Work = serde_json::from_str(&line)?;
        if line != before {
            (before, block) = (line, Some(prepare(&work)?));
        }
        let block = block.as_mut().ok_or("no block to train")?;
        let (best, median) = measure(&work, block)?;
        let version = version(package);
        let threads = if package == "gemm" { work.threads } else { threads };
        let answer =
            serde_json::json!({ "version": version, "threads": threads, "best": best, "median": median });
        writeln!(io::stdout(), "{answer}")?;
    }
    Ok(())
}

/// Seconds of a step, in the fastest and the median block, after one block of warming up.
fn measure(work: &Work, block: &mut Block) -> Result<(f64, f64), Failure> {
    block()?;
    let (mut times, began) = (Vec::new(), Instant::now());
    while times.is_empty() || began.elapsed().as_secs_f64() < work.seconds {
        let started = Instant::now();
        block()?;
        times.push(started.elapsed().as_secs_f64() / work.steps() as f64);
    }
    times.sort_by(f64::total_cmp);
    Ok((times[0], times[times.len() / 2]))
}
