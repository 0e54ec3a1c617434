//! However a request is written, it reaches nothing that the table does not name, and nothing that
//! means something else to whoever decodes its path.
#![no_main]

use std::sync::LazyLock;

use gateway::config::{Config, RouteConfig};
use gateway::head::{Head, Peer, read};
use gateway::table::{Table, is_normal};
use libfuzzer_sys::fuzz_target;

static CONFIG: LazyLock<Config> = LazyLock::new(|| Config::defaults().unwrap());
static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(&CONFIG));

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, target) = input;
    let methods =
        [&b"GET"[..], b"POST", b"PUT", b"PATCH", b"DELETE", b"HEAD", b"OPTIONS", b"TRACE"];
    let method = methods[usize::from(choice) % methods.len()];
    let text = [method, b" ", target, b" HTTP/1.1\r\nhost: x\r\n\r\n"].concat();
    let Ok(Some(parsed)) = read(&text) else { return };
    let peer = Peer::at(std::net::Ipv4Addr::LOCALHOST.into());
    let head = Head::new(parsed, text.as_slice().into(), peer).unwrap();
    if !is_normal(head.path()) {
        return;
    }
    let Ok(route) = TABLE.find(&head.method, head.path()) else { return };

    // The rule that was found is the first that names the path, letter by letter.
    let rule = CONFIG.routes.iter().find(|rule| names(rule, &head)).expect("a rule names it");
    assert_eq!((&*route.label, &*route.upstream), (&*rule.path.to_string(), &*rule.upstream));
    // Whoever decodes the path, once or twice, arrives at the same place.
    let decoded = decode(head.path().as_bytes());
    assert_eq!(decoded, decode(&decoded));
    assert_eq!(slashes(&decoded), slashes(head.path().as_bytes()));
    let mut segments = decoded.split(|byte| *byte == b'/');
    assert!(!segments.any(|segment| segment == b"." || segment == b".."));
    assert!(!decoded.iter().any(u8::is_ascii_control) && !decoded.contains(&b'\\'));
    // What goes on is what was looked at, and fits into one line.
    assert!(head.target().starts_with(head.path()));
    assert!(head.target().bytes().all(|byte| byte.is_ascii_graphic()));
});

/// The rule as it reads: a path, or one and everything below it.
fn names(rule: &RouteConfig, head: &Head) -> bool {
    let (pattern, path) = (rule.path.to_string(), head.path());
    let is_named = pattern == path
        || pattern.strip_suffix("/**").and_then(|above| path.strip_prefix(above)).is_some_and(
            |below| below.is_empty() || (below.starts_with('/') && !below.ends_with('/')),
        );
    let is_taken = rule.methods.is_empty()
        || rule.methods.contains(&head.method)
        || (head.method.as_str() == "HEAD" && rule.methods.iter().any(|m| m.as_str() == "GET"));
    is_named && is_taken && head.method.as_str() != "TRACE"
}

fn slashes(path: &[u8]) -> usize {
    path.iter().filter(|byte| **byte == b'/').count()
}

fn decode(path: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = path;
    while let [first, tail @ ..] = rest {
        let digits = tail.get(..2).filter(|_| *first == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &tail[2..] } else { tail };
    }
    decoded
}
