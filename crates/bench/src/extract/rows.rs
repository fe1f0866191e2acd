//! Rows of the demo world as columns.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, StringArray};
use varde_demo::{Contact, Dispensing};
use varde_engine::release::day_number;

use super::world::Rows;

/// In the order of the contacts' schema.
pub(super) fn contacts(rows: impl Iterator<Item = Contact>) -> Rows {
    let rows: Vec<Contact> = rows.collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|r| r.episode as i64))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.contact_type.to_string()))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.urgency.to_string()))),
        Arc::new(Date32Array::from_iter_values(rows.iter().map(|r| day_number(r.in_date)))),
        Arc::new(Date32Array::from_iter_values(rows.iter().map(|r| day_number(r.out_date)))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.main_condition))),
        Arc::new(rows.iter().map(|r| r.other_conditions[0]).collect::<StringArray>()),
        Arc::new(rows.iter().map(|r| r.procedure).collect::<StringArray>()),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.institution.as_str().to_owned()))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.department.as_str().to_owned()))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|r| format!("{:04}", r.municipality)))),
    ];
    let (people, numbers) = rows.iter().map(|r| (r.index, r.number)).unzip();
    Rows { people, numbers, columns }
}

/// In the order of the dispensings' schema.
pub(super) fn dispensings(rows: impl Iterator<Item = Dispensing>) -> Rows {
    let rows: Vec<Dispensing> = rows.collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Date32Array::from_iter_values(rows.iter().map(|r| day_number(r.date)))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.atc))),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|r| i64::from(r.packages)))),
        Arc::new(Float64Array::from_iter_values(rows.iter().map(|r| f64::from(r.ddd_tenths) / 10.0))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.specialty))),
        Arc::new(rows.iter().map(|r| r.reimbursement).collect::<StringArray>()),
    ];
    let (people, numbers) = rows.iter().map(|r| (r.index, r.number)).unzip();
    Rows { people, numbers, columns }
}
