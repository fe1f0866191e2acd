//! The tools in a room, and JupyterLab through the gateway. Installs the Python environment from
//! its lock files the first time, which takes a minute or two.

use std::{path::PathBuf, sync::Mutex, time::Instant};

use futures::{SinkExt as _, StreamExt as _};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest as _};
use varde_rooms::{
    model::{RunState, Tool},
    tools::{self, Kit},
};

use crate::world::{AUTHOR, MEMBER, STRANGER, World, actor};

/// The environment, kept between runs of the tests: where the program keeps it too, so that a machine has
/// its 700 MB once.
async fn environment() -> PathBuf {
    let root = tools::folder(&std::env::temp_dir().join("varde-tests"));
    let begun = Instant::now();
    let packages = Mutex::new(0);
    let heard = |_: &str, _: usize, _: usize| *packages.lock().unwrap() += 1;
    let folder = tools::ensure_tools(&root, Kit::Notebook, &heard).await.unwrap_or_else(|error| panic!("{error}"));
    println!("tools ready in {:.1} s ({} packages fetched)", begun.elapsed().as_secs_f32(), packages.lock().unwrap());
    assert_eq!(tools::installed(&root, Kit::Notebook), Some(folder.clone()));
    folder
}

async fn world() -> World {
    let tools = environment().await;
    World::with(|config| {
        config.tools = vec![tools];
        config.notebook = true;
    })
    .await
}

#[tokio::test]
async fn sql_python_and_r_read_the_extract_and_pip_says_why_it_cannot() {
    let world = world().await;
    let room = world.open().await;
    let sql = "SELECT sum(n) AS people FROM contact; COPY (SELECT * FROM contact) TO '/work/copy.parquet';";
    let run = world.script(room, Tool::Sql, sql).await;
    assert_eq!(run.state, RunState::Succeeded, "{}", run.errors);
    assert!(run.output.contains("people") && run.output.contains("200"), "{}", run.output);
    let wrong = world.script(room, Tool::Sql, "SELECT nothing FROM nowhere").await;
    assert!(wrong.state == RunState::Failed && wrong.errors.contains("nowhere"), "{}", wrong.errors);

    let python = "import pandas, pyarrow, numpy, duckdb\nimport matplotlib.pyplot as plot\n\
                  t = pandas.read_parquet('/work/copy.parquet')\nt.plot.bar(x='age_band', y='n')\n\
                  plot.savefig('/outbox/ages.png')\nprint(int(t.n.sum()))";
    let run = world.script(room, Tool::Python, python).await;
    assert_eq!((run.state, run.output.as_str()), (RunState::Succeeded, "200\n"), "{}", run.errors);

    // The airlock takes the figure as matplotlib saved it: there is no text in it.
    let request =
        world.service.begin_request(&actor(AUTHOR), room, "Figure 1", &["ages.png".to_owned()]).await.unwrap();
    let (_, request) = world.service.request(&actor(AUTHOR), request).await.unwrap();
    assert_eq!(request.files[0].findings, [], "a plain figure passes");

    let pip = "import subprocess, sys\nfor c in (['pip', 'install', 'x'], [sys.executable, '-m', 'pip', 'install', 'x']):\n\
               \x20   r = subprocess.run(c, capture_output=True, text=True)\n    assert r.returncode == 1\n    print(r.stderr)";
    let run = world.script(room, Tool::Python, pip).await;
    assert_eq!(run.output.matches("The room has no network").count(), 2, "{}{}", run.output, run.errors);

    if tools::r_installed() {
        let r = "t <- read.csv('/data/contact.csv')\nprint(sum(t$n))";
        let run = world.script(room, Tool::R, r).await;
        assert!(run.state == RunState::Succeeded && run.output.contains("200"), "{}{}", run.output, run.errors);
    } else {
        println!("R is not installed: scripts in R were not tried");
    }
}

