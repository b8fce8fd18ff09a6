# SPDX-License-Identifier: Apache-2.0
"""What `lint` says of the examples, as people see it, byte for byte: of each examples/NAME that has
a lint.txt, and of examples/bad, a policy and a report for each thing that goes wrong. --bless
rewrites the reports; people review them. The good examples hold no error."""
from support import process
from support.golden import NOW
from support.result import Job, diff, failed, passed, text


def lint(context, policy):
    return process.run([context.program, "lint", "--now", NOW, policy.name], policy.parent,
                       process.environment(policy.parent), timeout=context.seconds(20))


def compare(context, name, policy, report, codes):
    outcome = lint(context, policy)
    if outcome.trouble() or outcome.code not in codes or outcome.err:
        why = outcome.trouble() or f"exit code {outcome.code}"
        return [failed(name, f"{why}\n{text(outcome.err)}{text(outcome.out)}")]
    if context.bless:
        report.write_bytes(outcome.out)
    if not report.exists():
        return [failed(name, f"there is no {report.name}; `make bless` writes it")]
    said, wanted = text(outcome.out), text(report.read_bytes())
    return [passed(name) if said == wanted else failed(name, diff(wanted, said, report.name))]


def reports(context):
    examples = context.root / "examples"
    jobs = []
    for path in sorted(examples.glob("*/policy.vpol")):
        name = f"example/{path.parent.name}: lint"
        jobs.append(Job(name, lambda name=name, path=path: compare(
            context, name, path, path.parent / "lint.txt", (0,))))
    for path in sorted((examples / "bad").glob("*.vpol")):
        name = f"example/bad/{path.stem}"
        jobs.append(Job(name, lambda name=name, path=path: compare(
            context, name, path, path.with_suffix(".txt"), (0, 1, 2))))
    return jobs
