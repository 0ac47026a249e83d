use super::counted;

#[test]
fn what_is_applied_and_refused_is_counted() {
    let metrics = "# TYPE apiserver_request_total counter
apiserver_request_total{code=\"200\",dry_run=\"\",group=\"apps\",resource=\"deployments\",verb=\"APPLY\",version=\"v1\"} 7
apiserver_request_total{code=\"201\",dry_run=\"\",group=\"\",resource=\"services\",verb=\"APPLY\",version=\"v1\"} 2
apiserver_request_total{code=\"422\",dry_run=\"All\",group=\"\",resource=\"services\",verb=\"APPLY\",version=\"v1\"} 3
apiserver_request_total{code=\"422\",dry_run=\"\",group=\"\",resource=\"pods\",verb=\"POST\",version=\"v1\"} 9
";
    let (applied, refused) = counted(metrics);
    assert_eq!(applied, 12);
    assert_eq!(refused, [("services (422)".to_owned(), 3)]);
}
