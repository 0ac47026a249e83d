//! A cluster to which releases are delivered, one after the other.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use api::Client;
use deliver::{Engine, Follow, News, Place};
use kind::{Driver as _, Kind, Plan};
use plan::Report as Built;
use prove::{Assertion, Broken, Clock, Inside, Outcome, Section, Timeline, Trouble, Waiting};
use publish::{Blobs, Cluster, Request, Who};
use registry::distribution::Remote;

use super::session::Session;
use super::wanted::Wanted;
use super::{install, registry_of, source, trouble};
use crate::commands::publish::{AT_ONCE, publication};
use crate::commands::remote::StoredBlobs;
use crate::context;
use crate::error::CliError;

/// The channel that the engine follows.
const CHANNEL: &str = "staging";
/// What looking four times a second may miss of an order, in milliseconds.
const SLACK: u64 = 1000;
/// How long assertions may take to become true, in milliseconds.
const SETTLE: u64 = 60_000;
/// How long to wait for another publisher; there is none.
const CLAIM: Duration = Duration::from_secs(6);

/// The cluster, its registry, and who applies.
pub(super) struct Stage<'a> {
    pub(super) session: &'a Session<'a>,
    pub(super) client: Client,
    pub(super) plan: &'a Plan,
    /// The place of the cluster's releases, as this machine reaches it.
    pub(super) remote: Remote,
    pub(super) engine: Engine,
    /// Images that nobody brings.
    pub(super) missing: &'a BTreeSet<String>,
    /// How long a release may take, in milliseconds.
    pub(super) timeout: u64,
}

