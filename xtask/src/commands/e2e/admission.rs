//! That the API server took every object.

use api::{Client, Reference};
use prove::Outcome;

use super::wanted::Wanted;

/// Answers of the API server that refuse an object: wrong, forbidden, too large, of an unknown type, invalid.
const REFUSALS: [&str; 5] = ["400", "403", "413", "415", "422"];
/// As many as anybody reads.
const MOST: usize = 5;

/// That every object of the wanted bundles is there, and that none was ever refused; trials (`dryRun`) count, too.
pub(super) fn all(client: &Client, wanted: &Wanted) -> Outcome {
    let (mut there, mut absent) = (0, Vec::new());
    for object in wanted.names.iter().filter_map(|name| wanted.objects.get(name)).flatten() {
        let found = Reference::of(object).and_then(|reference| Ok((client.get(&reference)?, reference)));
        match found {
            Ok((Some(_), _)) => there += 1,
            Ok((None, reference)) => absent.push(format!("{reference} is not there")),
            Err(error) => absent.push(error.to_string()),
        }
    }
    let metrics = client.text("/metrics").unwrap_or_default();
    let (applied, refused) = counted(&metrics);
    let told = refused.iter().map(|(what, times)| format!("{what} refused {times} times"));
    let wrong: Vec<String> = absent.iter().cloned().chain(told).take(MOST).collect();
    let sums = format!("{there} objects are there, {applied} times one was applied, none was refused");
    Outcome {
        name: "the API server took every object".to_owned(),
        holds: Some(wrong.is_empty() && applied > 0),
        message: if wrong.is_empty() { sums } else { wrong.join("; ") },
    }
}

/// How often an object was applied, and what of it was refused: kind and code with their number.
fn counted(metrics: &str) -> (u64, Vec<(String, u64)>) {
    let (mut applied, mut refused) = (0, Vec::new());
    for line in metrics.lines() {
        let Some((labels, number)) =
            line.strip_prefix("apiserver_request_total{").and_then(|line| line.rsplit_once("} "))
        else {
            continue;
        };
        let label = |name: &str| {
            let from = labels.split_once(&format!("{name}=\""))?.1;
            Some(from.split_once('"')?.0)
        };
        if label("verb") != Some("APPLY") {
            continue;
        }
        let number = number.trim().parse().unwrap_or(0);
        applied += number;
        let code = label("code").unwrap_or_default();
        if REFUSALS.contains(&code) {
            refused.push((format!("{} ({code})", label("resource").unwrap_or_default()), number));
        }
    }
    (applied, refused)
}

#[cfg(test)]
mod tests;
