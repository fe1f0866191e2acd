//! Each component by a table of cases, and the whole by properties against trivial models.

use oxrdf::Graph;
use proptest::prelude::*;

use super::{Component, RemarkKind, Report, Severity, Shapes};
use crate::{Format, Limits, read};

const PREFIXES: &str = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix : <https://example.org/> .\n";

fn graph(turtle: &str) -> Graph {
    read(format!("{PREFIXES}{turtle}").as_bytes(), Format::Turtle, None, Limits::default()).unwrap().graph
}

fn report(shapes: &str, data: &str) -> Report {
    Shapes::read(&graph(shapes)).unwrap().validate(&graph(data)).unwrap()
}

/// What was found, as `focus component`, with the common beginning of addresses away.
fn found(shapes: &str, data: &str) -> Vec<String> {
    let short = |finding: &super::Finding| {
        let focus = finding.focus.to_string().replace("<https://example.org/", "").replace('>', "");
        format!("{focus} {}", finding.component)
    };
    report(shapes, data).findings.iter().map(short).collect()
}

/// A property shape on `:p` for `:x`, the data, and the components that are to be found at `:x`.
fn check(cases: &[(&str, &str, &[&str])]) {
    for (constraint, data, expected) in cases {
        let shapes = format!(":S sh:targetNode :x ; sh:property [ sh:path :p ; {constraint} ] .");
        let expected: Vec<String> = expected.iter().map(|component| format!("x {component}")).collect();
        assert_eq!(found(&shapes, data), expected, "{constraint} | {data}");
    }
}

#[test]
fn what_kind_of_value() {
    check(&[
        ("sh:class :C", ":x :p :a . :a a :C .", &[]),
        ("sh:class :C", ":x :p :a . :a a :D . :D rdfs:subClassOf :E . :E rdfs:subClassOf :C .", &[]),
        ("sh:class :C", ":x :p :a . :a a :D . :C rdfs:subClassOf :D .", &["Class"]),
        ("sh:class :C", ":x :p :a , 'text' .", &["Class", "Class"]),
        ("sh:class :C", ":x :p :a . :a a :D . :D rdfs:subClassOf :E . :E rdfs:subClassOf :D .", &["Class"]),
        ("sh:datatype xsd:date", ":x :p '2026-02-28'^^xsd:date .", &[]),
        (
            "sh:datatype xsd:date",
            ":x :p '2026-02-30'^^xsd:date , '2026-02-28' , :a .",
            &["Datatype", "Datatype", "Datatype"],
        ),
        ("sh:datatype xsd:string", ":x :p 'a' .", &[]),
        ("sh:datatype rdf:langString", ":x :p 'a'@nb , 'b' .", &["Datatype"]),
        ("sh:nodeKind sh:IRI", ":x :p :a , [] , 'a' .", &["NodeKind", "NodeKind"]),
        ("sh:nodeKind sh:BlankNodeOrIRI", ":x :p :a , [] , 'a' .", &["NodeKind"]),
        ("sh:nodeKind sh:Literal", ":x :p :a , [] , 'a' .", &["NodeKind", "NodeKind"]),
        ("sh:nodeKind sh:BlankNode", ":x :p :a , [] , 'a' .", &["NodeKind", "NodeKind"]),
        ("sh:nodeKind sh:BlankNodeOrLiteral", ":x :p :a , [] , 'a' .", &["NodeKind"]),
        ("sh:nodeKind sh:IRIOrLiteral", ":x :p :a , [] , 'a' .", &["NodeKind"]),
    ]);
}

#[test]
fn how_many_and_how_large() {
    check(&[
        ("sh:minCount 1", "", &["MinCount"]),
        ("sh:minCount 2", ":x :p 1 .", &["MinCount"]),
        ("sh:minCount 1", ":x :p 1 .", &[]),
        ("sh:maxCount 1", ":x :p 1 , 2 .", &["MaxCount"]),
        ("sh:maxCount 0", ":x :p 1 .", &["MaxCount"]),
        ("sh:minInclusive 5", ":x :p 5 , 4 .", &["MinInclusive"]),
        ("sh:minExclusive 5", ":x :p 5 , 6.5 .", &["MinExclusive"]),
        ("sh:maxInclusive 5", ":x :p 5 , 6 .", &["MaxInclusive"]),
        ("sh:maxExclusive 5", ":x :p 5 , 4.5 .", &["MaxExclusive"]),
        ("sh:minInclusive 5", ":x :p 'five' , :a .", &["MinInclusive", "MinInclusive"]),
        (
            "sh:minInclusive '2026-01-01'^^xsd:date",
            ":x :p '2025-12-31'^^xsd:date , '2026-01-01'^^xsd:date .",
            &["MinInclusive"],
        ),
    ]);
}

