/**
 * Asks the server for its own text of expressions, in a transaction that is rolled back: the texts are put on copies of their tables in
 * scratch schemas (scratch_place.ts) and read back. Every question has a savepoint, so a mistake in one does not spoil the others, and all
 * travel in one round. Nothing that exists is locked beyond what reading it takes.
 */
import { type Connection, DatabaseError, type ExpressionAnswer, type ExpressionQuestion } from "../driver.ts";
import type { SchemaGraph } from "../../schema/graph.ts";
import { pathOfId } from "../../schema/id.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { withKeptNames } from "./kept_names.ts";
import { createIndex } from "./kinds/index.ts";
import { applySettings, readSettings } from "./read.ts";
import { type ScratchPlace, scratchPlace } from "./scratch_place.ts";
import { is, significant } from "./lexer.ts";
import { routineName } from "./routine.ts";
import { quote, quoteList, quotePath, quoteText } from "./sql.ts";

/** One question as SQL: what puts the text somewhere, and a query for one row with the server's text as "sql". */
interface Asked {
  readonly make: readonly string[];
  readonly read: string;
}

/** Answers by index; "unanswered" carries the server's reason. Never throws for what the server says. */
export async function canonicalize(
  connection: Connection,
  graph: SchemaGraph,
  questions: readonly ExpressionQuestion[],
): Promise<readonly ExpressionAnswer[]> {
  if (questions.length === 0) return [];
  const texts = questions.map((question) => question.expression.sql);
  try {
    const place = scratchPlace(graph, questions.map((question) => question.object), texts);
    return await connection.transaction(async (tx) => {
      await tx.query(applySettings({ ...readSettings, search_path: place.searchPath, lock_timeout: "3s" }));
      const refusal = await setUp(tx, place.setup);
      const answers = await Promise.all(questions.map((question) => ask(tx, graph, place, question)));
      // Where the place could not be made, what the server says about the texts only follows from that.
      return refusal ? answers.map((answer) => "sql" in answer ? answer : refusal) : answers;
    }, { rollback: true });
  } catch (error) {
    const answer = unansweredFor(error);
    return questions.map(() => answer);
  }
}

type Unanswered = Extract<ExpressionAnswer, { readonly unanswered: string }>;

/** insufficient_privilege, and read_only_sql_transaction of a standby or of a role that only reads. */
const refusals = ["42501", "25006"];

function unansweredFor(error: unknown): Unanswered {
  const unanswered = error instanceof Error ? error.message : String(error);
  return error instanceof DatabaseError && refusals.includes(error.more.code ?? "")
    ? { unanswered, refused: true }
    : { unanswered };
}

/** All at once; when one fails, one by one, leaving out those that the server refuses. Tells when the role has no right to make the place. */
async function setUp(tx: Connection, statements: readonly string[]): Promise<Unanswered | null> {
  try {
    await tx.transaction((inner) => Promise.all(statements.map((sql) => inner.execute(sql))));
    return null;
  } catch {
    let refusal: Unanswered | null = null;
    for (const sql of statements) {
      await tx.transaction((inner) => inner.execute(sql)).catch((error) => {
        const answer = unansweredFor(error);
        if (answer.refused) refusal ??= answer;
      });
    }
    return refusal;
  }
}

/** Sent without waiting: whatever happens to the statements, the rollback behind them puts the place back. */
async function ask(
  tx: Connection,
  graph: SchemaGraph,
  place: ScratchPlace,
  question: ExpressionQuestion,
): Promise<ExpressionAnswer> {
  const object = graph.objects.get(question.object);
  const asked = object && asSql(object, question, place, graph);
  if (!asked) return { unanswered: `sqa cannot ask about the ${question.field} of "${question.object}"` };
  const sent = [
    tx.execute("SAVEPOINT sqa_question"),
    ...asked.make.map((sql) => tx.execute(sql)),
    tx.query(applySettings({ search_path: "" })),
  ];
  const read = tx.query<{ sql: string | null }>(asked.read);
  const back = tx.execute("ROLLBACK TO SAVEPOINT sqa_question");
  const results = await Promise.allSettled([...sent, read, back]);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) return unansweredFor(failed.reason);
  const [row] = await read;
  const text = place.outOf(row?.sql ?? "NULL");
  return { sql: object.kind === "view" || object.kind === "materialized_view" ? withKeptNames(text) : text };
}

const name = "sqa_question";

/** The routine under its own name in the schema of temporary objects; its body is not looked into. */
function routineAsSql(object: SchemaObject<"function">, sql: string): Asked | null {
  const words = significant(sql), at = words.findIndex((each) => is(each, "function") || is(each, "procedure"));
  let last = at + 1;
  while (is(words[last + 1], ".") && words[last + 2]) last += 2;
  const first = words[at + 1], end = words[last];
  if (at < 0 || !first || !end) return null;
  const own = routineName(object.name), head = words[0]!.start;
  const text = sql.slice(head, first.start) + `pg_temp.${quote(own)}` + sql.slice(end.start + end.text.length);
  return {
    make: ["SET LOCAL check_function_bodies = off", text],
    read:
      `SELECT pg_catalog.regexp_replace(pg_catalog.pg_get_functiondef(p.oid), '(FUNCTION|PROCEDURE) pg_temp[_0-9]*[.]',
        '\\1 ' || pg_catalog.quote_ident(${quoteText(object.name[0]!)}) || '.') AS sql
      FROM pg_catalog.pg_proc AS p
      WHERE p.pronamespace = pg_catalog.pg_my_temp_schema() AND p.proname = ${quoteText(own)}`,
  };
}

