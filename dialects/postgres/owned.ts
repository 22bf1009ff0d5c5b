/** What has an owner: how it is told to ALTER … OWNER TO, and when that comes. Pure. */
import type { Around, RenderContext } from "../dialect.ts";
import type { Change } from "../../diff/change.ts";
import { children, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { Kind, ObjectId, SchemaObject } from "../../schema/object.ts";
import { aggregateTarget } from "./kinds/aggregate.ts";
import { functionTarget } from "./kinds/function.ts";
import { operatorTarget } from "./kinds/operator.ts";
import { textSearchTarget } from "./kinds/text_search.ts";
import { quotePath } from "./sql.ts";

/** Kinds that are told by a word and their path. */
const words: { readonly [K in Kind]?: string } = {
  schema: "SCHEMA",
  table: "TABLE",
  foreign_table: "FOREIGN TABLE",
  view: "VIEW",
  materialized_view: "MATERIALIZED VIEW",
  enum: "TYPE",
  composite_type: "TYPE",
  range_type: "TYPE",
  domain: "DOMAIN",
  collation: "COLLATION",
  conversion: "CONVERSION",
  statistics: "STATISTICS",
  publication: "PUBLICATION",
  subscription: "SUBSCRIPTION",
  event_trigger: "EVENT TRIGGER",
  foreign_data_wrapper: "FOREIGN DATA WRAPPER",
  foreign_server: "SERVER",
  language: "LANGUAGE",
};

/** What stands after ALTER; null for what has no owner of its own. */
export function ownerTarget(object: SchemaObject): string | null {
  switch (object.kind as Kind) {
    case "sequence":
      return (object as SchemaObject<"sequence">).ownedBy ? null : `SEQUENCE ${quotePath(object.name)}`;
    case "function":
      return functionTarget(object as SchemaObject<"function">);
    case "aggregate":
      return aggregateTarget(object as SchemaObject<"aggregate">);
    case "operator":
      return operatorTarget(object as SchemaObject<"operator">);
    case "text_search": {
      const search = object as SchemaObject<"text_search">;
      return search.what === "dictionary" || search.what === "configuration" ? textSearchTarget(search) : null;
    }
    default: {
      const word = words[object.kind];
      return word === undefined ? null : `${word} ${quotePath(object.name)}`;
    }
  }
}

/** The id of an object's owner. */
export function ownerId(object: SchemaObject): ObjectId {
  return objectId("owner", [...object.name, object.kind]);
}

/**
 * A new owner takes over what the old one was granted (aclnewowner in acl.c): what goes is taken while it is the old one's, and what comes is
 * given once it is the new one's. Whoever shall own something has to have the right to make things in its schema.
 */
export function aroundOwners(change: Change, context: Pick<RenderContext, "from" | "to">): Around {
  if (change.kind === "grant") {
    const graph = change.op === "drop" ? context.from : context.to;
    const grant = change.op === "drop" ? change.from : change.to;
    const owned = grantedBy(graph, grant.parent);
    const owner = owned ? [ownerId(owned)] : [];
    return change.op === "drop" ? { before: [], after: owner } : { before: owner, after: [] };
  }
  if (change.kind === "materialized_view" && change.op === "create") {
    return { before: rightsToFill(change.to.id, context.to), after: [] };
  }
  if (change.kind !== "owner" || change.op === "drop") return { before: [], after: [] };
  const owned = context.to.objects.get(change.to.parent!);
  if (!owned) return { before: [], after: [] };
  const schema = owned.parent === null ? undefined : context.to.objects.get(owned.parent);
  const inSchema = schema?.kind === "schema"
    ? [ownerId(schema), ...children(context.to, schema.id, "grant").map(({ id }) => id)]
    : [];
  return { before: [...inSchema, ...linkedTo(owned, context)], after: [] };
}

/**
 * The sequences that belong to a table's columns, and these columns: they are linked while the table is its old owner's, and go with it. So do
 * the sequences of columns that become identities.
 */
function linkedTo(table: SchemaObject, { from, to }: Pick<RenderContext, "from" | "to">): readonly ObjectId[] {
  if (table.kind !== "table" && table.kind !== "foreign_table") return [];
  const owned = ofKind(to, "sequence").flatMap(({ id, ownedBy }) =>
    ownedBy !== null && to.objects.get(ownedBy)?.parent === table.id ? [id, ownedBy] : []
  );
  const identities = children(to, table.id, "column").filter(({ id, identity }) => {
    const before = from.objects.get(id);
    return identity && before?.kind === "column" && !before.identity;
  });
  return [...owned, ...identities.map(({ id }) => id)];
}

/**
 * Whose all is that a materialized view reads, directly or not, and what others may do with it: it is filled when it is made, by the rights of who
 * owns what it reads, as it will be filled from then on.
 */
function rightsToFill(id: ObjectId, graph: SchemaGraph): readonly ObjectId[] {
  return [...needsOf(id, graph)].filter((each) => each !== id).flatMap((each) => {
    const object = graph.objects.get(each);
    return object ? [ownerId(object), ...children(graph, each, "grant").map((grant) => grant.id)] : [];
  });
}

function needsOf(id: ObjectId, graph: SchemaGraph): ReadonlySet<ObjectId> {
  const needed = new Set<ObjectId>([id]);
  for (const each of needed) for (const ref of graph.objects.get(each)?.refs ?? []) needed.add(ref);
  return needed;
}

/** Whose owner gives what is granted there: an identity's sequence, and any that belongs to a column, is its table's owner's. */
function grantedBy(graph: SchemaGraph, id: ObjectId | null): SchemaObject | undefined {
  const object = id === null ? undefined : graph.objects.get(id);
  if (object?.kind === "column") return graph.objects.get(object.parent!);
  if (object?.kind === "sequence" && object.ownedBy) return grantedBy(graph, object.ownedBy);
  return object;
}
