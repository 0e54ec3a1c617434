//! The roll-out in the cloud, with a stand-in for AWS that remembers what it was told.

use std::fs;

use tempfile::TempDir;

use super::desk::Desk;

const SERVICES: [&str; 5] = ["party", "catalog", "chat", "notify", "gateway"];

#[tokio::test]
async fn migrations_come_first_and_then_one_group_after_the_other() {
    let cloud = Cloud::running("v1");
    cloud.desk.do_well("cloud-roll-out", &["v2"]).await;
    let wanted = [
        "migrate party v2",
        "migrate catalog v2",
        "migrate chat v2",
        "migrate notify v2",
        "switch party v2",
        "switch catalog v2",
        "switch chat v2",
        "switch notify v2",
        "switch gateway v2",
    ];
    assert_eq!(cloud.log(), wanted);
    assert!(SERVICES.iter().all(|service| cloud.release(service) == "v2"));
}

#[tokio::test]
async fn what_was_never_pushed_changes_nothing() {
    let cloud = Cloud::running("v1");
    cloud.set("missing", "v3");
    cloud.desk.fail("cloud-roll-out", &["v3"]).await;
    assert_eq!(cloud.log(), Vec::<String>::new());
}

#[tokio::test]
async fn a_migration_that_fails_ends_it_before_anything_is_switched() {
    let cloud = Cloud::running("v1");
    cloud.set("failing-migration", "chat");
    let complaint = cloud.desk.fail("cloud-roll-out", &["v2"]).await;
    assert!(complaint.contains("chat"), "{complaint}");
    assert_eq!(cloud.switches(), Vec::<String>::new());
    assert!(SERVICES.iter().all(|service| cloud.release(service) == "v1"));
}

#[tokio::test]
async fn a_group_that_went_back_by_itself_takes_the_earlier_ones_with_it() {
    let cloud = Cloud::running("v1");
    cloud.set("failing-switch", "chat v2 RollbackSuccessful");
    cloud.desk.fail("cloud-roll-out", &["v2"]).await;
    let wanted = ["party v2", "catalog v2", "chat v2", "catalog v1", "party v1"];
    assert_eq!(cloud.switches(), wanted);
    assert!(SERVICES.iter().all(|service| cloud.release(service) == "v1"));
}

#[tokio::test]
async fn a_group_that_is_left_between_two_versions_is_brought_back_too() {
    let cloud = Cloud::running("v1");
    cloud.set("failing-switch", "catalog v2 RollbackFailed");
    cloud.desk.fail("cloud-roll-out", &["v2"]).await;
    let wanted = ["party v2", "catalog v2", "catalog v1", "party v1"];
    assert_eq!(cloud.switches(), wanted);
}

#[tokio::test]
async fn one_that_does_not_come_back_keeps_no_other_from_it() {
    let cloud = Cloud::running("v1");
    cloud.set("silent", "yes");
    cloud.set("failing-switch", "notify v1 Failed");
    let complaint = cloud.desk.fail("cloud-roll-out", &["v2"]).await;
    assert!(complaint.contains("notify does not come back"), "{complaint}");
    let wanted = ["gateway v1", "notify v1", "chat v1", "catalog v1", "party v1"];
    assert_eq!(cloud.switches()[SERVICES.len()..], wanted);
    let old = SERVICES.iter().filter(|service| cloud.release(service) == "v1").count();
    assert_eq!(old, SERVICES.len() - 1);
    assert_eq!(cloud.release("notify"), "v2");
}

#[tokio::test]
async fn a_platform_that_does_not_answer_after_the_switch_gets_the_earlier_release() {
    let cloud = Cloud::running("v1");
    cloud.set("silent", "yes");
    cloud.desk.fail("cloud-roll-out", &["v2"]).await;
    let wanted = ["gateway v1", "notify v1", "chat v1", "catalog v1", "party v1"];
    assert_eq!(cloud.switches()[SERVICES.len()..], wanted);
    assert!(SERVICES.iter().all(|service| cloud.release(service) == "v1"));
}

#[tokio::test]
async fn the_first_release_is_migrated_and_left_to_terraform() {
    let cloud = Cloud::running("none");
    let said = cloud.desk.do_well("cloud-roll-out", &["v1"]).await;
    assert!(said.contains("terraform apply"), "{said}");
    assert_eq!(cloud.log().len(), 4);
    assert!(SERVICES.iter().all(|service| cloud.release(service) == "v1"));
}

/// What the stand-in knows, a file each.
struct Cloud {
    desk: Desk,
    folder: TempDir,
}

