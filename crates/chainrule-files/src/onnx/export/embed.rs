//! Blocks of columns multiplied by their tables, and the columns between them, side by side: `Slice`, `MatMul`, `Concat`.
//!
//! Must not know: what the columns mean.

use std::ops::Range;

use super::builder::{Builder, int};
use super::layers::constant;
use crate::onnx::Fault;
use crate::{EmbedBlock, Tensor};

/// Appends an embedding of `x: [batch, width]`; returns the value that comes out.
pub(super) fn append(
    graph: &mut Builder,
    name: &str,
    (x, width): (&str, usize),
    blocks: &[EmbedBlock],
) -> Result<String, Fault> {
    let (mut parts, mut done) = (Vec::new(), 0);
    for (number, EmbedBlock { columns, table }) in (1..).zip(blocks) {
        if columns.start < done || columns.end > width {
            let part = format!("{name}, block {number}");
            return Err(Fault::Width { part, expected: width, got: columns.end });
        }
        if done < columns.start {
            parts.push(slice(graph, x, done..columns.start, &format!("{name}.kept{number}")));
        }
        let levels = slice(graph, x, columns.clone(), &format!("{name}.levels{number}"));
        parts.push(product(graph, &levels, (columns.len(), table), &format!("{name}.embedded{number}"))?);
        done = columns.end;
    }
    if done < width {
        parts.push(slice(graph, x, done..width, &format!("{name}.kept")));
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    Ok(graph.node_with("Concat", &parts, &format!("{name}.y"), vec![int("axis", 1)]))
}

fn product(
    graph: &mut Builder,
    x: &str,
    (rows, table): (usize, &Tensor),
    output: &str,
) -> Result<String, Fault> {
    let width = table.shape.get(1).copied().unwrap_or(0);
    let table = constant(graph, table, &[rows, width])?;
    Ok(graph.node("MatMul", &[x, &table], output))
}

/// Neighbouring columns.
fn slice(graph: &mut Builder, x: &str, columns: Range<usize>, output: &str) -> String {
    let from = graph.integers(&format!("{output}.from"), &[columns.start as i64]);
    let to = graph.integers(&format!("{output}.to"), &[columns.end as i64]);
    let axis = graph.integers(&format!("{output}.axis"), &[1]);
    graph.node("Slice", &[x, &from, &to, &axis], output)
}
