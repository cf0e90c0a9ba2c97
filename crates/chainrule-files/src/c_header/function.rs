//! The functions of C for the layers that occur: a table.

use super::text::{CType, number};
use crate::{Function, LayerKind, Standalone};

/// The functions that the layers of the model call, each once, in an order in which each knows those it calls.
pub(super) fn functions(model: &Standalone, kind: CType, name: &str) -> String {
    let kinds = model.stack.layers.iter().map(|layer| &layer.kind);
    let mut needed: Vec<&str> = kinds.flat_map(|layer| needs(layer).iter().copied()).collect();
    needed.sort_unstable();
    needed.dedup();
    let known = TABLE.iter().filter(|(function, _)| needed.contains(function));
    known.map(|(_, text)| fill(text, kind, name)).collect::<Vec<_>>().join("\n")
}

/// The functions behind a layer: its own, and those that it calls.
fn needs(layer: &LayerKind) -> &'static [&'static str] {
    match layer {
        LayerKind::Linear { .. } => &["linear"],
        LayerKind::LayerNorm { .. } => &["layer_norm"],
        LayerKind::BatchNorm { .. } => &["batch_norm"],
        LayerKind::Prelu { .. } => &["prelu"],
        LayerKind::Embed { .. } => &["copy", "embed"],
        LayerKind::Dropout { .. } => &[],
        LayerKind::Activation(function) => match function {
            Function::Identity => &[],
            Function::Sigmoid => &["sigmoid"],
            Function::Tanh => &["tanh"],
            Function::Relu => &["relu"],
            Function::LeakyRelu { .. } => &["leaky_relu"],
            Function::Elu { .. } => &["elu"],
            Function::Selu => &["elu", "selu"],
            Function::Gelu => &["gelu"],
            Function::GeluTanh => &["gelu_tanh"],
            Function::Silu => &["sigmoid", "silu"],
            Function::Mish => &["softplus", "mish"],
            Function::Softplus => &["softplus"],
            Function::Softsign => &["softsign"],
            Function::HardTanh => &["hard_tanh"],
            Function::Relu6 => &["relu6"],
            Function::Softmax => &["largest", "softmax"],
            Function::LogSoftmax => &["largest", "log_softmax"],
            Function::Exp => &["exponential"],
        },
    }
}

/// Puts type, names and functions of `math.h` into a text: `REAL`, `NAME`, `@exp@`, `#0.5#`.
fn fill(text: &str, kind: CType, name: &str) -> String {
    let text = text.replace("REAL", kind.name()).replace("NAME", name);
    let with_functions = replace_between(&text, '@', |function| kind.function(function));
    replace_between(&with_functions, '#', |digits| number(digits.parse().unwrap_or(f64::NAN), kind))
}

/// Replaces what stands between two equal signs.
fn replace_between(text: &str, sign: char, by: impl Fn(&str) -> String) -> String {
    let parts = text.split(sign).enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { by(part) } else { part.to_owned() }).collect()
}

