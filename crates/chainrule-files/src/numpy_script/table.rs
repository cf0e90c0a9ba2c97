//! The end of the program: a table in, a table of predictions out, as `chainrule predict` has it.

use crate::{Answers, Function, LayerKind, Standalone};

/// The functions `main` and `answers`.
pub(super) fn main(model: &Standalone) -> String {
    let given = match model.plain_numbers() {
        Some(_) => {
            "np.array([[float(row[name]) for name in COLUMNS] for row in rows], dtype=np.float64).reshape(-1, len(COLUMNS))"
        }
        None => "{name: [row[name] for row in rows] for name in COLUMNS}",
    };
    format!(
        "{answers}

def main():
    with open(sys.argv[1], newline=\"\", encoding=\"utf-8-sig\") as file:
        rows = list(csv.DictReader(file))
    missing = [name for name in COLUMNS if rows and name not in rows[0]]
    if missing:
        sys.exit(f\"{{sys.argv[1]}}: columns are missing: {{', '.join(missing)}}\")
    x = {given}
    writer = csv.writer(sys.stdout, lineterminator=\"\\n\")
    writer.writerow(HEADING)
    for y in predict(x):
        writer.writerow(answer(y))


if __name__ == \"__main__\":
    main()
",
        answers = answers(&model.answers, gives_probabilities(model))
    )
}

/// Whether the last layer makes probabilities of its outputs.
fn gives_probabilities(model: &Standalone) -> bool {
    let last = model.stack.layers.last().map(|layer| &layer.kind);
    let wanted = match model.answers {
        Answers::OneOf { .. } => Function::Softmax,
        Answers::OneOfTwo { .. } | Answers::Labels { .. } | Answers::Values { .. } => Function::Sigmoid,
    };
    last == Some(&LayerKind::Activation(wanted))
}

/// The constant `HEADING` and the function that makes a line of the outputs of a row.
fn answers(answers: &Answers, probabilities: bool) -> String {
    let kind = if probabilities { "probability" } else { "score" };
    let (heading, line) = match answers {
        Answers::OneOfTwo { threshold, .. } if probabilities => (
            format!("[\"prediction\"] + [f\"{kind}_{{name}}\" for name in CLASSES]"),
            format!("[CLASSES[int(y[0] > {threshold:?})], 1 - y[0], y[0]]"),
        ),
        Answers::OneOfTwo { threshold, .. } => (
            format!("[\"prediction\", f\"{kind}_{{CLASSES[1]}}\"]"),
            format!("[CLASSES[int(y[0] > {threshold:?})], y[0]]"),
        ),
        Answers::OneOf { .. } => (
            format!("[\"prediction\"] + [f\"{kind}_{{name}}\" for name in CLASSES]"),
            "[CLASSES[int(np.argmax(y))], *y]".to_owned(),
        ),
        Answers::Labels { .. } => (
            format!("[\"prediction\"] + [f\"{kind}_{{name}}\" for name in LABELS]"),
            "[\"|\".join(name for name, value in zip(LABELS, y) if value > 0.5), *y]".to_owned(),
        ),
        Answers::Values { names, .. } if names.len() == 1 => {
            ("[\"prediction\"]".to_owned(), "[*y]".to_owned())
        }
        Answers::Values { .. } => {
            ("[f\"prediction_{name}\" for name in VALUES]".to_owned(), "[*y]".to_owned())
        }
    };
    format!(
        "\n\nHEADING = {heading}\n\n\ndef answer(y):\n    \"\"\"The line of a table for the outputs of a row.\"\"\"\n    return {line}\n"
    )
}
