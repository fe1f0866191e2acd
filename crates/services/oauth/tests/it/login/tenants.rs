//! A client that acts for many organisations never mixes them. A model says after each step which
//! organisation may stand in a token; requests by every grant try to get another in.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use uuid::Uuid;
use varde_core::{Randomness, identifier::OrganisationNumber};
use varde_jose::Algorithm;
use varde_oauth::{Grant, NewClient, RefreshTokens, Tenancy};

use super::{BACK, Form, asked, code, signed, token, with, with_code, with_refresh};
use crate::{
    population::{kari, ola},
    world::{Answer, Client, World, clinic, command_line, details, hospital, organisation, supplier, ward},
};

const SHARED: &str = "helse:felles/les";
const ONWARD: &str = "helse:videre/les";
/// Whose APIs can be exchanged from, by whom.
const OF_SUPPLIER: &str = "helse:leverandor/les";
const OF_HOSPITAL: &str = "helse:sykehus/les";

/// For whom a token is: main unit, sub-unit, supplier. None for a client without tenancy.
type Place = Option<(OrganisationNumber, Option<OrganisationNumber>, Option<OrganisationNumber>)>;

/// How a request names an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Says {
    Nothing,
    Child(OrganisationNumber),
    Parent(OrganisationNumber, Option<OrganisationNumber>, bool),
}

impl Says {
    fn any(dice: &Dice) -> Self {
        let unit = |n| organisation(n);
        match dice.of(6) {
            0 => Self::Nothing,
            1 => Self::Child(unit(dice.of(4))),
            // Also a sub-unit as main unit, one of another's, the supplier itself and one nobody knows.
            n => {
                let child = (n > 3).then(|| unit(dice.of(4)));
                Self::Parent(unit(dice.of(5)), child, dice.of(2) == 0)
            }
        }
    }

    fn details(&self) -> Option<Value> {
        match self {
            Self::Nothing => None,
            Self::Child(child) => {
                let mut detail = details(child.as_str());
                detail["practitioner_role"]["organization"]["identifier"]["system"] =
                    json!("urn:oid:2.16.578.1.12.4.1.4.101");
                Some(detail)
            }
            Self::Parent(parent, child, colon) => {
                let child = child.map(|child| format!(":{}", child.as_str()));
                let end = child.unwrap_or_else(|| if *colon { ":".to_owned() } else { String::new() });
                Some(details(&format!("NO:ORGNR:{}{end}", parent.as_str())))
            }
        }
    }
}

struct Dice(Randomness);

impl Dice {
    fn of(&self, sides: usize) -> usize {
        usize::from(self.0.bytes::<1>()[0]) % sides
    }

    fn one<'a, T>(&self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { all.get(self.of(all.len())) }
    }
}

/// A token that was given, and what the model knows of it.
struct Given {
    token: String,
    audience: String,
    place: Place,
    until: i64,
    /// The delegations that it rests on, also those of the tokens it was exchanged for.
    rests_on: Vec<Uuid>,
}

/// A login whose refresh token is in this answer.
struct Refreshable {
    client: usize,
    answer: Answer,
    at_login: Says,
}

struct Model {
    world: World,
    dice: Dice,
    /// Multi-tenant, single-tenant, without tenancy.
    clients: [Client; 3],
    /// The supplier's and the hospital's API when they call others.
    exchangers: [Client; 2],
    /// Who may ask about tokens for the shared API and the next, and who may not.
    owner: Client,
    delegated: BTreeMap<OrganisationNumber, Uuid>,
    given: Vec<Given>,
    logins: Vec<Refreshable>,
    got: BTreeMap<&'static str, usize>,
    refused: BTreeMap<&'static str, usize>,
}

const TENANCIES: [Tenancy; 3] = [Tenancy::MultiTenant, Tenancy::SingleTenant, Tenancy::None];

