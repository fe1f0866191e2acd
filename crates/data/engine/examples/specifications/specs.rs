//! Permits and specifications: good ones, odd ones and hostile ones.

use jiff::{Timestamp, civil::Date, civil::date};
use varde_core::{
    ApplicationId, CataloguePath, DecisionId, Digest, ExtractId, LegalBasis, OrganisationId, Period, PermitId, Purpose,
    Randomness,
};
use varde_engine::Kind;
use varde_permit::{
    Aggregate, Area, Attribute, Codes, Cohort, Controls, Design, Events, ExtractSpec, Granularity, Handover, Index,
    Kinship, Measure, Permit, PermittedVariable, RuleSet, Sex, Which, Window,
};

use super::world::{CODES, COLUMNS, PLACES, uuid};

/// A permit. One in a few holds something that cannot be made.
pub(crate) fn permit(random: &Randomness) -> Permit {
    let id = |n: u32| uuid(9_000_000 + n);
    let design = design(random);
    let indexed = design.index.is_some() || random.once_in(15);
    let variables = variables(random, indexed);
    Permit {
        id: PermitId::from_uuid(id(1)),
        version: 1,
        predecessor: None,
        application: ApplicationId::from_uuid(id(2)),
        decision: DecisionId::from_uuid(id(3)),
        title: "Fuzz".to_owned(),
        decided_at: Timestamp::UNIX_EPOCH,
        valid: Period::since(date(2026, 1, 1)),
        access_body: OrganisationId::from_uuid(id(4)),
        holder: OrganisationId::from_uuid(id(5)),
        persons: Vec::new(),
        purpose: Purpose::Research,
        legal_bases: vec![LegalBasis::new("helseregisterloven", "§ 19 a")],
        rule_set: RuleSet::Norway,
        cohort: cohort(random, indexed, 3),
        design,
        variables,
        period: period(random),
        minimum_group: 1 + random.below(3) as u32,
        conditions: Vec::new(),
        handover: Handover::default(),
        large: None,
    }
}

/// A specification that no permit gave: as if somebody had written it into the database.
pub(crate) fn hostile(random: &Randomness, made: &ExtractSpec) -> ExtractSpec {
    let mut spec = made.clone();
    for _ in 0..=random.below(4) {
        match random.below(9) {
            0 => spec.cohort = cohort(random, true, 4),
            1 => spec.design = design(random),
            2 => spec.variables.extend(variables(random, true)),
            3 => spec.variables.push(PermittedVariable::rows(anywhere(random), granularity(random, Kind::Code))),
            4 => spec.period = period(random),
            5 => spec.minimum_group = random.below(100) as u32,
            6 => spec.releases.truncate(random.below(4)),
            7 => {
                let index = random.below(spec.variables.len().max(1));
                if let Some(variable) = spec.variables.get_mut(index) {
                    variable.measure = measure(random, &variable.variable, Kind::Integer, true);
                    variable.granularity = *random.pick(&[
                        Granularity::Band(0),
                        Granularity::Prefix(0),
                        Granularity::Rounded(u32::MAX),
                        Granularity::Shifted(u32::MAX),
                        Granularity::AsIs,
                        Granularity::Month,
                        Granularity::RelativeDays,
                    ]);
                }
            }
            _ => spec.variables.clear(),
        }
    }
    spec
}

/// The specification changed in one way that the permit does not allow.
pub(crate) fn beyond(random: &Randomness, made: &ExtractSpec) -> ExtractSpec {
    let mut spec = made.clone();
    let other = |path: &CataloguePath| {
        COLUMNS.iter().find_map(|(dataset, columns)| {
            let mut names = columns.iter().map(|(name, _)| self::path(&format!("{dataset}/{name}")));
            names.find(|name| name != path && !made.variables.iter().any(|permitted| permitted.variable == *name))
        })
    };
    match random.below(7) {
        0 => spec.cohort = Cohort::Any(vec![spec.cohort.clone(), Cohort::Everyone]),
        1 => {
            spec.design.relatives = if spec.design.relatives.is_empty() { [Kinship::Parents].into() } else { [].into() }
        }
        2 => spec.period.from = Date::constant(1900, 1, 1),
        3 => spec.minimum_group = spec.minimum_group.saturating_sub(1),
        4 => {
            let windowed = Measure { window: Some(Window { from: Some(-9999), until: None }), ..Measure::default() };
            spec.variables[0].measure = windowed;
        }
        5 => match other(&spec.variables[0].variable) {
            Some(path) => spec.variables.push(PermittedVariable::rows(path, Granularity::Prefix(1))),
            None => spec.period.until = None,
        },
        _ => {
            let at = random.below(spec.variables.len());
            let variable = &mut spec.variables[at];
            // What is permitted as rows may be asked for as a figure too.
            let also = made.variables.iter().filter(|v| v.variable == variable.variable).count() > 1;
            if also || variable.granularity == Granularity::AsIs {
                spec.period.until = None;
            } else {
                variable.granularity = Granularity::AsIs;
            }
        }
    }
    spec
}

