//! Files are put, read and deleted: in a folder, and in an object store of others' make.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot go on ends the test")]

use std::{
    fs,
    ops::Range,
    path::{Path, PathBuf},
};

use tempfile::TempDir;
use varde_objects::{
    Objects, ObjectsError, Place,
    testing::{Server, answering, gone},
};

/// More than fits into one request, and no multiple of anything.
const LARGE: usize = (40 << 20) + 12_345;

fn bytes(many: usize) -> Vec<u8> {
    (0_u32..).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).take(many).collect()
}

fn file(folder: &TempDir, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join("file");
    fs::write(&path, bytes).unwrap();
    path
}

fn one(objects: &Objects, name: &str, range: Range<u64>) -> Result<Vec<u8>, ObjectsError> {
    objects.ranges(name, std::slice::from_ref(&range)).map(|read| read[0].to_vec())
}

/// Everything that a place is used for.
fn is_a_place(place: &Place) {
    let objects = Objects::open(place).unwrap();
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(objects.list("releases").unwrap(), []);
    for (name, many) in [("releases/a/1.parquet", LARGE), ("releases/b/2.parquet", 100_000), ("deliveries/a/3", 0)] {
        let content = bytes(many);
        let path = file(&folder, &content);
        objects.put(name, &path).unwrap();
        let refused = objects.put(name, &file(&folder, b"others")).unwrap_err();
        assert!(matches!(&refused, ObjectsError::Exists(what) if what == name), "{refused}");
        assert_eq!(objects.length(name).unwrap(), many as u64);
        let to = folder.path().join("fetched");
        assert_eq!(objects.fetch(name, &to).unwrap(), many as u64);
        assert!(fs::read(&to).unwrap() == content, "the same bytes");
    }
    let content = bytes(LARGE);
    let end = LARGE as u64;
    let ranges = [end - 7..end, 0..4, 20_000_000..20_400_000, 4..5, 100..100];
    let read = objects.ranges("releases/a/1.parquet", &ranges[..4]).unwrap();
    for (range, read) in ranges.iter().zip(read) {
        assert!(read[..] == content[range.start as usize..range.end as usize], "{range:?}");
    }
    let short = one(&objects, "releases/a/1.parquet", end - 1..end + 1).unwrap_err();
    assert!(matches!(short, ObjectsError::Short(_)), "{short}");
    let missing = one(&objects, "releases/c", 0..1).unwrap_err();
    assert!(matches!(missing, ObjectsError::Missing(_)), "{missing}");
    assert!(matches!(objects.fetch("releases/c", &folder.path().join("x")), Err(ObjectsError::Missing(_))));
    assert!(!folder.path().join("x").exists());

    assert!(matches!(objects.length("releases/c"), Err(ObjectsError::Missing(_))));
    let listed = objects.list("releases").unwrap();
    let names: Vec<(&str, u64)> = listed.iter().map(|one| (one.name.as_str(), one.bytes)).collect();
    assert_eq!(names, [("releases/a/1.parquet", end), ("releases/b/2.parquet", 100_000)]);
    assert!(listed.iter().all(|one| one.put_at > 1_700_000_000), "by the store's clock");
    assert_eq!(objects.delete_below("releases/a").unwrap(), 1);
    objects.delete(&["releases/a/1.parquet".to_owned(), "releases/b/2.parquet".to_owned()]).unwrap();
    assert_eq!(objects.list("releases").unwrap(), []);
    assert_eq!(objects.list("deliveries").unwrap().len(), 1, "the rest is there");
    assert!(matches!(objects.put("a//b", &file(&folder, b"")), Err(ObjectsError::Name(_))));
    assert!(matches!(objects.put("../b", &file(&folder, b"")), Err(ObjectsError::Name(_))));
    let no_file = objects.put("releases/d", Path::new("/nowhere/at/all")).unwrap_err();
    assert!(no_file.to_string().contains("/nowhere/at/all"), "{no_file}");
    let tried = objects.try_out("tried/1").unwrap();
    assert!(!tried.keeps_versions && objects.list("tried").unwrap().is_empty());
}

#[test]
fn a_folder_is_a_place() {
    let folder = tempfile::tempdir().unwrap();
    is_a_place(&Place::Folder(folder.path().join("not/there/yet")));
}

#[test]
fn a_bucket_is_a_place_with_and_without_a_prefix() {
    let server = Server::start();
    is_a_place(&server.place(""));
    is_a_place(&server.place("health/varde"));
    let below = Objects::open(&server.place("health/varde")).unwrap();
    assert_eq!(below.to_string(), "s3://varde/health/varde");
    let whole = Objects::open(&server.place("")).unwrap();
    assert_eq!(whole.list("health").unwrap()[0].name, "health/varde/deliveries/a/3");
}

