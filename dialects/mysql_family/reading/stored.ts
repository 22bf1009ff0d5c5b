/** Views, triggers, routines, events and sequences: their texts from SHOW CREATE, the rest from the catalog. */
import { objectId } from "../../../schema/id.ts";
import type { Json, Options, SchemaObject } from "../../../schema/object.ts";
import type { Catalog } from "../../dialect.ts";
import { withoutDatabase } from "../expression.ts";
import { withCommas } from "../from_lists.ts";
import { quote, quoteText } from "../sql.ts";
import { eventBody, normalTrigger, triggerParts, viewQuery, withoutPreamble } from "../stored_text.ts";
import type { EventRow, RoutineRow, SessionRow, TableRow, TriggerRow, ViewRow } from "./rows.ts";

/** What SHOW CREATE gives: the one column whose name matches, of the one row. */
async function shown(catalog: Catalog, sql: string, column: RegExp): Promise<string | null> {
  const [row] = await catalog.query(sql);
  const found = Object.entries(row ?? {}).find(([name]) => column.test(name));
  return found && found[1] !== null ? String(found[1]) : null;
}

interface Written {
  readonly definer: string;
  readonly sql_mode?: string;
  /** Character set of the client that wrote it, and the collation of its literals. */
  readonly client: string;
  readonly literals: string;
  readonly time_zone?: string;
}

/**
 * Whose it is and in which mode and character set it was written, where that is not the one who asks, the server's own mode and what every
 * connection of sqa has.
 */
function authorship(row: Written, text: string, session: SessionRow): Options {
  // Sent anew in another character set, what is beyond ASCII would become other characters.
  const movable = /^utf8/.test(row.client) || !/[^\0-\x7f]/.test(text);
  return {
    ...(row.definer && row.definer !== session.account ? { definer: row.definer } : {}),
    ...(row.sql_mode !== undefined && row.sql_mode !== session.sql_mode ? { sql_mode: row.sql_mode || "-" } : {}),
    ...(movable && (row.client !== session.client || row.literals !== session.literals)
      ? { charset: `${row.client} ${row.literals}` }
      : {}),
    ...(row.time_zone !== undefined && row.time_zone !== session.time_zone ? { time_zone: row.time_zone } : {}),
  };
}

export async function viewObject(
  catalog: Catalog,
  row: ViewRow,
  columns: readonly string[],
  session: SessionRow,
): Promise<SchemaObject<"view">> {
  const text = await shown(catalog, `SHOW CREATE VIEW ${quote(row.name)}`, /^create view$/i) ?? "";
  const algorithm = /^CREATE ALGORITHM=(\w+)/i.exec(text)?.[1]?.toLowerCase();
  const options: { [name: string]: Json } = { ...authorship(row, text, session) };
  if (algorithm && algorithm !== "undefined") options.algorithm = algorithm;
  if (row.security === "INVOKER") options.security = "invoker";
  if (row.check_option !== "NONE") options.check = row.check_option.toLowerCase();
  return {
    kind: "view",
    id: objectId("view", [row.name]),
    name: [row.name],
    parent: null,
    refs: [],
    comment: null,
    definition: { sql: withoutDatabase(withCommas(viewQuery(text), row.definition ?? ""), session.db) },
    columns,
    options,
  };
}

/** `previous` is the trigger that runs before it on the same occasion. */
export async function triggerObject(
  catalog: Catalog,
  row: TriggerRow,
  previous: string | null,
  session: SessionRow,
): Promise<SchemaObject<"trigger">> {
  const name = [row.name];
  const text = await shown(catalog, `SHOW CREATE TRIGGER ${quote(row.name)}`, /^sql original statement$/i) ?? "";
  const { body } = triggerParts(normalTrigger({ sql: withoutPreamble(text) }, row.name).definition.sql);
  const head = `CREATE TRIGGER ${quote(row.name)} ${row.timing} ${row.event} ON ${quote(row.table_name)} FOR EACH ROW`;
  return {
    kind: "trigger",
    id: objectId("trigger", name),
    name,
    parent: objectId("table", [row.table_name]),
    refs: [],
    comment: null,
    definition: { sql: `${head} ${body}` },
    options: { ...authorship(row, text, session), ...(previous === null ? {} : { follows: previous }) },
  };
}

