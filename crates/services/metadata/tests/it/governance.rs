//! Proposals, review and the yearly confirmation through the public face.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::civil::date;
use varde_core::{
    Actor, Letter, Letters, LoginLevel, OrganisationId, PersonId, PortError, Problem, ProblemKind, Role, SystemClock,
};
use varde_metadata::{
    AsAt, DataSource, LinkKind, MetadataError, ProposalId, Reminders, Responsible, SourceSetting,
    codebook::SourceDescription,
    governance::{Approval, Edit, ProposalState, Standing},
};

use crate::world::{World, contacts, operator, organisation, path, researcher, steward};

/// An outbox that tells the same once, and may be closed.
#[derive(Default)]
struct Outbox {
    letters: Mutex<Vec<Letter>>,
    closed: Mutex<bool>,
}

#[async_trait]
impl Letters for Outbox {
    fn is_address(&self, text: &str) -> bool {
        text.contains('@')
    }

    async fn put_down(&self, letter: &Letter) -> Result<bool, PortError> {
        if *self.closed.lock().unwrap() {
            return Err(PortError { kind: ProblemKind::Unavailable, message: "closed".to_owned() });
        }
        let mut letters = self.letters.lock().unwrap();
        let new = letters.iter().all(|one| one.about != letter.about);
        if new {
            letters.push(letter.clone());
        }
        Ok(new)
    }
}

fn reviewer() -> Actor {
    let person = PersonId::new(&SystemClock, &varde_core::Randomness::from_system());
    Actor::employee(person, LoginLevel::High, organisation(), [Role::Reviewer])
}

fn edit(at: &str, field: &str, value: &str) -> Edit {
    Edit { path: path(at), field: field.parse().unwrap(), value: value.to_owned() }
}

/// A published register of a holder, and its steward.
async fn register(world: &World) -> (OrganisationId, Actor) {
    let owner = organisation();
    let source = DataSource { holder: Some(owner), ..contacts() };
    world.publish(&source).await;
    world.later();
    (owner, steward(owner))
}

async fn proposed(world: &World, kari: &Actor) -> ProposalId {
    let edits = [
        edit("npr/contact/sex", "name.nb", "Juridisk kjønn"),
        edit("npr/contact/sex", "valid_until", "2025-12-31"),
        edit("npr", "description.en", "Hospital contacts"),
    ];
    let id = world.catalogue.edit(kari, &path("npr"), &edits).await.unwrap();
    world.catalogue.propose(kari, id, "Kjønn heter juridisk kjønn").await.unwrap();
    id
}

#[tokio::test]
async fn edits_become_a_proposal_that_another_publishes() {
    let world = World::new().await;
    let (owner, kari) = register(&world).await;
    let catalogue = &world.catalogue;
    let first = catalogue.edit(&kari, &path("npr"), &[edit("npr/contact/sex", "name.en", "Sex")]).await.unwrap();
    let id = proposed(&world, &kari).await;
    assert_eq!(id, first, "edits come together in one draft");
    let view = catalogue.proposal(&kari, id).await.unwrap();
    assert_eq!((view.edits.len(), view.own, view.may_approve), (4, true, false));
    let difference = view.changes[0].difference.as_ref().unwrap();
    assert_eq!((difference.changed.len(), difference.nodes.len(), difference.retired.len()), (1, 1, 1));
    let alone = catalogue.approve(&kari, id, "fordi").await.unwrap_err();
    assert!(matches!(alone, MetadataError::NeedsAnother), "{alone}");
    let ola = steward(owner);
    catalogue.take_up(&ola, id).await.unwrap();
    assert_eq!(catalogue.proposal(&ola, id).await.unwrap().proposal.state, ProposalState::InReview);
    catalogue.approve(&ola, id, "").await.unwrap();
    let sex = catalogue.variable(&researcher(), &path("npr/contact/sex"), AsAt::default()).await.unwrap().unwrap();
    let newest = sex.variable.newest().unwrap();
    assert_eq!((newest.name.nb.as_str(), newest.name.en.as_str()), ("Juridisk kjønn", "Sex"));
    assert_eq!(newest.valid.until, Some(date(2025, 12, 31)));
    let closed = catalogue.reject(&ola, id, "for sent").await.unwrap_err();
    assert!(matches!(closed, MetadataError::ClosedProposal(ProposalState::Published)), "{closed}");
    let then = AsAt { recorded: Some(varde_store::testing::START), valid: None };
    let before = catalogue.variable(&researcher(), &path("npr/contact/sex"), then).await.unwrap().unwrap();
    assert_eq!(before.variable.newest().unwrap().name.nb, "Kjønn", "the catalogue reads as it was");
}

