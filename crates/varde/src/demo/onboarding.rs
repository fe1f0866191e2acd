//! What it takes to try taking a service into use in the demo world: the service Persontjenesten with
//! its terms, somebody who decides for its owner, a medical office that uses it and one that waits.

use anyhow::{Context as _, Result};
use serde_json::json;
use varde_core::{Actor, LoginLevel, OrganisationId, Period, PersonId, Role, identifier::OrganisationNumber};
use varde_demo::World;
use varde_identity::NewAssignment;
use varde_jose::{Algorithm, SigningKey};
use varde_oauth::{Api, AuthorisationServer, Client, NewClient};
use varde_onboarding::{Answer, NewOrder, NewTerms, Order, Service, State};

use super::Told;
use crate::app::Services;

/// The API that the service opens.
const API: &str = "nhn:demo-persontjenesten-api";
/// By what it is delegated.
const RESOURCE: &str = "nhn-persontjenesten";
/// The service's name.
const SERVICE: &str = "persontjenesten";
/// What the client of the office that uses the service is called.
const CLIENT: &str = "Journalsystemet på Torget (demo)";
/// The office that uses the service, and the one that waits.
const USES: &str = "Torget";
const WAITS: &str = "Nordlys";

/// Whoever decides for the service's owner: a member of its board, who manages no access there.
pub(super) fn decider(world: &World) -> Option<varde_demo::Person> {
    let owner = world.health_network();
    let role = world.registry_roles().into_iter().find(|role| role.organisation == owner && role.code == "MEDL")?;
    world.person(role.person)
}

/// Registers what is not registered yet, and orders what is not ordered yet.
pub(super) async fn prepare(
    services: &Services,
    server: &AuthorisationServer,
    world: &World,
    actor: &Actor,
) -> Result<Told> {
    let told = Demo { services, server, world, actor };
    let owner = told.number(world.health_network())?;
    services.delegations.register(actor, &[serde_json::from_value(resource(owner))?]).await?;
    server.register_api(actor, &api(owner)?).await?;
    let service: Service = serde_json::from_value(service(owner))?;
    services.onboarding.register(actor, &service).await?;
    if services.onboarding.terms(&service.id).await?.is_empty() {
        services.onboarding.publish_terms(actor, &service.id, &told.terms()?).await?;
    }
    let handler = told.handler().await?;
    let waits = told.sent(WAITS, "begrenset").await?;
    let uses = told.sent(USES, "full").await?;
    told.take_into_use(&handler, &uses).await?;
    let said = "Persontjenesten can be taken into use at /tjenester; one medical office uses it, one waits".to_owned();
    Ok(Told::new(said).with("service", SERVICE).with("waits", waits.reference).with("uses", uses.reference))
}

struct Demo<'a> {
    services: &'a Services,
    server: &'a AuthorisationServer,
    world: &'a World,
    actor: &'a Actor,
}

