/**
 * The body of a migration file: statements, how they are grouped into transactions, and the text that holds both. Rendering and reading
 * are held together here: what is written is split again before it is accepted.
 *
 * In mode "groups" a comment line `-- sqa: group transaction` or `-- sqa: group alone` stands before the first statement of each
 * group. A transaction group is committed as one; the statements of an alone group run one by one outside a transaction. Before
 * `-- sqa: group rows users.id 1000` stand statements that are run again and again, each time for the next thousand keys of that
 * table, from `:first` to `:last`, in a transaction of its own (run_rows.ts). `-- sqa: group module` stands before the one statement
 * in whose place the TypeScript beside the file is run (run_module.ts). The last line
 * of a file is `-- sqa: end`, so that a file that was cut off is told from one that was edited.
 */
import type { Dialect, SplitStatement } from "../dialects/dialect.ts";
import type { Statement } from "../diff/plan_types.ts";
import { SqaError } from "../schema/error.ts";
import { pathOfId } from "../schema/id.ts";
import { leadingTrivia } from "./canonical_sql.ts";
import { type Checksum, checksum } from "./checksum.ts";
import type { TransactionMode } from "./header.ts";
import { type Statements, statementsOf } from "./statements.ts";

/** Which rows a group goes through, and how many at a time. */
export interface RowsOf {
  readonly table: readonly string[];
  readonly key: string;
  readonly size: number;
}

/** Statements that are committed together, or such that each stand alone. */
export interface Group {
  readonly transactional: boolean;
  /** The statements are run once for so many keys of a table at a time. */
  readonly rows?: RowsOf;
  /** The statement stands for a TypeScript module: its path, or "" until the file's reader has filled it in. */
  readonly module?: string;
  readonly statements: Statements;
}

export interface Script {
  readonly statements: Statements;
  readonly groups: readonly Group[];
  readonly checksum: Checksum;
}

const endMark = "-- sqa: end";
const groupMark = /^-- sqa: group (transaction|alone|module|rows (\S+)\.([^.\s]+) (\d+))\s*$/gm;

/** Statements and how to group them, as `Statement.transaction` asks. */
export function groupsOf(
  statements: readonly Pick<Statement, "sql" | "transaction">[],
  dialect: Pick<Dialect, "transactionalDdl">,
): {
  readonly mode: TransactionMode;
  readonly groups: readonly (readonly string[])[];
  readonly alone: readonly boolean[];
} {
  const groups: string[][] = [], alone: boolean[] = [];
  let open = false;
  for (const { sql, transaction } of statements) {
    const stands = transaction === "alone" || !dialect.transactionalDdl;
    if (!open || stands) groups.push([]), alone.push(stands);
    groups.at(-1)!.push(sql);
    open = !stands && transaction !== "commit-after";
  }
  const mode = alone.every((each) => !each) && groups.length <= 1
    ? "all"
    : alone.every((each) => each)
    ? "none"
    : "groups";
  return { mode, groups, alone };
}

/** The body's text. SQA-901 when the dialect's splitter would not find the same statements in it again. */
export function renderBody(
  statements: readonly Pick<Statement, "sql" | "transaction">[],
  dialect: Pick<Dialect, "transactionalDdl" | "split" | "pieces" | "terminated">,
): { readonly mode: TransactionMode; readonly text: string; readonly checksum: Checksum } {
  const { mode, groups, alone } = groupsOf(statements, dialect);
  const texts = groups.map((group, i) => {
    const mark = mode === "groups" ? `-- sqa: group ${alone[i] ? "alone" : "transaction"}\n` : "";
    return `${mark}${group.map((sql) => `${dialect.terminated?.(sql) ?? `${sql};`}\n`).join("\n")}`;
  });
  const text = `${texts.map((each) => `\n${each}`).join("")}\n${endMark}\n`;
  const script = parseBody(text, { dialect, file: "the generated file", line: 1, mode });
  const same = script.statements.length === statements.length &&
    statements.every(({ sql }, i) => script.statements.at(i)!.sql === sql.slice(leadingTrivia(sql)).trimEnd());
  const grouped = script.groups.length === (mode === "none" ? Math.min(1, statements.length) : groups.length);
  if (!same || !grouped) {
    const first = statements.findIndex((each, i) => each.sql.trim() !== script.statements.at(i)?.sql);
    throw new SqaError("SQA-901", "a generated statement does not survive being written to a file and read back", {
      detail: statements[Math.max(first, 0)]?.sql ?? "",
      hint: "this is a bug in sqa; please report it with `sqa --version` and the statement",
    });
  }
  return { mode, text, checksum: script.checksum };
}

export interface BodyPlace {
  readonly dialect: Pick<Dialect, "split" | "pieces">;
  /** For messages. */
  readonly file: string;
  /** 1-based line of the file at which the text begins. */
  readonly line: number;
  readonly mode: TransactionMode;
}

