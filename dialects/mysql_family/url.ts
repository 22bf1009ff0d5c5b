/** Connection URLs: parsed once, here, before the client sees them, so that a password can never come back in an error. */
import { readFileSync } from "node:fs";
import { type Certificates, connectionUrls, isLoopback } from "../connection_url.ts";
import type { SetUp } from "./set_up.ts";

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
  readonly certificates: Certificates;
  readonly connectSeconds: number;
}

const urls = connectionUrls({
  schemes: ["mysql", "mariadb"],
  example: "mysql://user:password@host:3306/database",
  defaultPort: 3306,
  secrets: ["password"],
  files: { ca: "ssl-ca", cert: "ssl-cert", key: "ssl-key" },
  readFile: (path) => readFileSync(path, "utf8"),
});
const { decoded, malformed } = urls;

/** The URL as it may be printed: no password. A text that is no URL is not repeated at all. */
export const mask: (url: string) => string = urls.mask;

/** The URL's parts. SQA-203 when it is malformed or names no database; the message never repeats the URL. */
export function parseUrl(url: string): Target {
  const parsed = urls.parse(url);
  const query = parsed.searchParams;
  const host = query.get("host") ?? (decoded(parsed.hostname).replace(/^\[|\]$/g, "") || "localhost");
  const port = urls.portOf(query.get("port") || parsed.port || null);
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
    certificates: urls.certificatesOf(query),
    connectSeconds: Number(query.get("connect_timeout") ?? 10) || 10,
  };
}

/** What the URL says for sqa alone; none of it goes to the server. */
export function setUpOf(url: string): SetUp {
  const query = urls.parse(url).searchParams, grants = query.get("grants");
  if (grants !== null && grants !== "true" && grants !== "false") throw malformed("grants must be true or false");
  return { grants: grants === "true", roles: query.getAll("roles").filter((glob) => glob !== "") };
}

export function placeOf({ host, port, socket }: Target): string {
  return socket ?? `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The names are those of the mysql client's --ssl-mode; without it a server that is not on this machine must prove who it is. */
function encryptionOf(mode: string | null, host: string, socket: string | null): Encryption {
  if (socket !== null) return "none";
  switch (mode?.toLowerCase().replaceAll("-", "_") ?? null) {
    case null:
      return isLoopback(host) ? "none" : "verified";
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