impl Model {
    async fn new(seed: u64) -> Self {
        let world = World::new().await;
        let claims = ["orgnr_parent", "orgnr_child", "orgnr_supplier"];
        let register = async |scope: &str, owner: OrganisationNumber, by: &[&Client]| {
            let audience = scope.split('/').next().unwrap();
            let api = json!({
                "audience": audience, "owner": owner, "name": audience, "claims": claims,
                "scopes": { scope: { "resource": "alt" } },
                "exchanged_by": by.iter().map(|client| client.id.to_string()).collect::<Vec<_>>(),
            });
            let api = serde_json::from_value(api).unwrap();
            world.instance.server.register_api(&command_line(), &api).await.unwrap();
            world.pass(2);
        };
        for scope in [SHARED, ONWARD, OF_SUPPLIER, OF_HOSPITAL] {
            let owner = match scope {
                OF_SUPPLIER => supplier(),
                OF_HOSPITAL => hospital(),
                _ => clinic(),
            };
            register(scope, owner, &[]).await;
        }
        let logs_in = [Grant::ClientCredentials, Grant::AuthorizationCode, Grant::RefreshToken];
        let client = async |tenancy: Tenancy| {
            let scopes = ["openid", "offline_access", SHARED, OF_SUPPLIER, OF_HOSPITAL];
            let owner = if tenancy == Tenancy::MultiTenant { supplier() } else { hospital() };
            let sub_units = if tenancy == Tenancy::SingleTenant { [ward()].into() } else { BTreeSet::new() };
            let new = NewClient {
                sub_units,
                grants: logs_in.into(),
                redirect_uris: [BACK.parse().unwrap()].into(),
                refresh_tokens: RefreshTokens::Reusable,
                ..NewClient::new("Journalen", owner, tenancy, scopes.map(|scope| scope.parse().unwrap()).into())
            };
            world.registered(new, Algorithm::Es256).await
        };
        let clients = [client(TENANCIES[0]).await, client(TENANCIES[1]).await, client(TENANCIES[2]).await];
        let exchanger = async |owner, tenancy, sub_units: BTreeSet<_>| {
            let new = NewClient {
                sub_units,
                grants: [Grant::TokenExchange].into(),
                ..NewClient::new("Et API", owner, tenancy, [ONWARD.parse().unwrap()].into())
            };
            world.registered(new, Algorithm::Es256).await
        };
        let exchangers = [
            exchanger(supplier(), Tenancy::MultiTenant, [].into()).await,
            exchanger(hospital(), Tenancy::SingleTenant, [ward()].into()).await,
        ];
        register(OF_SUPPLIER, supplier(), &[&exchangers[0]]).await;
        register(OF_HOSPITAL, hospital(), &[&exchangers[1]]).await;
        let new = NewClient::new("Eieren", clinic(), Tenancy::None, [ONWARD.parse().unwrap()].into());
        let owner = world.registered(new, Algorithm::Es256).await;
        let dice = Dice(Randomness::seeded(seed));
        let (given, logins) = (Vec::new(), Vec::new());
        let (got, refused) = (BTreeMap::new(), BTreeMap::new());
        Self { world, dice, clients, exchangers, owner, delegated: BTreeMap::new(), given, logins, got, refused }
    }

    /// For whom that client gets a token when it says so; none when it gets none.
    fn expected(&self, client: usize, says: &Says) -> Option<Place> {
        let delegated = |parent: OrganisationNumber| self.delegated.contains_key(&parent);
        match (TENANCIES[client], says) {
            (Tenancy::None, Says::Nothing) => Some(None),
            (Tenancy::None, _) | (Tenancy::MultiTenant, Says::Nothing | Says::Child(_)) => None,
            (Tenancy::SingleTenant, Says::Nothing) => Some(Some((hospital(), None, None))),
            (Tenancy::SingleTenant, Says::Child(child)) => {
                (*child == ward()).then_some(Some((hospital(), Some(*child), None)))
            }
            (Tenancy::SingleTenant, Says::Parent(parent, child, _)) => {
                let own = *parent == hospital() && child.is_none_or(|child| child == ward());
                own.then_some(Some((hospital(), *child, None)))
            }
            (Tenancy::MultiTenant, Says::Parent(parent, child, _)) => {
                let own = child.is_none_or(|child| child == ward() && *parent == hospital());
                (own && delegated(*parent)).then_some(Some((*parent, *child, Some(supplier()))))
            }
        }
    }

