//! `varde witness`: a process of its own, on a machine of its own, run by somebody else than the
//! log's operator (the C2SP tlog-witness protocol).

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use axum::{Router, extract::State, http::StatusCode, response::IntoResponse, routing::post};
use varde_core::{Clock, Randomness, SystemClock};
use varde_ledger::{
    PublicKey,
    key::KeyKind,
    witness::{SIZE_CONTENT_TYPE, Witness},
};
use varde_store::log::open_key;

use super::Out;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Where the witness's key and what it has seen are kept.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The witness's own name, such as an address without a scheme.
    #[arg(long)]
    name: String,
    /// The public key of a log to watch; may be given several times.
    #[arg(long = "log", required = true, value_name = "KEY")]
    logs: Vec<String>,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
}

pub(crate) async fn run(arguments: Arguments) -> Result<ExitCode> {
    std::fs::create_dir_all(&arguments.data).with_context(|| format!("{} cannot be made", arguments.data.display()))?;
    let randomness = Randomness::from_system();
    let key = open_key(&arguments.data.join("witness.key"), &arguments.name, KeyKind::Witness, &randomness)?;
    let logs: Vec<PublicKey> = arguments
        .logs
        .iter()
        .map(|text| PublicKey::parse(text).with_context(|| format!("--log {text} is no public key")))
        .collect::<Result<_>>()?;
    let witness = Arc::new(Witness::open(&arguments.data.join("seen.json"), key, logs)?);
    let listener = super::serve::listen(arguments.listen).await?;
    Out::say(&format!("The witness listens on http://{}/add-checkpoint", listener.local_addr()?));
    Out::result(&witness.public().to_string())?;
    let router = Router::new().route("/add-checkpoint", post(add_checkpoint)).with_state(witness);
    axum::serve(listener, router).with_graceful_shutdown(super::serve::stopped()).await?;
    Ok(ExitCode::SUCCESS)
}

async fn add_checkpoint(State(witness): State<Arc<Witness>>, body: String) -> axum::response::Response {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    // Writing its state is a blocking call.
    let answer = tokio::task::spawn_blocking(move || witness.add_checkpoint(&body, &*clock)).await;
    match answer {
        Ok(Ok(signature)) => (StatusCode::OK, signature).into_response(),
        Ok(Err(refusal)) => {
            let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let size =
                [("content-type", if status == StatusCode::CONFLICT { SIZE_CONTENT_TYPE } else { "text/plain" })];
            (status, size, refusal.body()).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
