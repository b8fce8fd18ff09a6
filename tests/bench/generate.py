#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a policy of N statements that compiles, and the vulnctl.yaml beside it.

usage: generate.py N DIR [--suppressions]

With --suppressions all are suppressions, as a linter has them to compare. Else every other
statement is a suppression of one CVE in one repository; the rest is mixed (MIXED). The same N gives
the same bytes on every machine: the numbers come from a generator of our own. A few statements
stand at the top and are not counted: tiers, defines, a protect. A policy of 10 N begins with that
of N.

Values are drawn from skewed pools: a third of all draws falls on the first 4 % of a pool.
What overlaps never disagrees, for a policy of this size could not be written by chance otherwise:
all suppressions write SUPPRESSED, and what an assignment writes is a function of what it tests.
"""
import argparse
import pathlib

SEED = 20260101
CVES, REPOSITORIES, TEAMS, PACKAGES, ACCOUNTS, CHANNELS = 20000, 2000, 200, 300, 50, 8

CONFIG = """\
# Written by tests/bench/generate.py.
version: 1
channels:
{channels}
buckets:
  archive:
    name: example-findings
    prefix: "inspector/"
    kms_key_arn: "arn:aws:kms:ap-northeast-1:111122223333:key/11111111-2222-3333-4444-555555555555"
    owner: "111122223333"
rule_order: {{first: 1, last: 1000}}
quotas: {{automation-rules: 1000000, event-rules: 1000000, event-pattern-size: 2048,
  inspector-suppressions: 1000000, insights: 1000000, action-targets: 1000000}}
roles:
  events: "arn:aws:iam::111122223333:role/vulnctl-events"
  scheduler: "arn:aws:iam::111122223333:role/vulnctl-scheduler"
  states: "arn:aws:iam::111122223333:role/vulnctl-states"
"""

HEAD = """\
edition 1;

policy "bench" {
  owner "security-team";
  timezone "+09:00";
  resources [ecr_image];
}

define fixable = fix == YES;
define exploitable = exploit == YES;

tier high { when severity == CRITICAL and exploitable and fixable; review 7d; }
tier medium { when severity == CRITICAL or (severity == HIGH and fixable); review 30d; }

