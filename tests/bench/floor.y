/* SPDX-License-Identifier: Apache-2.0
 *
 * The floor of the benchmark: the language's own grammar (language.md, section 2) without actions,
 * places, values and recovery. It reads a file into memory, parses it, and says by its exit code
 * whether it is a policy. */
%code requires {
int yylex(void);
}

%define parse.error simple
%expect 0

%token EDITION USE AS LET DEFINE POLICY WHEN UNLESS SCOPE SET GROUP BY EACH IMAGES AND OR NOT IN
%token STARTSWITH ENDSWITH CONTAINS EXISTS ANY TRUE FALSE KIND NAME
%token STRING INT DECIMAL ACCOUNT DATE DATETIME DURATION VULNID EQ NE LE GE DOTS

%{
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static void yyerror(const char *message)
{
	(void)message;
}
%}

%%

file:		EDITION INT ';' items ;
items:		%empty | items annotations statement ;
annotations:	%empty | annotations '@' word arguments ;
arguments:	%empty | '(' args ')' | '(' args ',' ')' ;
args:		arg | args ',' arg ;
arg:		scalar | word ':' scalar ;
word:		NAME | KIND ;

statement:	USE STRING ';' | USE STRING AS word ';'
	|	LET word '=' scalar ';' | LET word '=' set ';'
	|	DEFINE word '=' expr ';'
	|	POLICY STRING block
	|	KIND word block | KIND VULNID block ;

block:		'{' properties '}' ;
properties:	%empty | properties property ;
property:	WHEN expr ';' | UNLESS expr ';' | SCOPE expr ';'
	|	SET word '=' scalar ';' | SET STRING '=' scalar ';'
	|	GROUP BY operand ';'
	|	EACH operand '{' rows '}'
	|	IMAGES ANY block | IMAGES word block | IMAGES word set block
	|	word value ';' ;
value:		%empty | texts | atom | set | ANY ;
texts:		STRING | texts STRING ;
rows:		%empty | rows scalar row ';' ;
row:		%empty | row word texts | row word atom ;

expr:		and_expr | expr OR and_expr ;
and_expr:	not_expr | and_expr AND not_expr ;
not_expr:	NOT not_expr | primary ;
primary:	'(' expr ')' | ANY path '{' expr '}' | TRUE | FALSE | path | comparison ;
comparison:	operand relation scalar
	|	operand not affix STRING | operand not affix set | operand not affix path
	|	operand not IN set | operand not IN path | operand not IN scalar DOTS scalar
	|	operand not EXISTS ;
not:		%empty | NOT ;
relation:	EQ | NE | '<' | '>' | LE | GE ;
affix:		STARTSWITH | ENDSWITH | CONTAINS ;
operand:	path | path '[' STRING ']' ;

set:		'[' ']' | '[' elements ']' | '[' elements ',' ']' ;
elements:	scalar | elements ',' scalar ;
scalar:		STRING | atom ;
atom:		path | INT | DECIMAL | DATE | DATETIME | DURATION | VULNID | ACCOUNT | TRUE
	|	FALSE ;
path:		word | path '.' word ;

%%

void floor_scan(char *text, size_t size);

/* Two zero bytes end the text, as the scanner wants it. */
static char *read_all(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	struct stat about;
	char *text = NULL;

	if (file && !fstat(fileno(file), &about) && about.st_size >= 0) {
		*size = (size_t)about.st_size;
		text = malloc(*size + 2);
		if (text && fread(text, 1, *size, file) != *size) {
			free(text);
			text = NULL;
		}
	}
	if (file)
		fclose(file);
	if (text)
		text[*size] = text[*size + 1] = 0;
	return text;
}

int main(int argc, char **argv)
{
	size_t size;
	char *text = argc == 2 ? read_all(argv[1], &size) : NULL;

	if (!text) {
		fprintf(stderr, "usage: floor POLICY\n");
		return 3;
	}
	floor_scan(text, size + 2);
	return yyparse() ? 2 : 0;
}
