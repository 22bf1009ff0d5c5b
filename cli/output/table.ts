/** Rows of text in columns. */
import { safeLine } from "./terminal.ts";

/** Lines with the cells left-aligned under their headings; the last column is not padded. Cells are made safe for a terminal. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const cells = [headings, ...rows].map((row) => row.map(safeLine));
  const widths = headings.map((_, i) => Math.max(...cells.map((row) => [...row[i] ?? ""].length)));
  return cells.map((row) =>
    row.map((cell, i) => i === row.length - 1 ? cell : cell + " ".repeat(widths[i]! - [...cell].length)).join("  ")
      .trimEnd()
  );
}

/** "1 table", "2 tables". */
export function count(number: number, one: string, many: string = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
