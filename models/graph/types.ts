/** A model's column type as the database's, with enums as the database has them. */
import type { Dialect } from "../../dialects/dialect.ts";
import type { DataType } from "../../schema/object.ts";
import type { PortableType } from "../../schema/portable_type.ts";
import type { ColumnType, DatabaseName, Place } from "../contract.ts";
import type { EnumEntry } from "./catalog.ts";
import type { Report } from "./report.ts";

/** The type, or null after a mistake has been reported. `what` is for messages: `column "orders.total"`. */
export function dataType(
  type: ColumnType,
  enumEntry: EnumEntry | null,
  dialect: Dialect,
  what: string,
  place: Place,
  report: Report,
): DataType | null {
  const portable = portableType(type, enumEntry, dialect);
  if (portable === null) {
    const name = type.type === "sql" && type.name ? ` (${type.name})` : "";
    report.add(
      "SQA-104",
      `${what}${name} has no type for ${dialect.label}`,
      place,
      name ? `give it one with .on({ ${dialect.name}: { type: "…" } })` : `add "${dialect.name}" to t.sql({ … })`,
    );
    return null;
  }
  const found = dialect.typeOf(portable) ??
    (type.type === "enum" && dialect.enums === "check" ? dialect.typeOf({ type: "text" }) : null) ??
    writtenAs(type, dialect);
  if (found === null) {
    report.add(
      "SQA-104",
      `${what}: ${dialect.label} has no type for t.${type.type}()`,
      place,
      type.type === "array" || type.type === "vector"
        ? `pass { elsewhere: "json" }, or give it a type with .on({ ${dialect.name}: { type: "…" } })`
        : `give it one with .on({ ${dialect.name}: { type: "…" } }), or use t.sql({ … })`,
    );
  }
  return found;
}

/** Types whose values are text to programs everywhere: where the database has no such type they are text of that length. */
const textual: { readonly [type: string]: number | null } = {
  inet: 43,
  cidr: 43,
  macaddr: 17,
  interval: 64,
  xml: null,
};

/** The type that stands in where the database has none of its own, or null. */
function writtenAs(type: ColumnType, dialect: Dialect): DataType | null {
  if ((type.type === "array" || type.type === "vector") && type.elsewhere) return dialect.typeOf({ type: "json" });
  const length = textual[type.type];
  return length === undefined ? null : dialect.typeOf(length === null ? { type: "text" } : { type: "varchar", length });
}

/** Null when `t.sql` has no text for this database. */
function portableType(type: ColumnType, enumEntry: EnumEntry | null, dialect: Dialect): PortableType | null {
  if (type.type === "enum") return { type: "enum", name: enumEntry!.path, values: type.enum.values };
  if (type.type === "array") {
    const of = portableType(type.of, enumEntry, dialect);
    return of && { type: "array", of, dimensions: type.dimensions };
  }
  if (type.type !== "sql") return type;
  const text = typeof type.sql === "string" ? type.sql : type.sql[dialect.name as DatabaseName];
  return text === undefined ? null : { type: "sql", sql: { [dialect.name]: text } };
}