protect payments { when repository startswith "payments/"; reason "never on hold"; }
"""

REASONS = (
    "the vulnerable function is never called",
    "the package is only there at build time",
    "reachable from the internal network only; gone over at the end of the quarter",
    "the vendor disputes it",
    "月次で対応方針を再検討する",
)
TICKET_PROJECTS = ("SEC", "OPS", "APP")


class Random:
    """xorshift64*: few lines, and the same numbers for ever."""

    def __init__(self, seed):
        self.state = seed * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF  # bits in every place

    def below(self, n):
        x = self.state
        x ^= x >> 12
        x ^= (x << 25) & 0xFFFFFFFFFFFFFFFF
        x ^= x >> 27
        self.state = x
        return ((x * 2685821657736338717 & 0xFFFFFFFFFFFFFFFF) >> 32) * n >> 32

    def skewed(self, n):
        """Small numbers are the popular ones: n times the cube of a fraction."""
        return self.below(1 << 20) ** 3 * n >> 60

    def pick(self, values):
        return values[self.below(len(values))]


class Pools:
    """The i-th value of each pool, and draws from it."""

    def __init__(self, random):
        self.random = random

    def cve(self):
        i = self.random.skewed(CVES)
        return f"CVE-{2015 + i % 11}-{1000 + i * 7 % 49000}"

    def cves(self, n):
        """n different ones."""
        found = {}
        while len(found) < n:
            found[self.cve()] = None
        return list(found)

    def team(self):
        return f"team-{self.random.skewed(TEAMS):03}"

    def repository(self):
        i = self.random.skewed(REPOSITORIES)
        return f"team-{i % TEAMS:03}/app-{i:04}"

    def package(self):
        return f"lib{self.random.skewed(PACKAGES):03}"

    def account(self):
        return str(100000000000 + self.random.skewed(ACCOUNTS) * 1717171717)

    def date(self):
        """Mostly the ends of quarters, as people choose them."""
        if self.random.below(10) < 7:
            return self.random.pick(("2026-06-30", "2026-09-30", "2026-12-31", "2027-03-31"))
        return f"2026-{5 + self.random.below(8):02}-{1 + self.random.below(28):02}"

    def ticket(self):
        return f"{self.random.pick(TICKET_PROJECTS)}-{1 + self.random.below(9999)}"


# --- statements: a name's number and the pools -> lines of a block ---

def hold(pools):
    """What every suppression must say."""
    lines = [f'until {pools.date()};', f'reason "{pools.random.pick(REASONS)}";',
             f'owner "{pools.team()}";']
    if pools.random.below(2):
        lines.append(f'ticket "{pools.ticket()}";')
    return lines


def block(kind, name, lines):
    return f"{kind} {name} {{\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def suppress_exact(i, pools):
    when = f'when cve == {pools.cve()} and repository == "{pools.repository()}";'
    return block("suppress", f"hold-{i}", [when, *hold(pools)])


def suppress_several(i, pools):
    cves = ", ".join(pools.cves(3 + pools.random.below(6)))
    when = f'when cve in [{cves}] and repository startswith "{pools.team()}/";'
    return block("suppress", f"several-{i}", [when, *hold(pools)])


def suppress_inspector(i, pools):
    """In Inspector itself, by one of its filters."""
    place = pools.random.pick((f'repository == "{pools.repository()}"',
                               f'repository startswith "{pools.team()}/"'))
    when = f"when cve == {pools.cve()} and {place};"
    return block("suppress", f"filter-{i}", [when, "via inspector;", *hold(pools)])


def suppress_package(i, pools):
    package = f'name == "{pools.package()}"'
    test = pools.random.pick((
        f"package.{package}", f"any package {{ {package} }}",
        f'any package {{ {package} and version startswith "{pools.random.below(9)}." }}'))
    when = f'when {test} and repository startswith "{pools.team()}/";'
    return block("suppress", f"package-{i}", [when, *hold(pools)])


def suppress_old(i, pools):
    """What an event pattern cannot say: the state machine tests the rest."""
    test = pools.random.pick(("first_observed < 2026-03-01", "cvss < 5.0"))
    when = f'when severity in [LOW, MEDIUM] and {test} and repository startswith "{pools.team()}/";'
    return block("suppress", f"old-{i}", [when, "via event;", *hold(pools)])


def suppress_table(i, pools):
    rows = []
    for cve in pools.cves(4 + pools.random.below(9)):
        row = cve
        if pools.random.below(3) == 0:
            row += f" until {pools.date()}"
        if pools.random.below(4) == 0:
            row += f' reason "{pools.random.pick(REASONS)}"'
        rows.append(f"  {row};")
    lines = [f'when repository startswith "{pools.team()}/";', "each cve {", *rows, "}"]
    return block("suppress", f"table-{i}", [*lines, *hold(pools)])


def reopen(i, pools):
    """With the suppression it is of, in a repository of their own: two blocks, one of N."""
    where = f'repository == "unfixed/app-{i}"'
    first = block("suppress", f"unfixed-{i}", [f"when fix == NO and {where};", *hold(pools)])
    return first + "\n" + block("reopen", f"fixed-{i}", [
        f"of unfixed-{i};", f"when {where} and fix in [YES, PARTIAL];"])


def notify(i, pools):
    random = pools.random
    conditions = (
        "severity == CRITICAL and exploit == YES and fix == YES",
        "severity in [HIGH, CRITICAL] and fix in [YES, PARTIAL]",
        "severity >= HIGH and exploit == YES",
        "severity == CRITICAL and not (fix == YES)",
        "tier == high",
        "tier == medium and exploit == YES",
    )
    condition = random.pick(conditions)
    place = random.below(4)
    if place == 1:
        condition += f" and account == {pools.account()}"
    elif place > 1:
        condition += f' and repository startswith "{pools.team()}/"'
    if random.below(2):
        condition += " and workflow == NEW"
    lines = [f"when {condition};"]
    if place < 2 and random.below(4) == 0:  # a pattern has one test for each field
        lines.append(f'unless repository startswith "{pools.team()}/sandbox-";')
    lines.append(f"to channel-{random.below(CHANNELS)};")
    if random.below(3) == 0:
        lines.append('message "{severity} {cve} in {repository}: {title}";')
    return block("notify", f"tell-{i}", lines)


def notify_inspector(i, pools):
    """By Inspector's own event, which has numbers and no workflow."""
    random = pools.random
    test = random.pick(("epss >= 0.5", "epss >= 0.88", "score >= 7.0", "tier == high"))
    place = random.pick((f"account == {pools.account()}",
                         f'repository startswith "{pools.team()}/"'))
    return block("notify", f"inspector-{i}", [
        f"when severity >= HIGH and {test} and {place};", "source inspector;",
        f"to channel-{random.below(CHANNELS)};"])


def notify_scan(i, pools):
    """A prefix would be a wildcard there, of which a bus takes 30."""
    word = pools.random.pick(("critical", "high"))
    when = f'when counts.{word} > {pools.random.below(5)} and repository == "{pools.repository()}"'
    return block("notify", f"scan-{i}", [
        f"{when};", "source inspector-scan;",
        f"to channel-{pools.random.below(CHANNELS)};"])