#[test]
fn an_upload_that_breaks_down_leaves_nothing_to_be_seen_and_can_be_done_again() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    let path = file(&folder, &bytes(LARGE));
    let broken = Objects::open(&server.breaking("", 20 << 20)).unwrap();
    let error = broken.put("releases/a", &path).unwrap_err();
    assert!(matches!(&error, ObjectsError::Away { .. }) && error.may_pass(), "{error}");
    let whole = Objects::open(&server.place("")).unwrap();
    assert_eq!(whole.list("releases").unwrap(), [], "nothing half is visible");
    whole.put("releases/a", &path).unwrap();
    assert_eq!(whole.list("releases").unwrap()[0].bytes, LARGE as u64);
}

#[test]
fn two_who_put_the_same_name_at_once_leave_one_whole_file() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let content = bytes(100_000);
    let path = file(&folder, &content);
    let objects = Objects::open(&server.place("")).unwrap();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let puts: Vec<_> = (0..4).map(|_| scope.spawn(|| objects.put("releases/a", &path))).collect();
        puts.into_iter().map(|put| put.join().unwrap()).collect()
    });
    assert!(outcomes.iter().any(Result::is_ok));
    assert!(outcomes.iter().all(|one| matches!(one, Ok(()) | Err(ObjectsError::Exists(_)))), "{outcomes:?}");
    assert!(one(&objects, "releases/a", 0..100_000).unwrap()[..] == content[..]);
}

#[test]
fn what_is_wrong_is_said_in_plain_words_and_without_credentials() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, b"content");
    let said = |place: &Place| {
        let objects = Objects::open(place).unwrap();
        let told: Vec<ObjectsError> = [
            objects.put("a/b", &path).unwrap_err(),
            one(&objects, "a/b", 0..1).unwrap_err(),
            objects.list("a").unwrap_err(),
            objects.try_out("a/b").unwrap_err(),
        ]
        .into();
        for error in &told {
            let text = format!("{error} {error:?} {objects:?} {place:?}");
            assert!(!text.contains("AKIDTESTS") && !text.contains("hemmelig-nok"), "{text}");
            assert!(error.may_pass(), "an operator mends it, and what waits goes on: {error}");
        }
        told
    };
    for error in said(&server.nowhere()) {
        assert!(matches!(error, ObjectsError::NoBucket(_)), "{error}");
    }
    for error in said(&answering("403 Forbidden", "<Error><Code>SignatureDoesNotMatch</Code></Error>")) {
        assert!(matches!(error, ObjectsError::Refused(_)), "{error}");
    }
    for error in said(&gone()) {
        assert!(matches!(error, ObjectsError::Away { .. }), "{error}");
    }
    let page = "<p>AKIDTESTS signed this with hemmelig-nok</p>";
    for error in said(&answering("500 Internal Server Error", page)) {
        assert!(matches!(error, ObjectsError::Away { .. }), "{error}");
    }
}

#[test]
fn a_bucket_that_keeps_versions_is_told() {
    let server = Server::start();
    assert!(Objects::open(&server.versioned()).unwrap().try_out("tried/1").unwrap().keeps_versions);
}

#[test]
fn an_address_is_a_folder_or_a_bucket_and_plain_http_is_for_this_machine_only() {
    use varde_objects::{Address, Credentials, S3};
    let read = |text: &str| text.parse::<Address>();
    assert_eq!(read("file:///srv/varde").unwrap(), Address::Folder("/srv/varde".into()));
    assert_eq!(read("s3://health/no/varde").unwrap(), Address::Bucket("health".to_owned(), "no/varde".to_owned()));
    assert_eq!(read("s3://health").unwrap(), Address::Bucket("health".to_owned(), String::new()));
    for wrong in
        ["", "varde", "/srv/varde", "https://s3.example/varde", "s3://", "s3://key:secret@bucket/x", "s3://b?x"]
    {
        let error = read(wrong).unwrap_err().to_string();
        assert!(error.contains("s3://bucket/prefix"), "{wrong}: {error}");
    }
    let credentials: Credentials = "AKID\n hemmelig \n".parse().unwrap();
    assert_eq!((credentials.id.as_str(), credentials.secret.as_str()), ("AKID", "hemmelig"));
    "AKID".parse::<Credentials>().unwrap_err();
    let s3 = |endpoint: &str| S3 {
        bucket: "b".to_owned(),
        prefix: String::new(),
        endpoint: endpoint.parse().ok(),
        region: "r".to_owned(),
        path_style: true,
        authority: None,
        credentials: credentials.clone(),
    };
    for good in ["https://s3.example", "http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"] {
        assert_eq!(s3(good).fault(), None, "{good}");
    }
    for bad in ["http://s3.example", "http://10.0.0.1:9000", "ftp://s3.example"] {
        assert!(s3(bad).fault().is_some_and(|fault| fault.contains("https")), "{bad}");
        assert!(Objects::open(&Place::S3(Box::new(s3(bad)))).is_err(), "{bad}");
    }
}
