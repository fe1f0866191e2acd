//! Logs, spans and figures. Dotted field names (OpenTelemetry's semantic conventions for HTTP),
//! units in names, and never a path's parameters, a query, a body or a name.

use std::{
    io::{self, IsTerminal as _},
    sync::{Arc, OnceLock},
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request},
    response::Response,
};
use http::{HeaderMap, Method};
use metrics::SharedString;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::{Span, field::Empty};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

static FIGURES: OnceLock<PrometheusHandle> = OnceLock::new();

/// Starts logs (on standard error, filtered by `VARDE_LOG`, `info` when unset) and figures. Calling it again changes
/// nothing, so tests may.
pub fn init(format: LogFormat) {
    let filter = EnvFilter::try_from_env("VARDE_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let registry = tracing_subscriber::registry().with(filter);
    // Colours are for a terminal: in a file or a journal they are noise that every line would pay for.
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    let started = match format {
        LogFormat::Human => registry.with(lines).try_init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
    };
    if started.is_ok() {
        // What a panic says may quote data; where it happened is what the operator needs.
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(panic.place = place, "a panic was caught");
        }));
    }
    start_figures();
}

/// Starts figures alone.
pub fn start_figures() {
    let seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
    let duration = Matcher::Full("http_server_request_duration_seconds".to_owned());
    let Ok(builder) = PrometheusBuilder::new().set_buckets_for_metric(duration, &seconds) else { return };
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_ok() {
        let _ = FIGURES.set(handle);
    }
}

/// Sets a figure that goes up and down, such as how many jobs wait; `label` tells several of one name apart.
pub fn set_figure(name: &'static str, label: Option<(&'static str, &'static str)>, value: f64) {
    let labels: Vec<_> = label.into_iter().collect();
    metrics::gauge!(name, &labels).set(value);
}

/// Sets a figure that only goes up while the process runs.
pub fn set_total(name: &'static str, total: u64) {
    metrics::counter!(name).absolute(total);
}

/// All figures in Prometheus' text form; `None` before [`init`].
pub(crate) fn render_metrics() -> Option<String> {
    FIGURES.get().map(|handle| {
        handle.run_upkeep();
        handle.render()
    })
}

/// The span of a request. A valid `traceparent` (W3C Trace Context) continues the caller's trace. What is
/// known is said at once: a field that is recorded later is formatted anew for every request.
pub(crate) fn request_span(request: &Request, request_id: &str, route: &Route) -> Span {
    let span = tracing::info_span!(
        "request",
        http.request.method = request.method().as_str(),
        http.route = &*route.0,
        request.id = request_id,
        trace.id = Empty,
        trace.parent_span_id = Empty,
    );
    if let Some((trace, parent)) = trace_parent(request.headers()) {
        span.record("trace.id", trace);
        span.record("trace.parent_span_id", parent);
    }
    span
}

/// The trace and span id of a `traceparent` header, version 00.
fn trace_parent(headers: &HeaderMap) -> Option<(&str, &str)> {
    let header = headers.get("traceparent")?.to_str().ok()?;
    let parts: Vec<&str> = header.split('-').collect();
    let [version, trace, parent, _flags] = parts[..] else { return None };
    let is_id = |text: &str, length: usize| {
        text.len() == length
            && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            && text.bytes().any(|b| b != b'0')
    };
    (version == "00" && is_id(trace, 32) && is_id(parent, 16)).then_some((trace, parent))
}

/// Measures a request from its arrival to the first byte of its answer.
pub(crate) struct Measure {
    start: Instant,
    method: Method,
}

/// The route that answered, put on the response for the figures: never the path itself, which may
/// hold ids.
#[derive(Debug, Clone)]
pub(crate) struct Route(Arc<str>);

impl Route {
    pub(crate) fn of(request: &Request) -> Self {
        Self(request.extensions().get::<MatchedPath>().map_or("none", |m| m.as_str()).into())
    }
}

impl Measure {
    pub(crate) fn start(method: &Method) -> Self {
        Self { start: Instant::now(), method: method.clone() }
    }

    pub(crate) fn stop(self, span: &Span, response: &Response, route: Route) {
        let status = response.status().as_u16();
        let seconds = self.start.elapsed().as_secs_f64();
        span.in_scope(|| {
            tracing::info!(
                http.response.status_code = status,
                http.server.request.duration_ms = seconds * 1000.0,
                "answered"
            );
        });
        let labels: [(_, SharedString); 3] = [
            ("method", self.method.to_string().into()),
            ("route", route.0.into()),
            ("status", status.to_string().into()),
        ];
        metrics::histogram!("http_server_request_duration_seconds", &labels).record(seconds);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_goes_on_only_when_its_header_is_valid() {
        let parse = |value: &'static str| {
            let headers = HeaderMap::from_iter([("traceparent".parse().unwrap(), value.parse().unwrap())]);
            trace_parent(&headers).is_some()
        };
        assert!(parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        for bad in [
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "nonsense",
        ] {
            assert!(!parse(bad), "{bad}");
        }
    }
}
