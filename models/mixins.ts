/** Groups of columns that many tables share: inert until they are spread into a table. */
import type { Column } from "./column.ts";
import type { AnyColumn, Columns } from "./column/any_column.ts";
import { withState } from "./column/build.ts";
import { sql } from "./sql.ts";
import type { Simplify } from "./table.ts";
import { t } from "./types.ts";

/** Marks columns as coming from a mixin, so that rules can know them. */
function mixin<const C extends Columns>(name: string, columns: C): C {
  const marked = Object.entries(columns).map(([key, column]) => [key, withState(column, { mixin: name })]);
  return Object.freeze(Object.fromEntries(marked)) as C;
}

/**
 * A group of columns for spreading: `{ ...address, id: … }`. It makes no table.
 *
 * @example
 * ```ts
 * import { fields, t, table } from "sqa";
 *
 * const address = fields({ street: t.text(), city: t.text() });
 * export const shops = table("shops", { id: t.int().primaryKey(), ...address });
 * ```
 */
export function fields<const C extends Columns>(columns: C): C {
  return Object.freeze({ ...columns });
}

/** The same columns, each allowing NULL. */
export function partial<const C extends Columns>(
  columns: C,
): Simplify<{ [K in keyof C]: Column<C[K]["$types"]["value"], true, "optional"> }> {
  const nullable = Object.entries(columns).map(([key, column]) => [key, withState(column, { nullable: true })]);
  return Object.freeze(Object.fromEntries(nullable));
}

/** What a mixin may say. */
export interface MixinOptions {
  /** Indexes on the columns that queries filter by. */
  readonly index?: boolean;
}

function indexed<C extends AnyColumn>(column: C, options: MixinOptions): C {
  return options.index ? (column as unknown as Column<unknown>).index() as unknown as C : column;
}

/**
 * Ready-made groups of columns. They add columns only, indexes where `{ index: true }` asks for them, never triggers.
 *
 * @example
 * ```ts
 * import { mixins, t, table } from "sqa";
 *
 * export const notes = table("notes", { ...mixins.id(), text: t.text(), ...mixins.audit(), ...mixins.softDelete() });
 * ```
 */
export const mixins = {
  /** `id`: a bigint that the database counts. */
  id: () => mixin("id", { id: t.bigint().identity().primaryKey() }),
  /** `id`: a UUID that the program makes. */
  uuid: () => mixin("uuid", { id: t.uuid().primaryKey() }),
  /** `createdAt` and `updatedAt`, both the current time by default. */
  timestamps: (options: MixinOptions = {}) =>
    mixin("timestamps", {
      createdAt: indexed(t.timestamptz().default(sql`CURRENT_TIMESTAMP`), options),
      updatedAt: t.timestamptz().default(sql`CURRENT_TIMESTAMP`),
    }),
  /** Who made a row and changed it last, and when. */
  audit: (options: MixinOptions = {}) =>
    mixin("audit", {
      createdAt: indexed(t.timestamptz().default(sql`CURRENT_TIMESTAMP`), options),
      createdBy: t.text().nullable(),
      updatedAt: t.timestamptz().default(sql`CURRENT_TIMESTAMP`),
      updatedBy: t.text().nullable(),
    }),
  /** `deletedAt` and `deletedBy`: NULL while the row is alive. */
  softDelete: (options: MixinOptions = {}) =>
    mixin("softDelete", { deletedAt: indexed(t.timestamptz().nullable(), options), deletedBy: t.text().nullable() }),
  /** `version`: counts the changes of a row, for optimistic locking. */
  versioned: () => mixin("versioned", { version: t.int().default(1) }),
  /** `tenantId`: whose row it is; a text of up to 64 characters, or the column that is given. */
  tenant:
    (<C extends AnyColumn = Column<string>>(column?: C, options: MixinOptions = {}) =>
      mixin("tenant", { tenantId: indexed((column ?? t.varchar(64)) as C, options) })) as <
        C extends AnyColumn = Column<string>,
      >(
        column?: C,
        options?: MixinOptions,
      ) => { readonly tenantId: C },
} as const;
