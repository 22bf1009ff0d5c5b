/**
 * Statements that must be run in another session mode, character set or time zone than the runner has: what the server keeps with views, routines,
 * triggers and events, and tables whose defaults are dates of zeros. Each is set before and put back after.
 */
import type { Connection } from "../driver.ts";
import type { Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import type { Options } from "../../schema/object.ts";
import { quoteText } from "./sql.ts";
import { statement } from "./statement.ts";

/** Variable to expression. */
export type Settings = Readonly<Record<string, string>>;

/** All that `within` may set. */
const names = [
  "sql_mode",
  "character_set_client",
  "collation_connection",
  "time_zone",
  "system_versioning_alter_history",
];

/** Runs `work` and sets the session as it was: a statement that failed between a setting and its end leaves the setting behind. */
export async function undisturbed<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  const list = names.map(quoteText).join(", ");
  const rows = await connection.query(`SHOW SESSION VARIABLES WHERE Variable_name IN (${list})`);
  const before = rows.map((row) => Object.values(row).map(String));
  try {
    return await work();
  } finally {
    const back = before.map(([name, value]) => `${name} = ${quoteText(value!)}`);
    await connection.execute(`SET SESSION ${back.join(", ")}`);
  }
}

/** Settings that an object's options ask for: `sql_mode` ("-" for none), `charset` ("client collation"), `time_zone`. */
export function settingsOf(options: Options): Settings {
  const found: Record<string, string> = {};
  if (typeof options.sql_mode === "string") {
    found.sql_mode = quoteText(options.sql_mode === "-" ? "" : options.sql_mode);
  }
  if (typeof options.charset === "string") {
    const [client = "utf8mb4", literals] = options.charset.split(" ");
    found.character_set_client = client;
    if (literals) found.collation_connection = literals;
  }
  if (typeof options.time_zone === "string") found.time_zone = quoteText(options.time_zone);
  return found;
}

/** Only what the server's users set themselves counts: dates of zeros are allowed, everything else stays as strict as it is. */
export const zeroDates: Settings = {
  sql_mode: "REPLACE(REPLACE(@@SESSION.sql_mode, 'NO_ZERO_DATE', ''), 'NO_ZERO_IN_DATE', '')",
};

/** The statements with the settings in force around them; just these where there are no settings. */
export function within(change: Change, settings: Settings, statements: readonly Statement[]): readonly Statement[] {
  const names = Object.keys(settings);
  if (names.length === 0 || statements.length === 0) return statements;
  const list = (each: (name: string) => string) => names.map(each).join(", ");
  return [
    statement(change, `SET ${list((name) => `@sqa_${name} = @@SESSION.${name}`)}`),
    statement(change, `SET SESSION ${list((name) => `${name} = ${settings[name]}`)}`),
    ...statements,
    statement(change, `SET SESSION ${list((name) => `${name} = @sqa_${name}`)}`),
  ];
}
