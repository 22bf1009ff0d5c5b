/** What the server keeps as text: views, triggers, routines, events. Sequences stand with them. */
import { type Alter, alter, type Change, type Rename } from "../../../diff/change.ts";
import type { Statement } from "../../../diff/plan_types.ts";
import { assertNever } from "../../../schema/error.ts";
import { children, ofKind } from "../../../schema/graph.ts";
import { objectId } from "../../../schema/id.ts";
import type { Options, SchemaObject } from "../../../schema/object.ts";
import type { KindDialect, RenderContext } from "../../dialect.ts";
import { alterTable } from "../alter_table.ts";
import { currentTimestamp, replaceIdentifiers } from "../expression.ts";
import type { FamilyFacts } from "../facts.ts";
import { settingsOf, within } from "../session.ts";
import { quote, quoteList, quoteText } from "../sql.ts";
import { metadataLock, statement } from "../statement.ts";
import { normalOptions } from "../table_options.ts";
import { grantsFollow } from "./grant.ts";
import { normalRoutine, normalTrigger, triggerParts } from "../stored_text.ts";

type StoredKind = "view" | "trigger" | "function" | "event";

/** The options that say something. */
function said(options: Options): Options {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== null && value !== false && value !== ""),
  );
}

export function viewKind(facts: FamilyFacts): KindDialect<"view"> {
  return {
    normalize(object) {
      const { algorithm, security, check, ...rest } = said(object.options);
      const low = (value: unknown) => value === undefined ? undefined : String(value).toLowerCase();
      const options = said({
        ...rest,
        algorithm: low(algorithm) === "undefined" ? null : low(algorithm) ?? null,
        security: low(security) === "definer" ? null : low(security) ?? null,
        check: low(check) === "none" ? null : low(check) ?? null,
      });
      return { ...object, comment: null, definition: trimmed(object.definition), options };
    },
    alters: () => "in place",
    renames: false,
    // No text follows a rename: the view fails until it is made again.
    keepsText: () => true,
    // A view stays when what it reads goes; it fails until that is back.
    survives: () => true,
    render(change) {
      const because = change as Change;
      switch (change.op) {
        case "create":
          return within(because, settingsOf(change.to.options), [statement(because, viewText(change.to, ""))]);
        case "alter":
          return within(because, settingsOf(change.to.options), [
            statement(because, viewText(change.to, "OR REPLACE ")),
          ]);
        case "drop":
          return [statement(because, `DROP VIEW ${quote(change.from.name.at(-1)!)}`)];
        case "rename":
          return [
            statement(because, `RENAME TABLE ${quote(change.from.name.at(-1)!)} TO ${quote(change.to.name.at(-1)!)}`, {
              locks: metadataLock(change.to.id),
            }),
            ...grantsFollow(change as Rename, facts),
          ];
        default:
          return assertNever(change, "change");
      }
    },
  };
}

function trimmed<T extends { readonly sql: string }>(expression: T): T {
  return { ...expression, sql: expression.sql.trim().replace(/;$/, "").trim() };
}

function viewText(object: SchemaObject<"view">, replace: string): string {
  const { algorithm, security, check } = object.options;
  return [
    `CREATE ${replace}`,
    algorithm ? `ALGORITHM = ${String(algorithm).toUpperCase()} ` : "",
    definer(object.options),
    security ? `SQL SECURITY ${String(security).toUpperCase()} ` : "",
    `VIEW ${quote(object.name.at(-1)!)}`,
    object.columns?.length ? ` (${quoteList(object.columns)})` : "",
    ` AS\n${object.definition.sql}`,
    check ? `\nWITH ${String(check).toUpperCase()} CHECK OPTION` : "",
  ].join("");
}

