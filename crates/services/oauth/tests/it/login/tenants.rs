//! A client that acts for many organisations never mixes them. A model says after each step which
//! organisation may stand in a token; requests by every grant try to get another in, and every client tries
//! what was given to another: its codes, its refresh tokens, an end to its tokens, a look at them.

mod said;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use uuid::Uuid;
use varde_core::{Randomness, identifier::OrganisationNumber};
use varde_jose::Algorithm;
use varde_oauth::{ClientId, Grant, NewClient, RefreshTokens, Tenancy};

use said::{Dice, Place, Says, place};

use super::{BACK, Form, asked, code, signed, token, with, with_code, with_refresh};
use crate::{
    population::{kari, ola},
    world::{Answer, Client, World, clinic, command_line, hospital, supplier, ward},
};

const SHARED: &str = "helse:felles/les";
const ONWARD: &str = "helse:videre/les";
/// Whose APIs can be exchanged from, by whom.
const OF_SUPPLIER: &str = "helse:leverandor/les";
const OF_HOSPITAL: &str = "helse:sykehus/les";

/// A token that was given, and what the model knows of it.
struct Given {
    token: String,
    audience: String,
    place: Place,
    until: i64,
    /// Who got it.
    holder: ClientId,
    rests_on: Ground,
}

/// What a token rests on: when one of these ends, it does.
#[derive(Debug, Clone, Default)]
struct Ground {
    /// The delegations, also those of the tokens it was exchanged for.
    delegations: Vec<Uuid>,
    /// Itself, the tokens it was exchanged for, and the login, by numbers of ours; itself last.
    things: Vec<usize>,
}

/// A login whose refresh token is in this answer.
struct Refreshable {
    number: usize,
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
    /// How many tokens and logins there were, and which of them were ended.
    things: usize,
    ended: BTreeSet<usize>,
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
        let (delegated, things, ended) = (BTreeMap::new(), 0, BTreeSet::new());
        Self { world, dice, clients, exchangers, owner, delegated, given, logins, things, ended, got, refused }
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

    /// A number for a new token or login.
    fn thing(&mut self) -> usize {
        self.things += 1;
        self.things
    }

    /// Somebody who asks about what was given to that client: itself, or anybody.
    fn asker(&self, holder: ClientId) -> &Client {
        let [exchanger, other] = &self.exchangers;
        let [many, single, none] = &self.clients;
        let all = [many, single, none, exchanger, other, &self.owner];
        let own = all.into_iter().find(|client| client.id == holder).filter(|_| self.dice.of(2) == 0);
        own.unwrap_or(all[self.dice.of(6)])
    }

