//! The network of a run for rows that are prepared by themselves, such as those of a fold.
//!
//! Fewer rows may have fewer levels of a category and no gap in a column, and so make fewer inputs: the first layer is then as
//! wide as these, and blocks that an embedding takes lie elsewhere. Must not know: training.

use core::ops::Range;

use anyhow::Context;
use chainrule::Network;
use chainrule::layers::Embed;
use chainrule_data::preparation::InputGroup;

use crate::failure::explain;
use crate::prepare::Inputs;

/// The network for inputs that `own` makes instead of `whole`.
///
/// # Errors
/// If it embeds inputs that are not those of one column.
pub(super) fn refitted(network: &Network, whole: &Inputs, own: &Inputs) -> anyhow::Result<Network> {
    let (Inputs::Prepared(whole), Inputs::Prepared(own)) = (whole, own) else { return Ok(network.clone()) };
    let (before, after) = (whole.inputs(), own.inputs());
    if before == after {
        return Ok(network.clone());
    }
    let mut entries = vec![format!("identity:{}", own.width())];
    for (at, named) in network.layers().iter().enumerate() {
        let text = named.layer().spec();
        let is_embedding = at == 0 && named.layer().kind() == "embed";
        entries.push(if is_embedding { moved(&text, &before, &after)? } else { text });
    }
    entries.join(",").parse().map_err(explain)
}

/// The embedding whose blocks are those of the same columns.
fn moved(embedding: &str, before: &[InputGroup], after: &[InputGroup]) -> anyhow::Result<String> {
    let layer: Embed = embedding.parse().map_err(explain)?;
    let block = |(range, width): (Range<usize>, usize)| {
        let column = &before.iter().find(|group| group.range == range)?.column;
        Some((after.iter().find(|group| group.column == *column)?.range.clone(), width))
    };
    let blocks: Option<Vec<_>> = layer.blocks().map(block).collect();
    let blocks = blocks.with_context(|| {
        format!(
            "--folds: `{embedding}` takes inputs that a fold has not; expected blocks of one category each"
        )
    })?;
    Ok(chainrule::layers::Layer::spec(&Embed::new(blocks)))
}

#[cfg(test)]
mod tests {
    use chainrule::Network;
    use chainrule_data::Preparation;
    use chainrule_data::Roles;
    use chainrule_data::csv::{Dialect, Stream};
    use chainrule_data::frame::{Wanted, read_all};
    use chainrule_data::infer::{self, Wishes};
    use chainrule_data::preparation::Encoding;

    use super::refitted;
    use crate::prepare::Inputs;

    /// How the first rows of a table with two categories become inputs.
    fn inputs(rows: usize) -> Inputs {
        let text = "colour,size,shape,y\nred,1,a,0\nblue,2,b,1\nred,3,a,0\nblue,,b,1\ngreen,5,c,0\n";
        let mut stream = Stream::with_block(text.as_bytes(), &Dialect::default(), 1000).unwrap();
        let frame = read_all(&mut stream, &|_| Wanted::Auto).unwrap();
        let roles = Roles { target: vec!["y".into()], ..Roles::default() };
        let columns = infer::decide(&frame, &roles, &Wishes::default()).unwrap().columns;
        let rows: Vec<usize> = (0..rows).collect();
        Inputs::Prepared(Preparation::fit(&frame, &columns, &rows, Encoding::OneHot).unwrap())
    }

    #[test]
    fn a_network_takes_the_inputs_of_other_rows() {
        let (whole, own) = (inputs(5), inputs(3));
        let refit = |text: &str| {
            let network: Network = text.parse().unwrap();
            refitted(&network, &whole, &own).map(|network| network.spec()).map_err(|error| error.to_string())
        };
        assert_eq!(refit("8,relu:4,sigmoid:1").unwrap(), "identity:5,relu:4,sigmoid:1");
        assert_eq!(
            refit("8,embed(0..3:2+5..8:1),sigmoid:1").unwrap(),
            "identity:5,embed(0..2:2+3..5:1),sigmoid:1"
        );
        assert_eq!(
            refit("8,embed(0..4:2),sigmoid:1").unwrap_err(),
            "--folds: `embed(0..4:2)` takes inputs that a fold has not; expected blocks of one category each"
        );
        let network: Network = "8,sigmoid:1".parse().unwrap();
        assert_eq!(refitted(&network, &whole, &whole).unwrap().spec(), network.spec());
    }
}
