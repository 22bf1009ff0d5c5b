/** What a model may say of keys, indexes and numbered columns that neither server has: left out with a note, never in silence. Pure. */
import { sameJson } from "../../schema/canonical.ts";
import type { SchemaObject } from "../../schema/object.ts";
import { withoutPartOption } from "./privileges.ts";

/** Says that the object has this no longer. */
export type LeavesOut = (object: SchemaObject, what: string) => void;

const methods: ReadonlySet<string> = new Set(["btree", "hash", "fulltext", "spatial", "rtree", "vector"]);

/** The object as the servers can hold it. */
export function withoutForeign(object: SchemaObject, leavesOut: LeavesOut): SchemaObject {
  switch (object.kind) {
    case "foreign_key":
      if (object.match !== "simple") leavesOut(object, `MATCH ${object.match.toUpperCase()}`);
      if (object.deferrable !== "no") leavesOut(object, "deferred checks");
      return { ...object, match: "simple", deferrable: "no" };
    case "primary_key":
      if (object.deferrable !== "no") leavesOut(object, "deferred checks");
      return { ...object, deferrable: "no" };
    case "unique":
      if (object.deferrable !== "no") leavesOut(object, "deferred checks");
      if (!object.nullsDistinct) leavesOut(object, "NULLS NOT DISTINCT");
      return { ...object, deferrable: "no", nullsDistinct: true };
    case "index":
      return plainIndex(object, leavesOut);
    case "grant": {
      const privileges = withoutPartOption(object.privileges);
      if (!sameJson(privileges, object.privileges)) {
        leavesOut(object, "grant option for some of an account's privileges on an object");
      }
      return { ...object, privileges };
    }
    case "role": {
      if (object.comment !== null) leavesOut(object, "comments on roles");
      const options = [
        ...Object.keys(object.options),
        ...object.memberships.flatMap((each) => Object.keys(each.options)),
      ];
      if (options.length > 0) leavesOut(object, `options of roles (${[...new Set(options)].join(", ")})`);
      const memberships = object.memberships.map((each) => ({ ...each, options: {} }));
      return { ...object, comment: null, options: {}, memberships };
    }
    case "column": {
      const { identity } = object;
      if (identity === null) return object;
      if (identity.mode === "always") leavesOut(object, "numbers that no row may bring along (GENERATED ALWAYS)");
      const options = Object.keys(identity.options);
      if (options.length > 0) leavesOut(object, `options of a column's numbers (${options.join(", ")})`);
      return { ...object, identity: { mode: "by default", options: {} } };
    }
    default:
      return object;
  }
}

function plainIndex(index: SchemaObject<"index">, leavesOut: LeavesOut): SchemaObject<"index"> {
  const method = index.method.toLowerCase() || "btree", known = methods.has(method);
  if (!known) leavesOut(index, `index method ${method}`);
  if (index.include.length > 0) leavesOut(index, "INCLUDE columns");
  if (index.unique && !index.nullsDistinct) leavesOut(index, "NULLS NOT DISTINCT");
  const keys = index.keys.map((key) => {
    // NULL is the least value: first where it ascends, last where it descends.
    if (key.nulls !== null && key.nulls !== (key.order === "desc" ? "last" : "first")) {
      leavesOut(index, `NULLS ${key.nulls.toUpperCase()}`);
    }
    if (key.collation !== null) leavesOut(index, "collations of index keys");
    return { ...key, nulls: null, collation: null };
  });
  return { ...index, method: known ? method : "btree", include: [], nullsDistinct: true, keys };
}
