use serde_json::json;

use super::*;

#[test]
fn pods_tell_what_is_wrong() {
    let pod = json!({
        "metadata": {"name": "web-1"},
        "status": {
            "conditions": [{"type": "PodScheduled", "status": "False", "message": "no room"}],
            "containerStatuses": [
                {"name": "a", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}},
                {"name": "b", "state": {"waiting": {"reason": "ContainerCreating"}}},
                {"name": "c", "state": {"running": {}}},
            ],
        },
    });
    assert_eq!(of_pod(&pod), ["web-1/a: ImagePullBackOff: no such image", "web-1: no room"]);
    assert_eq!(of_pod(&json!({})), Vec::<String>::new());
}
