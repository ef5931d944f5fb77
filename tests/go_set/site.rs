//! The site of the documentation: mdBook builds it, and no link of it leads nowhere.

use crate::run;
use std::fs;
use std::process::Command;

#[test]
fn the_site_is_built_and_links_outside_lead_to_the_repository() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = folder.path().join("site");
    let output = run(Command::new("docs/site.sh").arg(&site).arg("https://github.com/owner/allocgate"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = fs::read_to_string(site.join("budgets.html")).expect("it is a page");
    assert!(page.contains("https://github.com/owner/allocgate/blob/main/testdata/policy/guide.toml"));
    assert!(!page.contains("href=\"../"), "a link that leaves the site");
    let install = fs::read_to_string(site.join("install.html")).expect("it is a page");
    assert!(
        install.contains("github.com/owner/allocgate/go/allocgate@latest") && !install.contains("OWNER/")
    );
}
