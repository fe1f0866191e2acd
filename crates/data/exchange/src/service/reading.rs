//! Reading other catalogues when their time has come.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use varde_core::{Actor, Component, Letter, Problem as _, ProblemKind, clock::norway};
use varde_fetch::{Ask, Page};
use varde_ledger::Draft;
use varde_rdf::{BlankNode, Format, Graph, Limits, NamedOrBlankNode, Term, read, vocabulary::HYDRA};
use varde_web::{Argument, date_in_words};

use super::{Exchange, Origin};
use crate::{
    Counts, ExchangeError, HarvestRun, HarvestSource, Outcome, TELL_AFTER, Trouble,
    store::harvests::{self, Mark},
};

/// What is taken, the one to prefer first.
const ACCEPT: &str = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, application/n-triples;q=0.7";
/// How long one is kept from others while it is read.
const LEASE: SignedDuration = SignedDuration::from_mins(30);
/// The most pages of a catalogue.
const MOST_PAGES: usize = 200;
/// The most bytes of all pages together.
const MOST_BYTES: usize = 128 * 1024 * 1024;
/// The most catalogues in a row, so that one round ends.
const IN_A_ROW: usize = 20;

/// What was read of a catalogue.
struct Whole {
    graph: Graph,
    mark: Mark,
}

impl Exchange {
    /// Reads the catalogues whose time has come. To be done every few seconds; several instances may. Says how
    /// many were read.
    ///
    /// # Errors
    /// When the store fails. What fails at others is kept with its reason, and done again later.
    pub async fn tend_harvests(&self) -> Result<usize, ExchangeError> {
        let flows = Actor::system(Component::Flows);
        for done in 0..IN_A_ROW {
            let now = self.store.clock().now();
            let mut work = self.store.begin(&flows).await?;
            let until = now.saturating_add(LEASE).unwrap_or(Timestamp::MAX);
            let Some(source) = harvests::claim(work.connection(), now, until).await? else { return Ok(done) };
            let entry = Draft::new("exchange.harvest.begun", "harvest", source.id).with("address", &source.address);
            let entered = work.enter(entry).await?;
            work.commit(entered).await?;
            self.read_one(&flows, &source).await?;
        }
        Ok(IN_A_ROW)
    }

    async fn read_one(&self, flows: &Actor, source: &HarvestSource) -> Result<(), ExchangeError> {
        let (outcome, counts, mark) = match self.whole_catalogue(source).await {
            Ok(None) => (Outcome::NotModified, Counts::default(), None),
            Err(trouble) => (Outcome::Failed(trouble), Counts::default(), None),
            Ok(Some(whole)) => match self.taken(flows, source, &whole.graph).await {
                Ok((outcome, counts)) => (outcome, counts, Some(whole.mark)),
                Err(error) => {
                    tracing::warn!(harvest = %source.id, %error, "a catalogue that was read could not be taken");
                    (Outcome::Failed(trouble_of(&error)), Counts::default(), None)
                }
            },
        };
        let failures = if matches!(outcome, Outcome::Failed(_)) { source.failures + 1 } else { 0 };
        let now = self.store.clock().now();
        let run = HarvestRun { at: now, outcome, counts };
        let next = (source.next(now, failures), failures);
        let mut work = self.store.begin(flows).await?;
        harvests::finish(work.connection(), source.id, &run, mark.as_ref(), next).await?;
        let entry = Draft::new("exchange.harvest.done", "harvest", source.id)
            .with("outcome", run.outcome.name())
            .with("datasets", run.counts.datasets);
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        if let (Outcome::Failed(trouble), TELL_AFTER) = (&run.outcome, failures) {
            self.tell(source, *trouble, now).await;
        }
        Ok(())
    }

    async fn taken(
        &self,
        flows: &Actor,
        source: &HarvestSource,
        graph: &Graph,
    ) -> Result<(Outcome, Counts), ExchangeError> {
        let origin = Origin {
            title: &source.title,
            holder: Some(source.holder),
            harvest: Some(source.id),
            allow_loss: source.allow_loss,
        };
        // For whoever asked for it, and about nobody else's sources: the policy sees to that.
        let flows = Actor { organisation: Some(source.holder), ..flows.clone() };
        let taken = self.take_in(&flows, graph, origin).await?;
        if taken.datasets.is_empty() && taken.gone.is_empty() {
            return Ok((Outcome::Failed(Trouble::NoDatasets), taken.counts()));
        }
        Ok((taken.proposal.map_or(Outcome::NothingNew, Outcome::Proposed), taken.counts()))
    }