#[tokio::test]
async fn a_rejected_proposal_is_closed_with_its_reason_and_the_current_stays() {
    let world = World::new().await;
    let (_, kari) = register(&world).await;
    let id = proposed(&world, &kari).await;
    let body = reviewer();
    let comment = (&path("npr/contact/sex"), "name.nb");
    let thread = world.catalogue.comment(&body, id, comment, None, "Hvorfor?").await.unwrap();
    world.catalogue.comment(&kari, id, comment, Some(thread), "Loven sier det.").await.unwrap();
    world.catalogue.resolve(&body, id, thread).await.unwrap();
    world.catalogue.resolve(&body, id, thread).await.unwrap();
    let missing = world.catalogue.reject(&body, id, "  ").await.unwrap_err();
    assert_eq!(missing.kind(), ProblemKind::Invalid);
    world.catalogue.reject(&body, id, "Loven sier noe annet.").await.unwrap();
    let view = world.catalogue.proposal(&kari, id).await.unwrap();
    assert_eq!(view.proposal.reason.as_deref(), Some("Loven sier noe annet."));
    assert_eq!(view.comments.len(), 2);
    assert!(view.comments[0].resolved_at.is_some());
    assert_eq!(view.changes[0].difference.as_ref().unwrap().changed.len(), 1, "what would have changed stays visible");
    let sex = world.catalogue.variable(&kari, &path("npr/contact/sex"), AsAt::default()).await.unwrap().unwrap();
    assert_eq!(sex.variable.newest().unwrap().name.nb, "Kjønn");
    let edition = view.changes[0].edition.as_ref().unwrap().id;
    assert!(world.catalogue.publish(&operator(), edition).await.is_err(), "no way around the decision");
    // The same again is a new proposal, not the closed one.
    let again = proposed(&world, &kari).await;
    assert_ne!(again, id);
    world.catalogue.withdraw(&kari, again, "Feil kilde").await.unwrap();
    assert_eq!(world.catalogue.proposal(&kari, again).await.unwrap().proposal.state, ProposalState::Withdrawn);
}

#[tokio::test]
async fn one_is_enough_where_the_source_says_so_and_always_two_where_it_says_that() {
    let world = World::new().await;
    let (_, kari) = register(&world).await;
    let settle = |approval, reason: &str| SourceSetting { approval, reason: reason.to_owned() };
    let npr = path("npr");
    let silent = world.catalogue.settle(&kari, &npr, &settle(Approval::OneEnough, " ")).await.unwrap_err();
    assert_eq!(silent.kind(), ProblemKind::Invalid);
    world.catalogue.settle(&kari, &npr, &settle(Approval::OneEnough, "Bare én forvalter")).await.unwrap();
    let id = proposed(&world, &kari).await;
    let unreasoned = world.catalogue.approve(&kari, id, "").await.unwrap_err();
    assert_eq!(unreasoned.kind(), ProblemKind::Invalid);
    world.catalogue.approve(&kari, id, "Bare skrivefeil").await.unwrap();
    world.catalogue.settle(&kari, &npr, &settle(Approval::AlwaysTwo, "Kritisk kilde")).await.unwrap();
    let owned = DataSource { holder: kari.organisation, ..contacts() };
    let imported = world.catalogue.import(&operator(), &owned, "catalogue").await.unwrap();
    let alone = world.catalogue.publish(&operator(), imported.edition).await.unwrap_err();
    assert!(matches!(alone, MetadataError::NeedsAnother), "{alone}");
    world.catalogue.publish(&kari, imported.edition).await.unwrap();
}

#[tokio::test]
async fn strangers_neither_see_nor_make_nor_decide() {
    let world = World::new().await;
    let (_, kari) = register(&world).await;
    let id = proposed(&world, &kari).await;
    let refused = |error: MetadataError| assert_eq!(error.kind(), ProblemKind::Forbidden, "{error}");
    for stranger in [researcher(), steward(organisation())] {
        refused(world.catalogue.proposal(&stranger, id).await.unwrap_err());
        refused(world.catalogue.approve(&stranger, id, "ja").await.unwrap_err());
        refused(world.catalogue.edit(&stranger, &path("npr"), &[edit("npr", "name.nb", "x")]).await.unwrap_err());
        refused(world.catalogue.confirm(&stranger, &path("npr")).await.unwrap_err());
    }
    refused(world.catalogue.edit(&reviewer(), &path("npr"), &[edit("npr", "name.nb", "x")]).await.unwrap_err());
    assert_eq!(world.catalogue.desk(&kari).await.unwrap().1.len(), 1);
    assert!(world.catalogue.desk(&steward(organisation())).await.unwrap().1.is_empty());
    assert_eq!(world.catalogue.desk(&reviewer()).await.unwrap().1.len(), 1);
}