#[test]
fn how_it_is_written() {
    check(&[
        ("sh:minLength 3", ":x :p 'ab' , 'æøå' , 123 .", &["MinLength"]),
        ("sh:maxLength 3", ":x :p 'abcd' , 'æøå' .", &["MaxLength"]),
        ("sh:maxLength 99", ":x :p [] , :a .", &["MaxLength"]),
        ("sh:pattern '^[A-Z]'", ":x :p 'Abc' , 'abc' .", &["Pattern"]),
        ("sh:pattern '^[A-Z]' ; sh:flags 'i'", ":x :p 'abc' .", &[]),
        ("sh:pattern '^https:'", ":x :p :a , [] .", &["Pattern"]),
        ("sh:languageIn ('nb' 'nn')", ":x :p 'a'@nb , 'b'@nn-NO , 'c'@en , 'd' .", &["LanguageIn", "LanguageIn"]),
        ("sh:uniqueLang true", ":x :p 'a'@nb , 'b'@NB , 'c'@nn , 'd' , 'e' .", &["UniqueLang"]),
        ("sh:uniqueLang false", ":x :p 'a'@nb , 'b'@nb .", &[]),
    ]);
}

#[test]
fn how_it_stands_to_other_properties() {
    check(&[
        ("sh:equals :q", ":x :p 1 , 2 ; :q 2 , 3 .", &["Equals", "Equals"]),
        ("sh:disjoint :q", ":x :p 1 , 2 ; :q 2 , 3 .", &["Disjoint"]),
        ("sh:lessThan :q", ":x :p 1 ; :q 2 .", &[]),
        ("sh:lessThan :q", ":x :p 2 ; :q 2 .", &["LessThan"]),
        ("sh:lessThanOrEquals :q", ":x :p 2 ; :q 2 , 1 .", &["LessThanOrEquals"]),
        ("sh:lessThan :q", ":x :p 'a' ; :q 2 .", &["LessThan"]),
    ]);
}

#[test]
fn one_of_given_values() {
    check(&[
        ("sh:hasValue :a", ":x :p :a , :b .", &[]),
        ("sh:hasValue :a", ":x :p :b , :c .", &["HasValue"]),
        ("sh:in (:a 1)", ":x :p :a , 1 , '1' .", &["In"]),
        ("sh:in ()", ":x :p :a .", &["In"]),
    ]);
}

#[test]
fn shapes_within_shapes() {
    check(&[
        ("sh:not [ sh:class :C ]", ":x :p :a . :a a :C .", &["Not"]),
        ("sh:and ( [ sh:nodeKind sh:IRI ] [ sh:class :C ] )", ":x :p :a .", &["And"]),
        ("sh:or ( [ sh:nodeKind sh:Literal ] [ sh:class :C ] )", ":x :p :a , 'a' .", &["Or"]),
        ("sh:xone ( [ sh:nodeKind sh:IRI ] [ sh:class :C ] )", ":x :p :a , :b . :b a :C .", &["Xone"]),
        ("sh:node [ sh:property [ sh:path :q ; sh:minCount 1 ] ]", ":x :p :a , 'a' .", &["Node", "Node"]),
        // A property within a property is the inner node's matter.
        ("sh:property [ sh:path :q ; sh:minCount 1 ]", ":x :p :x .", &["MinCount"]),
        ("sh:or (sh:or ( [ sh:class :C ] ))", ":x :p :a .", &[]),
    ]);
}

#[test]
fn values_that_conform_are_counted() {
    let finger = "sh:qualifiedValueShape [ sh:class :Finger ] ; sh:qualifiedMinCount 1";
    check(&[
        (finger, ":x :p :a , :b . :a a :Finger .", &[]),
        (finger, ":x :p :b .", &["QualifiedMinCount"]),
        (
            "sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMaxCount 0",
            ":x :p :a . :a a :C .",
            &["QualifiedMaxCount"],
        ),
    ]);
    let hand = ":S sh:targetNode :x ;
        sh:property [ sh:path :p ; sh:qualifiedValueShape [ sh:class :Thumb ] ; sh:qualifiedMinCount 1 ;
            sh:qualifiedValueShapesDisjoint true ] ,
          [ sh:path :p ; sh:qualifiedValueShape [ sh:class :Finger ] ; sh:qualifiedMinCount 1 ;
            sh:qualifiedValueShapesDisjoint true ] .";
    let both = ":x :p :a . :a a :Thumb , :Finger .";
    assert_eq!(found(hand, both), ["x QualifiedMinCount", "x QualifiedMinCount"]);
    assert!(found(hand, ":x :p :a , :b . :a a :Thumb . :b a :Finger .").is_empty());
}

