//! The first page: which services are up, and where to read on.

use std::fmt::Write as _;

use crate::phases::Shared;

/// The page, for people.
pub(super) async fn page(shared: &Shared) -> String {
    let (view, versions) = (shared.readiness.view().await, shared.docs.versions().await);
    let mut rows = String::new();
    let ours = ("gateway", true, env!("CARGO_PKG_VERSION"));
    let services = view.checks.iter().map(|check| {
        let version = versions.get(&check.name).map_or("–", String::as_str);
        (check.name.as_str(), check.up, version)
    });
    for (name, up, version) in std::iter::once(ours).chain(services) {
        let state = if up { "up" } else { "down" };
        // A version comes from another program; names are from the configuration.
        let version = version.replace('&', "&amp;").replace('<', "&lt;");
        // Writing to a String cannot fail.
        let _ = writeln!(
            rows,
            "<tr><td>{name}</td><td class=\"{state}\">{state}</td><td>{version}</td></tr>"
        );
    }
    include_str!("status.html").replace("{rows}", &rows)
}