impl Demo<'_> {
    fn number(&self, organisation: OrganisationId) -> Result<OrganisationNumber> {
        let found = self.world.organisations().into_iter().find(|one| one.id == organisation).map(|one| one.number);
        found.context("an organisation of the demo world is missing")
    }

    fn terms(&self) -> Result<NewTerms> {
        let now = self.services.basedata.now().recorded;
        Ok(serde_json::from_value(json!({
            "applies_from": now,
            "text": {
                "nb": "Virksomheten bruker opplysningene bare til det den har bestilt dem til, og bare så lenge den har hjemmel.\n\n\
                       Virksomheten sørger for at bare de som trenger opplysningene i arbeidet sitt, får se dem, og at hvert oppslag kan spores.\n\n\
                       Fortrolige adresser skal ikke vises for andre enn dem som må ha dem.\n\n\
                       Virksomheten sier fra med en gang hvis nøkler eller opplysninger er kommet på avveie.",
                "nn": "Verksemda bruker opplysningane berre til det ho har bestilt dei til, og berre så lenge ho har heimel.\n\n\
                       Verksemda syter for at berre dei som treng opplysningane i arbeidet sitt, får sjå dei, og at kvart oppslag kan sporast.\n\n\
                       Fortrulege adresser skal ikkje visast for andre enn dei som må ha dei.\n\n\
                       Verksemda seier frå med ein gong om nøklar eller opplysningar er komne på avvegar.",
                "en": "The organisation uses the information only for what it has ordered it for, and only while it has a legal basis.\n\n\
                       The organisation sees to it that only those who need the information in their work see it, and that every look-up can be traced.\n\n\
                       Confidential addresses are shown to nobody but those who must have them.\n\n\
                       The organisation tells at once when keys or information have gone astray.",
            },
        }))?)
    }

    /// Gives somebody the role of handler at the service's owner.
    async fn handler(&self) -> Result<Actor> {
        let person = decider(self.world).context("the service's owner has nobody to decide")?;
        let (person, organisation) = (self.world.person_id(person.index), self.world.health_network());
        let held = self.services.roles.today(self.actor, person).await?;
        if !held.get(&organisation).is_some_and(|roles| roles.contains(&Role::Handler)) {
            let since = self.world.assignments()[0].since;
            let new = NewAssignment { person, organisation, role: Role::Handler, period: Period::since(since) };
            self.services.roles.give(self.actor, new).await?;
        }
        Ok(Actor::employee(person, LoginLevel::High, organisation, [Role::Handler]))
    }

    /// The office whose name begins so, and its general manager.
    fn office(&self, name: &str) -> Result<(OrganisationNumber, PersonId)> {
        let office = self.world.organisations().into_iter().find(|one| one.name.starts_with(name));
        let office = office.context("a medical office of the demo world is missing")?;
        let leads = |role: &varde_demo::RegistryRole| role.organisation == office.id && role.code == "DAGL";
        let manager = self.world.registry_roles().into_iter().find(leads);
        let manager = manager.context("a medical office of the demo world has no manager")?;
        Ok((office.number, self.world.person_id(manager.person)))
    }

    /// The office's order, sent by its general manager; the one that is there already when there is one.
    async fn sent(&self, office: &str, class: &str) -> Result<Order> {
        let onboarding = &self.services.onboarding;
        let (organisation, manager) = self.office(office)?;
        let manager = Actor::citizen(manager, LoginLevel::High);
        let earlier = onboarding.mine(&manager).await?.into_iter().map(|one| one.order);
        let mut order = match earlier.into_iter().find(|order| order.organisation == organisation) {
            Some(order) => order,
            None => onboarding.begin(&manager, &wanted(organisation, class)?).await?,
        };
        if order.state == State::Draft {
            order = onboarding.accept_terms(&manager, order.id, 1).await?;
        }
        if order.state == State::TermsAccepted {
            order = onboarding.submit(&manager, order.id).await?;
        }
        Ok(order)
    }

    /// From the owner's yes to use, each step only when it is the next.
    async fn take_into_use(&self, handler: &Actor, order: &Order) -> Result<()> {
        let onboarding = &self.services.onboarding;
        if order.state == State::Submitted {
            let yes = Answer::Grant { class: order.wanted.class.clone(), reason: String::new() };
            onboarding.decide(handler, order.id, &yes).await?;
        }
        let client = self.client(order.organisation).await?.to_string();
        let (actor, holder) = (self.actor, order.organisation);
        onboarding.report_key(actor, holder, API, &client).await?;
        onboarding.report_tested(actor, holder, API, &client).await?;
        onboarding.report_live(actor, holder, API, &client).await?;
        Ok(())
    }

    /// The office's own client with a key, whose private part nobody has: it stands for a system that
    /// runs elsewhere.
    async fn client(&self, owner: OrganisationNumber) -> Result<varde_oauth::ClientId> {
        let earlier = self.server.clients(self.actor, owner).await?;
        if let Some((Client { id, .. }, _)) = earlier.into_iter().find(|(client, _)| client.name == CLIENT) {
            return Ok(id);
        }
        let new: NewClient = serde_json::from_value(json!({
            "name": CLIENT, "owner": owner, "tenancy": "single-tenant", "scopes": [format!("{API}/full-access")],
        }))?;
        let client = self.server.register_client(self.actor, new).await?;
        let key = SigningKey::generate(Algorithm::Es256).context("a key could not be made")?;
        let jwk = serde_json::to_vec(&key.public().to_jwk())?;
        self.server.add_key(self.actor, client.id, &jwk).await?;
        Ok(client.id)
    }
}

fn wanted(organisation: OrganisationNumber, class: &str) -> Result<NewOrder> {
    let (law, section) =
        if class == "full" { ("folkeregisterloven", "§ 10-2") } else { ("folkeregisterloven", "§ 10-1") };
    Ok(serde_json::from_value(json!({
        "service": SERVICE,
        "organisation": organisation,
        "wanted": {
            "class": class,
            "basis": { "law": law, "section": section },
            "need": "Vi holder navn og adresser på pasientene våre oppdatert, så brev og innkallinger kommer fram.",
            "contact": { "email": "post@legekontor.example", "language": "nb" },
        },
    }))?)
}

