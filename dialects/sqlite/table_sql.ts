/** Writes CREATE TABLE: one line a column, constraints of one column inside its line, quotes only where they are needed. */
import type { Options, SchemaObject } from "../../schema/object.ts";
import { inOrder } from "../../schema/kinds/column.ts";
import { nameOfId } from "./names.ts";
import { quote } from "./sql.ts";
import { renderType } from "./types.ts";

export type Constraint = SchemaObject<"primary_key" | "unique" | "check" | "foreign_key">;

/** A table with all that its CREATE TABLE says. */
export interface TableParts {
  readonly table: SchemaObject<"table">;
  readonly columns: readonly SchemaObject<"column">[];
  readonly constraints: readonly Constraint[];
}

/** The parts of a table among these objects. */
export function tableParts(table: SchemaObject<"table">, objects: readonly SchemaObject[]): TableParts {
  const columns = objects.filter((object) => object.kind === "column");
  const constraints = objects.filter((object): object is Constraint =>
    object.kind === "primary_key" || object.kind === "unique" || object.kind === "check" ||
    object.kind === "foreign_key"
  );
  return { table, columns: inOrder(columns), constraints };
}

/** CREATE TABLE, without its semicolon. `name` is another than the table's own while it is rebuilt. */
export function createTable(parts: TableParts, name = parts.table.name.at(-1)!): string {
  const inline = new Map<string, Constraint[]>();
  const rest: Constraint[] = [];
  for (const constraint of parts.constraints) {
    const column = onlyColumn(constraint);
    if (column !== null && parts.columns.some((each) => each.name.at(-1) === column)) {
      inline.set(column, [...inline.get(column) ?? [], constraint]);
    } else rest.push(constraint);
  }
  const lines = [
    ...parts.columns.map((column) => columnDefinition(column, inline.get(column.name.at(-1)!) ?? [])),
    ...rest.sort((a, b) => order[a.kind] - order[b.kind]).map(tableConstraint),
  ];
  const options = [
    ...(parts.table.options.withoutRowid === true ? ["WITHOUT ROWID"] : []),
    ...(parts.table.options.strict === true ? ["STRICT"] : []),
  ];
  const tail = options.length ? ` ${options.join(", ")}` : "";
  return `CREATE TABLE ${quote(name)} (\n  ${lines.join(",\n  ")}\n)${tail}`;
}

const order = { primary_key: 0, unique: 1, foreign_key: 2, check: 3 } as const;

/** A column's line: also what ADD COLUMN takes. */
export function columnDefinition(column: SchemaObject<"column">, constraints: readonly Constraint[]): string {
  const { options } = column;
  const notNullName = options.notNullName === undefined ? "" : `CONSTRAINT ${quote(String(options.notNullName))} `;
  const sorted = [...constraints].sort((a, b) => order[a.kind] - order[b.kind]);
  return [
    quote(column.name.at(-1)!),
    renderType(column.type),
    column.collation === null ? "" : `COLLATE ${quote(column.collation)}`,
    column.nullable ? "" : `${notNullName}NOT NULL${conflict(options, "notNullConflict")}`,
    column.default === null ? "" : `DEFAULT ${defaultSql(column.default.sql)}`,
    column.generated === null
      ? ""
      : `GENERATED ALWAYS AS (${column.generated.expression.sql}) ${column.generated.stored ? "STORED" : "VIRTUAL"}`,
    ...sorted.map(columnConstraint),
  ].filter((part) => part !== "").join(" ");
}

/** The column in whose line a constraint can stand, or null. */
function onlyColumn(constraint: Constraint): string | null {
  switch (constraint.kind) {
    case "primary_key": {
      const { columns, options } = constraint;
      return columns.length === 1 && options.collations === undefined ? columns[0]! : null;
    }
    case "unique": {
      const { columns, options } = constraint;
      return columns.length === 1 && options.collations === undefined && options.desc === undefined
        ? columns[0]!
        : null;
    }
    case "foreign_key":
      return constraint.columns.length === 1 ? constraint.columns[0]! : null;
    case "check": {
      const columns = constraint.refs.filter((id) => id.startsWith("column:"));
      // In a column's line SQLite's grammar has no conflict clause for a check (ccons in parse.y), beside the columns it has (tcons).
      return columns.length === 1 && conflict(constraint.options) === "" ? nameOfId(columns[0]!) : null;
    }
  }
}

