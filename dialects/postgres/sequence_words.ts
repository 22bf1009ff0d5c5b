/** The options of a sequence as SQL. Pure. */
import type { SchemaObject } from "../../schema/object.ts";
import { quotePath } from "./sql.ts";

/** Largest and smallest value by type (CREATE SEQUENCE, "MINVALUE", "MAXVALUE"). */
const limits: Readonly<Record<string, readonly [string, string]>> = {
  smallint: ["-32768", "32767"],
  integer: ["-2147483648", "2147483647"],
  bigint: ["-9223372036854775808", "9223372036854775807"],
};

/** The bounds that the server takes when none are given. */
export function limitsOf(dataType: string, increment: string): readonly [string, string] {
  const [lowest, highest] = limits[dataType] ?? limits.bigint!;
  return increment.startsWith("-") ? [lowest, "-1"] : ["1", highest];
}

/** CREATE SEQUENCE with what is not the server's choice anyway; `path` is another place for it. */
export function createSequence(object: SchemaObject<"sequence">, path: readonly string[] = object.name): string {
  const { dataType, increment, min, max, start, cache, cycle, options } = object;
  const [low, high] = limitsOf(dataType, increment);
  const words = [
    dataType === "bigint" ? "" : `AS ${dataType}`,
    increment === "1" ? "" : `INCREMENT BY ${increment}`,
    min === low ? "" : `MINVALUE ${min}`,
    max === high ? "" : `MAXVALUE ${max}`,
    start === (increment.startsWith("-") ? max : min) ? "" : `START WITH ${start}`,
    cache === "1" ? "" : `CACHE ${cache}`,
    cycle ? "CYCLE" : "",
  ].filter((word) => word !== "").map((word) => ` ${word}`);
  return `CREATE ${options.unlogged ? "UNLOGGED " : ""}SEQUENCE ${quotePath(path)}${words.join("")}`;
}

/** What ALTER SEQUENCE must say to lead from one to the other. A change of type moves the bounds, so both are said then. */
export function sequenceClauses(from: SchemaObject<"sequence">, to: SchemaObject<"sequence">): readonly string[] {
  const retyped = from.dataType !== to.dataType, turned = from.increment !== to.increment;
  return [
    retyped ? `AS ${to.dataType}` : "",
    turned ? `INCREMENT BY ${to.increment}` : "",
    retyped || from.min !== to.min ? `MINVALUE ${to.min}` : "",
    retyped || from.max !== to.max ? `MAXVALUE ${to.max}` : "",
    from.start === to.start ? "" : `START WITH ${to.start}`,
    from.cache === to.cache ? "" : `CACHE ${to.cache}`,
    from.cycle === to.cycle ? "" : to.cycle ? "CYCLE" : "NO CYCLE",
  ].filter((clause) => clause !== "");
}