/** DEFINER as a clause: "name@host", the host behind the last @. */
function definer(options: Options): string {
  if (typeof options.definer !== "string") return "";
  const at = options.definer.lastIndexOf("@");
  if (at < 0) return `DEFINER = ${quote(options.definer)} `;
  return `DEFINER = ${quote(options.definer.slice(0, at))}@${quote(options.definer.slice(at + 1))} `;
}

export const trigger: KindDialect<"trigger"> = {
  normalize: (object) => {
    const { definition, follows } = normalTrigger(object.definition, object.name.at(-1)!);
    return { ...object, comment: null, definition, options: said({ follows, ...object.options }) };
  },
  keepsText: () => true,
  ...madeAgain<"trigger">("TRIGGER", (object) => {
    const { head, body } = triggerParts(object.definition.sql);
    const follows = object.options.follows ? `FOLLOWS ${quote(String(object.options.follows))} ` : "";
    return `CREATE ${definer(object.options)}${head.slice("CREATE ".length)} ${follows}${body}`;
  }),
};

export const routine: KindDialect<"function"> = {
  // Arguments and result are part of the text; the server has one routine of a name.
  normalize: (object) => ({
    ...object,
    comment: null,
    definition: normalRoutine(object.definition),
    returns: null,
    arguments: "",
    options: said(object.options),
  }),
  keepsText: () => true,
  ...madeAgain<"function">(
    (object) => object.routine.toUpperCase(),
    (object) => object.definition.sql.replace(/^CREATE /, () => `CREATE ${definer(object.options)}`),
  ),
};

export const event: KindDialect<"event"> = {
  normalize: (object) => ({
    ...object,
    comment: object.comment || null,
    definition: trimmed(object.definition),
    options: said({ ...object.options, schedule: normalSchedule(String(object.options.schedule ?? "")) }),
  }),
  keepsText: () => true,
  ...madeAgain<"event">("EVENT", (object) =>
    [
      `CREATE ${definer(object.options)}EVENT ${quote(object.name.at(-1)!)}`,
      `ON SCHEDULE ${object.options.schedule}`,
      // NOT PRESERVE is what it does anyhow, and MySQL does not understand it with HIGH_NOT_PRECEDENCE (9.7.4).
      ...(object.options.preserve ? ["ON COMPLETION PRESERVE"] : []),
      String(object.options.status ?? "ENABLE"),
      ...(object.comment ? [`COMMENT ${quoteText(object.comment)}`] : []),
      `DO ${object.definition.sql}`,
    ].join("\n")),
};

function normalSchedule(text: string): string {
  const words = text.trim().replace(/\s+/g, " ");
  return words.replace(/^(at|every)\b/i, (word) => word.toUpperCase())
    .replace(/current_timestamp(\(\d*\))?|now\(\d*\)/i, (word) => currentTimestamp(word) ?? word);
}

/** Dropped and made again: the servers share no statement that replaces one of these as a whole. */
function madeAgain<K extends StoredKind>(
  what: string | ((object: SchemaObject<K>) => string),
  text: (object: SchemaObject<K>) => string,
): Pick<KindDialect<K>, "alters" | "renames" | "render"> {
  const word = (object: SchemaObject<K>) => typeof what === "string" ? what : what(object);
  return {
    alters: () => "recreate",
    renames: false,
    render(given) {
      const change = given as unknown as { op: Change["op"]; from: SchemaObject<K>; to: SchemaObject<K> };
      const because = given as unknown as Change;
      const drop = () =>
        statement(because, `DROP ${word(change.from)} ${quote((change.from as SchemaObject).name[0]!)}`);
      const make = () =>
        within(because, settingsOf((change.to as unknown as { options: Options }).options), [
          statement(because, text(change.to)),
        ]);
      if (change.op === "create") return make();
      if (change.op === "drop") return [drop()];
      return [drop(), ...make()];
    },
  };
}

