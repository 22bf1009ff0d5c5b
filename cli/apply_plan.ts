/** A plan straight onto the open database, without files, for the commands that do that: guarded, asked about, under the lock. */
import { type Connection, DatabaseError, mayPass } from "../dialects/driver.ts";
import type { Plan } from "../diff/plan_types.ts";
import { isProduction, labelOf, readGuard } from "../migrate/guard.ts";
import { groupsOf } from "../migrate/script.ts";
import { SqaError } from "../schema/error.ts";
import type { SchemaGraph } from "../schema/graph.ts";
import { fingerprint } from "../schema/hash.ts";
import { readLive } from "./live.ts";
import type { Project } from "./context.ts";
import { migrationLock } from "./migration_lock.ts";
import { mayAsk, type Session } from "./session.ts";

/** SQA-405 (exit 3) on a database that is labelled as production, or run with such an environment. `hint` says what to do instead. */
export function refuseProduction({ settings, config, database }: Project, what: string, hint: string): void {
  const label = settings.label ?? config.env;
  if (isProduction(label)) throw labelled(database.label, label!, what, hint);
}

/** The same by what the database itself remembers, for a run that was started without its label. */
export async function refuseKeptProduction(
  { settings, config, database }: Project,
  connection: Connection,
  what: string,
  hint: string,
): Promise<void> {
  const kept = await readGuard(connection, database.dialect, settings.historyTable ?? undefined);
  const label = labelOf({ label: settings.label ?? config.env, identity: connection.server.identity }, kept);
  if (isProduction(label)) throw labelled(database.label, label!, what, hint);
}

function labelled(where: string, label: string, what: string, hint: string): SqaError {
  return new SqaError("SQA-405", `${where} is labelled "${label}": ${what}`, { hint, exit: 3 });
}

/** Asks on a terminal, unless --yes. SQA-400 (exit 3) for a no. */
export async function confirm(session: Session, message: string): Promise<void> {
  if (!mayAsk(session)) return;
  const answer = await session.io.ask({
    message,
    choices: [{ value: "yes", label: "yes" }, { value: "no", label: "no" }],
  });
  if (answer !== "yes") {
    throw new SqaError("SQA-400", "nothing was changed", { hint: "--yes does not ask", exit: 3 });
  }
}

/** Under the lock: what a killed run has sent is waited for, and what was planned is still what the database is. SQA-520, SQA-526 (exit 75). */
async function stillAsPlanned(plan: Plan, from: SchemaGraph, connection: Connection, project: Project): Promise<void> {
  const { database: { driver, dialect }, settings, session: { io, out } } = project;
  const alone = await driver.standalone?.(connection);
  const until = performance.now() + settings.lockTimeout, sqls = plan.up.map(({ sql }) => sql);
  for (let told = false;; told = true) {
    const busy = await alone?.atWork?.(sqls) ?? null;
    if (busy === null) break;
    if (!told) out.note(`waiting for what an earlier run has begun (${busy}) …`);
    io.signal.throwIfAborted();
    if (performance.now() > until) {
      throw new SqaError("SQA-520", "the server is still at a statement of an earlier run; nothing was run", {
        exit: 75,
        detail: busy,
        hint: "wait and run the same command again",
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  if (fingerprint(await readLive(connection, dialect, settings)) === fingerprint(from)) return;
  throw new SqaError("SQA-526", "the database has changed since this was planned; nothing was run", {
    exit: 75,
    hint: "another run was at work: run the same command again, it goes on from what the database is then",
  });
}

/** One run at a time; all in one transaction where every statement may be in one, else group by group as `migrate` would. */
export async function applyPlan(
  plan: Plan,
  from: SchemaGraph,
  connection: Connection,
  project: Project,
): Promise<void> {
  const { database: { driver, dialect }, settings, session: { io, out } } = project;
  await using _held = await migrationLock(project);
  await stillAsPlanned(plan, from, connection, project);
  const { groups, alone } = groupsOf(plan.up, dialect);
  const total = plan.up.length;
  let done = 0;
  for (const [i, statements] of groups.entries()) {
    io.signal.throwIfAborted();
    const options = {
      transactional: !alone[i],
      lockTimeoutMs: 3000,
      statementTimeoutMs: settings.statementTimeout,
      signal: io.signal,
    };
    await driver.migration(connection, options, async (tx) => {
      for (const [n, sql] of statements.entries()) {
        out.detail(sql);
        await tx.execute(sql).catch((error) => {
          throw failed(error, sql, { number: done + n + 1, total, stays: done });
        });
      }
    });
    done += statements.length;
  }
}

/** Which statement it was, and what became of the others. There are no files, so the next run plans anew from what the database is then. */
function failed(
  error: unknown,
  sql: string,
  { number, total, stays }: { readonly number: number; readonly total: number; readonly stays: number },
): unknown {
  if (!(error instanceof DatabaseError)) return error;
  return new SqaError("SQA-510", `statement ${number} of ${total} failed: ${error.message}`, {
    detail: stays === 0 ? "nothing was changed" : `statements 1 to ${stays} stay`,
    cause: error.more.sql === null ? new DatabaseError(error.message, { ...error.more, sql }) : error,
    ...(mayPass(error) ? { exit: 75 as const } : {}),
    hint: `${
      mayPass(error) ? "run" : "put right what is in the way, then run"
    } the same command again: it goes on from what the database is then`,
  });
}

/** What cannot be taken back needs --confirm, or a yes on a terminal. SQA-406 (exit 3) without. */
export async function requireConfirm(session: Session, what: string, given: boolean): Promise<void> {
  if (given) return;
  if (mayAsk(session)) return await confirm(session, `${what}?`);
  throw new SqaError("SQA-406", `this would ${what[0]!.toLowerCase()}${what.slice(1)}; nothing was changed`, {
    exit: 3,
    choices: ["--confirm"],
    hint: "run the same command with the flag if that is what you want",
  });
}
