/** `sqa migrate` and `sqa status` on a project with tenants: a line for each that something happened to, and a report at the end. */
import type { MigrateOptions, MigrateResult } from "../../migrate/apply.ts";
import { appliedHeads, pendingNodes } from "../../migrate/mod.ts";
import { historyOf } from "../../migrate/history.ts";
import { readFolderLocked } from "../../migrate/lock_file.ts";
import { readState } from "../../migrate/state.ts";
import type { ExitCode } from "../../schema/error.ts";
import type { Project } from "../context.ts";
import { errorJson, errorText, exitCodeOf } from "../output/error.ts";
import { duration } from "../output/events.ts";
import { count } from "../output/table.ts";
import { runnerOptions } from "../running.ts";
import { forTenants, listTenants, type TenantEnd } from "../tenants.ts";

/** Every tenant as `migrate` does one. Exit 0 when all are done, else that of the first failure. */
export async function migrateTenants(
  project: Project,
  options: Pick<MigrateOptions, "target" | "dryRun" | "allowDrift" | "acceptDatabase">,
): Promise<ExitCode> {
  const { session: { out, io }, config, database } = project;
  const { migrate } = await import("../../migrate/apply.ts");
  const names = await listTenants(project), start = performance.now();
  out.note(`${count(names.length, "tenant")} on ${database.label}, ${config.tenants!.concurrency} at once`);
  const ends = await forTenants(
    project,
    names,
    (place) =>
      migrate({
        ...runnerOptions(project),
        ...options,
        driver: place.driver,
        url: place.url,
        onEvent: (event) => {
          if (event.type === "warning") out.warn(`warning[${event.code}]: ${place.label}: ${event.message}`);
        },
      }),
    ({ tenant, ms, result, error }, done) => {
      const place = `${out.style.strong(tenant)} (${done}/${names.length})`;
      if (error !== undefined) out.warn(`${place}: failed\n${errorText(error, out.messages, io.cwd)}`);
      else if (options.dryRun) out.data(`${place}: ${count(result!.pending.length, "migration")} pending`);
      else if (result!.applied.length) {
        out.data(`${place}: applied ${count(result!.applied.length, "migration")} in ${duration(ms)}`);
      } else out.detail(`${place}: nothing to apply`);
    },
  );
  return report(project, ends, options.dryRun === true, performance.now() - start);
}

function report(
  { session: { out } }: Project,
  ends: readonly TenantEnd<MigrateResult>[],
  dryRun: boolean,
  ms: number,
): ExitCode {
  const failed = ends.filter(({ error }) => error !== undefined), left = ends.filter(({ begun }) => !begun);
  const busy = ends.filter(({ result }) => result && (dryRun ? result.pending : result.applied).length > 0);
  const idle = ends.length - failed.length - left.length - busy.length;
  const parts = [
    `${busy.length} ${dryRun ? "with something pending" : "migrated"}`,
    `${idle} with nothing to do`,
    `${failed.length} failed${failed.length ? `: ${failed.map(({ tenant }) => tenant).join(", ")}` : ""}`,
    ...(left.length ? [`${left.length} not begun`] : []),
  ];
  out.data(`${count(ends.length, "tenant")}: ${parts.join(", ")} (${duration(ms)})`);
  if (failed.length) out.note("the others are done; the same command goes on with what is not");
  out.json({
    tenants: ends.map((end) => ({
      tenant: end.tenant,
      state: end.error !== undefined ? "failed" : !end.begun ? "not begun" : "done",
      ms: Math.round(end.ms),
      applied: end.result?.applied.map(({ id }) => id) ?? [],
      pending: end.result?.pending.map(({ id }) => id) ?? [],
      verified: end.result?.verified ?? null,
      error: end.error === undefined ? null : errorJson(end.error),
    })),
    migrated: dryRun ? 0 : busy.length,
    failed: failed.map(({ tenant }) => tenant),
    ms: Math.round(ms),
  });
  if (failed[0]) return exitCodeOf(failed[0].error);
  return left.length ? 1 : 0;
}

/** Which tenants are where. Exit 2 with `check` when one is behind or cannot be read. */
export async function tenantsStatus(project: Project, check: boolean): Promise<0 | 1 | 2> {
  const { session: { out, io }, settings } = project;
  const folder = await readFolderLocked(settings.dir, project.database.dialect, settings.locked);
  const names = await listTenants(project);
  const ends = await forTenants(project, names, async (place) => {
    await using connection = await place.connect({ readOnly: true, signal: io.signal });
    const state = await readState(connection, folder, historyOf(place.dialect, settings.historyTable ?? undefined));
    return {
      heads: appliedHeads(state.chain),
      pending: pendingNodes(state.chain).map(({ id }) => id),
      problems: state.problems,
    };
  }, () => {});
  const behind = ends.filter(({ result }) => result && (result.pending.length > 0 || result.problems.length > 0));
  const failed = ends.filter(({ error }) => error !== undefined);
  for (const { tenant, result } of behind) {
    const more = result!.problems.length ? `, ${count(result!.problems.length, "problem")}` : "";
    out.data(`${tenant}: ${result!.pending.length} pending${more}`);
  }
  for (const { tenant, error } of failed) out.warn(`${tenant}:\n${errorText(error, out.messages, io.cwd)}`);
  const current = ends.length - behind.length - failed.length;
  out.data(
    `${count(ends.length, "tenant")}: ${current} up to date, ${behind.length} behind, ${failed.length} unreadable`,
  );
  out.json({
    tenants: ends.map(({ tenant, result, error }) => ({
      tenant,
      heads: result?.heads ?? [],
      pending: result?.pending ?? [],
      problems: result?.problems.map(errorJson) ?? [],
      error: error === undefined ? null : errorJson(error),
    })),
  });
  if (failed.length) return 1;
  return check && behind.length ? 2 : 0;
}
