/** Switches that rebuilt tables need, one time each: every rebuild brings its own, because it may be the only one. */
import type { Statement } from "../../diff/plan_types.ts";

const foreignKeysOff = "PRAGMA foreign_keys = OFF", legacyOn = "PRAGMA legacy_alter_table = ON";
const legacyOff = "PRAGMA legacy_alter_table = OFF";

/** Without a second "foreign keys off", which nothing ever switches on again, and without switching a thing off and on at once. */
export function settle(statements: readonly Statement[]): readonly Statement[] {
  const kept: Statement[] = [];
  let off = false;
  for (const statement of statements) {
    if (statement.sql === foreignKeysOff && off) continue;
    off ||= statement.sql === foreignKeysOff;
    if (statement.sql === legacyOn && kept.at(-1)?.sql === legacyOff) kept.pop();
    else kept.push(statement);
  }
  return kept;
}
