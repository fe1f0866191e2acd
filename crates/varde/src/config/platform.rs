//! `[platform]`: releases and extracts, and where they are kept.

use std::{env, fs, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use url::Url;
use varde_objects::{Address, Credentials, Objects, Place, S3};

/// Releases and extracts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PlatformSettings {
    /// From how many people on an extract waits for the access body to look at it once more before it is made.
    pub large_extract_people: u64,
    /// Where releases and deliveries are kept: `s3://bucket/prefix` or `file:///folder`; in the data
    /// directory when it is not given.
    pub store: Option<String>,
    /// How an object store is spoken to.
    pub s3: S3Settings,
}

impl Default for PlatformSettings {
    fn default() -> Self {
        let large_extract_people = varde_platform::LargeExtract::default().people;
        Self { large_extract_people, store: None, s3: S3Settings::default() }
    }
}

/// `[platform.s3]`: how an object store is spoken to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct S3Settings {
    /// Its address; that of AWS in the region when it is not given.
    pub endpoint: Option<Url>,
    /// The region that requests are signed for; most stores of one's own take any.
    pub region: String,
    /// Whether the bucket is part of the path and not of the host's name, as most stores of one's own want it.
    pub path_style: bool,
    /// A file with the key's id and the key, a line each, and nothing else. Without one they are taken from
    /// the environment: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for a time, `AWS_SESSION_TOKEN`.
    pub credentials_file: Option<PathBuf>,
    /// A file with certificates (PEM) to trust beside those of this machine.
    pub authority_file: Option<PathBuf>,
}

impl Default for S3Settings {
    fn default() -> Self {
        let region = "us-east-1".to_owned();
        Self { endpoint: None, region, path_style: false, credentials_file: None, authority_file: None }
    }
}

impl PlatformSettings {
    /// What cannot be, with its way on; credentials are not looked at.
    pub(super) fn fault(&self) -> Option<String> {
        let Some(text) = &self.store else { return None };
        match text.parse::<Address>() {
            Err(error) => Some(format!("platform.store: {error}")),
            Ok(Address::Folder(_)) => None,
            Ok(Address::Bucket(bucket, prefix)) => {
                let nobody = Credentials { id: String::new(), secret: String::new(), token: None };
                self.s3(bucket, prefix, nobody, None).fault().map(|fault| format!("platform.s3.endpoint: {fault}"))
            }
        }
    }

    /// The store, when there is one beside the data directory. Nothing is asked of it yet.
    ///
    /// # Errors
    /// When a file with credentials or certificates cannot be read, or the settings make no store.
    pub fn objects(&self) -> Result<Option<Objects>> {
        let Some(text) = &self.store else { return Ok(None) };
        let place = match text.parse().context("platform.store")? {
            Address::Folder(folder) => Place::Folder(folder),
            Address::Bucket(bucket, prefix) => {
                let authority = self.s3.authority_file.as_ref().map(|file| {
                    fs::read_to_string(file)
                        .with_context(|| format!("platform.s3.authority_file {} cannot be read", file.display()))
                });
                Place::S3(Box::new(self.s3(bucket, prefix, self.s3.credentials()?, authority.transpose()?)))
            }
        };
        Ok(Some(Objects::open(&place).context("platform.store")?))
    }

    fn s3(&self, bucket: String, prefix: String, credentials: Credentials, authority: Option<String>) -> S3 {
        let S3Settings { endpoint, region, path_style, .. } = self.s3.clone();
        S3 { bucket, prefix, endpoint, region, path_style, authority, credentials }
    }
}

impl S3Settings {
    fn credentials(&self) -> Result<Credentials> {
        if let Some(file) = &self.credentials_file {
            let text = fs::read_to_string(file)
                .with_context(|| format!("platform.s3.credentials_file {} cannot be read", file.display()))?;
            return text.parse().with_context(|| format!("platform.s3.credentials_file {}", file.display()));
        }
        let given = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let (Some(id), Some(secret)) = (given("AWS_ACCESS_KEY_ID"), given("AWS_SECRET_ACCESS_KEY")) else {
            bail!(
                "platform.store needs credentials: name a file in platform.s3.credentials_file, or set \
                 AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            );
        };
        Ok(Credentials { id, secret, token: given("AWS_SESSION_TOKEN") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> PlatformSettings {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn without_a_store_everything_lies_in_the_data_directory() {
        assert!(read("").objects().unwrap().is_none());
        assert_eq!(read("large_extract_people = 9").large_extract_people, 9);
    }

    #[test]
    fn a_folder_and_a_bucket_are_stores() {
        let folder = tempfile::tempdir().unwrap();
        let text = format!("store = \"file://{}\"", folder.path().join("kept").display());
        assert!(read(&text).objects().unwrap().is_some() && folder.path().join("kept").is_dir());

        let file = folder.path().join("key");
        fs::write(&file, "AKID\nhemmelig\n").unwrap();
        let bucket = format!(
            "store = \"s3://health/varde\"\n[s3]\nendpoint = \"https://s3.example\"\npath_style = true\n\
             credentials_file = {file:?}"
        );
        let settings = read(&bucket);
        assert_eq!(settings.fault(), None);
        let objects = settings.objects().unwrap().unwrap();
        assert_eq!(objects.to_string(), "s3://health/varde");
        assert!(!format!("{objects:?} {settings:?}").contains("hemmelig"));
        fs::write(&file, "AKID").unwrap();
        let error = format!("{:#}", read(&bucket).objects().unwrap_err());
        assert!(error.contains("credentials_file") && error.contains("two lines"), "{error}");
        fs::remove_file(&file).unwrap();
        assert!(format!("{:#}", read(&bucket).objects().unwrap_err()).contains("credentials_file"));
    }

    #[test]
    fn what_cannot_be_is_named() {
        for (text, named) in [
            ("store = \"/srv/varde\"", "platform.store"),
            ("store = \"s3://b\"\n[s3]\nendpoint = \"http://s3.example\"", "platform.s3.endpoint"),
        ] {
            let fault = read(text).fault().unwrap_or_default();
            assert!(fault.contains(named), "{named}: {fault}");
        }
        toml::from_str::<PlatformSettings>("[s3]\nsecret = \"x\"").unwrap_err();
    }
}
