/** Errors of the client and the server, told apart: away, busy, out of time, rows that do not fit, or wrong. */
import { DatabaseError } from "../driver.ts";
import { SqaError } from "../../schema/error.ts";
import { placeOf, type Target } from "./url.ts";

interface ClientError {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
  readonly message?: string;
  readonly fatal?: boolean;
}

/** Server shutdown, too many connections, killed connection, and the client's own. */
const connectionNumbers = new Set([
  1040,
  1053,
  1077,
  1079,
  1129,
  1152,
  1158,
  1159,
  1160,
  1161,
  1203,
  1226,
  1927,
  2002,
  2003,
  2006,
  2013,
  3169,
  4031,
]);
/** Lock wait timeout, deadlock, metadata lock (1205 as well), NOWAIT. */
const lockNumbers = new Set([1205, 1213, 1614, 3058, 3572]);
/** Statement time: MAX_EXECUTION_TIME, max_statement_time. */
const timeoutNumbers = new Set([1317, 1969, 3024]);
/** Rows in the way: duplicates, NULLs, cut values, children without a parent, checks, values that are no shape, JSON or vector. */
const dataNumbers = new Set([
  1022,
  1048,
  1062,
  1138,
  1264,
  1265,
  1292,
  1366,
  1406,
  1451,
  1452,
  1526,
  1586,
  1690,
  1216,
  1217,
  1265,
  3751,
  3752,
  3819,
  4025,
  1416,
  1749,
  1761,
  // MariaDB's word for duplicates in a table that a foreign key points to.
  1834,
  // A sequence that a default asks has run out.
  4084,
  3140,
  3144,
  3156,
  6136,
]);

function isConnection(error: ClientError): boolean {
  return (error.errno !== undefined && connectionNumbers.has(error.errno)) ||
    /^(ECONN|EPIPE|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|ENOENT|PROTOCOL_CONNECTION_LOST|PROTOCOL_ENQUEUE)/.test(
      error.code ?? "",
    );
}

/**
 * 1792 and 1836: a read-only transaction, read-only mode. 1290 stands for every option that forbids a statement (--secure-file-priv too), so its
 * words count.
 */
function takesNoWrites({ errno, message }: ClientError): boolean {
  return errno === 1792 || errno === 1836 || (errno === 1290 && /read[-_]only/i.test(message ?? ""));
}

function classOf(error: ClientError): DatabaseError["more"]["class"] {
  if (isConnection(error)) return "connection";
  const number = error.errno ?? 0;
  if (lockNumbers.has(number)) return "lock";
  if (timeoutNumbers.has(number)) return "timeout";
  return dataNumbers.has(number) ? "data" : "other";
}

/** The server's error with its own words, and the statement that failed. */
export function databaseError(cause: unknown, sql: string | null): DatabaseError {
  if (cause instanceof DatabaseError) return cause;
  const error = cause as ClientError;
  const code = error.code ?? error.sqlState ?? null;
  const readOnly = takesNoWrites(error) ? { readOnly: true as const } : {};
  return new DatabaseError(error.message ?? String(cause), { code, sql, class: classOf(error), cause, ...readOnly });
}

/** Should an error while connecting be tried again? */
export function isTransient(cause: unknown): boolean {
  return isConnection(cause as ClientError);
}

/** Why no connection could be opened. `masked` is the URL as it may be printed. */
export function connectError(cause: unknown, target: Target, masked: string, label: string): SqaError {
  if (cause instanceof SqaError) return cause;
  const error = cause as ClientError, message = (error.message ?? String(cause)).trim() || error.code || "no answer";
  // Access denied (1044 to the database, 1045, 1698 by the plugin), unknown plugin, password expired.
  if ([1044, 1045, 1698, 1251, 1820, 1862].includes(error.errno ?? 0)) {
    return new SqaError("SQA-202", `the server refused the credentials: ${message}`, {
      detail: masked,
      hint: "check the user and the password in the database URL, and what the user may do",
    });
  }
  if (error.errno === 1049) {
    return new SqaError("SQA-205", message, {
      detail: masked,
      hint: `create it with: CREATE DATABASE \`${target.database}\``,
    });
  }
  if (error.code === "HANDSHAKE_NO_SSL_SUPPORT") {
    return new SqaError(
      "SQA-206",
      `the server at ${placeOf(target)} does not speak TLS, which the connection demands`,
      {
        detail: masked,
        hint: "turn TLS on at the server, or add ?ssl-mode=DISABLED to the URL when the network is trusted",
      },
    );
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|HANDSHAKE_SSL/.test(error.code ?? "") || /certificate/i.test(message)) {
    return new SqaError("SQA-206", `the certificate of ${placeOf(target)} is not accepted: ${message}`, {
      detail: masked,
      hint: "add ?ssl-ca=FILE with the authority that signed it, or ?ssl-mode=REQUIRED to encrypt without checking it",
    });
  }
  if (isConnection(error) || error.errno === undefined) {
    return new SqaError("SQA-201", `cannot reach ${label} at ${placeOf(target)}: ${message}`, {
      exit: 75,
      detail: masked,
      cause,
      hint: "check that the server runs and accepts connections there; --wait keeps trying",
    });
  }
  return new SqaError("SQA-207", `${label} at ${placeOf(target)} refused the connection: ${message}`, {
    detail: masked,
  });
}
