//! What is watched exists, and whoever is woken by it finds a paragraph about it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::root;

/// Metrics and labels that Prometheus makes itself.
const OF_PROMETHEUS: [&str; 3] = ["up", "job", "instance"];

#[test]
fn rules_and_dashboards_ask_for_what_services_tell() {
    let told = told();
    assert!(told.len() > 30, "only {} metrics were found: is the search broken?", told.len());
    let expressions = expressions();
    assert!(expressions.len() > 40, "only {} expressions were found", expressions.len());
    let mut missing = Vec::new();
    for (place, expression) in &expressions {
        for (metric, labels) in asked(expression) {
            if OF_PROMETHEUS.contains(&metric.as_str()) {
                continue;
            }
            let Some(known) = told.get(&metric) else {
                missing.push(format!("{place}: nobody tells {metric}"));
                continue;
            };
            let unknown = labels.iter().filter(|label| !known.contains(*label));
            missing.extend(unknown.map(|label| format!("{place}: {metric} has no {label}")));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_alarm_is_in_the_run_book() {
    let rules = read("deploy/observability/alerts.yml");
    let of_services = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
    let cloud = read("deploy/terraform/alarms.tf");
    let of_cloud = cloud.lines().filter_map(alarm_of_the_cloud);
    let alarms: BTreeSet<_> = of_services.map(str::to_owned).chain(of_cloud).collect();
    assert!(alarms.len() > 25, "only {} alarms were found: {alarms:?}", alarms.len());
    let book = read("deploy/README.md");
    let missing: Vec<_> = alarms
        .iter()
        .filter(|alarm| {
            !book.contains(&format!("**{alarm}**")) && !book.contains(&format!("**`{alarm}`**"))
        })
        .collect();
    assert!(missing.is_empty(), "deploy/README.md does not say what to do about {missing:?}");
}

/// The name in a line such as `database-processor = {` or `"${queue}-backlog" => {`, as the run book
/// writes it: `*-backlog`.
fn alarm_of_the_cloud(line: &str) -> Option<String> {
    let line = line.trim();
    if let Some(resource) = line.strip_prefix(r#"alarm_name          = "${local.name}-"#) {
        return resource.strip_suffix('"').filter(|name| !name.contains('$')).map(str::to_owned);
    }
    if let Some((_, name)) = line.split_once(" : \"").filter(|_| line.ends_with("=> {")) {
        let name = name.split('"').next()?;
        let (before, rest) = name.split_once("${")?;
        let (_, after) = rest.split_once('}')?;
        return Some(format!("{before}*{after}"));
    }
    let name = line.strip_suffix(" = {")?;
    let is_name =
        name.contains('-') && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_name.then(|| name.to_owned())
}

/// Each metric of our programs, as Prometheus sees it, with its labels: read from where it is counted.
fn told() -> BTreeMap<String, BTreeSet<String>> {
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in sources() {
        let text = fs::read_to_string(file).unwrap();
        for (kind, suffixes) in [
            ("counter", &[""][..]),
            ("gauge", &[""]),
            ("histogram", &["_bucket", "_sum", "_count"]),
        ] {
            for after in text.split(&format!("metrics::{kind}!(")).skip(1) {
                let call = &after[..after.find(';').unwrap_or(after.len())];
                let mut words =
                    call.split('"').skip(1).step_by(2).zip(call.split('"').skip(2).step_by(2));
                let Some((name, _)) = words.next() else { continue };
                let labels: BTreeSet<_> = words
                    .filter(|(_, then)| then.trim_start().starts_with("=>"))
                    .map(|(label, _)| label.to_owned())
                    .chain((suffixes.len() > 1).then(|| "le".to_owned()))
                    .collect();
                for suffix in suffixes {
                    told.entry(format!("{name}{suffix}")).or_default().extend(labels.clone());
                }
            }
        }
    }
    for labels in told.values_mut() {
        labels.extend(OF_PROMETHEUS.map(str::to_owned));
    }
    told
}

/// The Rust sources of everything that runs, without tests.
fn sources() -> Vec<PathBuf> {
    let services =
        ["gateway", "party-service", "catalog-service", "chat-service", "notify-service"];
    let mut folders: Vec<_> = services.map(|service| root().join(service).join("src")).to_vec();
    folders.push(root().join("shared/chassis/src"));
    super::files(folders, &["rs"])
}

/// What Prometheus is asked by alarms and dashboards, and where.
fn expressions() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let rules = read("deploy/observability/alerts.yml");
    for alarm in rules.split("- alert: ").skip(1) {
        let name = alarm.lines().next().unwrap();
        let after = alarm.split("expr:").nth(1).unwrap();
        // Up to the next key of the rule.
        let lines = after.lines().take_while(|line| {
            let line = line.trim_start();
            !line.starts_with("for:") && !line.starts_with("annotations:")
        });
        found.push((name.to_owned(), lines.collect::<Vec<_>>().join(" ")));
    }
    for entry in fs::read_dir(root().join("deploy/observability/grafana/dashboards")).unwrap() {
        let path = entry.unwrap().path();
        let dashboard: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for panel in dashboard["panels"].as_array().unwrap() {
            for target in panel["targets"].as_array().into_iter().flatten() {
                let place =
                    format!("{} of {}", panel["title"], path.file_name().unwrap().display());
                found.push((place, target["expr"].as_str().unwrap().to_owned()));
            }
        }
    }
    found
}

/// The metrics in an expression of `PromQL`, each with the labels it is asked to have: its own
/// matchers, and those that the expression groups by.
fn asked(expression: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut groups = BTreeSet::new();
    let mut metrics: Vec<(String, BTreeSet<String>)> = Vec::new();
    let mut rest = expression;
    while let Some(start) =
        rest.find(|letter: char| letter.is_ascii_alphabetic() || "\"{[".contains(letter))
    {
        rest = &rest[start..];
        let close = |text: &str, closing: char| text.find(closing).map_or(text.len(), |at| at + 1);
        match rest.chars().next().unwrap() {
            '"' => rest = &rest[1 + close(&rest[1..], '"')..],
            '[' => rest = &rest[close(rest, ']')..],
            '{' => {
                let matchers = &rest[1..close(rest, '}')];
                if let Some((_, labels)) = metrics.last_mut() {
                    labels.extend(matched(matchers));
                }
                rest = &rest[close(rest, '}')..];
            }
            _ => {
                let end = rest
                    .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
                    .unwrap_or(rest.len());
                let word = &rest[..end];
                rest = &rest[end..];
                if ["by", "on", "without", "ignoring"].contains(&word) {
                    let list = &rest[..close(rest, ')')];
                    let labels =
                        list.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
                    groups.extend(labels.filter(|label| !label.is_empty()).map(str::to_owned));
                    rest = &rest[list.len()..];
                } else if !["and", "or", "unless", "offset", "bool"].contains(&word)
                    && !rest.trim_start().starts_with('(')
                    && !rest.trim_start().starts_with("by ")
                    && !is_duration(word)
                {
                    metrics.push((word.to_owned(), BTreeSet::new()));
                }
            }
        }
    }
    for (_, labels) in &mut metrics {
        labels.extend(groups.iter().cloned());
    }
    metrics
}

/// The labels in `status=~"5..",job="party"`.
fn matched(matchers: &str) -> Vec<String> {
    let outside_strings = matchers.split('"').step_by(2);
    outside_strings
        .map(|text| {
            text.trim_matches(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        })
        .filter(|label| !label.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What is left of `1h` when its number is gone.
fn is_duration(word: &str) -> bool {
    ["s", "m", "h", "d"].contains(&word)
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}