#[tokio::test]
async fn an_edit_that_does_not_fit_changes_nothing_and_names_its_field() {
    let world = World::new().await;
    let (_, kari) = register(&world).await;
    for (at, field, value) in [
        ("npr/contact/sex", "name.nb", " "),
        ("npr/contact/sex", "valid_until", "31.12.2025"),
        ("npr/contact/sex", "valid_until", "1999-01-01"),
        ("npr/contact/nothing", "name.nb", "x"),
        ("npr/contact/sex", "property.Ukjent", "x"),
    ] {
        let error = world.catalogue.edit(&kari, &path("npr"), &[edit(at, field, value)]).await.unwrap_err();
        assert_eq!((error.kind(), error.fields()[0].field.as_str()), (ProblemKind::Invalid, field), "{value}");
    }
    assert!(world.catalogue.desk(&kari).await.unwrap().1.is_empty());
    // A draft over an edition that has been replaced since is not published over the new one.
    let id = proposed(&world, &kari).await;
    let mut next = DataSource { holder: kari.organisation, ..contacts() };
    next.name.nb = "Nytt navn".to_owned();
    world.publish(&next).await;
    let stale = world.catalogue.approve(&reviewer(), id, "").await.unwrap_err();
    assert!(matches!(stale, MetadataError::StaleEdition), "{stale}");
}

#[tokio::test]
async fn a_source_is_confirmed_each_year_with_reminders() {
    let world = World::new().await;
    let (_, kari) = register(&world).await;
    let npr = path("npr");
    let standing = async || world.catalogue.source_desk(&kari, &npr).await.unwrap().about.standing;
    let days = |n: u64| world.database.clock().advance(std::time::Duration::from_secs(n * 86_400));
    let outbox = Arc::new(Outbox::default());
    let reminders = Reminders::new(Arc::clone(&outbox) as _, "https://varde.example/");
    let remind = async || world.catalogue.remind(Some(&reminders)).await.unwrap();
    let told = || outbox.letters.lock().unwrap().last().cloned().unwrap();
    assert_eq!(standing().await, Standing::Confirmed);
    assert_eq!(remind().await, 0);
    // Nobody can be reached by mail yet: the desk shows it all the same.
    days(336);
    assert_eq!(standing().await, Standing::Soon);
    assert_eq!((remind().await, remind().await), (1, 0), "each reminder is given once");
    assert!(outbox.letters.lock().unwrap().is_empty());
    for (role, contact) in [("owner", "eier@example.no"), ("steward", "https://example.no/npr")] {
        let name = "Seksjon for registerdrift".to_owned();
        let one = Responsible { path: npr.clone(), role: role.to_owned(), name, contact: contact.to_owned() };
        world.catalogue.name_responsible(&kari, &one).await.unwrap();
    }
    days(24);
    // What the outbox does not take is tried again.
    *outbox.closed.lock().unwrap() = true;
    assert_eq!(remind().await, 0);
    *outbox.closed.lock().unwrap() = false;
    assert_eq!((remind().await, remind().await), (1, 0));
    let close = told();
    assert_eq!(close.to, "eier@example.no", "the steward's contact is a page, the owner's an address");
    assert!(close.subject.contains("Register npr"), "{}", close.subject);
    assert!(close.body.contains("https://varde.example/katalog/forvaltning/kilde/npr"), "{}", close.body);
    days(30);
    assert_eq!(standing().await, Standing::Overdue);
    assert_eq!((remind().await, remind().await), (1, 0));
    assert!(told().body.contains("fristen er ute") && told().about != close.about);
    world.catalogue.confirm(&kari, &npr).await.unwrap();
    assert_eq!(standing().await, Standing::Confirmed);
    let care = world.catalogue.care(&Actor::anonymous(), &npr, AsAt::default()).await.unwrap();
    assert!(care.confirmed_at.is_some(), "everybody sees when it was confirmed");
}

#[tokio::test]
async fn who_answers_is_named_and_reads_as_it_was() {
    let world = World::new().await;
    let (_, kari) = register(&world).await;
    let unit = |name: &str| Responsible {
        path: path("npr/contact"),
        role: "owner".to_owned(),
        name: name.to_owned(),
        contact: "post@example.no".to_owned(),
    };
    world.catalogue.name_responsible(&kari, &unit("Seksjon A")).await.unwrap();
    let then = AsAt { recorded: Some(world.store.clock().now()), valid: None };
    world.later();
    world.catalogue.name_responsible(&kari, &unit("Seksjon B")).await.unwrap();
    let name = async |as_at| {
        let care = world.catalogue.care(&Actor::anonymous(), &path("npr"), as_at).await.unwrap();
        care.responsible.into_iter().map(|one| one.name).collect::<Vec<_>>()
    };
    assert_eq!(name(AsAt::default()).await, ["Seksjon B"]);
    assert_eq!(name(then).await, ["Seksjon A"]);
}

