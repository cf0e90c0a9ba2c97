//! Which tensor of a state dict is which parameter of a network.
//!
//! Modules are told apart by their tensors: a matrix is that of a linear layer, running statistics are those of a batch
//! normalisation. Among the modules of one kind the numbers in their names give the order, which holds for
//! `nn.Sequential` under any prefix and for `fc1`, `fc2`; where names differ in more than numbers, shapes decide if each
//! fits one place only. What remains in doubt is refused: weights in the wrong place predict nonsense without a word.

use super::StateDict;
use super::group::{Group, Kind, groups, in_order};
use super::module::{Module, modules};
use crate::{Error, LayerKind, Stack, Tensor, Values};

/// Tensors that have found their places.
#[derive(Clone, Debug, PartialEq)]
pub struct Assigned {
    /// The tensors under the names of the stack, in its order, all of one type: F64 if any of them is.
    pub tensors: Vec<Tensor>,
    /// For each module with tensors its name in the state dict and the layer that it became.
    pub modules: Vec<(String, String)>,
}

/// Finds the tensor of `dict` for each tensor of `stack`, of which only names and shapes count.
///
/// `nn.PReLU()` with one slope for all units gives each unit that slope.
///
/// # Errors
///
/// [`Error::StateDictList`] if tensors are missing or extra, [`Error::StateDictShape`] for the first one of another
/// shape, [`Error::StateDictOrder`] if neither numbers nor shapes tell which module comes first.
pub fn assign(stack: &Stack, dict: &StateDict) -> Result<Assigned, Error> {
    let modules: Vec<Module<'_>> = modules(stack);
    let found = groups(dict);
    let mut assigned = Assigned { tensors: Vec::new(), modules: Vec::new() };
    let places = places(&modules, &found).ok_or_else(|| list(&modules, dict))?;
    let places = places?;
    for (module, group) in modules.iter().filter(|module| !module.tensors.is_empty()).zip(places) {
        if module.tensors.len() != group.tensors.len() {
            return Err(one_list(module, &group));
        }
        for (name, wanted) in &module.tensors {
            let tensor = group.get(name).ok_or_else(|| one_list(module, &group))?;
            assigned.tensors.push(fitted(module, wanted, tensor)?);
        }
        assigned.modules.push((group.path.to_owned(), module.layer.name.clone()));
    }
    of_one_type(&mut assigned.tensors);
    Ok(assigned)
}

/// The kind of a module as its tensors would show it; `None` if it has none.
fn kind(module: &Module) -> Option<Kind> {
    match module.layer.kind {
        LayerKind::Linear { .. } => Some(Kind::Linear),
        LayerKind::BatchNorm { .. } => Some(Kind::BatchNorm),
        LayerKind::LayerNorm { .. } => Some(Kind::LayerNorm),
        LayerKind::Prelu { .. } => Some(Kind::Prelu),
        LayerKind::Embed { .. } => Some(Kind::Embed),
        LayerKind::Activation(_) | LayerKind::Dropout { .. } => None,
    }
}