export function sequenceKind(facts: FamilyFacts): KindDialect<"sequence"> {
  return {
    normalize: (object) => ({
      ...object,
      comment: object.comment || null,
      dataType: "bigint",
      ownedBy: null,
      options: normalOptions(object.options),
    }),
    alters: () => "in place",
    renames: true,
    render(change, context) {
      const because = change as Change;
      switch (change.op) {
        case "create":
          return [
            statement(
              because,
              [
                `CREATE SEQUENCE ${quote(change.to.name.at(-1)!)} ${sequenceText(change.to)}`,
                ...(change.to.options.engine ? [`ENGINE=${change.to.options.engine}`] : []),
                ...(change.to.comment ? [`COMMENT=${quoteText(change.to.comment)}`] : []),
              ].join(" "),
            ),
          ];
        case "alter":
          return alterSequence(change);
        case "drop":
          return [
            statement(because, `DROP SEQUENCE ${quote(change.from.name.at(-1)!)}`, { loses: [change.from.id] }),
          ];
        case "rename":
          return [
            statement(because, `RENAME TABLE ${quote(change.from.name.at(-1)!)} TO ${quote(change.to.name.at(-1)!)}`),
            ...defaultsFollow(change, context, facts),
            ...grantsFollow(change as Rename, facts),
          ];
        default:
          return assertNever(change, "change");
      }
    },
  };
}

/**
 * A default goes on asking for the sequence of the old name, and without it nothing else of its table can change (MariaDB 10.11.19, error
 * 1146): it is said again at once. Names are those of this moment, for `context.from` has all the new ones.
 */
function defaultsFollow(
  change: Rename<"sequence">,
  context: RenderContext,
  facts: FamilyFacts,
): readonly Statement[] {
  const { renames = [] } = context;
  const at = renames.findIndex(({ to }) => to.id === change.to.id);
  const later = new Map(renames.slice(at + 1).map(({ from, to }) => [to.id, from]));
  const named = <T extends SchemaObject>(object: T): T => {
    const old = later.get(object.id);
    return old ? { ...object, name: [...object.name.slice(0, -1), old.name.at(-1)!] } : object;
  };
  const text = (sql: string) =>
    replaceIdentifiers(sql, (name) => later.get(objectId("sequence", [name]))?.name.at(-1) ?? null);
  const here = { ...context, to: context.from };
  return ofKind(context.from, "table").flatMap((table) => {
    const parts = children(context.from, table.id, "column").flatMap((column) => {
      if (!column.default || !column.refs.includes(change.to.id)) return [];
      const now = named({ ...column, default: { ...column.default, sql: text(column.default.sql) } });
      return [alter(now, now, ["default"])];
    });
    if (parts.length === 0) return [];
    const own = named(table);
    return alterTable(alter(own, own, [], parts) as unknown as Alter<"table">, here, facts);
  });
}

/** What it counts is the sequence's, what it is kept in the table's. */
function alterSequence(change: Alter<"sequence">): readonly Statement[] {
  const { from, to } = change, name = quote(to.name.at(-1)!);
  const kept = [
    ...(from.options.engine !== to.options.engine ? [`ENGINE=${to.options.engine ?? "InnoDB"}`] : []),
    ...(from.comment !== to.comment ? [`COMMENT=${quoteText(to.comment ?? "")}`] : []),
  ];
  const counts = sequenceText(from) !== sequenceText(to);
  return [
    ...(kept.length ? [statement(change as Change, `ALTER TABLE ${name} ${kept.join(", ")}`)] : []),
    ...(counts ? [statement(change as Change, `ALTER SEQUENCE ${name} ${sequenceText(to)}`)] : []),
  ];
}

function sequenceText(object: SchemaObject<"sequence">): string {
  return [
    `START WITH ${object.start}`,
    `MINVALUE ${object.min}`,
    `MAXVALUE ${object.max}`,
    `INCREMENT BY ${object.increment}`,
    object.cache === "0" ? "NOCACHE" : `CACHE ${object.cache}`,
    object.cycle ? "CYCLE" : "NOCYCLE",
  ].join(" ");
}
