//! What the README tells strangers to type does what it says.

use std::process::Command;

use e2e::Platform;

/// Waits until the stream has told of the party, and lets it go.
const ENDING: &str = r"
for try in {1..200}; do
  if grep --quiet PARTY_CREATED typed.out; then kill %1; exit 0; fi
  sleep 0.1
done
exit 1
";

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_by_hand_leads_from_sign_up_to_a_chat() {
    let platform = Platform::start().await;
    let typed = block_with("gateway=").replace("http://127.0.0.1:8080", &platform.gateway.url());
    let mut shell = Command::new("bash");
    shell.args(["-euo", "pipefail", "-c"]).current_dir(platform.folder());
    shell.arg(format!("exec > typed.out\n{typed}\n{ENDING}"));
    for (ours, theirs) in [("TOOLS_PATH", "PATH"), ("TOOLS_LIBRARIES", "LD_LIBRARY_PATH")] {
        if let Some(value) = std::env::var_os(ours) {
            shell.env(theirs, value);
        }
    }
    let output = tokio::task::spawn_blocking(move || shell.output()).await.unwrap().unwrap();
    let said = std::fs::read_to_string(platform.folder().join("typed.out")).unwrap();
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
    assert!(said.contains("\"정문 앞에서 만나요!\""), "{said}");
}

/// The block of the README that has this line in it.
fn block_with(beginning: &str) -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let mut blocks = readme.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.find(|block| block.starts_with(beginning)).unwrap().to_owned()
}