function columnConstraint(constraint: Constraint): string {
  const name = constraintName(constraint);
  switch (constraint.kind) {
    case "primary_key": {
      const desc = constraint.options.desc === undefined ? "" : " DESC";
      const counter = constraint.options.autoincrement === true ? " AUTOINCREMENT" : "";
      return `${name}PRIMARY KEY${desc}${conflict(constraint.options)}${counter}`;
    }
    case "unique":
      return `${name}UNIQUE${conflict(constraint.options)}`;
    case "check":
      return `${name}CHECK (${constraint.expression.sql})${conflict(constraint.options)}`;
    case "foreign_key":
      return `${name}${references(constraint)}`;
  }
}

function tableConstraint(constraint: Constraint): string {
  const name = constraintName(constraint);
  switch (constraint.kind) {
    case "primary_key":
      return `${name}PRIMARY KEY (${keys(constraint)})${conflict(constraint.options)}`;
    case "unique":
      return `${name}UNIQUE (${keys(constraint)})${conflict(constraint.options)}`;
    case "check":
      return `${name}CHECK (${constraint.expression.sql})${conflict(constraint.options)}`;
    case "foreign_key":
      return `${name}FOREIGN KEY (${constraint.columns.map(quote).join(", ")}) ${references(constraint)}`;
  }
}

function constraintName(constraint: Constraint): string {
  if (typeof constraint.options.name === "string") return `CONSTRAINT ${quote(constraint.options.name)} `;
  return constraint.unnamed ? "" : `CONSTRAINT ${quote(constraint.name.at(-1)!)} `;
}

function keys(constraint: SchemaObject<"primary_key" | "unique">): string {
  const { desc, collations, autoincrement } = constraint.options;
  return constraint.columns.map((column) => {
    const collation = (collations as { readonly [column: string]: string } | undefined)?.[column];
    const down = Array.isArray(desc) && desc.includes(column);
    return quote(column) + (collation === undefined ? "" : ` COLLATE ${quote(collation)}`) + (down ? " DESC" : "");
  }).join(", ") + (autoincrement === true ? " AUTOINCREMENT" : "");
}

function references(key: SchemaObject<"foreign_key">): string {
  const columns = key.options.implicit === true || key.references.columns.length === 0
    ? ""
    : ` (${key.references.columns.map(quote).join(", ")})`;
  const match = key.options.match === undefined
    ? key.match === "simple" ? "" : key.match.toUpperCase()
    : key.options.match;
  return [
    `REFERENCES ${quote(nameOfId(key.references.table))}${columns}`,
    key.onDelete === "no action" ? "" : `ON DELETE ${key.onDelete.toUpperCase()}`,
    key.onUpdate === "no action" ? "" : `ON UPDATE ${key.onUpdate.toUpperCase()}`,
    match === "" ? "" : `MATCH ${match}`,
    { no: "", immediate: "DEFERRABLE INITIALLY IMMEDIATE", deferred: "DEFERRABLE INITIALLY DEFERRED" }[key.deferrable],
  ].filter((part) => part !== "").join(" ");
}

function conflict(options: Options, name = "conflict"): string {
  return options[name] === undefined ? "" : ` ON CONFLICT ${options[name]}`;
}

/** A default as DEFAULT takes it: literals as they are, anything else in parentheses (lang_createtable.html 3.2). */
function defaultSql(sql: string): string {
  return isLiteral(sql) || /^[A-Za-z_][A-Za-z0-9_]*$/.test(sql) || /^"(?:[^"]|"")*"$/.test(sql) ? sql : `(${sql})`;
}

/** Is it one value, whatever row it is for? Such a default can be added without a rebuild. */
export function isLiteral(sql: string): boolean {
  return /^[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d+)?$|^[-+]?0[xX][0-9a-fA-F_]+$/.test(sql) ||
    /^'(?:[^']|'')*'$/.test(sql) || /^[xX]'[0-9a-fA-F]*'$/.test(sql) || /^(NULL|TRUE|FALSE)$/i.test(sql);
}
