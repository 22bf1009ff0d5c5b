/**
 * docs/postgres_objects.md against the server's own lists: no catalog and no kind of object that it does not speak of, and no object of a
 * database that sqa neither reads, nor takes for a part of one that it reads, nor reports, nor leaves alone for a stated reason.
 */
import { deepEqual, equal } from "node:assert/strict";
import { postgresUrls, withDatabase } from "../../tests/support/scratch.ts";
import type { Connection } from "../driver.ts";
import { connect } from "./connection.ts";
import { readers } from "./kinds/mod.ts";
import { postgres } from "./mod.ts";
import { applySettings, readSettings } from "./read.ts";
import { oneOfEach } from "./testing/one_of_each.ts";

type Verdict = "modelled" | "part" | "reported" | "left alone";

/** The rows of the two tables: what stands in backquotes first, then the verdict. */
const documented = tablesOf(await Deno.readTextFile(new URL("../../docs/postgres_objects.md", import.meta.url)));

function tablesOf(text: string): readonly ReadonlyMap<string, Verdict>[] {
  return text.split("\n## ").slice(1, 3).map((section) =>
    new Map(
      [...section.matchAll(/^\| `([^`]+)`\s*\|\s*([a-z ]+?)\s*\|/gm)].map((
        [, name, verdict],
      ) => [name!, verdict as Verdict]),
    )
  );
}

const [catalogs, types] = documented as [ReadonlyMap<string, Verdict>, ReadonlyMap<string, Verdict>];

Deno.test("the tables have a verdict in each row", () => {
  const verdicts: readonly string[] = ["modelled", "part", "reported", "left alone"];
  for (const table of documented) deepEqual([...table].filter(([, verdict]) => !verdicts.includes(verdict)), []);
});

for (const [i, server] of postgresUrls.entries()) {
  Deno.test(`Postgres ${i + 1}: each catalog is in the table, and each row of it is a catalog`, async () => {
    await using connection = await connect(server);
    const rows = await connection.query<{ name: string }>(
      `SELECT relname::text AS name FROM pg_catalog.pg_class
       WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND relname ~ '^pg_' ORDER BY relname COLLATE "C"`,
    );
    deepEqual(rows.map(({ name }) => name), [...catalogs.keys()].sort());
  });

  Deno.test(`Postgres ${i + 1}: one object of each kind, none of them unseen`, () =>
    withDatabase(server, async (url) => {
      await using connection = await connect(url);
      const subscription = `sqa_test_${crypto.randomUUID().slice(0, 8)}`;
      try {
        for (const sql of oneOfEach(connection.version, subscription)) await connection.execute(sql);
        await nothingUnseen(connection);
      } finally {
        await connection.execute(`DROP SUBSCRIPTION IF EXISTS ${subscription}`);
      }
    }));
}

interface Row extends Record<string, unknown> {
  readonly catalog: string;
  readonly oid: number;
  readonly type: string;
  readonly identity: string;
}

async function nothingUnseen(connection: Connection): Promise<void> {
  const read = await connection.transaction((tx) => postgres.read(tx, { schemas: null }), { readOnly: true });
  const { notes } = read();
  const said = notes.map(({ message }) => message);
  const all = await objectsOf(connection), seen = new Set(await addressesRead(connection));
  for (const { catalog, oid, identity } of all) {
    if (said.some((note) => note.includes(` ${identity} is not read yet`))) seen.add(`${catalog}:${oid}`);
  }
  const owners = await partsOf(connection);
  const isSeen = (address: string, path: readonly string[] = []): boolean =>
    seen.has(address) || !path.includes(address) &&
      (owners.get(address) ?? []).some((owner) => isSeen(owner, [...path, address]));

  const none = (list: readonly string[], what: string) => equal(list.join("\n"), "", `${what}: ${list.join("\n")}`);
  none([...new Set(all.map(({ type }) => type))].filter((type) => !types.has(type)), "types not in the table");
  const unseen = all.filter(({ catalog, oid, type }) =>
    !isSeen(`${catalog}:${oid}`) && types.get(type) !== "left alone"
  );
  none(unseen.map(({ type, identity }) => `${type} ${identity}`), `unseen (the notes: ${said.join("; ")})`);
  for (const name of ["app.shell", "app.base", "app.>>"]) {
    equal(said.filter((note) => note.includes(name)).length > 0, true, `${name} is reported: ${said.join("\n")}`);
  }
  const made = new Set(all.map(({ type }) => type));
  const elsewhere = ["composite type column", "foreign table column", "index column", "materialized view column"];
  const also = ["table column", "toast table column", "view column", "default value", "domain constraint"];
  const cluster = ["database", "role", "role membership", "tablespace", "parameter ACL"];
  const missing = [...types.keys()].filter((type) =>
    !made.has(type) && ![...elsewhere, ...also, ...cluster].includes(type)
  );
  none(missing, "no object of these types was made");
}

/** Every object of the database that has an oid of its own and came after initdb (16384: FirstNormalObjectId). */
async function objectsOf(connection: Connection): Promise<readonly Row[]> {
  const withOid = await connection.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND a.attname = 'oid' AND NOT c.relisshared
       AND c.relname NOT IN ('pg_enum', 'pg_largeobject_metadata')`,
  );
  const sql = [...withOid.map(({ name }) => name), "pg_subscription"].map((name) =>
    `SELECT '${name}' AS catalog, o.oid, i.type, i.identity FROM pg_catalog.${name} AS o,
       LATERAL pg_catalog.pg_identify_object('pg_catalog.${name}'::regclass, o.oid, 0) AS i WHERE o.oid >= 16384${
      name === "pg_subscription"
        ? " AND o.subdbid = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())"
        : ""
    }`
  );
  const large = `SELECT 'pg_largeobject', oid, 'large object', oid::text FROM pg_catalog.pg_largeobject_metadata`;
  return await connection.query<Row>([...sql, large].join("\nUNION ALL\n"));
}

/** The addresses that the readers found. */
async function addressesRead(connection: Connection): Promise<ReadonlySet<string>> {
  return await connection.transaction(async (tx) => {
    await tx.query(applySettings(readSettings));
    const found = new Set<string>();
    for (const reader of readers) {
      const rows = await tx.query(reader.sql(tx.version).replaceAll("$1", () => "NULL"));
      for (const each of rows.flatMap((row) => reader.found(row))) {
        for (const address of [each.address, ...each.aliases ?? []]) {
          const [catalog, oid, part] = address.split(":");
          // A column is found by its table.
          if (part === "0") found.add(`${catalog}:${oid}`);
        }
      }
    }
    return found;
  });
}

/** What belongs to what, as the server keeps it: i and P, S for parts, e for members of extensions, a for what goes with a column. */
async function partsOf(connection: Connection): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await connection.query<{ part: string; owner: string }>(
    `SELECT d.classid::regclass::text || ':' || d.objid AS part, d.refclassid::regclass::text || ':' || d.refobjid AS owner
     FROM pg_catalog.pg_depend AS d
     WHERE d.deptype IN ('i', 'P', 'S', 'e')
       OR d.deptype = 'a' AND d.classid IN ('pg_attrdef'::regclass, 'pg_amop'::regclass, 'pg_amproc'::regclass)
       OR d.deptype = 'a' AND d.classid = 'pg_class'::regclass AND EXISTS ( -- the index of a TOAST table
         SELECT FROM pg_catalog.pg_class AS c WHERE c.oid = d.objid AND c.relnamespace = 'pg_toast'::regnamespace)
       -- A NOT NULL belongs to its column or domain (17, 18).
       OR d.classid = 'pg_constraint'::regclass AND EXISTS (
         SELECT FROM pg_catalog.pg_constraint AS k WHERE k.oid = d.objid AND k.contype = 'n')
     UNION ALL SELECT d.refclassid::regclass::text || ':' || d.refobjid, d.classid::regclass::text || ':' || d.objid
     FROM pg_catalog.pg_depend AS d -- a base type's functions
     WHERE d.classid = 'pg_type'::regclass AND d.refclassid = 'pg_proc'::regclass AND d.deptype = 'n'`,
  );
  const found = new Map<string, string[]>();
  for (const { part, owner } of rows) found.set(part, [...found.get(part) ?? [], owner]);
  return found;
}
