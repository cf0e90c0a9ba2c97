//! State dicts: what goes out to PyTorch and comes back.

use crate::common::Folder;

/// A folder with a model of iris called `m.safetensors`.
fn trained(options: &str) -> Folder {
    let folder = Folder::new();
    folder.done(&format!("train iris --out m.safetensors --quiet --epochs 3 {options}"));
    folder.done("data sample iris --out iris.csv");
    folder
}

/// A safetensors file of these tensors, each with type, shape and bytes.
fn file(tensors: &[(&str, &str, &[usize], Vec<u8>)]) -> Vec<u8> {
    let (mut header, mut data) = (Vec::new(), Vec::new());
    for (name, dtype, shape, bytes) in tensors {
        let begin = data.len();
        data.extend(bytes);
        let end = data.len();
        header.push(format!(
            r#""{name}":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{begin},{end}]}}"#
        ));
    }
    let header = format!("{{{}}}", header.join(","));
    [&(header.len() as u64).to_le_bytes()[..], header.as_bytes(), &data].concat()
}

fn f32s(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

/// `y = [x1 + 2 x2 + 0.5, -x1]` under these names.
fn two_by_two(weight: &str, bias: &str) -> Vec<u8> {
    file(&[(weight, "F32", &[2, 2], f32s(&[1.0, 2.0, -1.0, 0.0])), (bias, "F32", &[2], f32s(&[0.5, 0.0]))])
}

#[test]
fn what_goes_out_comes_back_with_all_that_belongs_to_it() {
    for options in [
        "--hidden 8",
        "--precision f64 --hidden 8",
        "--spec identity:4,identity:8:no_bias,batch_norm,gelu,dropout(0.2),layer_norm,prelu:5,identity:3",
    ] {
        let folder = trained(options);
        let before = folder.done("predict m.safetensors iris.csv");
        folder.done("export m.safetensors --pytorch dict.safetensors");
        folder.done("import dict.safetensors --out back.safetensors");
        assert_eq!(folder.done("predict back.safetensors iris.csv"), before, "{options}");
        folder.done("import dict.safetensors --like m.safetensors --out like.safetensors");
        assert_eq!(folder.done("predict like.safetensors iris.csv"), before, "{options}");
        let bytes = folder.read("dict.safetensors");
        folder.done("export m.safetensors --pytorch dict.safetensors");
        assert_eq!(folder.read("dict.safetensors"), bytes, "the same model gives the same bytes");
    }
}

#[test]
fn the_text_for_python_is_printed() {
    let folder = Folder::new();
    folder.done("train xor --spec identity:2,tanh:2,sigmoid:1 --epochs 1 --quiet --out m.safetensors");
    insta::assert_snapshot!(folder.done("export m.safetensors --pytorch xor.safetensors"), @r#"
    xor.safetensors: 1724 bytes

    import torch
    from safetensors.torch import load_file
    from torch import nn

    model = nn.Sequential(
        nn.Linear(2, 2),  # 0: layer1
        nn.Tanh(),        # 1
        nn.Linear(2, 1),  # 2: layer2
        nn.Sigmoid(),     # 3
    )
    model.load_state_dict(load_file("xor.safetensors"))
    model.eval()
    centre = torch.tensor([0.5, 0.5], dtype=torch.float64)
    spread = torch.tensor([0.5, 0.5], dtype=torch.float64)


    def predict(x):  # x: [rows, 2], float64, the columns as they come
        x = (x - centre) / spread
        with torch.no_grad():
            y = model(x.to(torch.float32))
        return y  # [rows, 1]
    "#);
}

#[test]
fn names_under_a_prefix_and_with_other_numbers_are_found() {
    let folder = Folder::new();
    folder.write("t.csv", "column_1,column_2\n1,2\n-3,0.5\n");
    for (weight, bias) in [
        ("weight", "bias"),
        ("0.weight", "0.bias"),
        ("net.7.weight", "net.7.bias"),
        ("fc1.weight", "fc1.bias"),
    ] {
        folder.write("dict.safetensors", two_by_two(weight, bias));
        folder.done("import dict.safetensors --spec identity:2,identity:2 --out m.safetensors");
        assert_eq!(
            folder.done("predict m.safetensors t.csv"),
            "prediction_output_1,prediction_output_2\n5.5,-1\n-1.5,3\n"
        );
    }
}

#[test]
fn numbers_of_sixteen_bits_and_one_slope_for_all_are_read() {
    let folder = Folder::new();
    folder.write("t.csv", "a,b\n-1,2\n");
    let half: Vec<u8> = [0x3c00_u16, 0, 0, 0x3c00].iter().flat_map(|bits| bits.to_le_bytes()).collect();
    let brain: Vec<u8> = [0x3f80_u16, 0x4000].iter().flat_map(|bits| bits.to_le_bytes()).collect();
    folder.write(
        "dict.safetensors",
        file(&[
            ("0.weight", "F16", &[2, 2], half),
            ("0.bias", "BF16", &[2], brain),
            ("1.weight", "F32", &[1], f32s(&[0.5])),
            ("2.num_batches_tracked", "I64", &[], vec![0; 8]),
        ]),
    );
    folder.done("import dict.safetensors --spec 2,prelu:2 --columns a,b --classes u,v --out m.safetensors");
    assert_eq!(folder.done("predict m.safetensors t.csv"), "prediction_u,prediction_v\n0,4\n");
}

#[test]
fn what_does_not_go_together_is_said() {
    let refused = |bytes: Vec<u8>, options: &str| {
        Folder::new().write("d.safetensors", bytes).refused(&format!("import d.safetensors {options}"))
    };
    let plain = || two_by_two("0.weight", "0.bias");
    insta::assert_snapshot!(refused(plain(), ""), @"
    error: d.safetensors: a state dict does not say which network it belongs to; expected --spec or --like
    help: its matrices fit --spec identity:2,identity:2, with your own activations
    ");
    insta::assert_snapshot!(refused(plain(), "--spec 2,relu:3"), @"error: d.safetensors: tensor `0.weight`: its shape does not fit `layer1`; expected [3, 2], got [2, 2]");
    insta::assert_snapshot!(refused(plain(), "--spec 2,relu:2,relu:2"), @"error: d.safetensors: state dict: its tensors are not those of the network; missing `2.weight`, `2.bias`");
    insta::assert_snapshot!(refused(plain(), "--spec 2,relu:2:no_bias"), @"error: d.safetensors: state dict: its tensors are not those of the network; not expected `0.bias`");
    insta::assert_snapshot!(refused(two_by_two("net.0.weight", "net.0.scale"), "--spec 2,relu:2"), @"error: d.safetensors: state dict: its tensors are not those of the network; missing `net.0.bias`; not expected `net.0.scale`");
    insta::assert_snapshot!(refused(plain(), "--spec 2,softmax:2 --classes a,b,c"), @"error: --classes: expected 2 names for the network's outputs, got 3");
    insta::assert_snapshot!(refused(file(&[("0.weight", "I32", &[2, 1], vec![0; 8])]), "--spec 1,relu:2"), @"error: d.safetensors: tensor `0.weight`: its type is not one of weights; expected F64, F32, F16 or BF16, got I32");
    insta::assert_snapshot!(refused(file(&[("0.weight", "F4", &[2, 1], vec![0; 1])]), "--spec 1,relu:2"), @"error: d.safetensors: tensor `0.weight`: its type is not one of weights; expected F64, F32, F16 or BF16, got F4");
    insta::assert_snapshot!(refused(file(&[("0.weight", "F32", &[1, 1], f32s(&[f32::NAN]))]), "--spec 1,relu:1:no_bias"), @"
    error: d.safetensors: tensor `0.weight`: the value at 0 is NaN; expected finite numbers
    help: the training that made it diverged; a lower learning rate helps there
    ");
    let [a, b] = [f32s(&[0.0; 4]), f32s(&[0.0; 4])];
    let unordered = file(&[("left.weight", "F32", &[2, 2], a), ("right.weight", "F32", &[2, 2], b)]);
    insta::assert_snapshot!(refused(unordered, "--spec 2,relu:2:no_bias,relu:2:no_bias"), @"
    error: d.safetensors: state dict: neither numbers in their names nor their shapes tell the order of its modules; got `left`, `right`
    help: name them as `nn.Sequential` does: 0, 2, 4 ...
    ");
    insta::assert_snapshot!(refused(b"PK\x03\x04 a pickle of weights".to_vec(), "--spec 2,relu:2"), @r#"
    error: d.safetensors: not a file that can be imported; expected an ONNX graph, or a state dict saved as safetensors
    help: in Python, safetensors.torch.save_file(model.state_dict(), "dict.safetensors") writes one
    "#);
    let folder = trained("--hidden none");
    insta::assert_snapshot!(folder.refused("import m.safetensors --spec 4,softmax:3"), @"error: m.safetensors: this is a model of chainrule already; expected a state dict of another program");
    insta::assert_snapshot!(folder.refused("export m.safetensors --pytorch m.safetensors"), @"error: m.safetensors: this is the model itself; expected another file to write to");
    insta::assert_snapshot!(folder.refused("export m.safetensors"), @"
    error: the following required arguments were not provided:
      <--onnx <FILE>|--pytorch <FILE>|--npz <FILE>|--c <FILE.h>|--numpy <FILE.py>>

    Usage: chainrule export <--onnx <FILE>|--pytorch <FILE>|--npz <FILE>|--c <FILE.h>|--numpy <FILE.py>> <MODEL>

    For more information, try '--help'.
    ");
}
