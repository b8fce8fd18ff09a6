#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every request against what AWS publishes of it: botocore's ParamValidator, the bounds, patterns
and enumerations of its models (which the validator leaves to the service), and the extracts of the
shared folder with the limits that only the documentation has. State machines: the definition as a
request, and in it the arguments of each call, as far as they are constant."""
import json
import re
import sys

import common
import inspector_filter

OPERATIONS = {  # folder and suffix -> service, operation
    ("eventbridge", ".rule.json"): ("events", "PutRule"),
    ("eventbridge", ".targets.json"): ("events", "PutTargets"),
    ("securityhub/automation-rules", ".json"): ("securityhub", "CreateAutomationRule"),
    ("securityhub/automation-rules-v2", ".json"): ("securityhub", "CreateAutomationRuleV2"),
    ("securityhub/insights", ".json"): ("securityhub", "CreateInsight"),
    ("securityhub/action-targets", ".json"): ("securityhub", "CreateActionTarget"),
    ("inspector/filters", ".json"): ("inspector2", "CreateFilter"),
    ("scheduler", ".json"): ("scheduler", "CreateSchedule"),
}
REPORT = ":scheduler:::aws-sdk:inspector2:createFindingsReport"
FILTER_NAME = re.compile(r"[A-Za-z0-9._-]{3,64}")  # [facts/changes.md]
SERVICES = {"eventbridge": "events", "sfn": "stepfunctions"}  # Step Functions' names of them
CALL = re.compile(r"arn:aws:states:::(?:aws-sdk:)?([a-z0-9]+):([A-Za-z0-9]+)")
EXPRESSION = re.compile(r"\{%.*%\}", re.DOTALL)
PLACEHOLDERS = {"partition": "aws", "region": "us-east-1", "account": "111122223333"}
ROLE = "arn:aws:iam::111122223333:role/example"
PATTERN_SIZE = 2048  # [facts/event-patterns.md §5: the quota as it stands]

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

# CloudFormation's bounds where the API's model has none [facts/targets.md A].
USER_KEY = re.compile(r"[-_+=.:/@\w\s]{1,128}")
TEXTS = {"RuleName": 256, "Description": 1024, "Text": 512, "UpdatedBy": 512}


def fill(value):
    """What vulnctl.yaml did not say stands as ${name}: a value of its kind instead."""
    if isinstance(value, dict):
        return {key: fill(item) for key, item in value.items()}
    if isinstance(value, list):
        return [fill(item) for item in value]
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+)\}", lambda m: PLACEHOLDERS.get(m.group(1), ROLE), value)
    return value


class Botocore:
    """A service's model as published: shapes by name."""

    def __init__(self, service):
        from botocore import loaders, model
        self.raw = loaders.Loader().load_service_model(service, "service-2")
        self.model = model.ServiceModel(self.raw, service)

    def input_of(self, operation):
        return self.raw["operations"][operation]["input"]

    def resolve(self, node):
        return self.raw["shapes"][node["shape"]]

    @staticmethod
    def item(shape):
        return shape["member"]


class Extract:
    """An input expanded to a tree, with the limits that only the documentation has."""

    def __init__(self, path):
        self.tree = json.loads(path.read_text(encoding="utf-8"))

    @staticmethod
    def resolve(node):
        return node

    @staticmethod
    def item(shape):
        return shape["items"]


class Walker:
    """Checks a value against a model; complaints are (where, what)."""

    def __init__(self, source):
        self.source, self.complaints = source, []

    def walk(self, value, node, where=""):
        shape = self.source.resolve(node)
        if isinstance(value, str) and EXPRESSION.fullmatch(value):
            return  # known when it runs
        kind = shape["type"]
        if kind == "structure":
            self._structure(value, shape, where)
        elif kind == "list":
            self._bounds(len(value), shape, where)
            if len(value) > shape.get("max_items_from_docs", len(value)):
                self._complain(where, f"{len(value)} items")
            for i, item in enumerate(value):
                self.walk(item, self.source.item(shape), f"{where}[{i}]")
        elif kind == "map":
            self._bounds(len(value), shape, where)
            for key, item in value.items():
                self.walk(key, shape["key"], f"{where}.{key}")
                self.walk(item, shape["value"], f"{where}.{key}")
        else:
            self._scalar(value, shape, where)

    def _structure(self, value, shape, where):
        if shape.get("recursive"):
            return
        for name in shape.get("required", []):
            if name not in value:
                self._complain(where, f"lacks {name}")
        for name, item in value.items():
            if name in shape["members"]:
                self.walk(item, shape["members"][name], f"{where}.{name}")
            else:
                self._complain(where, f"has no {name}")
        if shape.get("union") and len(value) != 1:
            self._complain(where, "is a union of one member")

    def _scalar(self, value, shape, where):
        kind = shape["type"]
        expected = {"string": str, "boolean": bool, "integer": int, "long": int, "timestamp": str,
                    "double": (int, float), "float": (int, float)}.get(kind)
        if expected is None or not isinstance(value, expected):
            self._complain(where, f"is no {kind}")
            return
        if kind == "string":
            self._bounds(len(value), shape, where)
            if "pattern" in shape and not re.fullmatch(shape["pattern"], value):
                self._complain(where, f"does not fit {shape['pattern']}")
            if "enum" in shape and value not in shape["enum"]:
                self._complain(where, f"{value} is none of {shape['enum']}")
        elif kind == "timestamp":
            if not TIME.fullmatch(value):
                self._complain(where, f"{value} is no time")
        elif kind != "boolean":
            self._bounds(value, shape, where)

    def _bounds(self, amount, shape, where):
        if amount < shape.get("min", amount) or amount > shape.get("max", amount):
            self._complain(where, f"{amount} is not within {shape.get('min')}..{shape.get('max')}")

    def _complain(self, where, what):
        self.complaints.append(f"{where or 'the request'}: {what}")


