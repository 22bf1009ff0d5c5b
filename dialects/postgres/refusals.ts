/**
 * Changes that Postgres has no statement for and that sqa does not go around either: the plan stops (SQA-311) before a migration is written
 * that would fail. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import type { Alter, Change } from "../../diff/change.ts";
import { children, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import { labelOfId } from "../../schema/id.ts";
import { factsOf } from "../../schema/kinds/facts_of.ts";
import type { ObjectId, SchemaObject } from "../../schema/object.ts";
import { isRewrite } from "./casts.ts";
import { isReordered } from "./columns_by_place.ts";
import { refuseIdentity } from "./identity_refusals.ts";
import {
  heirsOf,
  inParents,
  isInherited,
  isPartition,
  isPartitionKey,
  joins,
  tableIn,
  wholeOf,
} from "./inheritance.ts";
import { isNotNullInherited, notNullName, notNullsAbove } from "./inherited_not_null.ts";
import { refuse } from "./refuse.ts";
import { givers } from "./rejoined.ts";
import { rowsOf } from "./returned_rows.ts";
import { hasSqlBody } from "./routine.ts";
import { isRetyped, type SecondParent, secondParents } from "./second_parents.ts";
import { dotted } from "./sql.ts";
import { typedTable } from "./typed_tables.ts";

type Graphs = Pick<RenderContext, "from" | "to" | "madeAnew">;
type Versioned = Graphs & Pick<RenderContext, "version">;

/** Stops where a type or collation is made anew and a column of it says in which partition a row is: the server alters none of these. */
export function refusePartitionKeys(id: ObjectId, columns: readonly SchemaObject<"column">[], { from }: Graphs): void {
  const column = columns.find((each) => isPartitionKey(each, from));
  if (!column) return;
  refuse(
    `"${labelOfId(id)}" cannot be made anew while "${labelOfId(column.id)}" is part of a partition key`,
    `make the partitioned table anew under another name by hand, and move its rows`,
  );
}

/** Stops where the values of a domain shall be held to more while a column has them inside others: the server looks into none of these. */
export function refuseStricter(domain: ObjectId, { from, to }: Graphs): void {
  const inside = (id: ObjectId, isInside: boolean): SchemaObject | undefined => {
    for (const object of from.objects.values()) {
      const types = factsOf(object).typesUsed?.(object) ?? [];
      for (const { of, dimensions } of types) {
        if (of !== id) continue;
        if (object.kind === "column") {
          if ((isInside || dimensions > 0) && to.objects.has(object.id)) return object;
          continue;
        }
        const found = inside(object.id, isInside || dimensions > 0 || object.kind !== "domain");
        if (found) return found;
      }
    }
    return undefined;
  };
  const column = inside(domain, false);
  if (!column) return;
  refuse(
    `the values of "${labelOfId(domain)}" cannot be held to more while "${
      labelOfId(column.id)
    }" has them inside its own`,
    `give "${labelOfId(column.id)}" another type in a migration of its own before, and this one again after it`,
  );
}

/** Stops where a way to store tables changes that a table is stored in: it cannot be dropped while there is one. */
export function refuseAccessMethod(id: ObjectId, { from, to }: Graphs): void {
  const table = ofKind(from, "table").find((each) => each.refs.includes(id) && to.objects.has(each.id));
  if (!table) return;
  refuse(
    `the access method "${labelOfId(id)}" cannot change while "${labelOfId(table.id)}" is stored in it`,
    `give the new one another name, and let "${labelOfId(table.id)}" go over to it`,
  );
}

/** Stops at a change of a column that the server refuses whatever the rows are. */
export function refuseColumn(change: Change<"column">, context: Versioned): void {
  if (change.op === "rename") return;
  if (change.op !== "drop") refuseIdentity(change, context);
  const id = change.op === "drop" ? change.from.parent! : change.to.parent!;
  const before = tableIn(context.from, id), after = tableIn(context.to, id);
  if (!before || !after) return;
  if (change.op === "alter") refuseOwnership(change, context), refuseDeepExpression(change, context);
  const retyped = change.op === "alter" && isRetyped(change);
  // What is no table of a type yet loses columns before it becomes one.
  const type = (before.options.of_type || change.op !== "drop") && after.options.of_type;
  if (type && (change.op !== "alter" || retyped)) refuseTyped(id, String(type));
  if (change.op === "alter" && retyped && !isPartition(after)) {
    refuseMerged(change, context);
    refuseSecondParent(change.from, context, ({ stays }) => stays);
  }
  if (change.op !== "alter" || !retyped || !isRewrite(change.from.type, change.to.type)) return;
  const holder = holdersOf(before.name, context.from).find((each) => context.to.objects.has(each.id));
  if (holder) {
    refuse(
      `the type of "${labelOfId(change.to.id)}" cannot change while "${labelOfId(holder.id)}" holds rows of its table`,
      `give "${labelOfId(holder.id)}" another type in a migration of its own before`,
    );
  }
}

