/** Columns whose default differs from row to row (uuid(), rand()), where no ALTER TABLE may make or copy a column with it. */
import type { Alter, Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { children } from "../../schema/graph.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { RenderContext } from "../dialect.ts";
import { columnDefinition } from "./definitions.ts";
import { writtenDefault } from "./expression.ts";
import type { FamilyFacts } from "./facts.ts";
import { quote, quotePath } from "./sql.ts";
import { rebuilt, statement } from "./statement.ts";

type Column = SchemaObject<"column">;

/** Has a column a default that no ALTER TABLE may make it with? Then the default is set by a statement of its own, which touches no row. */
export function isRandom(column: Column, facts: FamilyFacts): boolean {
  return column.default !== null && facts.randomDefaults !== null && facts.randomDefaults.test(column.default.sql);
}

/** The columns of an ALTER that have such a default, with what happens to them. */
function randomParts(
  change: Alter<"table">,
  facts: FamilyFacts,
): readonly (Change<"column"> & { readonly to: Column })[] {
  return change.parts.filter((part): part is Change<"column"> & { readonly to: Column } =>
    part.kind === "column" && (part.op === "create" || part.op === "alter") && isRandom(part.to as Column, facts)
  );
}

/**
 * New columns with such a default are made without it and filled: each row with a value of its own, as the default would have done. Columns that
 * note the last change of their row are given their own values, for then they are not set.
 */
export function randomlyFilled(
  change: Alter<"table">,
  context: RenderContext,
  facts: FamilyFacts,
): readonly Statement[] {
  const because = change as unknown as Change, path = quotePath(change.to.name);
  const kept = children(context.from, change.from.id, "column").filter(({ options }) => options.on_update !== undefined)
    .map(({ name }) => `, ${quote(name.at(-1)!)} = ${quote(name.at(-1)!)}`).join("");
  return randomParts(change, facts).filter(({ op }) => op === "create").flatMap(({ to }) => [
    statement(
      because,
      `ALTER TABLE ${path} ADD COLUMN ${columnDefinition({ ...to, nullable: true, default: null }, facts)}`,
    ),
    statement(
      because,
      `UPDATE ${path} SET ${quote(to.name.at(-1)!)} = ${to.default!.sql}${kept}`,
      rebuilt(change.to.id),
    ),
  ]);
}

/** Sets the defaults, once the columns are there; also those of the columns of `others`. */
export function randomDefaults(
  change: Alter<"table">,
  facts: FamilyFacts,
  others: readonly Column[],
): readonly Statement[] {
  return [...randomParts(change, facts).map(({ to }) => to), ...others].map((to) =>
    statement(
      change as unknown as Change,
      `ALTER TABLE ${quotePath(change.to.name)} ALTER COLUMN ${quote(to.name.at(-1)!)} SET DEFAULT ${
        writtenDefault(to.default!.sql, to.type, facts)
      }`,
    )
  );
}
