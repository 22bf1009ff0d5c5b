/** CREATE TABLE: columns, constraints and options, by SQLite's grammar (parse.y create_table). */
import type { ColumnDefinition, ConstraintClause, CreateTable, KeyPart, NotNullClause } from "./ast.ts";
import { accept, type Cursor, expect, name, parenthesized, peek, sees, textBetween, unexpected } from "./cursor.ts";
import { checkClause, conflictClause, deferrableClause, keyList, nameList, referencesClause } from "./constraint.ts";
import { fold, isName, type Token } from "../lexer.ts";
import { keptType } from "./kept_type.ts";
import { quoteAlways } from "../sql.ts";

/** Words that end a column's type: they start one of its constraints. */
const startsConstraint = new Set(
  "CONSTRAINT PRIMARY NOT NULL UNIQUE CHECK DEFAULT COLLATE REFERENCES AS DEFERRABLE ON".split(" "),
);

type Body = Pick<CreateTable, "columns" | "constraints" | "strict" | "withoutRowid">;

/** Behind the table's name. SQLite writes the columns out for CREATE TABLE … AS, so a stored text never has it. */
export function tableBody(cursor: Cursor): Body {
  const columns: ColumnDefinition[] = [], constraints: ConstraintClause[] = [];
  expect(cursor, "(");
  do {
    if (columns.length > 0 && startsTableConstraint(cursor)) {
      tableConstraints(cursor, constraints);
      break;
    }
    columns.push(column(cursor, constraints));
  } while (accept(cursor, ","));
  expect(cursor, ")");
  let strict = false, withoutRowid = false;
  do {
    if (accept(cursor, "WITHOUT", "ROWID")) withoutRowid = true;
    else if (accept(cursor, "STRICT")) strict = true;
    else if (peek(cursor)) throw unexpected(cursor, "a table option");
  } while (accept(cursor, ","));
  return {
    columns,
    constraints: withoutRowid ? constraints.map(withoutRepeats(columns)) : constraints,
    strict,
    withoutRowid,
  };
}

/**
 * SQLite leaves a column that comes again out of the key of a WITHOUT ROWID table, unless it is collated otherwise (build.c
 * convertToWithoutRowidTable).
 */
function withoutRepeats(columns: readonly ColumnDefinition[]): (clause: ConstraintClause) => ConstraintClause {
  const collations = new Map(columns.map((each) => [fold(each.name), each.collation]));
  const identity = ({ name, sql, collation }: KeyPart) => {
    const column = fold(name ?? sql);
    return `${column} ${fold(collation ?? collations.get(column) ?? "binary")}`;
  };
  return (clause) => {
    if (clause.kind !== "primary_key") return clause;
    const keys = clause.keys.filter((key, i, all) => all.findIndex((each) => identity(each) === identity(key)) === i);
    return { ...clause, keys };
  };
}

/** All of these words are reserved, so a column of that name is in quotes. */
function startsTableConstraint(cursor: Cursor): boolean {
  return ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].some((word) => sees(cursor, word));
}

