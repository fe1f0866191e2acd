//! Serves the shell and the gallery of components on a loopback port, for the browser test and for
//! whoever works on the style: `cargo run -p varde-web --example gallery -- 8099`.

use std::{net::SocketAddr, sync::Arc};

use varde_core::{Randomness, SystemClock};

#[path = "../tests/site/mod.rs"]
mod site;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = std::env::args().nth(1).as_deref().unwrap_or("8099").parse()?;
    varde_web::telemetry::init(varde_web::telemetry::LogFormat::Human);
    let database = varde_store::testing::database(&[&varde_web::CONTEXT]).await;
    let store = database.store(Arc::new(SystemClock), Randomness::from_system());
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let router = site::router(&store, &format!("http://127.0.0.1:{port}"));
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}
