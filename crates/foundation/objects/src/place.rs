//! Where a store is, and with which credentials it is used.

use std::{fmt, fs, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

use object_store::{
    BackoffConfig, Certificate, ClientOptions, ObjectStore, RetryConfig, aws::AmazonS3Builder, local::LocalFileSystem,
    path::Path as Name, prefix::PrefixStore,
};
use url::{Host, Url};

use crate::ObjectsError;

/// How long a request is tried again before it is told that the store is away.
const PATIENCE: Duration = Duration::from_secs(30);

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder.
    Folder(PathBuf),
    /// A bucket of an object store.
    S3(Box<S3>),
}

/// A bucket of an object store that speaks S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct S3 {
    /// Its name.
    pub bucket: String,
    /// What every name begins with; empty for nothing.
    pub prefix: String,
    /// The store's address; that of AWS in the region when it is not given.
    pub endpoint: Option<Url>,
    /// The region that requests are signed for.
    pub region: String,
    /// Whether the bucket is part of the path (`https://host/bucket/…`) and not of the host.
    pub path_style: bool,
    /// Certificates (PEM) to trust beside those of this machine.
    pub authority: Option<String>,
    /// With what requests are signed.
    pub credentials: Credentials,
}

/// With what requests are signed. It does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The key's id.
    pub id: String,
    /// The key.
    pub secret: String,
    /// The token that comes with a key for some time.
    pub token: Option<String>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

impl FromStr for Credentials {
    type Err = ObjectsError;

    /// Two lines: the key's id and the key; a third one is the token.
    fn from_str(text: &str) -> Result<Self, ObjectsError> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
        match (lines.next(), lines.next(), lines.next(), lines.next()) {
            (Some(id), Some(secret), token, None) => Ok(Self { id, secret, token }),
            _ => Err(ObjectsError::Settings(
                "credentials are two lines, the key's id and the key, and a third one where a token comes with them"
                    .to_owned(),
            )),
        }
    }
}

/// A store's address as the configuration has it: `file:///folder` or `s3://bucket/prefix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A folder.
    Folder(PathBuf),
    /// A bucket and a prefix, which may be empty.
    Bucket(String, String),
}

impl FromStr for Address {
    type Err = ObjectsError;

    fn from_str(text: &str) -> Result<Self, ObjectsError> {
        let wrong = || {
            let says = format!("{text:?} is no store: write s3://bucket/prefix or file:///folder");
            ObjectsError::Settings(says)
        };
        let url = Url::parse(text).map_err(|_| wrong())?;
        let plain =
            url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.port().is_none();
        let (Some(scheme @ ("s3" | "file")), true) = (Some(url.scheme()), plain && url.password().is_none()) else {
            return Err(wrong());
        };
        if scheme == "file" {
            return url.to_file_path().map(Self::Folder).map_err(|()| wrong());
        }
        let bucket = url.host_str().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        let prefix = Name::from_url_path(url.path()).map_err(|_| wrong())?;
        Ok(Self::Bucket(bucket.to_owned(), prefix.to_string()))
    }
}

impl S3 {
    /// What cannot be, with the way on: plain http is for the machine itself only.
    pub fn fault(&self) -> Option<String> {
        let endpoint = self.endpoint.as_ref()?;
        match endpoint.scheme() {
            "https" => None,
            "http" if is_loopback(endpoint) => None,
            "http" => Some(format!("{endpoint} would send health data for everybody to read: use https")),
            _ => Some(format!("{endpoint} is no address of an object store: it begins with https://")),
        }
    }

    fn store(&self) -> Result<Arc<dyn ObjectStore>, ObjectsError> {
        if let Some(fault) = self.fault() {
            return Err(ObjectsError::Settings(fault));
        }
        let wrong = |what: &str| ObjectsError::Settings(format!("{what} cannot be used for an object store"));
        let mut client = ClientOptions::new()
            .with_allow_http(self.endpoint.as_ref().is_some_and(is_loopback))
            .with_connect_timeout(Duration::from_secs(5))
            .with_timeout(Duration::from_secs(300));
        if let Some(pem) = &self.authority {
            let all = Certificate::from_pem_bundle(pem.as_bytes()).map_err(|_| wrong("the file of certificates"))?;
            client = all.into_iter().fold(client, ClientOptions::with_root_certificate);
        }
        let Credentials { id, secret, token } = &self.credentials;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&self.bucket)
            .with_region(&self.region)
            .with_access_key_id(id)
            .with_secret_access_key(secret)
            .with_virtual_hosted_style_request(!self.path_style)
            .with_client_options(client)
            .with_retry(RetryConfig { backoff: BackoffConfig::default(), max_retries: 3, retry_timeout: PATIENCE });
        if let Some(token) = token {
            builder = builder.with_token(token);
        }
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint.as_str().trim_end_matches('/'));
        }
        let store = builder.build().map_err(|_| wrong("the bucket's name, region or address"))?;
        Ok(match self.prefix.is_empty() {
            true => Arc::new(store),
            false => Arc::new(PrefixStore::new(store, self.prefix.as_str())),
        })
    }
}

fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// A store, what it is called, and what may not be told of it.
type Opened = (Arc<dyn ObjectStore>, String, Vec<String>);

impl Place {
    pub(crate) fn store(&self) -> Result<Opened, ObjectsError> {
        match self {
            Self::Folder(folder) => {
                let disk = |source| ObjectsError::File { path: folder.clone(), source };
                fs::create_dir_all(folder).map_err(disk)?;
                let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true).with_automatic_cleanup(true);
                Ok((Arc::new(store), folder.display().to_string(), Vec::new()))
            }
            Self::S3(s3) => {
                let Credentials { id, secret, token } = s3.credentials.clone();
                let described = match s3.prefix.as_str() {
                    "" => format!("s3://{}", s3.bucket),
                    prefix => format!("s3://{}/{prefix}", s3.bucket),
                };
                Ok((s3.store()?, described, [id, secret].into_iter().chain(token).collect()))
            }
        }
    }
}
