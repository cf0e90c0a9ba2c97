//! The tensors of a state dict, put together by the module that they belong to.

use super::StateDict;
use crate::Tensor;

/// The kind of a module, as its tensors show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A matrix, perhaps with a bias.
    Linear,
    /// It has running statistics.
    BatchNorm,
    /// A row of weights and a row of biases.
    LayerNorm,
    /// A row of weights alone.
    Prelu,
    /// Matrices called `weight1`, `weight2` ...
    Embed,
}

/// The tensors of one module.
#[derive(Clone, Debug)]
pub(super) struct Group<'a> {
    /// The name of the module, such as `net.0`; empty if the tensors stand alone.
    pub(super) path: &'a str,
    /// The tensors, each with the last part of its name.
    pub(super) tensors: Vec<(&'a str, &'a Tensor)>,
}

/// The modules of a state dict in the order of their names.
pub(super) fn groups(dict: &StateDict) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for tensor in &dict.tensors {
        let (path, name) = tensor.name.rsplit_once('.').unwrap_or(("", &tensor.name));
        match groups.iter_mut().find(|group| group.path == path) {
            Some(group) => group.tensors.push((name, tensor)),
            None => groups.push(Group { path, tensors: vec![(name, tensor)] }),
        }
    }
    groups
}

impl<'a> Group<'a> {
    /// The tensor of that name.
    pub(super) fn get(&self, name: &str) -> Option<&'a Tensor> {
        self.tensors.iter().find(|(own, _)| *own == name).map(|(_, tensor)| *tensor)
    }

    /// What kind of module it is, if its tensors are those of one.
    pub(super) fn kind(&self) -> Option<Kind> {
        let rank = self.get("weight").map(|weight| weight.shape.len());
        match (rank, self.get("bias")) {
            _ if self.get("running_mean").is_some() => Some(Kind::BatchNorm),
            _ if self.get("weight1").is_some() => Some(Kind::Embed),
            (Some(2), _) => Some(Kind::Linear),
            (Some(1), Some(_)) => Some(Kind::LayerNorm),
            (Some(0 | 1), None) => Some(Kind::Prelu),
            _ => None,
        }
    }

    /// The name with `#` for each number, and the numbers: `net.0.fc12` is `net.#.fc#` and 0, 12.
    pub(super) fn pattern(&self) -> (String, Vec<u128>) {
        let (mut text, mut numbers) = (String::new(), Vec::new());
        let mut rest = self.path;
        while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
            let (before, from) = rest.split_at(at);
            let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
            text += before;
            text.push('#');
            // A number of more than 38 digits is as good as the largest.
            numbers.push(from[..end].parse().unwrap_or(u128::MAX));
            rest = &from[end..];
        }
        (text + rest, numbers)
    }
}

/// The groups in the order of the numbers in their names; `None` if their names differ in more than numbers.
pub(super) fn in_order<'a>(mut groups: Vec<Group<'a>>) -> Option<Vec<Group<'a>>> {
    let pattern = groups.first()?.pattern().0;
    let alike = groups.iter().all(|group| group.pattern().0 == pattern);
    groups.sort_by_key(|group| group.pattern().1);
    (alike || groups.len() == 1).then_some(groups)
}
