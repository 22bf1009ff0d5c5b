/** Throw-away databases: what the driver offers, else one made beside a given one and dropped afterwards. */
import { randomBytes } from "node:crypto";
import type { Connection } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import type { Database } from "./database.ts";

/** Runs `work` in an empty database that is gone afterwards. SQA-020 when the dialect needs a server and none is named. */
export async function inEmptyDatabase<T>(database: Database, work: (place: Connection) => Promise<T>): Promise<T> {
  const offered = database.driver.scratch(null, (place) => work(place));
  if (offered) return await offered;
  return await withDatabaseBeside(database, async (url) => {
    await using place = await database.driver.connect(url);
    return await work(place);
  });
}

/** Makes an empty database on the same server, hands over its URL, and drops it whatever happens. SQA-020 when it cannot be made. */
export async function withDatabaseBeside<T>(database: Database, work: (url: string) => Promise<T>): Promise<T> {
  await using beside = await database.connect();
  const name = `sqa_scratch_${randomBytes(6).toString("hex")}`;
  const quoted = database.dialect.quote(name);
  try {
    await beside.execute(`CREATE DATABASE ${quoted}`);
  } catch (cause) {
    throw new SqaError("SQA-020", `no scratch database can be made beside ${database.label}`, {
      cause,
      hint: "a file: source needs a role that may create databases; or load the script yourself and name that database",
    });
  }
  try {
    return await work(withDatabase(database.url, name));
  } finally {
    await database.driver.emptied?.(beside, name);
    await beside.execute(`DROP DATABASE IF EXISTS ${quoted}`);
  }
}

/** The same server and parameters, another database. */
export function withDatabase(url: string, name: string): string {
  const [, server, query] = /^([a-z][a-z0-9+.-]*:\/\/[^/?]*)(?:\/[^?]*)?(\?.*)?$/i.exec(url) ?? [];
  if (server === undefined) {
    throw new SqaError("SQA-020", "this URL names no server to make a scratch database on", { exit: 78 });
  }
  return `${server}/${encodeURIComponent(name)}${query ?? ""}`;
}
