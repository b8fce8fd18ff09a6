#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does the module in examples/terraform create from vulnctl.auto.tfvars.json what the requests
beside it say? terraform itself reads the inputs, checks their types and validations, and evaluates
every expression of the module (module.py); the arguments that come out are compared with the
requests, translated by the provider's schemas and not by what the compiler knows of them. Nothing
may be lost on the way, nothing added, and no role may do more than its machines."""
import copy
import json
import re
import shutil
import subprocess

import common
import module

SCHEMAS = common.SHARED / "facts" / "schemas"
ELSEWHERE = ["eu-central-1", "us-east-1"]
TEXTS_OF_JSON = {"event_pattern", "definition", "policy", "input", "ocsf_finding_criteria_json"}

CALLS = {  # what a state needs its role to allow
    "arn:aws:states:::aws-sdk:securityhub:batchUpdateFindings": "securityhub:BatchUpdateFindings",
    "arn:aws:states:::aws-sdk:securityhub:getFindings": "securityhub:GetFindings",
    "arn:aws:states:::aws-sdk:securityhub:listAutomationRules": "securityhub:ListAutomationRules",
    "arn:aws:states:::aws-sdk:securityhub:batchUpdateAutomationRules":
        "securityhub:BatchUpdateAutomationRules",
    "arn:aws:states:::aws-sdk:eventbridge:disableRule": "events:DisableRule",
    "arn:aws:states:::aws-sdk:sfn:startExecution": "states:StartExecution",
    "arn:aws:states:::sns:publish": "sns:Publish",
    "arn:aws:states:::events:putEvents": "events:PutEvents",
}


# --- requests in Terraform's words ---

def snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def schema(name):
    path = SCHEMAS / f"tf_{name}.json"
    if path.exists():
        return json.loads(path.read_text("utf-8"))
    own = common.ROOT / "tests" / "meta" / "terraform_schemas.json"
    return json.loads(own.read_text("utf-8"))[name]


def translated(value, rows, names):
    """An object of a request by the schema of a resource or block: blocks are lists."""
    made = {}
    for key, item in value.items():
        name = names.get(key, snake(key))
        if name in rows["blocks"]:
            items = item if isinstance(item, list) else [item]
            made[name] = [translated(one, rows["blocks"][name], names) for one in items]
        elif name in rows["attributes"]:
            text = rows["attributes"][name].get("type", "").startswith("string")
            made[name] = json.dumps(item) if text and not isinstance(item, str) else item
        else:
            raise ValueError(f"{name} is not in the schema")
    return made


NAMES = {
    "aws_securityhub_insight": {"UserDefinedFields": "user_defined_values"},
    "aws_securityhub_action_target": {"Id": "identifier"},
    "aws_securityhub_automation_rule_v2": {"Actions": "action",
                                           "OcsfFindingCriteria": "ocsf_finding_criteria_json"},
}


def request(resource, document, region):
    made = translated(document, schema(resource), NAMES.get(resource, {}))
    return {**made, "region": region}


def ordered(value):
    return json.dumps(value, sort_keys=True)


def plain(value, name=""):
    """Without what is not set, and with lists of blocks in an order that means nothing."""
    if isinstance(value, dict):
        made = {key: plain(item, key) for key, item in value.items()}
        return {key: item for key, item in made.items() if item not in (None, [], {})}
    if isinstance(value, list):
        items = [plain(item) for item in value]
        return sorted(items, key=ordered) if items and isinstance(items[0], dict) else items
    if name in TEXTS_OF_JSON and isinstance(value, str):
        return json.loads(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return value


# --- what should come out ---

class Expected:
    """The requests of one compilation, as resources: (resource, key) -> arguments."""

    def __init__(self, compiled, inputs):
        self.inputs, self.all, self.compiled = inputs, {}, compiled
        self.regions = inputs["regions"] or [module.REGION]
        self.home = [inputs["home_region"]] if inputs["home_region"] else self.regions
        manifest = json.loads((compiled.dir / "manifest.json").read_text("utf-8"))
        left = {row["name"] for row in manifest["left_out"] if "Terraform" in row["why"]}
        self.ends_rules = any(self.ends_automation_rules(artefact["path"])
                              for artefact in manifest["artefacts"]
                              if artefact["kind"] == "schedule")
        for artefact in manifest["artefacts"]:
            statements = {row["name"] for row in artefact["statements"]}
            if not statements & left or artefact["kind"] == "state-machine":
                self.add(artefact)

    def document(self, path, region):
        text = (self.compiled.dir / path).read_text("utf-8")
        for name, value in (("region", region), ("account", module.ACCOUNT),
                            ("partition", module.PARTITION)):
            text = text.replace(f"${{{name}}}", value)
        return json.loads(text)

    def put(self, resource, key, arguments):
        self.all[resource, key] = arguments

    def add(self, artefact):
        path = artefact["path"]
        name = path.split("/")[-1].split(".")[0]
        method = getattr(self, "add_" + artefact["kind"].replace("-", "_"), None)
        for region in self.regions if self.is_everywhere(artefact, path, name) else self.home:
            if method and region in artefact.get("regions", [region]):
                method(f"{region}/{name}", self.document(path, region), region, artefact)

    def ends_automation_rules(self, path):
        return bool(json.loads(self.document(path, "")["Target"]["Input"]).get("automation_rules"))

    def is_everywhere(self, artefact, path, name):
        """What has no place where Security Hub's findings come together: rules and filters that
        hold in a Region, what disables such rules, Inspector's own events, and its reports."""
        if artefact["kind"] == "schedule":
            target = self.document(path, "")["Target"]["Arn"]
            return (target.endswith(":aws-sdk:inspector2:createFindingsReport")
                    or self.ends_automation_rules(path))
        if artefact["kind"] == "state-machine" and re.fullmatch(r"expire(--\d+)?", name):
            return self.ends_rules
        pattern = self.compiled.dir / "eventbridge" / f"{name}.pattern.json"
        if artefact["kind"] in ("event-rule", "event-targets", "state-machine"):
            return pattern.exists() and "aws.inspector2" in pattern.read_text("utf-8")
        return artefact["kind"] in ("automation-v1", "inspector-filter", "lifecycle")

    def add_automation_v1(self, key, document, region, _):
        self.put("aws_securityhub_automation_rule", key,
                 request("aws_securityhub_automation_rule", document, region))

    def add_automation_v2(self, key, document, region, _):
        self.put("aws_securityhub_automation_rule_v2", key,
                 request("aws_securityhub_automation_rule_v2", document, region))

    def add_inspector_filter(self, key, document, region, _):
        self.put("aws_inspector2_filter", key, request("aws_inspector2_filter", document, region))

    def add_insight(self, key, document, region, _):
        self.put("aws_securityhub_insight", key,
                 request("aws_securityhub_insight", document, region))

    def add_action_target(self, key, document, region, _):
        self.put("aws_securityhub_action_target", key,
                 request("aws_securityhub_action_target", document, region))

    def add_event_rule(self, key, document, region, _):
        self.put("aws_cloudwatch_event_rule", key,
                 request("aws_cloudwatch_event_rule", document, region))

    def add_event_targets(self, key, document, region, _):
        for target in document["Targets"]:
            made = {"region": region, "rule": document["Rule"], "target_id": target["Id"],
                    "event_bus_name": document["EventBusName"], "arn": target["Arn"],
                    "role_arn": target.get("RoleArn")}
            if "InputTransformer" in target:
                made["input_transformer"] = [{
                    "input_paths": target["InputTransformer"].get("InputPathsMap"),
                    "input_template": target["InputTransformer"]["InputTemplate"]}]
            self.put("aws_cloudwatch_event_target", f"{key}/{target['Id']}", made)

    def add_state_machine(self, key, document, region, _):
        self.put("aws_sfn_state_machine", key, {
            "region": region, "name": self.inputs["rule_prefix"] + key.split("/")[1],
            "type": "STANDARD", "definition": json.dumps(document), "role_arn": "${role_states}"})

    def add_schedule(self, key, document, region, _):
        self.put("aws_scheduler_schedule", key,
                 request("aws_scheduler_schedule", document, region))

    def add_lifecycle(self, _, document, region, artefact):
        for repository in artefact["repositories"]:
            self.put("aws_ecr_lifecycle_policy", f"{region}/{repository}", {
                "region": region, "repository": repository, "policy": json.dumps(document)})


