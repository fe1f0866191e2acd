//! The main job, step by step, as four people.

use std::{sync::Arc, time::Duration};

use anyhow::{Context as _, Result, bail};
use jiff::civil::date;
use tokio::time::{Instant, sleep};
use varde_access::{
    CountAnswer,
    model::{CRITERIA, Finding, Outcome, Proposal, State},
    service::Seed,
};
use varde_core::{Actor, ApplicationId, CataloguePath, LegalBasis, LoginLevel, Period, PermitId, PersonId, RoomId};
use varde_ledger::Policy;
use varde_metadata::SearchQuery;
use varde_permit::{Cohort, DataNeed, Granularity, Issued, NeededVariable, RuleSet};
use varde_platform::ExtractStatus;
use varde_privacy::{Choice, Kind, Scope};
use varde_rooms::model::{RequestState, RoomState, RunState, Tool, Verdict};

use super::{Story, Told, cast::Cast, script};
use crate::app::Services;

/// How long the flows may take from a decision to what follows from it.
const PATIENCE: Duration = Duration::from_secs(120);
/// What the application is made from: the same word gives the same application.
const ORIGIN: &str = "demo";

/// The variables the project needs, how finely, and why.
const NEED: [(&str, Granularity, &str); 7] = [
    ("npr/contact/main_condition", Granularity::Prefix(3), "Utvalget er personer med hjertesvikt."),
    ("npr/contact/in_date", Granularity::Year, "Vi trenger å vite hvilket år innleggelsen var, men ikke dagen."),
    ("npr/contact/contact_type", Granularity::AsIs, "Innleggelse og poliklinikk behandles ulikt."),
    ("lmr/dispensing/atc", Granularity::Prefix(5), "Vi sammenligner legemiddelgrupper."),
    ("lmr/dispensing/packages", Granularity::AsIs, "Mengden viser hvor mye som er hentet ut."),
    ("hjertesvikt/visit/nyha", Granularity::AsIs, "Alvorlighetsgraden forklarer utfallet."),
    ("dar/death/underlying_cause", Granularity::Prefix(3), "Utfallet er død av hjertesykdom."),
];

/// The whole job.
pub async fn run(services: &Arc<Services>, cast: &Cast, story: &mut Story) -> Result<()> {
    let mut job = Job { services, cast, room: None };
    story.step("catalogue", job.find_variables()).await?;
    let application = job.begin().await?;
    story.step("application", job.apply(application)).await?;
    story.step("question", job.ask_and_answer(application)).await?;
    story.step("opt_out_before", job.opt_out_before(application)).await?;
    story.step("decision", job.decide(application)).await?;
    let issued = job.permit(application).await?;
    story.step("permit", job.check_permit(&issued)).await?;
    story.step("extract", job.extract(&issued)).await?;
    story.step("opt_out_after", job.opt_out_after(&issued)).await?;
    story.step("room", job.open_room(issued.permit.id)).await?;
    let room = job.room.context("the room is not open")?;
    story.step("analysis", job.analyse(room)).await?;
    story.step("result", job.let_out(room)).await?;
    story.step("citizen", job.citizen(&issued)).await
}

struct Job<'a> {
    services: &'a Arc<Services>,
    cast: &'a Cast,
    room: Option<RoomId>,
}

