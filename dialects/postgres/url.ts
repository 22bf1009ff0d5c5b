/** Connection URLs of Postgres: parsed once, here, before the client sees them, so that a password can never come back in an error. */
import { readFileSync } from "node:fs";
import { SqaError } from "../../schema/error.ts";

/** How the connection is encrypted: "verified" checks the certificate and the host name, "authority" only who signed it. */
export type Encryption = "none" | "preferred" | "unverified" | "authority" | "verified";

export interface Target {
  readonly host: string;
  readonly port: number;
  /** The directory of a Unix socket, or null. */
  readonly socket: string | null;
  readonly user: string | null;
  readonly password: string | null;
  readonly database: string | null;
  readonly encryption: Encryption;
  readonly certificates: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly connectSeconds: number;
  readonly applicationName: string | null;
  /** Settings for the session (`options=-c name=value` and the like), passed on as they are. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Query parameters whose value is a secret. */
const secretParameters = ["password", "sslpassword", "passfile", "sslkey"];

/** The URL's parts. SQA-203 when it is malformed; the message never repeats the URL. */
export function parseUrl(url: string): Target {
  const parsed = parsedUrl(url);
  const query = parsed.searchParams;
  const host = query.get("host") ?? decoded(parsed.hostname).replace(/^\[|\]$/g, "");
  const socket = host.startsWith("/") ? host : null;
  const port = Number(query.get("port") ?? (parsed.port || Deno.env.get("PGPORT") || 5432));
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw malformed("its port is not a number from 1 to 65535");
  const real = host === "" ? Deno.env.get("PGHOST") ?? "localhost" : host;
  return {
    host: real,
    port,
    socket: real.startsWith("/") ? real : socket,
    user: query.get("user") ?? (decoded(parsed.username) || null),
    password: query.get("password") ?? (decoded(parsed.password) || null),
    database: query.get("dbname") ?? (decoded(parsed.pathname.replace(/^\//, "")) || null),
    encryption: encryptionOf(query.get("sslmode") ?? Deno.env.get("PGSSLMODE") ?? null, real),
    certificates: certificatesOf(query),
    connectSeconds: Number(query.get("connect_timeout") ?? 10) || 10,
    applicationName: query.get("application_name"),
    settings: query.get("options") === null ? {} : { options: query.get("options")! },
  };
}

/** The URL as it may be printed: no password, no secret parameter. A text that is no URL is not repeated at all. */
export function mask(url: string): string {
  try {
    const parsed = new URL(url);
    if (parsed.password) parsed.password = "***";
    for (const name of secretParameters) if (parsed.searchParams.has(name)) parsed.searchParams.set(name, "***");
    return parsed.toString().replace(/:%2A%2A%2A@/, ":***@");
  } catch {
    return "postgresql://… (not a valid URL)";
  }
}

function parsedUrl(url: string): URL {
  try {
    const parsed = new URL(url);
    if (parsed.protocol === "postgres:" || parsed.protocol === "postgresql:") return parsed;
  } catch {
    throw malformed("it cannot be parsed");
  }
  throw malformed("it does not start with postgresql://");
}

function malformed(why: string): SqaError {
  return new SqaError("SQA-203", `the database URL is not valid: ${why}`, {
    exit: 78,
    hint:
      "write it as postgresql://user:password@host:5432/database, with / ? # @ : in the password written as %2F %3F %23 %40 %3A",
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed("a % in it is not followed by two hexadecimal digits");
  }
}

function isLocal(host: string): boolean {
  return host.startsWith("/") || host === "localhost" || host === "::1" || /^127\./.test(host);
}

function encryptionOf(mode: string | null, host: string): Encryption {
  if (host.startsWith("/")) return "none";
  switch (mode) {
    case null:
      return isLocal(host) ? "none" : "verified";
    case "disable":
      return "none";
    case "allow":
    case "prefer":
      return "preferred";
    case "require":
      return "unverified";
    case "verify-ca":
      return "authority";
    case "verify-full":
      return "verified";
    default:
      throw malformed(`sslmode must be disable, allow, prefer, require, verify-ca or verify-full`);
  }
}

function certificatesOf(query: URLSearchParams): Target["certificates"] {
  const read = (name: string): string | undefined => {
    const path = query.get(name);
    if (path === null || path === "" || path === "system") return undefined;
    try {
      return readFileSync(path, "utf8");
    } catch (cause) {
      throw new SqaError("SQA-203", `the file that ${name} names in the database URL cannot be read`, {
        exit: 78,
        cause,
        hint: `check the path, or take ${name} out of the URL`,
      });
    }
  };
  const ca = read("sslrootcert"), cert = read("sslcert"), key = read("sslkey");
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}
