#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does what suppressions silenced come back when they end, and nothing else? Every schedule of
policies/ends.vpol starts the machine that ends suppressions (expire.mjs) on findings that bear all
kinds of notes. What must become of each is worked out here: who holds a finding is the plain
evaluator's word, and marks, rows and ends are read from the policy's output."""
import json
import random
import re
import shutil
import subprocess
import tempfile
import pathlib

import common

WAS = {"low": ["its-old-name", "older"]}  # @was in ends.vpol
STATUS = {"told": "NOTIFIED", "told-too": "NOTIFIED"}
REPOSITORIES = ["app/web", "zz", "tool/cli", "told", "told/two"]
CVES = ["CVE-2024-3094", "CVE-2024-9999", "CVE-2024-1001", "CVE-2024-1002", "CVE-2024-1003",
        "CVE-2024-1004", "CVE-2020-1"]
NEVER = "9999-12-31T23:59:59"
LONG = "x" * 20000
MANY = 15500
ROUNDS, HISTORY = 24, 25000


def literal(text):
    """A note as the machine of a statement has it: plain, or a string literal of JSONata."""
    found = re.fullmatch(r"\{% '(.*)' %\}", text)
    if not found:
        return text
    return re.sub(r"\\u([0-9a-f]{4})|\\(.)",
                  lambda m: chr(int(m[1], 16)) if m[1] else m[2], found[1])


class Unit:
    """A suppression as it was written out: `name` is that of its first rule."""

    def __init__(self, compiled, described):
        path = described["artefacts"][0]
        self.name = path.split("/")[-1].split(".")[0]
        self.statement = described["name"]
        self.event = described["mechanism"] == "event"
        self.fixed = self.statement.endswith("--fixed")
        self.status = STATUS.get(self.statement, "SUPPRESSED")
        self.marks = [f"vulnctl {name} " for name in
                      [self.statement, *WAS.get(self.statement, [])]]
        read = lambda place: json.loads((compiled.dir / place).read_text(encoding="utf-8"))
        if self.event:
            machine = read(f"stepfunctions/{self.name}.asl.json")
            self.note = literal(machine["States"]["Update"]["Arguments"]["Note"]["Text"])
        else:
            update = read(path)["Actions"][0]["FindingFieldsUpdate"]
            self.note = update["Note"]["Text"]
        schedule = f"scheduler/{self.name}.json"
        self.schedule = read(schedule) if (compiled.dir / schedule).is_file() else None
        self.end = self.schedule["ScheduleExpression"][3:-1] if self.schedule else NEVER
        self.rows = []


class Policy:
    def __init__(self, args, report, path):
        self.compiled = common.Compiled(args, path)
        self.fine = report.check(self.compiled.code == 0, f"{path.name} compiles",
                                 messages=self.compiled.messages)
        if not self.fine:
            return
        units = [Unit(self.compiled, one) for one in self.compiled.units
                 if one["kind"] == "suppress"]
        self.numbers = [i for i, one in enumerate(self.compiled.units)
                        if one["kind"] == "suppress"]
        self.units = units
        manifest = json.loads((self.compiled.dir / "manifest.json").read_text(encoding="utf-8"))
        for artefact in manifest["artefacts"]:
            name = artefact["path"].split("/")[-1].split(".")[0]
            for statement in artefact["statements"]:
                for unit in units:
                    if unit.name == name and "rows" in statement:
                        unit.rows = [row["value"] for row in statement["rows"]]
        self.machines = {f"vulnctl-{path.split('/')[-1].split('.')[0]}": document
                         for path, document in
                         self.compiled.documents("stepfunctions", ".asl.json").items()
                         if path.split("/")[-1].startswith("expire")}

    def holders(self, findings):
        """For each finding, which units would hold it if it were given back."""
        bare = [{key: value for key, value in finding.items() if key != "Note"}
                | {"Workflow": {"Status": "NEW"}} for finding in findings]
        return [[verdict[number][0] for number in self.numbers]
                for verdict in self.compiled.verdicts(bare)]


def finding(rng, number, cve, repository):
    severity = rng.choice(["LOW", "MEDIUM", "HIGH", "CRITICAL"])
    arn = (f"arn:aws:ecr:us-east-1:111122223333:repository/{repository}/sha256:" + "5" * 64)
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"arn:aws:inspector2:us-east-1:111122223333:finding/{number:032x}",
        "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/inspector",
        "ProductName": "Inspector", "CompanyName": "Amazon", "Region": "us-east-1",
        "GeneratorId": "AWSInspector", "AwsAccountId": "111122223333",
        "Types": ["Software and Configuration Checks/Vulnerabilities/CVE"],
        "CreatedAt": "2026-01-01T00:00:00Z", "UpdatedAt": "2026-01-01T00:00:00Z",
        "Title": f"{cve} - openssl", "Description": "d",
        "Severity": {"Label": rng.choice([severity, severity, "CRITICAL"])},
        "FindingProviderFields": {"Severity": {"Label": severity},
                                  "Types": ["Software and Configuration Checks/"
                                            "Vulnerabilities/CVE"]},
        "RecordState": rng.choice(["ACTIVE", "ACTIVE", "ARCHIVED"]),
        "Workflow": {"Status": "NEW"},
        "Resources": [{"Type": "AwsEcrContainerImage", "Id": arn, "Partition": "aws",
                       "Region": "us-east-1",
                       "Details": {"AwsEcrContainerImage": {
                           "RepositoryName": repository, "ImageDigest": "sha256:" + "5" * 64}}}],
        "Vulnerabilities": [{
            "Id": cve, "FixAvailable": rng.choice(["YES", "NO", "PARTIAL"]),
            "ExploitAvailable": rng.choice(["YES", "NO"]),
            "VulnerablePackages": [{"Name": "openssl", "Version": "1.1.1"}]}],
    }


def silenced(rng, units, item):
    """The finding with a note: of a suppression, of its old names or dates, or of somebody else."""
    unit = rng.choice([u for u in units if not u.fixed])
    item["Workflow"] = {"Status": rng.choice([unit.status] * 8 + ["NEW", "RESOLVED"])}
    text = rng.choice([unit.note] * 6 + [f"{rng.choice(unit.marks)}until 2026-05-01: before"] * 3 +
                      [f"vulnctl {unit.statement}ly until 2026-05-01: of another", "by hand", None])
    if text is not None:
        item["Note"] = {"Text": text, "UpdatedBy": "vulnctl", "UpdatedAt": "2026-01-01T00:00:00Z"}
    return item


def findings_of(rng, policy, number):
    """Random ones, and one for every mark there is."""
    made = [finding(rng, i, rng.choice(CVES), rng.choice(REPOSITORIES)) for i in range(number)]
    made = [silenced(rng, policy.units, item) for item in made]
    for unit in policy.units:
        for mark in [] if unit.fixed else unit.marks:
            item = finding(rng, len(made), "CVE-2020-1", "none")
            made.append(item | {"Workflow": {"Status": unit.status},
                                "Note": {"Text": f"{mark}until 2026-05-01: before",
                                         "UpdatedBy": "vulnctl"}})
    return made


def expected(policy, ended, item, holds):
    """(status, note) of the finding afterwards."""
    note = item.get("Note", {}).get("Text", "")
    stays = item["Workflow"]["Status"], note
    if stays[0] != ended.status or not any(note.startswith(mark) for mark in ended.marks):
        return stays
    cve = item["Vulnerabilities"][0]["Id"]
    for unit, held in zip(policy.units, holds):
        if unit.fixed or unit is ended or unit.end <= ended.end:
            continue
        if held or (unit.statement == ended.statement and cve in unit.rows):
            return unit.status, unit.note
    return "NEW", f"vulnctl reopened expire: {ended.statement}"


def rules_of(policy):
    """The rules that were deployed: all that schedules name, beside one of somebody else."""
    automation, event = [{"name": "by-hand", "arn": "arn:by-hand", "status": "ENABLED"}], []
    for unit in policy.units:
        if not unit.schedule:
            continue
        told = json.loads(unit.schedule["Target"]["Input"])
        automation += [{"name": name, "arn": f"arn:{name}", "status": "ENABLED"}
                       for name in told["automation_rules"]]
        event += [{"name": name, "bus": told["event_bus"], "status": "ENABLED"}
                  for name in told["event_rules"]]
    return {"automation": automation, "event": event}


def case(policy, unit, findings, trouble=None, **changes):
    rules = rules_of(policy)
    return {"name": f"{unit.name} {json.dumps(trouble)}", "machine": "vulnctl-expire",
            "input": json.loads(unit.schedule["Target"]["Input"]), "now": unit.end + "Z",
            "findings": findings, "rules": rules, "trouble": trouble or {}, "unit": unit.name,
            **changes}


def run(args, policy, cases):
    with tempfile.TemporaryDirectory() as place:
        path = pathlib.Path(place) / "cases.json"
        path.write_text(json.dumps({"machines": policy.machines, "cases": cases}),
                        encoding="utf-8")
        done = subprocess.run(["node", common.HERE / "expire.mjs", args.judges, path],
                              capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"expire.mjs ended with {done.returncode}: {done.stderr[-2000:]}")
    return common.json_lines(done.stdout)


def wrong_findings(policy, one, got, holds):
    ended = next(unit for unit in policy.units if unit.name == one["unit"])
    wrong = []
    for before, after, held in zip(one["findings"], got["findings"], holds):
        want = expected(policy, ended, before, held)
        if (after["Workflow"]["Status"], after.get("Note", {}).get("Text", "")) != want:
            wrong.append({"before": before, "after": after, "want": want})
    return wrong


def check_findings(report, policy, one, got, holds):
    wrong = wrong_findings(policy, one, got, holds)
    report.check(not wrong, f"{got['name']}: every finding is what it should be",
                 first=wrong[:1], wrong=len(wrong))


def check_rules(report, one, got):
    named = set(one["input"]["automation_rules"] + one["input"]["event_rules"])
    wrong = [rule for rule in got["rules"]["automation"] + got["rules"]["event"]
             if (rule["status"] == "DISABLED") != (rule["name"] in named)]
    report.check(not wrong, f"{got['name']}: its rules are disabled, and no others", wrong=wrong)


def check_runs(report, got, status="SUCCEEDED", error=None):
    last = got["runs"][-1]
    report.check(last["status"] == status and last["error" if error else "status"] ==
                 (error or status), f"{got['name']}: the run ends as it should", runs=got["runs"])
    report.check(all(one["events"] < HISTORY for one in got["runs"]),
                 f"{got['name']}: its history is bounded", runs=got["runs"])


def judge_ends(args, report, policy, rng):
    findings = findings_of(rng, policy, 160)
    holds = policy.holders(findings)
    units = [unit for unit in policy.units if unit.schedule and not unit.fixed]
    report.check({unit.statement for unit in policy.units if not unit.fixed} ==
                 {unit.statement for unit in units}, "every suppression has an end")
    some = [item["Id"] for item in findings[::3]]
    troubles = [{"throttle": {"getFindings": 3, "batchUpdateFindings": 2}}, {"trim": True},
                {"refuse": {key: 2 for key in some}, "late": 3}, {"late": 40}]
    cases = [case(policy, unit, findings) for unit in units]
    cases.append(case(policy, units[0], findings, {"rulePages": 1}))
    cases += [case(policy, unit, findings, trouble)
              for unit, trouble in zip(units[::2] + units[1::2], troubles * 2)]
    results = run(args, policy, cases)
    visited = set()
    for one, got in zip(cases, results):
        check_findings(report, policy, one, got, holds)
        check_rules(report, one, got)
        check_runs(report, got)
        visited |= set(got["visited"])
    return visited


def check_the_judge(args, report, policy, rng):
    """A machine that is wrong in one place must be found wrong."""
    findings = findings_of(rng, policy, 160)
    holds = policy.holders(findings)
    changes = {
        "no lines": lambda text: re.sub(r'"lines": \[.*?"\]', '"lines": []', text),
        "lines for all": lambda text: text.replace("'of': 'rows', ", ""),
        "what is archived": lambda text: text.replace(
            ', {"Value": "ARCHIVED", "Comparison": "EQUALS"}', ""),
        "the current severity": lambda text: text.replace("$f.FindingProviderFields, ", ""),
        "its own line": lambda text: text.replace(" and $l.name != $end.name", "").replace(
            "$l.end > $states.context.State.EnteredTime and ", ""),
        "old names": lambda text: text.replace("[$end.marks.{", "[$end.marks[0].{"),
    }
    right = policy.machines
    units = [unit for unit in policy.units if unit.schedule and not unit.fixed]
    cases = [case(policy, unit, findings) for unit in units]
    for what, change in changes.items():
        text = json.dumps(right["vulnctl-expire"])
        report.check(change(text) != text, f"{what}: the machine is changed")
        policy.machines = {"vulnctl-expire": json.loads(change(text))}
        results = run(args, policy, cases)
        report.check(any(wrong_findings(policy, one, got, holds)
                         for one, got in zip(cases, results)), f"{what}: is found")
    policy.machines = right


def judge_failures(args, report, policy, rng):
    findings = findings_of(rng, policy, 60)
    holds = policy.holders(findings)
    first = next(unit for unit in policy.units if unit.name == "first")
    app = next(unit for unit in policy.units if unit.name == "app")
    for item in findings:
        item["Note"] = {"Text": first.note, "UpdatedBy": "vulnctl"}
        item["Workflow"] = {"Status": "SUPPRESSED"}
    gone = {"automation": [], "event": []}
    large = [dict(item, Description=LONG) for item in findings]
    huge = [dict(item, Description=LONG * 20) for item in findings[:1]]
    cases = [case(policy, first, findings, {"stuck": True}),
             case(policy, first, findings, {"refuse": {findings[0]["Id"]: 10 ** 6}}),
             case(policy, first, large), case(policy, first, huge),
             case(policy, first, findings, rules=gone), case(policy, app, findings, rules=gone)]
    stuck, refused, slow, never, without, without_event = run(args, policy, cases)
    check_runs(report, stuck, "FAILED", "NotDisabled")
    report.check(stuck["findings"] == findings, "nothing is given back while a rule is on")
    check_runs(report, refused, "FAILED", "NotReset")
    report.check(refused["findings"][0]["Note"]["Text"] == first.note and
                 refused["seconds"] <= 300 * (ROUNDS + 1), "rounds are bounded")
    check_findings(report, policy, cases[2], slow, holds)
    check_runs(report, slow)
    check_runs(report, never, "FAILED", "NotReset")
    check_findings(report, policy, cases[4], without, holds)
    check_runs(report, without)
    check_runs(report, without_event)
    visited = set()
    for got in (stuck, refused, slow, never, without, without_event):
        visited |= set(got["visited"])
    return visited


def judge_home(args, report, policy, rng):
    """Where findings are gathered in a home Region, it alone gives back; each disables rules."""
    findings = findings_of(rng, policy, 60)
    holds = policy.holders(findings)
    unit = next(unit for unit in policy.units if unit.schedule and not unit.event)
    told = json.loads(unit.schedule["Target"]["Input"]) | {"home": "eu-central-1"}
    cases = [case(policy, unit, findings, input=told, region=region)
             for region in ("eu-central-1", "us-east-1")]
    home, elsewhere = run(args, policy, cases)
    check_findings(report, policy, cases[0], home, holds)
    report.check(home["findings"] != findings and elsewhere["findings"] == findings,
                 "what is gathered comes back in the home Region")
    for one, got in zip(cases, (home, elsewhere)):
        check_rules(report, one, got)
        check_runs(report, got)
    return set(home["visited"]) | set(elsewhere["visited"])


def judge_many(args, report, policy, rng):
    """More findings than the history of one run could hold."""
    unit = next(unit for unit in policy.units if unit.name == "first")
    item = finding(rng, 0, "CVE-2020-1", "zz")
    item.update(Severity={"Label": "HIGH"}, Workflow={"Status": "SUPPRESSED"},
                FindingProviderFields={"Severity": {"Label": "HIGH"}}, RecordState="ACTIVE",
                Note={"Text": unit.note, "UpdatedBy": "vulnctl"})
    item["Vulnerabilities"][0]["FixAvailable"] = "YES"
    findings = [dict(item, Id=f"{item['Id']}-{i}") for i in range(MANY)]
    one = case(policy, unit, findings)
    got, = run(args, policy, [one])
    report.check(all(after["Workflow"]["Status"] == "NEW" and after["writes"] == 1
                     for after in got["findings"]), f"{MANY} findings come back, once each")
    check_runs(report, got)
    report.check(len(got["runs"]) > 1, "by more than one run", runs=got["runs"])
    return set(got["visited"])


def chain_policy(place, statements):
    """Suppressions that outlive the first one, with texts so long that their lines take more than
    one machine."""
    reason = "because of what was decided, " * 14
    lines = ['edition 1;', 'policy "chain" { owner "o"; timezone "+00:00"; }',
             'suppress low { when severity == LOW; until 2026-06-30; reason "first"; }']
    lines += [f'suppress s{i} {{ when repository == "r{i}/x"; until 2026-12-31; '
              f'reason "{reason}{i}"; }}' for i in range(statements)]
    (place / "vulnctl.yaml").write_text("version: 1\npack: never\n"
                                        f"quotas: {{automation-rules: {2 * statements}}}\n")
    (place / "chain.vpol").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place / "chain.vpol"


def judge_chain(args, report, rng):
    with tempfile.TemporaryDirectory() as place:
        policy = Policy(args, report, chain_policy(pathlib.Path(place), 1500))
        if not policy.fine:
            return
        unit = policy.units[0]
        findings = [finding(rng, i, "CVE-2020-1", f"r{i * 50}/x") for i in range(35)]
        for item in findings:
            item.update(Workflow={"Status": "SUPPRESSED"}, RecordState="ACTIVE",
                        Note={"Text": unit.note, "UpdatedBy": "vulnctl"})
        holds = policy.holders(findings)
        one = case(policy, unit, findings, machine="vulnctl-expire")
        got, = run(args, policy, [one])
        report.check(len(policy.machines) > 1 and len(got["runs"]) == len(policy.machines),
                     "lines that are too many go on in further machines", runs=got["runs"])
        sizes = [len(json.dumps(machine, indent=2)) for machine in policy.machines.values()]
        report.check(max(sizes) <= 1 << 20, "each within its limit", sizes=sizes)
        check_findings(report, policy, one, got, holds)
        check_runs(report, got)


def judge(args, report):
    if not (args.judges / "node" / "node_modules" / "jsonata").is_dir():
        report.skip("jsonata was not fetched")
        return
    if shutil.which("node") is None:
        report.skip("there is no node here")
        return
    rng = random.Random(20261231)
    policy = Policy(args, report, common.HERE / "policies" / "ends.vpol")
    if policy.fine:
        check_the_judge(args, report, policy, rng)
        visited = judge_ends(args, report, policy, rng)
        visited |= judge_failures(args, report, policy, rng)
        visited |= judge_home(args, report, policy, rng)
        visited |= judge_many(args, report, policy, rng)
        machine = policy.machines["vulnctl-expire"]
        states = {f"vulnctl-expire {state}" for state in machine["States"]}
        report.check(states <= visited, "every state is reached", missing=sorted(states - visited))
    judge_chain(args, report, rng)


if __name__ == "__main__":
    common.main(judge, __doc__)
