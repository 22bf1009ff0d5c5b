/** Views: a stored query with a name. */
import { model } from "./contract.ts";
import type { ModuleMeta, Problem, TriggerMeta, ViewMeta } from "./contract.ts";
import { triggerMeta } from "./extras.ts";
import { named, nameKeys, type NameOptions, optionProblems } from "./options.ts";
import { capture } from "./place.ts";
import { type Sql, sqlMeta } from "./sql.ts";

/** What a view may say beside its query. */
export interface ViewOptions extends Omit<NameOptions, "name"> {
  readonly schema?: string;
  /** Names of its columns, in the database's spelling, where they are not those of the query. */
  readonly columns?: readonly string[];
  /** The models that it reads, when sqa should not look for their names in the text. */
  readonly dependsOn?: readonly (AnyModel | string | (() => AnyModel))[];
  /** Triggers on the view, by name: the whole `create trigger` statement. */
  readonly triggers?: { readonly [name: string]: Sql | string };
  readonly meta?: { readonly [key: string]: unknown };
}

/** Anything with metadata. */
export interface AnyModel {
  readonly [model]: { readonly kind: string };
}

/** A view. */
export interface View {
  readonly [model]: ViewMeta;
}

const viewKeys = [
  ...nameKeys.filter((key) => key !== "name"),
  "schema",
  "columns",
  "dependsOn",
  "triggers",
  "meta",
];

/** A view with its name as it is in the database. */
export function makeView(name: string, query: Sql | string, options: ViewOptions, module: ModuleMeta | null): View {
  const place = capture();
  const problems: Problem[] = optionProblems(options, viewKeys, `view "${name}"`, place);
  const triggers: TriggerMeta[] = Object.entries(options.triggers ?? {}).map(([trigger, statement]) =>
    triggerMeta(trigger, statement, {}, problems)
  );
  const meta: ViewMeta = {
    kind: "view",
    ...named(options),
    name,
    schema: options.schema ?? module?.schema ?? null,
    module,
    meta: options.meta ?? {},
    sql: sqlMeta(query),
    columns: options.columns ?? null,
    dependsOn: options.dependsOn?.map((item) => typeof item === "object" ? () => item : item) ?? null,
    triggers,
    problems,
    place,
  };
  return Object.freeze({ [model]: meta });
}

/**
 * A view: the query without `create view`.
 *
 * @example
 * ```ts
 * import { sql, table, t, view } from "sqa";
 *
 * export const orders = table("orders", { id: t.int().primaryKey(), paid: t.boolean() });
 * export const openOrders = view("open_orders", sql`select ${orders.columns.id} from ${orders} where not paid`);
 * ```
 */
export function view(name: string, query: Sql | string, options: ViewOptions = {}): View {
  return makeView(name, query, options, null);
}
