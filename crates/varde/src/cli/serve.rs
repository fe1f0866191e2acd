//! `varde serve`: the service until it is told to stop.

use std::{net::SocketAddr, process::ExitCode};

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use varde_web::telemetry::{self, LogFormat};

use super::{Installation, Out};
use crate::app::App;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    installation: Installation,
    /// Where to listen; wins over the configuration.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Logs as JSON lines.
    #[arg(long)]
    json_logs: bool,
}

pub(crate) async fn run(arguments: Arguments) -> Result<ExitCode> {
    telemetry::init(if arguments.json_logs { LogFormat::Json } else { LogFormat::Human });
    telemetry::start_figures();
    let mut config = arguments.installation.read()?;
    if let Some(listen) = arguments.listen {
        config.listen = listen;
    }
    let listener = listen(config.listen).await?;
    config.listen = listener.local_addr()?;
    let address = config.address();
    super::tools::prepare(&config).await?;
    let app = App::open(config).await?;
    Out::say(&format!("Varde is ready on {address}"));
    app.serve(listener, stopped()).await?;
    Ok(ExitCode::SUCCESS)
}

/// Listens, or says who else may be listening and what to do.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: is another program using the port? Choose another with --listen or --port")
    })
}

/// Ends at Ctrl-C or a request to terminate.
pub(crate) async fn stopped() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