    /// Holds an answer against what the model expects, and keeps the token.
    fn hold(&mut self, by: &'static str, answer: &Answer, scope: &str, expected: Option<Place>, before: &[Uuid]) {
        let got = (answer.status == 200).then(|| place(&answer.claims()));
        assert_eq!(got, expected, "{by}: {}", answer.body);
        let Some(place) = got else {
            *self.refused.entry(by).or_default() += 1;
            return;
        };
        *self.got.entry(by).or_default() += 1;
        let own = place.filter(|(.., supplier)| supplier.is_some()).map(|(parent, ..)| self.delegated[&parent]);
        self.given.push(Given {
            token: answer.access_token().to_owned(),
            audience: scope.split('/').next().unwrap().to_owned(),
            place,
            until: answer.claims()["exp"].as_i64().unwrap(),
            rests_on: before.iter().copied().chain(own).collect(),
        });
    }

    fn scope(&self) -> &'static str {
        [SHARED, OF_SUPPLIER, OF_HOSPITAL][self.dice.of(3)]
    }

    async fn by_itself(&mut self) {
        let (n, says, scope) = (self.dice.of(3), Says::any(&self.dice), self.scope());
        let client = &self.clients[n];
        // The same in a parameter of the form, where nobody signed it, changes nothing.
        let unsigned = Says::any(&self.dice).details().map(|details| json!([details]).to_string());
        let mut more = vec![("scope", scope)];
        more.extend(unsigned.as_deref().map(|details| ("authorization_details", details)));
        let answer = self.world.instance.token(client, says.details(), &more).await;
        let expected = self.expected(n, &says);
        self.hold("client_credentials", &answer, scope, expected, &[]);
    }

    async fn by_login(&mut self) {
        // Browsers' sessions of their own.
        self.world.pass(1);
        let (n, scope) = (self.dice.of(3), self.scope());
        let (at_login, now) = (Says::any(&self.dice), Says::any(&self.dice));
        let form = asked(&self.clients[n], &format!("openid offline_access {scope}"));
        let sent = at_login.details().map(|details| json!([details]).to_string()).unwrap_or_default();
        let form = with(form, &[("authorization_details", &sent)]);
        let allowed = match (&at_login, TENANCIES[n]) {
            (Says::Nothing, _) => true,
            // Whether it is delegated is asked when a token is made.
            (Says::Parent(parent, child, _), Tenancy::MultiTenant) => {
                let is_main = [hospital(), clinic(), supplier()].contains(parent);
                is_main && child.is_none_or(|child| child == ward() && *parent == hospital())
            }
            _ => self.expected(n, &at_login).is_some(),
        };
        if !allowed {
            let refused = super::push(&self.world, &self.clients[n], form).await;
            assert_eq!(refused.error(), "invalid_authorization_details", "{at_login:?}");
            *self.refused.entry("login").or_default() += 1;
            return;
        }
        let person = if self.dice.of(2) == 0 { kari() } else { ola() };
        let code = code(&self.world, &self.clients[n], person, form).await;
        let answer = token(&self.world, &self.clients[n], with_code(&code), now.details()).await;
        let expected = self.at_login_or_now(n, &at_login, &now);
        self.hold("authorization_code", &answer, scope, expected, &[]);
        if answer.status == 200 {
            self.logins.push(Refreshable { client: n, answer, at_login });
        }
    }

    /// What was said in one of two places; both is refused.
    fn at_login_or_now(&self, client: usize, at_login: &Says, now: &Says) -> Option<Place> {
        match (at_login, now) {
            (Says::Nothing, says) | (says, Says::Nothing) => self.expected(client, says),
            _ => None,
        }
    }

    async fn by_refresh(&mut self) {
        let now = Says::any(&self.dice);
        let Some(login) = self.dice.one(&self.logins) else { return };
        let scope = login.answer.claims()["aud"].as_str().unwrap().to_owned() + "/les";
        let form: Form = with_refresh(&login.answer);
        let sent = Says::any(&self.dice).details().map(|details| json!([details]).to_string()).unwrap_or_default();
        let form = with(form, &[("authorization_details", &sent)]);
        let expected = self.at_login_or_now(login.client, &login.at_login, &now);
        let answer = token(&self.world, &self.clients[login.client], form, now.details()).await;
        self.hold("refresh_token", &answer, &scope, expected, &[]);
    }

    async fn by_exchange(&mut self) {
        // Most often one that is young enough, by the API that it is for.
        let recent = &self.given[self.given.len().saturating_sub(12)..];
        let Some(given) = self.dice.one(if self.dice.of(4) == 0 { &self.given } else { recent }) else { return };
        let its_own = usize::from(OF_HOSPITAL.starts_with(&given.audience));
        let n = if self.dice.of(4) == 0 { self.dice.of(2) } else { its_own };
        let own = [OF_SUPPLIER, OF_HOSPITAL][n].starts_with(&given.audience);
        let expected = if own && self.is_good(given) { self.onward(n, given.place) } else { None };
        let (subject, before) = (given.token.clone(), given.rests_on.clone());
        let says = if self.dice.of(4) == 0 { Says::any(&self.dice) } else { Says::Nothing };
        let expected = if says == Says::Nothing { expected } else { None };
        let form = vec![
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange".to_owned()),
            ("subject_token", subject),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token".to_owned()),
        ];
        let answer = token(&self.world, &self.exchangers[n], form, says.details()).await;
        self.hold("exchange", &answer, ONWARD, expected, &before);
    }

    /// For whom that API's client acts after an exchange: the same, by its own right to them.
    fn onward(&self, exchanger: usize, place: Place) -> Option<Place> {
        let (parent, child, _) = place?;
        let says = Says::Parent(parent, child, false);
        // The exchangers have the tenancies of the first two clients, and the same owners and sub-units.
        self.expected(exchanger, &says)
    }

    fn is_good(&self, given: &Given) -> bool {
        let holds = |id: &Uuid| self.delegated.values().any(|held| held == id);
        given.until > self.world.now() && given.rests_on.iter().all(holds)
    }

    async fn introspect(&mut self) {
        let Some(given) = self.dice.one(&self.given) else { return };
        let owner_asks = self.dice.of(2) == 0;
        let asker = if owner_asks { &self.owner } else { &self.clients[self.dice.of(3)] };
        let owns = |owner: OrganisationNumber| match given.audience.as_str() {
            "helse:leverandor" => owner == supplier(),
            "helse:sykehus" => owner == hospital(),
            _ => owner == clinic(),
        };
        let owner = if owner_asks {
            clinic()
        } else if asker.id == self.clients[0].id {
            supplier()
        } else {
            hospital()
        };
        let form = signed(asker, vec![("token", given.token.clone())], None);
        let told = self.world.instance.post("/connect/introspect", &form, &[]).await.body;
        assert_eq!(told["active"], owns(owner) && self.is_good(given), "{told}");
        if told["active"] == true {
            assert_eq!(place(&told), given.place);
        }
        *self.got.entry("introspection").or_default() += 1;
    }

    fn delegate_or_withdraw(&mut self) {
        let from = [hospital(), clinic()][self.dice.of(2)];
        match self.delegated.remove(&from) {
            Some(id) => self.world.said.withdraw(id),
            None => drop(self.delegated.insert(from, self.world.said.delegate(from, "alt"))),
        }
    }

    async fn step(&mut self) {
        match self.dice.of(15) {
            0..3 => self.by_itself().await,
            3..6 => self.by_login().await,
            6..8 => self.by_refresh().await,
            8..11 => self.by_exchange().await,
            11..13 => self.introspect().await,
            13 => self.delegate_or_withdraw(),
            _ => self.world.pass(200),
        }
    }
}

