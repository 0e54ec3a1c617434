//! Where items come from: the open API, with a key of one's own, or a stand-in that serves the data
//! of the first run. Either way they come through the same import.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::url::Url;

/// What the stand-in is called.
pub(super) const NAME: &str = "open-api";

/// The service that imports items, and whose program is the stand-in too.
pub(super) const IMPORTER: &str = "catalog";

/// The variable of the key.
const KEY: &str = "CATALOG__MAFRA__KEY";

/// Whether there is no key of one's own.
pub(super) fn is_stand_in_needed() -> bool {
    env::var_os(KEY).is_none_or(|key| key.is_empty())
}

/// Makes the program of the importer stand in, with the data of this folder.
pub(super) fn stand_in(program: &mut Command, url: &Url, folder: &Path) {
    let bind = format!("{}:{}", url.host, url.port.unwrap_or_default());
    program.args(["stub-mafra", "--bind", &bind, "--data"]).arg(folder);
}

/// What the importer is told of the stand-in, which takes any key.
pub(super) fn variables(url: &Url) -> [(&'static str, String); 2] {
    [("CATALOG__MAFRA__BASE_URL", format!("{url}/openapi")), (KEY, "stand-in".to_owned())]
}