fn resource(authority: OrganisationNumber) -> serde_json::Value {
    json!({
        "id": RESOURCE,
        "title": {
            "nb": "La din databehandler hente folkeregisteropplysninger på dine vegne (Persontjenesten)",
            "nn": "La databehandlaren din hente folkeregisteropplysningar på vegner av deg (Persontjenesten)",
            "en": "Let your processor fetch population register information on your behalf (Persontjenesten)",
        },
        "description": {
            "nb": "For virksomheter som lar leverandøren bestille og bruke Persontjenesten for seg.",
            "nn": "For verksemder som lèt leverandøren bestille og bruke Persontjenesten for seg.",
            "en": "For organisations that let their supplier order and use Persontjenesten for them.",
        },
        "right": {
            "nb": "Leverandøren kan bestille Persontjenesten, og leverandørens system kan hente opplysningene.",
            "nn": "Leverandøren kan bestille Persontjenesten, og systemet til leverandøren kan hente opplysningane.",
            "en": "The supplier can order Persontjenesten, and its system can fetch the information.",
        },
        "competent_authority": { "number": authority, "name": "Norsk helsenett SF (demo)" },
        "least_level": "high",
        "scopes": [format!("{API}/restricted-access"), format!("{API}/full-access")],
        "delegable": true,
        "visible": true,
    })
}

fn api(owner: OrganisationNumber) -> Result<Api> {
    Ok(serde_json::from_value(json!({
        "audience": API,
        "owner": owner,
        "name": "Persontjenesten (demo)",
        "scopes": {
            (format!("{API}/restricted-access")): { "resource": RESOURCE },
            (format!("{API}/full-access")): { "resource": RESOURCE },
        },
        "claims": ["client_name", "client_tenancy", "orgnr_parent", "orgnr_child", "orgnr_supplier", "client_amr"],
        "needs_terms": true,
    }))?)
}

fn service(owner: OrganisationNumber) -> serde_json::Value {
    json!({
        "id": SERVICE,
        "owner": owner,
        "audiences": [API],
        "title": { "nb": "Persontjenesten", "nn": "Persontenesta", "en": "The person service" },
        "description": {
            "nb": "Persontjenesten gir fagsystemet navn, adresser og familie fra Folkeregisteret.\n\n\
                   Snakk først med systemleverandøren om fagsystemet er klart. Tilgang og innlogging bestilles samtidig her.",
            "nn": "Persontenesta gir fagsystemet namn, adresser og familie frå Folkeregisteret.\n\n\
                   Snakk først med systemleverandøren om fagsystemet er klart. Tilgang og innlogging blir bestilt samtidig her.",
            "en": "The person service gives your system names, addresses and family from the population register.\n\n\
                   First talk to your supplier about whether your system is ready. Access and login are ordered together here.",
        },
        "contact": { "email": "persontjenesten@helsenett.example", "language": "nb" },
        "resource": RESOURCE,
        "classes": [
            {
                "id": "begrenset",
                "title": { "nb": "Uten fortrolige adresser", "nn": "Utan fortrulege adresser", "en": "Without confidential addresses" },
                "description": {
                    "nb": "Alt unntatt fortrolige adresser og kontakt- og reservasjonsregisteret.",
                    "nn": "Alt unnateke fortrulege adresser og kontakt- og reservasjonsregisteret.",
                    "en": "Everything but confidential addresses and the contact and reservation register.",
                },
                "bases": [{ "law": "folkeregisterloven", "section": "§ 10-1" }],
                "scopes": [format!("{API}/restricted-access")],
            },
            {
                "id": "full",
                "title": { "nb": "Med fortrolige adresser", "nn": "Med fortrulege adresser", "en": "With confidential addresses" },
                "description": {
                    "nb": "Alt, også fortrolige adresser. Krever at loven gir virksomheten taushetsbelagte opplysninger.",
                    "nn": "Alt, også fortrulege adresser. Krev at lova gir verksemda opplysningar under teieplikt.",
                    "en": "Everything, also confidential addresses. The law must give the organisation information under duty of confidentiality.",
                },
                "bases": [
                    { "law": "folkeregisterloven", "section": "§ 10-2" },
                    { "law": "pasientjournalloven", "section": "§ 19" },
                ],
                "scopes": [format!("{API}/restricted-access"), format!("{API}/full-access")],
            },
        ],
    })
}
