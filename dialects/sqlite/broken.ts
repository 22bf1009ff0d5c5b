/**
 * Views and triggers that do not work, because something that they name is not there. SQLite lets them be made and stay, but as long as one is
 * there it refuses to rename a table or a column or to drop a column (alter.c renameTestSchema), whatever that has to do with it.
 */
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { Note, SchemaGraph } from "../../schema/graph.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { Catalog, RenderContext } from "../dialect.ts";
import { createTrigger, createView } from "./create_sql.ts";
import { nameOf, tokenize } from "./lexer.ts";
import { quote } from "./sql.ts";
import { statement } from "./statement.ts";

const code = "broken";

/** A note on each of them. EXPLAIN has SQLite look at the whole text and runs nothing. */
export async function notesOnBroken(
  catalog: Catalog,
  schema: string,
  objects: readonly SchemaObject[],
): Promise<readonly Note[]> {
  const notes: Note[] = [];
  for (const object of objects) {
    if (object.kind !== "view" && object.kind !== "trigger") continue;
    try {
      await catalog.query(`EXPLAIN ${probe(object, schema, objects)}`);
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/ in EXPLAIN .*$/s, "") : String(error);
      notes.push({ code, object: object.id, message: `${object.kind} "${object.name.at(-1)}" does not work: ${why}` });
    }
  }
  return notes;
}

/** A statement for which SQLite must understand the view, or the trigger and those beside it. */
function probe(
  object: SchemaObject<"view" | "trigger">,
  schema: string,
  objects: readonly SchemaObject[],
): string {
  const own = object.kind === "view" ? object : objects.find(({ id }) => id === object.parent);
  const name = `${quote(schema)}.${quote((own ?? object).name.at(-1)!)}`;
  if (object.kind === "view") return `SELECT 1 FROM ${name}`;
  const tokens = tokenize(object.definition.sql);
  const at = tokens.findIndex(({ value }) => value === "INSERT" || value === "DELETE" || value === "UPDATE");
  if (tokens[at]?.value === "DELETE") return `DELETE FROM ${name}`;
  if (tokens[at]?.value !== "UPDATE") return `INSERT INTO ${name} DEFAULT VALUES`;
  const columns = objects.filter((each) => each.kind === "column" && each.parent === own?.id && !each.generated);
  const column = tokens[at + 1]?.value === "OF" ? nameOf(tokens[at + 2]!) : columns[0]?.name.at(-1);
  // Of a view nothing is known but its text: the trigger is taken as it is.
  return column === undefined ? `SELECT 1 FROM ${name}` : `UPDATE ${name} SET ${quote(column)} = NULL`;
}

/** Those that are there before the change, as either side has found them. */
export function brokenIn(
  { from, to }: Pick<RenderContext, "from" | "to">,
): readonly SchemaObject<"view" | "trigger">[] {
  const ids = new Set([...from.notes, ...to.notes].flatMap((note) => note.code === code ? note.object ?? [] : []));
  return [...ids].flatMap((id) => {
    const object = from.objects.get(id);
    return object?.kind === "view" || object?.kind === "trigger" ? [object] : [];
  });
}

/** The statements with everything that does not work out of their way, and back as it was behind them. */
export function withoutBroken(
  change: Change,
  context: RenderContext,
  statements: readonly Statement[],
): readonly Statement[] {
  // A trigger goes with the view that it is on.
  const broken = brokenIn(context), views = broken.filter(({ kind }) => kind === "view");
  const lost = views.flatMap((view) => onView(view, context.from)).filter((trigger) => !broken.includes(trigger));
  const apart = [...views, ...[...broken.filter(({ kind }) => kind === "trigger"), ...lost]];
  if (apart.length === 0) return statements;
  const triggers = apart.filter((each) => each.kind === "trigger" && !views.some(({ id }) => id === each.parent));
  return [
    ...[...triggers, ...views].map((each) =>
      statement(change, `DROP ${each.kind.toUpperCase()} ${quote(each.name.at(-1)!)}`)
    ),
    ...statements,
    ...apart.map((each) => statement(change, each.kind === "view" ? createView(each) : createTrigger(each))),
  ];
}

function onView(view: SchemaObject, graph: SchemaGraph): readonly SchemaObject<"trigger">[] {
  return [...graph.objects.values()].filter((each): each is SchemaObject<"trigger"> =>
    each.kind === "trigger" && each.parent === view.id
  );
}
