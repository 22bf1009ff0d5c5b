/** Errors of the client and the server, told apart: away, busy, or wrong. */
import { DatabaseError } from "../driver.ts";
import { SqaError } from "../../schema/error.ts";
import type { Target } from "./url.ts";

interface ClientError {
  readonly code?: string;
  readonly message?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string;
  readonly where?: string;
  readonly severity?: string;
}

/** SQLSTATE classes and codes after which the connection is gone or never came: 08 connection, 57P01..3 shutdown, 53300 too many clients. */
function isConnection(code: string): boolean {
  return /^08/.test(code) || ["57P01", "57P02", "57P03", "57P05", "53300"].includes(code) ||
    /^(ECONN|EPIPE|ERR_STREAM_|ERR_SOCKET_|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|CONNECT_TIMEOUT|CONNECTION_)/.test(code);
}

/** 55P03 lock_not_available, 40P01 deadlock, 40001 serialization failure: the same statement may succeed later. */
const lockCodes = new Set(["55P03", "40P01", "40001"]);

/** 57014 is query_canceled (statement_timeout); class 22 are values that do not fit, 23 rows that break a constraint. */
function classOf(code: string | null): DatabaseError["more"]["class"] {
  if (code === null) return "other";
  if (isConnection(code)) return "connection";
  if (lockCodes.has(code)) return "lock";
  if (code === "57014") return "timeout";
  return /^2[23]/.test(code) ? "data" : "other";
}

/** The server's error with its own words, and the statement that failed. */
export function databaseError(cause: unknown, sql: string | null): DatabaseError {
  if (cause instanceof DatabaseError) return cause;
  const error = cause as ClientError;
  const code = error.code ?? null;
  const position = Number(error.position ?? NaN);
  const detail = [error.detail, error.where].filter((text) => text).join("\n");
  return new DatabaseError(error.message ?? String(cause), {
    code,
    sql,
    class: classOf(code),
    cause,
    ...(Number.isInteger(position) ? { position } : {}),
    ...(detail ? { detail } : {}),
    ...(error.hint ? { hint: error.hint } : {}),
    // read_only_sql_transaction
    ...(code === "25006" ? { readOnly: true as const } : {}),
    // insufficient_privilege
    ...(code === "42501" ? { denied: true as const } : {}),
  });
}

/** Why no connection could be opened. `masked` is the URL as it may be printed. */
export function connectError(cause: unknown, target: Target, masked: string): SqaError {
  if (cause instanceof SqaError) return cause;
  const error = cause as ClientError, code = error.code ?? "";
  const message = (error.message ?? String(cause)).trim();
  if (/^28/.test(code)) {
    return new SqaError("SQA-202", `the server refused the credentials: ${message}`, {
      detail: masked,
      hint: "check the user and the password in the database URL",
    });
  }
  if (code === "3D000") {
    return new SqaError("SQA-205", message, {
      detail: masked,
      hint: `create it with: createdb ${target.database ?? ""}`.trim(),
    });
  }
  const encrypted = target.encryption !== "none" && target.encryption !== "preferred";
  if (encrypted && (/secure TLS connection/.test(message) || code === "ECONNRESET")) {
    return new SqaError(
      "SQA-206",
      `the server at ${placeOf(target)} does not speak TLS, which the connection demands`,
      {
        detail: masked,
        hint: "turn TLS on at the server, or add ?sslmode=disable to the URL when the network is trusted",
      },
    );
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/.test(code) || /certificate/i.test(message)) {
    return new SqaError("SQA-206", `the certificate of ${placeOf(target)} is not accepted: ${message}`, {
      detail: masked,
      hint:
        "add ?sslrootcert=FILE with the authority that signed it, or ?sslmode=require to encrypt without checking it",
    });
  }
  if (isConnection(code) || code === "") {
    return new SqaError("SQA-201", `cannot reach Postgres at ${placeOf(target)}: ${message}`, {
      exit: 75,
      detail: masked,
      cause,
      hint: "check that the server runs and accepts connections there; --wait keeps trying",
    });
  }
  return new SqaError("SQA-207", `Postgres at ${placeOf(target)} refused the connection: ${message}`, {
    detail: [masked, error.detail].filter((text) => text).join("\n"),
    ...(error.hint ? { hint: error.hint } : {}),
  });
}

/** Should an error while connecting be tried again? */
export function isTransient(cause: unknown): boolean {
  return isConnection((cause as ClientError).code ?? "");
}

function placeOf({ host, port, socket }: Target): string {
  return socket ? `${socket}/.s.PGSQL.${port}` : `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
