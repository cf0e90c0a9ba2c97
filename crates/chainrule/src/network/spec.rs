//! Networks as text: `identity:4,sigmoid:5,sigmoid:3`.
//!
//! ```text
//! network = input { "," entry }
//! input   = [ ("identity" | "linear" | "input") ":" ] width
//! entry   = activation ":" width [ ":no_bias" ]    a dense layer with that activation
//!         | activation                             the activation alone
//!         | "prelu" ":" width [ ":no_bias" ]       a linear dense layer, then prelu
//!         | "dropout(" rate ")" | "layer_norm" | "batch_norm" | "prelu"
//!         | "embed(" block { "+" block } ")"       columns in blocks, each replaced by `width` trained ones
//! block   = first ".." end ":" width              the columns from `first`, counted from 0, up to but without `end`
//! ```
//!
//! Spaces around entries do not count. Writing a network and reading it gives the same network, but for layers of one's
//! own and chosen initialisers, which have no text.

use core::str::FromStr;

use super::Network;
use crate::Error;
use crate::activations::Activation;
use crate::layers::{ActivationLayer, BatchNorm, Dense, Dropout, Embed, LayerNorm, Prelu};
use crate::named::Call;

const KIND: &str = "layer";
const LAYERS: [&str; 5] = ["dropout", "layer_norm", "batch_norm", "prelu", "embed"];

/// All names that an entry can begin with.
const KNOWN: &[&str] = &{
    let mut known = [""; Activation::NAMES.len() + LAYERS.len()];
    let mut place = 0;
    while place < known.len() {
        let activations = Activation::NAMES.len();
        known[place] =
            if place < activations { Activation::NAMES[place] } else { LAYERS[place - activations] };
        place += 1;
    }
    known
};

impl Network {
    /// The network's text; see [`FromStr`](#impl-FromStr-for-Network).
    pub fn spec(&self) -> String {
        let layers = self.layers().iter().map(|layer| layer.layer().spec());
        let entries: Vec<String> =
            [format!("identity:{}", self.inputs())].into_iter().chain(layers).collect();
        entries.join(",")
    }
}

/// Reads `identity:4,sigmoid:5,sigmoid:3`: the width of the input, then an entry for each layer.
///
/// ```
/// use chainrule::network::Network;
/// let network: Network = "784, relu:128, dropout(0.2), softmax:10:no_bias".parse()?;
/// assert_eq!(network.spec(), "identity:784,relu:128,dropout(0.2),softmax:10:no_bias");
/// let error = "784,rleu:128".parse::<Network>().unwrap_err();
/// assert!(error.to_string().starts_with("network, entry 2 `rleu:128`: layer: unknown name; expected one of `identity`"));
/// # Ok::<(), chainrule::Error>(())
/// ```
impl FromStr for Network {
    type Err = Error;

    /// # Errors
    /// [`Error::SpecEntry`] with the number of the entry and what is wrong with it.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut network = None;
        for (number, entry) in (1..).zip(text.split(',')) {
            let entry = entry.trim();
            let next = match network {
                None => input(entry),
                Some(network) => layer(network, entry),
            };
            let checked = next.and_then(|network| network.check().map(|()| network));
            network = Some(checked.map_err(|cause| at(number, entry, cause))?);
        }
        Ok(network.expect("a text has at least one part"))
    }
}

fn at(entry: usize, text: &str, cause: Error) -> Error {
    Error::SpecEntry { entry, text: text.into(), cause: Box::new(cause) }
}

fn input(entry: &str) -> Result<Network, Error> {
    let expected = "the width of the input, such as `identity:4` or `4`";
    let width_text = match entry.split_once(':') {
        Some(("identity" | "linear" | "input", width)) => width,
        Some(_) => return Err(Error::Argument { kind: "input", text: entry.into(), expected }),
        None => entry,
    };
    let width = width_text.parse();
    width.map(Network::new).map_err(|_| Error::Argument { kind: "input", text: entry.into(), expected })
}

fn layer(network: Network, entry: &str) -> Result<Network, Error> {
    if entry.split(['(', ':']).next().is_some_and(|name| name.trim() == "embed") {
        return Ok(network.layer(entry.parse::<Embed>()?));
    }
    let mut parts = entry.split(':').map(str::trim);
    let call = Call::parse(KIND, parts.next().unwrap_or(""))?;
    if !KNOWN.contains(&call.name) && !["linear", "swish"].contains(&call.name) {
        return Err(call.unknown(KNOWN));
    }
    let width = parts.next().map(width).transpose()?;
    let bias = parts.next().map(no_bias).transpose()?;
    if let Some(rest) = parts.next() {
        return Err(Error::Argument { kind: "option", text: rest.into(), expected: "nothing more" });
    }
    let dense = |activation| {
        let dense = Dense::new(width.unwrap_or(0), activation);
        if bias.is_some() { dense.without_bias() } else { dense }
    };
    Ok(match (call.name, width) {
        ("prelu", Some(_)) => call.plain(network)?.layer(dense(Activation::Identity)).layer(Prelu),
        ("prelu", None) => call.plain(network)?.layer(Prelu),
        ("dropout" | "layer_norm" | "batch_norm", Some(width)) => {
            let expected = "no width, since this layer keeps that of the rows";
            return Err(Error::Argument { kind: "width", text: width.to_string(), expected });
        }
        ("dropout", None) => network.layer(Dropout::new(call.number()?)),
        ("layer_norm", None) => call.plain(network)?.layer(LayerNorm),
        ("batch_norm", None) => call.plain(network)?.layer(BatchNorm),
        (_, Some(_)) => network.layer(dense(call.text().parse()?)),
        (_, None) => network.layer(ActivationLayer::new(call.text().parse()?)),
    })
}

