//! Every way to install a release: from the archive of a small program, into an empty place, with its exit code and signals.

use crate::run;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use tempfile::TempDir;

/// This machine, as a release, Node.js and Go name it.
const MACHINE: [&str; 3] = match cfg!(target_arch = "aarch64") {
    true => ["aarch64-unknown-linux-musl", "arm64", "arm64"],
    false => ["x86_64-unknown-linux-musl", "x64", "amd64"],
};
const TARGET: &str = MACHINE[0];

/// Prints its arguments and exits with the second one; with `wait`, it waits for SIGTERM and exits with 7.
const PROGRAM: &str = "#!/bin/bash\n\
    [ \"${1:-}\" != wait ] || { trap 'exit 7' TERM; echo waiting; for i in {1..600}; do sleep 0.1; done; }\n\
    echo \"packed $*\"\n\
    exit \"${2:-0}\"\n";

/// A folder with `dist`, the archive of a release, and with space for what is installed.
fn release() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let name = format!("allocgate-{TARGET}");
    let tree = folder.path().join(&name);
    fs::create_dir_all(&tree).expect("created");
    fs::create_dir(folder.path().join("dist")).expect("created");
    fs::write(tree.join("allocgate"), PROGRAM).expect("written");
    fs::set_permissions(tree.join("allocgate"), fs::Permissions::from_mode(0o755)).expect("set");
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY.txt"] {
        fs::write(tree.join(file), "a licence\n").expect("written");
    }
    let pack = "tar -czf \"dist/$1.tar.gz\" \"$1\"; cd dist; sha256sum -- *.tar.gz >SHA256SUMS";
    succeed(Command::new("bash").args(["-ec", pack, "-", &name]).current_dir(folder.path()));
    folder
}

fn succeed(command: &mut Command) -> String {
    let output = run(command);
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "{command:?}: {text}");
    text
}

/// Packs the archives with a script of the release.
fn packed(script: &str, folder: &Path) -> Vec<PathBuf> {
    let out = folder.join("packed");
    let script = format!(".github/release/{script}");
    succeed(Command::new("python3").arg("-B").arg(script).arg(folder.join("dist")).arg(&out));
    let mut files: Vec<PathBuf> =
        fs::read_dir(out).expect("it is there").map(|it| it.expect("readable").path()).collect();
    files.sort();
    files
}

/// A program passes its arguments on, and the exit code and SIGTERM back and forth.
fn behaves_as_installed(of: &dyn Fn() -> Command) {
    let output = run(of().args(["check", "3"]));
    assert_eq!(
        (output.status.code(), output.stdout.as_slice()),
        (Some(3), &b"packed check 3\n"[..]),
        "{output:?}"
    );
    let mut child = of().arg("wait").stdout(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line).expect("a line");
    assert_eq!(line, "waiting\n");
    succeed(Command::new("kill").args(["-TERM", &child.id().to_string()]));
    assert_eq!(child.wait().expect("it ends").code(), Some(7));
}

#[test]
fn a_wheel_puts_the_binary_on_the_path() {
    let folder = release();
    let wheels = packed("wheels.py", folder.path());
    let [wheel] = wheels.as_slice() else { panic!("{wheels:?}") };
    let site = folder.path().join("site");
    let pip = ["-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--disable-pip-version-check"];
    let pip = pip.into_iter().chain(["--root-user-action=ignore", "--target"]);
    succeed(Command::new("python3").args(pip).arg(&site).arg(wheel));
    behaves_as_installed(&|| Command::new(site.join("bin/allocgate")));
    let info = site.join(concat!("allocgate-", env!("CARGO_PKG_VERSION"), ".dist-info"));
    assert!(info.join("licenses/THIRD-PARTY.txt").is_file());
}

#[test]
fn an_npm_package_takes_the_binary_of_its_platform() {
    let folder = release();
    let packages = packed("npm.py", folder.path());
    assert_eq!(packages.len(), 2, "{packages:?}");
    let modules = folder.path().join("modules");
    fs::create_dir(&modules).expect("created");
    fs::write(modules.join("package.json"), "{ \"private\": true }").expect("written");
    let npm = ["install", "--offline", "--no-audit", "--no-fund", "--cache"];
    let cache = folder.path().join("cache");
    succeed(Command::new("npm").args(npm).arg(cache).args(&packages).current_dir(&modules));
    let program = modules.join("node_modules/.bin/allocgate");
    behaves_as_installed(&|| Command::new(&program));
    fs::remove_dir_all(modules.join("node_modules/@allocgate")).expect("it was there");
    let output = run(Command::new(&program).arg("check"));
    let says = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.code() == Some(2)
            && says.contains(&format!("@allocgate/linux-{} is not installed", MACHINE[1])),
        "{says}"
    );
}

