/* SPDX-License-Identifier: Apache-2.0
 *
 * The grammar of vpol, edition 1: LALR(1) without conflicts. An action is one call; everything else
 * is in compiler/syntax. Lists are left-recursive. Productions whose action is wrong_*() take what
 * people write by mistake, tell them, and go on.
 *
 * Recovery: a property ends at `;`, a block at `}`, a statement at `;`, its block or `}`. There is
 * no recovery inside parentheses, nor inside the braces of `any`: the token that shows the mistake
 * is usually behind them. The driver (parse.c) may put a missing `;` or `}` into the stream. */
%require "3.8"
%code requires {
#include "syntax/ast_build.h"
}

%define api.pure full
%define api.prefix {vpol_}
%define api.token.prefix {T_}
%define api.location.type {struct span}
%define api.value.type union
%define parse.error custom
%define parse.lac full
%param {struct parse *p}
%expect 0

%code {
int vpol_lex(VPOL_STYPE *value, struct span *at, struct parse *p);
static void vpol_error(const struct span *at, struct parse *p, const char *message);

/* An empty production stands right behind what precedes it. */
#define YYLLOC_DEFAULT(Current, Rhs, N)                                                            \
	((Current) = (N) ? span_join(YYRHSLOC(Rhs, 1), YYRHSLOC(Rhs, N))                           \
			 : (struct span){YYRHSLOC(Rhs, 0).end, YYRHSLOC(Rhs, 0).end})
/* Nesting is counted (SYNTAX_NESTING) and everything else is left-recursive, so that the stack
 * cannot grow to this. */
#define YYMAXDEPTH 10000
#define YYSTACK_USE_ALLOCA 0
/* The next mistake is told again, however near it stands. */
#define RECOVERED(p) (yyerrok, parse_recovered(p))
}

%token YYEOF 0 "end of the file"
%token EDITION "`edition`" USE "`use`" AS "`as`" LET "`let`" DEFINE "`define`" POLICY "`policy`"
%token WHEN "`when`" UNLESS "`unless`" SCOPE "`scope`" SET "`set`" GROUP "`group`" BY "`by`"
%token EACH "`each`" IMAGES "`images`" AND "`and`" OR "`or`" NOT "`not`" IN "`in`"
%token STARTSWITH "`startswith`" ENDSWITH "`endswith`" CONTAINS "`contains`" EXISTS "`exists`"
%token ANY "`any`" TRUE "`true`" FALSE "`false`"
%token LPAREN "`(`" RPAREN "`)`" LBRACKET "`[`" RBRACKET "`]`" LBRACE "`{`" RBRACE "`}`"
%token LCURLY "`{` of `any`" RCURLY "`}` of `any`" /* the driver knows them from a block's */
%token COMMA "`,`" SEMICOLON "`;`" COLON "`:`" DOT "`.`" DOTS "`..`" AT "`@`"
%token ASSIGN "`=`" EQ "`==`" NE "`!=`" LT "`<`" LE "`<=`" GT "`>`" GE "`>=`"
%token BAD "what is no token" /* the scanner has told it; no rule takes it */
%token <struct token_value> NAME "a name" KIND "a statement word" FOREIGN "a name outside ASCII"
%token <struct token_value> STRING "a string" INT "an integer" DECIMAL "a decimal"
%token <struct token_value> ACCOUNT "an account" DATE "a date" DATETIME "a date with a time"
%token <struct token_value> DURATION "a duration" VULNID "a vulnerability id"

%nterm <struct token_value> word name statement_name policy_name unknown
%nterm <struct ast_scalar> scalar atom string
%nterm <struct ast_path *> dotted
%nterm <struct ast_path> path
%nterm <struct ast_operand> operand
%nterm <struct ast_scalars *> texts elements
%nterm <struct ast_value> set set_or_scalar value_opt row_property_value affix_value
%nterm <struct ast_expr *> expr or_expr and_expr and_list not_expr primary comparison
%nterm <enum ast_op> relation affix
%nterm <bool> not_opt
%nterm <struct ast_property *> property row_property
%nterm <struct ast_properties *> block properties row_properties
%nterm <struct ast_rows *> rows
%nterm <struct ast_row> row
%nterm <struct ast_annotations *> annotations
%nterm <struct ast_annotation> annotation
%nterm <struct ast_args *> args arguments
%nterm <struct ast_arg> arg
%nterm <struct ast_statement *> statement

