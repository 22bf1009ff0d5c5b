/** What every column is, whatever its values. */
import { model } from "../contract.ts";
import type { ColumnMeta } from "../contract.ts";

/** May a new row leave the column out? "excluded": the database computes it and takes no value. */
export type InsertMode = "required" | "optional" | "excluded";

/** What the types of rows are made from; exists for the compiler only. */
export interface ColumnTypes {
  readonly value: unknown;
  readonly nullable: boolean;
  readonly insert: InsertMode;
}

/** Any column. The annotation for a reference to a table that refers back: `(): AnyColumn => nodes.columns.id`. */
export interface AnyColumn {
  readonly [model]: ColumnMeta;
  /** For the compiler only; there is nothing at run time. */
  readonly $types: ColumnTypes;
}

/** Columns by their keys in the model. */
export type Columns = { readonly [key: string]: AnyColumn };
