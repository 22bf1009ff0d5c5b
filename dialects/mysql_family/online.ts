/**
 * The ways in which an ALTER TABLE can be told to run. Which of them a server takes depends on its version, the table's row format, its
 * indexes, virtual columns and partitions and on what else stands in the statement (manuals: "Online DDL Operations", "InnoDB Online DDL
 * Overview"), so the server is asked. What is written out fails rather than does more than was said.
 */
import type { Statement } from "../../diff/plan_types.ts";
import { subject } from "../../diff/change.ts";
import type { Effects } from "../../diff/plan_types.ts";
import { kindOfId } from "../../schema/id.ts";
import type { ObjectId } from "../../schema/object.ts";
import { isOfCopy } from "./copy_risks.ts";
import type { FamilyFacts } from "./facts.ts";
import { tokenize } from "./lexer.ts";
import { metadataLock, sharedLock } from "./statement.ts";

interface Way {
  readonly clause: string;
  effects(table: ObjectId): Partial<Effects>;
}

const quiet = (name: string) => (table: ObjectId): Partial<Effects> => ({
  locks: [{ object: table, level: "share", name }],
  scans: [],
  rewrites: [],
});

const instant: Way = {
  clause: "ALGORITHM=INSTANT",
  effects: (table) => ({ locks: metadataLock(table), scans: [], rewrites: [] }),
};
const inplace: Way = { clause: "ALGORITHM=INPLACE, LOCK=NONE", effects: quiet("LOCK=NONE") };
const inplaceShared: Way = {
  clause: "ALGORITHM=INPLACE, LOCK=SHARED",
  effects: (table) => ({ locks: sharedLock(table), scans: [table], rewrites: [] }),
};
const copy: Way = {
  clause: "ALGORITHM=COPY, LOCK=SHARED",
  effects: (table) => ({ locks: sharedLock(table), scans: [table], rewrites: [table] }),
};
// Only MariaDB: never rebuilds the clustered index (10.3.7).
const nocopy: Way = { clause: "ALGORITHM=NOCOPY, LOCK=NONE", effects: quiet("LOCK=NONE") };
const nocopyShared: Way = { ...inplaceShared, clause: "ALGORITHM=NOCOPY, LOCK=SHARED" };
// MariaDB copies while others write since 11.2, except where foreign keys, versions or AUTO_INCREMENT forbid it.
const onlineCopy: Way = { clause: "ALGORITHM=COPY, LOCK=NONE", effects: quiet("LOCK=NONE") };

function waysOf(facts: FamilyFacts, version: number | null): readonly Way[] {
  if (!facts.copiesOnline) return [instant, inplace, inplaceShared, copy];
  // Without a server, for a file that is read again, it can have been any.
  const online = version === null || version >= facts.copiesOnline;
  return [instant, nocopy, inplace, nocopyShared, inplaceShared, ...(online ? [onlineCopy] : []), copy];
}

/** The statement in each way, cheapest first. None for what is no ALTER TABLE of columns, keys and options. */
export function forms(
  statement: Statement,
  version: number | null,
  facts: FamilyFacts,
): readonly Statement[] {
  const table = tableOf(statement);
  if (table === null || !isOpen(statement.sql)) return [];
  return waysOf(facts, version).map(({ clause, effects }) => ({
    ...statement,
    sql: `${statement.sql},${statement.sql.includes("\n") ? "\n  " : " "}${clause}`,
    effects: both(statement.effects, effects(table), table, clause.startsWith("ALGORITHM=COPY")),
  }));
}

/** What it does to other tables stays. */
function both(plain: Effects, way: Partial<Effects>, table: ObjectId, copies: boolean): Effects {
  const others = plain.locks.filter((lock) => lock.object !== table);
  // In place nothing is copied, so no copy can stop.
  const mayFail = plain.mayFail && isOfCopy(plain.mayFail.reason) && !copies ? null : plain.mayFail;
  return { ...plain, ...way, mayFail, locks: [...way.locks ?? [], ...others] };
}

function tableOf({ change }: Statement): ObjectId | null {
  const id = subject(change);
  if (kindOfId(id) === "table") return id;
  return (change.op === "drop" ? change.from : change.to).parent;
}

/**
 * Can ALGORITHM be said behind it, and does it then mean what it says? Partitions stand at the end, a new engine copies under any name
 * (MariaDB 10.11 takes both with ALGORITHM=INSTANT), one that must copy says it already, and a rename of the table is one anyhow.
 */
function isOpen(sql: string): boolean {
  if (!sql.startsWith("ALTER TABLE ")) return false;
  const words = tokenize(sql).filter((token) => token.kind === "word").map((token) => token.value);
  return !words.some((word, i) =>
    word === "ALGORITHM" || word === "PARTITION" || word === "PARTITIONING" || word === "ENGINE" ||
    (word === "TO" && words[i - 1] === "RENAME")
  );
}