%%

file:
	edition items
	;

edition:
	EDITION INT SEMICOLON		{ ast_edition(p, @2, $2); }
|	EDITION error SEMICOLON		{ RECOVERED(p); }
|	%empty				{ wrong_no_edition(p); }
	;

items:
	%empty
|	items item
	;

item:
	annotations statement		{ ast_item(p, @2, $1, $2); }
|	annotations wrong_statement	{ RECOVERED(p); }
|	error SEMICOLON			{ RECOVERED(p); }
|	error RBRACE			{ RECOVERED(p); }
|	skipped properties RBRACE
|	skipped properties error RBRACE	{ RECOVERED(p); }
	;

skipped:
	error LBRACE			{ RECOVERED(p); }
	;

statement:
	USE STRING SEMICOLON		{ $$ = ast_use(p, @1, $2, @2, NULL, @2); }
|	USE STRING AS name SEMICOLON	{ $$ = ast_use(p, @1, $2, @2, &$4, @4); }
|	LET name becomes set_or_scalar SEMICOLON
					{ $$ = ast_let(p, @1, $2, @2, $4); }
|	DEFINE name becomes expr SEMICOLON
					{ $$ = ast_define(p, @1, $2, @2, $4); }
|	POLICY policy_name block	{ $$ = ast_policy(p, @1, $2, @2, $3); }
|	KIND statement_name block	{ $$ = ast_kind(p, @1, $1, $2, @2, $3); }
	;

/* What begins with a word that begins no statement is told once, at the word. */
wrong_statement:
	unknown block
|	unknown word block
|	unknown VULNID block
|	unknown STRING block
	;

unknown:
	NAME				{ wrong_statement_word(p, @1, $1); $$ = $1; }
|	FOREIGN				{ wrong_statement_word(p, @1, $1); $$ = $1; }
	;

statement_name:
	name
|	VULNID
|	%empty				{ $$ = wrong_unnamed(p, @$); }
	;

policy_name:
	STRING
|	word				{ $$ = wrong_bare_name(p, @1, $1); }
|	%empty				{ $$ = wrong_unnamed(p, @$); }
	;

name:
	NAME
|	KIND
|	FOREIGN				{ $$ = wrong_foreign_name(p, @1, $1); }
|	STRING				{ $$ = wrong_quoted_name(p, @1, $1); }
	;

becomes:
	ASSIGN
|	EQ				{ wrong_equals(p, @1, "="); }
	;

word:
	NAME
|	KIND
|	FOREIGN
	;

annotations:
	%empty				{ $$ = NULL; }
|	annotations annotation		{ $$ = ast_annotations_add(p, $1, $2); }
	;

annotation:
	AT word arguments		{ $$ = ast_annotation(@$, $2, @2, $3); }
	;

arguments:
	%empty				{ $$ = NULL; }
|	LPAREN args RPAREN		{ $$ = $2; }
|	LPAREN args COMMA RPAREN	{ $$ = $2; }
	;

args:
	arg				{ $$ = ast_args_add(p, NULL, $1); }
|	args COMMA arg			{ $$ = ast_args_add(p, $1, $3); }
	;

arg:
	scalar				{ $$ = ast_arg(@$, NULL, $1); }
|	word COLON scalar		{ $$ = ast_arg(@$, &$1, $3); }
	;

block:
	LBRACE properties RBRACE	{ $$ = $2; }
|	LBRACE properties error RBRACE	{ $$ = $2; RECOVERED(p); }
	;

properties:
	%empty				{ $$ = NULL; }
|	properties property		{ $$ = ast_properties_add(p, $1, $2); }
	;

property:
	WHEN expr SEMICOLON		{ $$ = ast_condition(p, AST_WHEN, @$, @1, $2); }
|	UNLESS expr SEMICOLON		{ $$ = ast_condition(p, AST_UNLESS, @$, @1, $2); }
|	SCOPE expr SEMICOLON		{ $$ = ast_condition(p, AST_SCOPE, @$, @1, $2); }
|	SET word becomes scalar SEMICOLON
					{ $$ = ast_set(p, @$, @1, $2, @2, ast_one(p, $4)); }
|	SET STRING becomes scalar SEMICOLON
					{ $$ = ast_set(p, @$, @1, $2, @2, ast_one(p, $4)); }