# --- roles ---

def statements_of(made):
    """role name -> statements, of the roles that the module creates."""
    found = {}
    for kind, policies in made.items():
        if kind.startswith("aws_iam_role_policy."):
            for policy in policies.values() if isinstance(policies, dict) else policies:
                found[policy["role"]] = json.loads(policy["policy"])["Statement"]
    return found


def allowed(statements):
    return {(action, resource) for statement in statements for action in statement["Action"]
            for resource in statement["Resource"]}


def calls_of(value, found):
    if isinstance(value, dict):
        if str(value.get("Resource", "")).startswith("arn:aws:states:::"):
            found.append((CALLS[value["Resource"]], value.get("Arguments", {})))
        for item in value.values():
            calls_of(item, found)
    for item in value if isinstance(value, list) else []:
        calls_of(item, found)


def calls_in(definition):
    found = []
    calls_of(json.loads(definition), found)
    return found


def ended_rules(made):
    """The event rules that schedules have the machine of ends disable, in their own Region."""
    for schedule in made["aws_scheduler_schedule.this"].values():
        said = json.loads(schedule["target"][0]["input"])
        bus = said.get("event_bus", "").split("event-bus/")[-1]
        for rule in said.get("event_rules", []):
            yield (f"arn:aws:events:{schedule['region']}:{module.ACCOUNT}:rule/"
                   f"{'' if bus == 'default' else bus + '/'}{rule}")


