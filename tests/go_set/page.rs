//! The HTML report in a real browser, and the XML report under a real schema.

use crate::run;
use crate::support::allocgate;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Chromium, as Debian, Fedora or Google call it; without a sandbox, because CI runs as root.
fn chromium(arguments: &[&str]) -> String {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = names.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok());
    let name = found.expect("this set needs Chromium");
    let always = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--allow-file-access-from-files",
    ];
    let output = run(Command::new(name).args(always).args(arguments));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The reports that are looked at: what fails, and a row of every kind.
const REPORTS: [(&str, &str); 2] = [
    ("pool", "check testdata/hot/base.txt testdata/hot/pool.txt"),
    ("everything", "render testdata/report/everything.json"),
];

#[test]
fn the_page_fits_a_phone_and_a_desk_and_asks_for_nothing() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pages");
    fs::create_dir_all(&folder).expect("created");
    for (name, command) in REPORTS {
        let page = folder.join(format!("{name}.html"));
        let html = allocgate(&format!("{command} --report html=-")).stdout;
        assert!(!html.contains("<script") && !html.contains("src=") && !html.contains("url("), "{name}");
        fs::write(&page, html).expect("written");
        for width in [360, 1280] {
            // Nothing is wider than the window: a frame of that width says how wide its page is.
            let frame = folder.join(format!("{name}-{width}-frame.html"));
            let script = "onload = () => { document.title = frames[0].document.documentElement.scrollWidth }";
            fs::write(&frame, format!("<iframe src='{name}.html' style='border:0;width:{width}px;height:900px'></iframe><script>{script}</script>"))
                .expect("written");
            let dom = chromium(&[
                "--virtual-time-budget=2000",
                "--dump-dom",
                &format!("file://{}", frame.display()),
            ]);
            assert!(
                dom.contains(&format!("<title>{width}</title>")),
                "{name} at {width}: {}",
                &dom[..dom.len().min(300)]
            );
            let shot = folder.join(format!("{name}-{width}.png"));
            let (window, target) =
                (format!("--window-size={width},1600"), format!("--screenshot={}", shot.display()));
            chromium(&[&window, &target, &format!("file://{}", page.display())]);
            assert!(fs::metadata(&shot).is_ok_and(|it| it.len() > 20_000), "{}", shot.display());
        }
    }
}

#[test]
fn junit_is_what_its_schema_says() {
    let runs = [
        REPORTS[0].1,
        REPORTS[1].1,
        "check testdata/hot/base.txt testdata/hot/again.txt",
        "check testdata/hot/base.txt testdata/no-such-file.txt",
    ];
    for command in runs {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("junit.xml");
        allocgate(&format!("{command} --report junit={}", path.display()));
        let output = run(Command::new("xmllint")
            .args(["--noout", "--schema", "testdata/schema/junit-10.xsd"])
            .arg(&path));
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
