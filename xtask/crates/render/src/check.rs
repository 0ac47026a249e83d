//! What an object must be before it is packed.

use diag::Diagnostic;
use schema::Kubernetes;

use crate::images;
use crate::job::Job;
use crate::object::Object;
use crate::secrets;

/// Checks one object as far as it can be told without the rest of the cluster.
pub(crate) fn check(job: &Job, object: &Object, kubernetes: &Kubernetes, mistakes: &mut Vec<Diagnostic>) {
    secrets::check(&job.unit, object, mistakes);
    check_namespace(job, object, mistakes);
    check_tags(job, object, mistakes);
    let (group, version) = object.group_version();
    if kubernetes.knows(group, version, object.kind()) {
        for violation in kubernetes.validate(&object.node) {
            mistakes.push(violation_diagnostic(&job.unit, object, &violation));
        }
    } else if is_built_in_group(group) {
        mistakes.push(unknown_kind(job, object));
    }
}

/// A violation as a message about an object.
pub(crate) fn violation_diagnostic(unit: &str, object: &Object, violation: &schema::Violation) -> Diagnostic {
    let field = violation.pointer.trim_start_matches('/').replace('/', ".");
    let message = format!("`{field}`: {}", violation.message);
    let span = Some(violation.span).filter(|span| span.end > span.start);
    let diagnostic = object.error_at(unit, span, &message, "here");
    match &violation.hint {
        Some(hint) => diagnostic.hint(hint.clone()),
        None => diagnostic.hint("correct it where it is written, or by `patches` of the unit"),
    }
}

fn check_namespace(job: &Job, object: &Object, mistakes: &mut Vec<Diagnostic>) {
    let Some(namespace) = object.namespace() else { return };
    if namespace == job.namespace || job.allow_namespaces.iter().any(|allowed| allowed == namespace) {
        return;
    }
    let message = format!("lives in namespace `{namespace}`, outside of the unit's `{}`", job.namespace);
    mistakes.push(
        object.error(&job.unit, &["metadata", "namespace"], &message, "not the unit's namespace").hint(
            format!("add `allowNamespaces: [{namespace}]` to `{}` if that is meant", job.description.name),
        ),
    );
}

fn check_tags(job: &Job, object: &Object, mistakes: &mut Vec<Diagnostic>) {
    for used in images::find(&object.node, object.kind(), &job.images) {
        if images::is_digest_reference(&used.reference) {
            continue;
        }
        let problem = match images::tag(&used.reference) {
            Some("latest") => "has the tag `latest`",
            None => "has no tag, which means `latest`",
            Some(_) => continue,
        };
        let message = format!("image `{}` {problem}: it is another one tomorrow", used.reference);
        let span =
            object.node.pointer(&used.pointer).map(|node| node.span).filter(|span| span.end > span.start);
        mistakes.push(
            object
                .error_at(&job.unit, span, &message, "never the same twice")
                .hint("name a version or a digest"),
        );
    }
}

/// Groups whose kinds all come with Kubernetes itself.
fn is_built_in_group(group: &str) -> bool {
    !group.contains('.')
        || matches!(
            group,
            "rbac.authorization.k8s.io"
                | "networking.k8s.io"
                | "storage.k8s.io"
                | "apiextensions.k8s.io"
                | "admissionregistration.k8s.io"
                | "apiregistration.k8s.io"
                | "scheduling.k8s.io"
                | "node.k8s.io"
                | "coordination.k8s.io"
                | "certificates.k8s.io"
                | "discovery.k8s.io"
                | "flowcontrol.apiserver.k8s.io"
                | "resource.k8s.io"
                | "events.k8s.io"
        )
}

fn unknown_kind(job: &Job, object: &Object) -> Diagnostic {
    let message = format!(
        "Kubernetes {} has no `{}` in `{}`",
        job.kubernetes_version,
        object.kind(),
        object.api_version()
    );
    object
        .error(&job.unit, &["apiVersion"], &message, "not served")
        .hint("it was removed or is not there yet: change the chart's values or version, or the cluster's Kubernetes")
}