def needs_of(machines, made, prefix):
    """What machines that share a role need, with the resources that can be named."""
    needs = set()
    arns = {m["arn"] for m in made["aws_sfn_state_machine.this"].values()
            if re.search(r":stateMachine:" + re.escape(prefix) + r"expire(--\d+)?$", m["arn"])}
    for machine in machines:
        for action, arguments in calls_in(machine["definition"]):
            if action == "sns:Publish":
                needs.add((action, arguments["TopicArn"]))
            elif action == "events:PutEvents":
                needs.add((action, arguments["Entries"][0]["EventBusName"]))
            elif action == "states:StartExecution":
                needs |= {(action, arn) for arn in arns}
            elif action == "events:DisableRule":
                needs |= {(action, rule) for rule in ended_rules(made)}
            else:
                needs.add((action, "*"))
    return needs


def check_roles(report, name, inputs, made):
    """A role that was not given is created, may do what its machines do, and no more."""
    statements, given = statements_of(made), inputs["roles"]
    machines = made["aws_sfn_state_machine.this"].values()
    roles = {machine["role_arn"].split("/")[-1] for machine in machines}
    for role in roles if "states" not in given else ():
        mine = [machine for machine in machines if machine["role_arn"].endswith(f"/{role}")]
        report.check(allowed(statements[role]) ==
                     needs_of(mine, made, inputs["rule_prefix"]),
                     f"{name}: {role} may do what its machines do", machines=mine,
                     statements=statements[role])
    targets = [t for t in made["aws_cloudwatch_event_target.this"].values() if t["role_arn"]]
    used = {}
    for target in targets if "events" not in given else ():
        action = "states:StartExecution" if ":states:" in target["arn"] else "events:PutEvents"
        used.setdefault(target["role_arn"].split("/")[-1], set()).add((action, target["arn"]))
    schedules = made["aws_scheduler_schedule.this"].values()
    for target in (s["target"][0] for s in schedules if "scheduler" not in given):
        report_of = target["arn"].endswith(":aws-sdk:inspector2:createFindingsReport")
        used.setdefault(target["role_arn"].split("/")[-1], set()).add(
            ("inspector2:CreateFindingsReport", "*") if report_of
            else ("states:StartExecution", target["arn"]))
    for role, needs in used.items():
        report.check(allowed(statements[role]) == needs, f"{name}: {role} starts what it must",
                     needs=sorted(needs), statements=statements[role])
    unused = set(statements) - set(used) - roles
    report.check(not unused, f"{name}: no role is there for nothing", unused=sorted(unused))


