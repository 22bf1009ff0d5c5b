/**
 * Rights that a role lacks for statements that it is about to run: told before the first of them. Only what is certain: tables that are there
 * and belong to others, schemas that are there and take nothing of this role. What a statement does is read from its first words.
 */
import type { Connection, Lacking } from "../driver.ts";
import { is, significant, type Token } from "./lexer.ts";
import { quote, quotePath } from "./sql.ts";

type Name = readonly string[];

/** What one statement needs, of what was there before all of them. */
interface Needs {
  readonly right: Right;
  readonly name: Name;
}

/**
 * "own": the table's owner or a member of it. "drop": that, or the schema's owner. "CREATE": in a schema. "become": of a role, to make over to it
 * what the statements before have made. The others are rights on a table.
 */
type Right = "own" | "drop" | "CREATE" | "become" | "REFERENCES" | "TRIGGER";

/** Where a table name stands behind ON: what the statement needs of that table. */
const onTable: ReadonlyMap<string, Right> = new Map([
  ["index", "own"],
  ["policy", "own"],
  ["rule", "own"],
  ["trigger", "TRIGGER"],
]);
/** Objects that need CREATE in their schema (ddl-priv.html). */
const inSchema = new Set(["table", "view", "sequence", "type", "domain", "function", "procedure"]);
/** After these nothing is certain: another role, another path, others' objects gone by one word. */
const turns =
  /^\s*(set\s+((local|session)\s+)?("?search_path|role|session|authorization)|drop\s+(schema|owned)|reassign|do|call|select\s.*set_config)\b/is;
/** Who is a member of what is not known any more. */
const members = /^\s*(grant\b(?!.*\son\s)|revoke\b(?!.*\son\s)|alter\s+(role|user|group)\b)/is;
/** What is worth reading at all. */
const worth = /^\s*(create|alter|drop|comment)\b/i;
/** A longer one is rows or a routine's body. */
const longest = 100_000;

/** The rights that are missing, each with the GRANT that gives it; none for a superuser. */
export async function lacking(
  connection: Connection,
  statements: () => Promise<Iterable<string>>,
): Promise<readonly Lacking[]> {
  const [role] = await connection.query<{ name: string; super: boolean }>(
    "SELECT rolname::pg_catalog.text AS name, rolsuper AS super FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) current_user",
  );
  if (!role || role.super) return [];
  const asked: (Needs & { readonly statement: number })[] = [];
  const made = new Set<string>();
  let statement = -1, isMember = true;
  for (const sql of await statements()) {
    statement++;
    if (turns.test(sql)) break;
    if (members.test(sql)) isMember = false;
    if (sql.length <= longest && worth.test(sql)) {
      const needs = needsOf(sql, made).filter(({ right }) => isMember || right !== "become");
      asked.push(...needs.map((each) => ({ ...each, statement })));
    }
  }
  if (asked.length === 0) return [];
  const list = asked.map((
    { right, name },
  ) => [right, right === "CREATE" || right === "become" ? name[0] : quotePath(name)]);
  const rows = await connection.query<{ nth: number; owner: string | null }>(question, [
    JSON.stringify(list),
    connection.version >= 160000 ? "SET" : "MEMBER",
  ]);
  return rows.map(({ nth, owner }) => {
    const { statement, right, name } = asked[Number(nth) - 1]!, path = quotePath(name), to = quote(role.name);
    if (right === "own" || right === "drop") {
      return { statement, what: `${path} belongs to ${owner}`, grant: `ALTER TABLE ${path} OWNER TO ${to}` };
    }
    if (right === "become") {
      return { statement, what: `${role.name} is no member of ${path}`, grant: `GRANT ${path} TO ${to}` };
    }
    const on = right === "CREATE" ? `SCHEMA ${path}` : path;
    return { statement, what: `${role.name} has no ${right} on ${on}`, grant: `GRANT ${right} ON ${on} TO ${to}` };
  });
}

/** What is not there lacks nothing: all of it is null then. */
const question = `SELECT q.nth, o.rolname::pg_catalog.text AS owner
  FROM (SELECT e.nth, e.value OPERATOR(pg_catalog.->>) 0 AS kind, e.value OPERATOR(pg_catalog.->>) 1 AS name
          FROM pg_catalog.json_array_elements($1::pg_catalog.text::pg_catalog.json) WITH ORDINALITY AS e (value, nth)) AS q
  LEFT JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(
        CASE WHEN q.kind OPERATOR(pg_catalog.<>) ALL ('{CREATE,become}') THEN q.name END)
  LEFT JOIN pg_catalog.pg_namespace AS n ON CASE q.kind WHEN 'CREATE' THEN n.nspname::pg_catalog.text OPERATOR(pg_catalog.=) q.name
        ELSE n.oid OPERATOR(pg_catalog.=) c.relnamespace END
  LEFT JOIN pg_catalog.pg_roles AS b ON q.kind OPERATOR(pg_catalog.=) 'become' AND b.rolname::pg_catalog.text OPERATOR(pg_catalog.=) q.name
  LEFT JOIN pg_catalog.pg_roles AS o ON o.oid OPERATOR(pg_catalog.=) c.relowner
 WHERE CASE q.kind
         WHEN 'own' THEN NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')
         WHEN 'drop' THEN NOT (pg_catalog.pg_has_role(c.relowner, 'USAGE') OR pg_catalog.pg_has_role(n.nspowner, 'USAGE'))
         WHEN 'CREATE' THEN NOT pg_catalog.has_schema_privilege(n.oid, 'CREATE')
         WHEN 'become' THEN NOT pg_catalog.pg_has_role(b.oid, $2::pg_catalog.text)
         WHEN 'TRIGGER' THEN NOT pg_catalog.has_table_privilege(c.oid, 'TRIGGER')
         ELSE NOT pg_catalog.has_any_column_privilege(c.oid, 'REFERENCES')
       END
 ORDER BY q.nth`;

/** `made` has the names that statements before have made; what they are is theirs. */
function needsOf(sql: string, made: Set<string>): readonly Needs[] {
  const tokens = significant(sql);
  const at = (text: string, from = 0): number => tokens.findIndex((token, i) => i >= from && is(token, text));
  const verb = tokens[0]!.value;
  const old = (right: Right, name: Name | null): readonly Needs[] =>
    name && !made.has(name.join(".")) ? [{ right, name }] : [];
  const referenced = tokens.flatMap((token, i) =>
    is(token, "references") ? old("REFERENCES", nameAt(tokens, i + 1)) : []
  );
  if (verb === "create") {
    const head = tokens.slice(1, 5);
    const kind = head.find((token) => onTable.has(token.value) || inSchema.has(token.value))?.value;
    if (kind === undefined || head.some((token) => is(token, "temp") || is(token, "temporary"))) return [];
    const right = onTable.get(kind);
    if (right) return old(right, nameAt(tokens, afterOnly(tokens, at("on") + 1)));
    const from = at(kind) + 1, name = nameAt(tokens, from);
    if (!name || is(tokens[from], "if") || is(tokens[2], "replace")) return [];
    made.add(name.join("."));
    return [...referenced, { right: "CREATE", name: [name[0]!] }];
  }
  const owner = verb === "alter" ? newOwner(tokens, made) : null;
  if (owner) return [{ right: "become", name: [owner] }];
  const isComment = verb === "comment", from = isComment ? 3 : is(tokens[2], "if") ? 4 : 2;
  if (!is(tokens[from === 3 ? 2 : 1], "table")) return [];
  const name = nameAt(tokens, afterOnly(tokens, from));
  const to = verb === "alter" && at("rename") > 0 ? nameAt(tokens, at("to", at("rename")) + 1) : null;
  if (name && to) made.add([name[0]!, to.at(-1)!].join("."));
  return [...old(verb === "drop" ? "drop" : "own", name), ...referenced];
}

/** The role that gets what was made before. */
function newOwner(tokens: readonly Token[], made: ReadonlySet<string>): string | null {
  if (!is(tokens.at(-3), "owner") || !is(tokens.at(-2), "to") || !isName(tokens.at(-1))) return null;
  const kind = tokens.findIndex((token) => inSchema.has(token.value)), name = nameAt(tokens, kind + 1);
  return kind > 0 && name && made.has(name.join(".")) ? tokens.at(-1)!.value : null;
}

function afterOnly(tokens: readonly Token[], at: number): number {
  return is(tokens[at], "only") ? at + 1 : at;
}

/** `schema.name`, the schema being the one that files run in where none stands; null where there is no name. */
function nameAt(tokens: readonly Token[], at: number): Name | null {
  const [first, dot, second] = [tokens[at], tokens[at + 1], tokens[at + 2]];
  if (!isName(first)) return null;
  if (!is(dot, ".")) return ["public", first.value];
  return isName(second) ? [first.value, second.value] : null;
}

function isName(token: Token | undefined): token is Token {
  return token?.type === "word" || token?.type === "quoted";
}
