/** What a CREATE statement says, before it becomes objects of a graph. Names are as written, without quotes; texts are raw slices. */
import type { Action, Deferrable } from "../../../schema/object.ts";

/** What happens to a row that breaks a constraint. */
export type Conflict = "ROLLBACK" | "ABORT" | "FAIL" | "IGNORE" | "REPLACE";

/** One key of an index or of a table constraint. `name` is set when it is a bare word (a column's name, or a literal where no column has it), `sql` is its text without COLLATE and order. */
export interface KeyPart {
  readonly name: string | null;
  readonly sql: string;
  readonly collation: string | null;
  readonly desc: boolean;
}

export interface NotNullClause {
  readonly name: string | null;
  readonly conflict: Conflict | null;
}

export interface KeyClause {
  readonly kind: "primary_key" | "unique";
  readonly name: string | null;
  readonly keys: readonly KeyPart[];
  readonly conflict: Conflict | null;
  readonly autoincrement: boolean;
  /** Written in a column's definition. */
  readonly inColumn: boolean;
}

export interface CheckClause {
  readonly kind: "check";
  readonly name: string | null;
  readonly sql: string;
  readonly conflict: Conflict | null;
}

export interface ForeignKeyClause {
  readonly kind: "foreign_key";
  readonly name: string | null;
  readonly columns: readonly string[];
  readonly table: string;
  /** Empty when the text leaves them out: the primary key then. */
  readonly references: readonly string[];
  readonly onDelete: Action;
  readonly onUpdate: Action;
  readonly match: string | null;
  readonly deferrable: Deferrable;
}

export type ConstraintClause = KeyClause | CheckClause | ForeignKeyClause;

export interface ColumnDefinition {
  readonly name: string;
  /** The declared type as SQLite keeps it, but for the letter case of its own types; "" when there is none. */
  readonly type: string;
  readonly notNull: NotNullClause | null;
  readonly default: string | null;
  readonly collation: string | null;
  readonly generated: { readonly sql: string; readonly stored: boolean } | null;
}

interface Named {
  readonly name: string;
  readonly schema: string | null;
  readonly temporary: boolean;
}

export interface CreateTable extends Named {
  readonly kind: "table";
  readonly columns: readonly ColumnDefinition[];
  readonly constraints: readonly ConstraintClause[];
  readonly strict: boolean;
  readonly withoutRowid: boolean;
}

export interface CreateIndex extends Named {
  readonly kind: "index";
  readonly table: string;
  readonly unique: boolean;
  readonly keys: readonly KeyPart[];
  readonly where: string | null;
}

export interface CreateView extends Named {
  readonly kind: "view";
  readonly columns: readonly string[] | null;
  readonly query: string;
}

export interface CreateTrigger extends Named {
  readonly kind: "trigger";
  /** The table or view that it is on. */
  readonly table: string;
  /** Everything after the name: "BEFORE INSERT ON t … END". */
  readonly definition: string;
}

export interface CreateVirtualTable extends Named {
  readonly kind: "virtual_table";
  readonly module: string;
  /** The arguments as SQLite hands them to the module, one text each. */
  readonly args: readonly string[];
}

export type CreateStatement = CreateTable | CreateIndex | CreateView | CreateTrigger | CreateVirtualTable;