def with_roles(expected, inputs, made):
    """What vulnctl.yaml does not name is the module's to choose; check_roles looks at it."""
    role = expected.get("role_arn") or ""
    if "target" in expected:
        target = with_roles(expected["target"][0], inputs, made["target"][0])
        return {**expected, "target": [target]}
    if not role or role in inputs["roles"].values():
        return expected
    return {**expected, "role_arn": made.get("role_arn") or "some role"}


# --- the comparison ---

def check_region(report, name, key, made):
    """Topics are reached from their own Region only, which must be said before anything is done."""
    topics = [made["arn"]] if key[0] == "aws_cloudwatch_event_target" else []
    if key[0] == "aws_sfn_state_machine":
        topics = [arguments["TopicArn"] for action, arguments in calls_in(made["definition"])
                  if action == "sns:Publish"]
    far = [arn for arn in topics if ":sns:" in arn and arn.split(":")[3] != made["region"]]
    report.check(all(made.pop("preconditions", [True])) == (not far),
                 f"{name}: {key[0]} {key[1]} is near its topics", topics=topics)


def judge(report, session, compiled, name, inputs):
    session.give(inputs)
    values, said = session.values(session.module.everything())
    if not report.check(values is not None, f"{name}: terraform takes the inputs", said=said):
        return
    for variable, given in inputs.items():
        kept = values[f"var.{variable}"]
        report.check(plain(kept) == plain(given), f"{name}: var.{variable} is what was written",
                     written=given, kept=kept)
    expected = Expected(compiled, inputs).all
    got = {(label.split(".")[0], key): arguments for label, made in values.items()
           if label.startswith("aws_") and not label.startswith("aws_iam_")
           for key, arguments in made.items()}
    report.check(set(expected) == set(got), f"{name}: a resource for each request",
                 missing=[list(k) for k in set(expected) - set(got)],
                 surplus=[list(k) for k in set(got) - set(expected)])
    for key in sorted(set(expected) & set(got)):
        made = dict(got[key])
        check_region(report, name, key, made)
        if key[0] != "aws_cloudwatch_event_target":  # all others have theirs from the provider
            del made["arn"]
        meant = with_roles(expected[key], inputs, got[key])
        report.check(plain(made) == plain(meant), f"{name}: {key[0]} {key[1]} says its request",
                     meant=meant, made=made)
    check_roles(report, name, inputs, values)


def judge_next_machine(report, session, good):
    """A machine that starts the next one knows it by an ARN, of which the module fills in what the
    compiler could not know, and nothing else in the definition."""
    inputs = copy.deepcopy(good)
    definition = {"Comment": "of ${region}", "States": {"Next": {"Arguments": {
        "StateMachineArn": "arn:${partition}:states:${region}:${account}:stateMachine:v-expire--2",
        "Input": "\"StateMachineArn\":\"arn:${partition}"}}}}
    inputs["state_machines"]["expire"]["definition"] = json.dumps(definition, separators=(",", ":"))
    session.give(inputs)
    values, said = session.values({"made": "local.aws_sfn_state_machine_this"})
    for region in ELSEWHERE:
        definition["States"]["Next"]["Arguments"]["StateMachineArn"] = \
            f"arn:aws:states:{region}:{module.ACCOUNT}:stateMachine:v-expire--2"
        made = values and json.loads(values["made"][f"{region}/expire"]["definition"])
        report.check(made == definition, f"the next machine of {region}", made=made, said=said)


