//! What whoever keeps delegations is told of their use.

use serde_json::Value;
use varde_jose::Algorithm;
use varde_oauth::{DELEGATION_USED, DelegationUsed, Tenancy, UseKind};

use crate::world::{READ, World, clinic, main_unit};

async fn told(world: &World) -> Vec<DelegationUsed> {
    let sql = "SELECT payload FROM work.event WHERE name = $1 ORDER BY sequence";
    let rows: Vec<Value> =
        sqlx::query_scalar(sql).bind(DELEGATION_USED).fetch_all(&mut world.database.owner().await).await.unwrap();
    rows.into_iter().map(|row| serde_json::from_value(row).unwrap()).collect()
}

#[tokio::test]
async fn a_delegations_use_is_told_with_the_entry_that_proves_it() {
    let world = World::new().await;
    let own = world.single().await;
    world.instance.token(&own, None, &[("scope", READ)]).await.access_token();
    assert!(told(&world).await.is_empty(), "no delegation was used");

    let supplier = world.client(Tenancy::MultiTenant, &[READ], Algorithm::Es256).await;
    let delegation = world.said.delegate(clinic(), "prover");
    let answer = world.instance.token(&supplier, Some(main_unit(clinic())), &[]).await;
    let [used] = &told(&world).await[..] else { panic!("one use") };
    assert_eq!((used.kind, used.delegations.as_slice()), (UseKind::Token, [delegation].as_slice()));
    assert_eq!(
        (used.client, used.client_name.as_str(), used.audience.as_str()),
        (supplier.id, "Journalen", "helse:prover")
    );
    assert_eq!(answer.claims()["jti"], used.id.to_string());
    let of_entry = "SELECT kind FROM log.entry WHERE id = $1";
    let kind: String = sqlx::query_scalar(of_entry)
        .bind(used.entry.uuid())
        .fetch_one(&mut world.database.owner().await)
        .await
        .unwrap();
    assert_eq!(kind, "oauth.token.issued");

    world.said.withdraw(delegation);
    assert_eq!(world.instance.token(&supplier, Some(main_unit(clinic())), &[]).await.error(), "access_denied");
    assert_eq!(told(&world).await.len(), 1, "a refusal uses nothing");
}
