/** A picture of a schema as a Mermaid entity-relationship diagram. */
import type { Picture, PicturedColumn, PicturedTable } from "./picture.ts";

/** Tables with their columns and keys, one line for each foreign key, a dotted one for each soft reference. Ends with a line feed. */
export function mermaidOf({ tables, references }: Picture): string {
  const lines = ["erDiagram", ...moduleLines(tables)];
  for (const table of tables) {
    if (table.columns.length === 0) lines.push(`  ${entity(table)}`);
    else lines.push(`  ${entity(table)} {`, ...table.columns.map(attribute), "  }");
  }
  for (const { from, to, columns, optional, soft } of references) {
    const line = soft ? ".." : "--";
    lines.push(`  ${entity(to)} ${optional ? "|o" : "||"}${line}o{ ${entity(from)} : "${quoted(columns.join(", "))}"`);
  }
  return lines.join("\n") + "\n";
}

function attribute({ name, type, keys, comment }: PicturedColumn): string {
  const marks = keys.length ? ` ${keys.join(", ")}` : "";
  return `    ${word(type)} ${word(name)}${marks}${comment ? ` "${quoted(comment)}"` : ""}`;
}

/** Comments that say which tables are whose, where the models say it. */
function moduleLines(tables: readonly PicturedTable[]): readonly string[] {
  const owned = Map.groupBy(tables.filter(({ module }) => module), ({ module }) => module!);
  return [...owned].sort(([a], [b]) => a < b ? -1 : 1).map(([module, own]) =>
    `  %% module ${module}: ${own.map(entity).join(", ")}`
  );
}

/** Quotes allow any character but the quote and line ends. */
function entity(table: PicturedTable): string {
  return `"${quoted(table.name)}"`;
}

/** Types and attribute names take letters, digits, underscores, hyphens, brackets and parentheses only. */
function word(text: string): string {
  const plain = text.replace(/,\s*/g, "-").replace(/[^\p{L}\p{N}_()[\]-]+/gu, "_");
  return /^[\p{L}_]/u.test(plain) ? plain : `_${plain}`;
}

function quoted(text: string): string {
  return text.replaceAll('"', "'").replace(/[\r\n]+/g, " ").replaceAll("%", "%25").replaceAll("#", "%23");
}