    /// All pages of a catalogue; `None` when its server says that nothing has changed.
    async fn whole_catalogue(&self, source: &HarvestSource) -> Result<Option<Whole>, Trouble> {
        let known = Ask { accept: ACCEPT, tag: source.tag.as_deref(), modified: source.modified.as_deref() };
        let Some(first) = self.fetcher.get(&source.address, known).await? else { return Ok(None) };
        let (mut graph, mut bytes) = (graph_of(&first)?, first.body.len());
        let mut seen = BTreeSet::from([source.address.clone(), first.address.to_string()]);
        let mut next = next_page(&graph, &seen);
        // The first page may be as it was while another has changed: only a catalogue of one page is asked so.
        let mark = match next {
            None => Mark { tag: first.tag.clone(), modified: first.modified.clone() },
            Some(_) => Mark::default(),
        };
        while let Some(address) = next {
            let plain = Ask { accept: ACCEPT, ..Ask::default() };
            let page = self.fetcher.get(&address, plain).await?.ok_or(Trouble::Status)?;
            bytes += page.body.len();
            seen.insert(address);
            if bytes > MOST_BYTES || seen.len() > MOST_PAGES {
                return Err(Trouble::TooLarge);
            }
            let more = graph_of(&page)?;
            next = next_page(&more, &seen);
            graph.extend(&apart(&more, seen.len()));
        }
        Ok(Some(Whole { graph, mark }))
    }

    /// Tells the owner once of each row of failures.
    async fn tell(&self, source: &HarvestSource, trouble: Trouble, now: Timestamp) {
        let Some(letters) = &self.letters else { return };
        let (language, texts) = (source.language, &self.texts);
        let day = now.to_zoned(norway()).date();
        let arguments = [
            ("title", Argument::from(source.title.as_str())),
            ("trouble", texts.get(language, &format!("exchange-trouble-{}", trouble.name())).into()),
            ("date", date_in_words(language, day).into()),
            ("count", TELL_AFTER.into()),
            ("link", format!("{}/katalog/hosting/{}", self.addresses().base(), source.id).into()),
        ];
        let letter = Letter {
            about: format!("exchange.harvest:{}:{now}", source.id),
            to: source.mail.clone(),
            language,
            subject: texts.get_with(language, "exchange-mail-subject", &arguments),
            body: texts.get_with(language, "exchange-mail-body", &arguments),
        };
        if let Err(error) = letters.put_down(&letter).await {
            tracing::warn!(harvest = %source.id, %error, "the owner of a harvest could not be told that it fails");
        }
    }
}

/// The same statements with blank nodes of their own: two pages may call different nodes by the same name.
fn apart(graph: &Graph, page: usize) -> Graph {
    let name = |node: &BlankNode| BlankNode::new(format!("p{page}x{}", node.as_str())).unwrap_or_default();
    let mut out = Graph::new();
    for triple in graph {
        let mut triple = triple.into_owned();
        if let NamedOrBlankNode::BlankNode(node) = &triple.subject {
            triple.subject = name(node).into();
        }
        if let Term::BlankNode(node) = &triple.object {
            triple.object = name(node).into();
        }
        out.insert(&triple);
    }
    out
}

/// A page as statements.
fn graph_of(page: &Page) -> Result<Graph, Trouble> {
    let named = || Format::from_file_name(page.address.path());
    let format = page.media_type.as_deref().and_then(Format::from_media_type).or_else(named).ok_or(Trouble::NotRdf)?;
    match read(&page.body, format, Some(page.address.as_str()), Limits::default()) {
        Ok(document) => Ok(document.graph),
        Err(error) => {
            tracing::debug!(%error, "a page of another catalogue cannot be read");
            Err(Trouble::Broken)
        }
    }
}

/// The address of the next page (Hydra core), when it has not been read yet.
fn next_page(graph: &Graph, seen: &BTreeSet<String>) -> Option<String> {
    let mut found: Vec<String> = ["nextPage", "next"]
        .into_iter()
        .flat_map(|name| {
            let predicate = HYDRA.term(name);
            let page = |triple: varde_rdf::Triple| match (triple.subject, triple.object) {
                (NamedOrBlankNode::NamedNode(_), Term::NamedNode(next)) => Some(next.as_str().to_owned()),
                (_, Term::Literal(next)) => Some(next.value().to_owned()),
                _ => None,
            };
            graph.triples_for_predicate(&predicate).filter_map(|t| page(t.into_owned())).collect::<Vec<_>>()
        })
        .filter(|address| !seen.contains(address))
        .collect();
    found.sort();
    found.into_iter().next()
}

/// An error as the history tells it.
fn trouble_of(error: &ExchangeError) -> Trouble {
    match error {
        ExchangeError::LostMany(_) => Trouble::LostMany,
        error if error.kind() == ProblemKind::Invalid => Trouble::WrongSource,
        _ => Trouble::Ours,
    }
}