impl Stage<'_> {
    /// Makes the engine follow the channel.
    pub(super) fn follow(&self) -> Result<(), CliError> {
        let spec = self.session.spec;
        let place = Place {
            cluster: spec.name.clone(),
            registry: registry_of(spec),
            insecure: true,
            pull_secret: None,
            public_key: None,
        };
        install::root(&self.client, &place, &Follow::Channel(CHANNEL.to_owned()), self.engine)
    }

    /// Moves the channel to a release that was just built.
    pub(super) fn publish(&self, built: &Built) -> Result<(), CliError> {
        let local = StoredBlobs::new(context::store(self.session.global)?);
        let request = Request {
            publication: &publication(built),
            blobs: &local,
            signer: None,
            channel: Some(CHANNEL),
            who: nobody(),
            new_address: false,
            thorough: false,
            jobs: AT_ONCE,
            progress: &|_| {},
        };
        publish::publish(self.cluster(&local), &request)?;
        Ok(())
    }

    /// Moves the channel to the first release.
    pub(super) fn rollback(&self) -> Result<(), CliError> {
        let local = StoredBlobs::new(context::store(self.session.global)?);
        publish::rollback(self.cluster(&local), CHANNEL, Some(1), Some(&nobody()))?;
        Ok(())
    }

    fn cluster<'c>(&'c self, local: &'c StoredBlobs) -> Cluster<'c> {
        let name = &self.session.spec.name;
        Cluster { registry: &self.remote, name, patience: CLAIM, local: Some(local as &dyn Blobs) }
    }

    /// Tells the engine that there is something new, as a webhook of the registry would.
    pub(super) fn notify(&self, token: &str, now: &Wanted, back: bool) -> Result<(), CliError> {
        let name = &self.session.spec.name;
        let news = News { channel: CHANNEL, release: &now.expected.release, document: &now.document, back };
        install::patiently(|| prove::notify(&self.client, self.engine, name, token, &news)).map(|_| ())
    }

    /// Makes trouble around the cluster, and ends it.
    pub(super) fn trouble(&self, trouble: Trouble) -> Result<(), CliError> {
        trouble::make(trouble, &self.session.driver, self.plan, &self.client, self.engine)
    }

    /// Waits until a release is applied and healthy, and tells what became of it.
    pub(super) fn watch(
        &self,
        name: &str,
        clock: Clock,
        wanted: &Wanted,
        broken: Option<&Broken>,
    ) -> Result<Section, CliError> {
        let mut excused = wanted.excused(self.missing);
        let printer = self.session.printer;
        printer.detail(name);
        let converge = |excused: Vec<String>| {
            let waiting = Waiting {
                clock,
                deadline: self.timeout,
                cancelled: &process::interrupted,
                tell: &|name, word, at| {
                    printer.detail(&format!("{:>6}.{} s  {name} {word}", at / 1000, at % 1000 / 100));
                },
                excused: &excused,
                partial: !excused.is_empty(),
            };
            let cluster = &self.session.spec.name;
            prove::converge(&self.client, self.engine, cluster, &wanted.expected, &waiting)
        };
        let mut outcomes = Vec::new();
        let mut timeline = match broken {
            None => converge(excused.keys().cloned().collect())?,
            Some(broken) => {
                let (told, outcome) = self.told(wanted, clock, broken)?;
                outcomes.push(outcome);
                excused.extend(wanted.behind(&broken.component));
                excused.insert(broken.component.clone(), format!("broken on purpose: {told}"));
                converge(excused.keys().cloned().collect())?
            }
        };
        let is_broken = |name: &str| broken.is_some_and(|broken| broken.component == name);
        self.find_causes(wanted, &mut timeline, |name| excused.contains_key(name) && !is_broken(name));
        if broken.is_none() {
            let disorder = prove::disorder(&wanted.expected, &timeline, SLACK);
            let message = if disorder.is_empty() { "order kept".to_owned() } else { disorder.join("; ") };
            let name = "every component waits for those it depends on".to_owned();
            outcomes.push(Outcome { name, holds: Some(disorder.is_empty()), message });
        }
        Ok(Section {
            name: name.to_owned(),
            engine: self.engine.name().to_owned(),
            release: wanted.expected.release.to_string(),
            took: clock.now(),
            timeline,
            excused,
            outcomes,
        })
    }

    /// Waits until somebody says why a component does not get healthy.
    fn told(&self, wanted: &Wanted, clock: Clock, broken: &Broken) -> Result<(String, Outcome), CliError> {
        // What is behind it may be the first that says why: a webhook is missed by those who call it.
        let behind = wanted.behind(&broken.component);
        let names: Vec<String> = [&broken.component]
            .into_iter()
            .chain(behind.keys())
            .map(|name| deliver::object_name(name))
            .collect();
        loop {
            let mut causes = Vec::new();
            if let Ok(observed) = prove::observe(&self.client, self.engine) {
                let messages = names.iter().filter_map(|name| observed.get(name));
                causes.extend(messages.map(|observed| observed.message.clone()));
            }
            for namespace in wanted.namespaces(&broken.component) {
                causes.extend(prove::causes(&self.client, &namespace).unwrap_or_default());
            }
            let found = causes.iter().find(|cause| cause.contains(&broken.cause));
            let late = clock.now() > broken.within * 1000;
            if found.is_some() || late || process::interrupted() {
                let message = found.cloned().unwrap_or_else(|| causes.join("; "));
                let name = format!("`{}` is told within {} s", broken.cause, broken.within);
                let shown = format!("after {} s: {message}", clock.now() / 1000);
                return Ok((message, Outcome { name, holds: Some(found.is_some()), message: shown }));
            }
            thread::sleep(Duration::from_millis(500));
        }
    }

    fn find_causes(&self, wanted: &Wanted, timeline: &mut Timeline, is_excused: impl Fn(&str) -> bool) {
        for component in &mut timeline.components {
            component.source = source::of(self.session.workspace, &component.name);
        }
        let unhealthy = timeline.components.iter_mut().filter(|component| component.healthy.is_none());
        let mut unhealthy = unhealthy.filter(|component| !is_excused(&component.name)).peekable();
        if unhealthy.peek().is_none() {
            return;
        }
        let origins = source::Origins::of(&wanted.workspace, self.session);
        for component in unhealthy {
            let objects = wanted.objects.get(&component.name).map(Vec::as_slice).unwrap_or_default();
            let failing = prove::failing(&self.client, objects).unwrap_or_default();
            component.failing = failing.iter().map(|one| origins.tell(&component.name, one)).collect();
            for namespace in wanted.namespaces(&component.name) {
                component.causes.extend(prove::causes(&self.client, &namespace).unwrap_or_default());
            }
        }
    }

    /// Looks at what must be true, until it is or the time for it is over.
    pub(super) fn look(&self, assertions: &[Assertion], timeline: &Timeline, broken: bool) -> Vec<Outcome> {
        let look = |assertion: &Assertion| {
            let mut components = timeline.components.iter();
            let healthy = components
                .any(|component| component.name == assertion.component && component.healthy.is_some());
            // What a broken release leaves is looked at because its component is not healthy.
            if !healthy && !broken {
                let message = format!("{} is not healthy", assertion.component);
                return Outcome { name: assertion.name.clone(), holds: None, message };
            }
            if let Err(error) = prove::prepare(&self.client, assertion) {
                let message = error.to_string();
                return Outcome { name: assertion.name.clone(), holds: Some(false), message };
            }
            let clock = Clock::start();
            loop {
                let outcome = prove::check(&self.client, self, assertion);
                if outcome.holds == Some(true) || clock.now() > SETTLE || process::interrupted() {
                    return outcome;
                }
                thread::sleep(Duration::from_millis(500));
            }
        };
        let looked = assertions.iter().map(look);
        looked.inspect(|outcome| self.session.printer.detail(&outcome.line())).collect()
    }
}

impl Inside for Stage<'_> {
    fn run(&self, container: &str, command: &[String]) -> Result<String, String> {
        let driver: &Kind = &self.session.driver;
        driver.inside(self.plan, container, command).map_err(|error| error.to_string())
    }
}

/// Nobody reads the journal of a registry that is gone in a minute.
fn nobody() -> Who {
    Who { time: "1970-01-01T00:00:00Z".to_owned(), author: "e2e".to_owned() }
}
