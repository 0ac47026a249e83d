use serde_json::json;

use super::*;

#[test]
fn machines_are_added_up_and_only_the_engine_has_pods() {
    let summary = json!({
        "node": {"cpu": {"usageCoreNanoSeconds": 5_000_000_000_u64}, "memory": {"workingSetBytes": 100}, "network": {"rxBytes": 7}},
        "pods": [
            {"podRef": {"name": "a", "namespace": "engine"}, "cpu": {"usageCoreNanoSeconds": 2_000_000}, "memory": {"workingSetBytes": 3}},
            {"podRef": {"name": "b", "namespace": "other"}},
        ],
    });
    let mut used = Resources::default();
    add(&mut used, &summary, "engine");
    add(&mut used, &summary, "engine");
    add(&mut used, &json!({}), "engine");
    assert_eq!((used.processor, used.memory, used.received), (10_000, 200, 14));
    let pod = PodUse { name: "a".to_owned(), processor: 2, memory: 3 };
    assert_eq!(used.pods, [pod.clone(), pod]);
}
