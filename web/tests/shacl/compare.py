"""Holds our SHACL evaluator up against pyshacl.

Reads from standard input one line of JSON for each pair: {"name", "shapes", "data", "expected", "found"},
where "found" is what ours found as [focus, path, component] and "expected" is how many findings pyshacl must
have, "violations=N", or "-" when nothing is known. Lets pyshacl check the same files and compares the
two as multisets. Blank nodes have no names to compare by; a path is written as SPARQL writes it.
"""

import json
import sys
from collections import Counter

import pyshacl
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

SH = Namespace("http://www.w3.org/ns/shacl#")
SUFFIXES = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}


def term(node):
    if isinstance(node, BNode):
        return "_:"
    if isinstance(node, Literal):
        return "literal " + str(node)
    return str(node)


def path(graph, node):
    if node is None:
        return ""
    if isinstance(node, URIRef):
        return f"<{node}>"
    inverse = graph.value(node, SH.inversePath)
    if inverse is not None:
        return "^" + path(graph, inverse)
    for predicate, suffix in SUFFIXES.items():
        inner = graph.value(node, predicate)
        if inner is not None:
            return path(graph, inner) + suffix
    either = graph.value(node, SH.alternativePath)
    members, sign = (node, "/") if either is None else (either, "|")
    return "(" + sign.join(path(graph, member) for member in Collection(graph, members)) + ")"


def theirs(shapes, data):
    _, report, _ = pyshacl.validate(
        Graph().parse(data, format="turtle", publicID="https://example.org/"),
        shacl_graph=Graph().parse(shapes, format="turtle", publicID="https://example.org/"),
        max_validation_depth=40,
    )
    # Only what the report names: what was found inside a shape that another refers to is a detail of it.
    top = report.value(predicate=RDF.type, object=SH.ValidationReport)
    found, violations = Counter(), 0
    for result in report.objects(top, SH.result):
        component = str(report.value(result, SH.sourceConstraintComponent)).removeprefix(str(SH))
        where = path(report, report.value(result, SH.resultPath))
        violations += report.value(result, SH.resultSeverity) == SH.Violation
        found[(term(report.value(result, SH.focusNode)), where, component.removesuffix("ConstraintComponent"))] += 1
    return found, violations


def main():
    differing = pairs = findings = 0
    for line in sys.stdin:
        pair = json.loads(line)
        ours = Counter(tuple(found) for found in pair["found"])
        other, violations = theirs(pair["shapes"], pair["data"])
        pairs += 1
        findings += sum(other.values())
        print(f"{pair['name']}: {sum(ours.values())} findings of ours, {sum(other.values())} of pyshacl's")
        if pair["expected"] not in ("-", str(sum(other.values())), f"violations={violations}"):
            differing += 1
            print(f"  expected {pair['expected']}, found {violations} violations")
        for sign, rest in (("only ours", ours - other), ("only pyshacl's", other - ours)):
            for key, count in sorted(rest.items()):
                differing += count
                print(f"  {sign}, {count} times: {key}")
    if pairs == 0:
        sys.exit("no pair was compared")
    print(f"{pairs} pairs, {findings} findings")
    if differing:
        sys.exit(f"{differing} differences")


if __name__ == "__main__":
    main()
