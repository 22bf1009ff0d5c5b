/**
 * The mathematical functions of SQLite (lang_mathfunc.html), which node:sqlite is built without, and REGEXP, which is only a hook. A
 * schema that uses one in a CHECK, an index or a generated column cannot be changed without them. All are deterministic.
 */
import type { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { SqaError } from "../../../schema/error.ts";
import { importModule } from "../../import_module.ts";

type Number1 = (x: number) => number;

const unary: { readonly [name: string]: Number1 } = {
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  cos: Math.cos,
  cosh: Math.cosh,
  degrees: (x) => x * (180 / Math.PI),
  exp: Math.exp,
  ln: (x) => x <= 0 ? NaN : Math.log(x),
  log10: (x) => x <= 0 ? NaN : Math.log10(x),
  log2: (x) => x <= 0 ? NaN : Math.log2(x),
  radians: (x) => x * (Math.PI / 180),
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

/** These keep integers as they are (func.c ceilingFunc). */
const rounding: { readonly [name: string]: Number1 } = {
  ceil: Math.ceil,
  ceiling: Math.ceil,
  floor: Math.floor,
  trunc: Math.trunc,
};

const binary: { readonly [name: string]: (x: number, y: number) => number } = {
  atan2: Math.atan2,
  mod: (x, y) => x % y,
  pow: Math.pow,
  power: Math.pow,
};

/** The functions of the linked SQLite as "name/arguments": the same for every connection of this process, so they are asked for one time. */
let builtIn: ReadonlySet<string> | null = null;

function builtInFunctions(db: DatabaseSync): ReadonlySet<string> {
  return builtIn ??= new Set(
    db.prepare("SELECT name, narg FROM pragma_function_list WHERE builtin").all().map(({ name, narg }) =>
      `${name}/${narg}`
    ),
  );
}

/** Functions of the user's own by their names in SQL. Each is held to be deterministic: else no index, CHECK or generated column could call it. */
export type UserFunctions = Readonly<Record<string, (...args: never[]) => unknown>>;

/** The exported functions of modules. SQA-018 when a module cannot be loaded or exports none. */
export async function loadFunctions(modules: readonly string[]): Promise<UserFunctions> {
  const found: Record<string, (...args: never[]) => unknown> = {};
  for (const path of modules) {
    const loaded = await importModule(pathToFileURL(path).href).catch((error: unknown) => {
      throw new SqaError("SQA-018", `the functions in ${path} cannot be loaded`, {
        detail: error instanceof Error ? error.message : String(error),
        hint: "correct the module, or the setting functions that names it",
        exit: 78,
        cause: error,
      });
    }) as Record<string, unknown>;
    const own = Object.entries(loaded).filter(([, value]) => typeof value === "function");
    if (own.length === 0) {
      throw new SqaError("SQA-018", `${path} exports no functions`, {
        hint: "export each function under the name that it has in SQL",
        exit: 78,
      });
    }
    for (const [name, value] of own) found[name] = value as (...args: never[]) => unknown;
  }
  return found;
}

/** Registers the user's functions, and of sqa's own what the linked SQLite lacks. What it has already stays its own. */
export function registerFunctions(db: DatabaseSync, own: UserFunctions = {}): void {
  for (const [name, call] of Object.entries(own)) {
    // A function with a rest parameter takes any number of arguments.
    const varargs = call.length === 0 && call.toString().replace(/\s/g, "").includes("(...");
    db.function(name, { deterministic: true, varargs }, call as (...args: unknown[]) => Value);
  }
  const has = builtInFunctions(db);
  const add = (name: string, narg: number, call: (...args: Value[]) => Value): void => {
    if (has.has(`${name}/${narg}`) || Object.keys(own).some((each) => each.toLowerCase() === name)) return;
    // SQLite takes a fixed number of arguments from the function's length, so each arity has a function of its own.
    const fixed = narg === 0 ? () => call() : narg === 1 ? (a: Value) => call(a) : (a: Value, b: Value) => call(a, b);
    db.function(name, { deterministic: true, useBigIntArguments: true }, fixed as (...args: unknown[]) => Value);
  };
  for (const [name, call] of Object.entries(unary)) add(name, 1, (x) => result(x, null, (a) => call(a)));
  for (const [name, call] of Object.entries(rounding)) {
    add(name, 1, (x) => typeof x === "bigint" ? x : result(x, null, (a) => call(a)));
  }
  for (const [name, call] of Object.entries(binary)) add(name, 2, (x, y) => result(x, y ?? null, call));
  // log(X) is to the base 10, log(B, X) to the base B.
  add("log", 1, (x) => result(x, null, (a) => a <= 0 ? NaN : Math.log10(a)));
  add("log", 2, (b, x) => result(b, x ?? null, (base, a) => base <= 0 || a <= 0 ? NaN : Math.log(a) / Math.log(base)));
  add("pi", 0, () => Math.PI);
  add(
    "regexp",
    2,
    (pattern, text) =>
      pattern === null || text === null ? null : new RegExp(String(pattern), "u").test(String(text)) ? 1n : 0n,
  );
}

type Value = null | number | bigint | string | Uint8Array;

/** NULL for what is no number, and for what has no result, as SQLite has it. */
function result(x: Value | undefined, y: Value, call: (x: number, y: number) => number): Value {
  const a = numeric(x), b = y === null ? 0 : numeric(y);
  if (a === null || b === null) return null;
  const value = call(a, b);
  return Number.isNaN(value) ? null : value;
}

function numeric(value: Value | undefined): number | null {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "string") return null;
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value) ? Number(value) : null;
}
