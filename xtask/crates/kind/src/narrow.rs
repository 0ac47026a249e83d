//! Machines that give root every capability but `CAP_SYS_RESOURCE`.
//!
//! There a container that asks for all capabilities is refused, as is one that raises a limit or lowers its
//! `oom_score_adj`. A runtime in front of runc takes these three out of what the daemon wrote: out of `config.json` of
//! the bundle, and of the file that `--process` names for programs started later (runtime-spec `config.md`).

/// The bit of `CAP_SYS_RESOURCE` in capability sets, `capabilities(7)`.
const SYS_RESOURCE: u32 = 24;

/// Whether a process with this `/proc/self/status` lacks the capability for ever.
pub fn is_narrow(status: &str) -> bool {
    let bounding = status.lines().find_map(|line| line.strip_prefix("CapBnd:"));
    let set = bounding.and_then(|set| u64::from_str_radix(set.trim(), 16).ok());
    set.is_some_and(|set| set & (1 << SYS_RESOURCE) == 0)
}

/// The runtime, a shell script that needs `jq` and `runc`.
pub const RUNTIME: &str = r#"#!/bin/sh
set -e
narrow='if .capabilities then .capabilities |= map_values(map(select(. != "CAP_SYS_RESOURCE"))) else . end
  | del(.rlimits) | if (.oomScoreAdj // 0) < 0 then .oomScoreAdj = 0 else . end'
bundle=. process= before=
for word in "$@"; do
  case "$before" in --bundle|-b) bundle=$word ;; --process|-p) process=$word ;; esac
  case "$word" in --bundle=*) bundle=${word#*=} ;; --process=*) process=${word#*=} ;; esac
  before=$word
done
rewrite() { jq -c "$1" "$2" > "$2.narrow" && mv "$2.narrow" "$2"; }
if [ -n "$process" ] && [ -f "$process" ]; then
  rewrite "$narrow" "$process"
else
  for word in "$@"; do
    case "$word" in create|run) [ ! -f "$bundle/config.json" ] || rewrite ".process |= ($narrow)" "$bundle/config.json"; break ;; esac
  done
fi
exec runc "$@"
"#;

#[cfg(test)]
mod tests;