/** Reads a body. SQA-512 with line and column when it ends within a quote, a comment or a statement, or before its end mark. */
export function parseBody(text: string, place: BodyPlace): Script {
  const marks = place.mode === "groups" ? groupMarks(text, place) : [];
  const found = statementsOf(text);
  const groups: (Omit<Group, "statements"> & { readonly first: number })[] = [];
  let rows: RowsOf | null = null, module = false;
  let passed = 0, transactional = place.mode !== "none", fresh = true;
  for (const piece of pieces(text, place)) {
    const skipped = leadingTrivia(piece.sql);
    const sql = piece.sql.slice(skipped).trimEnd();
    while (passed < marks.length && marks[passed]!.at < piece.start + skipped) {
      rows = marks[passed]!.rows;
      module = marks[passed]!.module;
      transactional = marks[passed++]!.transactional;
      fresh = true;
    }
    if (sql === "" || isComment(sql)) continue;
    const start = piece.start + skipped;
    if (fresh) {
      const first = found.length;
      groups.push({ transactional, ...(rows ? { rows } : {}), ...(module ? { module: "" } : {}), first });
    }
    found.add(start, start + sql.length, place.line - 1 + piece.line + lineOf(piece.sql, skipped));
    fresh = false;
  }
  refuseCutOff(text, place);
  const statements = found.done();
  return {
    statements,
    groups: groups.map(({ first, ...group }, i) => ({
      ...group,
      statements: statements.slice(first, groups[i + 1]?.first),
    })),
    checksum: checksum(sqlOf(statements)),
  };
}

function* sqlOf(statements: Statements): Generator<string, void, undefined> {
  for (const { sql } of statements) yield sql;
}

function* pieces(text: string, { dialect, ...place }: BodyPlace): Generator<SplitStatement, void, undefined> {
  try {
    yield* dialect.pieces ? dialect.pieces(text) : dialect.split(text);
  } catch (error) {
    throw isSplitters(error) ? inFile(text, { dialect, ...place }) : error;
  }
}

/** Is it what a splitter says of a text: that it is cut off, or no SQL? */
function isSplitters(error: unknown): error is SqaError {
  return error instanceof SqaError && (error.code === "SQA-512" || error.code === "SQA-531");
}

/** The text is split again below as many empty lines as stand above it in the file, so that the splitter's own words name the right line. */
function inFile(text: string, place: BodyPlace): unknown {
  const above = place.line - 1;
  try {
    place.dialect.split("\n".repeat(above) + text);
    return null;
  } catch (error) {
    if (!isSplitters(error)) return error;
    const lines = text.trimEnd().split("\n");
    const end = { line: above + lines.length, column: lines.at(-1)!.length + 1 };
    const at = { ...(error.more.place ?? end), file: place.file };
    if (error.code === "SQA-531") return new SqaError(error.code, error.message, { ...error.more, place: at });
    return new SqaError("SQA-512", `${place.file} is only half there: ${error.message}`, {
      ...error.more,
      place: at,
      hint: "restore the file from version control, or finish the statement",
    });
  }
}

/** The marks that stand outside every statement: in the text between pieces, or in the comments before a piece's own text. */
function groupMarks(text: string, place: BodyPlace) {
  const marks = [...text.matchAll(groupMark)].map((found) => ({
    at: found.index,
    transactional: found[1] !== "alone",
    module: found[1] === "module",
    rows: found[2] === undefined ? null : {
      table: pathOfId(`table:${found[2]}`),
      key: pathOfId(`table:${found[3]}`)[0]!,
      size: Math.max(1, Number(found[4])),
    },
  }));
  if (marks.length === 0) return marks;
  const outside = new Set<number>();
  let i = 0;
  for (const piece of pieces(text, place)) {
    for (; i < marks.length && marks[i]!.at < piece.end; i++) {
      if (marks[i]!.at < piece.start + leadingTrivia(piece.sql)) outside.add(marks[i]!.at);
    }
  }
  for (; i < marks.length; i++) outside.add(marks[i]!.at);
  return marks.filter(({ at }) => outside.has(at));
}

/** The last line is the end mark; it cannot stand within a statement, because the splitter has found the end of each. */
function refuseCutOff(text: string, place: BodyPlace): void {
  const end = text.trimEnd();
  if (end.slice(end.lastIndexOf("\n") + 1) === endMark) return;
  const lines = end.split("\n");
  throw new SqaError("SQA-512", `${place.file} is only half there: its last line is not "${endMark}"`, {
    place: { file: place.file, line: place.line + lines.length - 1, column: lines.at(-1)!.length + 1 },
    hint: `restore the file from version control; if it is complete, add the line "${endMark}"`,
  });
}

function isComment(sql: string): boolean {
  return /^(\/\*(?![!+])(?:(?!\*\/)[^])*\*\/\s*)+$/.test(sql);
}

function lineOf(text: string, offset: number): number {
  let count = 0;
  for (let i = text.indexOf("\n"); i >= 0 && i < offset; i = text.indexOf("\n", i + 1)) count++;
  return count;
}
