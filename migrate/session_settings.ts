/** What a file sets for its session: known before it runs, set again where a run goes on, taken back behind a pooler. */
import type { Dialect } from "../dialects/dialect.ts";
import type { Connection } from "../dialects/driver.ts";
import type { Script } from "./script.ts";
import type { Running } from "./script_run.ts";
import type { ScriptStatement } from "./statements.ts";

/** Statements that only set something; the others need not be kept. */
export function settingsIn(
  { statements }: Script,
  { isSetting }: Pick<Dialect, "isSetting">,
): readonly ScriptStatement[] {
  const found: ScriptStatement[] = [];
  if (!isSetting) return found;
  for (const statement of statements) if (isSetting(statement.sql)) found.push(statement);
  return found;
}

/** A run that goes on in the middle of a file has a new session: what the file has set before is set again. */
export async function setAgain(run: Running, connection: Connection, before: number): Promise<void> {
  if (!run.alone) return;
  for (const { number, sql } of run.toSet) {
    if (number >= before) return;
    if (run.settings.has(number)) continue;
    await connection.execute(sql);
    run.settings.add(number);
  }
}

/** Behind a pooler the session goes to somebody else when the transaction ends. */
export async function takeBack(run: Running, tx: Connection): Promise<void> {
  for (const number of [...run.settings].sort((a, b) => b - a)) {
    for (const sql of run.alone!.undoneBy?.(run.script.statements.at(number - 1)!.sql) ?? []) await tx.execute(sql);
  }
}