    /// Holds an answer to that client against what the model expects, and keeps the token.
    fn hold(
        &mut self,
        (by, holder): (&'static str, ClientId),
        answer: &Answer,
        scope: &str,
        expected: Option<Place>,
        before: Ground,
    ) {
        let got = (answer.status == 200).then(|| place(&answer.claims()));
        assert_eq!(got, expected, "{by}: {}", answer.body);
        let Some(place) = got else {
            *self.refused.entry(by).or_default() += 1;
            return;
        };
        *self.got.entry(by).or_default() += 1;
        let mut rests_on = before;
        let own = place.filter(|(.., supplier)| supplier.is_some()).map(|(parent, ..)| self.delegated[&parent]);
        rests_on.delegations.extend(own);
        let number = self.thing();
        rests_on.things.push(number);
        self.given.push(Given {
            token: answer.access_token().to_owned(),
            audience: scope.split('/').next().unwrap().to_owned(),
            place,
            until: answer.claims()["exp"].as_i64().unwrap(),
            holder,
            rests_on,
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
        let by = ("client_credentials", client.id);
        self.hold(by, &answer, scope, expected, Ground::default());
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
        if self.dice.of(4) == 0 {
            let thief = &self.clients[(n + 1) % 3];
            let stolen = token(&self.world, thief, with_code(&code), Says::any(&self.dice).details()).await;
            assert_eq!(stolen.error(), "invalid_grant", "another client's code, and it is not used up");
            *self.refused.entry("stolen code").or_default() += 1;
        }
        let answer = token(&self.world, &self.clients[n], with_code(&code), now.details()).await;
        let expected = self.at_login_or_now(n, &at_login, &now);
        let number = self.thing();
        let by = ("authorization_code", self.clients[n].id);
        self.hold(by, &answer, scope, expected, Ground { things: vec![number], ..Ground::default() });
        if answer.status == 200 {
            self.logins.push(Refreshable { number, client: n, answer, at_login });
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
        // Most often a login that has not been ended.
        let recent = &self.logins[self.logins.len().saturating_sub(4)..];
        let Some(login) = self.dice.one(if self.dice.of(4) == 0 { &self.logins } else { recent }) else { return };
        let said = login.at_login != Says::Nothing && self.dice.of(3) > 0;
        let now = if said { Says::Nothing } else { Says::any(&self.dice) };
        let scope = login.answer.claims()["aud"].as_str().unwrap().to_owned() + "/les";
        let form: Form = with_refresh(&login.answer);
        let sent = Says::any(&self.dice).details().map(|details| json!([details]).to_string()).unwrap_or_default();
        let form = with(form, &[("authorization_details", &sent)]);
        // Now and then by a client that it was not given to.
        let stolen = self.dice.of(4) == 0;
        let n = if stolen { (login.client + 1 + self.dice.of(2)) % 3 } else { login.client };
        let lives = !stolen && !self.ended.contains(&login.number);
        let expected = lives.then(|| self.at_login_or_now(login.client, &login.at_login, &now)).flatten();
        let ground = Ground { things: vec![login.number], ..Ground::default() };
        let answer = token(&self.world, &self.clients[n], form, now.details()).await;
        if !lives {
            assert_eq!(answer.error(), "invalid_grant", "{}", answer.body);
        }
        if stolen {
            *self.refused.entry("stolen refresh token").or_default() += 1;
        }
        let by = ("refresh_token", self.clients[n].id);
        self.hold(by, &answer, &scope, expected, ground);
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
        let by = ("exchange", self.exchangers[n].id);
        self.hold(by, &answer, ONWARD, expected, before);
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
        let Ground { delegations, things } = &given.rests_on;
        let stands = things.iter().all(|thing| !self.ended.contains(thing));
        given.until > self.world.now() && delegations.iter().all(holds) && stands
    }

    /// Somebody ends a token: it ends when it is their own, and nobody is told the difference.
    async fn revoke(&mut self) {
        let login = self.dice.one(&self.logins).filter(|_| self.dice.of(4) == 0);
        let (text, holder, number) = match (login, self.dice.one(&self.given)) {
            (Some(login), _) => (refresh_text(login), self.clients[login.client].id, login.number),
            (None, Some(given)) => (given.token.clone(), given.holder, *given.rests_on.things.last().unwrap()),
            (None, None) => return,
        };
        let asker = self.asker(holder);
        let own = asker.id == holder;
        let form = signed(asker, vec![("token", text)], None);
        let answer = self.world.instance.post("/connect/revocation", &form, &[]).await;
        assert_eq!((answer.status, answer.body), (200, json!({})));
        if let Some(login) = login.filter(|_| own) {
            let again = token(&self.world, &self.clients[login.client], with_refresh(&login.answer), None).await;
            assert_eq!(again.error(), "invalid_grant", "the login has been ended");
        }
        if own {
            self.ended.insert(number);
        }
        let count = if own { &mut self.got } else { &mut self.refused };
        *count.entry("revocation").or_default() += 1;
    }

    /// Somebody asks about a refresh token: only whose it is learns anything, and nothing of the person.
    async fn introspect_refresh(&mut self) {
        let Some(login) = self.dice.one(&self.logins) else { return };
        let holder = self.clients[login.client].id;
        let asker = self.asker(holder);
        let form = signed(asker, vec![("token", refresh_text(login))], None);
        let told = self.world.instance.post("/connect/introspect", &form, &[]).await.body;
        let own = asker.id == holder;
        assert_eq!(told["active"], own && !self.ended.contains(&login.number), "{told}");
        assert!(told.get("sub").is_none() && place(&told).is_none(), "{told}");
        let count = if own { &mut self.got } else { &mut self.refused };
        *count.entry("introspection of a refresh token").or_default() += 1;
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
        match self.dice.of(19) {
            0..3 => self.by_itself().await,
            3..6 => self.by_login().await,
            6..9 => self.by_refresh().await,
            9..12 => self.by_exchange().await,
            12..14 => self.introspect().await,
            14 => self.delegate_or_withdraw(),
            15..17 => self.revoke().await,
            17 => self.introspect_refresh().await,
            _ => self.world.pass(200),
        }
    }
}

fn refresh_text(login: &Refreshable) -> String {
    let (_, text) = with_refresh(&login.answer).pop().unwrap();
    text
}

async fn walk(seed: u64) {
    let mut model = Model::new(seed).await;
    for from in [hospital(), clinic()] {
        let id = model.world.said.delegate(from, "alt");
        model.delegated.insert(from, id);
    }
    for _ in 0..480 {
        model.step().await;
    }
    let ways = ["client_credentials", "authorization_code", "refresh_token", "exchange", "revocation"];
    for way in ways.into_iter().chain(["introspection of a refresh token"]) {
        let (got, refused) = (model.got.get(way), model.refused.get(way));
        assert!(got.is_some() && refused.is_some(), "{way} gave {got:?} and refused {refused:?}: too few to tell");
    }
    for theft in ["stolen code", "stolen refresh token"] {
        assert!(model.refused.contains_key(theft), "no {theft} was tried: {:?}", model.refused);
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
