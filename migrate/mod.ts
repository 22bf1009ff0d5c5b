/** Migration files, the history and the runner: what the command line uses of this folder. It prints nothing and knows no command. */
export { migrate, type MigrateOptions, type MigrateResult } from "./apply.ts";
export { type BaseOptions, type DiffBase, diffBase, offlineBase, recordedRenames } from "./base.ts";
export { appliedHeads, type Chain, isApplied, makeChain, type Node, pendingNodes } from "./chain.ts";
export type { MigrateEvent, Named, OnEvent } from "./events.ts";
export { type Folder, type Migration, readFolder, writeMigration } from "./files.ts";
export type { Grade, Header } from "./header.ts";
export { defaultHistoryTable, type History, historyOf, historyPath, type Revision } from "./history.ts";
export { managedObjects } from "./managed.ts";
export { type Proof, prove, type ProveOptions } from "./prove.ts";
export { inRange, placesOf } from "./range.ts";
export { renderEmptyMigration, type RenderFileInput, renderMigration } from "./render_file.ts";
export { lockName, noLock } from "./runner.ts";
export { rollback, type RollbackOptions, type RollbackResult } from "./rollback.ts";
export { settleForms, type SettleFormsOptions } from "./settle_forms.ts";
export {
  type MigrationState,
  type MigrationStatus,
  type Status,
  status,
  statusOf,
  type StatusOptions,
} from "./status.ts";
export { readState, readTogether, refuseProblems } from "./state.ts";
export { parentsForNext, resolve } from "./target.ts";
