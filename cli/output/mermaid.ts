/** A graph as a Mermaid entity-relationship diagram. */
import { children, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import { inOrder } from "../../schema/kinds/column.ts";
import type { SchemaObject } from "../../schema/object.ts";
import type { SoftReference } from "../../models/graph/links.ts";
import type { Dialect } from "../../dialects/dialect.ts";

/** Tables with their columns and keys, one line for each foreign key, a dotted one for each soft reference. Ends with a line feed. */
export function mermaidOf(graph: SchemaGraph, dialect: Dialect, soft: readonly SoftReference[] = []): string {
  const tables = ofKind(graph, "table");
  const lines = ["erDiagram", ...moduleLines(tables, dialect)];
  for (const table of tables) {
    const primary = new Set(children(graph, table.id, "primary_key").flatMap((key) => key.columns));
    const foreign = new Set(children(graph, table.id, "foreign_key").flatMap((key) => key.columns));
    const unique = new Set(
      children(graph, table.id, "unique").flatMap((key) => key.columns.length === 1 ? key.columns : []),
    );
    const columns = inOrder(children(graph, table.id, "column")).map((column) => {
      const name = column.name.at(-1)!;
      const keys = [primary.has(name) && "PK", foreign.has(name) && "FK", unique.has(name) && "UK"].filter((key) =>
        key !== false
      );
      const comment = column.comment ? ` "${quoted(column.comment)}"` : "";
      return `    ${word(dialect.renderType(column.type))} ${word(name)}${
        keys.length ? ` ${keys.join(", ")}` : ""
      }${comment}`;
    });
    lines.push(
      ...(columns.length ? [`  ${entity(table, dialect)} {`, ...columns, "  }"] : [`  ${entity(table, dialect)}`]),
    );
  }
  for (const table of tables) {
    for (const key of children(graph, table.id, "foreign_key")) {
      const target = graph.objects.get(key.references.table);
      if (target?.kind !== "table") continue;
      const optional = key.columns.some((name) =>
        children(graph, table.id, "column").find((column) => column.name.at(-1) === name)?.nullable
      );
      lines.push(
        `  ${entity(target, dialect)} ${optional ? "|o" : "||"}--o{ ${entity(table, dialect)} : "${
          quoted(key.columns.join(", "))
        }"`,
      );
    }
  }
  return [...lines, ...soft.flatMap((each) => softLine(each, graph, dialect) ?? [])].join("\n") + "\n";
}

/** A reference that no constraint stands behind. */
function softLine({ from, to }: SoftReference, graph: SchemaGraph, dialect: Dialect): string | null {
  const [column, target] = [graph.objects.get(from), graph.objects.get(graph.objects.get(to)?.parent ?? to)];
  const table = column?.parent ? graph.objects.get(column.parent) : undefined;
  if (column?.kind !== "column" || table?.kind !== "table" || target?.kind !== "table") return null;
  return `  ${entity(target, dialect)} ${column.nullable ? "|o" : "||"}..o{ ${entity(table, dialect)} : "${
    quoted(column.name.at(-1)!)
  }"`;
}

/** Comments that say which tables are whose, where the models say it. */
function moduleLines(tables: readonly SchemaObject<"table">[], dialect: Dialect): readonly string[] {
  const owned = Map.groupBy(tables.filter(({ origin }) => origin?.module), ({ origin }) => origin!.module!);
  return [...owned].sort(([a], [b]) => a < b ? -1 : 1).map(([module, own]) =>
    `  %% module ${module}: ${own.map((table) => entity(table, dialect)).join(", ")}`
  );
}

/** A table's name, without the schema when it is the default one. Quotes allow any character but the quote and line ends. */
function entity(table: SchemaObject<"table">, dialect: Dialect): string {
  const path = table.name.length > 1 && table.name[0] === dialect.defaultSchema ? table.name.slice(1) : table.name;
  return `"${quoted(path.join("."))}"`;
}

/** Types and attribute names take letters, digits, underscores, hyphens, brackets and parentheses only. */
function word(text: string): string {
  const plain = text.replace(/,\s*/g, "-").replace(/[^\p{L}\p{N}_()[\]-]+/gu, "_");
  return /^[\p{L}_]/u.test(plain) ? plain : `_${plain}`;
}

function quoted(text: string): string {
  return text.replaceAll('"', "'").replace(/[\r\n]+/g, " ").replaceAll("%", "%25").replaceAll("#", "%23");
}
