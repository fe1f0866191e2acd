//! A hundred thousand people: right, and quick enough to say so.

use std::time::Instant;

use varde_basedata::Namespace;

use crate::support::{World, crowd, demo};

#[tokio::test]
async fn a_hundred_thousand_are_taken_in_and_found() {
    const PEOPLE: usize = 100_000;
    let world = World::new().await;
    let records = crowd(PEOPLE);
    assert_eq!(records.len(), PEOPLE);
    let service = &world.service;

    let started = Instant::now();
    let mut imported = Vec::new();
    for batch in records.chunks(20_000) {
        imported.extend(service.import_persons(&demo(), "crowd", batch).await.unwrap());
    }
    println!("import of {PEOPLE} people: {:.2?}", started.elapsed());
    assert!(imported.iter().zip(0u32..).all(|(i, index)| i.new && i.index == index));

    let mut values: Vec<&str> = records.iter().map(|r| r.numbers[0].value.digits_for_storage()).collect();
    values.reverse();
    let started = Instant::now();
    let found = service.resolve_batch(&demo(), &Namespace::National, &values).await.unwrap();
    println!("resolution of {PEOPLE} numbers: {:.2?}", started.elapsed());
    let persons: Vec<_> = found.iter().map(|f| f.map(|f| f.person)).collect();
    let expected: Vec<_> = imported.iter().rev().map(|i| Some(i.person)).collect();
    assert!(persons == expected);

    let started = Instant::now();
    let attributes = service.attributes(&demo(), service.now()).await.unwrap();
    println!("attributes of {PEOPLE} people: {:.2?}", started.elapsed());
    assert!(attributes.birth_date.iter().zip(&records).all(|(got, record)| *got == record.birth_date));
    let oslo = attributes.select(|a, i| a.municipality[i].is_some_and(|m| m.number() == 301));
    assert_eq!(oslo.len(), 100_000);

    let indices: Vec<u32> = (0..100_001).rev().collect();
    let started = Instant::now();
    let back = service.persons_of(&demo(), &indices).await.unwrap();
    println!("persons of {PEOPLE} indices: {:.2?}", started.elapsed());
    assert_eq!(back[0], None);
    assert!(back[1..] == persons[..]);

    let started = Instant::now();
    let again = service.import_persons(&demo(), "crowd", &records).await.unwrap();
    println!("the same {PEOPLE} people again: {:.2?}", started.elapsed());
    assert!(again.iter().zip(&imported).all(|(a, b)| a.person == b.person && !a.new && !a.changed));
    assert_eq!(service.population(&demo()).await.unwrap(), 100_000);
    assert_eq!(world.entries("basedata.index.resolved").await.len(), 1);
}