def beyond_the_model(value, where=""):
    """Bounds that neither model has; complaints."""
    found = []
    if isinstance(value, list):
        for i, item in enumerate(value):
            found += beyond_the_model(item, f"{where}[{i}]")
    if not isinstance(value, dict):
        return found
    for key, item in value.items():
        if isinstance(item, str) and len(item) > TEXTS.get(key, len(item)):
            found.append(f"{where}.{key}: {len(item)} characters")
        if key == "UserDefinedFields" and isinstance(item, dict):
            found += [f"{where}.{key}: `{name}` is no key" for name in item
                      if not USER_KEY.fullmatch(name)]
            found += [f"{where}.{key}: {name} holds {len(text)} characters"
                      for name, text in item.items() if not 1 <= len(text) <= 1024]
            if not 1 <= len(item) <= 50:
                found.append(f"{where}.{key}: {len(item)} keys")
        found += beyond_the_model(item, f"{where}.{key}")
    return found


def insight_bounds(request):
    """"Up to ten finding attributes", "up to 20 values" [facts/targets.md D], names as
    CloudFormation has them, and no CONTAINS [facts/changes.md]."""
    found = []
    if len(request["Name"]) > 128:
        found.append(f"Name: {len(request['Name'])} characters")
    if len(request["Filters"]) > 10:
        found.append(f"Filters: {len(request['Filters'])} attributes")
    for name, filters in request["Filters"].items():
        if not 1 <= len(filters) <= 20:
            found.append(f"Filters.{name}: {len(filters)} values")
        found += [f"Filters.{name}: {test['Comparison']} is for rules" for test in filters
                  if "CONTAINS" in test.get("Comparison", "")]
    return found


def rule_v2_bounds(request):
    """[facts/targets.md B; facts/schemas/matrix_automation_rule_v2.json, limits]"""
    found = []
    composites = request["Criteria"]["OcsfFindingCriteria"]["CompositeFilters"]
    if not 1 <= len(composites) <= 10:
        found.append(f"{len(composites)} composites")
    for composite in composites:
        found += [f"{len(filters)} {kind}" for kind, filters in composite.items()
                  if isinstance(filters, list) and not 1 <= len(filters) <= 20]
        found += [f"{item['Filter']['Comparison']} is for rules V1" for kind, filters in
                  composite.items() if isinstance(filters, list) for item in filters
                  if item["Filter"].get("Comparison") in ("NOT_CONTAINS", "CONTAINS_WORD")]
    update = request["Actions"][0]["FindingFieldsUpdate"]
    if update.get("SeverityId", 1) not in (0, 1, 2, 3, 4, 5, 6, 99):
        found.append(f"severity {update['SeverityId']}")
    if update.get("StatusId", 1) not in (0, 1, 2, 3, 4, 5, 99):
        found.append(f"status {update['StatusId']}")
    found += [f"{name}: {len(text)} characters" for name, text, most in
              (("Comment", update.get("Comment", ""), 512),
               ("Description", request["Description"], 256)) if len(text) > most]
    return found


def filter_bounds(request):
    """What the description of a name says, of which the model's bounds know nothing."""
    name = request["name"]
    return [] if FILTER_NAME.fullmatch(name) else [f"name: {name}"]


DOCUMENTED = {"CreateInsight": insight_bounds, "CreateAutomationRuleV2": rule_v2_bounds,
              "CreateFilter": filter_bounds}


class Models:
    def __init__(self, report):
        self.services, self.extracts = {}, {}
        self.folder = common.SHARED / "facts" / "schemas"
        if not self.folder.is_dir():
            report.absent("the folder of schemas")

    def complaints(self, service, operation, request):
        from botocore import validate
        if service not in self.services:
            self.services[service] = Botocore(service)
        model = self.services[service]
        shape = model.model.operation_model(operation).input_shape
        report = validate.ParamValidator().validate(constant(request, shape), shape)
        found = report.generate_report().splitlines()
        found += self._walk(model, model.input_of(operation), request)
        path = self.folder / f"api_{service}_{operation}.json"
        if path.is_file():
            extract = Extract(path)
            found += self._walk(extract, extract.tree["input"], request)
        if operation in DOCUMENTED and not found:
            found += DOCUMENTED[operation](request)
        return found + beyond_the_model(request)

    @staticmethod
    def _walk(source, node, request):
        walker = Walker(source)
        walker.walk(request, node)
        return walker.complaints


