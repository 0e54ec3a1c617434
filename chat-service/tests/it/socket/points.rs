//! STOMP point by point, on the wire.

use crate::helpers::Stage;
use crate::stomp_client::{Reply, Stomp};

/// One point of the specification: what is said after CONNECT, and what comes back.
struct Point {
    name: &'static str,
    /// `accept-version`; empty if CONNECT is a part of what is said.
    version: &'static str,
    /// What the client says; `{room}` is a room that it may read.
    says: &'static [&'static str],
    /// What comes back, frame by frame: the command, and what stands in it.
    hears: &'static [&'static [&'static str]],
}

const fn point(
    name: &'static str,
    version: &'static str,
    says: &'static [&'static str],
    hears: &'static [&'static [&'static str]],
) -> Point {
    Point { name, version, says, hears }
}

const ERROR: &str = "ERROR";
const RECEIPT: &str = "RECEIPT";
const CLOSED: &str = "closed";

const POINTS: &[Point] = &[
    // Connecting
    point(
        "1.2 is agreed on",
        "",
        &["CONNECT\naccept-version:1.2\nhost:h\n\n\0"],
        &[&["CONNECTED", "version:1.2\n"]],
    ),
    point(
        "1.1 is agreed on",
        "",
        &["CONNECT\naccept-version:1.1\nhost:h\n\n\0"],
        &[&["CONNECTED", "version:1.1\n"]],
    ),
    point(
        "1.0 is agreed on",
        "",
        &["CONNECT\naccept-version:1.0\n\n\0"],
        &[&["CONNECTED", "version:1.0\n"]],
    ),
    point(
        "the highest common version wins",
        "",
        &["CONNECT\naccept-version:1.0,1.1,1.2\nhost:h\n\n\0"],
        &[&["CONNECTED", "version:1.2\n"]],
    ),
    point(
        "without accept-version it is 1.0",
        "",
        &["CONNECT\nlogin:\npasscode:\n\n\0"],
        &[&["CONNECTED", "version:1.0\n"]],
    ),
    point(
        "a version nobody speaks ends in ERROR with those we speak",
        "",
        &["CONNECT\naccept-version:2.1\nhost:h\n\n\0"],
        &[&[ERROR, "version:1.2,1.1,1.0\n", "content-type:text/plain\n"], &[CLOSED]],
    ),
    point(
        "STOMP is CONNECT",
        "",
        &["STOMP\naccept-version:1.2\nhost:h\n\n\0"],
        &[&["CONNECTED", "version:1.2\n"]],
    ),
    point(
        "host may be anything",
        "",
        &["CONNECT\naccept-version:1.2\nhost:some.where:61613\n\n\0"],
        &[&["CONNECTED"]],
    ),
    point(
        "CONNECTED names session and server",
        "",
        &["CONNECT\naccept-version:1.2\nhost:h\n\n\0"],
        &[&["CONNECTED", "session:", "server:project509-chat/"]],
    ),
    point(
        "heart-beats are agreed on",
        "",
        &["CONNECT\naccept-version:1.2\nhost:h\nheart-beat:5000,5000\n\n\0"],
        &[&["CONNECTED", "heart-beat:10000,10000\n"]],
    ),
    point(
        "no heart-beats are fine",
        "",
        &["CONNECT\naccept-version:1.1\nhost:h\nheart-beat:0,0\n\n\0"],
        &[&["CONNECTED", "heart-beat:"]],
    ),
    point(
        "a heart-beat that is no pair of numbers ends in ERROR",
        "",
        &["CONNECT\naccept-version:1.2\nhost:h\nheart-beat:often\n\n\0"],
        &[&[ERROR, "heart-beat"], &[CLOSED]],
    ),
    point(
        "CONNECT is not unescaped",
        "",
        &["CONNECT\naccept-version:1.2\nhost:h\nlogin:a\\tb\n\n\0"],
        &[&["CONNECTED"]],
    ),
    point(
        "CONNECT may end its lines in CR LF",
        "",
        &["CONNECT\r\naccept-version:1.2\r\nhost:h\r\n\r\n\0"],
        &[&["CONNECTED", "version:1.2\n"]],
    ),
    point(
        "a second CONNECT ends in ERROR",
        "1.2",
        &["CONNECT\naccept-version:1.2\nhost:h\n\n\0"],
        &[&[ERROR], &[CLOSED]],
    ),
    point(
        "anything before CONNECT ends in ERROR",
        "",
        &["SUBSCRIBE\nid:0\ndestination:/topic/{room}\n\n\0"],
        &[&[ERROR, "CONNECT"], &[CLOSED]],
    ),
    // Frames
    point(
        "line ends before the first frame",
        "",
        &["\n\r\n\nCONNECT\naccept-version:1.2\nhost:h\n\n\0"],
        &[&["CONNECTED"]],
    ),
    point(
        "line ends between frames",
        "1.2",
        &["\n\n\r\nBEGIN\ntransaction:t\nreceipt:r\n\n\0\n\n"],
        &[&[RECEIPT, "receipt-id:r\n"]],
    ),
    point(
        "several frames in one message",
        "1.2",
        &["BEGIN\ntransaction:t\nreceipt:a\n\n\0ABORT\ntransaction:t\nreceipt:b\n\n\0"],
        &[&[RECEIPT, "receipt-id:a\n"], &[RECEIPT, "receipt-id:b\n"]],
    ),
    point(
        "a frame in several messages",
        "1.2",
        &["BEG", "IN\ntransac", "tion:t\nreceipt:r\n", "\n", "\0"],
        &[&[RECEIPT, "receipt-id:r\n"]],
    ),
    point(
        "an unknown command ends in ERROR",
        "1.2",
        &["HELLO\nreceipt:r\n\n\0"],
        &[&[ERROR, "message:", "receipt-id:r\n"], &[CLOSED]],
    ),
    point(
        "commands are upper case",
        "1.2",
        &["send\ndestination:/x\n\n\0"],
        &[&[ERROR], &[CLOSED]],
    ),
    point(
        "a header without a colon ends in ERROR",
        "1.2",
        &["BEGIN\ntransaction\n\n\0"],
        &[&[ERROR], &[CLOSED]],
    ),
    point(
        "a frame that ends within its headers ends in ERROR",
        "1.2",
        &["BEGIN\ntransaction:t\0"],
        &[&[ERROR], &[CLOSED]],
    ),
    point(
        "of repeated headers the first counts",
        "1.2",
        &["BEGIN\ntransaction:t\nreceipt:first\nreceipt:second\n\n\0"],
        &[&[RECEIPT, "receipt-id:first\n"]],
    ),
    point(
        "1.2 takes CR LF",
        "1.2",
        &["BEGIN\r\ntransaction:t\r\nreceipt:r\r\n\r\n\0"],
        &[&[RECEIPT, "receipt-id:r\n"]],
    ),
    point(
        "a lone CR in a header ends in ERROR",
        "1.2",
        &["BEGIN\ntransaction:a\rb\n\n\0"],
        &[&[ERROR], &[CLOSED]],
    ),
    point(
        "a body on a frame that has none ends in ERROR",
        "1.2",
        &["BEGIN\ntransaction:t\nreceipt:r\n\nbody\0"],
        &[&[ERROR, "receipt-id:r\n"], &[CLOSED]],
    ),
    point(
        "content-length is believed",
        "1.2",
        &[
            "SEND\ndestination:/app/chat.sendMessage/{room}\ncontent-length:20\nreceipt:r\n\n{\"content\":\"a b c d\"}\0",
        ],
        &[&[ERROR, "content-length"], &[CLOSED]],
    ),
    point(
        "content-length counts bytes",
        "1.2",
        &[
            "SEND\ndestination:/app/chat.sendMessage/{room}\ncontent-length:20\nreceipt:r\n\n{\"content\":\"사과\"}\0",
        ],
        &[&[RECEIPT, "receipt-id:r\n"]],
    ),
    point(
        "a content-length that is no number ends in ERROR",
        "1.2",
        &["SEND\ndestination:/app/x\ncontent-length:many\n\n\0"],
        &[&[ERROR, "content-length"], &[CLOSED]],
    ),
    point(
        "a body too large ends in ERROR before it has come",
        "1.2",
        &["SEND\ndestination:/app/x\ncontent-length:10000000\n\n"],
        &[&[ERROR, "too large"], &[CLOSED]],
    ),
    // Escapes
    point(
        "1.2 undoes and makes escapes",
        "1.2",
        &["BEGIN\ntransaction:t\nreceipt:a\\cb\\\\c\\nd\\re\n\n\0"],
        &[&[RECEIPT, "receipt-id:a\\cb\\\\c\\nd\\re\n"]],
    ),
    point(
        "1.1 undoes and makes escapes",
        "1.1",
        &["BEGIN\ntransaction:t\nreceipt:a\\cb\\\\c\\nd\n\n\0"],
        &[&[RECEIPT, "receipt-id:a\\cb\\\\c\\nd\n"]],
    ),
    point(
        "1.0 has no escapes",
        "1.0",
        &["BEGIN\ntransaction:t\nreceipt:a\\cb\n\n\0"],
        &[&[RECEIPT, "receipt-id:a\\cb\n"]],
    ),
    point(
        "an escape that 1.2 does not know ends in ERROR",
        "1.2",
        &["BEGIN\ntransaction:\\t\n\n\0"],
        &[&[ERROR, "escape"], &[CLOSED]],
    ),
    point(
        "CR has no escape in 1.1",
        "1.1",
        &["BEGIN\ntransaction:\\r\n\n\0"],
        &[&[ERROR, "escape"], &[CLOSED]],
    ),
    point(
        "spaces belong to a header",
        "1.2",
        &["BEGIN\ntransaction:t\nreceipt: r \n\n\0"],
        &[&[RECEIPT, "receipt-id: r \n"]],
    ),
    point(
        "but not in 1.0",
        "1.0",
        &["BEGIN\ntransaction: t\nreceipt: r \n\n\0"],
        &[&[RECEIPT, "receipt-id:r\n"]],
    ),
    // Receipts
    point(
        "SUBSCRIBE has a receipt",
        "1.2",
        &["SUBSCRIBE\nid:0\ndestination:/topic/{room}\nreceipt:r\n\n\0"],
        &[&[RECEIPT, "receipt-id:r\n"]],
    ),
    point(
        "UNSUBSCRIBE has a receipt",
        "1.2",
        &["SUBSCRIBE\nid:0\ndestination:/topic/{room}\n\n\0UNSUBSCRIBE\nid:0\nreceipt:r\n\n\0"],
        &[&[RECEIPT, "receipt-id:r\n"]],
    ),
    point(
        "SEND has a receipt",
        "1.2",
        &["SEND\ndestination:/app/chat.sendMessage/{room}\nreceipt:r\n\n{\"content\":\"hi\"}\0"],
        &[&[RECEIPT, "receipt-id:r\n"]],
    ),
    point(
        "DISCONNECT has a receipt, and then it ends",
        "1.2",
        &["DISCONNECT\nreceipt:bye\n\n\0"],
        &[&[RECEIPT, "receipt-id:bye\n"], &[CLOSED]],
    ),
    point("DISCONNECT without a receipt", "1.2", &["DISCONNECT\n\n\0"], &[&[CLOSED]]),
    // Subscribing
    point(
        "SUBSCRIBE needs an id",
        "1.2",
        &["SUBSCRIBE\ndestination:/topic/{room}\n\n\0"],
        &[&[ERROR, "id is missing"], &[CLOSED]],
    ),
    point(
        "but not in 1.0",
        "1.0",
        &["SUBSCRIBE\ndestination:/topic/{room}\nreceipt:r\n\n\0"],
        &[&[RECEIPT]],
    ),
    point(
        "SUBSCRIBE needs a destination",
        "1.2",
        &["SUBSCRIBE\nid:0\n\n\0"],
        &[&[ERROR, "destination is missing"], &[CLOSED]],
    ),
    point(
        "an id is given once",
        "1.2",
        &[
            "SUBSCRIBE\nid:0\ndestination:/topic/{room}\n\n\0SUBSCRIBE\nid:0\ndestination:/user/queue/errors\n\n\0",
        ],
        &[&[ERROR], &[CLOSED]],
    ),
    point(
        "there are three ack modes",
        "1.2",
        &["SUBSCRIBE\nid:0\ndestination:/topic/{room}\nack:never\n\n\0"],
        &[&[ERROR, "ack mode"], &[CLOSED]],
    ),
    point(
        "UNSUBSCRIBE needs an id",
        "1.2",
        &["UNSUBSCRIBE\ndestination:/topic/{room}\n\n\0"],
        &[&[ERROR, "id is missing"], &[CLOSED]],
    ),
    point(
        "UNSUBSCRIBE of what is not subscribed is no harm",
        "1.2",
        &["UNSUBSCRIBE\nid:9\nreceipt:r\n\n\0"],
        &[&[RECEIPT]],
    ),
    point(
        "MESSAGE says where it belongs",
        "1.2",
        &[
            "SUBSCRIBE\nid:a:b\ndestination:/topic/{room}\n\n\0",
            "SEND\ndestination:/app/chat.sendMessage/{room}\n\n{\"content\":\"hi\"}\0",
        ],
        &[&[
            "MESSAGE",
            "subscription:a\\cb\n",
            "destination:/topic/{room}\n",
            "message-id:",
            "content-type:application/json",
            "content-length:",
            "\"content\":\"hi\"",
        ]],
    ),
    point(
        "MESSAGE has an ack where it is wanted",
        "1.2",
        &[
            "SUBSCRIBE\nid:0\nack:client-individual\ndestination:/topic/{room}\n\n\0",
            "SEND\ndestination:/app/chat.sendMessage/{room}\n\n{\"content\":\"hi\"}\0",
        ],
        &[&["MESSAGE", "ack:"]],
    ),
    // Acknowledging
    point(
        "ACK needs an id",
        "1.2",
        &["ACK\nmessage-id:1\n\n\0"],
        &[&[ERROR, "id is missing"], &[CLOSED]],
    ),
    point(
        "ACK in 1.1 needs message-id and subscription",
        "1.1",
        &["ACK\nmessage-id:1\nsubscription:0\nreceipt:r\n\n\0", "ACK\nmessage-id:1\n\n\0"],
        &[&[RECEIPT], &[ERROR], &[CLOSED]],
    ),
    point(
        "ACK in 1.0 needs message-id",
        "1.0",
        &["ACK\nmessage-id:1\nreceipt:r\n\n\0"],
        &[&[RECEIPT]],
    ),
    point("NACK is taken", "1.2", &["NACK\nid:1\nreceipt:r\n\n\0"], &[&[RECEIPT]]),
    point("NACK is unknown in 1.0", "1.0", &["NACK\nmessage-id:1\n\n\0"], &[&[ERROR], &[CLOSED]]),
    point(
        "ACK in a transaction that is not there ends in ERROR",
        "1.2",
        &["ACK\nid:1\ntransaction:t\n\n\0"],
        &[&[ERROR, "transaction"], &[CLOSED]],
    ),
    // Transactions
    point(
        "BEGIN needs a name",
        "1.2",
        &["BEGIN\n\n\0"],
        &[&[ERROR, "transaction is missing"], &[CLOSED]],
    ),
    point(
        "a transaction begins once",
        "1.2",
        &["BEGIN\ntransaction:t\n\n\0BEGIN\ntransaction:t\n\n\0"],
        &[&[ERROR, "transaction"], &[CLOSED]],
    ),
    point(
        "COMMIT of what has not begun ends in ERROR",
        "1.2",
        &["COMMIT\ntransaction:t\n\n\0"],
        &[&[ERROR, "transaction"], &[CLOSED]],
    ),
    point(
        "ABORT of what has not begun ends in ERROR",
        "1.2",
        &["ABORT\ntransaction:t\n\n\0"],
        &[&[ERROR, "transaction"], &[CLOSED]],
    ),
    point(
        "SEND in what has not begun ends in ERROR",
        "1.2",
        &["SEND\ndestination:/app/chat.sendMessage/{room}\ntransaction:t\n\n{}\0"],
        &[&[ERROR, "transaction"], &[CLOSED]],
    ),
    point(
        "what is committed is said",
        "1.2",
        &[
            "SUBSCRIBE\nid:0\ndestination:/topic/{room}\nreceipt:s\n\n\0",
            "BEGIN\ntransaction:t\n\n\0SEND\ndestination:/app/chat.sendMessage/{room}\ntransaction:t\n\n{\"content\":\"late\"}\0SEND\ndestination:/app/chat.sendMessage/{room}\nreceipt:r\n\n{\"content\":\"early\"}\0",
        ],
        &[
            &[RECEIPT, "receipt-id:s\n"],
            &["MESSAGE|RECEIPT", "early|receipt-id:r"],
            &["MESSAGE|RECEIPT", "early|receipt-id:r"],
        ],
    ),
    point(
        "what is aborted is not",
        "1.2",
        &[
            "BEGIN\ntransaction:t\n\n\0SEND\ndestination:/app/chat.sendMessage/{room}\ntransaction:t\n\n{\"content\":\"never\"}\0ABORT\ntransaction:t\nreceipt:r\n\n\0",
            "SUBSCRIBE\nid:0\nafter-seq:0\ndestination:/topic/{room}\n\n\0",
            "SEND\ndestination:/app/chat.sendMessage/{room}\n\n{\"content\":\"only\"}\0",
        ],
        &[&[RECEIPT], &["MESSAGE", "\"seq\":1"], &["MESSAGE", "\"content\":\"only\""]],
    ),
    // Sending
    point(
        "SEND needs a destination",
        "1.2",
        &["SEND\nreceipt:r\n\nhi\0"],
        &[&[ERROR, "destination is missing", "receipt-id:r\n"], &[CLOSED]],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_point_of_the_specification_is_kept() {
    let stage = Stage::set().await;
    let instance = stage.serve();
    let mut failed = Vec::new();
    for point in POINTS {
        let scene = stage.room().await;
        let room = scene.id.to_string();
        let mut client = Stomp::open(&instance, &stage.token(scene.leader)).await;
        if !point.version.is_empty() {
            client.say_hello(point.version).await;
        }
        for text in point.says {
            client.write(&text.replace("{room}", &room)).await;
        }
        for expected in point.hears {
            let heard = client.next_or_end().await;
            if !matches(&heard, expected, &room) {
                failed.push(format!("{}: expected {expected:?}, heard {heard:?}", point.name));
                break;
            }
        }
    }
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), POINTS.len(), failed.join("\n"));
}

/// Whether a frame is of this command, and all the rest stands in it. `a|b` is either.
fn matches<E>(heard: &Result<Reply, E>, expected: &[&str], room: &str) -> bool {
    let [command, parts @ ..] = expected else { return false };
    let Ok(reply) = heard else { return *command == CLOSED };
    let text = reply.wire();
    command.split('|').any(|command| command == reply.command)
        && parts
            .iter()
            .all(|part| part.split('|').any(|part| text.contains(&part.replace("{room}", room))))
}