def judge_many_ends(report, session, good):
    """More event rules that end than an inline policy has room for are named by their prefix."""
    inputs = copy.deepcopy(good)
    schedule = next(schedule for schedule in inputs["schedules"].values()
                    if schedule["target"].get("state_machine"))
    said = json.loads(schedule["target"]["input"])
    said["event_rules"] = [f"v-{'x' * 50}-{number}" for number in range(300)]
    schedule["target"]["input"] = json.dumps(said)
    session.give(inputs)
    values, messages = session.values({"expire": "local.aws_iam_role_policy_states"})
    policies = list(values["expire"].values()) if values else []
    sizes = [len(policy["policy"]) for policy in policies]
    rules = {resource for policy in policies
             for action, resource in allowed(json.loads(policy["policy"])["Statement"])
             if action == "events:DisableRule"}
    report.check(sizes and max(sizes) <= 10240 and len(rules) == len(ELSEWHERE)
                 and all(rule.endswith(f"/{inputs['rule_prefix']}*") for rule in rules),
                 "many rules that end", sizes=sizes, rules=sorted(rules), said=messages)


# --- what must be refused ---

def first(inputs, variable):
    return next(iter(inputs[variable].values()))


def spoiled():
    """(what, how to spoil good inputs, what terraform must say)"""
    def rule(inputs):
        return first(inputs, "automation_rules")

    yield "another format", lambda i: i.update(tfvars_format=2), "from one version of vulnctl"
    yield "a home elsewhere", lambda i: i.update(home_region="sa-east-1"), "is one of the Regions"
    yield ("a criterion that is not created",
           lambda i: rule(i)["criteria"].update(
               company_name=[{"comparison": "EQUALS", "value": "x"}]),
           "criterion that this module does not create")
    yield "no criteria", lambda i: rule(i).update(criteria={}), "takes every finding"
    yield ("a criterion without values", lambda i: rule(i)["criteria"].update(title=[]),
           "takes every finding")
    yield ("a test that is not known",
           lambda i: rule(i)["criteria"].update(created_at=[{"date_range": {"value": 1}}]),
           "neither a value with its comparison")
    yield "two actions", lambda i: rule(i)["actions"].append(rule(i)["actions"][0]), "one action"
    yield "an order of 0", lambda i: rule(i).update(rule_order=0), "an order from 1 to 1000"
    yield ("V2 without criteria",
           lambda i: first(i, "automation_rules_v2")["criteria"].update(
               ocsf_finding_criteria_json='{"CompositeFilters":[]}'), "takes every finding")
    yield ("a filter's criterion that is not created",
           lambda i: first(i, "inspector_filters")["filter_criteria"].update(
               cloud_provider=[{"comparison": "EQUALS", "value": "x"}]),
           "criterion that this module does not create")
    yield ("eleven values",
           lambda i: first(i, "inspector_filters")["filter_criteria"].update(
               title=[{"comparison": "EQUALS", "value": str(n)} for n in range(11)]),
           "10 values of a criterion")
    yield ("a filter without criteria",
           lambda i: first(i, "inspector_filters").update(filter_criteria={}),
           "takes every finding")
    yield ("one bound of a number",
           lambda i: first(i, "inspector_filters")["filter_criteria"].update(
               epss_score=[{"lower_inclusive": 0.5}]), "nor its bounds")
    yield ("an insight's filter that is not created",
           lambda i: first(i, "insights")["filters"].update(
               keyword=[{"comparison": "EQUALS", "value": "x"}]),
           "filter that this module does not create")
    yield ("an insight without filters", lambda i: first(i, "insights").update(filters={}),
           "shows every finding")
    yield ("an event rule without a pattern",
           lambda i: first(i, "event_rules").update(event_pattern=None, action_target=None),
           "has a pattern, or the custom action")
    yield ("an empty pattern",
           lambda i: first(i, "event_rules").update(event_pattern="{}", action_target=None),
           "has a condition")
    yield ("no targets", lambda i: first(i, "event_rules").update(targets=[]), "1 to 5 targets")
    yield ("a role that is not known", lambda i: first(i, "state_machines").update(role="admin"),
           "a role that this module does not know")
    yield ("no repositories", lambda i: first(i, "lifecycle_policies").update(repositories=[]),
           "repositories that it is for")
    yield ("a repository twice",
           lambda i: i["lifecycle_policies"].update(again=first(i, "lifecycle_policies")),
           "has one lifecycle policy")


