/**
 * What a role of Postgres may do on its whole server, as its options hold it: what CREATE ROLE gives by itself is left out. By the manual's
 * pages of CREATE ROLE and GRANT. Pure.
 */
import type { Json, Options, SchemaObject } from "../../schema/object.ts";
import type { Membership } from "../../schema/kinds/role.ts";
import { quoteText } from "./sql.ts";

export type Role = SchemaObject<"role">;

interface Flag {
  /** Its column in pg_roles. */
  readonly column: string;
  readonly word: string;
  readonly standard: boolean;
}

/** Attributes that a role has or has not. `NO` before the word takes one away. */
export const flags: Readonly<Record<string, Flag>> = {
  login: { column: "rolcanlogin", word: "LOGIN", standard: false },
  superuser: { column: "rolsuper", word: "SUPERUSER", standard: false },
  createdb: { column: "rolcreatedb", word: "CREATEDB", standard: false },
  createrole: { column: "rolcreaterole", word: "CREATEROLE", standard: false },
  inherit: { column: "rolinherit", word: "INHERIT", standard: true },
  replication: { column: "rolreplication", word: "REPLICATION", standard: false },
  bypassrls: { column: "rolbypassrls", word: "BYPASSRLS", standard: false },
};

/** Names of a role's options: what a model may set. Never a password. */
export const roleOptions: readonly string[] = [...Object.keys(flags), "connection_limit", "valid_until"];

export function hasFlag(role: { readonly options: Options }, flag: string): boolean {
  return (role.options[flag] ?? flags[flag]!.standard) as boolean;
}

export function limitOf({ options }: Role): number {
  return (options.connection_limit ?? -1) as number;
}

/** Until when its password holds; there is no way back to none but forever. */
export function untilOf({ options }: Role): string {
  return (options.valid_until ?? "infinity") as string;
}

/** One attribute as CREATE ROLE and ALTER ROLE write it. */
export function attribute(role: Role, option: string): string {
  const flag = flags[option];
  if (flag) return `${hasFlag(role, option) ? "" : "NO"}${flag.word}`;
  return option === "connection_limit"
    ? `CONNECTION LIMIT ${limitOf(role)}`
    : `VALID UNTIL ${quoteText(untilOf(role))}`;
}

/** The options as the reader finds them. */
export function normalOptions(options: Options): Options {
  const kept = Object.entries(options).flatMap(([name, value]): readonly (readonly [string, Json])[] => {
    if (name === "valid_until" && typeof value === "string") {
      const until = normalTime(value);
      return until === "infinity" ? [] : [[name, until]];
    }
    return value === (flags[name]?.standard ?? (name === "connection_limit" ? -1 : undefined)) ? [] : [[name, value]];
  });
  return Object.fromEntries(kept);
}

const time = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** A date, or a time with or without its offset (UTC then), as the server writes it in UTC; what is neither stays as it is. */
function normalTime(text: string): string {
  const [, date, minutes = "00:00", seconds = "00", fraction = "", offset = "Z"] = time.exec(text.trim()) ?? [];
  if (date === undefined) return text.trim().toLowerCase() === "infinity" ? "infinity" : text;
  const zone = /^z$/i.test(offset) ? "Z" : `${offset.slice(0, 3)}:${offset.replace(":", "").slice(3) || "00"}`;
  const moment = new Date(`${date}T${minutes}:${seconds}${zone}`);
  if (Number.isNaN(moment.getTime())) return text;
  const [day, rest] = moment.toISOString().split("T") as [string, string], digits = fraction.replace(/0+$/, "");
  return `${day} ${rest.slice(0, 8)}${digits === "" ? "" : `.${digits}`}+00`;
}

/** The memberships in order, without what GRANT gives by itself: the role's own INHERIT, and SET. */
export function normalMemberships(role: Pick<Role, "memberships" | "options">): readonly Membership[] {
  const inherits = hasFlag(role, "inherit");
  return role.memberships
    .map(({ role: of, admin, options }) => ({
      role: of,
      admin: admin ?? false,
      options: {
        ...((options?.inherit ?? inherits) === inherits ? {} : { inherit: !inherits }),
        ...(options?.set === false ? { set: false } : {}),
      },
    }))
    .filter((each) => !isMakers(each, inherits))
    .sort((a, b) => a.role < b.role ? -1 : a.role > b.role ? 1 : 0);
}

/** Is it what the server gives to who makes a role (16): the right to give it to others, and nothing else? Nobody has written that anywhere. */
export function isMakers({ admin, options }: Membership, inherits: boolean): boolean {
  return admin && options.set === false && !(options.inherit ?? inherits);
}

/** What a model says of a role and Postgres does not have, in words; null where there is no such thing. */
export function lackedByRole(role: Role): string | null {
  const { options, name } = role;
  if (/^pg_/.test(name[0]!)) return "role of anybody else whose name begins with pg_";
  for (const [option, value] of Object.entries(options)) {
    const isRight = option in flags
      ? typeof value === "boolean"
      : option === "connection_limit"
      ? Number.isInteger(value) && (value as number) >= -1
      : option !== "valid_until" || typeof value === "string" && (time.test(value.trim()) || /^infinity$/i.test(value));
    if (!isRight) return `${option} ${JSON.stringify(value)}`;
  }
  for (const each of role.memberships) {
    const membership = `membership ${JSON.stringify(each)}`;
    const known = typeof each.role === "string" && ["undefined", "boolean"].includes(typeof each.admin) &&
      Object.entries(each.options ?? {}).every(([key, value]) =>
        (key === "inherit" || key === "set") && typeof value === "boolean"
      );
    if (!known) return membership;
    const whole = { ...each, admin: each.admin ?? false, options: each.options ?? {} };
    if (isMakers(whole, hasFlag(role, "inherit"))) {
      return `${membership}, which the server gives by itself to who makes that role`;
    }
  }
  return null;
}
