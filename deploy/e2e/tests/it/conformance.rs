//! The platform answers as its documents say, whatever is asked: thousands of requests made up from
//! the merged document by [schemathesis](https://schemathesis.readthedocs.io).

use crate::people::sign_in;
use e2e::Platform;
use std::time::Duration;
use tokio::process::Command;

/// What must hold for every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_schema_conformance,allow_header_conformance";

/// What ends the session that the requests are made with, and so comes last.
const ENDS_THE_SESSION: [&str; 2] =
    ["--include-operation-id=sign_out", "--include-operation-id=sign_out_everywhere"];

/// What goes on for as long as somebody listens; `streams` is about it.
const NEVER_ENDS: &str = "--exclude-operation-id=stream_notifications";

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_is_undescribed_and_none_is_our_fault() {
    let Some(program) = std::env::var_os("SCHEMATHESIS") else {
        assert!(std::env::var_os("CI").is_none(), "SCHEMATHESIS must name the program");
        eprintln!("SKIPPED: SCHEMATHESIS does not name the program (pip install schemathesis)");
        return;
    };
    let platform = Platform::start().await;
    let client = sign_in(&platform).await;
    let mut others = ENDS_THE_SESSION.map(|name| name.replace("include", "exclude")).to_vec();
    others.push(NEVER_ENDS.to_owned());
    for operations in [others, ENDS_THE_SESSION.map(str::to_owned).to_vec()] {
        let mut command = Command::new(&program);
        command
            .arg("run")
            .arg(format!("{}/docs/openapi.json", platform.gateway.url()))
            .args(["--url", &platform.gateway.url()])
            .args(["--header", &format!("Authorization:Bearer {}", client.token().unwrap())])
            .args(["--checks", CHECKS, "--phases", "examples,coverage,fuzzing"])
            .args(["--max-examples", "30", "--seed", "509", "--no-shrink", "--no-color"])
            .args(["--suppress-health-check", "all", "--warnings", "off"])
            .args(operations)
            .current_dir(platform.folder())
            .kill_on_drop(true);
        let output = tokio::time::timeout(Duration::from_mins(10), command.output()).await;
        let output = output.expect("it ends in time").unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    }
}