fn place(claims: &Value) -> Place {
    let number = |name: &str| {
        let claim = claims.get(format!("helseid://claims/client/claims/orgnr_{name}"))?;
        Some(claim.as_str().unwrap().parse::<OrganisationNumber>().unwrap())
    };
    let (child, supplier) = (number("child"), number("supplier"));
    match number("parent") {
        Some(parent) => Some((parent, child, supplier)),
        None => {
            assert_eq!((child, supplier), (None, None));
            None
        }
    }
}

async fn walk(seed: u64) {
    let mut model = Model::new(seed).await;
    for from in [hospital(), clinic()] {
        let id = model.world.said.delegate(from, "alt");
        model.delegated.insert(from, id);
    }
    for _ in 0..400 {
        model.step().await;
    }
    for grant in ["client_credentials", "authorization_code", "refresh_token", "exchange"] {
        let (got, refused) = (model.got.get(grant), model.refused.get(grant));
        assert!(got.is_some() && refused.is_some(), "{grant} gave {got:?} and refused {refused:?}: too few to tell");
    }
}

#[tokio::test]
async fn the_organisation_in_a_token_is_the_one_delegated_or_registered_whatever_is_tried() {
    walk(1).await;
}

#[tokio::test]
async fn the_organisation_in_a_token_is_the_one_delegated_or_registered_in_another_order_too() {
    walk(2).await;
}
