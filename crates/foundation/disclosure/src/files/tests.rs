use super::*;

fn rules_found(name: &str, text: &str, rules: &Rules) -> Vec<(Rule, Option<u64>)> {
    examine(name, text.as_bytes(), rules).into_iter().map(|f| (f.rule, f.row)).collect()
}

#[test]
fn small_counts_are_found_where_they_are() {
    let table = "county;n;share\n03;120;0.5\n11;4;0.1\n15;0;0\n18;;\n";
    assert_eq!(rules_found("t.csv", table, &Rules::default()), [(Rule::SmallCount, Some(3))]);
    let strict = Rules { minimum: 150, ..Rules::default() };
    assert_eq!(rules_found("t.csv", table, &strict).len(), 2);
    // A permit cannot set the limit below five.
    let lax = Rules { minimum: 1, ..Rules::default() };
    assert_eq!(rules_found("t.csv", table, &lax).len(), 1);
}

#[test]
fn dominated_sums_are_found() {
    let table = "sector,sum,largest,second\na,100,50,45\nb,100,30,20\nc,100,85,10\n";
    let found = rules_found("t.csv", table, &Rules::default());
    assert_eq!(
        found,
        [(Rule::Dominance, Some(2)), (Rule::Dominance, Some(4)), (Rule::PPercent, Some(4)), (Rule::Extremes, None)]
    );
}

#[test]
fn rows_about_people_do_not_pass_unseen() {
    let pseudonym = "0123456789abcdef0123456789abcdef";
    let table = format!("x,y\n{pseudonym},1\n");
    assert!(rules_found("t.csv", &table, &Rules::default()).contains(&(Rule::Pseudonyms, None)));
    assert!(
        rules_found("notes.md", &format!("see {pseudonym}"), &Rules::default()).contains(&(Rule::Pseudonyms, Some(1)))
    );
    assert_eq!(rules_found("notes.txt", "a 01017012345 b", &Rules::default()), [(Rule::NationalNumber, Some(1))]);
    let rows: String = (0..95).map(|n| format!("{n},{}\n", n * 7)).collect();
    let rules = Rules { people: 100, ..Rules::default() };
    assert_eq!(rules_found("t.csv", &format!("age,weight\n{rows}"), &rules), [(Rule::RowPerPerson, None)]);
}

#[test]
fn only_files_that_can_be_checked_leave() {
    for name in ["rows.parquet", "model.pkl", "all.zip", "x.rds", "plot.svg", "t.json", "p.html", "x"] {
        assert_eq!(rules_found(name, "x", &Rules::default()), [(Rule::FileKind, None)], "{name}");
    }
    assert_eq!(rules_found("t.csv", "PAR1\0", &Rules::default()), [(Rule::WrongContent, None)]);
    assert_eq!(rules_found("plot.png", "not a picture", &Rules::default()), [(Rule::WrongContent, None)]);
}
