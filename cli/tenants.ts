/**
 * One history over many tenants: who they are, and the same work for each, a bounded number at once. One that fails stops no other; the
 * canary goes first, alone, and when it fails nobody else is begun. Running again does what is not done yet.
 */
import { SqaError } from "../schema/error.ts";
import type { Tenants } from "./config/sections.ts";
import type { Project } from "./context.ts";
import type { Database } from "./database.ts";
import { tenantDatabase } from "./tenant_database.ts";

/** The tenants, the canary first, each once. SQA-025 when the query gives none or the canary is not among them. */
export async function listTenants(project: Project): Promise<readonly string[]> {
  const tenants = project.config.tenants!;
  const names = [...new Set(tenants.list ?? await queried(project, tenants))];
  if (names.length === 0) {
    throw new SqaError(
      "SQA-025",
      `there are no tenants: ${tenants.query === null ? "the list is empty" : tenants.query}`,
      {
        exit: 78,
      },
    );
  }
  if (tenants.canary === null) return names;
  if (!names.includes(tenants.canary)) {
    throw new SqaError("SQA-025", `the canary "${tenants.canary}" is none of the ${names.length} tenants`, {
      exit: 78,
    });
  }
  return [tenants.canary, ...names.filter((name) => name !== tenants.canary)];
}

async function queried(project: Project, { query }: Tenants): Promise<readonly string[]> {
  await using connection = await project.connect({ readOnly: true });
  const rows = await connection.query(query!);
  return rows.map((row) => Object.values(row)[0]).filter((name) => name !== null && name !== undefined).map((name) =>
    name instanceof Uint8Array ? new TextDecoder().decode(name) : String(name)
  );
}

export interface TenantEnd<T> {
  readonly tenant: string;
  readonly ms: number;
  /** What came of it; null when it failed or was not begun. */
  readonly result: T | null;
  /** What it failed with; undefined otherwise. */
  readonly error?: unknown;
  readonly begun: boolean;
}

/** Does the work for each tenant. Never throws for what one of them throws. */
export async function forTenants<T>(
  project: Project,
  names: readonly string[],
  work: (database: Database, tenant: string) => Promise<T>,
  onEnd: (end: TenantEnd<T>, done: number) => void,
): Promise<readonly TenantEnd<T>[]> {
  const { config, database, session: { io } } = project, tenants = config.tenants!;
  const ends = new Map<string, TenantEnd<T>>();
  const one = async (tenant: string): Promise<TenantEnd<T>> => {
    const start = performance.now();
    let end: TenantEnd<T>;
    try {
      const result = await work(tenantDatabase(database, tenant, config), tenant);
      end = { tenant, ms: performance.now() - start, result, begun: true };
    } catch (error) {
      end = { tenant, ms: performance.now() - start, result: null, error, begun: true };
    }
    ends.set(tenant, end);
    onEnd(end, ends.size);
    return end;
  };
  const queue = [...names];
  if (tenants.canary !== null && queue[0] === tenants.canary && (await one(queue.shift()!)).result === null) {
    queue.length = 0;
  }
  const worker = async (): Promise<void> => {
    for (let tenant = queue.shift(); tenant !== undefined && !io.signal.aborted; tenant = queue.shift()) {
      await one(tenant);
    }
  };
  await Promise.all(Array.from({ length: Math.min(tenants.concurrency, queue.length) }, worker));
  return names.map((tenant) => ends.get(tenant) ?? { tenant, ms: 0, result: null, begun: false });
}
