# SPDX-License-Identifier: Apache-2.0
#
# The pages of the rules (compiler/lint/rules/VCnnn.md) as C: with -v header=1 the enum that code
# names them by, else the table of lint/rule.h, both in the order of the files.

function fail(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what >"/dev/stderr"
	failed = 1
	exit 1
}

function quoted(text) {
	gsub(/\\/, "&&", text)
	gsub(/"/, "\\\"", text)
	return "\"" text "\""
}

function end_rule() {
	if (!id)
		return
	if (!row)
		fail("the page before has no row `| level | evidence | fix | standing |`")
	if (header)
		printf "\tRULE_%s,\n", symbol
	else
		printf "\t{%s, %s, %s, %s, %s, %s, %s, %s,\n\t %s},\n", quoted(id), quoted(name),
			level, quoted(evidence), quoted(fix), standing, quoted(changes),
			quoted(summary), page
}

BEGIN {
	split("off info warn error", words, " ")
	for (i in words)
		levels[words[i]] = "LINT_" toupper(words[i])
	standings["configurable"] = "LINT_CONFIGURABLE"
	standings["locked"] = "LINT_LOCKED"
	standings["mistake"] = "LINT_MISTAKE"
	print "/* Made by compiler/lint/rules.awk of compiler/lint/rules. */"
	if (header)
		print "enum lint_id {"
	else
		print "#include \"lint/rule.h\"\n\nconst struct lint_rule lint_rules[RULE_COUNT] = {"
}

FNR == 1 {
	end_rule()
	if ($0 !~ /^# VC[0-9][0-9][0-9] [a-z0-9-]+$/)
		fail("a page begins with `# VCnnn name`")
	if (FILENAME !~ (substr($2, 1) "\\.md$"))
		fail("this is the page of " $2)
	id = $2
	name = symbol = $3
	gsub(/-/, "_", symbol)
	summary = page = changes = ""
	row = 0
}

FNR == 3 { in_summary = 1 }
in_summary && $0 == "" { in_summary = 0 }
in_summary { summary = summary (summary == "" ? "" : " ") $0 }

!row && /^\| (off|info|warn|error) \|/ {
	row = 1
	split($0, cells, / *\| */)
	level = levels[cells[2]]
	evidence = cells[3]
	fix = cells[4]
	standing = standings[cells[5]]
	if (!standing || evidence == "" || fix == "")
		fail("the row is not `| level | evidence | fix | standing |`")
}

match($0, /^Changes what is compiled: /) {
	changes = substr($0, RLENGTH + 1)
}

{
	line = quoted($0)
	page = page "\n\t " substr(line, 1, length(line) - 1) "\\n\""
}

END {
	if (failed)
		exit 1
	end_rule()
	print header ? "\tRULE_COUNT\n};" : "};"
}