impl Job<'_> {
    fn researcher(&self) -> Actor {
        self.cast.researching()
    }

    fn handler(&self) -> Actor {
        self.cast.handling()
    }

    fn reviewer(&self) -> Actor {
        self.cast.reviewing()
    }

    /// 1. Find variables and pick them into a list.
    async fn find_variables(&self) -> Result<Told> {
        let (catalogue, researcher) = (&self.services.catalogue, self.researcher());
        let query = SearchQuery { text: "hjertesvikt".to_owned(), ..SearchQuery::default() };
        let found = catalogue.search(&researcher, &query).await?;
        const NAME: &str = "Hjertesvikt og legemidler";
        let lists = catalogue.lists(&researcher).await?;
        let list = match lists.iter().find(|l| l.name == NAME) {
            Some(list) => list.id,
            None => catalogue.create_list(&researcher, NAME).await?,
        };
        for variable in needed()? {
            catalogue.add_to_list(&researcher, list, &variable.variable).await?;
        }
        let said = format!(
            "The researcher searches the catalogue for «hjertesvikt» ({} hits) and picks {} variables into a list",
            found.total,
            NEED.len()
        );
        Ok(Told::new(said).with("hits", found.total).with("list", list).with("variables", NEED.len()))
    }

    async fn begin(&self) -> Result<ApplicationId> {
        let variables = needed()?.into_iter().map(|n| n.variable).collect();
        let seed = Seed { origin: ORIGIN.to_owned(), title: "Hjertesvikt og legemidler".to_owned(), variables };
        Ok(self.services.access.begin(&self.researcher(), seed).await?)
    }

    /// 2. Apply: purpose, legal basis, reasons, population; a count; send.
    async fn apply(&self, id: ApplicationId) -> Result<Told> {
        let (access, researcher) = (&self.services.access, self.researcher());
        let file = access.file(&researcher, id).await?;
        if file.application.state == State::Draft {
            let mut content = file.application.content;
            content.summary = "Vi undersøker om legemidlene ved hjertesvikt virker like godt for eldre som for yngre. \
                               Nytten er bedre råd til fastleger og sykehus."
                .to_owned();
            content.legal_bases =
                vec![LegalBasis::new("GDPR", "art. 6(1)(e)"), LegalBasis::new("GDPR", "art. 9(2)(j)")];
            content.ethics_approval = "REK nord 2026/1234".to_owned();
            content.persons = vec![self.cast.researcher, self.cast.second_researcher];
            content.need = need()?;
            access.save(&researcher, id, file.application.revision, &content).await?;
        }
        let people = match access.count(&researcher, id).await?.people {
            CountAnswer::About(people) => people,
            CountAnswer::FewerThanTen => 0,
        };
        if access.file(&researcher, id).await?.application.state == State::Draft {
            access.submit(&researcher, id).await?;
        }
        let reference = access.file(&researcher, id).await?.application.reference;
        let said =
            format!("The application {reference} is written – about {people} people have heart failure – and sent");
        Ok(Told::new(said).with("application", id).with("reference", reference).with("people_about", people))
    }

    /// 3a. The handler asks, the researcher answers.
    async fn ask_and_answer(&self, id: ApplicationId) -> Result<Told> {
        let access = &self.services.access;
        let file = access.file(&self.handler(), id).await?;
        if file.application.state == State::Submitted && file.questions.is_empty() {
            let question = "Hvorfor trenger dere året for innleggelsene?";
            access.ask(&self.handler(), id, "variables", question).await?;
        }
        let file = access.file(&self.researcher(), id).await?;
        for question in file.questions.iter().filter(|q| q.answer.is_none()) {
            let answer = "Behandlingen har endret seg fra år til år, og vi sammenligner årene.";
            access.answer(&self.researcher(), id, question.number, answer).await?;
        }
        Ok(Told::new("The handler asks why the year is needed; the researcher answers"))
    }

    /// A person opts out before the decision.
    async fn opt_out_before(&self, id: ApplicationId) -> Result<Told> {
        let decided = self.services.access.file(&self.handler(), id).await?.decision.is_some();
        if !decided {
            self.opt_out(self.cast.opts_out_before_decision).await?;
        }
        Ok(Told::new("A citizen with heart failure opts out, before the decision")
            .with("person", self.cast.opts_out_before_decision))
    }

    async fn opt_out(&self, person: PersonId) -> Result<()> {
        let choice = Choice { kind: Kind::Reservation, scope: Scope::SecondaryUse, active: true };
        let citizen = Actor::citizen(person, LoginLevel::High);
        self.services.privacy.choose(&citizen, person, choice).await?;
        Ok(())
    }

    /// 3b. Assess each criterion with a reason, and decide.
    async fn decide(&self, id: ApplicationId) -> Result<Told> {
        let (access, handler) = (&self.services.access, self.handler());
        let file = access.file(&handler, id).await?;
        let decision = match file.decision {
            Some(decision) => decision,
            None => {
                for criterion in CRITERIA {
                    if !file.assessments.iter().any(|a| a.criterion == criterion.key) {
                        let reason = "Vurdert mot søknaden og vedleggene; vilkåret er oppfylt.";
                        access.assess(&handler, id, criterion.key, Finding::Met, reason).await?;
                    }
                }
                let proposal = Proposal {
                    outcome: Outcome::All,
                    reasons: "Formålet er lovlig, og opplysningene er nødvendige og så grove som mulig.".to_owned(),
                    grants: Vec::new(),
                    minimum_group: 3,
                    rule_set: RuleSet::Ehds,
                    updates: None,
                    large: None,
                };
                access.decide(&handler, id, &proposal).await?
            }
        };
        Ok(Told::new("The handler assesses six criteria, each with a reason, and grants everything")
            .with("decision", decision.id)
            .with("outcome", decision.outcome.name())
            .with("variables", decision.variables.len()))
    }

    /// 4. The permit follows from the decision by itself.
    async fn permit(&self, application: ApplicationId) -> Result<Issued> {
        let researcher = self.researcher();
        wait("the permit", async || {
            let mine = self.services.permits.of_person(&researcher, self.cast.researcher).await?;
            Ok(mine.into_iter().find(|issued| issued.permit.application == application))
        })
        .await
    }

    async fn check_permit(&self, issued: &Issued) -> Result<Told> {
        let opened = self.services.permits.verify(&issued.sealed)?;
        if opened != issued.permit {
            bail!("the sealed permit says something else than the register");
        }
        Ok(Told::new("The permit is issued, signed, and its signature is checked with the public key")
            .with("permit", issued.permit.id)
            .with("digest", issued.digest()))
    }

    /// 5. The permit compiles to one extract; making it again gives the same bytes.
    async fn extract(&self, issued: &Issued) -> Result<Told> {
        let (platform, researcher) = (&self.services.platform, self.researcher());
        let delivered = wait("the extract", async || {
            let found = platform.extract_of(&researcher, issued.permit.id).await?;
            Ok(found.filter(|record| record.status == ExtractStatus::Delivered))
        })
        .await?;
        let id = delivered.specification.extract;
        let manifest = delivered.manifest.context("the delivered extract has no manifest")?;
        let verified = platform.verify(&Actor::system(varde_core::Component::CommandLine), id).await?;
        if !verified.is_good() {
            bail!("the extract does not verify: {:?}", verified.findings);
        }
        let rows: u64 = manifest.files.iter().filter_map(|f| f.rows).sum();
        let excluded: u64 = manifest.excluded.iter().map(|e| e.people).sum();
        let said = format!(
            "The extract is made: {} people, {rows} rows, {excluded} left out; made again, it is the same to the byte",
            manifest.people
        );
        Ok(Told::new(said)
            .with("extract", id)
            .with("people", manifest.people)
            .with("rows", rows)
            .with("excluded", &manifest.excluded)
            .with("membership_root", manifest.membership_root))
    }

    /// A person opts out after the decision; under EHDS the extract stays as it is, visibly.
    async fn opt_out_after(&self, issued: &Issued) -> Result<Told> {
        self.opt_out(self.cast.opts_out_after_decision).await?;
        let said = match issued.permit.rule_set {
            RuleSet::Ehds => {
                "Another citizen opts out after the decision: under EHDS art. 71 it acts on later permits, and they see that"
            }
            RuleSet::Norway => "Another citizen opts out after the decision: it acts on every later extract",
        };
        Ok(Told::new(said).with("person", self.cast.opts_out_after_decision))
    }

    /// 6. The room is opened by the flow.
    async fn open_room(&mut self, permit: PermitId) -> Result<Told> {
        let (rooms, researcher) = (&self.services.rooms, self.researcher());
        let room = wait("the room", async || {
            let mine = rooms.rooms(&researcher).await?;
            Ok(mine.into_iter().find(|room| room.permit == permit && room.state == RoomState::Open))
        })
        .await?;
        self.room = Some(room.id);
        Ok(Told::new("The sealed room is open, for the two researchers named in the permit only").with("room", room.id))
    }

    async fn analyse(&self, room: RoomId) -> Result<Told> {
        let (rooms, researcher) = (&self.services.rooms, self.researcher());
        let (_, outbox) = rooms.files(&researcher, room).await?;
        if outbox.iter().any(|file| file.name == script::RESULT) {
            return Ok(Told::new("The table lies in the room's outbox"));
        }
        let code = if rooms.has_notebook() { script::PYTHON } else { script::PLAIN };
        let id = rooms.start_script(&researcher, room, Tool::Python, code).await?;
        let run = wait("the script", async || {
            let run = rooms.run(&researcher, room, id).await?;
            Ok((run.state != RunState::Running).then_some(run))
        })
        .await?;
        if run.state != RunState::Succeeded {
            bail!("the script in the room {}: {}", run.state.name(), run.errors);
        }
        Ok(Told::new("A Python script in the room makes a table; nothing outside can be reached from there")
            .with("milliseconds_in_room", run.milliseconds))
    }

    /// 7. A release request, automatic checks, a reviewer, and the file that was checked.
    async fn let_out(&self, room: RoomId) -> Result<Told> {
        let (rooms, researcher, reviewer) = (&self.services.rooms, self.researcher(), self.reviewer());
        let requests = rooms.requests(&researcher, room).await?;
        let id = match requests.iter().find(|r| !matches!(r.state, RequestState::Rejected | RequestState::Withdrawn)) {
            Some(request) => request.id,
            None => {
                let purpose = "Tabell til artikkel: antall personer per år.";
                rooms.begin_request(&researcher, room, purpose, &[script::RESULT.to_owned()]).await?
            }
        };
        let (_, request) = rooms.request(&researcher, id).await?;
        if request.state == RequestState::Draft {
            let why = "Grupperte og avrundede tall; ingen gruppe under ti.".to_owned();
            let explanations: Vec<_> = request.files.iter().map(|f| (f.id, why.clone())).collect();
            rooms.write_request(&researcher, id, &request.purpose, &explanations, true).await?;
        }
        let (_, request) = rooms.request(&researcher, id).await?;
        if request.state == RequestState::InReview || request.state == RequestState::Submitted {
            for file in &request.files {
                rooms.look(&reviewer, id, file.id).await?;
            }
            rooms.review(&reviewer, id, Verdict::Approve, "Tallene er avrundet og store nok.").await?;
        }
        let (_, request) = rooms.request(&researcher, id).await?;
        let file = request.files.first().context("the release request has no file")?;
        let fetched = rooms.fetch(&researcher, id, file.id).await?;
        Ok(Told::new("A reviewer who is not in the project approves; the file that leaves is the one that was checked")
            .with("request", id)
            .with("file", fetched.name)
            .with("digest", file.digest))
    }

    /// 8. The citizen sees and verifies.
    async fn citizen(&self, issued: &Issued) -> Result<Told> {
        let (platform, person) = (&self.services.platform, self.cast.citizen);
        let citizen = Actor::citizen(person, LoginLevel::High);
        let own = platform.own(&citizen, person).await?;
        let mine = own.extracts.iter().find(|e| e.permit == issued.permit.id);
        let mine = mine.context("the citizen is not told of the extract")?;
        let status = mine.status.clone();
        let (_, proof) = platform.was_in(&citizen, person, mine.extract).await?;
        let trust = Policy::trusting(self.services.log_key.clone());
        let (_, proved) = proof.check(&trust)?;
        if proved.as_deref() != Some(status.as_str()) {
            bail!("the proof says {proved:?} and the page says {status}");
        }
        let size = serde_json::to_vec(&proof)?.len();
        let said = format!(
            "The citizen sees {} registers and the project; the proof that their row was «{status}» checks offline ({size} bytes)",
            own.datasets.len()
        );
        Ok(Told::new(said).with("registers", own.datasets.len()).with("status", status).with("proof_bytes", size))
    }
}

fn needed() -> Result<Vec<NeededVariable>> {
    NEED.iter()
        .map(|(path, granularity, reason)| {
            let variable: CataloguePath = path.parse()?;
            Ok(NeededVariable::rows(variable, *granularity, *reason))
        })
        .collect()
}

fn need() -> Result<DataNeed> {
    let cohort = Cohort::HasCode { variable: "npr/contact/main_condition".parse()?, prefixes: vec!["I50".to_owned()] };
    let period = Period::new(date(2022, 1, 1), date(2024, 12, 31)).context("the period is empty")?;
    Ok(DataNeed::plain(cohort, needed()?, period))
}

/// Asks again and again until there is an answer, or patience ends.
pub(super) async fn wait<T>(what: &str, ask: impl AsyncFn() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if begun.elapsed() > PATIENCE {
            bail!("{what} did not come within {} s", PATIENCE.as_secs());
        }
        sleep(Duration::from_millis(100)).await;
    }
}
