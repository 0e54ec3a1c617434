//! The tour that the README leads through: the main job, told with curl.

use std::process::Command;

use e2e::Platform;

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_meets_what_it_says() {
    let platform = Platform::start().await;
    let mut tour = Command::new("bash");
    tour.arg("../tour.sh").env("GATEWAY_URL", platform.gateway.url());
    for (ours, theirs) in [("TOOLS_PATH", "PATH"), ("TOOLS_LIBRARIES", "LD_LIBRARY_PATH")] {
        if let Some(value) = std::env::var_os(ours) {
            tour.env(theirs, value);
        }
    }
    let output = tokio::task::spawn_blocking(move || tour.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{complained}");
}
