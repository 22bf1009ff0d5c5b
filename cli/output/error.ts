/** Errors as text and as JSON: what went wrong, where, and the next thing to type; and the exit code that goes with them. */
import { type ExitCode, SqaError } from "../../schema/error.ts";
import { DatabaseError, mayPass } from "../../dialects/driver.ts";
import type { Style } from "./colour.ts";
import { safe, safeLine } from "./terminal.ts";

/** The exit code of an error: its own, else that of its class of codes, else 1. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof SqaError) return error.more.exit ?? (error.code.startsWith("SQA-0") ? 78 : 1);
  if (error instanceof DatabaseError) return mayPass(error) ? 75 : 1;
  return 1;
}

/** The error for people, without a line feed at the end; paths below `cwd` are written from there. */
export function errorText(error: unknown, style: Style, cwd: string): string {
  const lines = error instanceof SqaError
    ? sqaErrorText(error, style)
    : error instanceof DatabaseError
    ? databaseErrorText(error, style)
    : unexpectedText(error, style);
  return lines.join("\n").replaceAll(`file://${cwd}/`, "").replaceAll(`${cwd}/`, "");
}

function sqaErrorText(error: SqaError, style: Style): readonly string[] {
  const { detail, hint, place, choices, all } = error.more;
  const lines = [head(error.code, error.message, style)];
  if (place) {
    lines.push(`  --> ${safeLine([place.file, place.line, place.column].filter((x) => x !== undefined).join(":"))}`);
  }
  if (detail) lines.push(indented(detail));
  for (const one of all ?? []) lines.push(...sqaErrorText(one, style).map((line) => `  ${line}`));
  if (error.cause instanceof DatabaseError) {
    lines.push(...databaseErrorText(error.cause, style).map((line) => `  ${line}`));
  } else if (error.cause instanceof Error && !detail && !error.message.includes(error.cause.message)) {
    lines.push(`  cause: ${safe(error.cause.message)}`);
  }
  for (const choice of choices ?? []) lines.push(`  choose: ${safeLine(choice)}`);
  if (hint) lines.push(`  hint: ${safe(hint).replaceAll("\n", "\n        ")}`);
  return lines;
}

function databaseErrorText(error: DatabaseError, style: Style): readonly string[] {
  const { code, detail, hint, sql, position } = error.more;
  const lines = [head(code ?? "database", error.message, style)];
  if (detail) lines.push(`  detail: ${safe(detail)}`);
  if (sql) lines.push(...sqlExcerpt(sql, position).map((line) => `  | ${line}`));
  if (hint) lines.push(`  hint: ${safe(hint)}`);
  else if (error.more.class === "connection") lines.push("  hint: the server went away; run the same command again");
  else if (error.more.readOnly) {
    lines.push(
      "  hint: the server takes no writes now (a replica, or a failover): give the primary's address, or run the same command again",
    );
  } else if (error.more.class === "lock") lines.push("  hint: something else holds a lock; run the same command again");
  return lines;
}

/** A bug of ours or of a library: the whole stack, because only a developer can use it. */
function unexpectedText(error: unknown, style: Style): readonly string[] {
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  return [
    head("SQA-900", "sqa stopped on an error that it did not expect", style),
    indented(text),
    "  hint: this is a bug in sqa; please report it with `sqa --version` and the command",
  ];
}

function head(code: string, message: string, style: Style): string {
  return `${style.drop(style.strong(`error[${safeLine(code)}]`))}: ${safe(message)}`;
}

function indented(text: string): string {
  return safe(text).split("\n").map((line) => line === "" ? "" : `  ${line}`).join("\n");
}

/** At most twelve lines of the statement, with a caret where the server saw the error (`position` is 1-based, in characters). */
function sqlExcerpt(sql: string, position: number | undefined): readonly string[] {
  const lines = sql.split("\n");
  if (position === undefined) {
    return lines.length <= 12
      ? lines.map(safe)
      : [...lines.slice(0, 11).map(safe), `… (${lines.length - 11} more lines)`];
  }
  const before = [...sql].slice(0, position - 1).join("");
  const at = before.split("\n").length - 1;
  const column = [...before.slice(before.lastIndexOf("\n") + 1)].length;
  const from = Math.max(0, at - 5);
  return [...lines.slice(from, at + 1).map(safe), `${" ".repeat(column)}^`, ...lines.slice(at + 1, at + 4).map(safe)];
}

/** The error as data: what `--json` prints. */
export function errorJson(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof SqaError) {
    const { hint, detail, object, place, choices, all } = error.more;
    return {
      code: error.code,
      message: error.message,
      hint,
      detail,
      object,
      place,
      choices,
      errors: all?.map(errorJson),
      cause: error.cause instanceof DatabaseError ? errorJson(error.cause) : undefined,
      exit: exitCodeOf(error),
    };
  }
  if (error instanceof DatabaseError) {
    const { code, detail, hint, sql, position } = error.more;
    return { code, message: error.message, hint, detail, sql, position, exit: exitCodeOf(error) };
  }
  return { code: "SQA-900", message: error instanceof Error ? error.message : String(error), exit: 1 };
}