impl Cloud {
    /// Every service runs this version.
    fn running(version: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let mut desk = Desk::in_folder(folder.path());
        desk.tool("aws", AWS);
        desk.tool("curl", "#!/bin/bash\n[ ! -e \"$CLOUD/silent\" ]\n");
        desk.set("CLOUD", folder.path().to_string_lossy());
        desk.set("ENVIRONMENT", "test");
        desk.set("AWS_REGION", "somewhere");
        desk.set("ADDRESS", "api.example.com");
        desk.set("POLL_S", "0");
        let cloud = Self { desk, folder };
        for service in SERVICES {
            let image = if version == "none" { "none".to_owned() } else { image(service, version) };
            cloud.set(&format!("release-{service}"), &image);
        }
        cloud
    }

    fn set(&self, name: &str, value: &str) {
        fs::write(self.folder.path().join(name), value).unwrap();
    }

    /// What was done, in order.
    fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Which groups were switched to which version.
    fn switches(&self) -> Vec<String> {
        self.log()
            .iter()
            .filter_map(|line| line.strip_prefix("switch "))
            .map(str::to_owned)
            .collect()
    }

    /// The version of a service that new instances would run.
    fn release(&self, service: &str) -> String {
        let image =
            fs::read_to_string(self.folder.path().join(format!("release-{service}"))).unwrap();
        image.trim().rsplit("sha256:").next().unwrap().to_owned()
    }
}

fn image(service: &str, version: &str) -> String {
    format!("123456789012.dkr.ecr.somewhere.amazonaws.com/p509-test/{service}@sha256:{version}")
}

/// As much of AWS's command line as a roll-out uses. Digests are `sha256:` and the version.
const AWS: &str = r#"#!/bin/bash
set -euo pipefail
cd "$CLOUD"
value_of() { local wanted=$1; shift; while [ $# -gt 1 ]; do [ "$1" != "$wanted" ] || { echo "$2"; return; }; shift; done; return 1; }
version_of() { echo "${1##*sha256:}"; }
case "$1 $2" in
  'ecr describe-images')
    version=$(value_of --image-ids "$@"); version=${version#imageTag=}
    if [ "$version" = "$(cat missing 2> /dev/null)" ]; then echo 'ImageNotFoundException' >&2; exit 254; fi
    case $(value_of --query "$@") in
      *registryId*imageDigest* | *imageDigest*registryId*) printf '123456789012\tsha256:%s\n' "$version" ;;
      *imageDigest*) echo "sha256:$version" ;;
      *registryId*) echo 123456789012 ;;
    esac ;;
  'ssm get-parameter') name=$(value_of --name "$@"); cat "release-${name##*/}" ;;
  'ssm put-parameter') name=$(value_of --name "$@"); value_of --value "$@" > "release-${name##*/}" ;;
  'ec2 describe-instances') echo i-operator ;;
  'ssm send-command')
    told=$(value_of --parameters "$@")
    service=${told#service=}; service=${service%%,*}
    echo "migrate $service $(version_of "$told")" >> log
    echo "$service" ;;
  'ssm wait') [ "$(value_of --command-id "$@")" != "$(cat failing-migration 2> /dev/null)" ] ;;
  'ssm get-command-invocation')
    if [ "$(value_of --command-id "$@")" = "$(cat failing-migration 2> /dev/null)" ]; then echo Failed; else echo Success; fi ;;
  'ec2 describe-launch-templates') name=$(value_of --launch-template-names "$@"); echo "lt-${name##*-}" ;;
  'ec2 describe-launch-template-versions')
    jq --null-input '{VersionNumber: 7, LaunchTemplateData: {TagSpecifications: [{ResourceType: "instance",
      Tags: [{Key: "Name", Value: "x"}, {Key: "p509-release", Value: "old"}]}, {ResourceType: "volume", Tags: []}]}}' ;;
  'ec2 create-launch-template-version')
    template=$(value_of --launch-template-id "$@")
    value_of --launch-template-data "$@" \
      | jq --raw-output '.TagSpecifications[0].Tags[] | select(.Key == "p509-release") | .Value' > "$template"
    printf '%s\t8\n' "$template" ;;
  'autoscaling start-instance-refresh')
    name=$(value_of --auto-scaling-group-name "$@"); service=${name##*-}
    value_of --preferences "$@" | jq --exit-status '.AutoRollback and .MinHealthyPercentage == 100' > /dev/null
    echo "switch $service $(version_of "$(cat "lt-$service")")" >> log
    echo InProgress > "status-$service"
    echo "$service" ;;
  'autoscaling describe-instance-refreshes')
    service=$(value_of --instance-refresh-ids "$@")
    cat "status-$service"
    ending=Successful
    failing=$(cat failing-switch 2> /dev/null || true)
    if [ "${failing% *}" = "$service $(version_of "$(cat "lt-$service")")" ]; then ending=${failing##* }; fi
    echo "$ending" > "status-$service" ;;
  *) echo "nobody expected aws $*" >&2; exit 2 ;;
esac
"#;
