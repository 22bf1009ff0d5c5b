/** A URL to the driver that opens it, with relative files made absolute. Opens nothing itself. */
import { drivers, type InUrl } from "../dialects/drivers.ts";
import type { Connection, ConnectOptions, Driver } from "../dialects/driver.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { SqaError } from "../schema/error.ts";
import { type Beside, withBeside } from "./beside.ts";
import type { Settings } from "./config/settings.ts";
import { nearest } from "./suggest.ts";
import { resolve } from "node:path";

/** A database that can be opened. */
export interface Database {
  readonly driver: Driver;
  readonly dialect: Dialect;
  /** Complete; never printed. */
  readonly url: string;
  /** As the user wrote it, without its secrets. */
  readonly label: string;
  /** The file of a database that is one; null for a server. */
  readonly file: string | null;
  /** The version to write SQL for. Null where the database is a file: whatever opens it next may be older than this program. */
  versionFor(connection: Connection): number | null;
  connect(options?: ConnectOptions): Promise<Connection>;
}

const noBeside: Asked = { attach: [], pragmas: [], functions: [], grants: false, roles: [], owners: false };

/** Settings that say what is compared beside what always is. */
export type Compared = Pick<Settings, InUrl>;

/** Settings that become part of a URL. */
type Asked = Beside & Compared;

/** The database that a URL names, with what the config says `beside` it; relative files start at `base`. SQA-016 for a scheme that no driver has. */
export async function databaseOf(
  url: string,
  base: string,
  beside: { readonly settings: Asked; readonly root: string } = { settings: noBeside, root: base },
): Promise<Database> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? "";
  const entry = drivers.find((one) => one.schemes.includes(scheme));
  if (!entry) throw unknownScheme(scheme);
  if (!entry.file) refuseUnescaped(url);
  const driver = await entry.load(url);
  const complete = entry.file
    ? withBeside(withBeside(absoluteFile(url, scheme, base), noBeside, base), beside.settings, beside.root)
    : withSettings(url, entry.inUrl ?? [], beside.settings);
  const own = driver.at?.(complete) ?? driver;
  return {
    driver: own,
    dialect: own.dialect,
    url: complete,
    label: driver.mask(url),
    file: entry.file ? pathIn(complete, scheme) : null,
    versionFor: (connection) => entry.file ? null : connection.version,
    connect: (options) => own.connect(complete, options),
  };
}

/** One that is named beside the configured one: what is compared is the same, while the files beside that one are not this one's. */
export function namedDatabase(url: string, base: string, { grants, roles, owners }: Compared): Promise<Database> {
  return databaseOf(url, base, { settings: { ...noBeside, grants, roles, owners }, root: base });
}

/** The URL with these settings in its query where they are set, unless it says that itself; of a list each is its own `name=value`. */
function withSettings(url: string, names: readonly InUrl[], settings: Asked): string {
  return names.reduce((made, name) => {
    const value = settings[name];
    const texts = typeof value === "boolean" ? (value ? ["true"] : []) : value;
    const [before = "", query = ""] = made.split("?", 2);
    if (new URLSearchParams(query).has(name)) return made;
    const added = texts.map((text) => `${name}=${encodeURIComponent(text)}`);
    return added.length ? `${before}?${[...(query === "" ? [] : [query]), ...added].join("&")}` : made;
  }, url);
}

/**
 * A password with a raw "@", "/", "?" or "#" makes every parser cut the URL at the wrong place, and then send a piece of it to the wrong
 * host: SQA-203 before anything is opened. The text is not repeated.
 */
function refuseUnescaped(url: string): void {
  const rest = url.slice(url.indexOf("://") + 3);
  const authority = rest.split(/[/?#]/, 1)[0]!;
  const at = authority.lastIndexOf("@");
  const beyond = rest.slice(authority.length).split("?", 1)[0]!.includes("@");
  const oddPort = at < 0 && /:(?!\d*(,|$))(?!.*\])/.test(authority);
  if (authority.indexOf("@") === at && !beyond && !oddPort) return;
  throw new SqaError("SQA-203", "the user or the password in the database URL has a character that must be escaped", {
    hint: "write @ as %40, / as %2F, : as %3A, ? as %3F, # as %23 and % as %25",
    exit: 78,
  });
}

/** Whether some driver opens URLs of this form. */
export function isDatabaseUrl(text: string): boolean {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  return scheme !== undefined && drivers.some((entry) => entry.schemes.includes(scheme));
}

function unknownScheme(scheme: string): SqaError {
  const known = drivers.flatMap((entry) => entry.schemes);
  const meant = nearest(scheme, known);
  return new SqaError(
    "SQA-016",
    scheme === "" ? "the database URL has no scheme" : `no database goes with "${scheme}:"`,
    {
      hint: meant ? `did you mean "${meant}:"?` : `a URL begins with one of ${known.map((one) => `${one}:`).join(" ")}`,
      exit: 78,
    },
  );
}

/** `sqlite:a.db`, `sqlite://a.db` and `sqlite:///a.db` name files; memory and absolute paths stay as they are. */
function absoluteFile(url: string, scheme: string, base: string): string {
  const [, path = "", query = ""] = /^([^?]*)(\?.*)?$/.exec(url.slice(scheme.length + 1).replace(/^\/\//, "")) ?? [];
  if (path === "" || path === ":memory:" || path.startsWith("/")) return url;
  const folder = base.split("/").map(encodeURIComponent).join("/");
  return `${scheme}:${resolve(folder, path)}${query}`;
}

/** The path of a complete file URL; null for a database in memory. */
function pathIn(url: string, scheme: string): string | null {
  const path = url.slice(scheme.length + 1).replace(/^\/\//, "").replace(/\?.*$/, "");
  return path === "" || path === ":memory:" ? null : decodeURIComponent(path);
}
