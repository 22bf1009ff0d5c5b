/** Connection URLs of Postgres: parsed once, here, before the client sees them, so that a password can never come back in an error. */
import { readFileSync } from "node:fs";
import { type Certificates, connectionUrls, isLoopback } from "../connection_url.ts";
import type { SetUp } from "./catalog.ts";

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
  readonly certificates: Certificates;
  readonly connectSeconds: number;
  readonly applicationName: string | null;
  /** Settings for the session (`options=-c name=value` and the like), passed on as they are. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What the URL says for sqa alone; none of it goes to the server. */
export function setUpOf(url: string): SetUp {
  const query = urls.parse(url).searchParams, owners = query.get("owners");
  if (owners !== null && owners !== "true" && owners !== "false") throw malformed("owners must be true or false");
  return { roles: query.getAll("roles").filter((glob) => glob !== ""), owners: owners === "true" };
}

const urls = connectionUrls({
  schemes: ["postgresql", "postgres"],
  example: "postgresql://user:password@host:5432/database",
  defaultPort: 5432,
  secrets: ["password", "sslpassword", "passfile", "sslkey"],
  files: { ca: "sslrootcert", cert: "sslcert", key: "sslkey" },
  readFile: (path) => readFileSync(path, "utf8"),
  // libpq takes the system's own certificates there (manual, sslrootcert, since 16).
  notFiles: ["system"],
});
const { decoded, malformed } = urls;

/** The URL as it may be printed: no password, no secret parameter. A text that is no URL is not repeated at all. */
export const mask: (url: string) => string = urls.mask;

/** The URL's parts. SQA-203 when it is malformed; the message never repeats the URL. */
export function parseUrl(url: string): Target {
  const parsed = urls.parse(url);
  const query = parsed.searchParams;
  const host = query.get("host") ?? decoded(parsed.hostname).replace(/^\[|\]$/g, "");
  const socket = host.startsWith("/") ? host : null;
  const port = urls.portOf(query.get("port") || parsed.port || Deno.env.get("PGPORT") || null);
  const real = host === "" ? Deno.env.get("PGHOST") ?? "localhost" : host;
  return {
    host: real,
    port,
    socket: real.startsWith("/") ? real : socket,
    user: query.get("user") ?? (decoded(parsed.username) || null),
    password: query.get("password") ?? (decoded(parsed.password) || null),
    database: query.get("dbname") ?? (decoded(parsed.pathname.replace(/^\//, "")) || null),
    encryption: encryptionOf(query.get("sslmode") ?? Deno.env.get("PGSSLMODE") ?? null, real),
    certificates: urls.certificatesOf(query),
    connectSeconds: Number(query.get("connect_timeout") ?? 10) || 10,
    applicationName: query.get("application_name"),
    settings: query.get("options") === null ? {} : { options: query.get("options")! },
  };
}

function isLocal(host: string): boolean {
  return host.startsWith("/") || isLoopback(host);
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
