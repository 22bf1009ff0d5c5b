/**
 * A database file by the name that it has on the connection: the main one where its settings are compared, and the attached ones. ATTACH is the
 * connection's own affair (config), so none is made or dropped by a migration; what is in the file's header is changed in its transaction.
 */
import { canonicalJson } from "../../../schema/canonical.ts";
import type { Change } from "../../../diff/change.ts";
import type { KindDialect } from "../../dialect.ts";
import { quote } from "../sql.ts";
import { statement } from "../statement.ts";

/** The settings in a file's header that have no meaning to SQLite itself (pragma.html#pragma_application_id, #pragma_user_version). */
export const headerSettings = { applicationId: "application_id", userVersion: "user_version" } as const;

export const schema: KindDialect<"schema"> = {
  normalize: (object) => object.comment === null ? object : { ...object, comment: null },
  alters: () => "in place",
  renames: false,
  render(given) {
    const change = given as Change;
    if (given.op === "rename") return [];
    const before = given.op === "create" ? {} : given.from.options;
    // What a new file has is what is left where nothing is asked for any more.
    const after = given.op === "drop" ? {} : given.to.options;
    const name = quote((given.op === "drop" ? given.from : given.to).name[0]!);
    return Object.entries(headerSettings).flatMap(([option, pragma]) => {
      const value = after[option] ?? (given.op === "drop" && option in before ? 0 : undefined);
      if (value === undefined || canonicalJson(value) === canonicalJson(before[option] ?? null)) return [];
      return [statement(change, `PRAGMA ${name}.${pragma} = ${Number(value)}`)];
    });
  },
};
