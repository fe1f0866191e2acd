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
    for name in ["rows.parquet", "model.pkl", "all.zip", "x.rds", "plot.svg", "t.xhtml", "t.ipynb", "x"] {
        assert_eq!(rules_found(name, "x", &Rules::default()), [(Rule::FileKind, None)], "{name}");
    }
    assert_eq!(rules_found("t.csv", "PAR1\0", &Rules::default()), [(Rule::WrongContent, None)]);
    assert_eq!(rules_found("plot.png", "not a picture", &Rules::default()), [(Rule::WrongContent, None)]);
}

#[test]
fn a_table_is_found_in_json_however_it_is_laid_out() {
    let found = |text: &str| {
        let found = examine("t.json", text.as_bytes(), &Rules::default());
        found.into_iter().map(|f| (f.rule, f.column.unwrap_or_default())).collect::<Vec<_>>()
    };
    let small = |place: &str| vec![(Rule::SmallCount, place.to_owned())];
    assert_eq!(found(r#"[{"county":"03","n":120},{"county":"11","n":3}]"#), small("/n"));
    assert_eq!(found(r#"{"tables":{"by_age":[{"age":1,"n":3}]}}"#), small("/tables/by_age/n"));
    assert_eq!(found(r#"{"county":["03","11"],"n":[120,3]}"#), small("/n"));
    assert_eq!(found(r#"{"columns":["n"],"index":["03","11"],"data":[[120],[3]]}"#), small("/n"));
    assert_eq!(found(r#"{"n":{"0":120,"1":3},"share":{"0":0.9,"1":0.1}}"#), small("/n"), "pandas' own way");
    assert_eq!(found(r#"{"a":{"n":120},"b":{"n":3}}"#), small("/n"));
    assert_eq!(found(r#"{"model":"cox","n":3}"#), small("/n"));
    assert_eq!(found(r#"{"n":[120,3]}"#), small("/n/n"));
    assert_eq!(found(r#"{"a":{"deep":{"n":3}},"b":{"n":50}}"#), small("/a/deep/n"));
    assert_eq!(found(r#"{"title":"t","n":[120,3]}"#), small("/n/n"), "beside a text");
    assert_eq!(found(r#"[["county","n"],["03",120],["11",3]]"#), small("/n"));
    assert_eq!(found(r#"{"n":120,"n":3}"#), [(Rule::Unreadable, String::new())], "read in two ways");
    assert_eq!(found("{"), [(Rule::Unreadable, String::new())]);
    assert!(found(r#"{"coefficients":[{"name":"age","estimate":0.2}],"n":[120,130]}"#).is_empty());
    let rows: Vec<String> = (0..95).map(|n| format!(r#"{{"age":{n},"weight":{}}}"#, n * 7)).collect();
    let rules = Rules { people: 100, ..Rules::default() };
    let whole = format!("[{}]", rows.join(","));
    assert_eq!(rules_found("t.json", &whole, &rules), [(Rule::RowPerPerson, None)]);
}

#[test]
fn html_holds_text_and_tables_and_nothing_else() {
    let found = |text: &str| rules_found("t.html", text, &Rules::default());
    let pandas = "<table border=\"1\" class=\"dataframe\">\n<thead>\n<tr style=\"text-align: right;\"><th></th><th>n</th>\
                  </tr>\n</thead>\n<tbody>\n<tr><th>03</th>\n<td>120</td></tr>\n<tr><th>11</th><td>3</td></tr></tbody></table>";
    assert_eq!(found(pandas), [(Rule::SmallCount, Some(8))]);
    let whole = format!(
        "<!DOCTYPE html><html><head><meta charset=utf-8><title>a & b</title></head><body>{pandas}</body></html>"
    );
    assert_eq!(found(&whole), [(Rule::SmallCount, Some(8))]);
    let spans = "<table><tr><th>sex<th>age<th>n<tr><td rowspan=2>women<td>0-39<td>90<tr><td>40-<td>4</table>";
    assert_eq!(found(spans), [(Rule::SmallCount, Some(1))], "ends of rows and cells may be left out");
    for active in [
        "<script>fetch('x')</script>",
        "<img src=x.png>",
        "<img src='data:image/png;base64,AA'>",
        "<a href='//x'>x</a>",
        "<link rel=stylesheet href=x>",
        "<iframe></iframe>",
        "<svg></svg>",
        "<p onclick='x()'>",
        "<form>",
        "<style>p{}</style>",
        "<meta http-equiv=refresh content=0>",
        "<base href=x>",
        "<object>",
        "<embed>",
        "<template>x</template>",
        "<noscript>",
        "<p data-rows='1,2,3'>",
        "<math>",
        "<textarea>",
    ] {
        let rules = found(active);
        assert!(rules.iter().any(|(rule, row)| (*rule, *row) == (Rule::ActiveContent, Some(1))), "{active}: {rules:?}");
    }
    for hidden in [
        "<!-- 1,2,3 -->",
        "<p style='display:none'>x",
        "<p style='background:url(x)'>",
        "<p style='color:white'>",
        "<![CDATA[x]]>",
        "<?x y?>",
    ] {
        let rules = found(hidden);
        assert!(rules.contains(&(Rule::HiddenContent, Some(1))), "{hidden}: {rules:?}");
    }
    assert_eq!(found("<table><tr><td><table></table></table>")[0].0, Rule::Unreadable);
    let pseudonym = "0123456789abcdef0123456789abcdef";
    assert!(found(&format!("<p class={pseudonym}>")).contains(&(Rule::Pseudonyms, Some(1))));
}

#[test]
fn the_same_table_tells_the_same_in_every_kind_of_file() {
    let shown = |name: &str, text: &str| -> Vec<_> {
        let tables = told("project", name, text.as_bytes());
        let shown = tables.iter().flat_map(crate::differencing::Table::shown);
        shown.map(|(of, n)| (of.to_string(), n)).collect()
    };
    let csv = shown("t.csv", "county;n\n03;120\ni alt;873\n");
    assert_eq!(csv, [("project; county = 03".to_owned(), 120), ("project".to_owned(), 873)]);
    assert_eq!(shown("t.html", "<table><tr><th>county<th>n<tr><td>03<td>120<tr><td>i alt<td>873</table>"), csv);
    let json = shown("t.json", r#"{"county":["03","i alt"],"n":[120,873]}"#);
    assert_eq!(json, csv);
    assert!(shown("t.html", "<table><tr><th>n<tr><td>1</table><script>").is_empty());
    assert!(shown("t.txt", "county;n\n03;120").is_empty());
}

proptest::proptest! {
    /// Whatever a room writes, the answer is findings.
    #[test]
    fn no_bytes_are_too_odd(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400), kind in 0_usize..6) {
        let name = ["t.csv", "t.json", "t.html", "t.png", "t.md", "t"][kind];
        let _ = examine(name, &bytes, &Rules::default());
        let _ = told("project", name, &bytes);
    }

    /// The same for texts that look like what they say.
    #[test]
    fn no_page_is_too_odd(text in "(<(table|tr|td|th|thead|tbody|title|script|p|!--)( (rowspan|colspan|style)=[0-9a:;]{0,3})?/?>|</(table|tr|td|title|thead)>|[n0-9 &;,{}\\[\\]\":]){0,40}") {
        for name in ["t.html", "t.json", "t.csv"] {
            let _ = examine(name, text.as_bytes(), &Rules::default());
            let _ = told("project", name, text.as_bytes());
        }
    }
}
