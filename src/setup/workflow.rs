//! The CI of a repository, and the job that runs the gate there.

use super::RepositoryFacts;
use std::path::Path;

/// A CI that a job can be written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ci {
    /// GitHub Actions.
    GitHub,
    /// GitLab CI.
    GitLab,
}

/// A file with a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// Relative to the root of the repository.
    pub path: &'static str,
    /// The text of the file.
    pub text: String,
}

/// What stands for the repository of allocgate in texts that users copy.
pub const PLACEHOLDER: &str = "OWNER/allocgate";

impl Ci {
    /// The CI that a repository uses: the one that it has files of, else that of its remote.
    pub fn detect(repository: &RepositoryFacts) -> Option<Ci> {
        let remote = repository.remote.as_deref().unwrap_or_default();
        if repository.has_gitlab_file {
            Some(Ci::GitLab)
        } else if repository.has_github_folder || remote.contains("github.") {
            Some(Ci::GitHub)
        } else {
            remote.contains("gitlab").then_some(Ci::GitLab)
        }
    }
}

/// The job for a CI. `module` is the folder of the module below the root of the repository, empty if it is the root; `ours` is the URL of the
/// repository of allocgate, empty if it is not known: the text then has `OWNER/allocgate`.
pub fn workflow(ci: Ci, module: &Path, ours: &str) -> Workflow {
    let module = module.display().to_string().replace('\\', "/");
    let module = module.trim_end_matches('/');
    let (path, text) = match ci {
        Ci::GitHub => (".github/workflows/benchmarks.yml", in_folder_of_action(module)),
        Ci::GitLab => (".gitlab-ci.yml", in_folder_of_job(module)),
    };
    let name = ours.trim_end_matches('/').trim_end_matches(".git").rsplit('/').take(2).collect::<Vec<_>>();
    let text = match name.as_slice() {
        [name, owner] => text.replace(PLACEHOLDER, &format!("{owner}/{name}")),
        _ => text,
    };
    Workflow { path, text }
}

fn in_folder_of_action(module: &str) -> String {
    let text = include_str!("github.yml");
    match module {
        "" => text.to_string(),
        _ => {
            let input = format!("          working-directory: {}\n          comment: true", quoted(module));
            text.replace("          comment: true", &input)
        }
    }
}

fn in_folder_of_job(module: &str) -> String {
    let text = include_str!("gitlab.yml");
    match module {
        "" => text.to_string(),
        _ => text
            .replace("  script:\n", &format!("  script:\n    - cd {}\n", quoted(module)))
            .replace(
                "codequality.json\n      junit: junit.xml",
                &format!("{module}/codequality.json\n      junit: {module}/junit.xml"),
            )
            .replace("[report.html,", &format!("[{module}/report.html,"))
            .replace(" report.json,", &format!(" {module}/report.json,"))
            .replace(" comment.md]", &format!(" {module}/comment.md]")),
    }
}

/// In quotation marks where YAML or a shell could read it otherwise.
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if path.chars().all(is_plain) { path.to_string() } else { format!("'{}'", path.replace('\'', "''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository(remote: &str, has_github_folder: bool, has_gitlab_file: bool) -> RepositoryFacts {
        let remote = Some(remote.to_string()).filter(|it| !it.is_empty());
        RepositoryFacts { remote, has_github_folder, has_gitlab_file, ..RepositoryFacts::default() }
    }

    #[test]
    fn the_ci_is_that_of_the_files_else_of_the_remote() {
        for (remote, github, gitlab, want) in [
            ("git@github.com:a/b.git", false, false, Some(Ci::GitHub)),
            ("https://gitlab.com/a/b.git", false, false, Some(Ci::GitLab)),
            ("https://gitlab.com/a/b.git", true, false, Some(Ci::GitHub)),
            ("https://github.com/a/b.git", true, true, Some(Ci::GitLab)),
            ("https://example.com/a/b.git", false, false, None),
            ("", false, false, None),
        ] {
            assert_eq!(Ci::detect(&repository(remote, github, gitlab)), want, "{remote} {github} {gitlab}");
        }
    }

    #[test]
    fn a_module_in_a_folder_is_measured_there() {
        let of = |ci, module: &str| workflow(ci, Path::new(module), "").text;
        assert!(of(Ci::GitHub, "sub/mod").contains("          working-directory: sub/mod\n"));
        assert!(!of(Ci::GitHub, "").contains("working-directory"));
        let job = of(Ci::GitLab, "sub");
        for line in [
            "- cd sub\n",
            "codequality: sub/codequality.json",
            "[sub/report.html, sub/report.json, sub/comment.md]",
        ] {
            assert!(job.contains(line), "{line}: {job}");
        }
    }

    #[test]
    fn our_repository_takes_the_place_of_the_placeholder() {
        let of = |ours| workflow(Ci::GitHub, Path::new(""), ours).text;
        assert!(of("https://github.com/acme/allocgate.git").contains("uses: acme/allocgate@v1"));
        assert!(of("").contains("uses: OWNER/allocgate@v1"));
    }
}
