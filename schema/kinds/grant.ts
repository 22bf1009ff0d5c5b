/** What one role may do with its parent object. The last part of its name is the role. */
import type { Options } from "../object.ts";
import { type KindFacts, plainFacts } from "./facts.ts";

export interface GrantShape {
  /** Sorted by privilege; "SELECT(column)" for a column. */
  privileges: readonly { readonly privilege: string; readonly grantable: boolean }[];
  options: Options;
}

export const grantFacts: KindFacts<"grant"> = {
  ...plainFacts<"grant">({
    label: "grant",
    plural: "grants",
    fields: ["privileges", "options"],
    holdsData: false,
  }),
  renameColumn: (grant, rename) =>
    grant.parent !== rename.table ? grant : {
      ...grant,
      privileges: grant.privileges.map((each) =>
        columnOf(each.privilege) === rename.from
          ? { ...each, privilege: each.privilege.slice(0, each.privilege.indexOf("(") + 1) + `${rename.to})` }
          : each
      ),
    },
  columnsUsed: (grant) =>
    grant.parent === null ? [] : [{
      table: grant.parent,
      columns: grant.privileges.flatMap(({ privilege }) => columnOf(privilege) ?? []),
    }],
};

function columnOf(privilege: string): string | null {
  const at = privilege.indexOf("(");
  return at < 0 ? null : privilege.slice(at + 1, -1);
}
