#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Would ECR take the lifecycle documents? Their JSON schema and the rules across rules, as the
extract of AWS's documentation has them, and that every repository has one document."""
import copy
import json
import sys

import common

SCHEMA = common.SHARED / "facts" / "schemas" / "ecr_lifecycle_policy_document.json"
KINDS = {"object": dict, "array": list, "string": str, "integer": int}
SMALL, WHOLE = 30, 30720


def walk(value, schema, where, found):
    """The words of JSON Schema that the extract uses, and its own."""
    if not isinstance(value, KINDS.get(schema.get("type"), object)) or value is True:
        found.append(f"{where} is no {schema['type']}")
        return
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value} is none of {schema['enum']}")
    if schema.get("minimum", 0) > (value if isinstance(value, int) else sys.maxsize):
        found.append(f"{where}: {value} is too small")
    if isinstance(value, str) and value.count("*") > schema.get("max_wildcards", len(value)):
        found.append(f"{where}: {value} has too many wildcards")
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{where} has {len(value)} items")
        for i, item in enumerate(value):
            walk(item, schema["items"], f"{where}[{i}]", found)
    if isinstance(value, dict):
        found += [f"{where} lacks {key}" for key in schema["required"] if key not in value]
        for key, item in value.items():
            if key not in schema["properties"]:
                found.append(f"{where} has a {key}")
            else:
                walk(item, schema["properties"][key], f"{where}.{key}", found)


def check_one(selection, action, where, found):
    lists = [key for key in ("tagPatternList", "tagPrefixList") if key in selection]
    if len(lists) != (selection["tagStatus"] == "tagged"):
        found.append(f"{where}: {selection['tagStatus']} with {len(lists)} lists of tags")
    since = selection["countType"].startswith("since")
    if since != ("countUnit" in selection):
        found.append(f"{where}: the unit of {selection['countType']}")
    transitioned = selection["countType"] == "sinceImageTransitioned"
    if transitioned != (selection.get("storageClass") == "archive"):
        found.append(f"{where}: the storage class of {selection['countType']}")
    if (action["type"] == "transition") != ("targetStorageClass" in action):
        found.append(f"{where}: the target of {action['type']}")
    if selection["countType"] == "sinceImagePulled" and action["type"] != "transition":
        found.append(f"{where}: sinceImagePulled only archives")
    if transitioned and action["type"] != "expire":
        found.append(f"{where}: sinceImageTransitioned only expires")


def check_across(rules, found):
    priorities = [rule["rulePriority"] for rule in rules]
    if priorities != sorted(set(priorities)):
        found.append(f"the priorities {priorities} do not ascend")
    for storage in ("standard", "archive"):
        chosen = [rule for rule in rules
                  if rule["selection"].get("storageClass", "standard") == storage]
        tags = [json.dumps([rule["selection"]["tagStatus"],
                            sorted(rule["selection"].get("tagPatternList", []))])
                for rule in chosen]
        if len(tags) != len(set(tags)):
            found.append("two rules select the same images")
        if any(rule["selection"]["tagStatus"] == "any" for rule in chosen[:-1]):
            found.append("a rule on any images is not the last")


def complaints(schema, text):
    document = json.loads(text)
    found = []
    walk(document, schema, "it", found)
    if not found:
        for i, rule in enumerate(document["rules"]):
            check_one(rule["selection"], rule["action"], f"rule {i + 1}", found)
        check_across(document["rules"], found)
    if not SMALL <= len(text) <= WHOLE:
        found.append(f"{len(text)} characters")
    return found


# A good document, and what is wrong with it when one place is changed (None: taken away).
GOOD = {"rules": [
    {"rulePriority": 1, "selection": {"tagStatus": "tagged", "tagPatternList": ["v*"],
                                      "countType": "imageCountMoreThan", "countNumber": 3},
     "action": {"type": "expire"}},
    {"rulePriority": 2, "selection": {"tagStatus": "any", "countType": "sinceImagePulled",
                                      "countUnit": "days", "countNumber": 3},
     "action": {"type": "transition", "targetStorageClass": "archive"}}]}
WRONG = [
    (0, "selection", "tagStatus", "all"), (0, "selection", "tagStatus", "untagged"),
    (0, "selection", "tagPatternList", None), (0, "selection", "tagPatternList", ["a*b*c*d*e*"]),
    (0, "selection", "countNumber", 0), (0, "selection", "countNumber", "3"),
    (0, "selection", "countUnit", "days"), (0, "action", "type", "transition"),
    (0, "action", "targetStorageClass", "archive"), (0, "action", "type", "delete"),
    (1, "selection", "countUnit", None), (1, "action", "targetStorageClass", None),
    (1, "action", "type", "expire"), (1, "selection", "countType", "sinceImagePushedX"),
    (1, "selection", "storageClass", "archive"), (1, "selection", "extra", 1)]


def check_the_judge(schema, report):
    report.check(not complaints(schema, json.dumps(GOOD)), "a good document is taken")
    for rule, part, key, value in WRONG:
        document = copy.deepcopy(GOOD)
        document["rules"][rule][part].pop(key, None)
        if value is not None:
            document["rules"][rule][part][key] = value
        report.check(complaints(schema, json.dumps(document)), f"{key} {value} is found wrong")
    for change in (lambda rules: rules.reverse(), lambda rules: rules.append(rules[1]),
                   lambda rules: rules[0].update(rulePriority=2), lambda rules: rules.clear(),
                   lambda rules: rules[0].update(selection=rules[1]["selection"],
                                                 action=rules[1]["action"])):
        document = copy.deepcopy(GOOD)
        change(document["rules"])
        report.check(complaints(schema, json.dumps(document)), "wrong rules are found",
                     document=document)


def judge(args, report):
    if not SCHEMA.is_file():
        report.absent("the folder of schemas")
        return
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))["schema"]
    check_the_judge(schema, report)
    for compiled in common.compile_all(args, report):
        manifest = json.loads((compiled.dir / "manifest.json").read_text(encoding="utf-8"))
        seen = []
        for artefact in manifest["artefacts"]:
            if artefact["kind"] != "lifecycle":
                continue
            text = (compiled.dir / artefact["path"]).read_text(encoding="utf-8")
            found = complaints(schema, text)
            report.check(not found, f"{compiled.name}: {artefact['path']}", complaints=found)
            report.check(artefact["repositories"], f"{artefact['path']} is for repositories")
            seen += artefact["repositories"]
        report.check(len(seen) == len(set(seen)), f"{compiled.name}: one document a repository",
                     repositories=seen)


if __name__ == "__main__":
    common.main(judge, __doc__)
