/** Tables and columns of the catalog as objects. */
import { type Dialect, kindOf, type Serial, type SerialOptions } from "../../dialects/dialect.ts";
import { objectId } from "../../schema/id.ts";
import type { DataType, Expression, NodeMeta, ObjectId, Options, SchemaObject } from "../../schema/object.ts";
import type { ColumnState, DatabaseName, SqlMeta, TableMeta } from "../contract.ts";
import { systemMixin } from "../feature/system_columns.ts";
import { versionsOf } from "../feature/versions.ts";
import { isSql, sqlMeta } from "../sql.ts";
import { type Build, originOf } from "./build.ts";
import type { ColumnEntry, TableEntry } from "./catalog.ts";
import { defaultLiteral, defaultProblem } from "./defaults.ts";
import { json, optionsFor } from "./options.ts";
import { ownerKeys } from "./owners.ts";
import { resolveTable } from "./references.ts";
import { expressionOf } from "./sql_text.ts";
import { dataType } from "./types.ts";

/** The column's override for this database. */
function override(column: ColumnEntry, dialect: Dialect): { readonly [key: string]: unknown } {
  return column.state.on[dialect.name as DatabaseName] ?? {};
}

const columnOverrides = ["type", "default", "collate"];

/** The columns of a table as objects, in their order; columns with a mistake are left out. */
export function columnObjects(table: TableEntry, build: Build): readonly SchemaObject<"column">[] {
  return table.columns.flatMap((column, position) => columnObject(table, column, position, build) ?? []);
}

function columnObject(
  table: TableEntry,
  column: ColumnEntry,
  position: number,
  build: Build,
): SchemaObject<"column"> | null {
  const { dialect, report, mentions } = build;
  const { state } = column;
  const what = `column "${table.meta.name}.${column.key}"`;
  const own = override(column, dialect);
  const type = dataType(
    typeof own["type"] === "string" ? { type: "sql", sql: own["type"] } : state.type,
    column.enum,
    dialect,
    what,
    state.place,
    report,
  );
  if (!type) return null;
  const path = [...table.path, column.name];
  const serial = serialOf(column, path, type, dialect);
  const value = serial ? serial.default : columnDefault(column, own, type, what, build);
  const generated = state.generated &&
    expressionOf(state.generated.sql, build.text(`the expression of ${what}`, state.place));
  if (state.generated && (state.default || state.identity)) {
    report.add(
      "SQA-103",
      `${what} is generated and has a default or an identity as well`,
      state.place,
      "keep one of them",
    );
  } else if (state.identity && state.default) {
    report.add("SQA-103", `${what} has an identity and a default as well`, state.place, "keep one of them");
  }
  const texts = [value?.sql, generated?.sql].filter((sql): sql is string => sql !== undefined);
  return {
    kind: "column",
    id: objectId("column", path),
    name: path,
    parent: table.id,
    refs: [
      ...(serial ? [serial.sequence.id] : []),
      ...texts.flatMap((sql) => mentions.types(sql)),
      ...(generated
        ? mentions.columns(generated.sql, table).map((name) => objectId("column", [...table.path, name]))
        : []),
    ],
    comment: state.comment,
    origin: originOf(table, state.place),
    ...columnMeta(state),
    type,
    nullable: state.nullable,
    default: value,
    generated: generated && state.generated ? { expression: generated, stored: state.generated.stored } : null,
    identity: state.identity && !serial ? identityOf(state.identity) : null,
    collation: typeof own["collate"] === "string" ? own["collate"] : state.collate,
    position,
    options: optionsFor(state.on, "column", dialect, what, state.place, report, columnOverrides),
  };
}

function columnMeta({ uncompared, mixin }: ColumnState): { readonly meta?: NodeMeta } {
  const owned = mixin === systemMixin;
  if (uncompared.length === 0 && !owned) return {};
  return { meta: { ...(owned ? { owner: "system" as const } : {}), ...(uncompared.length > 0 ? { uncompared } : {}) } };
}

