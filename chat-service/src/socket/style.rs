//! The form in which a subscriber reads: subscribers of the same form get the same bytes.

use std::rc::Rc;

use bytes::Bytes;

use super::transport::Transport;
use crate::stomp::MessageTemplate;
use crate::wire::Stored;

/// The form in which a subscriber reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    transport: Transport,
    template: Rc<MessageTemplate>,
}

impl Style {
    pub(super) fn new(transport: Transport, template: MessageTemplate) -> Self {
        Self { transport, template: Rc::new(template) }
    }

    /// Writes messages, one after the other.
    pub(crate) fn messages(&self, messages: &[Stored]) -> Bytes {
        let mut frame = Vec::new();
        let mut bytes = Vec::with_capacity(messages.iter().map(|m| m.json.len() + 320).sum());
        for message in messages {
            frame.clear();
            self.template.write(message.seq, &message.json, &mut frame);
            self.transport.wrap(&frame, &mut bytes);
        }
        bytes.into()
    }

    /// Writes news, which has no place among the messages; `number` tells it from other news.
    pub(crate) fn news(&self, number: u64, json: &[u8]) -> Bytes {
        let (mut frame, mut bytes) = (Vec::new(), Vec::new());
        self.template.write(format_args!("news-{number}"), json, &mut frame);
        self.transport.wrap(&frame, &mut bytes);
        bytes.into()
    }
}
