//! The data of the first run: the project's sample, or the real thing from `DATA_DIR`.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// Each file, with the service and the command that load it.
pub const LOADS: [Load; 2] = [
    Load {
        service: "catalog",
        file: "items.csv",
        command: &["import", "--force"],
        takes_path: false,
    },
    Load {
        service: "party",
        file: "markets.csv",
        command: &["markets", "import"],
        takes_path: true,
    },
];

/// How one file is loaded.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// The service that owns the data.
    pub service: &'static str,
    /// The name of the file.
    pub file: &'static str,
    /// The subcommand of the service's program.
    pub command: &'static [&'static str],
    /// Whether the path of the file follows. Items come from the open API, or from a stand-in for it
    /// that has the file.
    pub takes_path: bool,
}

/// A folder with the files to load.
#[derive(Debug)]
pub struct Sample {
    /// Where the files are.
    pub folder: PathBuf,
}

impl Sample {
    /// The folder `DATA_DIR` if that is set, else the sample of the project.
    pub fn choose(project: &Path) -> Result<Self> {
        let own = env::var_os("DATA_DIR").filter(|folder| !folder.is_empty());
        let folder = match own {
            Some(folder) => env::current_dir()?.join(folder),
            None => project.join("deploy/sample"),
        };
        for load in LOADS {
            let file = folder.join(load.file);
            ensure!(file.is_file(), "there is no {}: DATA_DIR names its folder", file.display());
        }
        Ok(Self { folder })
    }

    /// Changes when the files do, or the servers that they are loaded into.
    pub fn fingerprint(&self, database: &str) -> Result<String> {
        let mut hasher = DefaultHasher::new();
        database.hash(&mut hasher);
        for load in LOADS {
            fs::read(self.folder.join(load.file))?.hash(&mut hasher);
        }
        Ok(format!("{:016x}", hasher.finish()))
    }

    /// A road address that the loaded markets know.
    pub fn an_address(&self) -> Result<String> {
        let markets = fs::read_to_string(self.folder.join("markets.csv"))?;
        first_address(&markets).context("no market with a road address in markets.csv")
    }
}

/// The first filled `road_address` of a row that needs no quotes, so that a comma is a separator.
fn first_address(markets: &str) -> Option<String> {
    let mut rows = markets.trim_start_matches('\u{feff}').lines();
    let column = rows.next()?.split(',').position(|name| name == "road_address")?;
    rows.filter(|row| !row.contains('"'))
        .filter_map(|row| row.split(',').nth(column))
        .find(|address| !address.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_plain_address_is_taken() {
        let markets =
            "name,road_address\n\"a, b\",\"서울 1, 2층\"\nc,\nd,서울특별시 중구 세종대로 110\n";
        assert_eq!(first_address(markets).as_deref(), Some("서울특별시 중구 세종대로 110"));
        assert_eq!(first_address("name\na\n"), None);
    }
}
