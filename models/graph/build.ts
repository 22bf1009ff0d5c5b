/** What the steps from models to a graph share: the dialect, the catalog, the report, and constraints that still lack a name. */
import type { Dialect } from "../../dialects/dialect.ts";
import type { ObjectId, Origin } from "../../schema/object.ts";
import type { Named, Place } from "../contract.ts";
import type { Catalog, TableEntry } from "./catalog.ts";
import type { Mentions } from "./mentions.ts";
import type { NamedKind } from "./names.ts";
import type { Report } from "./report.ts";
import type { SqlContext } from "./sql_text.ts";

/** What the conversion of one set of models shares. */
export interface Build {
  readonly dialect: Dialect;
  readonly catalog: Catalog;
  readonly mentions: Mentions;
  readonly report: Report;
  /** Where SQL text finds its names; `self` and `what` are set for each text. */
  text(what: string, place: Place, self?: string | null, qualified?: boolean): SqlContext;
}

/** A constraint or index that is complete but for its name. */
export interface Draft {
  readonly kind: NamedKind;
  readonly table: TableEntry;
  /** Columns for the default name. */
  readonly columns: readonly string[];
  readonly referredTable: string | null;
  readonly item: Named;
  readonly place: Place;
  /** The part of the name that describes it where the database names nothing. */
  readonly structure: string;
  readonly refs: readonly ObjectId[];
  readonly fields: object;
}

/** The primary key's column names by table, worked out before foreign keys need them. */
export type PrimaryKeys = ReadonlyMap<TableEntry, readonly string[]>;

/** Where something of this table was written. */
export function originOf(
  table: { readonly meta: { readonly module: { readonly name: string } | null } },
  place: Place,
): Origin {
  return { __proto__: placed, module: table.meta.module?.name ?? null, place } as unknown as Origin;
}

/** What origins have in common: a file and a line that are looked up when somebody asks. */
const placed = {
  get file(): string | null {
    return (this as unknown as { readonly place: Place }).place.file;
  },
  get line(): number | null {
    return (this as unknown as { readonly place: Place }).place.line;
  },
};
