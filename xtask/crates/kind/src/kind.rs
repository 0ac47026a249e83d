//! Clusters of containers.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::docker::{LABEL, last_lines};
use crate::{Docker, Driver, Fault, KindError, Plan, Running, State, VOLUMES, hosts_toml, narrow};

/// What the names of our clusters and networks start with.
const PREFIX: &str = "xtask-";
/// kind's configuration, in the state directory.
const CONFIG: &str = "kind.json";
/// The registry's container.
const REGISTRY: &str = "xtask-registry";

/// Where kubeadm finds patches for the control plane's pods, in a machine.
const PATCHES: &str = "/etc/kubeadm-patches";
/// That for the API server, by kubeadm's rule for names.
const API_SERVER_PATCH: &str = "kube-apiserver+strategic.json";

/// Brings images and gives them other names, all at once: its arguments are references and names, in turn.
const RENAME: &str = r#"pids=
while [ $# -gt 0 ]; do
  (ctr -n k8s.io images pull --plain-http "$1" > /dev/null && ctr -n k8s.io images tag --force "$1" "$2" > /dev/null) &
  pids="$pids $!"
  shift 2
done
for pid in $pids; do wait "$pid" || exit 1; done"#;

/// Refuses what is sent to addresses, from a machine and from its pods. Connections are lost instead: who asks for one
/// asks again a second later, where a refused controller would end and be started again ever more seldom.
const CLOSE_IN: &str = r#"for chain in OUTPUT FORWARD; do
  iptables -I "$chain" -d "$1" -j REJECT && iptables -I "$chain" -p tcp -d "$1" -j DROP || exit 1
done"#;

/// The driver.
#[derive(Debug)]
pub struct Kind {
    docker: Docker,
    state: State,
    program: PathBuf,
}

impl Kind {
    /// A driver that runs the program kind at `program`.
    pub fn new(state: State, docker: Docker, program: &Path) -> Self {
        Self { docker, state, program: program.to_owned() }
    }

    /// The container engine.
    pub fn docker(&self) -> &Docker {
        &self.docker
    }

    /// The cluster that a run has left.
    pub fn kept(&self) -> Result<Option<String>, KindError> {
        let clusters = self.kind("kind", &["get", "clusters"])?;
        Ok(clusters.lines().find_map(|name| name.strip_prefix(PREFIX)).map(str::to_owned))
    }

    fn kind(&self, network: &str, args: &[&str]) -> Result<String, KindError> {
        let path = ["/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
        let docker = self.docker.program().parent().map(|parent| parent.display().to_string());
        let path: Vec<String> = docker.into_iter().chain(path.map(str::to_owned)).collect();
        let command = self
            .docker
            .command(&self.program)
            .args(args)
            .env("PATH", path.join(":"))
            .env("KIND_EXPERIMENTAL_PROVIDER", "docker")
            .env("KIND_EXPERIMENTAL_DOCKER_NETWORK", network)
            .env("KUBECONFIG", self.kubeconfig().display().to_string());
        let finished = Docker::finish(&command)?;
        if finished.succeeded() {
            return Ok(String::from_utf8_lossy(&finished.stdout).into_owned());
        }
        Err(KindError::Failed {
            line: format!("kind {}", args.join(" ")),
            said: last_lines(&finished.stderr),
        })
    }

    fn kubeconfig(&self) -> PathBuf {
        self.state.path().join("kubeconfig")
    }

    /// kind's own configuration, `kind.x-k8s.io/v1alpha4`; every JSON document is a YAML document.
    fn configuration(&self, plan: &Plan) -> Result<String, KindError> {
        let mirrors = self.state.path().join("mirrors");
        for host in &plan.mirrored {
            self.state.write(&format!("mirrors/{host}/hosts.toml"), &hosts_toml(host, &plan.registry))?;
        }
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mut patch =
            "[plugins.\"io.containerd.grpc.v1.cri\".registry]\n  config_path = \"/etc/containerd/certs.d\"\n"
                .to_owned();
        if narrow::is_narrow(&status) {
            // runc may not lower the score of a pod's first process there.
            patch.push_str("[plugins.\"io.containerd.grpc.v1.cri\"]\n  restrict_oom_score_adj = true\n");
        }
        self.state.write(&format!("patches/{API_SERVER_PATCH}"), &api_server_patch())?;
        let patches = self.state.path().join("patches");
        let mounts = json!([
            {"hostPath": mirrors, "containerPath": "/etc/containerd/certs.d", "readOnly": true},
            {"hostPath": patches, "containerPath": PATCHES, "readOnly": true},
        ]);
        let node = |role: &str| json!({"role": role, "extraMounts": mounts});
        let mut nodes = vec![node("control-plane")];
        nodes.extend((0..plan.workers).map(|_| node("worker")));
        let kubelet = json!({
            "kind": "KubeletConfiguration",
            "apiVersion": "kubelet.config.k8s.io/v1beta1",
            "serializeImagePulls": false,
            // How soon a pod sees what a Secret has now: webhooks wait for the certificate that they write there.
            "syncFrequency": "5s",
        });
        let cluster = json!({
            "kind": "ClusterConfiguration",
            "apiServer": {"extraArgs": plan.api_server},
            // What a machine that is gone in a minute has written need not survive a loss of power.
            "etcd": {"local": {"extraArgs": {"unsafe-no-fsync": "true"}}},
        });
        let start = json!({"kind": "InitConfiguration", "patches": {"directory": PATCHES}});
        let patches = [kubelet.to_string(), cluster.to_string(), start.to_string()];
        let config = json!({
            "kind": "Cluster",
            "apiVersion": "kind.x-k8s.io/v1alpha4",
            "networking": {
                "disableDefaultCNI": true,
                "podSubnet": plan.pods,
                "serviceSubnet": plan.services,
            },
            "nodes": nodes,
            "containerdConfigPatches": [patch],
            "kubeadmConfigPatches": patches,
        });
        Ok(config.to_string())
    }

    /// Names of all machines, one on each line.
    fn nodes(&self, plan: &Plan) -> Result<String, KindError> {
        let network = Self::network(plan);
        self.kind(&network, &["get", "nodes", "--name", &network])
    }

    /// Refuses what is sent to the address of a service that nobody translates yet: it would leave the machine, and if
    /// somebody outside answers, the API server keeps that connection for good.
    fn close_in(&self, plan: &Plan) -> Result<(), KindError> {
        for node in self.nodes(plan)?.lines() {
            self.docker.run(&["exec", node, "sh", "-c", CLOSE_IN, "sh", &plan.services])?;
        }
        Ok(())
    }

    /// Adds (`-I`) or takes away (`-D`) the rules by which machines lose what is sent to the registry. Taking the registry
    /// off the network would give it another port here.
    fn cut(&self, plan: &Plan, how: &str) -> Result<(), KindError> {
        let network = Self::network(plan);
        let field = format!("{{{{(index .NetworkSettings.Networks \"{network}\").IPAddress}}}}");
        let address = self.docker.run(&["inspect", "-f", &field, REGISTRY])?;
        for node in self.nodes(plan)?.lines() {
            for chain in ["OUTPUT", "FORWARD"] {
                self.docker.run(&["exec", node, "iptables", how, chain, "-d", &address, "-j", "DROP"])?;
            }
        }
        Ok(())
    }

    /// Whom the registry runs as, so that what it writes can be removed, and where its content is.
    fn mounted_shelf(&self) -> Result<(String, String), KindError> {
        use std::os::unix::fs::MetadataExt as _;
        let path = self.shelf();
        fs::create_dir_all(&path).map_err(KindError::io("make", &path))?;
        let metadata = fs::metadata(&path).map_err(KindError::io("read", &path))?;
        let user = format!("{}:{}", metadata.uid(), metadata.gid());
        Ok((user, format!("{}:/var/lib/registry", path.display())))
    }

    fn node(plan: &Plan) -> String {
        format!("{PREFIX}{}-control-plane", plan.cluster)
    }

    fn network(plan: &Plan) -> String {
        format!("{PREFIX}{}", plan.cluster)
    }
}

/// A release brings definitions by the megabyte, and a third of the API server's time is the collection of garbage then.
fn api_server_patch() -> String {
    let container = json!({"name": "kube-apiserver", "env": [{"name": "GOGC", "value": "400"}]});
    json!({"spec": {"containers": [container]}}).to_string()
}

impl Driver for Kind {
    fn shelf(&self) -> PathBuf {
        self.state.path().join("registry")
    }

    fn registry(&self, plan: &Plan) -> Result<String, KindError> {
        let network = Self::network(plan);
        let label = format!("{LABEL}={}", plan.cluster);
        self.docker.run(&["network", "create", "--label", &label, "--subnet", &plan.machines, &network])?;
        let alias = plan.registry.split(':').next().unwrap_or_default();
        let (user, mount) = self.mounted_shelf()?;
        self.docker.run(&[
            "run",
            "-d",
            "--user",
            &user,
            "--volume",
            &mount,
            "--name",
            REGISTRY,
            "--label",
            &label,
            "--network",
            &network,
            "--network-alias",
            alias,
            "-p",
            "127.0.0.1::5000",
            &plan.registry_image,
        ])?;
        let port = self.docker.run(&["port", REGISTRY, "5000/tcp"])?;
        Ok(port.lines().next().unwrap_or_default().trim().to_owned())
    }

    fn cluster(&self, plan: &Plan) -> Result<Running, KindError> {
        let config = self.state.write(CONFIG, &self.configuration(plan)?)?;
        let name = Self::network(plan);
        let config = config.display().to_string();
        let args = [
            "create",
            "cluster",
            "--name",
            &name,
            "--image",
            &plan.node_image,
            "--config",
            &config,
            "--retain",
        ];
        self.kind(&name, &args)?;
        let path = self.kubeconfig();
        let kubeconfig = fs::read_to_string(&path).map_err(KindError::io("read", &path))?;
        let port = self.docker.run(&["port", REGISTRY, "5000/tcp"])?;
        let node = Self::node(plan);
        self.docker.run(&[&["exec", &node, "mkdir", "-p", "-m", "1777"], &VOLUMES[..]].concat())?;
        self.close_in(plan)?;
        let registry = port.lines().next().unwrap_or_default().trim().to_owned();
        Ok(Running { kubeconfig, node, registry })
    }

    fn rename(&self, plan: &Plan, images: &BTreeMap<String, String>) -> Result<(), KindError> {
        if images.is_empty() {
            return Ok(());
        }
        let pair =
            |(name, image): (&String, &String)| [format!("{}/mirror/{image}", plan.registry), name.clone()];
        let words: Vec<String> = images.iter().flat_map(pair).collect();
        for node in self.nodes(plan)?.lines() {
            // One shell for all of them: starting a program in a machine takes longer than bringing a small image.
            let mut args = vec!["exec", node, "sh", "-c", RENAME, "sh"];
            args.extend(words.iter().map(String::as_str));
            self.docker.run(&args)?;
        }
        Ok(())
    }

    fn inside(&self, plan: &Plan, container: &str, command: &[String]) -> Result<String, KindError> {
        let node = Self::node(plan);
        let mut args: Vec<&str> = vec!["exec", &node, "ctr", "-n", "k8s.io", "tasks", "exec", "--exec-id"];
        // Two at once in one container would be in each other's way, which they are not: assertions go one by one.
        args.extend(["xtask", container]);
        args.extend(command.iter().map(String::as_str));
        self.docker.run(&args)
    }

    fn fault(&self, plan: &Plan, fault: Fault) -> Result<(), KindError> {
        let node = Self::node(plan);
        let args: &[&str] = match fault {
            // One that is stopped and started again gets another port here.
            Fault::RegistryDown => &["pause", REGISTRY],
            Fault::RegistryUp => &["unpause", REGISTRY],
            Fault::ApiServerKilled => &["exec", &node, "pkill", "-9", "kube-apiserver"],
            Fault::NodeRestart => &["restart", "-t", "5", &node],
            Fault::NetworkCut => return self.cut(plan, "-I"),
            Fault::NetworkJoined => return self.cut(plan, "-D"),
        };
        self.docker.run(args)?;
        if fault == Fault::NodeRestart { self.close_in(plan) } else { Ok(()) }
    }

    fn logs(&self, plan: &Plan) -> Result<String, KindError> {
        let node = Self::node(plan);
        self.docker.run(&[
            "exec",
            &node,
            "journalctl",
            "--no-pager",
            "-n",
            "200",
            "-u",
            "kubelet",
            "-u",
            "containerd",
        ])
    }

    fn shell(&self, plan: &Plan) -> (PathBuf, Vec<String>, Vec<(String, String)>) {
        let args = ["exec", "-it", &Self::node(plan), "bash"].map(str::to_owned).to_vec();
        let host = self.docker.host().map(|host| ("DOCKER_HOST".to_owned(), host.to_owned()));
        (self.docker.program().to_owned(), args, host.into_iter().collect())
    }

    fn sweep(&self) -> Result<(), KindError> {
        // One whose run was killed goes on, and would do its work in the machine of the next run that has the same name.
        for process in orphans(&self.state.path().join(CONFIG)) {
            self.docker.kill(&process)?;
        }
        let clusters = self.kind("kind", &["get", "clusters"])?;
        for cluster in clusters.lines().filter(|name| name.starts_with(PREFIX)) {
            self.kind("kind", &["delete", "cluster", "--name", cluster])?;
        }
        for container in self.docker.marked("container")? {
            self.docker.run(&["rm", "-f", "-v", &container])?;
        }
        for network in self.docker.marked("network")? {
            self.docker.run(&["network", "rm", &network])?;
        }
        for name in ["mirrors", "patches", "registry", CONFIG, "kubeconfig"] {
            let path = self.state.path().join(name);
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            match removed {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    return Err(KindError::Io { action: "remove", path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Numbers of the processes that a file is an argument of.
fn orphans(file: &Path) -> Vec<String> {
    let file = file.as_os_str().as_encoded_bytes();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let has = |line: &[u8]| line.split(|byte| *byte == 0).any(|word| word == file);
    processes
        .filter(|process| fs::read(process.path().join("cmdline")).is_ok_and(|line| has(&line)))
        .filter_map(|process| process.file_name().into_string().ok())
        .filter(|name| name.parse::<u32>().is_ok())
        .collect()
}

#[cfg(test)]
mod tests;
