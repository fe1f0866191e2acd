//! Delegation through the whole program on two servers of one database: what is given opens tokens,
//! every use is seen with its proof, and what is removed opens nothing anywhere.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use uuid::Uuid;
use varde::{
    app::{App, contexts},
    config::{Config, RoomsSettings},
};
use varde_basedata::{Dated, OrganisationRecord, PersonRecord, RegistryRole, RoleRecord};
use varde_core::{
    Actor, Clock as _, Component, LoginLevel, OrganisationId, Period, PersonId, SystemClock,
    identifier::{OrganisationNumber, Rule, synthetic},
};
use varde_delegation::{DelegationId, Right, Uses};
use varde_jose::{Algorithm, SigningKey};
use varde_oauth::ClientId;
use varde_store::testing::{self, TestDatabase};

use crate::program::{json as read, run, said, text};

/// The address of both servers, as clients know it.
pub(crate) const ISSUER: &str = "http://127.0.0.1:8080";
const SCOPE: &str = "helse:prover/les";
/// What everybody is promised.
const AT_ONCE: Duration = Duration::from_secs(5);

/// A clinic with a manager, an authority that owns the API, and a supplier.
struct World {
    one: App,
    two: App,
    _database: TestDatabase,
    _folder: TempDir,
    manager: Actor,
    clinic: OrganisationNumber,
    supplier: OrganisationNumber,
    suppliers: Caller,
    owners: Caller,
}

/// A client: its key, and the key its tokens are bound to.
pub(crate) struct Caller {
    pub(crate) id: ClientId,
    key: SigningKey,
    pub(crate) holder: SigningKey,
}

pub(crate) fn number(stem: u32) -> OrganisationNumber {
    OrganisationNumber::from_stem(stem).unwrap()
}

pub(crate) fn fresh() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("id-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn object(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().unwrap().clone()
}

pub(crate) fn command_line() -> Actor {
    Actor::system(Component::CommandLine)
}

impl Caller {
    fn assertion(&self, details: Option<Value>) -> String {
        let (id, now) = (self.id.to_string(), SystemClock.now().as_second());
        let mut claims = object(json!({
            "iss": id, "sub": id, "aud": ISSUER, "jti": fresh(), "iat": now, "nbf": now, "exp": now + 30,
        }));
        if let Some(details) = details {
            claims.insert("assertion_details".to_owned(), details);
        }
        let header = json!({ "typ": "client-authentication+jwt", "kid": self.key.id() });
        self.key.sign_with(&header, &claims).unwrap()
    }

    pub(crate) fn proof(&self, nonce: Option<&str>) -> String {
        let htu = format!("{ISSUER}/connect/token");
        let claims = json!({ "jti": fresh(), "htm": "POST", "htu": htu, "iat": SystemClock.now().as_second() });
        let mut claims = object(claims);
        if let Some(nonce) = nonce {
            claims.insert("nonce".to_owned(), json!(nonce));
        }
        let header = json!({ "typ": "dpop+jwt", "jwk": self.holder.public().to_jwk() });
        self.holder.sign_with(&header, &claims).unwrap()
    }

    pub(crate) fn form(&self, details: Option<Value>, more: &[(&str, &str)]) -> String {
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        url::form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &self.id.to_string())
            .append_pair("client_assertion_type", kind)
            .append_pair("client_assertion", &self.assertion(details))
            .extend_pairs(more)
            .finish()
    }
}

pub(crate) async fn post(router: &Router, path: &str, form: String, proof: Option<String>) -> (Value, String) {
    let mut request = Request::post(path)
        .header("host", "127.0.0.1:8080")
        .header("content-type", "application/x-www-form-urlencoded");
    if let Some(proof) = proof {
        request = request.header("DPoP", proof);
    }
    let response = router.clone().oneshot(request.body(Body::from(form)).unwrap()).await.unwrap();
    let nonce = response.headers().get("dpop-nonce").and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (serde_json::from_slice(&bytes).unwrap_or(Value::Null), nonce)
}