fn width(text: &str) -> Result<usize, Error> {
    let wrong = |_| Error::Argument { kind: "width", text: text.into(), expected: "a whole number of units" };
    text.parse().map_err(wrong)
}

fn no_bias(text: &str) -> Result<(), Error> {
    let wrong = || Error::Argument { kind: "option", text: text.into(), expected: "`no_bias`" };
    if text == "no_bias" { Ok(()) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use chainrule_engine::random::{Purpose, Stream};

    use super::Network;

    #[test]
    fn what_is_written_is_read() {
        for text in [
            "identity:4,sigmoid:5,sigmoid:3",
            "identity:784",
            "identity:2,relu:3:no_bias,sigmoid:1:no_bias",
            "identity:40,embed(0..12:8+13..40:2),relu:64,embed(1..2:3),identity:1",
            "identity:8,identity:64,batch_norm,relu,dropout(0.25),leaky_relu(0.2):32,layer_norm,prelu,softmax:10",
        ] {
            assert_eq!(text.parse::<Network>().unwrap().spec(), text);
        }
    }

    #[test]
    fn short_forms_are_written_in_full() {
        let spec = |text: &str| text.parse::<Network>().unwrap().spec();
        assert_eq!(spec("784, swish:8 ,linear:2"), "identity:784,silu:8,identity:2");
        assert_eq!(spec("input:3,prelu:4:no_bias,elu(1):2"), "identity:3,identity:4:no_bias,prelu,elu:2");
    }

    /// Texts put together at random from parts that mean something.
    #[test]
    fn any_text_is_read_or_refused_and_what_is_read_is_written() {
        const PARTS: [&str; 16] = [
            ",", ":", "(", ")", "4", "0", "0.5", "-1", "relu", "identity", "elu", "dropout", "prelu",
            "no_bias", " ", "é",
        ];
        let mut stream = Stream::new(0, Purpose::Check, 0);
        let mut read = 0;
        for _ in 0..20_000 {
            let length = 1 + stream.next_below(8);
            let part = |_| PARTS[stream.next_below(PARTS.len() as u64) as usize];
            let text = format!("4,{}", (0..length).map(part).collect::<String>());
            if let Ok(network) = text.parse::<Network>() {
                assert_eq!(network.spec().parse::<Network>().unwrap().spec(), network.spec(), "{text}");
                read += 1;
            }
        }
        assert!(read > 100, "{read}");
    }

    #[test]
    fn bad_texts_are_refused() {
        let error = |text: &str| text.parse::<Network>().unwrap_err().to_string();
        insta::assert_snapshot!(error(""), @"network, entry 1 ``: input ``: not understood; expected the width of the input, such as `identity:4` or `4`");
        insta::assert_snapshot!(error("sigmoid:4,relu:2"), @"network, entry 1 `sigmoid:4`: input `sigmoid:4`: not understood; expected the width of the input, such as `identity:4` or `4`");
        insta::assert_snapshot!(error("4,relu:0"), @"network, entry 2 `relu:0`: layer1: a width is zero; expected at least 1 unit, got 0");
        insta::assert_snapshot!(error("4,relu:12x"), @"network, entry 2 `relu:12x`: width `12x`: not understood; expected a whole number of units");
        insta::assert_snapshot!(error("4,relu:3:bias"), @"network, entry 2 `relu:3:bias`: option `bias`: not understood; expected `no_bias`");
        insta::assert_snapshot!(error("4,relu:3:no_bias:7"), @"network, entry 2 `relu:3:no_bias:7`: option `7`: not understood; expected nothing more");
        insta::assert_snapshot!(error("4,dropout(1.5)"), @"network, entry 2 `dropout(1.5)`: dropout: `rate` is out of range; expected a number in [0, 1), got 1.5");
        insta::assert_snapshot!(error("4,dropout"), @"network, entry 2 `dropout`: layer `dropout`: not understood; expected one number in parentheses");
        insta::assert_snapshot!(error("4,embed:3"), @"network, entry 2 `embed:3`: layer `embed:3`: not understood; expected blocks of columns with their widths, such as `embed(0..12:8)` or `embed(4..16:8+20..50:8)`");
        insta::assert_snapshot!(error("4,embed(2..5:3)"), @"network, entry 2 `embed(2..5:3)`: embed: `end column` is out of range; expected at most the width of the rows before it, got 5");
        insta::assert_snapshot!(error("4,batch_norm:3"), @"network, entry 2 `batch_norm:3`: width `3`: not understood; expected no width, since this layer keeps that of the rows");
        insta::assert_snapshot!(error("4,relu:1000000,relu:1000000"), @"network, entry 3 `relu:1000000`: network: too many parameters; expected at most 1073741824, got 1000006000000 (3.6 TiB of memory as f32)");
        for text in [
            "0",
            "-1",
            "4,",
            ",",
            "4,,relu:2",
            "4,relu(2):3",
            "4,dense:3",
            "99999999999999999999",
            "4,relu:3,é:2",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
