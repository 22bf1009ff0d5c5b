/** Domains in Postgres. Their checks are objects of their own (domain_check.ts) that travel in CREATE DOMAIN. */
import type { KindDialect, RenderContext } from "../../dialect.ts";
import type { Alter } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, inSchemas, made, ofExtension, reader, schemasInScope } from "../catalog.ts";
import { comment } from "../comment.ts";
import { createDomain } from "../domain_words.ts";
import { normalDefault } from "../expression.ts";
import { isKept } from "../inheritance.ts";
import { normalParameters } from "../parameters.ts";
import { renamePath } from "../rename_path.ts";
import { dotted, quotePath } from "../sql.ts";
import { statement } from "../statement.ts";
import { typeFromCatalog } from "../type_from_catalog.ts";
import { refuseStricter } from "../refusals.ts";
import { blocksTypeSwap, swapType } from "../type_swap.ts";
import { normalType } from "../types.ts";
import { addDomainCheck } from "./domain_check.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly array_type: number;
  readonly schema: string;
  readonly name: string;
  readonly type: string;
  readonly type_path: readonly [string, string] | null;
  readonly is_array: boolean;
  readonly not_null: boolean;
  readonly default: string | null;
  readonly collation: readonly [string, string] | null;
}

export const domainReader = reader<Row>({
  from: [inSchemas("pg_type", "typnamespace", "typtype = 'd'")],
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  y.oid,
  y.typarray AS array_type,
  s.name AS schema,
  y.typname AS name,
  ${typeFromCatalog.columns("y.typtypmod")},
  y.typnotnull AS not_null,
  pg_catalog.pg_get_expr(y.typdefaultbin, 0) AS default,
  CASE WHEN y.typcollation <> b.typcollation THEN pg_catalog.json_build_array(cn.nspname, co.collname) END AS collation
FROM pg_catalog.pg_type AS y
JOIN schemas AS s ON s.oid = y.typnamespace
${typeFromCatalog.joins("y.typbasetype")}
LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = y.typcollation
LEFT JOIN pg_catalog.pg_namespace AS cn ON cn.oid = co.collnamespace
WHERE y.typtype = 'd' AND NOT ${ofExtension("y.oid", "pg_type")}`,
  found: (row) => [{
    object: made("domain", [row.schema, row.name], objectId("schema", [row.schema]), {
      type: typeFromCatalog.read(row),
      nullable: !row.not_null,
      default: row.default === null ? null : { sql: row.default },
      collation: row.collation && dotted(row.collation[0] === "pg_catalog" ? row.collation.slice(1) : row.collation),
      options: {},
    }),
    address: address("pg_type", row.oid),
    aliases: [address("pg_type", row.array_type)],
  }],
});

/** Must the domain be made anew? Its base type and its collation are fixed. */
function isNew(change: Alter<"domain">): boolean {
  return change.fields.includes("type") || change.fields.includes("collation");
}

export const domain: KindDialect<"domain"> = {
  normalize(object) {
    const type = normalType(object.type);
    return {
      ...object,
      type,
      default: object.default && normalDefault(object.default, type),
      options: normalParameters(object.options),
    };
  },
  alters: () => "in place",
  renames: true,
  blocks: (change, dependent, context) => isNew(change) && blocksTypeSwap(change.to.id, dependent, context),
  survives: (object, dropped, context) => dropped.kind === "function" && isKept(context, object.id),
  render(change, context) {
    switch (change.op) {
      case "create": {
        const checks = change.parts.flatMap((part) =>
          part.op === "create" && part.kind === "domain_check" ? [part.to as SchemaObject<"domain_check">] : []
        );
        return [
          statement(change, createDomain(change.to, checks)),
          ...checks.filter((check) => check.options.not_valid).map((check) => addDomainCheck(change, check)),
          ...comment(change, `DOMAIN ${quotePath(change.to.name)}`),
          ...change.parts.flatMap((part) => part.op === "create" ? checkComment(part) : []),
        ];
      }
      case "drop":
        return [statement(change, `DROP DOMAIN ${quotePath(change.from.name)}`)];
      case "alter":
        return alterDomain(change, context);
      case "rename":
        return renamePath(change, "DOMAIN");
      default:
        return assertNever(change, "change");
    }
  },
};

function checkComment(part: Parameters<typeof comment>[0]): readonly Statement[] {
  if (part.op !== "create") return [];
  const [schema, name, own] = part.to.name as [string, string, string];
  return comment(part, `CONSTRAINT ${quotePath([own])} ON DOMAIN ${quotePath([schema, name])}`);
}

function alterDomain(change: Alter<"domain">, context: RenderContext): readonly Statement[] {
  const { from, to } = change, path = quotePath(to.name);
  if (isNew(change)) {
    return swapType(change, context, {
      mayFail: () => ({ reason: `values that are not valid for the new ${path} are refused`, probe: null }),
    });
  }
  const statements: Statement[] = [];
  if (change.fields.includes("default")) {
    const clause = to.default ? `SET DEFAULT ${to.default.sql}` : "DROP DEFAULT";
    statements.push(statement(change, `ALTER DOMAIN ${path} ${clause}`));
  }
  if (from.nullable !== to.nullable) {
    if (!to.nullable) refuseStricter(to.id, context);
    statements.push(statement(change, `ALTER DOMAIN ${path} ${to.nullable ? "DROP" : "SET"} NOT NULL`, {
      mayFail: to.nullable ? null : { reason: `rows with a NULL in a column of ${path} are refused`, probe: null },
    }));
  }
  return [...statements, ...comment(change, `DOMAIN ${path}`)];
}
