//! A source's database over TLS: whoever answers is who we think it is, or nothing is read.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Stdio},
};

use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection, postgres::PgConnectOptions};
use varde_platform::{Delivery, ImportRequest, PlatformError, SourceDatabase, import::Refused};
use varde_store::launcher::{Account, Binaries};

use crate::support::{World, system};

/// Makes a cluster that speaks TLS only, but for its socket, and becomes its server. The user `clerk` must
/// have a certificate of its own. Arguments: initdb, postgres, port; certificates by the environment.
const SERVER: &str = r#"
set -e
umask 077
place=$(mktemp -d)
"$1" -D "$place/data" -U postgres -A trust -N >/dev/null 2>&1
printf '%s' "$SERVER_CERTIFICATE" > "$place/data/server.crt"
printf '%s' "$SERVER_KEY" > "$place/data/server.key"
printf '%s' "$AUTHORITY" > "$place/data/authority.crt"
cat >> "$place/data/postgresql.conf" <<END
ssl = on
ssl_ca_file = 'authority.crt'
fsync = off
listen_addresses = '127.0.0.1'
unix_socket_directories = '$place'
END
cat > "$place/data/pg_hba.conf" <<END
local all postgres trust
hostssl all clerk 127.0.0.1/32 cert
hostssl all reader 127.0.0.1/32 trust
END
chmod 711 "$place"
echo "$place"
exec "$2" -D "$place/data" -p "$3" >/dev/null 2>&1
"#;

/// An authority, and what it signs.
struct Authority(Issuer<'static, KeyPair>, String);

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self(Issuer::new(params, key), pem)
    }

    /// A certificate and its key, for a server of the names or for a client.
    fn signs(&self, common: &str, names: &[&str], purpose: ExtendedKeyUsagePurpose) -> (String, String) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name.push(DnType::CommonName, common);
        params.extended_key_usages = vec![purpose];
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem())
    }
}

/// A PostgreSQL of this test alone. It ends with it.
struct Server {
    child: Child,
    place: PathBuf,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.place);
    }
}

impl Server {
    fn start(authority: &Authority) -> Self {
        let (certificate, key) = authority.signs("server", &["localhost"], ExtendedKeyUsagePurpose::ServerAuth);
        let binaries = Binaries::find().unwrap();
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let mut command = Account::find().unwrap().command("sh");
        command.args(["-c", SERVER, "sh"]).arg(binaries.program("initdb")).arg(binaries.program("postgres"));
        command.arg(port.to_string()).stdout(Stdio::piped());
        command.env("SERVER_CERTIFICATE", certificate).env("SERVER_KEY", key).env("AUTHORITY", &authority.1);
        let mut child = command.spawn().unwrap();
        let mut place = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut place).unwrap();
        assert!(!place.trim().is_empty(), "the server was not made");
        Self { child, place: PathBuf::from(place.trim()), port }
    }

    /// A connection of its owner, by its socket, once it answers.
    async fn owner(&self) -> PgConnection {
        let options = PgConnectOptions::new().socket(&self.place).port(self.port).username("postgres");
        let options = options.database("postgres").disable_statement_logging();
        for _ in 0..600 {
            if let Ok(connection) = options.connect().await {
                return connection;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the server does not answer");
    }

    fn url(&self, user: &str, host: &str, options: &[(&str, &Path)]) -> String {
        let options: String = options.iter().map(|(name, file)| format!("&{name}={}", file.display())).collect();
        format!("postgresql://{user}@{host}:{}/postgres?sslmode=verify-full{options}", self.port)
    }
}

async fn refused(world: &World, request: &ImportRequest) -> String {
    match world.platform.import(&system(), request).await {
        Err(PlatformError::File(Refused::Database(why))) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_sources_database_is_read_over_tls_and_only_from_whom_we_think_it_is() {
    let world = World::new().await;
    let (ours, others) = (Authority::new("ours"), Authority::new("others"));
    let server = Server::start(&ours);
    let mut owner = server.owner().await;
    for statement in [
        "CREATE ROLE reader LOGIN",
        "CREATE ROLE clerk LOGIN",
        "CREATE SCHEMA kilde",
        "CREATE TABLE kilde.stay AS SELECT 'p' || n AS pid, date '2024-03-01' + n AS in_date, 'I50'::text AS code \
         FROM generate_series(1, 20) AS n",
        "GRANT USAGE ON SCHEMA kilde TO reader, clerk",
        "GRANT SELECT ON kilde.stay TO reader, clerk",
    ] {
        owner.execute(statement).await.unwrap();
    }
    owner.close().await.unwrap();
    let rows: String = (1..=20).map(|n| format!("p{n};2024-03-{:02};I50\n", n + 1)).collect();
    let file = world.file("stay.csv", &format!("pid;in_date;code\n{rows}"));
    let template = world.request(file, "stay", "pid", "local:h");
    let from = |url: &str| {
        let database = SourceDatabase::new(url, "kilde", None).unwrap();
        ImportRequest { from: Delivery::Database(Box::new(database)), ..template.clone() }
    };
    let (trusted, stranger) = (world.file("ours.pem", &ours.1), world.file("others.pem", &others.1));
    let nothing = world.folder.path().join("nothing.pem");
    let untrusted = "no encrypted connection to it can be trusted";

    let wrong = [
        (
            "an authority that did not sign it",
            server.url("reader", "localhost", &[("sslrootcert", stranger.as_path())]),
        ),
        ("no authority of ours", server.url("reader", "localhost", &[])),
        (
            "another name than its certificate's",
            server.url("reader", "127.0.0.1", &[("sslrootcert", trusted.as_path())]),
        ),
        ("a file that is not there", server.url("reader", "localhost", &[("sslrootcert", nothing.as_path())])),
    ];
    for (what, url) in &wrong[..3] {
        let why = refused(&world, &from(url)).await;
        assert!(why.contains(untrusted), "{what}: {why}");
    }
    let why = refused(&world, &from(&wrong[3].1)).await;
    assert!(why.contains("sslrootcert"), "{why}");
    let plain = server.url("reader", "localhost", &[]).replace("verify-full", "disable");
    assert!(refused(&world, &from(&plain)).await.contains("does not let us in"), "the server takes nobody unencrypted");
    assert!(world.releases().await.is_empty());

    let release =
        world.imported(&from(&server.url("reader", "localhost", &[("sslrootcert", trusted.as_path())]))).await;
    assert_eq!(release.rows, 20);

    // A server that asks for a certificate of ours.
    let (certificate, key) = ours.signs("clerk", &[], ExtendedKeyUsagePurpose::ClientAuth);
    let (certificate, key) = (world.file("clerk.pem", &certificate), world.file("clerk.key", &key));
    let without = server.url("clerk", "localhost", &[("sslrootcert", trusted.as_path())]);
    assert!(refused(&world, &from(&without)).await.contains("does not let us in"));
    let with = [("sslrootcert", trusted.as_path()), ("sslcert", certificate.as_path()), ("sslkey", key.as_path())];
    let again = world.platform.import(&system(), &from(&server.url("clerk", "localhost", &with))).await.unwrap();
    assert_eq!(again, varde_platform::Imported::Already(release.id), "the same rows");
    let half = server.url("clerk", "localhost", &with[..2]);
    assert!(refused(&world, &from(&half)).await.contains("sslcert and sslkey"));
}
