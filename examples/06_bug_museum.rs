//! Why did it not learn? Seven mistakes of a network written by hand, repaired one by one and together.
//!
//! ```text
//! cargo run --release --example 06_bug_museum           the whole table
//! cargo run --release --example 06_bug_museum AB+T 150  one choice of repairs, and what it says of five flowers
//! ```

mod bug_museum;

use bug_museum::{Bug, Ending, Fixes, Replay, replay};

/// Repairs and epochs, from no repair to all.
const TABLE: &[(&str, usize)] = &[
    ("none", 500),
    ("T", 100),
    ("A", 100),
    ("A+T", 100),
    ("B+T", 100),
    ("C+T", 100),
    ("D+T", 100),
    ("AD+T", 150),
    ("ACD+T", 150),
    ("BD+T", 150),
    ("BCD+T", 150),
    ("B", 100),
    ("C", 100),
    ("D", 100),
    ("ACD", 100),
    ("BCD", 100),
    ("AB", 100),
    ("ABC", 100),
    ("ABD", 100),
    ("ABCDEF", 100),
    ("AB+T", 150),
    ("AB+T", 500),
    ("ABC+T", 150),
    ("ABD+T", 150),
    ("ABCD+T", 500),
    ("ABE+T", 150),
    ("ABDE+T", 150),
    ("ABCDE+T", 150),
    ("ABCE+T", 150),
    ("ABCDF+T", 150),
    ("ABCDEF+T", 150),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    if let Some(fixes) = arguments.next() {
        let epochs = arguments.next().map_or(Ok(150), |epochs| epochs.parse())?;
        show(fixes.parse()?, epochs)?;
        return print_answers(fixes.parse()?, epochs);
    }
    println!("The bugs:");
    for bug in Bug::ALL {
        println!("  {}  {}", bug.letter(), describe(bug));
    }
    println!(
        "\nLoss and accuracy after that many epochs; where the last bit of one first weight decides, their ranges."
    );
    println!("\nrepaired  epochs  loss             accuracy");
    for (fixes, epochs) in TABLE {
        show(fixes.parse()?, *epochs)?;
    }
    println!("\nWithout A and B nothing is learnt: the answer is each class's share, loss ln 3 = 1.0986.");
    println!(
        "With A and B it learns although C and D are still wrong: accuracy does not prove gradients right."
    );
    Ok(())
}

/// The mistake in one line.
fn describe(bug: Bug) -> &'static str {
    match bug {
        Bug::Sigmoid => "sigmoid computes 1 / (1 + exp(x)): it falls, and its slope has the wrong sign",
        Bug::Softmax => "the Jacobian of softmax is built from the logits, not from the probabilities",
        Bug::CrossEntropy => "the slope of the loss has the extra term of two-class cross-entropy",
        Bug::Bias => "the biases climb the loss: `b +=`",
        Bug::Rows => "each flower is normalised over its own four lengths, so its size is lost",
        Bug::Scale => "weights start with deviation 1/n, not 1/sqrt(n)",
        Bug::Trip => "one example with a loss above 3 ends the training",
    }
}

/// Units in the last place by which one first weight is moved where the first of them shows that it matters.
const NUDGES: [i32; 5] = [-2, -1, 2, 3, 4];

fn show(fixes: Fixes, epochs: usize) -> Result<(), Box<dyn std::error::Error>> {
    let mut runs = vec![replay(fixes, epochs, 0)?, replay(fixes, epochs, 1)?];
    if printed(&runs[0]) != printed(&runs[1]) {
        let more: Result<Vec<Replay>, _> = NUDGES.iter().map(|nudge| replay(fixes, epochs, *nudge)).collect();
        runs.extend(more?);
    }
    let (epochs, remark) = match runs[0].ending {
        Ending::Finished => (epochs, ""),
        Ending::Tripped(epoch) => (epoch, "  tripped: a loss above 3"),
    };
    let [loss, accuracy] = [0, 1].map(|column| range(runs.iter().map(|run| printed(run)[column].clone())));
    println!("{:<9} {epochs:>6}  {loss:<16} {accuracy}{remark}", fixes.to_string());
    Ok(())
}

/// Loss and accuracy.
fn printed(run: &Replay) -> [String; 2] {
    [format!("{:.4}", run.loss), format!("{:.3}", run.accuracy)]
}

/// The notebook's last cell: for five training flowers the probabilities and targets, the loss, and its slope.
fn print_answers(fixes: Fixes, epochs: usize) -> Result<(), Box<dyn std::error::Error>> {
    let three = |numbers: &[f64]| numbers.iter().map(|x| format!("{x:8.3}")).collect::<String>();
    println!("\nflower  probabilities             target                    loss     slope");
    for (number, answer) in replay(fixes, epochs, 0)?.answers.iter().enumerate().take(50).skip(45) {
        let (p, y, slope) = (three(&answer.probabilities), three(&answer.target), three(&answer.slope));
        println!("{number:>6} {p}  {y} {:8.3}  {slope}", answer.loss);
    }
    Ok(())
}

/// `a`, or `a..b` if the texts differ.
fn range(texts: impl Iterator<Item = String>) -> String {
    let mut texts: Vec<String> = texts.collect();
    texts.sort();
    texts.dedup();
    match &texts[..] {
        [first, .., last] => format!("{first}..{last}"),
        _ => texts.concat(),
    }
}