function columnDefault(
  column: ColumnEntry,
  own: { readonly [key: string]: unknown },
  type: DataType,
  what: string,
  build: Build,
): Expression | null {
  const { state } = column;
  const given = "default" in own && own["default"] !== undefined
    ? isSql(own["default"]) ? { sql: sqlMeta(own["default"]) } : { value: own["default"] }
    : state.default;
  if (given === null) return null;
  if ("sql" in given) return expressionOf(given.sql as SqlMeta, build.text(`the default of ${what}`, state.place));
  if (given.value === null) {
    if (!state.nullable) {
      build.report.add(
        "SQA-103",
        `${what} has the default NULL but does not allow NULL`,
        state.place,
        "call nullable()",
      );
    }
    return null;
  }
  const typeName = typeof own["type"] === "string" ? "sql" : state.type.type;
  const values = state.type.type === "enum" ? state.type.enum.values : [];
  const problem = defaultProblem(given.value, typeName, values);
  if (problem === null) return defaultLiteral(given.value, typeName, type, build.dialect);
  const shown = typeof given.value === "string" ? `"${given.value}"` : String(given.value);
  build.report.add("SQA-103", `${what}: ${shown} is no default for t.${typeName}()`, state.place, problem);
  return null;
}

/** The table's own object. */
export function tableObject(table: TableEntry, schemaId: ObjectId | null, build: Build): SchemaObject<"table"> {
  const { meta } = table;
  const { dialect, catalog, report } = build;
  const what = `table "${meta.name}"`;
  const parents = meta.heirOf.flatMap((target) =>
    resolveTable(target, { dialect, catalog, report, what: `"inherits" of ${what}`, place: meta.place })?.id ?? []
  );
  const object: SchemaObject<"table"> = {
    kind: "table",
    id: table.id,
    name: table.path,
    parent: schemaId,
    refs: [],
    comment: meta.comment,
    origin: originOf(table, meta.place),
    ...(meta.feature ? { meta: featureOf(meta) } : {}),
    inherits: parents,
    options: optionsFor(meta.on, "table", dialect, what, meta.place, report, ownerKeys(dialect)),
  };
  const kind = kindOf(dialect, "table");
  if (parents.length > 0 && kind !== "unsupported" && kind.normalize(object).inherits.length === 0) {
    report.add(
      "SQA-104",
      `${dialect.label} has no table inheritance: ${what}`,
      meta.place,
      "leave `inherits` out, or give the table `only`",
    );
  }
  return object;
}

/** What finds the table of a feature again, and the version of the feature that it was written for. */
function featureOf(meta: TableMeta): NodeMeta {
  const { key, version } = versionsOf(meta);
  return { feature: key, project: meta.feature!.project, featureVersion: version };
}

/** The sequences of the table's serial columns, where a serial column has one. */
export function serialSequences(
  table: TableEntry,
  columns: readonly SchemaObject<"column">[],
  build: Build,
): readonly SchemaObject<"sequence">[] {
  return columns.flatMap((object) => {
    const column = table.byName.get(object.name.at(-1)!);
    const serial = column && serialOf(column, object.name, object.type, build.dialect);
    return serial ? [{ ...serial.sequence, origin: originOf(table, column.state.place) }] : [];
  });
}

function serialOf(column: ColumnEntry, path: readonly string[], type: DataType, dialect: Dialect): Serial | null {
  const { identity } = column.state;
  if (identity?.mode !== "serial" || !dialect.serial) return null;
  return dialect.serial(path, type, { ...identity.options, ...counting(identity.options) } as SerialOptions);
}

/** An identity; a serial column is one where there are no sequences. */
function identityOf(
  { mode, options }: NonNullable<ColumnEntry["state"]["identity"]>,
): SchemaObject<"column">["identity"] {
  if (mode !== "serial") return { mode, options: counting(options) };
  const { as: _as, owned: _owned, sequence: _sequence, ...rest } = options;
  return { mode: "by default", options: counting(rest) };
}

/** Options of an identity; numbers are text, because they may be beyond what JSON can hold. */
function counting(options: { readonly [key: string]: unknown }): Options {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== false);
  return Object.fromEntries(
    given.map((
      [key, value],
    ) => [key, typeof value === "number" || typeof value === "bigint" ? String(value) : json(value)]),
  );
}
