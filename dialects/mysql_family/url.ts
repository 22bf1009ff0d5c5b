/** Connection URLs: parsed once, here, before the client sees them, so that a password can never come back in an error. */
import { readFileSync } from "node:fs";
import { SqaError } from "../../schema/error.ts";

/** How the connection is encrypted: "verified" checks the certificate and the host name, "authority" only who signed it. */
export type Encryption = "none" | "unverified" | "authority" | "verified";

export interface Target {
  readonly host: string;
  readonly port: number;
  /** The path of a Unix socket, or null. */
  readonly socket: string | null;
  readonly user: string | null;
  readonly password: string | null;
  readonly database: string;
  readonly encryption: Encryption;
  readonly certificates: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly connectSeconds: number;
}

const secretParameters = ["password"];

/** The URL's parts. SQA-203 when it is malformed or names no database; the message never repeats the URL. */
export function parseUrl(url: string): Target {
  const parsed = parsedUrl(url);
  const query = parsed.searchParams;
  const host = query.get("host") ?? (decoded(parsed.hostname).replace(/^\[|\]$/g, "") || "localhost");
  const port = Number(query.get("port") ?? (parsed.port || 3306));
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw malformed("its port is not a number from 1 to 65535");
  const database = decoded(parsed.pathname.replace(/^\//, ""));
  if (database === "") throw malformed("it names no database");
  const socket = query.get("socket");
  return {
    host,
    port,
    socket,
    user: query.get("user") ?? (decoded(parsed.username) || null),
    password: query.get("password") ?? (decoded(parsed.password) || null),
    database,
    encryption: encryptionOf(query.get("ssl-mode") ?? query.get("sslmode"), host, socket),
    certificates: certificatesOf(query),
    connectSeconds: Number(query.get("connect_timeout") ?? 10) || 10,
  };
}

/** The URL as it may be printed: no password. A text that is no URL is not repeated at all. */
export function mask(url: string): string {
  try {
    const parsed = new URL(url);
    if (parsed.password) parsed.password = "***";
    for (const name of secretParameters) if (parsed.searchParams.has(name)) parsed.searchParams.set(name, "***");
    return parsed.toString().replace(/:%2A%2A%2A@/, ":***@");
  } catch {
    return "mysql://… (not a valid URL)";
  }
}

export function placeOf({ host, port, socket }: Target): string {
  return socket ?? `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function parsedUrl(url: string): URL {
  try {
    const parsed = new URL(url);
    if (/^(mysql|mariadb):$/.test(parsed.protocol)) return parsed;
  } catch {
    throw malformed("it cannot be parsed");
  }
  throw malformed("it does not start with mysql:// or mariadb://");
}

function malformed(why: string): SqaError {
  return new SqaError("SQA-203", `the database URL is not valid: ${why}`, {
    exit: 78,
    hint:
      "write it as mysql://user:password@host:3306/database, with / ? # @ : in the password written as %2F %3F %23 %40 %3A",
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed("a % in it is not followed by two hexadecimal digits");
  }
}

/** The names are those of the mysql client's --ssl-mode; without it a server that is not on this machine must prove who it is. */
function encryptionOf(mode: string | null, host: string, socket: string | null): Encryption {
  if (socket !== null) return "none";
  switch (mode?.toLowerCase().replaceAll("-", "_") ?? null) {
    case null:
      return host === "localhost" || host === "::1" || /^127\./.test(host) ? "none" : "verified";
    case "disabled":
    case "disable":
      return "none";
    case "preferred":
    case "required":
    case "require":
      return "unverified";
    case "verify_ca":
      return "authority";
    case "verify_identity":
    case "verify_full":
      return "verified";
    default:
      throw malformed("ssl-mode must be DISABLED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY");
  }
}

function certificatesOf(query: URLSearchParams): Target["certificates"] {
  const read = (name: string): string | undefined => {
    const path = query.get(name);
    if (path === null || path === "") return undefined;
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
  const ca = read("ssl-ca"), cert = read("ssl-cert"), key = read("ssl-key");
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}
