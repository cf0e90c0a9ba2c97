//! Text tables as frames: no bytes make the reader panic, the size of the blocks changes nothing, and what is decided for
//! the columns of any table can be fitted and gives finite inputs.
//!
//! The first byte chooses the size of the blocks.

#![no_main]

use chainrule_data::csv::{Dialect, Stream, read_frame};
use chainrule_data::frame::read_all;
use chainrule_data::infer::{Wishes, decide};
use chainrule_data::preparation::{Encoding, Preparation};
use chainrule_data::{Error, Frame, Roles, Wanted};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((block, text)) = bytes.split_first() else { return };
    let texts = |block| in_blocks(text, block, Wanted::Text).map(|frame| format!("{frame:?}"));
    match (texts(usize::from(*block)), texts(1 << 22)) {
        (Ok(parts), Ok(whole)) => assert_eq!(parts, whole),
        (Err(_), Err(_)) => {}
        (parts, whole) => panic!("{parts:?} in blocks, but {whole:?} as a whole"),
    }
    let _ = in_blocks(text, usize::from(*block), Wanted::Number);
    let Ok((frame, _)) = read_frame(text, &Dialect::default(), &|_| Wanted::Auto) else { return };
    let Ok(decisions) = decide(&frame, &Roles::default(), &Wishes::default()) else { return };
    for encoding in [Encoding::OneHot, Encoding::Code] {
        let rows: Vec<usize> = (0..frame.rows()).step_by(2).collect();
        let Ok(preparation) = Preparation::fit(&frame, &decisions.columns, &rows, encoding) else { continue };
        let inputs = preparation.apply(&frame).expect("the rules of a table fit it");
        assert_eq!(inputs.len(), frame.rows() * preparation.width());
        assert!(inputs.iter().all(|value| value.is_finite()));
        let again = Preparation::new(preparation.columns().to_vec()).expect("fitted rules can be stored");
        assert_eq!(again.apply(&frame).expect("and followed"), inputs);
    }
});

fn in_blocks(text: &[u8], block: usize, wanted: Wanted) -> Result<Frame, Error> {
    read_all(&mut Stream::with_block(text, &Dialect::default(), block)?, &|_| wanted)
}