/// One request over a connection of its own: the status line and everything after it.
async fn ask(address: std::net::SocketAddr, who: u8, method: &str, path: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let length = body.len();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Test {who}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn jupyterlab_runs_behind_the_gateway_and_gives_no_file_away() {
    let world = world().await;
    let room = world.open().await;
    let site = world.site();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, site).await });
    let base = format!("/rom/{room}/jupyter/");
    let begun = Instant::now();
    let lab = ask(address, AUTHOR, "GET", &format!("{base}lab"), "", "").await;
    println!("JupyterLab answered its first page {:.1} s after it was asked for", begun.elapsed().as_secs_f32());
    assert!(lab.starts_with("HTTP/1.1 200") && lab.contains("JupyterLab"), "{lab}");
    assert!(lab.contains("sandbox allow-scripts allow-same-origin") && !lab.contains("allow-downloads"), "{lab}");
    assert!(lab.contains("permissions-policy: clipboard-read=(), clipboard-write=()"), "{lab}");
    assert!(lab.contains("docmanager-extension:download") && lab.contains("disabledExtensions"), "{lab}");
    let style = ask(address, AUTHOR, "GET", &format!("{base}custom/custom.css"), "", "").await;
    assert!(style.starts_with("HTTP/1.1 200") && style.contains("user-select: none"), "{style}");
    let status = ask(address, MEMBER, "GET", &format!("{base}api/status"), "", "").await;
    assert!(status.starts_with("HTTP/1.1 200"), "the other member shares it: {status}");
    let stranger = ask(address, STRANGER, "GET", &format!("{base}api/status"), "", "").await;
    assert!(stranger.starts_with("HTTP/1.1 404"), "{stranger}");

    world.script(room, Tool::Python, "open('/work/rows.csv', 'w').write('row of a person')").await;
    let closed =
        ["files/rows.csv", "files/rows.csv?download=1", "nbconvert/html/rows.csv", "view/rows.csv", "edit/rows.csv"];
    for path in closed.iter().copied().chain(["api/contents/rows.csv?download=1", "lab/../files/rows.csv"]) {
        let answer = ask(address, AUTHOR, "GET", &format!("{base}{path}"), "", "").await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{path}: {answer}");
        assert!(!answer.contains("row of a person"), "{path}");
    }

    let token =
        lab.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap().split(';').next().unwrap().to_owned();
    let value = token.strip_prefix("_xsrf=").unwrap();
    let allowed = format!("Cookie: {token}\r\nX-XSRFToken: {value}\r\n");
    let kernel = ask(address, AUTHOR, "POST", &format!("{base}api/kernels"), &allowed, r#"{"name":"python3"}"#).await;
    assert!(kernel.starts_with("HTTP/1.1 201"), "{kernel}");
    let id = kernel.split("\"id\":").nth(1).unwrap().split('"').nth(1).unwrap().to_owned();
    assert_eq!(compute(address, &format!("{base}api/kernels/{id}/channels")).await, "42");
}

/// Runs `6 * 7` in a kernel over its websocket.
async fn compute(address: std::net::SocketAddr, path: &str) -> String {
    let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Test {AUTHOR}").parse().unwrap());
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
    let ask = serde_json::json!({
        "channel": "shell", "buffers": [], "metadata": {}, "parent_header": {},
        "header": { "msg_id": "1", "msg_type": "execute_request", "session": "s", "username": "", "version": "5.3",
                    "date": "2026-11-22T12:00:00Z" },
        "content": { "code": "6 * 7", "silent": false, "store_history": false, "user_expressions": {},
                     "allow_stdin": false, "stop_on_error": true },
    });
    socket.send(Message::text(ask.to_string())).await.unwrap();
    let answer = async {
        while let Some(Ok(message)) = socket.next().await {
            let Ok(value) = serde_json::from_slice::<serde_json::Value>(&message.into_data()) else { continue };
            if value["msg_type"] == "execute_result" {
                return value["content"]["data"]["text/plain"].as_str().unwrap().to_owned();
            }
        }
        panic!("the kernel said nothing");
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), answer).await.unwrap()
}