/// The id of the extract.
pub(crate) fn extract() -> ExtractId {
    ExtractId::from_uuid(uuid(9_100_000))
}

/// The digest of the permit.
pub(crate) fn digest() -> Digest {
    Digest::of(b"permit")
}

fn period(random: &Randomness) -> Period {
    let from = *random.pick(&[date(2023, 6, 1), date(2024, 1, 1), date(2024, 6, 1)]);
    Period { from, until: Some(*random.pick(&[date(2024, 12, 31), date(2025, 3, 1), date(2024, 6, 30)])) }
}

fn anywhere(random: &Randomness) -> CataloguePath {
    let (dataset, columns) = *random.pick(&COLUMNS);
    let column = if random.once_in(6) { "nothing" } else { random.pick(columns).0 };
    let dataset = if random.once_in(12) { "gone/away" } else { dataset };
    path(&format!("{dataset}/{column}"))
}

fn path(text: &str) -> CataloguePath {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

fn code_column(random: &Randomness) -> CataloguePath {
    if random.once_in(25) {
        return anywhere(random);
    }
    let paths = ["npr/contact/condition", "lmr/dispensing/atc", "dar/death/cause", "npr/contact/municipality"];
    path(random.pick::<&str>(&paths))
}

fn codes(random: &Randomness) -> Codes {
    let prefixes = (0..1 + random.below(3)).map(|_| {
        let (code, shortest) = (*random.pick(&CODES), i64::from(!random.once_in(30)));
        code[..random.between(shortest, 3) as usize].to_owned()
    });
    Codes { prefixes: prefixes.collect(), variable: code_column(random) }
}

fn events(random: &Randomness) -> Events {
    Events {
        codes: codes(random),
        within: random.once_in(3).then(|| period(random)),
        at_least: if random.once_in(3) { random.below(4) as u32 } else { 1 },
        days_between: if random.once_in(3) { random.below(60) as u32 } else { 0 },
    }
}

fn attribute(random: &Randomness) -> Attribute {
    match random.below(4) {
        0 => Attribute::Age { from: random.below(80) as u32, until: 60 + random.below(30) as u32 },
        1 => Attribute::Sex(*random.pick(&[Sex::Female, Sex::Male])),
        2 => Attribute::Resident { areas: vec![random.pick(&PLACES)[..2].to_owned()] },
        _ => Attribute::Alive,
    }
}

fn cohort(random: &Randomness, indexed: bool, depth: usize) -> Cohort {
    let parts = |random: &Randomness| {
        let many = if random.once_in(40) { 0 } else { 1 + random.below(3) };
        (0..many).map(|_| cohort(random, indexed, depth - 1)).collect()
    };
    match random.below(if depth > 0 { 10 } else { 6 }) {
        0 | 1 => Cohort::Everyone,
        2 => {
            let Codes { variable, prefixes } = codes(random);
            Cohort::HasCode { variable, prefixes }
        }
        3 => Cohort::Events(events(random)),
        4 if indexed => Cohort::AtIndex(attribute(random)),
        4 | 5 => Cohort::Born { from: date(1950, 1, 1), until: date(1955, 1, 1) },
        6 => Cohort::All(parts(random)),
        7 => Cohort::Any(parts(random)),
        _ => Cohort::Not(Box::new(cohort(random, indexed, depth - 1))),
    }
}

fn design(random: &Randomness) -> Design {
    if random.once_in(3) {
        return Design::default();
    }
    let which = *random.pick(&[Which::First, Which::Last, Which::Reached]);
    let index = match random.below(8) {
        0 => None,
        1 => Some(Index::Day(date(2024, 5, 1))),
        _ => Some(Index::Event { events: events(random), which }),
    };
    let indexed = index.is_some() || random.once_in(20);
    Design {
        index_as: (indexed && random.once_in(3)).then(|| granularity(random, Kind::Date)),
        controls: (indexed && random.once_in(2)).then(|| Controls {
            per_case: if random.once_in(30) { 0 } else { 1 + random.below(4) as u32 },
            birth_years: random.below(6) as u32,
            same_sex: random.once_in(2),
            same_area: *random.pick(&[None, Some(Area::County), Some(Area::Municipality)]),
        }),
        relatives: [Kinship::Parents, Kinship::Children, Kinship::Siblings]
            .into_iter()
            .filter(|_| random.once_in(4))
            .collect(),
        index,
    }
}

fn granularity(random: &Randomness, kind: Kind) -> Granularity {
    let number = 1 + random.below(20) as u32;
    if random.once_in(25) {
        return Granularity::Band(random.below(2) as u32);
    }
    let fitting: &[Granularity] = match kind {
        Kind::Date | Kind::Moment => &[
            Granularity::AsIs,
            Granularity::Month,
            Granularity::Year,
            Granularity::RelativeDays,
            Granularity::Shifted(number),
        ],
        Kind::Integer | Kind::Decimal => &[Granularity::AsIs, Granularity::Band(number), Granularity::Rounded(number)],
        Kind::Code | Kind::Text => &[Granularity::AsIs, Granularity::Prefix(1 + number % 4)],
        Kind::Boolean => &[Granularity::AsIs],
    };
    *random.pick(fitting)
}

fn window(random: &Randomness) -> Window {
    let from = random.between(-400, 100) as i32;
    let long = if random.once_in(30) { -1 } else { random.below(400) as i32 };
    Window { from: (!random.once_in(4)).then_some(from), until: (!random.once_in(4)).then_some(from + long) }
}

fn measure(random: &Randomness, variable: &CataloguePath, kind: Kind, indexed: bool) -> Measure {
    let fitting: &[Aggregate] = match kind {
        Kind::Integer | Kind::Decimal => &Aggregate::ALL,
        _ => &[Aggregate::Count, Aggregate::Any, Aggregate::Distinct, Aggregate::First, Aggregate::Last],
    };
    let mut having = random.once_in(3).then(|| codes(random));
    if let Some(codes) = &mut having
        && !random.once_in(20)
        && let Some(name) = ["condition", "atc", "cause", "county"].iter().find(|name| {
            COLUMNS.iter().any(|(dataset, columns)| {
                variable.parent().is_some_and(|parent| parent.as_str() == *dataset)
                    && columns.iter().any(|(column, _)| column == *name)
            })
        })
        && let Some(path) = variable.parent().and_then(|parent| parent.join(name).ok())
    {
        codes.variable = path;
    }
    Measure {
        window: (indexed && random.once_in(2)).then(|| window(random)),
        having,
        aggregate: Some(*random.pick(fitting)),
        name: random.once_in(3).then(|| format!("figure_{}", random.below(1_000))),
    }
}

fn variables(random: &Randomness, indexed: bool) -> Vec<PermittedVariable> {
    let mut variables = Vec::new();
    for (dataset, columns) in COLUMNS {
        if random.once_in(2) {
            continue;
        }
        // The rows of a dataset have one window and one condition.
        let rows = Measure { window: (indexed && random.once_in(4)).then(|| window(random)), ..Measure::default() };
        for (name, kind) in columns {
            let variable = path(&format!("{dataset}/{name}"));
            if random.once_in(2) {
                let granularity = granularity(random, *kind);
                let measure = if random.once_in(40) { measure(random, &variable, *kind, true) } else { rows.clone() };
                variables.push(PermittedVariable { variable: variable.clone(), granularity, measure });
            }
            if random.once_in(4) {
                let measure = measure(random, &variable, *kind, indexed);
                variables.push(PermittedVariable { variable, granularity: granularity(random, *kind), measure });
            }
        }
    }
    if variables.is_empty() || random.once_in(60) {
        variables.push(PermittedVariable::rows(anywhere(random), granularity(random, Kind::Code)));
    }
    variables
}
