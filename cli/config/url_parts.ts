/** A URL from parts, as hosting platforms set them: DB_HOST, DB_USER and so on. Secrets may be in files (DB_PASS_FILE). */
import { readFileSync } from "node:fs";
import { SqaError } from "../../schema/error.ts";

type Variables = Readonly<Record<string, string | undefined>>;

const names = ["DB_ENGINE", "DB_HOST", "DB_PORT", "DB_USER", "DB_PASS", "DB_PASSWORD", "DB_NAME"] as const;

/** The URL that the parts make, and the variable to name as its origin; null where neither DB_NAME nor DB_HOST is set. SQA-019 for an engine that is none. */
export function urlFromParts(variables: Variables): { readonly url: string; readonly origin: string } | null {
  const [engine, host, port, user, pass, password, name] = names.map((key) => partOf(variables, key));
  if (!name && !host) return null;
  const origin = names.filter((key) => variables[key] || variables[`${key}_FILE`]).join(", ");
  const found = engines[(engine ?? "postgres").toLowerCase().replace(/[+.].*$/, "")];
  if (found === undefined) {
    throw new SqaError("SQA-019", `DB_ENGINE needs postgresql, mysql, mariadb or sqlite`, {
      detail: `it is "${engine}"`,
      exit: 78,
    });
  }
  const { scheme, file } = found;
  if (file) return { url: `${scheme}:${name ?? "sqa.db"}`, origin };
  const secret = pass ?? password;
  const who = user ? `${encodeURIComponent(user)}${secret ? `:${encodeURIComponent(secret)}` : ""}@` : "";
  const where = `${host ?? "localhost"}${port ? `:${port}` : ""}`;
  return { url: `${scheme}://${who}${where}/${encodeURIComponent(name ?? "")}`, origin };
}

/** What DB_ENGINE may say, as other tools have it, with and without the name of a driver behind "+" or ".". */
const engines: Readonly<Record<string, { readonly scheme: string; readonly file: boolean }>> = {
  postgres: { scheme: "postgresql", file: false },
  postgresql: { scheme: "postgresql", file: false },
  pg: { scheme: "postgresql", file: false },
  mysql: { scheme: "mysql", file: false },
  mariadb: { scheme: "mariadb", file: false },
  sqlite: { scheme: "sqlite", file: true },
  sqlite3: { scheme: "sqlite", file: true },
};

/** The variable, or the text of the file that NAME_FILE names, without the line feed at its end. SQA-018 when that cannot be read. */
export function partOf(variables: Variables, name: string): string | undefined {
  if (variables[name]) return variables[name];
  const file = variables[`${name}_FILE`];
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    throw new SqaError("SQA-018", `the file of ${name}_FILE cannot be read: ${file}`, { cause, exit: 78 });
  }
}