#[tokio::test]
async fn the_register_s_three_editions_show_their_differences_for_review() {
    let root = std::env::var_os("VARDE_SHARED_REAL").map_or_else(
        || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real"),
        std::path::PathBuf::from,
    );
    let file = |name: &str| std::fs::read(root.join("codebooks").join(name));
    let (Ok(first), Ok(second), Ok(third)) = (
        file("ablanor_klokeboken_first.csv"),
        file("AblaNor_klokeboken_29.11.2023.csv"),
        file("ablanor_klokeboken_16.01.2024_v002.csv"),
    ) else {
        println!("skipped: the published codebooks are not on this machine");
        return;
    };
    let world = World::new().await;
    let about = SourceDescription::new(path("ablanor"), "AblaNor", LinkKind::National);
    let mut shown = Vec::new();
    for file in [&first, &second, &third] {
        world.catalogue.import_codebook(&operator(), &about, file).await.unwrap();
        let (_, open) = world.catalogue.desk(&reviewer()).await.unwrap();
        let view = world.catalogue.proposal(&reviewer(), open[0].id).await.unwrap();
        let difference = view.changes[0].difference.as_ref();
        shown.extend(difference.map(|d| (d.added.len(), d.removed.len())));
        world.catalogue.approve(&reviewer(), open[0].id, "").await.unwrap();
        world.later();
    }
    assert_eq!(shown, [(52, 3), (55, 2)]);
}

#[tokio::test]
async fn a_steward_edits_and_proposes_on_the_pages() {
    use axum::http::{Method, StatusCode};
    let site = crate::pages::Site::as_steward().await;
    site.world.publish(&DataSource { holder: Some(crate::pages::holder()), ..contacts() }).await;
    assert!(site.page("/katalog/forvaltning").await.contains("/katalog/forvaltning/kilde/npr"));
    let source = site.page("/katalog/forvaltning/kilde/npr").await;
    assert!(source.contains("/katalog/forvaltning/felt/npr/contact") && source.contains("/bekreft"));
    let at = "/katalog/forvaltning/felt/npr/contact/sex";
    assert!(site.page(at).await.contains("name=\"name.nn\""));
    let unchanged = "name.nb=Kj%C3%B8nn&valid_from=2008-01-01";
    let (status, body) = site.post(at, at, unchanged).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    let wrong = "name.nb=Kj%C3%B8nn&valid_from=2008-01-01&valid_until=i+g%C3%A5r";
    let (status, _) = site.post(at, at, wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = "name.nb=Juridisk+kj%C3%B8nn&valid_from=2008-01-01";
    let (status, proposal) = site.post(at, at, right).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(site.page(&proposal).await.contains("Juridisk kjønn"));
    let (status, _) = site.post(&format!("{proposal}/foresla"), &proposal, "title=+").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, _) = site.post(&format!("{proposal}/foresla"), &proposal, "title=Klarere+navn").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let page = site.page(&proposal).await;
    assert!(page.contains("Klarere navn") && !page.contains("/publiser\""), "who proposed does not publish");
    let (status, _) = site.post(&format!("{proposal}/publiser"), &proposal, "approve_reason=ja").await;
    assert_eq!(status, StatusCode::CONFLICT);
    let place = "place=npr%7C&body=Hvorfor%3F";
    let (status, _) = site.post(&format!("{proposal}/kommentar"), &proposal, place).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(site.page(&proposal).await.contains("Hvorfor?"));
    let all = "/katalog/forvaltning/samlet/npr/contact";
    let (status, draft) =
        site.post(all, "/katalog/forvaltning/felt/npr/contact", "field=valid_until&value=2025-12-31").await;
    assert_eq!((status, draft == proposal), (StatusCode::SEE_OTHER, false), "what is proposed does not change");
    let (status, _) = site.post("/katalog/forvaltning/kilde/npr/bekreft", "/katalog/forvaltning/kilde/npr", "").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    let public = site.page("/katalog/npr").await;
    let cited =
        public.split("href=\"").find_map(|part| part.split('"').next().filter(|a| a.contains("utgave="))).unwrap();
    let cited = cited.replace("&amp;", "&").replace("&#38;", "&");
    assert!(site.page(&cited).await.contains("data-color=\"success\""));
    let other = cited.replace("sha256", "sha512");
    assert!(other == cited || site.page(&other).await.contains("data-color=\"danger\""));
    let (status, ..) = site.send(Method::GET, "/katalog/forvaltning/forslag/tull", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
