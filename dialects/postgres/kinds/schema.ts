/** Schemas in Postgres: read, compared and written. */
import type { KindDialect } from "../../dialect.ts";
import { assertNever } from "../../../schema/error.ts";
import { address, made, reader, schemasInScope } from "../catalog.ts";
import { comment } from "../comment.ts";
import { quotePath } from "../sql.ts";
import { statement } from "../statement.ts";

interface Row extends Record<string, unknown> {
  readonly oid: number;
  readonly name: string;
}

/** The text that initdb puts on the schema "public" (src/bin/initdb/initdb.c): the database's own, not the user's. */
export const standardComment = "standard public schema";

export const schemaReader = reader<Row>({
  sql: () => `WITH ${schemasInScope} SELECT s.oid, s.name FROM schemas AS s`,
  found: ({ oid, name }) => [
    { object: made("schema", [name], null, { options: {} }), address: address("pg_namespace", oid) },
  ],
});

export const schema: KindDialect<"schema"> = {
  normalize: (object) =>
    object.name[0] === "public" && object.comment === standardComment ? { ...object, comment: null } : object,
  alters: () => "in place",
  renames: true,
  render(change) {
    switch (change.op) {
      case "create":
        return [
          statement(change, `CREATE SCHEMA ${quotePath(change.to.name)}`),
          ...comment(change, `SCHEMA ${quotePath(change.to.name)}`),
        ];
      case "drop":
        return [statement(change, `DROP SCHEMA ${quotePath(change.from.name)}`)];
      case "alter":
        return comment(change, `SCHEMA ${quotePath(change.to.name)}`);
      case "rename":
        return [
          statement(change, `ALTER SCHEMA ${quotePath(change.from.name)} RENAME TO ${quotePath(change.to.name)}`),
        ];
      default:
        return assertNever(change, "change");
    }
  },
};
