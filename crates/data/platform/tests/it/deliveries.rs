//! What a delivery is written as, and where it comes from: the same rows make the same release, and
//! whatever is wrong is named with what to do.

use std::{fs, path::PathBuf, sync::Arc};

use datafusion::{
    arrow::{
        array::{
            ArrayRef, Date32Array, Float64Array, Int64Array, ListArray, RecordBatch, StringArray, types::Int32Type,
        },
        compute::cast,
        datatypes::DataType,
        ipc::{
            CompressionType,
            writer::{FileWriter, IpcWriteOptions, StreamWriter},
        },
    },
    parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties},
};
use sqlx::Executor as _;
use varde_core::{Problem as _, ProblemKind};
use varde_platform::{
    Delivery, ImportRequest, Imported, PlatformError, ReleaseRecord, SourceDatabase,
    engine::{Exclusions, Release, Scan},
    import::Refused,
};

use crate::support::{World, system};

/// Forty stays; the twentieth person has two, and one weight is missing.
const ROWS: i64 = 40;

fn csv() -> String {
    let row = |n: i64| {
        let weight = if n == 7 { String::new() } else { format!("{}.5", 50 + n) };
        format!("p{};2024-03-{:02};I{:03};{weight};{}\n", n.min(39), n % 28 + 1, n, n * 3)
    };
    format!("pid;in_date;code;weight;days\n{}", (1..=ROWS).map(row).collect::<String>())
}

fn columns() -> RecordBatch {
    let persons = StringArray::from_iter_values((1..=ROWS).map(|n| format!("p{}", n.min(39))));
    let first = varde_platform::engine::release::day_number(jiff::civil::date(2024, 3, 1));
    let dates = Date32Array::from_iter_values((1..=ROWS).map(|n| first + i32::try_from(n % 28).unwrap()));
    let codes: ArrayRef = Arc::new(StringArray::from_iter_values((1..=ROWS).map(|n| format!("I{n:03}"))));
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let weights: Float64Array = (1..=ROWS).map(|n| (n != 7).then_some(50.5 + n as f64)).collect();
    let days = Int64Array::from_iter_values((1..=ROWS).map(|n| n * 3));
    RecordBatch::try_from_iter([
        ("pid", Arc::new(persons) as ArrayRef),
        ("in_date", Arc::new(dates)),
        ("code", cast(&codes, &dictionary).unwrap()),
        ("weight", Arc::new(weights)),
        ("days", Arc::new(days)),
    ])
    .unwrap()
}

