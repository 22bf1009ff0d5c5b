/** Kinds that are kept as the text of their CREATE statement: made by it, dropped by name, made again when the text differs. Pure. */
import type { KindDialect, RenderContext } from "../dialect.ts";
import type { Alter, Change } from "../../diff/change.ts";
import type { Statement } from "../../diff/plan_types.ts";
import { assertNever } from "../../schema/error.ts";
import type { Expression, Kind, Options, SchemaObject } from "../../schema/object.ts";
import { comment } from "./comment.ts";
import { normalQuery } from "./expression.ts";
import { normalParameters } from "./parameters.ts";
import { accessExclusive, statement } from "./statement.ts";

/** What is special about one such kind. */
export interface Definition<K extends Kind> {
  /** What stands after DROP, COMMENT ON and ALTER: "RULE a ON public.t". */
  target(object: SchemaObject<K>): string;
  /** Statements that make it; the definition alone when left out. */
  create?(object: SchemaObject<K>, context: RenderContext): readonly string[];
  /** Statements that drop it; DROP of the target when left out. */
  drop?(object: SchemaObject<K>): readonly string[];
  /** Statements from one to another, or null where it must be made again. Comments come by themselves. */
  alter?(change: Alter<K>, context: RenderContext): readonly string[] | null;
  /** What stands after ALTER: the old object, then what becomes of it. Kinds without it are dropped and created under the new name. */
  rename?(from: SchemaObject<K>, to: SchemaObject<K>): readonly string[];
  /** False where nothing can be said about it. */
  readonly comments?: false;
}

type Defined = { readonly definition?: Expression; readonly options: Options };

/** The kind's entry in the registry. */
export function definitionKind<K extends Kind>(given: Definition<K>): KindDialect<K> {
  const own = given as unknown as Definition<Kind>;
  const run = (change: Change, object: SchemaObject, sql: string): Statement =>
    statement(change, sql, { locks: isOnTable(object) ? [accessExclusive(object.parent!)] : [] });
  const entry: KindDialect<Kind> = {
    normalize(object) {
      const { definition, options } = object as unknown as Defined;
      return {
        ...object,
        options: normalParameters(options),
        ...(definition ? { definition: normalQuery(definition) } : {}),
      } as SchemaObject;
    },
    alters: (change, context) =>
      change.fields.every((field) => field === "comment") ||
        (own.alter?.(change as unknown as Alter<Kind>, context) ?? null) !== null
        ? "in place"
        : "recreate",
    renames: own.rename !== undefined,
    render(change, context) {
      const said = (object: SchemaObject) =>
        own.comments === false ? [] : comment(change, own.target(object), isOnTable(object) ? object.parent : null);
      switch (change.op) {
        case "create": {
          const texts = own.create?.(change.to, context) ??
            [(change.to as unknown as Required<Defined>).definition.sql];
          return [...texts.map((sql) => run(change, change.to, sql)), ...said(change.to)];
        }
        case "drop":
          return (own.drop?.(change.from) ?? [`DROP ${own.target(change.from)}`])
            .map((sql) => run(change, change.from, sql));
        case "alter":
          return [
            ...(own.alter?.(change as unknown as Alter<Kind>, context) ?? []).map((sql) => run(change, change.to, sql)),
            ...said(change.to),
          ];
        case "rename":
          return (own.rename?.(change.from, change.to) ?? [])
            .map((sql) => run(change, change.to, sql));
        default:
          return assertNever(change, "change");
      }
    },
  };
  return entry as unknown as KindDialect<K>;
}

function isOnTable(object: SchemaObject): boolean {
  return object.parent !== null && !object.parent.startsWith("schema:");
}
