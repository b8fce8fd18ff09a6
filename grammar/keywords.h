/* SPDX-License-Identifier: Apache-2.0
 *
 * The reserved words of the language: the only list. KEYWORD(TOKEN, spelling) is a word of the
 * grammar; KIND(ID, spelling) is a statement kind, all of which are one token because they are
 * plain names again wherever a name is allowed. Everything else is a NAME that is resolved against
 * tables, so a new field never breaks an old file. */
#ifndef KEYWORD
#define KEYWORD(token, spelling)
#endif
#ifndef KIND
#define KIND(id, spelling)
#endif

KEYWORD(EDITION, "edition")
KEYWORD(USE, "use")
KEYWORD(AS, "as")
KEYWORD(LET, "let")
KEYWORD(DEFINE, "define")
KEYWORD(POLICY, "policy")
KEYWORD(WHEN, "when")
KEYWORD(UNLESS, "unless")
KEYWORD(SCOPE, "scope")
KEYWORD(SET, "set")
KEYWORD(GROUP, "group")
KEYWORD(BY, "by")
KEYWORD(EACH, "each")
KEYWORD(IMAGES, "images")
KEYWORD(AND, "and")
KEYWORD(OR, "or")
KEYWORD(NOT, "not")
KEYWORD(IN, "in")
KEYWORD(STARTSWITH, "startswith")
KEYWORD(ENDSWITH, "endswith")
KEYWORD(CONTAINS, "contains")
KEYWORD(EXISTS, "exists")
KEYWORD(ANY, "any")
KEYWORD(TRUE, "true")
KEYWORD(FALSE, "false")

KIND(TIER, "tier")
KIND(NOTIFY, "notify")
KIND(SUPPRESS, "suppress")
KIND(REOPEN, "reopen")
KIND(ASSIGN, "assign")
KIND(PROTECT, "protect")
KIND(INSIGHT, "insight")
KIND(ACTION, "action")
KIND(REVIEW, "review")
KIND(LIFECYCLE, "lifecycle")
KIND(STATUS, "status")

#undef KEYWORD
#undef KIND
