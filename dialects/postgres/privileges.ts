/**
 * Privileges: what everybody has by default, and the statements from one set to another. The built-in defaults are those of the Postgres
 * manual, "Privileges" (5.8): owners have everything, PUBLIC may execute functions and use types and languages. Pure.
 */
import type { RenderContext } from "../dialect.ts";
import { parted, type Privilege, privilegeList } from "../privilege_list.ts";
import { ofKind } from "../../schema/graph.ts";
import type { Kind, ObjectId, SchemaObject } from "../../schema/object.ts";
import { objectId } from "../../schema/id.ts";
import { identitySequence } from "./identity.ts";
import { roleName } from "./roles.ts";
import { routinePath, routineSelf } from "./routine.ts";
import { quote, quoteList, quotePath } from "./sql.ts";

/** What stands after ON; null where nothing can be granted. What is granted "on" an identity column is so on its sequence. */
export function grantTarget(object: SchemaObject): string | null {
  const sequence = sequenceOf(object);
  if (sequence) return `SEQUENCE ${quotePath(sequence)}`;
  switch (object.kind as Kind) {
    case "table":
    case "view":
    case "materialized_view":
    case "foreign_table":
      return `TABLE ${quotePath(object.name)}`;
    case "sequence":
      return `SEQUENCE ${quotePath(object.name)}`;
    case "schema":
      return `SCHEMA ${quotePath(object.name)}`;
    case "enum":
    case "domain":
    case "composite_type":
    case "range_type":
      return `TYPE ${quotePath(object.name)}`;
    case "function":
      return `ROUTINE ${routineSelf(object as SchemaObject<"function">)}`;
    case "aggregate":
      return `ROUTINE ${routinePath(object.name)}`;
    case "foreign_server":
      return `FOREIGN SERVER ${quotePath(object.name)}`;
    case "foreign_data_wrapper":
      return `FOREIGN DATA WRAPPER ${quotePath(object.name)}`;
    case "language":
      return `LANGUAGE ${quotePath(object.name)}`;
    default:
      return null;
  }
}

/** What PUBLIC may do with a new object of that kind when nobody has said otherwise. */
export function publicDefault(kind: Kind, path: readonly string[]): readonly Privilege[] {
  const one = (privilege: string) => [{ privilege, grantable: false }];
  switch (kind) {
    case "function":
    case "aggregate":
      return one("EXECUTE");
    case "enum":
    case "domain":
    case "composite_type":
    case "range_type":
    case "language":
      return one("USAGE");
    case "schema":
      return path[0] === "public" ? one("USAGE") : [];
    default:
      return [];
  }
}

/** The letters of pg_default_acl.defaclobjtype by kind. */
export const defaultClass: { readonly [K in Kind]?: string } = {
  table: "tables",
  view: "tables",
  materialized_view: "tables",
  foreign_table: "tables",
  sequence: "sequences",
  function: "functions",
  aggregate: "functions",
  enum: "types",
  domain: "types",
  composite_type: "types",
  range_type: "types",
  schema: "schemas",
};

/** The path of the sequence behind an identity column; null for all else. */
function sequenceOf(object: SchemaObject): readonly string[] | null {
  return object.kind === "column" && object.identity ? identitySequence(object) : null;
}

/** Default privileges, old or wanted, that may be in force for a new object: by role that gets them. */
export function inForce(object: SchemaObject, context: RenderContext): ReadonlyMap<string, readonly Privilege[]> {
  const found = new Map<string, Privilege[]>();
  const sequence = sequenceOf(object);
  const what = sequence ? defaultClass.sequence : defaultClass[object.kind];
  const schema = sequence ? objectId("schema", sequence.slice(0, 1)) : object.parent;
  for (const each of [...ofKind(context.from, "default_privilege"), ...ofKind(context.to, "default_privilege")]) {
    const [grantee, objects] = [each.name.at(-1)!, each.name.at(-2)!];
    if (objects !== what || each.parent !== null && each.parent !== schema) continue;
    found.set(grantee, [...found.get(grantee) ?? [], ...each.privileges]);
  }
  return found;
}

/** GRANT and REVOKE statements from one set to the other. */
export function regrant(
  target: string,
  role: string,
  from: readonly Privilege[],
  to: readonly Privilege[],
): readonly string[] {
  const before = new Map(from.map((each) => [each.privilege, each.grantable]));
  const after = new Map(to.map((each) => [each.privilege, each.grantable]));
  const gone = [...before.keys()].filter((each) => !after.has(each));
  const narrowed = [...after].filter(([each, grantable]) => before.get(each) && !grantable).map(([each]) => each);
  // REVOKE of a privilege on a table takes it from its columns, too, and so does that of its grant option.
  const taken = new Set([...gone, ...narrowed].filter((each) => parted(each).column === null));
  const isTaken = (each: string) => parted(each).column !== null && taken.has(parted(each).privilege);
  const added = [...after].filter(([each, grantable]) =>
    !before.has(each) || grantable && !before.get(each) || isTaken(each)
  );
  const plain = added.filter(([, grantable]) => !grantable).map(([each]) => each);
  const grantable = added.filter(([, grantable]) => grantable).map(([each]) => each);
  const name = roleName(role);
  return [
    ...(gone.length ? [`REVOKE ${list(gone)} ON ${target} FROM ${name}`] : []),
    ...(narrowed.length ? [`REVOKE GRANT OPTION FOR ${list(narrowed)} ON ${target} FROM ${name}`] : []),
    ...(plain.length ? [`GRANT ${list(plain)} ON ${target} TO ${name}`] : []),
    ...(grantable.length ? [`GRANT ${list(grantable)} ON ${target} TO ${name} WITH GRANT OPTION`] : []),
  ];
}

/** What a role has of new objects where nobody has said otherwise. */
export function usualDefaults({ options }: SchemaObject<"default_privilege">): readonly Privilege[] {
  return ((options.standard ?? []) as readonly string[]).map((privilege) => ({ privilege, grantable: false }));
}

/** ALTER DEFAULT PRIVILEGES from one set to the other. */
export function redefault(
  { name, parent }: SchemaObject<"default_privilege">,
  from: readonly Privilege[],
  to: readonly Privilege[],
): readonly string[] {
  const [owner, objects, role] = name.slice(-3) as [string, string, string];
  const place = parent === null ? "" : ` IN SCHEMA ${quote(name[0]!)}`;
  return regrant(objects.toUpperCase(), role, from, to)
    .map((sql) => `ALTER DEFAULT PRIVILEGES FOR ROLE ${quote(owner)}${place} ${sql}`);
}

/** The list of a GRANT or REVOKE. */
export function list(privileges: readonly string[]): string {
  return privilegeList(privileges, quoteList);
}

/** The parent of a grant in either graph. */
export function grantedOn(context: RenderContext, id: ObjectId | null): SchemaObject | undefined {
  return id === null ? undefined : context.to.objects.get(id) ?? context.from.objects.get(id);
}