#[test]
fn the_formula_and_the_entry_for_aqua_name_what_is_released() {
    let folder = release();
    let (dist, out) = (folder.path().join("dist"), folder.path().join("entries"));
    let script = ["-B", ".github/release/entries.py"];
    succeed(Command::new("python3").args(script).arg(&dist).arg("owner/allocgate").arg(&out));
    let formula = fs::read_to_string(out.join("allocgate.rb")).expect("written");
    let sums = fs::read_to_string(dist.join("SHA256SUMS")).expect("written");
    let sum = sums.split(' ').next().expect("a sum");
    let url = format!(
        "https://github.com/owner/allocgate/releases/download/v{}/allocgate-{TARGET}.tar.gz",
        env!("CARGO_PKG_VERSION")
    );
    assert!(formula.contains(&format!("url \"{url}\"\n      sha256 \"{sum}\"")), "{formula}");
    let aqua = fs::read_to_string(out.join("aqua.yaml")).expect("written");
    let aqua = yaml_rust2::YamlLoader::load_from_str(&aqua).expect("YAML").remove(0);
    let package = &aqua["packages"][0];
    let replaced = |text: &str| package["replacements"][text].as_str().expect("a name").to_string();
    let asset = package["asset"].as_str().expect("a name");
    let asset = asset.replace("{{.Arch}}", &replaced(MACHINE[2])).replace("{{.OS}}", &replaced("linux"));
    assert_eq!(asset, format!("allocgate-{TARGET}.tar.gz"));
}

/// Serves the files of a folder to whoever asks, on loopback; returns its address.
fn serve(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| answer(stream, &folder)));
    format!("http://{address}")
}