#[test]
fn a_closed_shape_lets_nothing_else_stand() {
    let shapes = ":S sh:targetNode :x ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
        sh:property [ sh:path :p ] , [ sh:path [ sh:inversePath :r ] ] .";
    assert_eq!(found(shapes, ":x a :C ; :p 1 ; :q 2 , 3 ; :r :y ."), ["x Closed", "x Closed", "x Closed"]);
    let paths: Vec<_> =
        report(shapes, ":x :q 2 .").findings.iter().map(|f| f.path.as_ref().unwrap().to_string()).collect();
    assert_eq!(paths, ["<https://example.org/q>"]);
}

#[test]
fn focus_nodes_are_found_each_way() {
    let data = ":a a :C . :b a :D . :D rdfs:subClassOf :C . :e :r :f , 'text' . :Own rdfs:subClassOf :C .";
    let cases: [(&str, &[&str]); 7] = [
        ("sh:targetNode :nowhere , 'lit' ;", &["\"lit\" NodeKind", "nowhere NodeKind"]),
        ("sh:targetClass :C ;", &["a NodeKind", "b NodeKind"]),
        ("sh:targetSubjectsOf :r ;", &["e NodeKind"]),
        ("sh:targetObjectsOf :r ;", &["\"text\" NodeKind", "f NodeKind"]),
        ("sh:targetClass :C ; sh:targetNode :a ;", &["a NodeKind", "b NodeKind"]),
        ("a sh:NodeShape ;", &[]),
        ("sh:targetClass :C ; sh:deactivated true ;", &[]),
    ];
    for (target, expected) in cases {
        assert_eq!(found(&format!(":S {target} sh:nodeKind sh:BlankNode ."), data), expected, "{target}");
    }
    for kind in ["rdfs:Class", "owl:Class"] {
        let implicit = format!(":C a {kind} , sh:NodeShape ; sh:nodeKind sh:BlankNode .");
        assert_eq!(found(&implicit, data), ["a NodeKind", "b NodeKind"], "{kind}");
    }
}

#[test]
fn paths_lead_where_sparql_says() {
    let data = ":x :p :a , :b . :a :q :c . :b :q :c . :c :q :x . :d :p :x .";
    let cases = [
        (":p", 2, "<https://example.org/p>"),
        ("[ sh:inversePath :p ]", 1, "^<https://example.org/p>"),
        ("( :p :q )", 1, "(<https://example.org/p>/<https://example.org/q>)"),
        (
            "[ sh:alternativePath ( :p [ sh:inversePath :p ] ) ]",
            3,
            "(<https://example.org/p>|^<https://example.org/p>)",
        ),
        ("[ sh:zeroOrMorePath :p ]", 3, "<https://example.org/p>*"),
        (
            "[ sh:oneOrMorePath [ sh:alternativePath ( :p :q ) ] ]",
            4,
            "(<https://example.org/p>|<https://example.org/q>)+",
        ),
        ("[ sh:zeroOrOnePath :p ]", 3, "<https://example.org/p>?"),
        ("[ sh:inversePath ( :p :p ) ]", 0, "^(<https://example.org/p>/<https://example.org/p>)"),
        ("[ sh:inversePath ( :q :q ) ]", 2, "^(<https://example.org/q>/<https://example.org/q>)"),
        ("[ sh:zeroOrMorePath [ sh:inversePath :q ] ]", 4, "^<https://example.org/q>*"),
    ];
    for (path, count, notation) in cases {
        let shapes = format!(":S sh:targetNode :x ; sh:property [ sh:path {path} ; sh:maxCount {count} ] .");
        assert!(found(&shapes, data).is_empty(), "{path}: more than {count}");
        let shapes = format!(":S sh:targetNode :x ; sh:property [ sh:path {path} ; sh:minCount {} ] .", count + 1);
        let report = report(&shapes, data);
        assert_eq!(report.findings.len(), 1, "{path}: fewer than {count}");
        assert_eq!(report.findings[0].path.as_ref().unwrap().to_string(), notation);
    }
}