/**
 * Stops where a column that is computed shall hold values of its own and is inherited over more than one step: DROP EXPRESSION asks each heir
 * whether it goes on to its own heirs, and it does not (ATPrepDropExpression in tablecmds.c: "must be applied to child tables too").
 */
function refuseDeepExpression({ from, to }: Alter<"column">, context: Graphs): void {
  if (!from.generated?.stored || to.generated) return;
  const handsOn = (id: ObjectId) => heirsOf(context.from, id).length > 0;
  // One that is inherited from another parent afterwards is told so by way of a parent that stands in for both.
  const isCarried = isInherited(from) && isInherited(to) && joins(context, to.parent) &&
    givers(to as unknown as SchemaObject, context).length === 0 && !isPartition(tableIn(context.to, to.parent));
  const heir = isInherited(from)
    ? isCarried && handsOn(to.parent!) && tableIn(context.from, to.parent)
    : heirsOf(context.from, from.parent!).find(({ id }) => handsOn(id));
  if (!heir) return;
  refuse(
    `"${labelOfId(to.id)}" cannot be a column like others while "${labelOfId(heir.id)}" inherits it and hands it on`,
    `make a new column and fill it in a migration of its own, and let "${labelOfId(from.id)}" go in the next`,
  );
}

/** Stops where a column goes over to another type, or to one that is made anew, and an heir has it from another parent, too. */
export function refuseSecondParents(columns: readonly SchemaObject<"column">[], context: Graphs): void {
  for (const column of columns) refuseSecondParent(column, context, () => true);
}

function refuseSecondParent(
  column: SchemaObject<"column">,
  context: Graphs,
  isInTheWay: (second: SecondParent) => boolean,
): void {
  const second = secondParents(column, context).find(isInTheWay);
  if (!second) return;
  const [table, other] = [labelOfId(second.heir.parent!), labelOfId(second.from.parent!)];
  refuse(
    `the type of "${labelOfId(column.id)}" cannot change while "${table}" has the column from "${other}", too`,
    `take "${table}" out of "${other}" in a migration of its own before (NO INHERIT), and let it inherit again after it`,
  );
}

/**
 * Stops where a key of a partition's own goes, or its table's index whose part it is: the server lets neither go without the other ("cannot drop
 * index because index requires it", "constraint depends on index"), and that index takes such a key by itself.
 */
export function refuseKeyOfIndex(key: SchemaObject, context: Graphs): void {
  const whole = wholeOf(context.from, key), table = tableIn(context.to, key.parent);
  if (whole?.kind !== "index" || !table?.inherits.some((id) => id === whole.parent)) return;
  refuse(
    `the ${factsOf(key).label} "${labelOfId(key.id)}" cannot go while it is part of the index "${labelOfId(whole.id)}"`,
    `detach "${labelOfId(table.id)}" from "${labelOfId(whole.parent!)}" by hand before, and attach it again after it`,
  );
}

/** Stops where a type changes, or is made anew, that a table stays of. */
export function refuseTypeOfTable(type: ObjectId, context: Graphs): void {
  const table = typedTable(type, context);
  if (table) refuseTyped(table.id, labelOfId(type));
}

/** Stops where columns of tables that are of a type before and after, of the same or not, have to go over to a type that is made anew. */
export function refuseTypedColumns(columns: readonly SchemaObject<"column">[], { from, to }: Graphs): void {
  for (const { parent } of columns) {
    const type = tableIn(from, parent)?.options.of_type && tableIn(to, parent)?.options.of_type;
    if (type) refuseTyped(parent!, String(type));
  }
}

/** Stops where a table becomes one of a type, and its columns stand in another order than the type's attributes. */
export function refuseOrderOfType({ from, to }: Alter<"table">, context: Graphs): void {
  if (!to.options.of_type || to.options.of_type === from.options.of_type || !isReordered(to.id, context)) return;
  refuse(
    `"${labelOfId(to.id)}" cannot become a table of the type "${
      String(to.options.of_type)
    }": its columns stand in another order`,
    `make the table anew by hand and move its rows, or leave the type out`,
  );
}

function refuseTyped(table: ObjectId, type: string): never {
  refuse(
    `"${labelOfId(table)}" is a table of the type "${type}", so its columns cannot change`,
    `change it by hand with ALTER TYPE … CASCADE, or detach it with ALTER TABLE … NOT OF, and plan again`,
  );
}

/** Stops where a parent gets a column of the type that its heir's shall have from then on: the server compares them when it adds the parent's. */
function refuseMerged({ from, to }: Alter<"column">, context: Graphs): void {
  const above = inParents(context.to, to).find((each) =>
    !context.from.objects.has(each.id) && tableIn(context.from, from.parent)?.inherits.includes(each.parent!)
  );
  if (!above || inParents(context.from, from).some(({ id }) => context.to.objects.has(id))) return;
  refuse(
    `the type of "${labelOfId(to.id)}" cannot change while "${labelOfId(above.id)}" is added to its parent`,
    `give "${labelOfId(to.id)}" its new type in a migration of its own before`,
  );
}

