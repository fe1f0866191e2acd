//! For tests, of this crate and of those above: an object store of others' make that speaks S3, moto
//! (Apache-2.0), on this machine, and a way to it that breaks.

use std::{
    env,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    thread,
};

use crate::{Credentials, Place, S3};

/// A running store. It ends when this is dropped, and with this process.
#[derive(Debug)]
pub struct Server {
    process: Child,
    port: u16,
}

impl Server {
    /// Starts one.
    ///
    /// # Panics
    /// When it cannot: it says which command installs what is missing.
    #[must_use]
    pub fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let python = target.join("objects/bin/python");
        assert!(python.is_file(), "the object store for tests is not installed: cargo verify --only packages");
        let mut process = Command::new(python)
            .arg(root.join("web/tests/objects/serve.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python starts");
        let mut line = String::new();
        let told = process.stdout.take().map(|out| BufReader::new(out).read_line(&mut line));
        let port = line.trim().parse();
        let port = port.unwrap_or_else(|_| panic!("the object store for tests did not start: {told:?} {line:?}"));
        Self { process, port }
    }

    /// Its bucket, below a prefix.
    #[must_use]
    pub fn place(&self, prefix: &str) -> Place {
        place(self.port, "varde", prefix)
    }

    /// A bucket that keeps versions of what is deleted.
    #[must_use]
    pub fn versioned(&self) -> Place {
        place(self.port, "versioned", "")
    }

    /// A bucket that is not there.
    #[must_use]
    pub fn nowhere(&self) -> Place {
        place(self.port, "nowhere", "")
    }

    /// The bucket by a way that breaks down when so many bytes have been sent to the store, and stays so.
    #[must_use]
    pub fn breaking(&self, prefix: &str, after: i64) -> Place {
        let left = Arc::new(AtomicI64::new(after));
        let may = move |bytes: &[u8]| left.fetch_sub(bytes.len() as i64, Ordering::SeqCst) > bytes.len() as i64;
        place(way(self.port, may).expect("a port is free"), "varde", prefix)
    }

    /// The bucket by a way that counts the requests.
    #[must_use]
    pub fn counting(&self, prefix: &str) -> (Place, Arc<AtomicUsize>) {
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        let may = move |bytes: &[u8]| {
            let first_line = b" HTTP/1.1\r\n";
            count.fetch_add(bytes.windows(first_line.len()).filter(|it| it == first_line).count(), Ordering::SeqCst);
            true
        };
        (place(way(self.port, may).expect("a port is free"), "varde", prefix), requests)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends with its standard input; what is left to do is to wait for it.
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}

/// A place at which nobody listens.
#[must_use]
pub fn gone() -> Place {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
    place(free.as_ref().map_or(1, SocketAddr::port), "varde", "")
}

/// A place that answers every request with that status and that body.
///
/// # Panics
/// When no port is free.
#[must_use]
pub fn answering(status: &'static str, body: &'static str) -> Place {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let port = listener.local_addr().map_or(1, |address| address.port());
    thread::spawn(move || {
        for mut caller in listener.incoming().flatten() {
            let mut heard = [0; 1 << 16];
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
            // Whoever has gone needs no answer.
            drop(caller.read(&mut heard).and_then(|_| caller.write_all(answer.as_bytes())));
        }
    });
    place(port, "varde", "")
}

/// With credentials that a test can search for.
fn place(port: u16, bucket: &str, prefix: &str) -> Place {
    Place::S3(Box::new(S3 {
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        endpoint: format!("http://127.0.0.1:{port}").parse().ok(),
        region: "eu-north-1".to_owned(),
        path_style: true,
        authority: None,
        credentials: Credentials { id: "AKIDTESTS".to_owned(), secret: "hemmelig-nok".to_owned(), token: None },
    }))
}

/// A port of its own by which bytes go to another, as long as those that are sent there may go on.
fn way(to: u16, may: impl Fn(&[u8]) -> bool + Send + Sync + 'static) -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let may = Arc::new(may);
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            let may = Arc::clone(&may);
            thread::spawn(move || {
                let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, to)) else { return };
                let (Ok(back_from), Ok(back_to)) = (far.try_clone(), near.try_clone()) else { return };
                thread::spawn(move || pass(back_from, back_to, |_| true));
                pass(near, far, &*may);
            });
        }
    });
    Ok(port)
}

/// Passes bytes on until one side ends or they may not go on.
fn pass(mut from: TcpStream, mut to: TcpStream, may: impl Fn(&[u8]) -> bool) {
    let mut bytes = [0; 1 << 14];
    while let Ok(many @ 1..) = from.read(&mut bytes) {
        if !may(&bytes[..many]) || to.write_all(&bytes[..many]).is_err() {
            break;
        }
    }
    for side in [from, to] {
        // One that is closed already is closed.
        drop(side.shutdown(std::net::Shutdown::Both));
    }
}