/** The path of a routine: a procedure that has the name of a function is told apart by a second part. `functions` are the functions' names. */
export function routineName(row: RoutineRow, functions: ReadonlySet<string>): readonly string[] {
  return row.type === "PROCEDURE" && functions.has(row.name) ? [row.name, "procedure"] : [row.name];
}

/** The routine, or null for what is neither a function nor a procedure, or does not show its text. */
export async function routineObject(
  catalog: Catalog,
  row: RoutineRow,
  names: ReadonlySet<string>,
  session: SessionRow,
): Promise<SchemaObject<"function"> | null> {
  if (row.type !== "FUNCTION" && row.type !== "PROCEDURE") return null;
  const routine = row.type === "FUNCTION" ? "function" : "procedure";
  const text = await shown(catalog, `SHOW CREATE ${row.type} ${quote(row.name)}`, /^create (function|procedure)$/i);
  if (text === null) return null;
  const name = routineName(row, names);
  return {
    kind: "function",
    id: objectId("function", name),
    name,
    parent: null,
    refs: [],
    comment: null,
    definition: { sql: withoutPreamble(text) },
    routine,
    returns: null,
    arguments: "",
    options: authorship(row, text, session),
  };
}

export async function eventObject(
  catalog: Catalog,
  row: EventRow,
  session: SessionRow,
): Promise<SchemaObject<"event">> {
  const text = await shown(catalog, `SHOW CREATE EVENT ${quote(row.name)}`, /^create event$/i) ?? "";
  const ends = row.ends === null ? "" : ` ENDS ${quoteText(row.ends)}`;
  const starts = row.starts === null || Number(row.implied) === 1 ? "" : ` STARTS ${quoteText(row.starts)}`;
  const schedule = row.type === "ONE TIME"
    ? `AT ${quoteText(String(row.execute_at))}`
    : `EVERY ${row.interval_value} ${row.interval_field}${starts}${ends}`;
  const status = row.status === "ENABLED" ? null : row.status === "DISABLED" ? "DISABLE" : "DISABLE ON SLAVE";
  return {
    kind: "event",
    id: objectId("event", [row.name]),
    name: [row.name],
    parent: null,
    refs: [],
    comment: row.comment || null,
    definition: { sql: eventBody(text) },
    options: {
      ...authorship(row, text, session),
      schedule,
      ...(row.completion === "PRESERVE" ? { preserve: true } : {}),
      ...(status === null ? {} : { status }),
    },
  };
}

/** All sequences at once: each is a table of one row. */
export async function sequenceObjects(
  catalog: Catalog,
  sequences: readonly TableRow[],
): Promise<readonly SchemaObject<"sequence">[]> {
  if (sequences.length === 0) return [];
  const byName = new Map(sequences.map((row) => [row.name, row]));
  const rows = await catalog.query(
    sequences.map(({ name }) =>
      `SELECT ${quoteText(name)} AS name, CAST(start_value AS CHAR) AS start, CAST(increment AS CHAR) AS step,
  CAST(minimum_value AS CHAR) AS low, CAST(maximum_value AS CHAR) AS high, CAST(cache_size AS CHAR) AS cache, cycle_option AS cycle
FROM ${quote(name)}`
    ).join(" UNION ALL "),
  );
  return rows.map((row) => ({
    kind: "sequence",
    id: objectId("sequence", [String(row.name)]),
    name: [String(row.name)],
    parent: null,
    refs: [],
    comment: byName.get(String(row.name))!.comment || null,
    dataType: "bigint",
    start: String(row.start),
    increment: String(row.step),
    min: String(row.low),
    max: String(row.high),
    cache: String(row.cache),
    cycle: Number(row.cycle) === 1,
    ownedBy: null,
    options: { engine: byName.get(String(row.name))!.engine ?? "InnoDB" },
  }));
}
