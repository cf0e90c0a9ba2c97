//! Reading ahead: one thread reads the next parts of a table while another works on this one.
//!
//! Must not know: what is done with the parts.

use std::sync::mpsc::sync_channel;
use std::thread;

use chainrule_data::Frame;

use super::Parts;

/// Parts that may wait: enough that neither thread has to, few enough that memory stays small.
const WAITING: usize = 2;

/// Whether more parts are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// They are.
    Continue,
    /// What was seen is enough.
    Stop,
}

/// Gives every part of a table to `work`, in order, until there is none or one is enough.
///
/// # Errors
/// The first error of the reader or of the work.
pub(crate) fn read_ahead(
    mut parts: Parts,
    mut work: impl FnMut(Frame) -> anyhow::Result<Flow>,
) -> anyhow::Result<()> {
    let (sender, receiver) = sync_channel(WAITING);
    thread::scope(|scope| {
        scope.spawn(move || {
            loop {
                let part = parts.next().transpose();
                let Some(part) = part else { break };
                let is_last = part.is_err();
                // Whoever works has enough if nobody receives.
                if sender.send(part).is_err() || is_last {
                    break;
                }
            }
        });
        // The receiver is dropped before the scope waits for the reader, which then cannot wait for it.
        let receiver = receiver;
        for part in receiver.iter() {
            if work(part?)? == Flow::Stop {
                break;
            }
        }
        Ok(())
    })
}