fn answer(mut stream: TcpStream, folder: &Path) {
    let mut request = [0; 4096];
    let length = stream.read(&mut request).unwrap_or_default();
    let request = String::from_utf8_lossy(&request[..length]).into_owned();
    let name = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_string();
    let (status, body) = match fs::read(folder.join(name)) {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(&[head.as_bytes(), &body].concat());
}

/// The launcher of a release whose archives are below an address, built.
struct Launcher {
    binary: PathBuf,
    cache: PathBuf,
}

impl Launcher {
    fn new(folder: &Path, url: &str, sums: &Path, name: &str) -> Launcher {
        let module = folder.join(name);
        crate::repository::copy(Path::new("go"), &module);
        let script = [".github/release/launcher.sh", "1.2.3", url];
        succeed(Command::new("bash").args(script).arg(sums).arg("owner/allocgate").arg(&module));
        let binary = folder.join(format!("{name}-launcher"));
        succeed(Command::new("go").args(["vet", "./..."]).current_dir(&module));
        let build = ["build", "-buildvcs=false", "-o"];
        succeed(Command::new("go").args(build).arg(&binary).arg("./allocgate").current_dir(&module));
        let text = fs::read_to_string(module.join("go.mod")).expect("it is there");
        assert!(text.starts_with("module github.com/owner/allocgate/go\n"), "{text}");
        Launcher { binary, cache: folder.join(format!("{name}-cache")) }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.env("XDG_CACHE_HOME", &self.cache).env_remove("ALLOCGATE_BINARY");
        command.env_remove("http_proxy").env_remove("HTTP_PROXY");
        command
    }

    /// Fails with exit code 2 and these words.
    fn refuses(&self, words: &[&str]) {
        let output = run(&mut self.command());
        let says = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{says}");
        assert!(words.iter().all(|word| says.contains(word)), "{words:?}: {says}");
    }
}

#[test]
fn the_launcher_downloads_once_checks_and_becomes_the_binary() {
    let folder = release();
    let dist = folder.path().join("dist");
    let launcher = Launcher::new(folder.path(), &serve(dist.clone()), &dist.join("SHA256SUMS"), "right");
    behaves_as_installed(&|| launcher.command());
    fs::remove_file(dist.join(format!("allocgate-{TARGET}.tar.gz"))).expect("it was there");
    behaves_as_installed(&|| launcher.command());
    let output = run(launcher.command().env("ALLOCGATE_BINARY", "/bin/echo").arg("mine"));
    assert_eq!(output.stdout, b"mine\n");
}

/// Puts a module into a folder that `GOPROXY=file://…` names.
const PROXY: &str = "import os, sys, zipfile\n\
    module, proxy = sys.argv[1:]\n\
    name = 'github.com/owner/allocgate/go'\n\
    at = f'{proxy}/{name}/@v'\n\
    os.makedirs(at)\n\
    open(f'{at}/v1.2.3.info', 'w').write('{\"Version\": \"v1.2.3\"}')\n\
    open(f'{at}/v1.2.3.mod', 'w').write(open(f'{module}/go.mod').read())\n\
    with zipfile.ZipFile(f'{at}/v1.2.3.zip', 'w') as packed:\n    \
        for folder, _, files in os.walk(module):\n        \
            for file in files:\n            \
                path = os.path.join(folder, file)\n            \
                packed.write(path, f'{name}@v1.2.3/{os.path.relpath(path, module)}')\n";

#[test]
fn go_get_pins_the_tool_and_leaves_the_go_version_of_the_module() {
    let folder = release();
    let dist = folder.path().join("dist");
    let launcher = Launcher::new(folder.path(), &serve(dist.clone()), &dist.join("SHA256SUMS"), "module");
    let (proxy, user) = (folder.path().join("proxy"), folder.path().join("user"));
    succeed(Command::new("python3").args(["-c", PROXY]).arg(folder.path().join("module")).arg(&proxy));
    fs::create_dir(&user).expect("created");
    fs::write(user.join("go.mod"), "module example.com/user\n\ngo 1.22\n").expect("written");
    let go = |arguments: &[&str]| {
        let mut command = Command::new("go");
        command.args(arguments).current_dir(&user).env("GOPROXY", format!("file://{}", proxy.display()));
        command.env("GOMODCACHE", folder.path().join("modules")).env("GOFLAGS", "-modcacherw");
        command.env("GONOSUMDB", "*").env("GOTOOLCHAIN", "local").env("XDG_CACHE_HOME", &launcher.cache);
        command.env("GOCACHE", crate::repository::go_cache());
        command.env_remove("ALLOCGATE_BINARY");
        command
    };
    succeed(&mut go(&["get", "-tool", "github.com/owner/allocgate/go/allocgate@v1.2.3"]));
    let module = fs::read_to_string(user.join("go.mod")).expect("it is there");
    assert!(module.contains("\ngo 1.22\n") && module.contains("\ntool github.com/owner/"), "{module}");
    let output = run(&mut go(&["tool", "allocgate", "check", "3"]));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code() == Some(3) && printed == "packed check 3\n", "{output:?}");
}

#[test]
fn the_launcher_runs_nothing_that_is_not_what_was_released() {
    let folder = release();
    let dist = folder.path().join("dist");
    let (url, sums) = (serve(dist.clone()), folder.path().join("sums"));
    let right = fs::read_to_string(dist.join("SHA256SUMS")).expect("written");
    let wrong = right.replacen(&right[..8], "00000000", 1);
    fs::write(&sums, wrong).expect("written");
    let launcher = Launcher::new(folder.path(), &url, &sums, "wrong");
    launcher.refuses(&["wrong SHA-256, got ", "; expected 00000000"]);
    assert!(!launcher.cache.exists(), "nothing is kept");

    fs::write(&sums, right.replace(TARGET, "aarch64-apple-darwin")).expect("written");
    let other = Launcher::new(folder.path(), &url, &sums, "other");
    other.refuses(&[
        "no binary for this platform, got linux/",
        "expected one of darwin/arm64",
        "ALLOCGATE_BINARY",
    ]);

    fs::write(&sums, right).expect("written");
    let away = Launcher::new(folder.path(), &format!("{url}/no/such"), &sums, "away");
    away.refuses(&["got 404 Not Found; expected 200 OK", "set ALLOCGATE_BINARY"]);
}
