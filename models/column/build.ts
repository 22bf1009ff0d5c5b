/** What columns can do: every call is a new, frozen column over a new state. */
import { model } from "../contract.ts";
import type { ColumnMeta, ColumnState, ColumnType, DatabaseName, PerDatabase, Problem } from "../contract.ts";
import type { Column } from "../column.ts";
import { listOf, nameOrOptions, optionProblems, unknownKey } from "../options.ts";
import type { NameOptions } from "../options.ts";
import { captureColumn } from "../place.ts";
import { isSql, selfColumn, sqlMeta } from "../sql.ts";
import type { SelfColumn, Sql } from "../sql.ts";
import type { AnyColumn } from "./any_column.ts";
import { aboveZero, atLeast, atMost, lengthLimit, within } from "./limits.ts";
import type {
  ColumnOverride,
  IdentityOptions,
  IndexOptions,
  KeyOptions,
  Reference,
  ReferenceOptions,
  SerialOptions,
} from "./options.ts";
import {
  checkMeta,
  columnIndexKey,
  identityKeys,
  indexMeta,
  keyMeta,
  referenceMeta,
  referenceTarget,
  serialKeys,
} from "./parts.ts";

/** One list for all columns that say nothing. */
const none: readonly never[] = Object.freeze([]);

interface Built {
  readonly [model]: ColumnMeta;
}

function stateOf(column: Built): ColumnState {
  return column[model].state;
}

/** The same column with some of its state changed. */
function change(column: Built, fields: Partial<ColumnState>, problems: readonly Problem[] = none): unknown {
  const made = { ...stateOf(column), ...fields };
  return build(problems.length === 0 ? made : { ...made, problems: [...made.problems, ...problems] });
}