/// Each function by its name. Those of one element come first; the others work on a row.
const TABLE: &[(&str, &str)] = &[
    (
        "sigmoid",
        "\
/* 1 / (1 + e^-x), from e^-|x|, which does not overflow. */
static inline REAL NAME_sigmoid(REAL x)
{
    REAL e = @exp@(-@fabs@(x));
    return (x < 0 ? e : 1) / (1 + e);
}
",
    ),
    (
        "tanh",
        "\
static inline REAL NAME_tanh(REAL x)
{
    return @tanh@(x);
}
",
    ),
    (
        "relu",
        "\
static inline REAL NAME_relu(REAL x)
{
    return x < 0 ? 0 : x;
}
",
    ),
    (
        "leaky_relu",
        "\
static inline REAL NAME_leaky_relu(REAL x, REAL slope)
{
    return x > 0 ? x : slope * x;
}
",
    ),
    (
        "elu",
        "\
static inline REAL NAME_elu(REAL x, REAL alpha)
{
    return x > 0 ? x : alpha * @expm1@(x);
}
",
    ),
    (
        "selu",
        "\
static inline REAL NAME_selu(REAL x)
{
    return #1.0507009873554805# * NAME_elu(x, #1.6732632423543772#);
}
",
    ),
    (
        "gelu",
        "\
/* x (1 + erf(x / sqrt(2))) / 2 */
static inline REAL NAME_gelu(REAL x)
{
    return #0.5# * x * (1 + @erf@(x * #0.7071067811865476#));
}
",
    ),
    (
        "gelu_tanh",
        "\
/* x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 */
static inline REAL NAME_gelu_tanh(REAL x)
{
    return #0.5# * x * (1 + @tanh@(#0.7978845608028654# * (x + #0.044715# * x * x * x)));
}
",
    ),
    (
        "silu",
        "\
static inline REAL NAME_silu(REAL x)
{
    return x * NAME_sigmoid(x);
}
",
    ),
    (
        "softplus",
        "\
/* ln(1 + e^x), with the larger of x and 0 taken out. */
static inline REAL NAME_softplus(REAL x)
{
    return (x > 0 ? x : 0) + @log1p@(@exp@(-@fabs@(x)));
}
",
    ),
    (
        "mish",
        "\
static inline REAL NAME_mish(REAL x)
{
    return x * @tanh@(NAME_softplus(x));
}
",
    ),
    (
        "softsign",
        "\
static inline REAL NAME_softsign(REAL x)
{
    return x / (1 + @fabs@(x));
}
",
    ),
    (
        "hard_tanh",
        "\
static inline REAL NAME_hard_tanh(REAL x)
{
    return x < -1 ? -1 : x > 1 ? 1 : x;
}
",
    ),
    (
        "relu6",
        "\
static inline REAL NAME_relu6(REAL x)
{
    return x < 0 ? 0 : x > 6 ? 6 : x;
}
",
    ),
    (
        "exponential",
        "\
static inline REAL NAME_exponential(REAL x)
{
    return @exp@(x);
}
",
    ),
    (
        "largest",
        "\
static inline REAL NAME_largest(const REAL *x, unsigned long n)
{
    REAL largest = x[0];
    unsigned long i;
    for (i = 1; i < n; i++)
        if (x[i] > largest)
            largest = x[i];
    return largest;
}
",
    ),
    (
        "softmax",
        "\
/* e^x_i / sum e^x_j, with the largest x taken out. */
static inline void NAME_softmax(REAL *x, unsigned long n)
{
    REAL largest = NAME_largest(x, n), sum = 0;
    unsigned long i;
    for (i = 0; i < n; i++) {
        x[i] = @exp@(x[i] - largest);
        sum += x[i];
    }
    for (i = 0; i < n; i++)
        x[i] /= sum;
}
",
    ),
    (
        "log_softmax",
        "\
/* x_i - ln(sum e^x_j), with the largest x taken out. */
static inline void NAME_log_softmax(REAL *x, unsigned long n)
{
    REAL largest = NAME_largest(x, n), sum = 0;
    unsigned long i;
    for (i = 0; i < n; i++)
        sum += @exp@(x[i] - largest);
    for (i = 0; i < n; i++)
        x[i] = x[i] - largest - @log@(sum);
}
",
    ),
    (
        "linear",
        "\
/* y = W x + b, with W row by row: outputs rows of as many numbers as there are inputs. b may be 0. */
static inline void NAME_linear(const REAL *w, const REAL *b, unsigned long inputs, unsigned long outputs,
                               const REAL *x, REAL *y)
{
    unsigned long i, j;
    for (i = 0; i < outputs; i++) {
        REAL sum = 0;
        for (j = 0; j < inputs; j++)
            sum += w[i * inputs + j] * x[j];
        y[i] = b ? sum + b[i] : sum;
    }
}
",
    ),
    (
        "layer_norm",
        "\
/* w (x - mean of x) / sqrt(variance of x + epsilon) + b */
static inline void NAME_layer_norm(const REAL *w, const REAL *b, REAL epsilon, REAL *x, unsigned long n)
{
    REAL mean = 0, variance = 0, deviation;
    unsigned long i;
    for (i = 0; i < n; i++)
        mean += x[i] / (REAL)n;
    for (i = 0; i < n; i++)
        variance += (x[i] - mean) * (x[i] - mean) / (REAL)n;
    deviation = @sqrt@(variance + epsilon);
    for (i = 0; i < n; i++)
        x[i] = (x[i] - mean) / deviation * w[i] + b[i];
}
",
    ),
    (
        "batch_norm",
        "\
/* scale (x - mean) + b, with the mean of training and scale = w / sqrt(variance of training + epsilon) */
static inline void NAME_batch_norm(const REAL *scale, const REAL *mean, const REAL *b, REAL *x, unsigned long n)
{
    unsigned long i;
    for (i = 0; i < n; i++)
        x[i] = (x[i] - mean[i]) * scale[i] + b[i];
}
",
    ),
    (
        "copy",
        "\
static inline void NAME_copy(const REAL *x, REAL *y, unsigned long n)
{
    unsigned long i;
    for (i = 0; i < n; i++)
        y[i] = x[i];
}
",
    ),
    (
        "embed",
        "\
/* y = x E, with E row by row: a row of that width for each element of x. */
static inline void NAME_embed(const REAL *e, unsigned long levels, unsigned long width, const REAL *x, REAL *y)
{
    unsigned long i, j;
    for (j = 0; j < width; j++)
        y[j] = 0;
    for (i = 0; i < levels; i++)
        for (j = 0; j < width; j++)
            y[j] += x[i] * e[i * width + j];
}
",
    ),
    (
        "prelu",
        "\
static inline void NAME_prelu(const REAL *slope, REAL *x, unsigned long n)
{
    unsigned long i;
    for (i = 0; i < n; i++)
        if (!(x[i] > 0))
            x[i] *= slope[i];
}
",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Tensor, Values};

    /// Every kind of layer; the match makes the compiler ask for a new one.
    fn kinds() -> Vec<LayerKind> {
        let tensor = || Tensor::new("t", &[1], Values::F32(vec![1.0]));
        let others = [
            LayerKind::Linear { weight: tensor(), bias: None },
            LayerKind::Activation(Function::Identity),
            LayerKind::Dropout { rate: 0.5 },
            LayerKind::LayerNorm { weight: tensor(), bias: tensor(), epsilon: 1e-5 },
            LayerKind::BatchNorm {
                weight: tensor(),
                bias: tensor(),
                mean: tensor(),
                variance: tensor(),
                epsilon: 1e-5,
            },
            LayerKind::Embed { blocks: Vec::new() },
            LayerKind::Prelu { slope: tensor() },
        ];
        let place = |kind: &LayerKind| match kind {
            LayerKind::Linear { .. } => 0,
            LayerKind::Activation(_) => 1,
            LayerKind::Dropout { .. } => 2,
            LayerKind::LayerNorm { .. } => 3,
            LayerKind::BatchNorm { .. } => 4,
            LayerKind::Embed { .. } => 5,
            LayerKind::Prelu { .. } => 6,
        };
        assert_eq!(others.each_ref().map(place), [0, 1, 2, 3, 4, 5, 6]);
        others.into_iter().chain(Function::ALL.map(LayerKind::Activation)).collect()
    }

    /// A function of the table is there for a layer, and one that a layer needs is in the table, behind those that it calls.
    #[test]
    fn the_functions_that_are_needed_are_those_of_the_table() {
        let kinds = kinds();
        let needed: Vec<&str> = kinds.iter().flat_map(|kind| needs(kind).iter().copied()).collect();
        for name in &needed {
            assert!(TABLE.iter().any(|(known, _)| known == name), "`{name}` is needed and not in the table");
        }
        for (at, (name, text)) in TABLE.iter().enumerate() {
            assert!(needed.contains(name), "`{name}` is in the table and not needed");
            for (later, _) in &TABLE[at + 1..] {
                assert!(
                    !text.contains(&format!("NAME_{later}(")),
                    "`{name}` calls `{later}` before it is there"
                );
            }
        }
        for kind in &kinds {
            for (name, text) in TABLE.iter().filter(|(name, _)| needs(kind).contains(name)) {
                for (called, _) in TABLE.iter().filter(|(called, _)| called != name) {
                    let calls = text.contains(&format!("NAME_{called}("));
                    assert!(!calls || needs(kind).contains(called), "`{name}` calls `{called}`: {kind:?}");
                }
            }
        }
    }

    #[test]
    fn types_and_names_are_filled_in() {
        let gelu = TABLE.iter().find(|(name, _)| *name == "gelu").unwrap().1;
        assert!(fill(gelu, CType::Float, "m").contains("static inline float m_gelu(float x)"));
        assert!(fill(gelu, CType::Float, "m").contains("return 0.5f * x * (1 + erff(x * 0.70710677f));"));
        assert!(
            fill(gelu, CType::Double, "m").contains("return 0.5 * x * (1 + erf(x * 0.7071067811865476));")
        );
    }
}