def example(shape):
    """The least of a type."""
    if shape.type_name == "structure":
        return {name: example(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [example(shape.member)] * shape.metadata.get("min", 0)
    return {"map": {"k": "v"}, "integer": 1}.get(shape.type_name, "text")


def constant(value, shape):
    """The value with something of its type where an expression stands."""
    if isinstance(value, str) and EXPRESSION.fullmatch(value):
        return example(shape)
    if isinstance(value, dict) and shape.type_name == "structure":
        return {key: constant(item, shape.members[key]) if key in shape.members else item
                for key, item in value.items()}
    if isinstance(value, list) and shape.type_name == "list":
        return [constant(item, shape.member) for item in value]
    return value


def as_modelled(service, arguments):
    """Step Functions has every name in PascalCase, also where the API's model has not."""
    if service != "stepfunctions":
        return arguments
    return {key[0].lower() + key[1:]: value for key, value in arguments.items()}


def calls_of(definition):
    """(state, service, operation, arguments) of every call in a definition, nested ones too."""
    for name, state in definition.get("States", {}).items():
        match = CALL.fullmatch(state.get("Resource", ""))
        if match:
            operation = match.group(2)[0].upper() + match.group(2)[1:]
            service = SERVICES.get(match.group(1), match.group(1))
            yield name, service, operation, as_modelled(service, state.get("Arguments", {}))
        for branch in state.get("Branches", []):
            yield from calls_of(branch)
        for key in ("ItemProcessor", "Iterator"):
            if key in state:
                yield from calls_of(state[key])


def check(report, models, where, service, operation, request):
    found = models.complaints(service, operation, request)
    report.check(not found, f"{where} is a {operation}", complaints=found)


def is_minified_and_sorted(text):
    """Keys in the order that Terraform gives them, each once, and no blank outside of texts."""
    keys = []
    json.loads(text, object_pairs_hook=lambda pairs: keys.append([k for k, _ in pairs]))
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', text)
    return not re.search(r"\s", bare) and all(k == sorted(set(k)) for k in keys)


def check_rule_pattern(report, compiled, path, request):
    text = request["EventPattern"]
    beside = compiled.dir / path.replace(".rule.json", ".pattern.json")
    report.check(json.loads(text) == json.loads(beside.read_text(encoding="utf-8")),
                 f"{compiled.name}: {path} holds the pattern beside it")
    report.check(max(len(text), len(text.encode())) <= PATTERN_SIZE,
                 f"{compiled.name}: {path} is within the quota", size=len(text.encode()))
    report.check(is_minified_and_sorted(text), f"{compiled.name}: {path} is minified and sorted",
                 text=text)


def check_the_judge(report, models):
    """Requests that are wrong, each in one way, must be found wrong."""
    wrong = json.loads((common.HERE / "wrong_requests.json").read_text(encoding="utf-8"))
    for case in wrong:
        if case.get("documented") and not models.folder.is_dir():
            continue
        found = models.complaints(case["service"], case["operation"], case["request"])
        report.check(any(case["complaint"] in line for line in found),
                     f"a wrong {case['operation']} is found: {case['complaint']}",
                     complaints=found)


def judge_policy(compiled, report, models):
    for (folder, suffix), (service, operation) in OPERATIONS.items():
        for path, request in compiled.documents(folder, suffix).items():
            check(report, models, f"{compiled.name}: {path}", service, operation, fill(request))
            if operation == "PutRule":
                check_rule_pattern(report, compiled, path, request)
            if operation == "CreateSchedule" and request["Target"]["Arn"].endswith(REPORT):
                call = inspector_filter.camel(json.loads(request["Target"]["Input"]))
                check(report, models, f"{compiled.name}: what {path} asks for", "inspector2",
                      "CreateFindingsReport", fill(call))
    for path, definition in compiled.documents("stepfunctions", ".asl.json").items():
        text = (compiled.dir / path).read_text(encoding="utf-8")
        check(report, models, f"{compiled.name}: {path}", "stepfunctions", "CreateStateMachine",
              {"name": path.split("/")[-1].split(".")[0], "definition": text, "roleArn": ROLE})
        calls = list(calls_of(definition))
        report.check(calls, f"{compiled.name}: {path} calls something")
        for state, service, operation, arguments in calls:
            check(report, models, f"{compiled.name}: {path}: {state}", service, operation,
                  arguments)


def judge(args, report):
    fetched = args.judges / "python"
    if not (fetched / "botocore").is_dir():
        report.skip("botocore was not fetched")
        return
    sys.path.insert(0, str(fetched))  # before any other botocore that is installed
    models = Models(report)
    check_the_judge(report, models)
    for compiled in common.compile_all(args, report):
        judge_policy(compiled, report, models)


if __name__ == "__main__":
    common.main(judge, __doc__)