def judge_refusals(report, session, good):
    for what, spoil, says in spoiled():
        inputs = copy.deepcopy(good)
        spoil(inputs)
        session.give(inputs)
        _, said = session.values({"x": "1"})
        # The message is broken into lines, with a frame.
        flat = " ".join(re.sub(r"[│╷╵]", " ", said).split())
        report.check(says in flat, f"{what} is refused", said=said)
    for variable in good:
        inputs = {key: value for key, value in good.items() if key != variable}
        session.give(inputs)
        _, said = session.run("plan", "-input=false", "-lock=false", "-refresh=false")
        report.check(f'variable "{variable}"' in " ".join(said.split()),
                     f"inputs without {variable} are refused", said=said)


# --- all of it ---

def elsewhere(inputs):
    """The same where no role is given, in two Regions."""
    return {**inputs, "roles": {}, "regions": ELSEWHERE, "home_region": None,
            "accounts": [module.ACCOUNT]}


class Output:
    """What the program writes for a policy."""

    def __init__(self, args, policy, env):
        self.name = policy.parent.name if policy.stem == "policy" else policy.stem
        self.name += f"-{env}" if env else ""
        self.dir = args.build / "conformance" / f"terraform-{self.name}"
        shutil.rmtree(self.dir, ignore_errors=True)
        self.dir.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([args.build / "vulnctl", "compile", policy, "-o", self.dir,
                               "--now", common.NOW, *(["--env", env] if env else [])],
                              capture_output=True, text=True)
        self.code, self.messages = done.returncode, done.stderr

    def inputs(self):
        return json.loads((self.dir / "vulnctl.auto.tfvars.json").read_text("utf-8"))


def judge_policy(report, session, args, policy, env=None):
    output = Output(args, policy, env)
    if not report.check(output.code == 0, f"{output.name} compiles", messages=output.messages):
        return None
    inputs = output.inputs()
    judge(report, session, output, output.name, inputs)
    if not env:
        judge(report, session, output, f"{output.name} elsewhere", elsewhere(inputs))
    return inputs


def main():
    args = common.arguments(__doc__)
    report = common.Report("terraform", args.build / "conformance" / "failures")
    if not module.terraform():
        report.skip("there is no terraform here")
        return report.close()
    if not SCHEMAS.is_dir():
        report.skip("the schemas of the shared folder are not there")
        return report.close()
    formatted = subprocess.run([module.terraform(), "fmt", "-check", "-diff"], cwd=module.FOLDER,
                               capture_output=True, text=True)
    report.check(formatted.returncode == 0, "the module is formatted", diff=formatted.stdout)
    session = module.Session(module.Module())
    for policy in common.policies():
        judge_policy(report, session, args, policy)
    judge_policy(report, session, args, common.ROOT / "examples/organisation/policy.vpol", "prod")
    everything = common.ROOT / "tests" / "faults" / "tfvars.vpol"
    for env in ("home", "many"):
        judge_policy(report, session, args, everything, env)
    whole = judge_policy(report, session, args, everything)
    if whole:
        judge_next_machine(report, session, elsewhere(whole))
        judge_many_ends(report, session, elsewhere(whole))
        judge_refusals(report, session, elsewhere(whole))
    session.close()
    return report.close()


if __name__ == "__main__":
    raise SystemExit(main())
