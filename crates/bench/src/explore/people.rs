//! What base data say of everybody, in a file: a service has it in memory.

use std::{fs::File, path::PathBuf, sync::Arc};

use anyhow::{Context as _, Result};
use datafusion::{
    arrow::{
        array::{Array as _, AsArray as _, Date32Array, RecordBatch, StringArray, UInt32Array},
        datatypes::{DataType, Date32Type, Field, Schema},
    },
    parquet::arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder},
};
use varde_demo::{Gender, Person, World};
use varde_engine::release::{day, day_number};
use varde_tables::People;

use crate::extract::{job::SEED, world::Place};

/// People that are written at a time.
const BLOCK: usize = 65_536;

fn file(place: &Place) -> PathBuf {
    place.folder().join("people.parquet")
}

/// Writes the file unless it is there.
pub(super) fn prepare(place: &Place, people: u32) -> Result<()> {
    let (path, making) = (file(place), place.folder().join("people.parquet.part"));
    if path.exists() {
        return Ok(());
    }
    let world = World::new(SEED, people)?;
    let field = |name: &str, kind: DataType, may_lack| Field::new(name, kind, may_lack);
    let schema = Arc::new(Schema::new(vec![
        field("person_index", DataType::UInt32, false),
        field("born", DataType::Date32, false),
        field("sex", DataType::Utf8, false),
        field("county", DataType::Utf8, true),
    ]));
    let mut writer = ArrowWriter::try_new(File::create(&making)?, Arc::clone(&schema), None)?;
    let mut block: Vec<Person> = Vec::with_capacity(BLOCK);
    for person in world.persons() {
        block.push(person);
        if block.len() == BLOCK {
            writer.write(&batch(&schema, &std::mem::take(&mut block))?)?;
        }
    }
    writer.write(&batch(&schema, &block)?)?;
    writer.close()?;
    Ok(std::fs::rename(making, path)?)
}

fn batch(schema: &Arc<Schema>, people: &[Person]) -> Result<RecordBatch> {
    let sex = |person: &Person| match person.gender {
        Gender::Female => "female",
        Gender::Male => "male",
    };
    let county = |person: &Person| person.residences.last().map(|home| format!("{:02}", home.value / 100));
    Ok(RecordBatch::try_new(
        Arc::clone(schema),
        vec![
            Arc::new(UInt32Array::from_iter_values(people.iter().map(|person| person.index))),
            Arc::new(Date32Array::from_iter_values(people.iter().map(|person| day_number(person.birth_date)))),
            Arc::new(StringArray::from_iter_values(people.iter().map(sex))),
            Arc::new(people.iter().map(county).collect::<StringArray>()),
        ],
    )?)
}

/// Reads the file: people stand in the order of their index.
pub(super) fn read(place: &Place) -> Result<People> {
    let path = file(place);
    let open = File::open(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut people = People::default();
    for batch in ParquetRecordBatchReaderBuilder::try_new(open)?.build()? {
        let batch = batch?;
        let (sex, county) = (batch.column(2).as_string::<i32>(), batch.column(3).as_string::<i32>());
        people.born.extend(batch.column(1).as_primitive::<Date32Type>().values().iter().map(|born| day(*born)));
        people.sex.extend(sex.iter().map(|sex| if sex == Some("female") { Some("female") } else { Some("male") }));
        people.county.extend((0..county.len()).map(|at| county.is_valid(at).then(|| county.value(at).to_owned())));
    }
    Ok(people)
}
