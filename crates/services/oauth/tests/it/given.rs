//! Tokens after they were given: asked about, and ended.

use varde_jose::Algorithm;
use varde_oauth::Tenancy;

use crate::world::{Answer, Client, READ, World, clinic, command_line, main_unit};

async fn ask(world: &World, path: &str, client: &Client, token: &str) -> Answer {
    let form = client.form(client.assertion(|_, _| {}), &[("token", token)]);
    world.instance.post(path, &form, &[]).await
}

async fn is_active(world: &World, owner: &Client, token: &str) -> bool {
    let answer = ask(world, "/connect/introspect", owner, token).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let active = answer.body["active"].as_bool().unwrap();
    assert_eq!(answer.body.as_object().unwrap().len() > 1, active, "no more than that is said of one that is not good");
    active
}

#[tokio::test]
async fn an_api_asks_about_its_own_tokens_and_nobody_elses() {
    let world = World::new().await;
    let (client, owner) = (world.single().await, world.single().await);
    let token = world.instance.token(&client, None, &[]).await;
    let told = ask(&world, "/connect/introspect", &owner, token.access_token()).await.body;
    assert_eq!((&told["client_id"], &told["token_type"]), (&client.id.to_string().into(), &"DPoP".into()));
    assert_eq!(told["cnf"]["jkt"], client.holder.public().thumbprint());
    let stranger = world.client(Tenancy::MultiTenant, &[READ], Algorithm::Es256).await;
    assert!(!is_active(&world, &stranger, token.access_token()).await, "the API is not the stranger's");
    for wrong in ["token", "a.b.c"] {
        assert!(!is_active(&world, &owner, wrong).await);
    }
    let forged = client.key.sign("at+jwt", &crate::world::object(token.claims())).unwrap();
    assert!(!is_active(&world, &owner, &forged).await, "signed by somebody else");
    assert_eq!(world.database.entries("oauth.token.introspected").await.len(), 5);
}

#[tokio::test]
async fn a_token_that_expired_or_was_revoked_is_not_good() {
    let world = World::new().await;
    let (client, owner) = (world.single().await, world.single().await);
    let (first, second) =
        (world.instance.token(&client, None, &[]).await, world.instance.token(&client, None, &[]).await);
    let revoke = async |who: &Client| ask(&world, "/connect/revocation", who, first.access_token()).await.status;
    assert_eq!(revoke(&owner).await, 200, "another's: nothing happens, and nothing is told");
    assert!(is_active(&world, &owner, first.access_token()).await);
    assert_eq!(revoke(&client).await, 200);
    assert!(!is_active(&world, &owner, first.access_token()).await);
    assert_eq!(revoke(&client).await, 200, "again is no error");
    assert!(is_active(&world, &owner, second.access_token()).await);
    world.pass(600);
    assert!(!is_active(&world, &owner, second.access_token()).await);
}

#[tokio::test]
async fn a_token_ends_with_its_client_and_with_its_delegation() {
    let world = World::new().await;
    let (client, owner) = (world.single().await, world.single().await);
    let supplier = world.client(Tenancy::MultiTenant, &[READ], Algorithm::Es256).await;
    let delegation = world.said.delegate(clinic(), "prover");
    let own = world.instance.token(&client, None, &[]).await;
    let delegated = world.instance.token(&supplier, Some(main_unit(clinic())), &[]).await;
    for token in [&own, &delegated] {
        assert!(is_active(&world, &owner, token.access_token()).await);
    }
    world.said.withdraw(delegation);
    assert!(!is_active(&world, &owner, delegated.access_token()).await);
    world.instance.server.end_client(&command_line(), client.id).await.unwrap();
    world.pass(2);
    assert!(!is_active(&world, &owner, own.access_token()).await);
}

#[tokio::test]
async fn who_asks_must_prove_itself_once_each_time() {
    let world = World::new().await;
    let owner = world.single().await;
    for path in ["/connect/introspect", "/connect/revocation"] {
        let form = owner.form(owner.assertion(|_, _| {}), &[("token", "x")]);
        assert_eq!(world.instance.post(path, &form, &[]).await.status, 200);
        assert_eq!(world.instance.post(path, &form, &[]).await.error(), "invalid_client", "{path}");
        let form = owner.form("nothing".to_owned(), &[("token", "x")]);
        assert_eq!(world.instance.post(path, &form, &[]).await.error(), "invalid_client", "{path}");
        let form = owner.form(owner.assertion(|_, _| {}), &[]);
        assert_eq!(world.instance.post(path, &form, &[]).await.error(), "invalid_request", "{path}");
    }
}

#[tokio::test]
async fn what_expired_is_forgotten_and_stays_on_the_log() {
    let world = World::new().await;
    let client = world.single().await;
    world.instance.token(&client, None, &[]).await.claims();
    let left = async || -> i64 {
        let sql = "SELECT (SELECT count(*) FROM oauth.used) + (SELECT count(*) FROM oauth.access_token)";
        sqlx::query_scalar(sql).fetch_one(&mut world.database.owner().await).await.unwrap()
    };
    assert_eq!(left().await, 3);
    world.instance.server.tend().await.unwrap();
    assert_eq!(left().await, 3);
    world.pass(1_300);
    world.instance.server.tend().await.unwrap();
    assert_eq!(left().await, 0);
    assert_eq!(world.database.entries("oauth.token.issued").await.len(), 1);
}
