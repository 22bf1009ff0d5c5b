/** Tables: created with all that their statement holds, changed by one ALTER TABLE (../alter_table.ts). */
import type { Alter, Change, Create, Rename } from "../../../diff/change.ts";
import { assertNever } from "../../../schema/error.ts";
import { inOrder } from "../../../schema/kinds/column.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import type { KindDialect } from "../../dialect.ts";
import { alterTable, periodClause } from "../alter_table.ts";
import { grantsFollow } from "./grant.ts";
import { columnDefinition, type Part, partDefinition } from "../definitions.ts";
import type { FamilyFacts } from "../facts.ts";
import { within } from "../session.ts";
import { quote, quotePath, quoteText } from "../sql.ts";
import { metadataLock, statement } from "../statement.ts";
import { normalOptions, optionClauses } from "../table_options.ts";
import { zeroDatesOf } from "../zero_dates.ts";
import { hasCharset } from "../types.ts";

export function tableKind(facts: FamilyFacts): KindDialect<"table"> {
  return {
    normalize: (object) => {
      // A model says it among the options.
      const { collation, ...options } = object.options;
      const named = object.collation ?? (typeof collation === "string" ? collation : null);
      return {
        ...object,
        comment: object.comment || null,
        inherits: [],
        collation: named?.toLowerCase() ?? null,
        options: normalOptions(options),
      };
    },
    alters: () => "in place",
    renames: true,
    // A new collation is one for the columns that follow the table, and a column's must be that of the key that it points to.
    blocks(change, dependent, context) {
      if (dependent.kind !== "foreign_key" || !change.fields.includes("collation")) return false;
      const key = dependent as unknown as SchemaObject<"foreign_key">;
      const uses = [
        ...(key.parent === change.to.id ? key.columns : []),
        ...(key.references.table === change.to.id ? key.references.columns : []),
      ];
      return uses.some((name) => {
        const column = [...context.from.objects.values()].find((each) =>
          each.kind === "column" && each.parent === change.from.id && each.name.at(-1) === name
        );
        return column?.kind === "column" && hasCharset(column.type) && column.collation === null;
      });
    },
    render(change, context) {
      const because = change as Change;
      switch (change.op) {
        case "create":
          return within(because, zeroDatesOf(change.to.id, context), [statement(because, createTable(change, facts))]);
        case "drop":
          return [
            statement(because, `DROP TABLE ${quotePath(change.from.name)}`, {
              locks: metadataLock(change.from.id),
              loses: [change.from.id],
            }),
          ];
        case "alter":
          return alterTable(change as Alter<"table">, context, facts);
        case "rename":
          return [
            statement(because, `ALTER TABLE ${quotePath(change.from.name)} RENAME TO ${quotePath(change.to.name)}`, {
              locks: metadataLock(change.to.id),
            }),
            ...grantsFollow(change as Rename, facts),
          ];
        default:
          return assertNever(change, "change");
      }
    },
  };
}

function createTable(change: Create<"table">, facts: FamilyFacts): string {
  const table = change.to, { options } = table;
  const parts = change.parts.flatMap((part) => part.op === "create" ? [part.to as Part] : []);
  const columns = inOrder(parts.filter((part) => part.kind === "column"));
  const order = ["primary_key", "unique", "index", "check"];
  const rest = parts.filter((part) => part.kind !== "column")
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || (a.id < b.id ? -1 : 1));
  const periods = Object.entries((options.periods ?? {}) as Record<string, readonly string[]>);
  const lines = [
    ...columns.map((column) => columnDefinition(column, facts)),
    ...(options.system_period ? [periodClause("SYSTEM_TIME", options.system_period as readonly string[])] : []),
    ...periods.map(([name, ends]) => periodClause(name, ends)),
    ...rest.map((part) => partDefinition(part, facts, options.engine)!),
  ];
  const tail = [
    `ENGINE=${options.engine ?? "InnoDB"}`,
    ...(table.collation ? [`DEFAULT COLLATE=${table.collation}`] : []),
    ...optionClauses({}, options),
    ...(table.comment ? [`COMMENT=${quoteText(table.comment)}`] : []),
    ...(options.versioning ? ["WITH SYSTEM VERSIONING"] : []),
  ].join(" ");
  const partitions = options.partition_by === undefined ? "" : `\n${options.partition_by}`;
  return `CREATE TABLE ${quote(table.name.at(-1)!)} (\n  ${lines.join(",\n  ")}\n) ${tail}${partitions}`;
}
