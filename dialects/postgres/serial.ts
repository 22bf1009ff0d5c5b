/**
 * Serial columns: a default from a sequence that belongs to the column, as `serial` in CREATE TABLE makes them (manual, section 8.1.4). Older
 * dumps have the sequence as bigint, whatever the column's type, and some have it belong to nobody. Pure.
 */
import type { Serial, SerialOptions } from "../dialect.ts";
import { objectId } from "../../schema/id.ts";
import type { DataType } from "../../schema/object.ts";
import { objectName } from "./names.ts";
import { quotePath, quoteText } from "./sql.ts";

const largest: Readonly<Record<string, string>> = {
  smallint: "32767",
  integer: "2147483647",
  bigint: "9223372036854775807",
};

/** The default and the sequence of a serial column of this path and type. */
export function serial(column: readonly string[], type: DataType, options: SerialOptions): Serial {
  const [schema = "", table = "", name = ""] = column;
  const dataType = options.as ?? (type.name in largest ? type.name : "bigint");
  const path = [schema, options.sequence ?? objectName(table, name, "seq")];
  const descending = options.increment?.startsWith("-") ?? false;
  const lowest = String(-BigInt(largest[dataType] ?? largest["bigint"]!) - 1n);
  const min = options.min ?? (descending ? lowest : "1");
  const max = options.max ?? (descending ? "-1" : largest[dataType] ?? largest["bigint"]!);
  return {
    default: { sql: `nextval(${quoteText(quotePath(path))}::regclass)` },
    sequence: {
      kind: "sequence",
      id: objectId("sequence", path),
      name: path,
      parent: objectId("schema", [schema]),
      refs: [],
      comment: null,
      dataType,
      start: options.start ?? (descending ? max : min),
      increment: options.increment ?? "1",
      min,
      max,
      cache: options.cache ?? "1",
      cycle: options.cycle ?? false,
      ownedBy: options.owned === false ? null : objectId("column", column),
      options: {},
    },
  };
}
