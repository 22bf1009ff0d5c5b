/**
 * Virtual tables. SQLite cannot alter one, so another argument means another table; where the module keeps the rows itself they are copied
 * into it, where it indexes another table it is built from that. The shadow tables that a module makes come and go with it.
 */
import type { Change } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import type { KindDialect } from "../../dialect.ts";
import { fold } from "../lexer.ts";
import { contentOf, hasRowid } from "../modules.ts";
import { rebuildPrefix } from "../rebuild.ts";
import { renameTable } from "../rename_table.ts";
import { quote } from "../sql.ts";
import { statement, writeLock } from "../statement.ts";

export const virtualTable: KindDialect<"virtual_table"> = {
  normalize: (object) => ({ ...object, comment: null }),
  alters: () => "in place",
  renames: true,
  render(given, context) {
    const change = given as Change;
    switch (given.op) {
      case "create":
        return [statement(change, createVirtual(given.to)), ...fill(change, given.to, given.to.name.at(-1)!)];
      case "drop":
        return [dropVirtual(change, given.from, contentOf(given.from.module, given.from.args).kind !== "elsewhere")];
      case "rename":
        return renameTable(change, given.from, given.to, context);
      case "alter":
        return madeAnew(change, given.from, given.to);
      default:
        return assertNever(given, "change");
    }
  },
};

function createVirtual(table: SchemaObject<"virtual_table">, name = table.name.at(-1)!): string {
  const args = table.args.length ? ` (\n  ${table.args.join(",\n  ")}\n)` : "";
  return `CREATE VIRTUAL TABLE ${quote(name)} USING ${quote(table.module)}${args}`;
}

function dropVirtual(change: Change, table: SchemaObject<"virtual_table">, loses: boolean): Statement {
  return statement(change, `DROP TABLE ${quote(table.name.at(-1)!)}`, {
    locks: writeLock(table.id),
    loses: loses ? [table.id] : [],
  });
}

/** An index over another table starts empty; the module's own command builds it. */
function fill(change: Change, table: SchemaObject<"virtual_table">, name: string): readonly Statement[] {
  if (contentOf(table.module, table.args).kind !== "elsewhere") return [];
  return [
    statement(change, `INSERT INTO ${quote(name)} (${quote(name)}) VALUES ('rebuild')`, {
      locks: writeLock(table.id),
      rewrites: [table.id],
    }),
  ];
}

function madeAnew(
  change: Change,
  from: SchemaObject<"virtual_table">,
  to: SchemaObject<"virtual_table">,
): readonly Statement[] {
  const name = to.name.at(-1)!, temporary = rebuildPrefix + name;
  const old = contentOf(from.module, from.args), wanted = contentOf(to.module, to.args);
  const copied = old.kind === "own" && wanted.kind === "own"
    ? wanted.columns.filter((column) => old.columns.some((each) => fold(each) === fold(column)))
    : [];
  const columns = [...(hasRowid(from.module) && hasRowid(to.module) ? ["rowid"] : []), ...copied.map(quote)];
  const complete = wanted.kind === "elsewhere" ||
    (old.kind === "own" && copied.length > 0 && copied.length === old.columns.length);
  return [
    statement(change, "PRAGMA legacy_alter_table = ON"),
    statement(change, createVirtual(to, temporary), { locks: writeLock(to.id) }),
    ...(copied.length
      ? [
        statement(
          change,
          `INSERT INTO ${quote(temporary)} (${columns.join(", ")})\n  SELECT ${columns.join(", ")}\n    FROM ${
            quote(name)
          }`,
          { locks: writeLock(to.id), scans: [to.id], rewrites: [to.id] },
        ),
      ]
      : []),
    dropVirtual(change, from, !complete),
    statement(change, `ALTER TABLE ${quote(temporary)} RENAME TO ${quote(name)}`, { locks: writeLock(to.id) }),
    statement(change, "PRAGMA legacy_alter_table = OFF"),
    ...fill(change, to, name),
  ];
}
