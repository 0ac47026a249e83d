//! Waiting until a release is applied and healthy.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use api::{ApiError, Client};
use deliver::Engine;

use crate::{Component, Expected, Observed, Timeline, observe};

/// Between two looks: the engines themselves need longer for most things.
const LOOK: Duration = Duration::from_millis(250);
/// The same while a change that an engine is told of may be under way.
const FIRST_LOOKS: Duration = Duration::from_millis(50);
/// How long that is, in milliseconds.
const FIRST: u64 = 3000;

/// Milliseconds since something began.
#[derive(Clone, Copy, Debug)]
pub struct Clock(Instant);

impl Clock {
    /// Starts now.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How many there were.
    pub fn now(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// How long to wait, and who may end it.
pub struct Waiting<'a> {
    /// Runs since the publication.
    pub clock: Clock,
    /// On that clock, in milliseconds.
    pub deadline: u64,
    /// Ends the wait when it says so.
    pub cancelled: &'a dyn Fn() -> bool,
    /// Is told of every step of a component.
    pub tell: &'a dyn Fn(&str, &str, u64),
    /// Names of components that cannot get healthy here: nobody waits for them.
    pub excused: &'a [String],
    /// Whether the release cannot become whole: then it is enough that the engine has it.
    pub partial: bool,
}

/// Looks at an engine until the release of a cluster is whole, the time is over, or nobody wants to know any more.
/// An API server that does not answer for a while is waited for.
pub fn converge(
    client: &Client,
    engine: Engine,
    cluster: &str,
    expected: &Expected,
    waiting: &Waiting<'_>,
) -> Result<Timeline, ApiError> {
    let mut timeline = Timeline {
        components: expected
            .bundles
            .values()
            .map(|bundle| Component { name: bundle.name.clone(), ..Component::default() })
            .collect(),
        ..Timeline::default()
    };
    timeline.components.sort_by(|one, other| one.name.cmp(&other.name));
    loop {
        match observe(client, engine) {
            Ok(observed) => note(&mut timeline, expected, &observed, cluster, waiting),
            Err(error) if error.is_passing() => {}
            Err(error) => return Err(error),
        }
        let waited_for = |component: &&Component| !waiting.excused.contains(&component.name);
        let done = timeline.release.is_some()
            && timeline.components.iter().filter(waited_for).all(|component| component.healthy.is_some());
        if done || waiting.clock.now() > waiting.deadline || (waiting.cancelled)() {
            return Ok(timeline);
        }
        thread::sleep(if waiting.clock.now() < FIRST { FIRST_LOOKS } else { LOOK });
    }
}

/// Takes over what is new.
fn note(
    timeline: &mut Timeline,
    expected: &Expected,
    observed: &BTreeMap<String, Observed>,
    cluster: &str,
    waiting: &Waiting<'_>,
) {
    let now = waiting.clock.now();
    timeline.began.get_or_insert(now);
    let release = expected.release.to_string();
    let root = observed.get(&deliver::root_name(cluster));
    // The release is healthy only when all that it holds is; applied is all that can be asked of it here.
    if timeline.release.is_none()
        && root.is_some_and(|root| {
            root.applied == release || root.seen == release && (root.healthy || waiting.partial)
        })
    {
        timeline.release = Some(now);
    }
    for (object, bundle) in &expected.bundles {
        let Some(state) = observed.get(object) else { continue };
        let Some(component) = timeline.components.iter_mut().find(|component| component.name == bundle.name)
        else {
            continue;
        };
        let digest = bundle.digest.to_string();
        let last = component.attempts.last().map(|(_, last)| last.as_str());
        if !state.attempted.is_empty() && last != Some(state.attempted.as_str()) {
            component.attempts.push((now, state.attempted.clone()));
        }
        let step = |slot: &mut Option<u64>, reached: bool, word: &str| {
            if slot.is_none() && reached {
                *slot = Some(now);
                (waiting.tell)(&bundle.name, word, now);
            }
        };
        step(&mut component.seen, state.seen == digest, "seen");
        step(&mut component.applied, state.applied == digest, "applied");
        step(&mut component.healthy, state.applied == digest && state.healthy, "healthy");
        state.message.clone_into(&mut component.message);
    }
}

#[cfg(test)]
mod tests;
