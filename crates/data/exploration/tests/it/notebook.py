"""What a notebook does: see what is open, ask, print the table row by row with its totals last."""

import json
import sys
import urllib.request

site = sys.argv[1]


def call(path, body=None):
    headers = {"Authorization": "Test notebook", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(site + path, data, headers)) as answer:
        return json.load(answer)


dataset = next(one for one in call("/api/exploration/datasets") if one["path"] == "npr/contact")
code = next(variable for variable in dataset["variables"] if variable["name"] == "code")
question = {
    "dataset": dataset["path"],
    "only": {"code": {"variable": "code", "begins": ["I"]}},
    "by": [{"variable": {"name": code["name"], "level": {"prefix": 3}}}, "sex"],
}
answer = call("/api/exploration/questions", question)["answer"]
rows, columns = (len(groups) + 1 for groups in answer["groups"])
table = [[cell["people"] for cell in answer["cells"][row * columns:(row + 1) * columns]] for row in range(rows)]
turned = [row[1:] + row[:1] for row in table[1:] + table[:1]]
json.dump([number for row in turned for number in row], sys.stdout)