impl World {
    async fn new() -> Self {
        let database = testing::database(&contexts()).await;
        let folder = tempfile::tempdir().unwrap();
        let config = || Config {
            data: folder.path().to_owned(),
            database_url: Some(database.url()),
            base_url: Some(ISSUER.parse().unwrap()),
            demo: true,
            access_body: Some(OrganisationId::from_uuid(Uuid::from_u128(1))),
            rooms: RoomsSettings { python: false, notebook: false, ..RoomsSettings::default() },
            log_name: "varde.test/log".to_owned(),
            ..Config::default()
        };
        let (one, two) = (App::open(config()).await.unwrap(), App::open(config()).await.unwrap());
        let (clinic, supplier, authority) = (number(31_000_000), number(31_000_003), number(31_000_007));
        let manager = people(&one, [clinic, supplier, authority]).await;
        let resource = json!([{
            "id": "nhn-helseid",
            "title": { "nb": "La din databehandler", "nn": "La databehandlaren din", "en": "Let your processor" },
            "description": { "nb": "b", "nn": "b", "en": "d" }, "right": { "nb": "r", "nn": "r", "en": "r" },
            "competent_authority": { "number": authority, "name": "Norsk helsenett SF" },
            "least_level": "high", "scopes": [SCOPE], "delegable": true, "visible": true,
        }]);
        let resource: Vec<_> = serde_json::from_value(resource).unwrap();
        one.services().delegations.register(&command_line(), &resource).await.unwrap();
        let api = json!({
            "audience": "helse:prover", "owner": authority, "name": "Prøvesvar",
            "scopes": { SCOPE: { "resource": "nhn-helseid" } }, "claims": ["orgnr_parent", "orgnr_supplier"],
        });
        let api = serde_json::from_value(api).unwrap();
        one.authorisation().register_api(&command_line(), &api).await.unwrap();
        let suppliers = client(&one, supplier, "multi-tenant", SCOPE).await;
        let owners = client(&one, authority, "none", SCOPE).await;
        let manager = Actor::citizen(manager, LoginLevel::High);
        Self { one, two, _database: database, _folder: folder, manager, clinic, supplier, suppliers, owners }
    }

    /// The supplier asks for a token for the clinic.
    async fn token(&self, app: &App) -> Value {
        let router = app.router();
        let details = json!({
            "type": "helseid_authorization",
            "practitioner_role": { "organization": { "identifier": {
                "system": "urn:oid:1.0.6523", "type": "ENH", "value": format!("NO:ORGNR:{}", self.clinic),
            } } },
        });
        let grant = [("grant_type", "client_credentials"), ("scope", SCOPE)];
        let form = || self.suppliers.form(Some(details.clone()), &grant);
        let path = "/connect/token";
        let (first, nonce) = post(&router, path, form(), Some(self.suppliers.proof(None))).await;
        assert_eq!(first["error"], "use_dpop_nonce", "{first}");
        post(&router, path, form(), Some(self.suppliers.proof(Some(&nonce)))).await.0
    }

    /// The API asks whether a token is good.
    async fn is_active(&self, app: &App, token: &str) -> bool {
        let form = self.owners.form(None, &[("token", token)]);
        let (answer, _) = post(&app.router(), "/connect/introspect", form, None).await;
        answer["active"].as_bool().unwrap_or_else(|| panic!("no answer: {answer}"))
    }

    async fn uses(&self, id: DelegationId) -> Uses {
        let delegations = &self.two.services().delegations;
        delegations.uses(&self.manager, self.clinic, id, None).await.unwrap()
    }
}

/// Takes in the organisations and a manager of the first.
pub(crate) async fn people(app: &App, numbers: [OrganisationNumber; 3]) -> PersonId {
    let (basedata, demo) = (&app.services().basedata, Actor::system(Component::DemoWorld));
    let since = jiff::civil::date(2000, 1, 1);
    let organisations = ["Legesenteret", "Journalhuset", "Norsk helsenett SF"].into_iter().zip(numbers);
    let record = |(name, number): (&str, OrganisationNumber)| OrganisationRecord {
        id: None,
        number,
        parent: None,
        names: vec![Dated::since(name.to_owned(), since)],
        form: None,
        municipality: None,
    };
    let organisations: Vec<_> = organisations.map(record).collect();
    let ids = basedata.import_organisations(&demo, "test", &organisations).await.unwrap();
    let birth = jiff::civil::date(1970, 1, 1);
    let number = (0..1000).find_map(|n| synthetic(birth, n, Rule::Of2032)).unwrap();
    let person = PersonRecord {
        numbers: vec![Dated::since(number, birth)],
        names: vec![Dated::since("Daglig Leder".to_owned(), birth)],
        birth_date: Some(birth),
        ..PersonRecord::default()
    };
    let person = basedata.import_persons(&demo, "test", &[person]).await.unwrap()[0].person;
    let role = RegistryRole::from_code("DAGL").unwrap();
    let role = RoleRecord { organisation: ids[0], role, person, valid: Period::since(since) };
    basedata.import_roles(&demo, "test", &[role]).await.unwrap();
    person
}

pub(crate) async fn client(app: &App, owner: OrganisationNumber, tenancy: &str, scope: &str) -> Caller {
    let scopes: Vec<&str> = scope.split(' ').collect();
    registered(app, json!({ "name": "Journalen", "owner": owner, "tenancy": tenancy, "scopes": scopes })).await
}

