//! Every way in which a file can be wrong, and the sentence that says so.

mod common;

use chainrule_files::{ModelFile, NonFinite, Tensor, Values, decode, encode, encode_with};
use common::{
    chain, file, file_of_entry, file_of_record, file_of_tensors, full_model, small_model, small_record,
};
use insta::assert_snapshot;

/// The message for a file that must be refused.
fn refusal(bytes: &[u8]) -> String {
    chain(&decode(bytes).unwrap_err())
}

/// The message for one tensor, declared as given, in a file with 16 bytes of numbers.
fn refusal_of(tensor: &str) -> String {
    refusal(&file_of_tensors(&format!(r#""w":{tensor}"#), 16))
}

mod container {
    use super::*;

    #[test]
    fn a_short_file() {
        assert_snapshot!(refusal(b""), @"model file: too short; expected at least 8 bytes, got 0");
        assert_snapshot!(refusal(&[1, 2, 3]), @"model file: too short; expected at least 8 bytes, got 3");
    }

    #[test]
    fn a_header_longer_than_the_file() {
        assert_snapshot!(refusal(&[100, 0, 0, 0, 0, 0, 0, 0, b'{']), @"model file, byte 0: the header does not fit; expected at most 1 bytes, got 100");
        assert_snapshot!(refusal(&[0xff; 8]), @"model file, byte 0: the header does not fit; expected at most 0 bytes, got 18446744073709551615");
    }

    #[test]
    fn a_file_of_another_format() {
        assert_snapshot!(refusal(b"PK\x03\x04\x14\0\x08\x08archive/data.pkl"), @r"
model file, byte 0: the header does not fit; expected at most 16 bytes, got 578712638083779408
help: it looks like a zip archive, such as a PyTorch or Keras model; expected a .safetensors file
");
        assert_snapshot!(refusal(b"sepal_length,sepal_width\n5.1,3.5\n"), @r"
model file, byte 0: the header does not fit; expected at most 25 bytes, got 7308321214411335027
help: it looks like a text; expected a .safetensors file
");
    }

    #[test]
    fn a_header_longer_than_the_limit() {
        let length = 100_000_001_usize;
        let mut bytes = (length as u64).to_le_bytes().to_vec();
        bytes.resize(8 + length, b' ');
        assert_snapshot!(refusal(&bytes), @"model file, byte 0: the header is too long; expected at most 16777216 bytes, got 100000001");
    }

    #[test]
    fn a_header_that_is_not_utf8() {
        let bytes = [&[4, 0, 0, 0, 0, 0, 0, 0][..], b"{\"\xff}"].concat();
        assert_snapshot!(refusal(&bytes), @r"
model file, byte 10: the header is not UTF-8
cause: invalid utf-8 sequence of 1 bytes from index 2
");
    }

    #[test]
    fn a_header_that_is_not_an_object() {
        assert_snapshot!(refusal(&file("", b"")), @r"
model file, byte 8: the header is not a JSON object of the safetensors format
cause: EOF while parsing a value at line 1 column 0
");
        assert_snapshot!(refusal(&file("[1]", b"")), @r"
model file, byte 8: the header is not a JSON object of the safetensors format
cause: invalid type: sequence, expected an object at line 1 column 0
");
        assert_snapshot!(refusal(&file("{} {}", b"")), @r"
model file, byte 11: the header is not a JSON object of the safetensors format
cause: trailing characters at line 1 column 4
");
        assert_snapshot!(refusal(&file(&"[".repeat(100_000), b"")), @r"
model file, byte 8: the header is not a JSON object of the safetensors format
cause: invalid type: sequence, expected an object at line 1 column 0
");
    }

    #[test]
    fn a_name_twice() {
        let tensor = r#"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#;
        assert_snapshot!(refusal(&file(&format!(r#"{{"w":{tensor},"w":{tensor}}}"#), &[0; 4])), @"model file: the name `w` occurs twice; expected each name once");
    }

    #[test]
    fn metadata_with_a_key_twice() {
        let header = r#"{"__metadata__":{"chainrule":"{}","chainrule":"[]"}}"#;
        assert_snapshot!(refusal(&file(header, b"")), @r"
model file, byte 58: the header's entry `__metadata__` is malformed
cause: duplicate key `chainrule` at line 1 column 51
");
    }

    #[test]
    fn metadata_with_too_many_keys() {
        let keys: Vec<String> = (0..10_001).map(|i| format!(r#""{i}":"""#)).collect();
        let header = format!(r#"{{"__metadata__":{{{}}}}}"#, keys.join(","));
        assert_snapshot!(refusal(&file(&header, b"")), @r"
model file, byte 98925: the header's entry `__metadata__` is malformed
cause: more than 10000 keys at line 1 column 98918
");
    }

    #[test]
    fn too_many_tensors() {
        let tensor = |i: usize| {
            format!(r#""{i}":{{"dtype":"F32","shape":[1],"data_offsets":[{},{}]}}"#, 4 * i, 4 * i + 4)
        };
        let tensors: Vec<String> = (0..10_001).map(tensor).collect();
        assert_snapshot!(refusal(&file_of_tensors(&tensors.join(","), 40_004)), @"model file: too many tensors; expected at most 10000");
    }

    #[test]
    fn a_file_of_another_program() {
        let tensor = r#""w":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}"#;
        assert_snapshot!(refusal(&file(&format!("{{{tensor}}}"), &[0; 2])), @r"
model file: its metadata has no entry `chainrule`; it is a safetensors file of another program (tensors: 1)
help: a file of weights alone does not say which network they belong to; train with `chainrule train --out FILE`
");
        assert_snapshot!(refusal(&file(&format!(r#"{{"__metadata__":{{"format":"pt"}},{tensor}}}"#), &[0; 2])), @r"
model file: its metadata has no entry `chainrule`; it is a safetensors file of another program (tensors: 1)
help: a file of weights alone does not say which network they belong to; train with `chainrule train --out FILE`
");
    }
}

mod declared_tensor {
    use super::*;

    #[test]
    fn a_malformed_entry() {
        assert_snapshot!(refusal_of("[1]"), @r"
model file, byte 48: the header's entry `w` is malformed
cause: invalid type: integer `1`, expected a string at line 1 column 41
");
        assert_snapshot!(refusal_of(r#"{"dtype":"F32","shape":[4]}"#), @r"
model file, byte 73: the header's entry `w` is malformed
cause: missing field `data_offsets` at line 1 column 66
");
        assert_snapshot!(refusal_of(r#"{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}"#), @r"
model file, byte 72: the header's entry `w` is malformed
cause: invalid value: integer `-4`, expected usize at line 1 column 65
");
        assert_snapshot!(refusal_of(r#"{"dtype":"F32","shape":[4],"shape":[2,2],"data_offsets":[0,16]}"#), @r"
model file, byte 80: the header's entry `w` is malformed
cause: duplicate field `shape` at line 1 column 73
");
        assert_snapshot!(refusal_of(r#"{"dtype":"F32","shape":[4],"data_offsets":[0,16],"code":"x"}"#), @r"
model file, byte 101: the header's entry `w` is malformed
cause: unknown field `code`, expected one of `dtype`, `shape`, `data_offsets` at line 1 column 94
");
    }

    #[test]
    fn too_many_dimensions() {
        assert_snapshot!(refusal_of(r#"{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,16]}"#), @r"
model file, byte 88: the header's entry `w` is malformed
cause: invalid length 9, expected a list of at most 8 whole numbers at line 1 column 81
");
    }

    #[test]
    fn offsets_in_the_wrong_order() {
        assert_snapshot!(refusal_of(r#"{"dtype":"F32","shape":[4],"data_offsets":[16,0]}"#), @"tensor `w`: its bytes end before they begin; got offsets [16, 0]");
    }

    #[test]
    fn offsets_beyond_the_file() {
        assert_snapshot!(refusal_of(r#"{"dtype":"F32","shape":[8],"data_offsets":[0,32]}"#), @r"
tensor `w`: its bytes reach beyond the file; expected an end of at most 16, got 32
help: the file seems cut short; copy it again
");
    }

    #[test]
    fn overlapping_tensors() {
        let tensors = r#""a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}"#;
        assert_snapshot!(refusal(&file_of_tensors(tensors, 16)), @"tensor `b`: its bytes overlap another tensor's; expected them to begin at 12, got 8");
    }

    #[test]
    fn a_hole_between_tensors() {
        let tensors = r#""a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}"#;
        assert_snapshot!(refusal(&file_of_tensors(tensors, 16)), @"tensor `b`: a hole lies before its bytes; expected them to begin at 4, got 8");
    }

    #[test]
    fn bytes_after_the_last_tensor() {
        assert_snapshot!(refusal_of(r#"{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#), @"model file: bytes follow the last tensor; expected 8 bytes of tensors, got 16");
    }

    #[test]
    fn a_shape_whose_product_overflows() {
        let shape = "[4294967296,4294967296,4294967297]";
        assert_snapshot!(refusal_of(&format!(r#"{{"dtype":"F32","shape":{shape},"data_offsets":[0,16]}}"#)), @"tensor `w`: its shape [4294967296, 4294967296, 4294967297] has more elements than memory can hold");
        assert_snapshot!(refusal_of(r#"{"dtype":"F64","shape":[4611686018427387905],"data_offsets":[0,16]}"#), @"tensor `w`: its shape [4611686018427387905] has more elements than memory can hold");
    }

    /// Sizes that add up to almost 2^64 overflow a sum in the safetensors library; ours stops before.
    #[test]
    fn declared_sizes_whose_sum_overflows() {
        let length = (1_u64 << 61) - 1;
        let tensor = |i: u64| {
            format!(
                r#""{i}":{{"dtype":"U8","shape":[{length}],"data_offsets":[{},{}]}}"#,
                i * length,
                (i + 1) * length
            )
        };
        let tensors: Vec<String> = (0..8).map(tensor).collect();
        assert_snapshot!(refusal(&file_of_tensors(&tensors.join(","), 16)), @r"
tensor `0`: its bytes reach beyond the file; expected an end of at most 16, got 2305843009213693951
help: the file seems cut short; copy it again
");
    }

    #[test]
    fn bytes_that_do_not_fill_the_shape() {
        assert_snapshot!(refusal_of(r#"{"dtype":"F64","shape":[2,2],"data_offsets":[0,16]}"#), @"tensor `w`: its bytes do not fill F64 [2, 2]; expected 32, got 16");
    }

    #[test]
    fn a_type_that_no_model_has() {
        assert_snapshot!(refusal_of(r#"{"dtype":"F16","shape":[8],"data_offsets":[0,16]}"#), @"tensor `w`: its type is not one of a model; expected F32 or F64, got F16");
        assert_snapshot!(refusal_of(r#"{"dtype":"pickle\u001b[31m","shape":[8],"data_offsets":[0,16]}"#), @r"tensor `w`: its type is not one of a model; expected F32 or F64, got pickle\u{1b}[31m");
    }

    #[test]
    fn a_tensor_without_elements() {
        let tensors = r#""a":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#;
        assert_snapshot!(refusal(&file_of_tensors(tensors, 4)), @"tensor `a`: it has no elements; expected each dimension to be at least 1, got [0, 3]");
    }

    #[test]
    fn a_name_that_a_terminal_should_not_see() {
        assert_snapshot!(refusal(&file(r#"{"w\u001b[2J":1}"#, b"")), @r"tensor `w\u{1b}[2J`: its name holds a control character");
        assert_snapshot!(refusal(&file(&format!(r#"{{"{}":1}}"#, "x".repeat(257)), b"")), @"tensor `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`: its name is too long; expected at most 256 bytes, got 257");
    }
}

mod values {
    use super::*;

    #[test]
    fn weights_that_are_not_finite() {
        let mut model = small_model();
        model.tensors[1].values = Values::F32(vec![1.0, f32::NAN]);
        let bytes = encode_with(&model, NonFinite::Allow).unwrap();
        assert_snapshot!(refusal(&bytes), @r"
tensor `0.weight`: the value at 1 is NaN; expected finite numbers
help: the training that made it diverged; a lower learning rate helps there
");
        assert_snapshot!(chain(&encode(&model).unwrap_err()), @r"
tensor `0.weight`: the value at 1 is NaN; expected finite numbers
help: the training that made it diverged; a lower learning rate helps there
");
    }

    #[test]
    fn a_changed_weight() {
        let mut bytes = encode(&small_model()).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        assert_snapshot!(refusal(&bytes), @r"
model file: the checksum does not match; expected crc32:090dbf1b, got crc32:5d6d7483
help: the file was damaged or edited after it was written; copy it again
");
    }

    #[test]
    fn a_file_cut_short() {
        let bytes = encode(&small_model()).unwrap();
        assert_snapshot!(refusal(&bytes[..bytes.len() - 1]), @r"
tensor `0.weight`: its bytes reach beyond the file; expected an end of at most 11, got 12
help: the file seems cut short; copy it again
");
    }

    #[test]
    fn tensors_that_the_network_does_not_have() {
        let model = small_model();
        let check = |expected: &[(&str, &[usize])]| chain(&model.expect_tensors(expected).unwrap_err());
        assert_snapshot!(check(&[("0.bias", &[1]), ("0.weights", &[1, 2]), ("1.bias", &[1])]), @"model file: its tensors are not those of its network; missing `0.weights`, `1.bias`; not expected `0.weight`");
        assert_snapshot!(check(&[("0.bias", &[1])]), @"model file: its tensors are not those of its network; not expected `0.weight`");
        assert_snapshot!(check(&[("0.bias", &[1]), ("0.weight", &[2, 1])]), @"tensor `0.weight`: its shape does not fit the network; expected [2, 1], got [1, 2]");
        assert!(model.expect_tensors(&[("0.weight", &[1, 2]), ("0.bias", &[1])]).is_ok());
    }

    #[test]
    fn many_missing_tensors_are_cut_to_ten() {
        let names: Vec<String> = (0..12).map(|i| format!("{i}.bias")).collect();
        let expected: Vec<(&str, &[usize])> = names.iter().map(|name| (name.as_str(), &[1][..])).collect();
        let model = ModelFile { tensors: Vec::new(), ..small_model() };
        assert_snapshot!(chain(&model.expect_tensors(&expected).unwrap_err()), @"model file: its tensors are not those of its network; missing `0.bias`, `1.bias`, `2.bias`, `3.bias`, `4.bias`, `5.bias`, `6.bias`, `7.bias`, `8.bias`, `9.bias` and 2 more");
    }
}

mod entry {
    use super::*;

    #[test]
    fn a_newer_format() {
        let entry =
            r#"{"format_version":2,"written_by":"1.4.0","checksum":"blake3:00","model":{"shards":[]}}"#;
        assert_snapshot!(refusal(&file_of_entry(entry)), @r"
model file: written by version 1.4.0 in format 2; this is version 0.1.0 and reads formats up to 1
help: install a newer chainrule; the file is left as it is
");
    }

    #[test]
    fn a_format_that_never_was() {
        assert_snapshot!(refusal(&file_of_entry(r#"{"format_version":0}"#)), @"model file: there is no format 0; expected 1 to 1");
        assert_snapshot!(refusal(&file_of_entry(r#"{"format_version":"one"}"#)), @r#"
model file, metadata `chainrule`, byte 22 of its text: not a record of format 1
cause: invalid type: string "one", expected u64 at line 1 column 23
"#);
        assert_snapshot!(refusal(&file_of_entry("")), @r"
model file, metadata `chainrule`, byte 0 of its text: not a record of format 1
cause: EOF while parsing a value at line 1 column 0
");
    }

    #[test]
    fn an_entry_with_a_field_twice() {
        assert_snapshot!(refusal(&file_of_entry(r#"{"format_version":1,"format_version":1}"#)), @r"
model file, metadata `chainrule`, byte 35 of its text: not a record of format 1
cause: duplicate field `format_version` at line 1 column 36
");
    }

    #[test]
    fn frozen_tensors_that_are_not_there() {
        let bytes = encode(&full_model()).unwrap();
        let place = bytes.windows(14).position(|text| text == b"[\\\"1.running_m").unwrap();
        let mut changed = bytes;
        changed[place + 3] = b'2';
        assert_snapshot!(refusal(&changed), @"model file, metadata `chainrule`: `frozen` names `2.running_mean`, which is no tensor of the file");
    }
}

mod record {
    use super::*;

    /// The message for the small record with `from` replaced, its checksum made right.
    fn refusal_of(from: &str, to: &str) -> String {
        let record = small_record();
        assert!(record.contains(from), "{record}");
        refusal(&file_of_record(&record.replacen(from, to, 1)))
    }

    #[test]
    fn the_unchanged_record_is_accepted() {
        assert_eq!(decode(&file_of_record(&small_record())).unwrap().record, small_model().record);
    }

    #[test]
    fn an_unknown_field() {
        assert_snapshot!(refusal_of(r#""loss""#, r#""los":"x","loss""#), @r"
model file, metadata `chainrule`, byte 143 of its text: not a record of format 1
cause: unknown field `los`, expected one of `network`, `task`, `loss`, `features`, `scaling`, `preparation`, `target`, `training`, `data_fingerprint`, `extras` at line 1 column 55
");
    }

    #[test]
    fn a_field_twice() {
        assert_snapshot!(refusal_of(r#""loss""#, r#""network":"x","loss""#), @r"
model file, metadata `chainrule`, byte 147 of its text: not a record of format 1
cause: duplicate field `network` at line 1 column 59
");
    }

    #[test]
    fn a_key_twice_in_a_map() {
        assert_snapshot!(refusal_of(r#""extras":{}"#, r#""extras":{"a":"1","a":"2"}"#), @r"
model file, metadata `chainrule`, byte 286 of its text: not a record of format 1
cause: duplicate key `a` at line 1 column 198
");
    }

    #[test]
    fn a_missing_field() {
        assert_snapshot!(refusal_of(r#","extras":{}"#, ""), @r"
model file, metadata `chainrule`, byte 260 of its text: not a record of format 1
cause: missing field `extras` at line 1 column 172
");
    }

    #[test]
    fn an_unknown_task() {
        assert_snapshot!(refusal_of(r#""binary""#, r#""ternary""#), @r"
model file, metadata `chainrule`, byte 138 of its text: not a record of format 1
cause: unknown variant `ternary`, expected one of `binary`, `multiclass`, `multilabel`, `regression` at line 1 column 50
");
    }

    #[test]
    fn numbers_that_json_cannot_hold() {
        assert_snapshot!(refusal_of(r#"{"kind":"none"}"#, r#"{"kind":"divide","divisor":NaN}"#), @r"
model file, metadata `chainrule`, byte 220 of its text: not a record of format 1
cause: expected value at line 1 column 221
");
        assert_snapshot!(refusal_of(r#"{"kind":"none"}"#, r#"{"kind":"divide","divisor":1e999}"#), @r"
model file, metadata `chainrule`, byte 224 of its text: not a record of format 1
cause: number out of range at line 1 column 136
");
    }

    #[test]
    fn deep_nesting() {
        let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_snapshot!(refusal_of(r#""extras":{}"#, &format!(r#""extras":{deep}"#)), @r"
model file, metadata `chainrule`, byte 269 of its text: not a record of format 1
cause: invalid type: sequence, expected an object at line 1 column 181
");
    }
}

mod writer {
    use super::*;

    fn refusal_of(tensors: Vec<Tensor>) -> String {
        chain(&encode(&ModelFile { tensors, ..small_model() }).unwrap_err())
    }

    #[test]
    fn a_shape_that_the_values_do_not_fill() {
        assert_snapshot!(refusal_of(vec![Tensor::new("w", &[2, 2], Values::F32(vec![1.0; 3]))]), @"tensor `w`: its values do not fill its shape [2, 2]; expected 4, got 3");
    }

    #[test]
    fn a_shape_that_no_file_holds() {
        assert_snapshot!(refusal_of(vec![Tensor::new("w", &[2, 0], Values::F32(Vec::new()))]), @"tensor `w`: it has no elements; expected each dimension to be at least 1, got [2, 0]");
        assert_snapshot!(refusal_of(vec![Tensor::new("w", &[1; 9], Values::F32(vec![1.0]))]), @"tensor `w`: too many dimensions; expected at most 8, got 9");
        assert_snapshot!(refusal_of(vec![Tensor::new("w", &[usize::MAX, 2], Values::F32(vec![1.0]))]), @"tensor `w`: its shape [18446744073709551615, 2] has more elements than memory can hold");
    }

    #[test]
    fn names_that_no_file_holds() {
        let tensor = |name: &str| Tensor::new(name, &[1], Values::F32(vec![1.0]));
        assert_snapshot!(refusal_of(vec![tensor("")]), @"tensor ``: its name is empty");
        assert_snapshot!(refusal_of(vec![tensor("__metadata__")]), @"tensor `__metadata__`: its name is reserved by the format");
        assert_snapshot!(refusal_of(vec![tensor("w"), tensor("b"), tensor("w")]), @"model file: the name `w` occurs twice; expected each name once");
    }

    #[test]
    fn a_record_too_long_for_a_header() {
        let mut model = small_model();
        model.record.extras.insert("log".to_owned(), "x".repeat(17 << 20));
        assert!(
            chain(&encode(&model).unwrap_err())
                .contains("the header is too long; expected at most 16777216 bytes")
        );
    }
}