const methods = {
  uncompared(this: Built, ...fields: readonly ("type" | "default")[]): unknown {
    const { place, uncompared } = stateOf(this);
    const known: readonly string[] = ["type", "default"], right = fields.filter((field) => known.includes(field));
    const problems = fields.filter((field) => !known.includes(field))
      .map((field) => unknownKey(field, known, "uncompared()", place));
    return change(this, { uncompared: [...new Set([...uncompared, ...right])] }, problems);
  },
  named(this: Built, name: string): unknown {
    return change(this, { name });
  },
  nullable(this: Built): unknown {
    return change(this, { nullable: true });
  },
  notNull(this: Built): unknown {
    return change(this, { nullable: false });
  },
  default(this: Built, value: unknown): unknown {
    return change(this, { default: isSql(value) ? { sql: value[model] } : { value } });
  },
  primaryKey(this: Built, options?: string | KeyOptions): unknown {
    const problems: Problem[] = [];
    return change(
      this,
      { primaryKey: keyMeta(nameOrOptions(options), "a primary key", stateOf(this).place, problems) },
      problems,
    );
  },
  unique(this: Built, options?: string | KeyOptions): unknown {
    const problems: Problem[] = [];
    const key = keyMeta(nameOrOptions(options), "a unique constraint", stateOf(this).place, problems);
    return change(this, { unique: [...stateOf(this).unique, key] }, problems);
  },
  index(this: Built, options?: string | IndexOptions): unknown {
    const problems: Problem[] = [];
    const index = indexMeta(nameOrOptions(options), [columnIndexKey(null)], stateOf(this).place, problems);
    return change(this, { indexes: [...stateOf(this).indexes, index] }, problems);
  },
  references(this: Built, target: Reference, options: ReferenceOptions = {}): unknown {
    const problems: Problem[] = [];
    const reference = referenceMeta(referenceTarget(target), options, stateOf(this).place, problems);
    return change(this, { references: [...stateOf(this).references, reference] }, problems);
  },
  check(
    this: Built,
    condition: Sql | string | ((column: SelfColumn) => Sql | string),
    options?: string | NameOptions,
  ): unknown {
    const problems: Problem[] = [];
    const sqlText = typeof condition === "function" ? condition(selfColumn) : condition;
    return change(
      this,
      { checks: [...stateOf(this).checks, checkMeta(sqlText, nameOrOptions(options), stateOf(this).place, problems)] },
      problems,
    );
  },
  min(this: Built, limit: number | bigint | string, options?: string | NameOptions): unknown {
    return change(this, atLeast(stateOf(this), limit, options));
  },
  max(this: Built, limit: number | bigint | string, options?: string | NameOptions): unknown {
    return change(this, atMost(stateOf(this), limit, options));
  },
  between(
    this: Built,
    min: number | bigint | string,
    max: number | bigint | string,
    options?: string | NameOptions,
  ): unknown {
    return change(this, within(stateOf(this), min, max, options));
  },
  positive(this: Built, options?: string | NameOptions): unknown {
    return change(this, aboveZero(stateOf(this), options));
  },
  nonNegative(this: Built, options?: string | NameOptions): unknown {
    return change(this, atLeast(stateOf(this), 0, options));
  },
  minLength(this: Built, length: number, options?: string | NameOptions): unknown {
    return change(this, lengthLimit(stateOf(this), "minLength", length, options));
  },
  maxLength(this: Built, length: number, options?: string | NameOptions): unknown {
    return change(this, lengthLimit(stateOf(this), "maxLength", length, options));
  },
  softRef(this: Built, target: Reference): unknown {
    const reference = referenceMeta(referenceTarget(target), {}, stateOf(this).place, []);
    return change(this, { softReferences: [...stateOf(this).softReferences, reference] });
  },
  identity(this: Built, options: IdentityOptions = {}): unknown {
    const { always, ...counting } = options;
    const problems = optionProblems(options, identityKeys, "an identity column", stateOf(this).place);
    return change(this, { identity: { mode: always ? "always" : "by default", options: counting } }, problems);
  },
  serial(this: Built, options: SerialOptions = {}): unknown {
    const problems = optionProblems(options, serialKeys, "a serial column", stateOf(this).place);
    return change(this, { identity: { mode: "serial", options: { ...options } } }, problems);
  },
  generated(this: Built, expression: Sql | string, options: { readonly stored?: boolean } = {}): unknown {
    const problems = optionProblems(options, ["stored"], "a generated column", stateOf(this).place);
    return change(this, { generated: { sql: sqlMeta(expression), stored: options.stored ?? true } }, problems);
  },
  collate(this: Built, collate: string): unknown {
    return change(this, { collate });
  },
  comment(this: Built, comment: string): unknown {
    return change(this, { comment });
  },
  renamedFrom(this: Built, ...names: readonly string[]): unknown {
    return change(this, { renamedFrom: [...stateOf(this).renamedFrom, ...listOf(names)] });
  },
  on(this: Built, overrides: PerDatabase<ColumnOverride>): unknown {
    const problems = optionProblems({ on: overrides }, ["on"], "a column", stateOf(this).place);
    return change(this, { on: { ...stateOf(this).on, ...overrides } }, problems);
  },
  only(this: Built, ...databases: readonly DatabaseName[]): unknown {
    const problems = optionProblems({ only: databases }, ["only"], "a column", stateOf(this).place);
    return change(this, { only: databases }, problems);
  },
  $type(this: Built): unknown {
    return this;
  },
};

/** A column over this state. Its calls are shared by all columns, so making one costs one small object. */
function build(state: ColumnState): unknown {
  return fromMeta({ kind: "column", key: null, table: null, state });
}

function fromMeta(meta: ColumnMeta): unknown {
  return Object.freeze({ __proto__: methods, [model]: meta });
}

/** What is said of a column that only has a type. */
const plainState: Omit<ColumnState, "type" | "place"> = Object.freeze({
  name: null,
  comment: null,
  renamedFrom: none,
  on: Object.freeze({}),
  only: null,
  nullable: false,
  default: null,
  primaryKey: null,
  unique: none,
  indexes: none,
  references: none,
  checks: none,
  generated: null,
  identity: null,
  collate: null,
  limits: Object.freeze({}),
  softReferences: none,
  uncompared: [],
  mixin: null,
  problems: none,
});

/** A new column of a type. */
export function makeColumn<Value, Default = Value>(
  type: ColumnType,
  problems: readonly Problem[] = none,
): Column<Value, false, "required", Default> {
  return build({ ...plainState, type, problems, place: captureColumn(makeColumn) }) as Column<
    Value,
    false,
    "required",
    Default
  >;
}

/** The column as a part of its table: this is what `table.columns.x` gives. */
export function bindColumn(column: AnyColumn, key: string, table: ColumnMeta["table"]): AnyColumn {
  return fromMeta({ kind: "column", key, table, state: column[model].state }) as AnyColumn;
}

/** The same column with some of its state changed, for mixins and inheritance. */
export function withState<C extends AnyColumn>(column: C, fields: Partial<ColumnState>): C {
  return change(column, fields) as C;
}