/// A client with a new key.
pub(crate) async fn registered(app: &App, new: Value) -> Caller {
    let new = serde_json::from_value(new).unwrap();
    let server = app.authorisation();
    let id = server.register_client(&command_line(), new).await.unwrap().id;
    let [key, holder] = [0, 1].map(|_| SigningKey::generate(Algorithm::Es256).unwrap());
    let jwk = Value::Object(key.public().to_jwk()).to_string();
    server.add_key(&command_line(), id, jwk.as_bytes()).await.unwrap();
    Caller { id, key, holder }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_opens_tokens_and_what_is_removed_opens_none_on_any_server() {
    let world = World::new().await;
    let (one, two) = (&world.one, &world.two);
    let stop = CancellationToken::new();
    let beside = tokio::spawn(one.background(stop.clone()));
    let delegations = &one.services().delegations;
    assert_eq!(world.token(one).await["error"], "access_denied", "nothing is given");

    let right = Right { resource: "nhn-helseid".parse().unwrap(), from: world.clinic, to: world.supplier };
    let given = delegations.grant(&world.manager, &right).await.unwrap();
    let mut tokens = Vec::new();
    for app in [one, two] {
        let answer = world.token(app).await;
        tokens.push(answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned());
    }
    // Each server knows the other's tokens.
    assert!(world.is_active(one, &tokens[1]).await && world.is_active(two, &tokens[0]).await);

    let begun = Instant::now();
    let uses = loop {
        let uses = world.uses(given.id).await;
        if uses.rows.len() == 2 {
            break uses;
        }
        assert!(begun.elapsed() < AT_ONCE, "{} of 2 uses are seen", uses.rows.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let proof = two.services().delegations.use_proof(&world.manager, world.clinic, given.id, uses.rows[0].id).await;
    let trust = varde_ledger::Policy::trusting(one.services().log_key.clone());
    let proven = varde_ledger::check(&proof.unwrap().to_string(), None, &trust).unwrap();
    assert!(format!("{proven:?}").contains("oauth.token.issued"), "{proven:?}");

    let removed = Instant::now();
    delegations.revoke(&world.manager, given.id, world.clinic, None).await.unwrap();
    for app in [one, two] {
        assert_eq!(world.token(app).await["error"], "access_denied", "removed");
        for token in &tokens {
            assert!(!world.is_active(app, token).await, "a token that was given before");
        }
    }
    assert!(removed.elapsed() < AT_ONCE, "it took {:?}", removed.elapsed());
    assert_eq!(world.uses(given.id).await.rows.len(), 2, "a refusal is no use");
    stop.cancel();
    beside.await.unwrap();
}

#[test]
fn what_can_be_delegated_is_registered_listed_and_ended_by_command() {
    let folder = testing::Folder::make();
    let (data, file) = (folder.path().join("data"), folder.path().join("resource.json"));
    let mut resource = json!({
        "id": "helse-prover",
        "title": { "nb": "Hente prøvesvar", "nn": "Hente prøvesvar", "en": "Fetch test results" },
        "description": { "nb": "b", "nn": "b", "en": "d" }, "right": { "nb": "r", "nn": "r", "en": "r" },
        "competent_authority": { "number": number(31_000_007), "name": "Norsk helsenett SF" },
        "least_level": "high", "roles": ["DAGL"], "scopes": [SCOPE], "delegable": true, "visible": true,
    });
    let resources = |words: &[&str]| run(&[&["admin", "resource"], words, &["--data", text(&data)]].concat());
    let register = |resource: &Value| {
        std::fs::write(&file, resource.to_string()).unwrap();
        resources(&["register", text(&file), "--json"])
    };
    let first = register(&resource);
    assert_eq!(read(&first), json!([{ "id": "helse-prover", "version": 1, "changed": true }]), "{}", said(&first));
    assert_eq!(read(&register(&json!([resource])))[0]["changed"], false, "the same again, as a list");
    resource["right"]["nn"] = json!("");
    let flawed = register(&resource);
    assert_eq!(flawed.status.code(), Some(1));
    assert!(said(&flawed).contains("right: Write the text in bokmål, nynorsk and English."), "{}", said(&flawed));
    resource["roller"] = json!([]);
    let misspelt = register(&json!([resource]));
    assert!(
        said(&misspelt).contains("resource 1 of the file") && said(&misspelt).contains("roller"),
        "{}",
        said(&misspelt)
    );
    assert!(resources(&["end", "helse-prover"]).status.success());
    assert!(said(&resources(&["end", "helse-prover"])).contains("had ended before"));
    assert_eq!(resources(&["end", "helse-annet"]).status.code(), Some(1));
    let listed = read(&resources(&["list", "--json"]));
    assert_eq!((&listed[0]["version"], &listed[0]["delegable"]), (&json!(2), &json!(false)));
}
