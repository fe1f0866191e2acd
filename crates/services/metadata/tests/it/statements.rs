//! Reading many variables takes as many statements as reading one.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tracing::Subscriber;
use tracing_subscriber::{
    layer::{Context, Layer, SubscriberExt as _},
    registry::LookupSpan,
};
use varde_core::{Actor, CataloguePath};
use varde_metadata::{AsAt, DataType};

use crate::world::{World, path, researcher, source, variable};

/// Counts what sqlx says that it sends.
#[derive(Clone, Default)]
struct Statements(Arc<AtomicUsize>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Statements {
    /// How many statements something takes.
    async fn of<T>(&self, work: impl Future<Output = T>) -> (usize, T) {
        let before = self.0.load(Ordering::Relaxed);
        let done = work.await;
        (self.0.load(Ordering::Relaxed) - before, done)
    }
}

/// A register of so many variables, and their paths in its order.
async fn register(world: &World, many: usize) -> Vec<CataloguePath> {
    let variables = (0..many).map(|n| variable(&format!("big/all/v{n}"), &format!("Variabel {n}"), DataType::Integer));
    world.publish(&source("big", variables.collect())).await;
    (0..many).map(|n| path(&format!("big/all/v{n}"))).collect()
}

#[tokio::test]
async fn five_thousand_variables_take_as_many_statements_as_one() {
    let world = World::new().await;
    let mut paths = register(&world, 5_000).await;
    paths.reverse();
    let statements = Statements::default();
    let _counting = tracing::subscriber::set_default(tracing_subscriber::registry().with(statements.clone()));
    let (anybody, now) = (Actor::anonymous(), AsAt::default());
    let (for_one, one) = statements.of(world.catalogue.describe(&anybody, &paths[..1], now)).await;
    let (for_all, all) = statements.of(world.catalogue.describe(&anybody, &paths, now)).await;
    assert_eq!(one.unwrap().len(), 1);
    let order: Vec<CataloguePath> = all.unwrap().into_iter().map(|described| described.path).collect();
    assert_eq!(order, paths, "they come in the order asked for");
    assert!(for_one > 0, "sqlx says nothing of what it sends, so this test counts nothing");
    assert_eq!(for_all, for_one);
}

#[tokio::test]
async fn a_long_list_takes_as_many_statements_as_a_short_one() {
    let world = World::new().await;
    let paths = register(&world, 40).await;
    let me = researcher();
    let short = world.catalogue.create_list(&me, "Kort").await.unwrap();
    let long = world.catalogue.create_list(&me, "Lang").await.unwrap();
    world.catalogue.add_to_list(&me, short, &paths[0]).await.unwrap();
    for path in &paths {
        world.later();
        world.catalogue.add_to_list(&me, long, path).await.unwrap();
    }
    let statements = Statements::default();
    let _counting = tracing::subscriber::set_default(tracing_subscriber::registry().with(statements.clone()));
    let (for_short, _) = statements.of(world.catalogue.list(&me, short)).await;
    let (for_long, list) = statements.of(world.catalogue.list(&me, long)).await;
    let order: Vec<CataloguePath> = list.unwrap().variables.into_iter().map(|described| described.path).collect();
    assert_eq!(order, paths, "in the order they were added");
    assert!(for_short > 0, "sqlx says nothing of what it sends, so this test counts nothing");
    assert_eq!(for_long, for_short);
}
