//! A network that might fit a state dict, for a message.

use super::StateDict;
use super::group::{Group, Kind, groups, in_order};

/// A text such as `identity:4,relu:8,identity:3`: the widths of the linear layers in the order of their numbers, with an
/// activation between them that is a guess, since a state dict does not tell.
///
/// `None` if the linear layers have no order or do not fit together.
pub fn suggest(dict: &StateDict) -> Option<String> {
    let linear = groups(dict).into_iter().filter(|group| group.kind() == Some(Kind::Linear)).collect();
    let linear = in_order(linear)?;
    let shape = |group: &Group| match group.get("weight")?.shape[..] {
        [outputs, inputs] => Some((inputs, outputs, group.get("bias").is_some())),
        _ => None,
    };
    let shapes: Vec<(usize, usize, bool)> = linear.iter().map(shape).collect::<Option<_>>()?;
    let chained = shapes.windows(2).all(|pair| pair[0].1 == pair[1].0);
    let layer = |(at, (_, outputs, bias)): (usize, &(usize, usize, bool))| {
        let activation = if at + 1 == shapes.len() { "identity" } else { "relu" };
        format!(",{activation}:{outputs}{}", if *bias { "" } else { ":no_bias" })
    };
    let layers: String = shapes.iter().enumerate().map(layer).collect();
    chained.then(|| format!("identity:{}{layers}", shapes[0].0))
}