def assign(i, pools):
    kind = pools.random.below(4)
    team = pools.team()
    if kind == 0:
        lines = [f'when repository startswith "{team}/";', f'set team = "{team}";',
                 f'set division = "division-{int(team[-3:]) // 20}";']
    elif kind == 1:
        account = pools.account()
        lines = [f"when account == {account};", f'set cost-center = "cc-{account[-4:]}";']
    elif kind == 2:
        repository = pools.repository()
        lines = [f'when repository == "{repository}";', f'set in-charge = "{repository[-4:]}";']
    else:
        severity = pools.random.pick(("CRITICAL", "HIGH", "MEDIUM"))
        lines = [f'when severity == {severity} and repository startswith "{team}/";',
                 f'set priority = "{severity[0]}";']
    return block("assign", f"field-{i}", lines)


def insight(i, pools):
    random = pools.random
    condition = random.pick((
        f'field["team"] == "{pools.team()}" and workflow in [NEW, NOTIFIED]',
        f'severity == CRITICAL and field["team"] == "{pools.team()}"',
        f"severity >= HIGH and account == {pools.account()} and workflow == NEW"))
    group = random.pick(("resource.id", "severity", "account"))
    return block("insight", f"see-{i}", [f"when {condition};", f"group by {group};"])


def action(i, pools):
    team = pools.team()
    return block("action", f"give-{i}", [f'title "Give to {team}";', f'set team = "{team}";'])


def review(i, pools):
    random = pools.random
    place = random.pick((f"account == {pools.account()}",
                         f'repository startswith "{pools.team()}/"'))
    tiers = random.pick(("tier == high", "severity >= HIGH", "severity == CRITICAL"))
    schedule = random.pick(("cron(0 9 1 * ? *)", "cron(0 9 ? * MON *)", "rate(7 days)"))
    return block("review", f"round-{i}", [
        f"when {tiers} and {place};", f'schedule "{schedule}";',
        f"export {random.pick(('csv', 'json'))};", "to archive;"])


def lifecycle(i, pools):
    """Each for a repository of its own: one has one."""
    random = pools.random
    days, versions, all_images = 7 + random.below(21), 5 + random.below(20), 30 + random.below(70)
    rules = random.pick((
        [f"keep {versions};", f"expire-untagged {days}d;"],
        [f"images untagged {{ expire {days}d; }}",
         f'images tagged ["v*"] {{ keep {versions}; }}', f"images any {{ keep {all_images}; }}"]))
    return block("lifecycle", f"keep-{i}", [f'when repository == "kept/app-{i}";', *rules])


# Of 50 statements that are no suppression of one CVE in one repository.
MIXED = ((10, notify), (3, notify_inspector), (1, notify_scan), (11, assign),
         (7, suppress_several), (4, suppress_package), (2, suppress_inspector), (1, suppress_old),
         (3, suppress_table), (2, reopen), (2, lifecycle), (2, insight), (1, action),
         (1, review))
DECK = [make for weight, make in MIXED for _ in range(weight)]
STRIDE = 21  # has no factor in common with the deck's size, so that all of it is dealt


HELD = ((7, suppress_several), (4, suppress_package), (2, suppress_inspector), (1, suppress_old),
        (3, suppress_table))
HELD_DECK = [make for weight, make in HELD for _ in range(weight)]
HELD_STRIDE = 5


def mixed(i, pools):
    return DECK[i // 2 * STRIDE % len(DECK)](i, pools)


def held(i, pools):
    return HELD_DECK[i // 2 * HELD_STRIDE % len(HELD_DECK)](i, pools)


def policy(n, suppressions=False):
    """The text, in pieces."""
    pools = Pools(Random(SEED))
    other = held if suppressions else mixed
    yield HEAD
    for i in range(n):
        yield "\n"
        yield other(i, pools) if i % 2 else suppress_exact(i, pools)


def config():
    channels = "\n".join(
        f'  channel-{i}: {{sns_topic_arn: "arn:aws:sns:ap-northeast-1:111122223333:channel-{i}"}}'
        for i in range(CHANNELS))
    return CONFIG.format(channels=channels)


def write(n, folder, suppressions=False):
    """Makes DIR/policy.vpol and DIR/vulnctl.yaml; the policy's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vulnctl.yaml").write_text(config(), encoding="utf-8")
    path = folder / "policy.vpol"
    with path.open("w", encoding="utf-8") as out:
        out.writelines(policy(n, suppressions))
    return path


def main():
    parser = argparse.ArgumentParser(description="Writes a policy of N statements.")
    parser.add_argument("n", type=int)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--suppressions", action="store_true")
    arguments = parser.parse_args()
    print(write(arguments.n, arguments.folder, arguments.suppressions))


if __name__ == "__main__":
    main()
