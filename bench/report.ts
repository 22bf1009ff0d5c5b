/** Figures as a table and as JSON, held against stored ratios: never against stored times, which are the machine's. Pure. */
import type { Sample } from "./measure.ts";

/** The medians of one work. */
export interface Figure {
  readonly name: string;
  readonly runs: number;
  readonly sqa: Sample;
  readonly limit: Sample & { readonly label: string };
  readonly rivals: readonly (Sample & { readonly label: string })[];
}

/** sqa divided by the limit of the same run; null where the limit is too short to divide by. */
export interface Ratio {
  readonly wall: number | null;
  readonly cpu: number | null;
  readonly memory: number | null;
}

/** A shorter limit is noise, and a ratio to it says nothing: these works are held against an empty program instead. */
const shortest = 0.01;

/** The ratios of one work. `idle` is what the runtime itself takes: limits below ten milliseconds are taken together with it. */
export function ratioOf({ sqa, limit }: Figure, idle: Sample | null): Ratio {
  const of = (pick: (sample: Sample) => number | null): number | null => {
    const ours = pick(sqa), theirs = pick(limit);
    if (ours === null || theirs === null) return null;
    const base = theirs >= shortest ? theirs : theirs + (idle ? pick(idle) ?? 0 : 0);
    return base >= shortest ? Math.round(ours / base * 1000) / 1000 : null;
  };
  return { wall: of((each) => each.wall), cpu: of((each) => each.cpu), memory: of((each) => each.memory) };
}

/** How much worse than the stored ratio counts: two loaded cores alone make a third. */
const tolerance = 1.5;

/** The measures in which a work is worse than it was, in words; empty when in none. CPU decides; wall times depend on who else is busy. */
export function regressions(name: string, now: Ratio, stored: Ratio | undefined): readonly string[] {
  if (!stored) return [];
  return (["cpu", "memory"] as const).flatMap((measure) => {
    const is = now[measure], was = stored[measure];
    return is !== null && was !== null && is > was * tolerance
      ? [`${name}: ${measure} is ${is.toFixed(2)} times the limit, and was ${was.toFixed(2)}`]
      : [];
  });
}

/** One line a work. Seconds, megabytes, and the ratios to the limit; "was" is the stored ratio of CPU. */
export function tableOf(
  figures: readonly Figure[],
  ratios: ReadonlyMap<string, Ratio>,
  stored: Readonly<Record<string, Ratio>>,
): string {
  const number = (value: number | null | undefined, digits: number) =>
    typeof value === "number" ? value.toFixed(digits) : "-";
  const rows = figures.flatMap((figure) => {
    const { name, sqa, limit, rivals } = figure, ratio = ratios.get(name)!;
    const beside = rivals.map((rival) => {
      const own = ratioOf({ ...figure, limit: rival }, null);
      return [
        "",
        ...["", "", ""],
        ...[number(rival.wall, 2), number(rival.cpu, 2), number(rival.memory, 0)],
        ...[own.wall, own.cpu, own.memory].map((each) => number(each, 2)),
        "",
        rival.label,
      ];
    });
    return [[
      name,
      ...[sqa, limit].flatMap((each) => [number(each.wall, 2), number(each.cpu, 2), number(each.memory, 0)]),
      ...[ratio.wall, ratio.cpu, ratio.memory].map((each) => number(each, 2)),
      number(stored[name]?.cpu, 2),
      limit.label,
    ], ...beside];
  });
  const head = ["work", "wall", "cpu", "MB", "wall", "cpu", "MB", "x wall", "x cpu", "x MB", "was", "limit"];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => i === 0 || i === row.length - 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join(
      "  ",
    )
      .trimEnd();
  return [line(head), ...rows.map(line)].join("\n");
}