fn parquet(world: &World, name: &str, batch: &RecordBatch, compression: Compression) -> PathBuf {
    let path = world.folder.path().join(name);
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut writer = ArrowWriter::try_new(fs::File::create(&path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    path
}

fn arrow_file(world: &World, compression: Option<CompressionType>) -> PathBuf {
    let path = world.folder.path().join("stay.arrow");
    let options = IpcWriteOptions::default().try_with_compression(compression).unwrap();
    let file = fs::File::create(&path).unwrap();
    let mut writer = FileWriter::try_new_with_options(file, &columns().schema(), options).unwrap();
    writer.write(&columns()).unwrap();
    writer.finish().unwrap();
    path
}

fn arrow_stream(world: &World) -> PathBuf {
    let path = world.folder.path().join("stay.arrows");
    let mut writer = StreamWriter::try_new(fs::File::create(&path).unwrap(), &columns().schema()).unwrap();
    writer.write(&columns()).unwrap();
    writer.finish().unwrap();
    path
}

fn request(world: &World) -> ImportRequest {
    world.request(world.file("stay.csv", &csv()), "stay", "pid", "local:h")
}

/// All rows of a release, as one text.
fn rows(world: &World, release: &ReleaseRecord) -> String {
    let path = world.folder.path().join(format!("platform/releases/{}.parquet", release.id));
    let release = Release::open(&path).unwrap();
    let everybody = Exclusions::default().for_dataset(&release.schema().dataset);
    let batches: Vec<RecordBatch> = Scan::new(&release, everybody).read().unwrap().map(Result::unwrap).collect();
    datafusion::arrow::util::pretty::pretty_format_batches(&batches).unwrap().to_string()
}

#[tokio::test]
async fn whatever_it_is_written_as_the_same_rows_are_taken_in() {
    let world = World::new().await;
    let text = request(&world);
    let first = world.imported(&text).await;
    let expected = rows(&world, &first);
    assert_eq!((first.rows, first.people, first.quality.unusable()), (40, 39, 0));
    let files = [
        parquet(&world, "plain.parquet", &columns(), Compression::UNCOMPRESSED),
        parquet(&world, "snappy.parquet", &columns(), Compression::SNAPPY),
        arrow_file(&world, None),
        arrow_stream(&world),
    ];
    for file in files {
        let shown = file.display().to_string();
        let release = world.imported(&ImportRequest { from: file.into(), ..text.clone() }).await;
        assert_eq!(rows(&world, &release), expected, "{shown}");
        assert_eq!(release.quality.columns, first.quality.columns, "{shown}");
    }
}

/// The error of a delivery that is refused; nothing has changed.
async fn refused(world: &World, request: &ImportRequest) -> Refused {
    let before = world.release_files();
    let error = world.platform.import(&system(), request).await.unwrap_err();
    assert_eq!(error.kind(), ProblemKind::Invalid, "{error}");
    assert_eq!(world.release_files(), before, "nothing is left of it");
    let incoming = fs::read_dir(world.folder.path().join("platform/incoming")).unwrap().count();
    assert_eq!(incoming, 0, "no copy of it is left");
    match error {
        PlatformError::File(refused) => refused,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_delivery_is_named_and_nothing_changes() {
    let world = World::new().await;
    let good = request(&world);
    let text = csv();
    let latin: Vec<u8> = [text.as_bytes(), b"p1;2024-01-02;\xe6;70.5;1\n".as_slice()].concat();
    let whole = fs::read(parquet(&world, "whole.parquet", &columns(), Compression::SNAPPY)).unwrap();
    let stream = fs::read(arrow_stream(&world)).unwrap();
    let missing = columns().project(&[0, 1, 2, 4]).unwrap();
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>((0..ROWS).map(|_| Some(vec![Some(1)])));
    let mut nested: Vec<(&str, ArrayRef)> =
        ["pid", "in_date", "code", "weight"].into_iter().zip(columns().columns().to_vec()).collect();
    nested.push(("days", Arc::new(list)));
    let nested = RecordBatch::try_from_iter(nested).unwrap();
    let column = |name: &str| vec![name.to_owned()];
    let cases: Vec<(&str, Vec<u8>, Refused)> = vec![
        ("empty", Vec::new(), Refused::Empty),
        ("a header alone", b"pid;in_date;code;weight;days\n".to_vec(), Refused::NoRows),
        ("Latin-1", latin, Refused::Encoding { line: 42 }),
        (
            "another separator in the heading",
            text.replacen("pid;in_date;code;weight;days", "pid:in_date:code:weight:days", 1).into_bytes(),
            Refused::MissingColumns {
                columns: ["pid", "in_date", "code", "weight", "days"].map(str::to_owned).to_vec(),
            },
        ),
        (
            "another separator from a line on",
            format!("{text}p1,2024-01-02,I1,70.5,1\n").into_bytes(),
            Refused::SeparatorChanges { line: 42, before: ';', after: ',' },
        ),
        (
            "a missing column",
            text.replace(";days\n", "\n").into_bytes(),
            Refused::MissingColumns { columns: column("days") },
        ),
        (
            "a column twice",
            text.replace(";days\n", ";weight\n").into_bytes(),
            Refused::TwiceTheColumn { column: "weight".to_owned() },
        ),
        ("Parquet that was cut off", whole[..whole.len() - 20].to_vec(), Refused::Damaged),
        ("four bytes of Parquet", b"PAR1".to_vec(), Refused::Damaged),
        ("an Arrow stream that was cut off", stream[..stream.len() - 300].to_vec(), Refused::DamagedAfter { row: 0 }),
        ("an Arrow file that is none", b"ARROW1\0\0 and nothing".to_vec(), Refused::Damaged),
        (
            "Parquet without a column",
            fs::read(parquet(&world, "missing.parquet", &missing, Compression::SNAPPY)).unwrap(),
            Refused::MissingColumns { columns: column("weight") },
        ),
        (
            "Parquet with lists",
            fs::read(parquet(&world, "nested.parquet", &nested, Compression::SNAPPY)).unwrap(),
            Refused::Nested { columns: column("days") },
        ),
    ];
    for (what, bytes, expected) in cases {
        let path = world.folder.path().join("delivery");
        fs::write(&path, bytes).unwrap();
        assert_eq!(refused(&world, &ImportRequest { from: path.into(), ..good.clone() }).await, expected, "{what}");
    }
    assert!(world.releases().await.is_empty());
    // What can be read is read: a byte order mark, another separator throughout, a column that nobody asked for.
    let fine =
        format!("\u{feff}{}", text.replace(';', "\t").replace("days\n", "days\textra\n").replace("\np", "\tx\np"));
    let fine = fine.replacen("extra\tx\n", "extra\n", 1);
    let path = world.folder.path().join("fine.tsv");
    fs::write(&path, format!("{}\tx\n", fine.trim_end())).unwrap();
    let release = world.imported(&ImportRequest { from: path.into(), ..good.clone() }).await;
    assert_eq!((release.rows, release.quality.unknown_headings), (40, vec!["extra".to_owned()]));
}

#[tokio::test]
async fn the_same_delivery_twice_at_once_is_one_release() {
    let world = World::new().await;
    let request = request(&world);
    let (actor, platform) = (system(), &world.platform);
    let (one, two) = tokio::join!(platform.import(&actor, &request), platform.import(&actor, &request));
    let id = |imported: Result<Imported, PlatformError>| match imported.unwrap() {
        Imported::New(record) => record.id,
        Imported::Already(id) => id,
    };
    let (one, two) = (id(one), id(two));
    assert_eq!(one, two);
    assert_eq!(world.releases().await, [one]);
    assert_eq!(world.release_files(), 2);
    // Read another way it is another release.
    let mut other = request.clone();
    let version = &mut other.dataset.variables[1].versions[0];
    version.required = !version.required;
    let again = world.imported(&other).await;
    assert_ne!(again.id, one);
}

/// The source's own database: a schema with the stays, as its register keeps them.
async fn source(world: &World) -> Delivery {
    let mut owner = world.database.owner().await;
    for statement in [
        "CREATE SCHEMA kilde",
        "CREATE TABLE kilde.\"Stay\" (\"PID\" text, \"In_Date\" date, code varchar(10), weight numeric(5,1), days int, \
         name text DEFAULT 'Kari; \"Nordmann\"')",
        "INSERT INTO kilde.\"Stay\" SELECT 'p' || least(n, 39), date '2024-03-01' + (n % 28), 'I' || lpad(n::text, 3, '0'), \
         CASE WHEN n = 7 THEN NULL ELSE 50.5 + n END, n * 3 FROM generate_series(1, 40) AS n",
        "CREATE VIEW kilde.endless AS SELECT 'p1'::text AS pid, current_date AS in_date, 'I1'::text AS code, \
         1.5 AS weight, 1 AS days FROM generate_series(1, 2000000000)",
        "CREATE TABLE kilde.half (pid text, code text)",
    ] {
        owner.execute(statement).await.unwrap();
    }
    Delivery::Database(Box::new(SourceDatabase::new(&world.database.url(), "kilde", None).unwrap()))
}

#[tokio::test]
async fn rows_come_straight_from_the_sources_own_database() {
    let world = World::new().await;
    let text = request(&world);
    let from = source(&world).await;
    let file = world.imported(&text).await;
    let database = ImportRequest { from, ..text.clone() };
    let release = world.imported(&database).await;
    assert_eq!(rows(&world, &release), rows(&world, &file));
    assert!(release.quality.unknown_headings.is_empty(), "what nobody asked for never left the source");
    assert_eq!(world.platform.import(&system(), &database).await.unwrap(), Imported::Already(release.id));

    // No such table, and one without the columns.
    let dataset = |name: &str| {
        let mut other = database.clone();
        other.dataset.path = format!("hospital/{name}").parse().unwrap();
        other
    };
    let none = Refused::NoSuchTable { schema: "kilde".to_owned(), table: "journey".to_owned(), found: 0 };
    assert_eq!(refused(&world, &dataset("journey")).await, none);
    let lacks = Refused::MissingColumns { columns: ["in_date", "weight", "days"].map(str::to_owned).to_vec() };
    assert_eq!(refused(&world, &dataset("half")).await, lacks);
    // The connection is lost while the rows are read: nothing changes, and the next try reads anew.
    let endless = dataset("endless");
    let cut = async {
        let mut owner = world.database.owner().await;
        loop {
            let cut: Option<bool> = sqlx::query_scalar(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = current_database() AND application_name = 'varde import' AND query LIKE 'COPY %'",
            )
            .fetch_optional(&mut owner)
            .await
            .unwrap();
            if cut == Some(true) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let (lost, ()) = tokio::join!(refused(&world, &endless), cut);
    assert_eq!(lost, Refused::ConnectionLost);
}
