//! Many requests at the same moment, at two servers on one database.

use std::{collections::BTreeSet, sync::Arc};

use tokio::task::JoinSet;
use varde_core::{Actor, Component};
use varde_jose::{Algorithm, Expected, Jws, KeySet, PublicKey, SigningKey};

use crate::world::{Client, Instance, World};

const DAY: u64 = 86_400;
const EXPECTED: Expected<'static> =
    Expected { types: &["at+jwt"], algorithms: &[Algorithm::Es256], largest: 16 * 1024 };

/// Two servers and a client of both.
struct Pair {
    world: World,
    other: Instance,
    client: Client,
}

impl Pair {
    async fn new() -> Arc<Self> {
        let world = World::new().await;
        let (other, client) = (world.another(true).await, world.single().await);
        Arc::new(Self { world, other, client })
    }

    fn server(&self, n: usize) -> &Instance {
        if n.is_multiple_of(2) { &self.world.instance } else { &self.other }
    }

    /// Sends one request with that statement and proof to the server of that number; its status and error.
    async fn send(self: Arc<Self>, n: usize, assertion: String, proof: String) -> (u16, String) {
        let form = self.client.form(assertion, &[]);
        let answer = self.server(n).post("/connect/token", &form, &[proof]).await;
        (answer.status, answer.error().to_owned())
    }

    /// Asks the server of that number, and has both servers' keys of that moment check the token; its key.
    async fn checked(self: Arc<Self>, n: usize) -> String {
        let answer = self.server(n).token(&self.client, None, &[]).await;
        let token = answer.access_token();
        for server in [&self.world.instance, &self.other] {
            let keys = server.get("/.well-known/openid-configuration/jwks").await.body.to_string();
            let keys = KeySet::parse(keys.as_bytes()).unwrap();
            let jws = Jws::parse(token, &EXPECTED).unwrap();
            let key = keys.find(jws.header().key_id.as_deref(), Algorithm::Es256);
            jws.verify(key.expect("the token's key is published")).expect("the token verifies");
        }
        Jws::parse(token, &EXPECTED).unwrap().header().key_id.clone().unwrap()
    }

    /// Goes through forty seconds, with requests in flight all the time while both servers look after
    /// the keys; the keys that signed.
    async fn through_forty_seconds(self: &Arc<Self>) -> BTreeSet<String> {
        let mut signed = BTreeSet::new();
        let mut before = JoinSet::new();
        for _ in 0..20 {
            let mut now = JoinSet::new();
            for n in 0..6 {
                now.spawn(Arc::clone(self).checked(n));
            }
            self.world.pass(2);
            let (one, two) = tokio::join!(self.world.instance.server.tend(), self.other.server.tend());
            one.and(two).unwrap();
            // Those of the step before: the clock moves while they are on their way, but not for minutes.
            signed.extend(before.join_all().await);
            before = now;
        }
        signed.extend(before.join_all().await);
        signed
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_change_under_load_and_no_request_is_lost() {
    let pair = Pair::new().await;
    pair.world.pass(29 * DAY);
    pair.world.instance.server.tend().await.unwrap();
    pair.world.pass(DAY - 20);
    let signed = pair.through_forty_seconds().await;
    assert_eq!(signed.len(), 2, "the change fell among the requests");
    // The old key is withdrawn when all that it signed has expired, and ten minutes more.
    pair.world.pass(2 * 600 - 40);
    let later = pair.through_forty_seconds().await;
    assert_eq!(later.len(), 1);
    assert!(later.is_subset(&signed));
    assert_eq!(pair.world.database.entries("oauth.signing_key.withdrawn").await.len(), 2, "so did the withdrawal");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_among_many_fails_nobody_else_and_uses_nothing_up() {
    let pair = Pair::new().await;
    let nonce = pair.world.instance.nonce(&pair.client).await;
    let assertion = || pair.client.assertion(|_, _| {});
    let proof = || pair.client.proof(Some(&nonce), |_, _| {});
    let (shared_proof, shared_assertion) = (proof(), assertion());
    let with_one_proof: Vec<_> = (0..10).map(|_| (assertion(), shared_proof.clone())).collect();
    let with_one_assertion: Vec<_> = (0..10).map(|_| (shared_assertion.clone(), proof())).collect();
    let good: Vec<_> = (0..20).map(|_| (assertion(), proof())).collect();
    let all = [with_one_proof, with_one_assertion, good];
    let mut groups = all.clone().map(|requests| {
        let mut group = JoinSet::new();
        for (n, (assertion, proof)) in requests.into_iter().enumerate() {
            group.spawn(Arc::clone(&pair).send(n, assertion, proof));
        }
        group
    });
    let mut answers = Vec::new();
    for group in &mut groups {
        answers.push(std::mem::take(group).join_all().await);
    }
    let count = |group: usize, error: &str| answers[group].iter().filter(|(_, found)| found == error).count();
    assert_eq!((count(0, ""), count(0, "invalid_dpop_proof")), (1, 9), "{:?}", answers[0]);
    assert_eq!((count(1, ""), count(1, "invalid_client")), (1, 9), "{:?}", answers[1]);
    assert_eq!(count(2, ""), 20, "{:?}", answers[2]);
    assert_eq!(pair.world.database.entries("oauth.token.issued").await.len(), 22, "one entry for each that was given");
    // Nine statements came with a proof that was used: with another proof they are still good.
    let mut again = JoinSet::new();
    for (n, (assertion, _)) in all[0].iter().enumerate() {
        again.spawn(Arc::clone(&pair).send(n, assertion.clone(), proof()));
    }
    let good = again.join_all().await.iter().filter(|(status, _)| *status == 200).count();
    assert_eq!(good, 9, "a refusal uses nothing up");
}

#[tokio::test]
async fn a_key_that_one_server_read_where_the_client_publishes_it_works_on_both() {
    let world = World::new().await;
    let (other, mut client) = (world.another(true).await, world.single().await);
    for server in [&world.instance, &other] {
        assert_eq!(server.token(&client, None, &[]).await.status, 200);
    }
    let before = std::mem::replace(&mut client.key, SigningKey::generate(Algorithm::Es256).unwrap());
    let public = |key: &SigningKey| PublicKey::from_jwk(&key.public().to_jwk()).unwrap();
    for server in [&world.instance, &other] {
        let nonce = server.nonce(&client).await;
        let form = client.form(client.assertion(|_, _| {}), &[]);
        let refused = server.post("/connect/token", &form, &[client.proof(Some(&nonce), |_, _| {})]).await;
        assert_eq!(refused.error(), "invalid_client", "nobody knows the new key yet");
    }
    let since = varde_store::testing::START - jiff::SignedDuration::from_secs(60);
    for server in [&world.instance, &other] {
        server.server.write_calls().await.unwrap();
        assert_eq!(server.server.with_unknown_key(since).await.unwrap(), [client.id], "whoever reads keys is told");
    }
    let myself = Actor::system(Component::SelfService);
    world.instance.server.set_keys(&myself, client.id, &[public(&client.key)]).await.unwrap();
    world.pass(2);
    for server in [&world.instance, &other] {
        assert_eq!(server.token(&client, None, &[]).await.status, 200, "the new key");
    }
    client.key = before;
    for server in [&world.instance, &other] {
        assert_eq!(server.token(&client, None, &[]).await.error(), "invalid_client", "the old one is gone");
    }
}
