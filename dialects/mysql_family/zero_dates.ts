/** Tables with dates of zeros for a default, which servers take only in a mode that is not theirs (NO_ZERO_DATE, NO_ZERO_IN_DATE). */
import { children } from "../../schema/graph.ts";
import type { ObjectId } from "../../schema/object.ts";
import type { RenderContext } from "../dialect.ts";
import { type Settings, zeroDates } from "./session.ts";

/** The server refuses any change of a table in which another default is a date of zeros that its mode forbids (error 1067). */
export function zeroDatesOf(table: ObjectId, { from, to }: RenderContext): Settings {
  const isZero = (sql: string | undefined) => sql !== undefined && /^'(\d{4}-00-\d\d|\d{4}-\d\d-00)/.test(sql);
  const columns = [from, to].flatMap((graph) => graph.objects.has(table) ? children(graph, table, "column") : []);
  return columns.some((column) => column.type.family === "temporal" && isZero(column.default?.sql)) ? zeroDates : {};
}
