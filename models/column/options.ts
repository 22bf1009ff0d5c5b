/** What keys, indexes, foreign keys and counted columns may say. */
import type { Action, Deferrable } from "../../schema/object.ts";
import type { model } from "../contract.ts";
import type { NameOptions } from "../options.ts";
import type { Sql } from "../sql.ts";
import type { AnyColumn } from "./any_column.ts";

/** What a foreign key may say. */
export interface ReferenceOptions extends NameOptions {
  readonly onDelete?: Action;
  readonly onUpdate?: Action;
  readonly match?: "simple" | "full" | "partial";
  /** When it is checked: at once (default), at once unless the transaction defers it, or at the end of the transaction. */
  readonly deferrable?: Deferrable;
  /** Take the target as it is written: it may be a table without a model, and its type may differ. */
  readonly unchecked?: boolean;
}

/** What a primary key or unique constraint may say. */
export interface KeyOptions extends NameOptions {
  readonly deferrable?: Deferrable;
  /** False: two NULLs are equal (Postgres 15 and later). */
  readonly nullsDistinct?: boolean;
}

/** What an index may say. */
export interface IndexOptions extends NameOptions {
  readonly unique?: boolean;
  readonly nullsDistinct?: boolean;
  /** "btree" where nothing is said. */
  readonly method?: string;
  readonly include?: readonly string[];
  readonly where?: Sql | string;
}

/** How an identity column counts. */
export interface IdentityOptions {
  /** Explicit values are refused. */
  readonly always?: boolean;
  readonly start?: number | bigint;
  readonly increment?: number | bigint;
  readonly min?: number | bigint;
  readonly max?: number | bigint;
  readonly cache?: number | bigint;
  readonly cycle?: boolean;
  /** The sequence behind it, when it has another name than the database would give it (Postgres). */
  readonly sequence?: string;
  readonly unlogged?: boolean;
  /** The comment of that sequence (Postgres). */
  readonly comment?: string;
}

/** How a serial column counts. */
export interface SerialOptions extends Omit<IdentityOptions, "always" | "unlogged" | "comment"> {
  /** The sequence's own type, where it is not the column's (Postgres). */
  readonly as?: "smallint" | "integer" | "bigint";
  /** False: the sequence belongs to nobody and stays when the column goes (Postgres). */
  readonly owned?: boolean;
}

/** Where a foreign key points: `"users.id"`, `"audit.log.id"`, a path, or a function that gives the column or table. */
export type Reference =
  | string
  | readonly string[]
  | (() => AnyColumn | { readonly [model]: { readonly kind: "table" } });

/** What one database does otherwise. Beside the three named ones, attributes by that database's names. */
export interface ColumnOverride {
  /** The type as SQL text. */
  readonly type?: string;
  readonly default?: Sql | string | number | boolean | null;
  readonly collate?: string;
  readonly [option: string]: unknown;
}
