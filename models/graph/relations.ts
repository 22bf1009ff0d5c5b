/** Checks what relations say: that the other table is there, and that there is one way to get to it. Nothing of it reaches the graph. */
import { metaOf, type RelationMeta, type RelationsMeta, type TableMeta } from "../contract.ts";
import { nearest } from "../nearest.ts";
import { lineage } from "../relations.ts";
import type { Build } from "./build.ts";
import type { TableEntry } from "./catalog.ts";
import type { Link } from "./links.ts";

/** Reports every relation that leads nowhere (SQA-119). */
export function checkRelations(build: Build, links: readonly Link[]): void {
  for (const entry of build.catalog.tables) {
    for (const meta of entry.metas) {
      for (const said of meta.relations) {
        build.report.addAll(said.problems);
        for (const [name, relation] of said.relations) checkRelation(name, relation, said, entry, links, build);
      }
    }
  }
}

function checkRelation(
  name: string,
  relation: RelationMeta,
  said: RelationsMeta,
  entry: TableEntry,
  links: readonly Link[],
  build: Build,
): void {
  const { report, catalog } = build;
  const what = `relation "${name}" of table "${said.table.name}"`;
  const problem = (message: string, hint?: string) => report.add("SQA-119", `${what} ${message}`, said.place, hint);
  const above = lineage(said.table).slice(0, -1).find((meta) =>
    meta.relations.some((each) => each.relations.has(name))
  );
  if (above) return problem(`is one of table "${above.name}" already`, "it is inherited; give this one another name");
  if (lineage(said.table).some((meta) => meta.columns.has(name))) {
    return problem("has the name of a column", "relations stand apart from columns; give it another name");
  }
  const target = tableBehind(relation.target, build);
  if (!target) return problem("leads to no table of the models", "return a table: r.one(() => users)");
  const through = relation.through ? tableBehind(relation.through, build) : null;
  if (relation.through && !through) return problem("goes through no table of the models");
  const family = new Set(lineage(said.table).flatMap((meta) => catalog.tableOf.get(meta) ?? []));
  if (through) {
    const near = links.some((link) => link.from === through && family.has(link.to));
    if (near && links.some((link) => link.from === through && link.to === target)) return;
    return problem(
      `goes through table "${through.meta.name}", which does not point to both sides`,
      "it needs a foreign key to each of the two tables",
    );
  }
  if (relation.from || relation.to) return checkColumns(relation, entry, target, problem);
  const ways = links.filter((link) =>
    relation.many ? link.from === target && family.has(link.to) : family.has(link.from) && link.to === target
  );
  // A single row may also be on the side that points here.
  const back = relation.many ? [] : links.filter((link) => link.from === target && family.has(link.to));
  const found = ways.length > 0 ? ways : back;
  if (found.length === 1) return;
  problem(
    found.length === 0
      ? `finds no foreign key between "${said.table.name}" and "${target.meta.name}"`
      : `finds ${found.length} foreign keys between "${said.table.name}" and "${target.meta.name}"`,
    'say the columns: { from: ["…"], to: ["…"] }',
  );
}

function checkColumns(
  { from, to }: RelationMeta,
  entry: TableEntry,
  target: TableEntry,
  problem: (message: string, hint?: string) => void,
): void {
  if (!from || !to || from.length !== to.length) {
    return problem("names columns of one side only, or not as many of both", 'say both: { from: ["…"], to: ["…"] }');
  }
  for (const [keys, table] of [[from, entry], [to, target]] as const) {
    for (const key of keys) {
      if (table.byKey.has(key) || table.meta.inherits?.as === "joined") continue;
      const guess = nearest(key, table.byKey.keys());
      problem(
        `names column "${key}", which table "${table.meta.name}" does not have`,
        guess ? `did you mean "${guess}"?` : undefined,
      );
    }
  }
}

function tableBehind(thunk: () => unknown, build: Build): TableEntry | null {
  let value: unknown;
  try {
    value = thunk();
  } catch {
    return null;
  }
  const meta = metaOf(value);
  return meta?.kind === "table" ? build.catalog.tableOf.get(meta as TableMeta) ?? null : null;
}
