/**
 * What an account may do with the database, a table, a view, a sequence, some columns or a routine. Accounts are the server's; of roles those that
 * the settings name are made and dropped. Nothing follows a rename (manual, "RENAME TABLE"): privileges are taken from the old name and given on the new one.
 */
import type { Change, Rename } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { children } from "../../../schema/graph.ts";
import type { ObjectId, SchemaObject } from "../../../schema/object.ts";
import type { KindDialect, RenderContext } from "../../dialect.ts";
import { parted, type Privilege } from "../../privilege_list.ts";
import type { FamilyFacts } from "../facts.ts";
import { grantTarget, levelOf, normalPrivileges, regrant } from "../privileges.ts";
import { statement } from "../statement.ts";
import { isDropped } from "./role.ts";

type Grant = SchemaObject<"grant">;

export function grantKind(facts: FamilyFacts): KindDialect<"grant"> {
  return {
    normalize: (object) => ({
      ...object,
      comment: null,
      privileges: normalPrivileges(object.privileges, levelOf(object), facts),
      options: {},
    }),
    alters: () => "in place",
    renames: false,
    render(change, context) {
      const object = change.op === "drop" ? change.from : change.to;
      // What a role had goes with it; and where another database's files have dropped it already, there is nothing to take.
      if (change.op === "drop" && isDropped(object.name.at(-1)!, context)) return [];
      const run = (from: readonly Privilege[], to: readonly Privilege[]) =>
        changed(change as Change, object, parentOf(object.parent, context), from, to, facts);
      switch (change.op) {
        case "create":
          return run([], change.to.privileges);
        case "drop":
          return run(change.from.privileges, []);
        case "alter":
          return run(change.from.privileges, change.to.privileges);
        case "rename":
          return [];
        default:
          return assertNever(change, "change");
      }
    },
  };
}

/** The privileges on what has another name now, taken from the old one: parts of that rename. */
export function grantsFollow(change: Rename, facts: FamilyFacts): readonly Statement[] {
  return change.parts.flatMap((part) => {
    if (part.op !== "rename" || part.kind !== "grant") return [];
    const from = part.from as Grant, to = part.to as Grant, because = change as Change;
    return [
      ...changed(because, to, change.to as SchemaObject, [], to.privileges, facts),
      ...changed(because, from, change.from as SchemaObject, from.privileges, [], facts),
    ];
  });
}

/** The same for a column. `context.from` has the new name already. */
export function columnGrantsFollow(
  change: Rename,
  context: RenderContext,
  facts: FamilyFacts,
): readonly Statement[] {
  if (change.to.kind !== "column") return [];
  const table = context.from.objects.get(change.to.parent!), now = change.to.name.at(-1)!;
  return children(context.from, change.to.parent!, "grant").flatMap((grant) => {
    const held = grant.privileges.filter(({ privilege }) => parted(privilege).column === now)
      .map((each) => ({ ...each, grantable: false }));
    const old = held.map((each) => ({
      ...each,
      privilege: `${parted(each.privilege).privilege}(${change.from.name.at(-1)})`,
    }));
    return [
      ...changed(change as Change, grant, table, [], held, facts),
      ...changed(change as Change, grant, table, old, [], facts),
    ];
  });
}

function parentOf(id: ObjectId | null, { from, to }: RenderContext): SchemaObject | null | undefined {
  return id === null ? null : to.objects.get(id) ?? from.objects.get(id);
}

function changed(
  change: Change,
  grant: Grant,
  parent: SchemaObject | null | undefined,
  from: readonly Privilege[],
  to: readonly Privilege[],
  facts: FamilyFacts,
): readonly Statement[] {
  const target = parent === undefined ? null : grantTarget(parent);
  if (target === null) return [];
  return regrant({ target, account: grant.name.at(-1)! }, from, to, facts).map((sql) => statement(change, sql));
}