function asSql(
  object: SchemaObject,
  { field, expression }: ExpressionQuestion,
  place: ScratchPlace,
  graph: SchemaGraph,
): Asked | null {
  const sql = place.into(expression.sql);
  const ofTable = (id: readonly string[]) => quotePath(place.path(id));
  const regclass = (path: readonly string[]) => `${quoteText(quotePath(path))}::pg_catalog.regclass`;
  switch (object.kind) {
    case "column": {
      const column = object as unknown as SchemaObject<"column">;
      const table = column.name.slice(0, -1), type = place.type(column.type);
      const stored = (path: readonly string[], condition: string) =>
        `SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS sql FROM pg_catalog.pg_attrdef AS d
         JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
         WHERE d.adrelid = ${regclass(path)} AND ${condition}`;
      if (field === "default") {
        const path = ["pg_temp", name];
        return {
          make: [`CREATE TEMPORARY TABLE ${name} (value ${type} DEFAULT (${sql}))`],
          read: stored(path, "true"),
        };
      }
      if (!column.generated) return null;
      const when = column.generated.stored ? "STORED" : "VIRTUAL";
      return {
        make: [`ALTER TABLE ${ofTable(table)} ADD COLUMN ${name} ${type} GENERATED ALWAYS AS (${sql}) ${when}`],
        read: stored(place.path(table), `a.attname = '${name}'`),
      };
    }
    case "check": {
      const table = object.name.slice(0, -1);
      return {
        make: [`ALTER TABLE ${ofTable(table)} ADD CONSTRAINT ${name} CHECK (${sql})`],
        read: `SELECT pg_catalog.pg_get_expr(k.conbin, k.conrelid) AS sql FROM pg_catalog.pg_constraint AS k
          WHERE k.conrelid = ${regclass(place.path(table))} AND k.conname = '${name}'`,
      };
    }
    case "index": {
      const index = object as unknown as SchemaObject<"index">;
      const table = place.path(pathOfId(index.parent!));
      const key = /^keys\.(\d+)$/.exec(field);
      const oid = regclass([table[0]!, name]);
      return {
        make: [createIndex({ ...index, name: [table[0]!, name] }, quotePath(table), place.into)],
        read: key
          ? `SELECT pg_catalog.pg_get_indexdef(${oid}, ${Number(key[1]) + 1}, false) AS sql`
          : `SELECT pg_catalog.pg_get_expr(x.indpred, x.indrelid) AS sql FROM pg_catalog.pg_index AS x WHERE x.indexrelid = ${oid}`,
      };
    }
    case "domain": {
      const type = place.type((object as unknown as SchemaObject<"domain">).type);
      return {
        make: [`CREATE TEMPORARY TABLE ${name} (value ${type} DEFAULT (${sql}))`],
        read: `SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS sql FROM pg_catalog.pg_attrdef AS d
          WHERE d.adrelid = ${regclass(["pg_temp", name])}`,
      };
    }
    case "domain_check": {
      const domain = graph.objects.get(object.parent!);
      if (domain?.kind !== "domain") return null;
      const type = place.type((domain as unknown as SchemaObject<"domain">).type);
      return {
        make: [`CREATE DOMAIN pg_temp.${name} AS ${type} CONSTRAINT ${name} CHECK (${sql})`],
        read: `SELECT pg_catalog.pg_get_expr(k.conbin, 0) AS sql FROM pg_catalog.pg_constraint AS k
          WHERE k.contypid = 'pg_temp.${name}'::pg_catalog.regtype AND k.conname = '${name}'`,
      };
    }
    case "exclusion": {
      const table = object.name.slice(0, -1);
      return {
        make: [`ALTER TABLE ${ofTable(table)} ADD CONSTRAINT ${name} ${sql}`],
        read: `SELECT pg_catalog.pg_get_constraintdef(k.oid) AS sql FROM pg_catalog.pg_constraint AS k
          WHERE k.conrelid = ${regclass(place.path(table))} AND k.conname = '${name}'`,
      };
    }
    case "function":
      return routineAsSql(object as unknown as SchemaObject<"function">, sql);
    case "materialized_view":
    case "view": {
      const view = object as unknown as SchemaObject<"view">;
      const path = [place.path(view.name)[0]!, name];
      const columns = view.columns?.length ? ` (${quoteList(view.columns)})` : "";
      return {
        make: [`CREATE VIEW ${quotePath(path)}${columns} AS ${sql}`],
        read: `SELECT pg_catalog.pg_get_viewdef(${regclass(path)}) AS sql`,
      };
    }
    case "trigger": {
      const table = place.path(object.name.slice(0, -1));
      return {
        make: [sql],
        read: `SELECT pg_catalog.pg_get_triggerdef(g.oid) AS sql FROM pg_catalog.pg_trigger AS g
          WHERE g.tgrelid = ${regclass(table)} AND g.tgname = ${quoteText(object.name.at(-1)!)}`,
      };
    }
    default:
      return null;
  }
}
