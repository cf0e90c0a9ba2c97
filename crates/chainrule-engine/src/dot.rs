//! Graphs as text in Graphviz's DOT language.

use core::fmt::Write as _;

use crate::{Graph, Op};

/// The graph in the DOT language: values flow downward, one box per node with name, operation and shape.
///
/// Inputs are blue, parameters green, constants grey. Render it with `dot -Tsvg`.
pub fn dot(graph: &Graph) -> String {
    let mut text =
        String::from("digraph chainrule {\n  node [shape=box, style=\"rounded,filled\", fillcolor=white];\n");
    for (id, node) in graph.nodes() {
        let title = node.name().map_or_else(String::new, |name| format!("{}\\n", escape(name)));
        let label = format!("{title}{}\\n{}", escape(&node.op().to_string()), node.shape());
        let colour = match node.op() {
            Op::Input { .. } => ", fillcolor=lightblue",
            Op::Param { .. } => ", fillcolor=palegreen",
            Op::Constant(_) => ", fillcolor=lightgrey",
            _ => "",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  n{} [label=\"{label}\"{colour}];", id.index());
        for input in node.inputs() {
            let _ = writeln!(text, "  n{} -> n{};", input.index(), id.index());
        }
    }
    text + "}\n"
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use crate::{Shape, Tape};

    #[test]
    fn names_are_quoted() {
        let tape = Tape::new();
        let x = tape.input("the \"x\"", Shape::rows(2));
        let _ = x.tanh();
        insta::assert_snapshot!(super::dot(&tape.graph()), @r#"
        digraph chainrule {
          node [shape=box, style="rounded,filled", fillcolor=white];
          n0 [label="the \"x\"\ninput#0\n[batch, 2]", fillcolor=lightblue];
          n1 [label="tanh\n[batch, 2]"];
          n0 -> n1;
        }
        "#);
    }
}