#[test]
fn a_finding_says_whose_fault_how_bad_and_why() {
    let shapes = ":S sh:targetNode :x ; sh:property [ sh:path <http://purl.org/dc/terms/title> ; sh:minCount 1 ;
        sh:severity sh:Warning ; sh:message 'Tittel, takk'@nb , 'Title, please'@en ;
        sh:name 'tittel'@nb , 'tittel'@nn , 'title'@en ] .";
    let report = report(shapes, "");
    let finding = &report.findings[0];
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(finding.messages.len(), 2);
    assert_eq!(finding.reason.nb, "tittel (dct:title) mangler.");
    assert_eq!(finding.reason.nn, "tittel (dct:title) manglar.");
    assert_eq!(finding.reason.en, "title (dct:title) is missing.");
    assert_eq!(finding.component.node().as_str(), "http://www.w3.org/ns/shacl#MinCountConstraintComponent");
    assert!(!report.conforms() && report.of(&Severity::Violation).next().is_none());
}

#[test]
fn every_component_has_a_reason_in_three_languages() {
    let shapes = ":S sh:targetNode :x ; sh:property
        [ sh:path :p1 ; sh:class :C ; sh:datatype xsd:date ; sh:nodeKind sh:BlankNodeOrIRI ; sh:maxCount 1 ; sh:minCount 9 ],
        [ sh:path :p1 ; sh:minInclusive 9 ; sh:minExclusive 9 ; sh:maxInclusive -9 ; sh:maxExclusive -9 ],
        [ sh:path :p1 ; sh:minLength 9 ; sh:pattern 'q' ; sh:languageIn ('nb') ; sh:equals :p2 ; sh:disjoint :p3 ],
        [ sh:path :p1 ; sh:maxLength 0 ; sh:lessThan :p3 ; sh:lessThanOrEquals :p4 ; sh:hasValue :no ; sh:in (1 2 3 4 5 6 7 8 9 10) ],
        [ sh:path :p1 ; sh:not [ sh:nodeKind sh:Literal ] ; sh:and ([ sh:class :C ]) ; sh:or ([ sh:class :C ]) ],
        [ sh:path :p1 ; sh:xone ([ sh:class :C ]) ; sh:node [ sh:closed true ; sh:nodeKind sh:IRI ] ],
        [ sh:path :p1 ; sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMinCount 1 ],
        [ sh:path :p1 ; sh:qualifiedValueShape [ sh:nodeKind sh:Literal ] ; sh:qualifiedMaxCount 0 ],
        [ sh:path :p5 ; sh:uniqueLang true ] .
        :T sh:targetNode :y ; sh:closed true .";
    let data = ":x :p1 'one' , 'two' ; :p3 'one' ; :p4 1 ; :p5 'a'@nb , 'b'@nb . :y :p1 1 .";
    let report = report(shapes, data);
    for component in Component::ALL.iter().filter(|c| **c != Component::Property) {
        let finding = report.findings.iter().find(|f| f.component == *component);
        let reason = &finding.unwrap_or_else(|| panic!("{component} is not found")).reason;
        for text in [&reason.nb, &reason.nn, &reason.en] {
            assert!(text.ends_with('.') && text.len() > 10 && !text.contains("  "), "{component}: {text}");
        }
        assert_ne!(reason.nb, reason.en, "{component}");
    }
}

#[test]
fn misspelt_and_foreign_terms_are_remarked_and_refuse_nothing() {
    let shapes = Shapes::read(&graph(
        ":S sh:targetNode :x ; sh:property [ sh:path :p ; sh:MinCount 1 ] , [ sh:path :q ; sh:MinCount 1 ; sh:shape :S ] ;
         sh:sparql [ sh:select 'SELECT' ] ; sh:minCount 1 .",
    ))
    .unwrap();
    let texts: Vec<String> = shapes.remarks().iter().map(ToString::to_string).collect();
    let expected = [
        "sh:shape is unknown",
        "sh:MinCount is unknown (sh:minCount?), 2 times",
        "sh:select is not evaluated",
        "sh:sparql is not evaluated",
        "sh:minCount means nothing on a node shape",
    ];
    assert_eq!(texts, expected);
    assert!(shapes.validate(&graph("")).unwrap().conforms());
}

#[test]
fn shapes_that_cannot_be_obeyed_name_the_shape() {
    let cases = [
        ("sh:minCount 'many'", "whole number"),
        ("sh:pattern '('", "pattern"),
        ("sh:nodeKind :Odd", "kind of node"),
        ("sh:class 'C'", "IRI"),
        ("sh:in :notAList", "list"),
    ];
    for (constraint, expected) in &cases {
        let error =
            Shapes::read(&graph(&format!(":S sh:targetNode :x ; sh:property :P . :P sh:path :p ; {constraint} .")));
        let error = error.unwrap_err().to_string();
        assert!(error.contains(expected) && error.contains("example.org/P"), "{error}");
    }
    let endless = graph(":S sh:targetNode :x ; sh:property [ sh:path :p ; sh:in :l ] . :l rdf:first 1 ; rdf:rest :l .");
    assert!(Shapes::read(&endless).unwrap_err().to_string().contains("does not end"));
    let deep = graph(":S sh:targetNode :x ; sh:property [ sh:path _:p ] . _:p sh:inversePath _:p .");
    assert!(Shapes::read(&deep).unwrap_err().to_string().contains("too deeply"));
    let two = graph(":S sh:targetNode :x ; sh:property [ sh:path :p , :q ] .");
    assert!(Shapes::read(&two).unwrap_err().to_string().contains("more than one sh:path"));
}

