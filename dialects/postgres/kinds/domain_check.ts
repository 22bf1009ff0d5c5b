/** Check constraints of domains in Postgres. */
import type { KindDialect } from "../../dialect.ts";
import type { Change } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { objectId } from "../../../schema/id.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import { address, inSchemas, made, ofExtension, options, reader, schemasInScope } from "../catalog.ts";
import { comment } from "../comment.ts";
import { onlyFields } from "../constraint.ts";
import { domainConstraint } from "../domain_words.ts";
import { normalCondition } from "../expression.ts";
import { normalParameters } from "../parameters.ts";
import { quote, quotePath } from "../sql.ts";
import { statement } from "../statement.ts";
import { refuseStricter } from "../refusals.ts";
import { isSwapped } from "../swap_needed.ts";
import { becomesValid } from "./check.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly domain: string;
  readonly name: string;
  readonly expression: string;
  readonly valid: boolean;
}

export const domainCheckReader = reader<Row>({
  from: [inSchemas("pg_type", "typnamespace", "typtype = 'd'")],
  sql: () =>
    `WITH ${schemasInScope}
SELECT
  k.oid,
  s.name AS schema,
  y.typname AS domain,
  k.conname AS name,
  pg_catalog.pg_get_expr(k.conbin, 0) AS expression,
  k.convalidated AS valid
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_type AS y ON y.oid = k.contypid
JOIN schemas AS s ON s.oid = y.typnamespace
WHERE k.contype = 'c' AND NOT ${ofExtension("y.oid", "pg_type")}`,
  found: (row) => [{
    object: made("domain_check", [row.schema, row.domain, row.name], objectId("domain", [row.schema, row.domain]), {
      expression: { sql: row.expression },
      options: options({ not_valid: !row.valid }),
    }),
    address: address("pg_constraint", row.oid),
  }],
});

/** Names of a domain constraint's options: what a model may set. */
export const domainCheckOptions = ["not_valid"] as const;

export const domainCheck: KindDialect<"domain_check"> = {
  normalize: (object) => ({
    ...object,
    expression: normalCondition(object.expression),
    options: normalParameters(object.options),
  }),
  alters: (change) =>
    onlyFields(change, ["comment"]) ||
      onlyFields(change, ["comment", "options"]) && becomesValid(change.from.options, change.to.options)
      ? "in place"
      : "recreate",
  renames: true,
  render(change, context) {
    const object = change.op === "drop" ? change.from : change.to;
    const path = quotePath(object.name.slice(0, 2)), name = quote(object.name.at(-1)!);
    const target = `CONSTRAINT ${name} ON DOMAIN ${path}`;
    // A domain that is made anew leaves its old checks behind and is made with those that it shall have.
    if (change.op !== "rename" && isSwapped(object.parent, context)) return [];
    switch (change.op) {
      case "create":
        if (!change.to.options.not_valid) refuseStricter(change.to.parent!, context);
        return [addDomainCheck(change, change.to), ...comment(change, target)];
      case "drop":
        return [statement(change, `ALTER DOMAIN ${path} DROP CONSTRAINT ${name}`)];
      case "alter":
        if (change.fields.includes("options")) refuseStricter(change.to.parent!, context);
        return [
          ...(change.fields.includes("options")
            ? [statement(change, `ALTER DOMAIN ${path} VALIDATE CONSTRAINT ${name}`, { mayFail: refuses(change.to) })]
            : []),
          ...comment(change, target),
        ];
      case "rename": {
        const old = quote(change.from.name.at(-1)!);
        return [statement(change, `ALTER DOMAIN ${path} RENAME CONSTRAINT ${old} TO ${name}`)];
      }
      default:
        return assertNever(change, "change");
    }
  },
};

/** ALTER DOMAIN … ADD. */
export function addDomainCheck(change: Change, object: SchemaObject<"domain_check">): Statement {
  const path = quotePath(object.name.slice(0, 2)), late = Boolean(object.options.not_valid);
  const sql = `ALTER DOMAIN ${path} ADD ${domainConstraint(object)}${late ? " NOT VALID" : ""}`;
  return statement(change, sql, { mayFail: late ? null : refuses(object) });
}

function refuses(object: SchemaObject<"domain_check">) {
  return {
    reason: `values of ${quotePath(object.name.slice(0, 2))} for which (${object.expression.sql}) is false are refused`,
    probe: null,
  };
}
