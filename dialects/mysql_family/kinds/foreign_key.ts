/** Foreign keys: statements of their own after all tables are there, so that cycles do not matter. */
import type { Change } from "../../../diff/change.ts";
import { sameJson } from "../../../schema/canonical.ts";
import { assertNever } from "../../../schema/error.ts";
import { children } from "../../../schema/graph.ts";
import { comparable } from "../../../schema/hash.ts";
import type { SchemaObject } from "../../../schema/object.ts";
import type { KindDialect, RenderContext } from "../../dialect.ts";
import { danglingProbe } from "../copy_risks.ts";
import { foreignKeyDefinition } from "../definitions.ts";
import type { FamilyFacts } from "../facts.ts";
import { covers } from "../implied.ts";
import { fold } from "../lexer.ts";
import { quote, quoteId } from "../sql.ts";
import { sharedLock, statement } from "../statement.ts";
import { within } from "../session.ts";
import { zeroDatesOf } from "../zero_dates.ts";

/** Foreign keys as both servers have them. */
export function foreignKeyKind(facts: FamilyFacts): KindDialect<"foreign_key"> {
  const foreignKey: KindDialect<"foreign_key"> = {
    normalize: (key) => ({
      ...key,
      comment: null,
      // InnoDB has no deferred checks, so both words mean the same (manual, "FOREIGN KEY Constraints").
      onDelete: key.onDelete === "restrict" ? "no action" : key.onDelete,
      onUpdate: key.onUpdate === "restrict" ? "no action" : key.onUpdate,
      options: {},
    }),
    alters: () => "recreate",
    renames: false,
    survives: (key, dropped, context) => isReplaced(key, dropped, context, facts),
    render(change, context) {
      const because = change as Change;
      switch (change.op) {
        case "create": {
          const { parent, references } = change.to;
          const definition = `ADD ${foreignKeyDefinition(change.to, quoteId(references.table))}`;
          const clauses = [...kept(change.to, context, facts), definition];
          const sql = `ALTER TABLE ${quoteId(parent!)}${clauses.length > 1 ? "\n  " : " "}${clauses.join(",\n  ")}`;
          return within(because, zeroDatesOf(parent!, context), [
            statement(because, sql, {
              locks: [...sharedLock(parent!), ...sharedLock(references.table)],
              scans: [parent!],
              mayFail: {
                reason: "rows may point to none",
                probe: danglingProbe(change.to),
              },
            }),
          ]);
        }
        case "drop":
          return within(because, zeroDatesOf(change.from.parent!, context), [
            statement(
              because,
              `ALTER TABLE ${quoteId(change.from.parent!)} DROP FOREIGN KEY ${quote(change.from.name.at(-1)!)}`,
            ),
          ]);
        case "alter":
        case "rename":
          return [
            ...foreignKey.render({ op: "drop", kind: "foreign_key", from: change.from, parts: [] }, context),
            ...foreignKey.render({ op: "create", kind: "foreign_key", to: change.to, parts: [] }, context),
          ];
        default:
          return assertNever(change, "change");
      }
    },
  };
  return foreignKey;
}

/**
 * The server renames an index that it once made for a foreign key when the next one comes, and only it knows which those are: made again
 * by name in the same statement, the index keeps the name that it has.
 */
function kept(key: SchemaObject<"foreign_key">, context: RenderContext, facts: FamilyFacts): readonly string[] {
  const [index] = children(context.from, key.parent!, "index").filter((each) =>
    covers(each, key.columns, facts) && each.keys.length === key.columns.length && !each.unique &&
    fold(each.name.at(-1)!) !== fold(key.name.at(-1)!) && sameJson(context.to.objects.get(each.id), each)
  );
  if (!index) return [];
  const name = quote(index.name.at(-1)!);
  const columns = index.keys.map((each) => quote(each.column!) + (each.order === "desc" ? " DESC" : "")).join(", ");
  const hidden = index.options.hidden || index.comment;
  return hidden ? [] : [`DROP INDEX ${name}`, `ADD KEY ${name} (${columns})`];
}

/** Another index serves the key as well before and after, or takes the dropped one's place in the same ALTER TABLE. */
function isReplaced(
  key: SchemaObject<"foreign_key">,
  dropped: SchemaObject,
  context: Pick<RenderContext, "from" | "to">,
  facts: FamilyFacts,
): boolean {
  if (dropped.kind !== "index" && dropped.kind !== "unique" && dropped.kind !== "primary_key") return false;
  const after = context.to.objects.get(key.id);
  if (after?.kind !== "foreign_key" || !sameJson(comparable(key), comparable(after))) return false;
  const served = (columns: readonly string[], exact: boolean) =>
    [...context.to.objects.values()].some((index) =>
      index.parent === dropped.parent && covers(index, columns, facts) &&
      (!exact || (index.id !== dropped.id && sameJson(context.from.objects.get(index.id), index)))
    );
  if (dropped.parent === key.references.table && covers(dropped, key.references.columns, facts)) {
    return served(key.references.columns, true);
  }
  // MariaDB exchanges no index of a key that stands on a virtual column (10.11.19, error 1553); MySQL has no such keys.
  if (dropped.parent === key.parent && covers(dropped, key.columns, facts)) {
    const virtual = children(context.from, key.parent!, "column").filter(({ generated }) =>
      generated?.stored === false
    );
    if (virtual.some(({ name }) => key.columns.some((each) => fold(each) === fold(name.at(-1)!)))) return false;
  }
  return dropped.parent === key.parent && served(key.columns, false);
}
