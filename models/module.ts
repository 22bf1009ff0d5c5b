/**
 * Module bases: the tables of one part of a program, under one prefix or schema, told apart in every message. A base keeps a list of its
 * own models, so that a module's tables are found even when nobody exports them.
 */
import { SqaError } from "../schema/error.ts";
import { model } from "./contract.ts";
import type { ModuleMeta, NamingOptions } from "./contract.ts";
import type { Builders } from "./builders.ts";
import type { Columns } from "./column/any_column.ts";
import { enumMeta, type EnumOptions, makeEnum } from "./enum_type.ts";
import { listOf, optionProblems } from "./options.ts";
import { capture } from "./place.ts";
import { register, registeredModule, rememberModule } from "./registry.ts";
import type { Sql } from "./sql.ts";
import { type Extras, makeTable, type TableOptions } from "./table.ts";
import { makeView, type ViewOptions } from "./view.ts";

/** What a module may say. */
export interface ModuleOptions {
  /** Before every name of the module: `true` (default) is its name and "_", false is nothing. */
  readonly prefix?: boolean | string;
  /** A schema of its own for all its objects. */
  readonly schema?: string;
  /** Modules whose tables this one refers to. */
  readonly dependsOn?: readonly string[];
  /** Its earlier name: tables, views and enums under the old prefix are renamed. */
  readonly renamedFrom?: string | readonly string[];
  readonly naming?: NamingOptions;
  /** The versions of sqa that it is written for: "^0.1", ">=0.1 <2". Others refuse it (SQA-126). */
  readonly requires?: string;
  /** Anything that programs want to keep beside the module; sqa does not read it. */
  readonly meta?: { readonly [key: string]: unknown };
}

/** The base of a module. */
export interface ModuleBase extends Builders {
  readonly [model]: ModuleMeta;
  readonly name: string;
}

const moduleKeys = ["prefix", "schema", "dependsOn", "renamedFrom", "naming", "requires", "meta"];

/**
 * A base for the models of one module. The same name gives the same base again; other options the second time are an error (SQA-108), as is
 * a name that is not of the form `[a-z][a-z0-9_]*` after it is put in lower case (SQA-101).
 *
 * @example
 * ```ts
 * import { moduleBase, t } from "sqa";
 *
 * const orders = moduleBase("orders", { dependsOn: ["users"] });
 * export const order = orders.table("order", { id: t.bigint().identity().primaryKey() }); // table orders_order
 * ```
 */
export function moduleBase(name: string, options: ModuleOptions = {}): ModuleBase {
  const place = capture();
  const lower = name.toLowerCase();
  const at = place.file === null ? {} : { place: { file: place.file, ...(place.line ? { line: place.line } : {}) } };
  if (!/^[a-z][a-z0-9_]*$/.test(lower)) {
    throw new SqaError("SQA-101", `"${name}" cannot be the name of a module`, {
      hint: "use letters, digits and underscores, beginning with a letter",
      ...at,
    });
  }
  const prefix = options.prefix ?? true;
  const meta: ModuleMeta = {
    kind: "module",
    name: lower,
    prefix: prefix === true ? `${lower}_` : prefix === false ? "" : prefix,
    schema: options.schema ?? null,
    dependsOn: (options.dependsOn ?? []).map((other) => other.toLowerCase()),
    renamedFrom: listOf(options.renamedFrom),
    naming: options.naming ?? {},
    requires: options.requires ?? null,
    meta: options.meta ?? {},
    problems: optionProblems(options, moduleKeys, `module "${lower}"`, place),
    place,
  };
  const known = registeredModule(lower);
  if (known) {
    if (Object.keys(options).length > 0 && text(known[model]) !== text(meta)) {
      throw new SqaError("SQA-108", `module "${lower}" is made twice with different options`, {
        hint: "make it once, export it, and import it where it is needed",
        ...at,
      });
    }
    known[model].problems.push(...meta.problems);
    return known as ModuleBase;
  }
  return rememberModule(lower, makeBase(meta)) as ModuleBase;
}

/** The options of a module as text, to compare two. */
function text({ place: _place, problems: _problems, ...meta }: ModuleMeta): string {
  return JSON.stringify(meta);
}

function makeBase(module: ModuleMeta): ModuleBase {
  const full = (name: string) => `${module.prefix}${name}`;
  return Object.freeze({
    [model]: module,
    name: module.name,
    table: (
      name: string,
      columns: Columns,
      extras?: Extras<Columns> | TableOptions,
      options?: TableOptions,
    ) => makeTable({ name: full(name), extras, options, module, inherits: null }, columns, {}, register),
    view: (name: string, query: Sql | string, options: ViewOptions = {}) =>
      register(makeView(full(name), query, options, module)),
    enumType: (name: string, values: readonly string[], options: EnumOptions = {}) =>
      register(makeEnum(enumMeta(full(name), values, options, module, false), values)),
  }) as unknown as ModuleBase;
}
