/** Functions and procedures in Postgres, kept as the server's own text of them (pg_get_functiondef). */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter, Change, Rename } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { children, type SchemaGraph } from "../../../schema/graph.ts";
import { kindOfId, objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, made, ofExtension, reader, schemasInScope } from "../catalog.ts";
import { comment } from "../comment.ts";
import { defaultsOff, defaultsOn } from "../defaults_over.ts";
import { normalQuery } from "../expression.ts";
import { normalParameters } from "../parameters.ts";
import { replaceable } from "../routine_arguments.ts";
import { refuseReturnedRow } from "../refusals.ts";
import { rowsOf } from "../returned_rows.ts";
import { hasSqlBody, isBound, routinePath, routineSelf, splitSignature } from "../routine.ts";
import { namesWhatIsNotFound } from "../routine_refs.ts";
import { quote } from "../sql.ts";
import { statement } from "../statement.ts";
import { renderType } from "../types.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly signature: string;
  readonly kind: string;
  readonly definition: string;
  readonly returns: string | null;
  readonly arguments: string;
}

export const functionReader = reader<Row>({
  many: true,
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  p.oid,
  s.name AS schema,
  ${signatureOf("p")} AS signature,
  p.prokind::pg_catalog.text AS kind, -- f function, p procedure, w window function
  pg_catalog.pg_get_functiondef(p.oid) AS definition,
  pg_catalog.pg_get_function_result(p.oid) AS returns,
  pg_catalog.pg_get_function_arguments(p.oid) AS arguments
FROM pg_catalog.pg_proc AS p
JOIN schemas AS s ON s.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p', 'w') AND NOT ${ofExtension("p.oid", "pg_proc")}
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d -- a range type makes its own functions
    WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'i')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d -- a base type is made of functions, and neither can be without the other
    JOIN pg_catalog.pg_type AS y ON y.oid = d.objid AND y.typtype = 'b'
    WHERE d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.refobjid = p.oid AND d.deptype = 'n'
      AND d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass)`,
  found: (row) => [{
    object: made("function", [row.schema, row.signature], objectId("schema", [row.schema]), {
      definition: { sql: row.definition },
      routine: row.kind === "p" ? "procedure" : "function",
      returns: row.returns,
      arguments: row.arguments,
      options: {},
    }),
    address: address("pg_proc", row.oid),
  }],
});

/** A routine's name, quoted where it must be, with the types by which it is told from its namesakes. */
export function signatureOf(row: string): string {
  return `pg_catalog.quote_ident(${row}.proname) || '(' || COALESCE((
    SELECT pg_catalog.string_agg(pg_catalog.format_type(each.type, NULL), ', ' ORDER BY each.place)
    FROM pg_catalog.unnest(${row}.proargtypes) WITH ORDINALITY AS each (type, place)), '') || ')'`;
}

export const functionKind: KindDialect<"function"> = {
  normalize: (object) => ({
    ...object,
    definition: normalQuery(object.definition),
    options: normalParameters(object.options),
  }),
  alters: (change, context) =>
    replaceable(change.from, change.to) && !isOfChangingRow(change.to, context) && !losesTransform(change, context)
      ? "in place"
      : "recreate",
  // A column that its body selects keeps the name that it had there ("a" becomes "b AS a"): it is defined again in any case.
  keepsText: (object, moved) => moved.kind === "column" && hasSqlBody(object.definition.sql),
  renames: true,
  survives: (object, dropped) => !isBound(object, dropped.id),
  render(change, context) {
    switch (change.op) {
      case "create":
        return [
          ...define(change, change.to, context),
          ...defaultsOn(change, change.to.id, context),
          ...comment(change, functionTarget(change.to)),
        ];
      case "drop":
        return [
          ...defaultsOff(change, change.from.id, context),
          statement(change, `DROP ${functionTarget(change.from)}`),
        ];
      case "alter": {
        const redefined = change.fields.some((field) => field !== "comment");
        return [
          ...(redefined ? define(change, change.to, context) : []),
          ...comment(change, functionTarget(change.to)),
        ];
      }
      case "rename":
        return renameRoutine(change, change.from.routine.toUpperCase());
      default:
        return assertNever(change, "change");
    }
  },
};

/**
 * Does it return rows of a table whose columns change? What it selects must fit them, and its body holds on to those that go, so it can be
 * replaced neither before nor after them.
 */
function isOfChangingRow(object: SchemaObject<"function">, context: RenderContext): boolean {
  if (!hasSqlBody(object.definition.sql)) return false;
  return rowColumns(object, context.from).join("\n") !== rowColumns(object, context.to).join("\n");
}

function rowColumns(object: SchemaObject<"function">, graph: SchemaGraph): readonly string[] {
  return rowsOf(object, graph).flatMap((table) =>
    children(graph, table.id, "column").map(({ id, type }) => `${id} ${renderType(type)}`)
  );
}

export function functionTarget(object: SchemaObject<"function">): string {
  return `${object.routine.toUpperCase()} ${routineSelf(object)}`;
}

/**
 * CREATE OR REPLACE. The body is not checked where it names what can only be made after it (two functions that call each other), or what is
 * only found under its callers' search_path.
 */
function define(change: Change, object: SchemaObject<"function">, context: RenderContext): readonly Statement[] {
  refuseReturnedRow(object, context);
  const create = statement(change, object.definition.sql);
  if (!namesWhatIsNotFound(object, context.to)) return [create];
  return [
    statement(change, "SET check_function_bodies = off"),
    create,
    statement(change, "SET check_function_bodies = on"),
  ];
}

/** ALTER … SET SCHEMA and RENAME TO for a routine: the new name stands without the types. */
export function renameRoutine(change: Rename<"function"> | Rename<"aggregate">, what: string): readonly Statement[] {
  const { from, to } = change;
  const [oldSchema, old] = from.name as [string, string], [schema, now] = to.name as [string, string];
  const run = (sql: string) => statement(change as unknown as Change, sql);
  return [
    ...(oldSchema === schema ? [] : [run(`ALTER ${what} ${routinePath(from.name)} SET SCHEMA ${quote(schema)}`)]),
    ...(old === now ? [] : [run(`ALTER ${what} ${routinePath([schema, old])} RENAME TO ${splitSignature(now)[0]}`)]),
  ];
}

/** Up to 17 a function that is defined again still depends on the transforms of its types, whether it names them or not. */
function losesTransform({ from }: Alter<"function">, { to, version }: RenderContext): boolean {
  return (version ?? 0) < 180000 && from.refs.some((id) => kindOfId(id) === "transform" && !to.objects.has(id));
}