#[test]
fn circles_end_and_are_remarked_and_depth_is_an_error() {
    let shapes = ":S sh:targetClass :Person ; sh:property [ sh:path :knows ; sh:node :S ; sh:maxCount 1 ] .";
    let circle = report(shapes, ":a a :Person ; :knows :b . :b a :Person ; :knows :a .");
    assert!(circle.conforms());
    assert!(circle.remarks.iter().any(|r| r.kind == RemarkKind::Circle), "{:?}", circle.remarks);
    let chain: String = (0..200).map(|i| format!(":n{i} :knows :n{} . ", i + 1)).collect();
    let shapes = Shapes::read(&graph(&shapes.replace("sh:targetClass :Person", "sh:targetNode :n0"))).unwrap();
    let error = shapes.validate(&graph(&chain)).unwrap_err();
    assert!(error.to_string().contains("too deeply"), "{error}");
}

proptest! {
    /// Counts are held against what was put in.
    #[test]
    fn counts_are_counted(values in proptest::collection::btree_set(0_u8..20, 0..12), min in 0_usize..8, max in 0_usize..8) {
        let data: String = values.iter().map(|v| format!(":x :p {v} . ")).collect();
        let shapes = format!(":S sh:targetNode :x ; sh:property [ sh:path :p ; sh:minCount {min} ; sh:maxCount {max} ] .");
        let mut expected = Vec::new();
        if values.len() < min { expected.push("x MinCount"); }
        if values.len() > max { expected.push("x MaxCount"); }
        prop_assert_eq!(found(&shapes, &data), expected);
    }

    /// A range holds exactly the numbers within it, and `not` turns it around.
    #[test]
    fn ranges_hold_what_is_within(values in proptest::collection::btree_set(-50_i32..50, 0..10), low in -50_i32..50, high in -50_i32..50) {
        let data: String = values.iter().map(|v| format!(":x :p {v} . ")).collect();
        let range = format!("sh:minInclusive {low} ; sh:maxExclusive {high}");
        let within = values.iter().filter(|v| low <= **v && **v < high).count();
        let node = format!(":S sh:targetNode :x ; sh:property [ sh:path :p ; sh:node [ {range} ] ] .");
        prop_assert_eq!(found(&node, &data).len(), values.len() - within);
        let not = format!(":S sh:targetNode :x ; sh:property [ sh:path :p ; sh:not [ {range} ] ] .");
        prop_assert_eq!(found(&not, &data).len(), within);
    }

    /// What is reached in any number of steps is the transitive closure, circles or not.
    #[test]
    fn many_steps_reach_the_closure(edges in proptest::collection::vec((0_usize..7, 0_usize..7), 0..14)) {
        let data: String = edges.iter().map(|(a, b)| format!(":n{a} :p :n{b} . ")).collect();
        let mut reached = [false; 7];
        reached[0] = true;
        for _ in 0..7 {
            for (a, b) in &edges { if reached[*a] { reached[*b] = true; } }
        }
        let count = reached.iter().filter(|r| **r).count();
        let shapes = format!(":S sh:targetNode :n0 ; sh:property [ sh:path [ sh:zeroOrMorePath :p ] ; sh:minCount {count} ; sh:maxCount {count} ] .");
        prop_assert!(found(&shapes, &data).is_empty());
    }

    /// `or`, `and` and `xone` are what they are in logic.
    #[test]
    fn logic_is_logic(holds in proptest::collection::vec(any::<bool>(), 1..6)) {
        let members: String = holds.iter().map(|h| if *h { "[ sh:nodeKind sh:IRI ] " } else { "[ sh:nodeKind sh:Literal ] " }).collect();
        let holding = holds.iter().filter(|h| **h).count();
        for (name, expected) in [("or", holding > 0), ("and", holding == holds.len()), ("xone", holding == 1)] {
            let shapes = format!(":S sh:targetNode :x ; sh:{name} ( {members}) .");
            prop_assert_eq!(found(&shapes, "").is_empty(), expected, "{}", name);
        }
    }
}