|	GROUP BY operand SEMICOLON	{ $$ = ast_group(p, @$, @1, $3); }
|	EACH operand LBRACE rows RBRACE	{ $$ = ast_each(p, @$, @1, $2, $4); }
|	EACH operand LBRACE rows error RBRACE
					{ $$ = NULL; RECOVERED(p); }
|	IMAGES ANY block
			{ $$ = ast_images(p, @$, STR("any"), @2, ast_any_value(@2), $3); }
|	IMAGES word block
			{ $$ = ast_images(p, @$, $2.text, @2, ast_no_value(@2), $3); }
|	IMAGES word set block		{ $$ = ast_images(p, @$, $2.text, @2, $3, $4); }
|	word value_opt SEMICOLON	{ $$ = ast_plain(p, @$, $1, @1, $2); }
|	error SEMICOLON			{ $$ = NULL; RECOVERED(p); }
|	word value_opt block		{ $$ = wrong_block(p, @3, $1); }
|	word value_opt block SEMICOLON	{ $$ = wrong_block(p, @3, $1); }
	;

value_opt:
	%empty				{ $$ = ast_no_value(@$); }
|	texts				{ $$ = ast_texts(p, @1, $1); }
|	atom				{ $$ = ast_one(p, $1); }
|	set
|	ANY				{ $$ = ast_any_value(@1); }
	;

texts:
	string				{ $$ = ast_scalars_add(p, NULL, $1); }
|	texts string			{ $$ = ast_scalars_add(p, $1, $2); }
	;

rows:
	%empty				{ $$ = NULL; }
|	rows row			{ $$ = ast_rows_add(p, $1, $2); }
|	rows error SEMICOLON		{ $$ = $1; RECOVERED(p); }
	;

row:
	scalar row_properties SEMICOLON
					{ $$ = ast_row(@$, $1, $2); }
	;


row_properties:
	%empty				{ $$ = NULL; }
|	row_properties row_property	{ $$ = ast_properties_add(p, $1, $2); }
	;

row_property:
	word row_property_value		{ $$ = ast_plain(p, @$, $1, @1, $2); }
	;

row_property_value:
	texts				{ $$ = ast_texts(p, @1, $1); }
|	atom				{ $$ = ast_one(p, $1); }
	;

expr:
	and_expr
|	or_expr				{ $$ = ast_or_done(p, $1); }
	;

or_expr:
	and_expr OR and_expr		{ $$ = ast_pair(p, AST_OR, @2, $1, $3); }
|	or_expr OR and_expr		{ $$ = ast_more(p, $1, $3); }
	;

and_expr:
	not_expr
|	and_list
	;

and_list:
	not_expr AND not_expr		{ $$ = ast_pair(p, AST_AND, @2, $1, $3); }
|	and_list AND not_expr		{ $$ = ast_more(p, $1, $3); }
	;

not_expr:
	not not_expr			{ $$ = ast_not(p, @$, @1, $2); parse_leave(p); }
|	primary
	;

not:
	NOT				{ if (!parse_enter(p, @1)) YYERROR; }
	;

lparen:
	LPAREN				{ if (!parse_enter(p, @1)) YYERROR; }
	;

any:
	ANY				{ if (!parse_enter(p, @1)) YYERROR; }
	;

primary:
	lparen expr RPAREN		{ $$ = ast_paren(p, @$, @1, $2); parse_leave(p); }
|	any path LCURLY expr RCURLY	{ $$ = ast_any(p, @$, @1, $2, $4); parse_leave(p); }
|	TRUE				{ $$ = ast_const(p, @1, true); }
|	FALSE				{ $$ = ast_const(p, @1, false); }
|	path				{ $$ = ast_ref(p, $1); }
|	comparison
	;

comparison:
	operand relation scalar		{ $$ = ast_compare(p, @$, @2, $1, $2, ast_one(p, $3)); }
|	operand not_opt affix affix_value
					{ $$ = ast_affix(p, @$, @3, $1, $2, $3, $4); }
|	operand not_opt IN set		{ $$ = ast_in(p, @$, @3, $1, $2, $4); }
|	operand not_opt IN path		{ $$ = ast_in(p, @$, @3, $1, $2, ast_reference(p, $4)); }
|	operand not_opt IN scalar DOTS scalar
					{ $$ = ast_range(p, @$, @3, $1, $2, $4, $6); }
