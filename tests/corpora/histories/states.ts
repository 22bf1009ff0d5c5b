/** The states of a real migration history in two databases of one server: the one before a step and the one after it. For tests only. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Connection, Driver } from "../../../dialects/driver.ts";
import { corporaFolder } from "../places.ts";
import { loadByShell } from "../shell.ts";

/** A project's own scripts, in order. */
export interface History {
  readonly name: string;
  /** "migrations": each script changes what the ones before it made. "revisions": each makes the whole schema. */
  readonly kind: "migrations" | "revisions";
  /** What every state begins with. */
  readonly setup: string | null;
  readonly scripts: readonly { readonly n: number; readonly path: string }[];
}

interface Description {
  readonly kind: History["kind"];
  readonly steps: readonly { readonly n: number; readonly up?: string; readonly file?: string }[];
}

/** The histories of a dialect (the folder's word for it), without the scripts that do not load on `server` ("pg15", "mariadb" …). */
export function historiesOf(dialect: string, server: string): readonly History[] {
  const all = join(corporaFolder, "histories");
  return readdirSync(all).sort().map((name) => ({ name, folder: join(all, name, dialect) }))
    .filter(({ folder }) => existsSync(folder))
    .map(({ name, folder }) => {
      const { kind, steps } = JSON.parse(Deno.readTextFileSync(join(folder, "history.json"))) as Description;
      const validation = join(folder, `validation_${server}.json`), setup = join(folder, "pre.sql");
      const loads = existsSync(validation) ? loaded(validation) : null;
      const scripts = steps.filter(({ n }) => loads?.has(n) ?? true).map(({ n, up, file }) => ({
        n,
        path: up === undefined ? join(folder, "states", file!) : join(folder, "steps", up),
      }));
      return { name, kind, setup: existsSync(setup) ? setup : null, scripts };
    });
}

function loaded(path: string): ReadonlySet<number> {
  const { steps } = JSON.parse(Deno.readTextFileSync(path)) as { steps: readonly { n: number; ok?: boolean }[] };
  return new Set(steps.filter(({ ok }) => ok).map(({ n }) => n));
}

/** A step from one state to the next: numbers of scripts that have run, 0 is none. */
export interface Step {
  readonly from: number;
  readonly to: number;
  /** As the pairs' tool calls it. */
  readonly label: string;
}

export function stepsOf({ kind, scripts }: History): readonly Step[] {
  const four = (i: number) => String(scripts[i - 1]!.n).padStart(4, "0");
  const steps = scripts.map((_, i) => ({ from: i, to: i + 1 }));
  return kind === "migrations"
    ? steps.map((step) => ({ ...step, label: four(step.to) }))
    : steps.slice(1).map((step) => ({ ...step, label: `${four(step.from)}-${four(step.to)}` }));
}

/** The two databases. */
export interface States extends AsyncDisposable {
  before(): Promise<Connection>;
  after(): Promise<Connection>;
  /**
   * Makes both for this step; steps only go forward. `back`: the one before is where it stood for the step that came last, so that scripts may
   * lead on from there. Throws when a script does not load.
   */
  stand(step: Step, back: boolean): Promise<void>;
  /** Makes the one before anew. */
  again(): Promise<void>;
}

/**
 * `copies`: can the server make a database as the copy of another (Postgres)? Then a third one, which nothing but the scripts touch, is kept at
 * the state before; else each is made by its scripts.
 */
export async function openStates(
  { driver, server, history, copies, prepared }: {
    readonly driver: Driver;
    readonly server: string;
    readonly history: History;
    readonly copies: boolean;
    /** What makes a connection fit for many readings. */
    prepared(connection: Connection): Promise<Connection>;
  },
): Promise<States> {
  const id = crypto.randomUUID().slice(0, 8), at = `sqa_at_${id}`;
  let before = `sqa_before_${id}`, after = `sqa_after_${id}`;
  const administrator = await driver.connect(server);
  const urlOf = (name: string) => Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const opened = new Map<string, Connection>();
  const connect = async (name: string) => {
    const open = opened.get(name) ?? await prepared(await driver.connect(urlOf(name)));
    opened.set(name, open);
    return open;
  };
  const drop = async (name: string) => {
    await opened.get(name)?.close();
    opened.delete(name);
    await administrator.execute(`drop database if exists ${name}${copies ? " with (force)" : ""}`);
  };
  const create = async (name: string, source = "template0") => {
    await drop(name);
    await administrator.execute(`create database ${name}${copies ? ` template ${source} strategy file_copy` : ""}`);
  };
  const isWhole = history.kind === "revisions";
  /** How many scripts have run in each; -1: something else has changed it. */
  const reached = new Map<string, number>();
  const bring = async (name: string, to: number) => {
    const from = reached.get(name) ?? -1;
    if (from === to) return;
    reached.delete(name);
    const isNew = isWhole || from < 0;
    if (isNew) await create(name);
    if (isNew && history.setup !== null) await loadByShell(urlOf(name), history.setup);
    const scripts = history.scripts.slice(isWhole ? to - 1 : Math.max(from, 0), to);
    for (const { path } of scripts) await loadByShell(urlOf(name), path);
    reached.set(name, to);
  };
  let now = 0;
  const again = async () => {
    if (copies) {
      await bring(at, now);
      await create(before, at);
    } else {
      reached.delete(before);
      await bring(before, now);
    }
    reached.set(before, now);
  };
  return {
    before: () => connect(before),
    after: () => connect(after),
    async stand({ from, to }, back) {
      now = from;
      // A whole schema that was made for the step before is this one's beginning; what was before it is made anew.
      const isMade = isWhole && reached.get(after) === from;
      if (isMade) {
        [before, after] = [after, before];
        reached.delete(after);
      } else if (!back || isWhole) await again();
      // Scripts may want rows that their predecessors put in, and which went with ours.
      else await bring(before, from).catch(again);
      await bring(after, to);
    },
    again,
    async [Symbol.asyncDispose]() {
      for (const name of [before, at, after]) await drop(name);
      await administrator.close();
    },
  };
}
