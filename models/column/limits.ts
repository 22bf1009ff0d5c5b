/** Limits of values: what `parse` holds rows to, with the checks that hold the database to the same. */
import { model } from "../contract.ts";
import type { ColumnState, Limits, Problem } from "../contract.ts";
import { nameOrOptions } from "../options.ts";
import type { NameOptions } from "../options.ts";
import { selfColumn, sql } from "../sql.ts";
import type { Sql } from "../sql.ts";
import { checkMeta } from "./parts.ts";

type Amount = number | bigint | string;
type Options = string | NameOptions | undefined;

/** What of a column's state is new. */
type Changed = Partial<ColumnState>;

/** At least `min`. */
export function atLeast(state: ColumnState, min: Amount, options: Options): Changed {
  const problems: Problem[] = [];
  const condition = sql`${selfColumn} >= ${numberSql(min, state, problems)}`;
  return limited(state, { min }, condition, options, problems);
}

/** At most `max`. */
export function atMost(state: ColumnState, max: Amount, options: Options): Changed {
  const problems: Problem[] = [];
  const condition = sql`${selfColumn} <= ${numberSql(max, state, problems)}`;
  return limited(state, { max }, condition, options, problems);
}

/** From `min` to `max`, both included. */
export function within(state: ColumnState, min: Amount, max: Amount, options: Options): Changed {
  const problems: Problem[] = [];
  const low = numberSql(min, state, problems), high = numberSql(max, state, problems);
  return limited(state, { min, max }, sql`${selfColumn} >= ${low} AND ${selfColumn} <= ${high}`, options, problems);
}

/** Above zero. */
export function aboveZero(state: ColumnState, options: Options): Changed {
  return limited(state, { min: 0, above: true }, sql`${selfColumn} > 0`, options, []);
}

/** At least or at most so many characters or bytes. */
export function lengthLimit(
  state: ColumnState,
  key: "minLength" | "maxLength",
  length: number,
  options: Options,
): Changed {
  const problems: Problem[] = [];
  if (!Number.isSafeInteger(length) || length < 0) {
    problems.push({ code: "SQA-103", message: `${length} is no length`, place: state.place });
  }
  const sign = sql.raw(`${key === "minLength" ? ">=" : "<="} ${length}`);
  return limited(state, { [key]: length }, joinSql(lengthSql(state), sign), options, problems);
}

/** The column with another limit and the check that holds the database to it. */
function limited(
  state: ColumnState,
  limits: Limits,
  condition: Sql,
  options: Options,
  problems: Problem[],
): Changed {
  const check = checkMeta(condition, nameOrOptions(options), state.place, problems);
  return {
    limits: { ...state.limits, ...limits },
    checks: [...state.checks, check],
    problems: [...state.problems, ...problems],
  };
}

/** A limit as SQL. What is no number is a problem of the column. */
function numberSql(limit: Amount, state: ColumnState, problems: Problem[]): Sql {
  const text = String(limit);
  if (!/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    problems.push({ code: "SQA-103", message: `${text} is no limit of a number`, place: state.place });
    return sql.raw("0");
  }
  return sql.raw(text);
}

/** How many characters or bytes the column's value has. */
function lengthSql(state: ColumnState): Sql {
  const { type } = state.type;
  if (type === "bytes") {
    return sql.by({ sqlite: sql`length(${selfColumn})`, otherwise: sql`octet_length(${selfColumn})` });
  }
  if (type === "json" || type === "jsonb") {
    return sql.by({
      postgres: sql`length(${selfColumn}::text)`,
      mysql: sql`char_length(cast(${selfColumn} as char))`,
      mariadb: sql`char_length(${selfColumn})`,
      sqlite: sql`length(${selfColumn})`,
    });
  }
  return sql.by({
    postgres: sql`length(${selfColumn})`,
    sqlite: sql`length(${selfColumn})`,
    otherwise: sql`char_length(${selfColumn})`,
  });
}

/** Two texts with a space between them, also where the first differs by database. */
function joinSql(left: Sql, right: Sql): Sql {
  const { by } = left[model];
  if (!by) return sql`${left} ${right}`;
  const each = Object.entries(by).map(([database, meta]) => [database, sql`${{ [model]: meta }} ${right}`]);
  const rest = left[model].parts.length === 0
    ? {}
    : { otherwise: sql`${{ [model]: { ...left[model], by: null } }} ${right}` };
  return sql.by({ ...Object.fromEntries(each), ...rest });
}