/// The group for each module with tensors, in the order of the modules; `None` if there are too many or too few.
fn places<'a>(modules: &[Module<'_>], found: &[Group<'a>]) -> Option<Result<Vec<Group<'a>>, Error>> {
    let mut places: Vec<(usize, Group<'a>)> = Vec::new();
    if found.iter().any(|group| group.kind().is_none()) {
        return None;
    }
    for wanted in [Kind::Linear, Kind::BatchNorm, Kind::LayerNorm, Kind::Prelu, Kind::Embed] {
        let own: Vec<usize> = (0..modules.len()).filter(|&at| kind(&modules[at]) == Some(wanted)).collect();
        let groups: Vec<Group<'a>> =
            found.iter().filter(|group| group.kind() == Some(wanted)).cloned().collect();
        if own.len() != groups.len() {
            return None;
        }
        if own.is_empty() {
            continue;
        }
        let ordered = in_order(groups.clone()).or_else(|| by_shape(modules, &own, &groups));
        let Some(ordered) = ordered else {
            let names = groups.iter().map(|group| group.path.to_owned()).collect();
            return Some(Err(Error::StateDictOrder { names }));
        };
        places.extend(own.into_iter().zip(ordered));
    }
    places.sort_by_key(|(at, _)| *at);
    Some(Ok(places.into_iter().map(|(_, group)| group).collect()))
}

/// The groups in the order of the modules, if each module has exactly one group of its shapes.
fn by_shape<'a>(modules: &[Module<'_>], own: &[usize], groups: &[Group<'a>]) -> Option<Vec<Group<'a>>> {
    let fits = |module: &Module, group: &Group| {
        let fit = |(name, wanted): &(String, &Tensor)| {
            group.get(name).is_some_and(|tensor| tensor.shape == wanted.shape)
        };
        module.tensors.iter().all(fit)
    };
    let only_one = |at: &usize| {
        let mut fitting = groups.iter().filter(|group| fits(&modules[*at], group));
        fitting.next().filter(|_| fitting.next().is_none()).cloned()
    };
    let ordered: Vec<Group<'a>> = own.iter().map(only_one).collect::<Option<_>>()?;
    let mut paths: Vec<&str> = ordered.iter().map(|group| group.path).collect();
    paths.sort_unstable();
    paths.dedup();
    (paths.len() == ordered.len()).then_some(ordered)
}

/// The tensor under its name in the stack, if it has the shape.
fn fitted(module: &Module, wanted: &Tensor, tensor: &Tensor) -> Result<Tensor, Error> {
    let shares_one = matches!(module.layer.kind, LayerKind::Prelu { .. }) && tensor.values.len() == 1;
    let values = match &tensor.values {
        values if tensor.shape == wanted.shape => values.clone(),
        Values::F32(values) if shares_one => Values::F32(vec![values[0]; module.layer.inputs]),
        Values::F64(values) if shares_one => Values::F64(vec![values[0]; module.layer.inputs]),
        _ => {
            let (name, layer) = (tensor.name.clone(), module.layer.name.clone());
            let (expected, got) = (wanted.shape.clone(), tensor.shape.clone());
            return Err(Error::StateDictShape { name, layer, expected, got });
        }
    };
    Ok(Tensor { name: wanted.name.clone(), shape: wanted.shape.clone(), values, trainable: wanted.trainable })
}

/// What the whole state dict lacks and has beyond the modules, by the names of `nn.Sequential` under its prefix.
fn list(modules: &[Module<'_>], dict: &StateDict) -> Error {
    let prefix = groups(dict).iter().map(prefix).reduce(|a, b| if a == b { a } else { None }).flatten();
    let prefix = prefix.unwrap_or("");
    let of = |(number, module): (usize, &Module)| -> Vec<String> {
        module.tensors.iter().map(|(name, _)| format!("{prefix}{number}.{name}")).collect()
    };
    let expected: Vec<String> = modules.iter().enumerate().flat_map(of).collect();
    let is_there = |name: &String| dict.tensors.iter().any(|tensor| tensor.name == *name);
    let extra = dict.tensors.iter().map(|tensor| tensor.name.clone());
    Error::StateDictList {
        extra: extra.filter(|name| !expected.contains(name)).collect(),
        missing: expected.iter().filter(|name| !is_there(name)).cloned().collect(),
    }
}

/// What stands before the number that ends a module's name: `net.` for `net.0`.
fn prefix<'a>(group: &Group<'a>) -> Option<&'a str> {
    let prefix = group.path.trim_end_matches(|c: char| c.is_ascii_digit());
    (prefix != group.path).then_some(prefix)
}

/// What one module lacks and has too much.
fn one_list(module: &Module, group: &Group) -> Error {
    let full =
        |name: &str| if group.path.is_empty() { name.into() } else { format!("{}.{name}", group.path) };
    let missing = module.tensors.iter().filter(|(name, _)| group.get(name).is_none());
    let is_extra = |name: &str| module.tensors.iter().all(|(own, _)| *own != name);
    Error::StateDictList {
        missing: missing.map(|(name, _)| full(name)).collect(),
        extra: group.tensors.iter().filter(|(name, _)| is_extra(name)).map(|(name, _)| full(name)).collect(),
    }
}

/// Makes all tensors F64 if any is: no number changes.
fn of_one_type(tensors: &mut [Tensor]) {
    if tensors.iter().all(|tensor| matches!(tensor.values, Values::F32(_))) {
        return;
    }
    for tensor in tensors {
        if let Values::F32(values) = &tensor.values {
            tensor.values = Values::F64(values.iter().map(|value| f64::from(*value)).collect());
        }
    }
}
