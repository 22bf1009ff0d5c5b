/** What sqa aims at: its time, and for one work its memory, divided by the limit's or a rival's of the same run. Pure. */
import type { Figure } from "./report.ts";

interface Target {
  /** Of the work's name. */
  readonly work: RegExp;
  /** Beside the limit itself: the rival's name. */
  readonly against: string | null;
  readonly atMost: number;
}

const targets: readonly Target[] = [
  { work: /^postgres\/gitlab\/diff, no change$/, against: null, atMost: 0.55 },
  { work: /^postgres\/gitlab\/diff, no change$/, against: "pg-delta", atMost: 0.2 },
  { work: /^postgres\/1000 tables\/diff, no change$/, against: null, atMost: 1 },
  { work: /^postgres\/1000 tables\/diff, no change$/, against: "pg-delta", atMost: 0.15 },
  { work: /^postgres\/1000 tables\/diff, no change$/, against: "Alembic", atMost: 0.1 },
  { work: /^postgres\/10000 tables\/diff, no change$/, against: null, atMost: 1 },
  { work: /^(mysql|mariadb)\/1000 tables\/diff, no change$/, against: "Alembic", atMost: 0.12 },
  { work: /^sqlite\/1000 tables\/diff, no change$/, against: "Alembic", atMost: 0.05 },
  { work: /^postgres\/1000 files\/migrate$/, against: "dbmate", atMost: 1 },
  { work: /^sqlite\/1000 files\/migrate$/, against: "dbmate", atMost: 0.5 },
  { work: /^start\/version$/, against: null, atMost: 1.3 },
  { work: /^start\/diff of a small file$/, against: null, atMost: 2.5 },
];

/** Megabytes that the largest schema may take. */
const memoryAtMost = 400;
/** How many times the time of a tenth of the tables a schema may take, from 1,000 tables on; below that the start counts most. */
const growthAtMost = 11;

/** One line a target: wall and CPU ratio beside what is aimed at; CPU says more where others are busy. Works that did not run are left out. */
export function targetsOf(figures: readonly Figure[]): string {
  const lines = targets.flatMap(({ work, against, atMost }) =>
    figures.filter(({ name }) => work.test(name)).map(({ name, sqa, limit, rivals }) => {
      const other = against === null ? limit : rivals.find(({ label }) => label === against);
      if (!other) return `${name}: no figure of ${against}`;
      const wall = sqa.wall / other.wall, cpu = sqa.cpu / other.cpu;
      return `${name}: ${wall.toFixed(2)} x ${other.label} (CPU ${cpu.toFixed(2)}), at most ${atMost}: ${
        verdict(wall <= atMost)
      }`;
    })
  );
  const large = figures.find(({ name }) => name === "postgres/10000 tables/diff, no change")?.sqa;
  if (large?.memory) {
    const said = `postgres/10000 tables/diff, no change: ${large.memory.toFixed(0)} MB, at most ${memoryAtMost}`;
    lines.push(`${said}: ${verdict(large.memory <= memoryAtMost)}`);
  }
  lines.push(...growth(figures));
  return ["targets", ...lines.map((line) => `  ${line}`)].join("\n");
}

/** How the time of each work grows with the tables, from each size that was run to the next. */
export function growth(figures: readonly Figure[]): readonly string[] {
  const sized = figures.flatMap((figure) => {
    const [, place, tables, work] = /^(\w+)\/(\d+) tables\/(.+)$/.exec(figure.name) ?? [];
    return place ? [{ what: `${place}/${work}`, tables: Number(tables), sqa: figure.sqa }] : [];
  });
  return [...Map.groupBy(sized, ({ what }) => what)].flatMap(([what, all]) => {
    const curve = all.toSorted((a, b) => a.tables - b.tables);
    return curve.slice(1).map(({ tables, sqa }, i) => {
      const less = curve[i]!, times = tables / less.tables;
      const wall = sqa.wall / less.sqa.wall, cpu = sqa.cpu / less.sqa.cpu;
      const said = `${what}: ${less.tables} to ${tables} tables take ${wall.toFixed(1)} times as long (CPU ${
        cpu.toFixed(1)
      })`;
      if (less.tables < 1000) return said;
      const atMost = growthAtMost * times / 10;
      return `${said}, at most ${atMost.toFixed(1)}: ${verdict(wall <= atMost)}`;
    });
  });
}

function verdict(met: boolean): string {
  return met ? "met" : "NOT met";
}