function column(cursor: Cursor, constraints: ConstraintClause[]): ColumnDefinition {
  const columnName = name(cursor);
  const type = declaredType(cursor);
  let notNull: NotNullClause | null = null, value: string | null = null, collation: string | null = null;
  let generated: ColumnDefinition["generated"] = null, constraint: string | null = null;
  const key = (desc: boolean): readonly KeyPart[] => [
    { name: columnName, sql: quoteAlways(columnName), collation: null, desc },
  ];
  for (;;) {
    if (accept(cursor, "CONSTRAINT")) {
      constraint = name(cursor);
      continue;
    }
    const named = constraint;
    if (accept(cursor, "DEFAULT")) value = defaultValue(cursor);
    else if (accept(cursor, "NOT", "NULL")) notNull = { name: named, conflict: conflictClause(cursor) };
    else if (accept(cursor, "NULL")) conflictClause(cursor);
    else if (accept(cursor, "PRIMARY", "KEY")) {
      const desc = accept(cursor, "DESC");
      if (!desc) accept(cursor, "ASC");
      const conflict = conflictClause(cursor);
      const autoincrement = accept(cursor, "AUTOINCREMENT");
      constraints.push({ kind: "primary_key", name: named, keys: key(desc), conflict, autoincrement, inColumn: true });
    } else if (accept(cursor, "UNIQUE")) {
      const conflict = conflictClause(cursor);
      constraints.push({
        kind: "unique",
        name: named,
        keys: key(false),
        conflict,
        autoincrement: false,
        inColumn: true,
      });
    } else if (accept(cursor, "CHECK")) constraints.push(checkClause(cursor, named));
    else if (accept(cursor, "REFERENCES")) constraints.push(referencesClause(cursor, named, [columnName]));
    else if (sees(cursor, "DEFERRABLE") || sees(cursor, "NOT", "DEFERRABLE")) laterDeferrable(cursor, constraints);
    else if (accept(cursor, "COLLATE")) collation = name(cursor);
    else if (accept(cursor, "GENERATED", "ALWAYS", "AS") || accept(cursor, "AS")) {
      const sql = parenthesized(cursor);
      generated = { sql, stored: accept(cursor, "STORED") };
      if (!generated.stored) accept(cursor, "VIRTUAL");
    } else break;
    constraint = null;
  }
  return { name: columnName, type, notNull, default: value, collation, generated };
}

/** A DEFERRABLE that does not directly follow its REFERENCES belongs to the foreign key that came last (parse.y ccons). */
function laterDeferrable(cursor: Cursor, constraints: ConstraintClause[]): void {
  const deferrable = deferrableClause(cursor)!;
  const last = constraints.findLastIndex((constraint) => constraint.kind === "foreign_key");
  const clause = constraints[last];
  if (clause?.kind === "foreign_key") constraints[last] = { ...clause, deferrable };
}

/**
 * The declared type: any run of names and strings, then up to two signed numbers in parentheses (parse.y typetoken). GENERATED and ALWAYS
 * are such names; only behind the parentheses they are what they say.
 */
function declaredType(cursor: Cursor): string {
  const from = cursor.at;
  const isTypeWord = (token: Token | undefined): boolean =>
    token !== undefined && (isName(token) || token.kind === "string") &&
    !(token.kind === "word" && startsConstraint.has(token.value));
  while (isTypeWord(peek(cursor))) cursor.at++;
  if (cursor.at > from && sees(cursor, "(")) parenthesized(cursor);
  return keptType(textBetween(cursor, from, cursor.at));
}

/** Behind DEFAULT: a signed term, a parenthesised expression, or a bare name, which is a string (parse.y ccons). */
function defaultValue(cursor: Cursor): string {
  if (sees(cursor, "(")) return `(${parenthesized(cursor)})`;
  const from = cursor.at;
  if (!accept(cursor, "-")) accept(cursor, "+");
  if (!peek(cursor)) throw unexpected(cursor, "a default value");
  cursor.at++;
  return textBetween(cursor, from, cursor.at);
}

/** Table constraints up to the closing parenthesis. The commas between them may be left out (parse.y tconscomma). */
function tableConstraints(cursor: Cursor, constraints: ConstraintClause[]): void {
  let constraint: string | null = null;
  while (!sees(cursor, ")")) {
    if (accept(cursor, ",")) constraint = null;
    if (accept(cursor, "CONSTRAINT")) {
      constraint = name(cursor);
      continue;
    }
    const named = constraint;
    if (accept(cursor, "PRIMARY", "KEY")) {
      const list = keyList(cursor);
      constraints.push({
        kind: "primary_key",
        name: named,
        ...list,
        conflict: conflictClause(cursor),
        inColumn: false,
      });
    } else if (accept(cursor, "UNIQUE")) {
      const { keys } = keyList(cursor);
      const conflict = conflictClause(cursor);
      constraints.push({ kind: "unique", name: named, keys, conflict, autoincrement: false, inColumn: false });
    } else if (accept(cursor, "CHECK")) constraints.push(checkClause(cursor, named));
    else if (accept(cursor, "FOREIGN", "KEY")) {
      const columns = nameList(cursor);
      expect(cursor, "REFERENCES");
      constraints.push(referencesClause(cursor, named, columns));
    } else throw unexpected(cursor, "a table constraint");
    constraint = null;
  }
}