/**
 * Stops where a column that an heir has of its own, too, shall be inherited alone, or the other way round, under a parent that keeps the column:
 * no statement of the server changes that (pg_attribute.attislocal).
 */
function refuseOwnership({ from, to }: Alter<"column">, context: Graphs): void {
  const [was, now] = [isInherited(from), isInherited(to)];
  const tables = [tableIn(context.from, to.parent), tableIn(context.to, to.parent)];
  if (was === now || tables.some(isPartition)) return;
  // Its own stays its own whichever parent comes with the same.
  const above = now
    ? inParents(context.to, to)[0]
    : inParents(context.from, from).find((each) =>
      context.to.objects.has(each.id) && tables.every((table) => table?.inherits.includes(each.parent!))
    );
  if (!above) return;
  const [table, parent] = [labelOfId(to.parent!), labelOfId(above.parent!)];
  refuse(
    now
      ? `the column "${
        labelOfId(to.id)
      }" is "${table}"'s own and cannot become one that it only inherits from "${parent}"`
      : `the column "${labelOfId(to.id)}" is inherited from "${parent}" and cannot become "${table}"'s own while it is`,
    now
      ? `let "${table}" keep the column as its own`
      : `leave the column out of "${table}", which has it from "${parent}"`,
  );
}

/** Stops where a NOT NULL that is inherited would need another name or lose what is a column's own in it: no statement does that (18). */
export function refuseNotNull(from: SchemaObject<"column">, to: SchemaObject<"column">, { to: graph }: Graphs): void {
  const renamed = notNullName(from) !== notNullName(to);
  const disowned = isNotNullInherited(graph, to) && !isNotNullInherited(graph, from);
  const above = notNullsAbove(graph, to)[0];
  if (!above || !renamed && !disowned) return;
  const table = labelOfId(to.parent!), column = `"${labelOfId(to.id)}"`;
  refuse(
    renamed
      ? `the NOT NULL of ${column} cannot be called "${notNullName(to)}": its table inherits it from "${
        labelOfId(above.parent!)
      }"`
      : `the NOT NULL of ${column} cannot become one that is inherited alone`,
    `make "${table}" anew by hand, or drop the NOT NULL of "${labelOfId(above.id)}" in a migration of its own before`,
  );
}

/** Stops where an heir's NOT NULL would have to go and come again under another name with its parent's: its column must be NOT NULL (18). */
export function refuseNewNames(column: SchemaObject<"column">): never {
  const table = labelOfId(column.parent!);
  refuse(
    `the NOT NULL of "${
      labelOfId(column.id)
    }" cannot get another name with its parent's: a key or an identity needs it`,
    `take "${table}" out of its parents in a migration of its own before (NO INHERIT), or leave the names as they are`,
  );
}

/** Stops where a function would return its table's columns in the order that they have elsewhere: its body lists them (BEGIN ATOMIC, RETURN). */
export function refuseReturnedRow(object: SchemaObject<"function">, context: Graphs): void {
  const table = hasSqlBody(object.definition.sql)
    ? rowsOf(object, context.to).find((each) => isReordered(each.id, context))
    : undefined;
  if (!table) return;
  refuse(
    `"${labelOfId(object.id)}" returns rows of "${
      labelOfId(table.id)
    }", whose columns would stand in another order than its body has them in`,
    `give "${labelOfId(object.id)}" a body in quotes, or list the columns of "${
      labelOfId(table.id)
    }" in the order that they have`,
  );
}

/** Stops where a collation that is made anew is part of a type: values of the type would have to be carried over with it. */
export function refuseCollation(id: ObjectId, context: Graphs): void {
  const type = [...context.from.objects.values()].find((each) =>
    ["domain", "composite_type", "range_type"].includes(each.kind) && each.refs.includes(id) &&
    context.to.objects.has(each.id)
  );
  if (!type) return;
  refuse(
    `the collation "${labelOfId(id)}" cannot be made anew while "${labelOfId(type.id)}" is made of it`,
    `make another collation, and let "${labelOfId(type.id)}" use it`,
  );
}

/** The columns that hold rows of a table, by its own row type or by one that is made of it (find_composite_type_dependencies). */
function holdersOf(path: readonly string[], graph: SchemaGraph): readonly SchemaObject<"column">[] {
  const names = new Set([dotted(path)]);
  for (let size = 0; size !== names.size;) {
    size = names.size;
    for (const each of ofKind(graph, "composite_type")) {
      if (each.attributes.some(({ type }) => names.has(type.name))) names.add(dotted(each.name));
    }
    for (const each of ofKind(graph, "domain")) if (names.has(each.type.name)) names.add(dotted(each.name));
    for (const each of ofKind(graph, "table")) {
      if (children(graph, each.id, "column").some(({ type }) => names.has(type.name))) names.add(dotted(each.name));
    }
  }
  return ofKind(graph, "column").filter(({ type }) => names.has(type.name));
}