|	operand not_opt EXISTS		{ $$ = ast_exists(p, @$, @3, $1, $2); }
	;

not_opt:
	%empty				{ $$ = false; }
|	NOT				{ $$ = true; }
	;

relation:
	EQ				{ $$ = AST_EQ; }
|	NE				{ $$ = AST_NE; }
|	LT				{ $$ = AST_LT; }
|	LE				{ $$ = AST_LE; }
|	GT				{ $$ = AST_GT; }
|	GE				{ $$ = AST_GE; }
|	ASSIGN				{ $$ = AST_EQ; wrong_equals(p, @1, "=="); }
	;

affix:
	STARTSWITH			{ $$ = AST_STARTSWITH; }
|	ENDSWITH			{ $$ = AST_ENDSWITH; }
|	CONTAINS			{ $$ = AST_CONTAINS; }
	;

affix_value:
	string				{ $$ = ast_one(p, $1); }
|	set
|	path				{ $$ = ast_reference(p, $1); }
	;

operand:
	path				{ $$ = ast_operand(@$, $1, NULL, @1); }
|	path LBRACKET STRING RBRACKET	{ $$ = ast_operand(@$, $1, &$3, @3); }
	;

set_or_scalar:
	set
|	scalar				{ $$ = ast_one(p, $1); }
	;

set:
	LBRACKET RBRACKET		{ $$ = ast_elements(@$, NULL); }
|	LBRACKET elements RBRACKET	{ $$ = ast_elements(@$, $2); }
|	LBRACKET elements COMMA RBRACKET { $$ = ast_elements(@$, $2); }
	;

elements:
	scalar				{ $$ = ast_elements_add(p, NULL, $1); }
|	elements COMMA scalar		{ $$ = ast_elements_add(p, $1, $3); }
	;

scalar:
	string
|	atom
	;

string:
	STRING				{ $$ = ast_literal(AST_STRING, @1, $1); }
	;

atom:
	path				{ $$ = ast_name($1); }
|	INT				{ $$ = ast_literal(AST_INT, @1, $1); }
|	DECIMAL				{ $$ = ast_literal(AST_DECIMAL, @1, $1); }
|	DATE				{ $$ = ast_literal(AST_DATE, @1, $1); }
|	DATETIME			{ $$ = ast_literal(AST_DATETIME, @1, $1); }
|	DURATION			{ $$ = ast_literal(AST_DURATION, @1, $1); }
|	VULNID				{ $$ = ast_literal(AST_VULNID, @1, $1); }
|	ACCOUNT				{ $$ = ast_literal(AST_ACCOUNT, @1, $1); }
|	TRUE				{ $$ = ast_bool(p, @1, true); }
|	FALSE				{ $$ = ast_bool(p, @1, false); }
	;

path:
	dotted				{ $$ = ast_path_done(p, $1); }
	;

dotted:
	word				{ $$ = ast_path_word(p, NULL, @1, $1); }
|	dotted DOT word			{ $$ = ast_path_word(p, $1, @3, $3); }
	;

%%

/* Bison calls this for exhausted memory only; mistakes go through yyreport_syntax_error. */
static void vpol_error(const struct span *at, struct parse *p, const char *message)
{
	(void)message;
	parse_exhausted(p, *at);
}

/* Token kinds and symbols are both numbered in the order of declaration. */
static int token_of(yysymbol_kind_t symbol)
{
	return symbol < YYSYMBOL_EDITION ? T_YYEOF : symbol - YYSYMBOL_EDITION + T_EDITION;
}

static int yyreport_syntax_error(const yypcontext_t *context, struct parse *p)
{
	yysymbol_kind_t symbols[YYNTOKENS];
	int expected[YYNTOKENS];
	int n = yypcontext_expected_tokens(context, symbols, YYNTOKENS);

	for (int i = 0; i < n; i++)
		expected[i] = token_of(symbols[i]);
	parse_unexpected(p, token_of(yypcontext_token(context)), *yypcontext_location(context),
			 expected, n > 0 ? (size_t)n : 0);
	return 0;
}

const char *parse_token_name(int kind)
{
	if (kind == T_YYEOF)
		return yysymbol_name(YYSYMBOL_YYEOF);
	return yysymbol_name((yysymbol_kind_t)(kind - T_EDITION + YYSYMBOL_EDITION));
}
