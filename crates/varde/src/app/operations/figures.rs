//! The figures of the installation at `/metrics`, beside the shell's of requests. Every server sets
//! them, so that whichever is asked answers.

use std::{sync::Arc, time::Duration};

use tokio::time::sleep;
use varde_store::{Figures, Store};
use varde_web::telemetry::{set_figure, set_total};

use crate::app::Services;

/// How often they are read: Prometheus asks every 15 to 60 seconds.
const PAUSE: Duration = Duration::from_secs(15);

/// Sets the figures again and again, and never ends. When they cannot be read they keep their last
/// value, and `varde_figures_read_timestamp_seconds` says from when it is.
pub(in crate::app) async fn keep_figures(store: &Store, services: &Arc<Services>) {
    loop {
        match store.figures().await {
            Ok(figures) => set(store, &figures),
            Err(error) => tracing::warn!(%error, "the figures of the installation cannot be read"),
        }
        set_total("varde_denials_total", services.guard.denials());
        sleep(PAUSE).await;
    }
}

fn set(store: &Store, figures: &Figures) {
    let now = store.clock().now();
    set_figure("varde_events_undelivered", None, figures.undelivered as f64);
    set_figure("varde_dead_letters", None, figures.dead_letters as f64);
    let jobs = [("waiting", figures.jobs_waiting), ("running", figures.jobs_running), ("failed", figures.jobs_failed)];
    for (state, count) in jobs {
        set_figure("varde_jobs", Some(("state", state)), count as f64);
    }
    set_figure("varde_log_entries_waiting", None, figures.log_waiting as f64);
    set_figure("varde_log_size", None, figures.log_size as f64);
    if let Some(at) = figures.checkpoint_at {
        set_figure("varde_log_checkpoint_age_seconds", None, now.duration_since(at).as_secs_f64().max(0.0));
    }
    set_figure("varde_figures_read_timestamp_seconds", None, now.as_millisecond() as f64 / 1000.0);
}
