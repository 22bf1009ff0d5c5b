/** Owners on real servers: brought back with what is made anew, compared where that is asked for. Roles are the server's, so each test has its own. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { withKept } from "../../diff/kept.ts";
import { makePlan } from "../../diff/plan.ts";
import { introspect } from "../../introspect/introspect.ts";
import { differencesBetween } from "../../migrate/verify.ts";
import { parseSnapshot, snapshotText } from "../../schema/snapshot.ts";
import { makeGraph, ofKind, type SchemaGraph } from "../../schema/graph.ts";
import { comparable, fingerprint } from "../../schema/hash.ts";
import type { Kind, SchemaObject } from "../../schema/object.ts";
import { postgresUrls } from "../../tests/support/scratch.ts";
import type { Connection } from "../driver.ts";
import { postgresDriver } from "./driver.ts";
import { postgresDialect } from "./set_up.ts";
import { type Owners, withOwners } from "../../tests/support/postgres_owners.ts";
import { oneOfEach } from "./testing/one_of_each.ts";
import { quote } from "./sql.ts";

const standard = postgresDialect({ roles: [], owners: false }), compared = postgresDialect({ roles: [], owners: true });

const read = (one: Connection, dialect = compared) => introspect(one, dialect);

function planned(one: Connection, from: SchemaGraph, to: SchemaGraph, dialect = compared, mode?: "all" | "modelled") {
  const scope = mode ? { scope: { mode, managed: new Set<never>(), drops: new Set<never>() } } : {};
  return makePlan({ from, to, dialect, options: { columnOrder: "lax", version: one.version, ...scope } });
}

async function run(one: Connection, statements: readonly { readonly sql: string }[]): Promise<void> {
  for (const { sql } of statements) {
    await one.execute(sql).catch((error) => {
      throw new Error(`${sql}\n${error instanceof Error ? error.message : error}`);
    });
  }
}

const script = (one: Connection, sql: string) => run(one, compared.split(sql));

/** What one of them has and the other has not. */
const unlike = (left: SchemaGraph, right: SchemaGraph) => {
  const [one, other] = [said(left), said(right)];
  return [one.filter((each) => !other.includes(each)), other.filter((each) => !one.includes(each))];
};

/** All that is compared, owners too. */
const said = (graph: SchemaGraph) => [...graph.objects.values()].map((object) => JSON.stringify(comparable(object)));

const withObjects = (graph: SchemaGraph, map: (object: SchemaObject) => SchemaObject | null) =>
  makeGraph(graph.dialect, [...graph.objects.values()].flatMap((object) => map(object) ?? []), graph.notes);

const widened = (graph: SchemaGraph, column: string) =>
  withObjects(graph, (object) => {
    if (object.kind !== "column" || object.name.at(-1) !== column) return object;
    return { ...object, type: compared.parseType("bigint") } as SchemaObject;
  });

const owners = (graph: SchemaGraph) => ofKind(graph, "owner").map(({ name, role }) => `${name.join(".")} ${role}`);

/** There and back; both times the database is what the plan was made for. */
async function bothWays(one: Connection, to: SchemaGraph, dialect = compared): Promise<readonly string[]> {
  const before = await read(one), { plan, target } = planned(one, await read(one, dialect), to, dialect);
  await run(one, plan.up);
  deepEqual(await differencesBetween(null, { ...postgresDriver, dialect }, await read(one, dialect), target, null), []);
  const after = await read(one);
  deepEqual(planned(one, await read(one, dialect), to, dialect).plan.up.map(({ sql }) => sql), [], "up converges");
  await run(one, plan.down);
  deepEqual(unlike(await read(one), before), [[], []], "down leads back");
  await run(one, plan.up);
  deepEqual(unlike(await read(one), after), [[], []], "up leads to the same the second time");
  return plan.up.map(({ sql }) => sql);
}

for (const [i, server] of (postgresUrls.length ? postgresUrls : [""]).entries()) {
  const on = (name: string, test: (place: Owners) => Promise<void>) =>
    Deno.test({ name: `Postgres ${i + 1}: ${name}`, ignore: server === "", fn: () => withOwners(server, test) });

  const hidden = (a: string, b: string) => `
    CREATE TABLE t (id int PRIMARY KEY, n int);
    CREATE VIEW v AS SELECT n FROM t;
    COMMENT ON VIEW v IS 'looks at t';
    CREATE MATERIALIZED VIEW m AS SELECT n, id FROM t;
    CREATE UNIQUE INDEX ON m (id);
    CREATE FUNCTION f() RETURNS bigint LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT count(*) FROM t WHERE n > 0; END;
    CREATE VIEW mine AS SELECT n FROM v;
    ALTER VIEW v OWNER TO ${quote(a)};
    ALTER MATERIALIZED VIEW m OWNER TO ${quote(b)};
    ALTER FUNCTION f() OWNER TO ${quote(a)};
    GRANT SELECT ON v TO ${quote(b)} WITH GRANT OPTION;
    REVOKE INSERT, DELETE ON v FROM ${quote(a)};
    REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION f() TO ${quote(b)};
    GRANT SELECT ON m TO PUBLIC`;

  on(
    "what a column's change makes anew belongs to whom it belonged, though nobody asked for owners",
    async ({ one, a, b }) => {
      await script(one, hidden(a, b));
      const before = await read(one), from = await read(one, standard);
      deepEqual(owners(from), [`public.f().function ${a}`, `public.m.materialized_view ${b}`, `public.v.view ${a}`]);
      const statements = await bothWays(one, widened(from, "n"), standard);
      deepEqual(owners(await read(one)), owners(before));
      const place = (start: string) => statements.findIndex((sql) => sql.startsWith(start));
      ok(place("CREATE VIEW public.v") < place("ALTER VIEW public.v OWNER"));
      ok(place("ALTER VIEW public.v OWNER") < place("GRANT SELECT ON TABLE public.v"));
      equal(statements.some((sql) => sql.startsWith("ALTER VIEW public.mine OWNER")), false);
    },
  );

  on(
    "a materialized view is filled when what it reads belongs to whom it shall, who may read it by then",
    async ({ one, a, b }) => {
      await script(
        one,
        `ALTER ROLE ${quote(b)} NOSUPERUSER; ALTER ROLE ${quote(a)} NOSUPERUSER;
      CREATE TABLE t (id int, n int);
      CREATE SCHEMA zz;
      CREATE VIEW one AS SELECT n FROM t;
      CREATE VIEW zz.two AS SELECT n FROM one;
      CREATE VIEW zz.three AS SELECT n FROM zz.two;
      CREATE FUNCTION zz.f() RETURNS bigint LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT sum(n) FROM zz.three; END;
      CREATE MATERIALIZED VIEW zz.m AS SELECT n, zz.f() AS f FROM zz.three;
      GRANT SELECT ON t TO ${quote(a)};
      ALTER VIEW one OWNER TO ${quote(a)};
      ALTER VIEW zz.two OWNER TO ${quote(b)};
      ALTER VIEW zz.three OWNER TO ${quote(a)};
      ALTER FUNCTION zz.f() OWNER TO ${quote(b)};
      GRANT SELECT ON one TO ${quote(b)};
      GRANT SELECT ON zz.two TO ${quote(a)};
      GRANT SELECT ON zz.three TO ${quote(b)};
      GRANT USAGE ON SCHEMA zz TO ${quote(a)}, ${quote(b)};
      INSERT INTO t VALUES (1, 2);
      REFRESH MATERIALIZED VIEW zz.m`,
      );
      const up = await bothWays(one, widened(await read(one, standard), "n"), standard);
      await one.execute("REFRESH MATERIALIZED VIEW zz.m");
      const last = up.findLastIndex((sql) => / OWNER TO |^GRANT /.test(sql));
      ok(up.findIndex((sql) => sql.startsWith("CREATE MATERIALIZED VIEW")) > last);
    },
  );

  on("the plan of a file is made again with what the database said of owners then", async ({ one, a, b }) => {
    await script(one, hidden(a, b));
    const live = await read(one, standard), { plan, target } = planned(one, live, widened(live, "n"), standard);
    const after = parseSnapshot(snapshotText(target));
    // The file before this one has seen none of it.
    const before = withObjects(live, (object) => object.kind === "owner" ? null : object);
    const again = planned(one, withKept(after, before, { news: "made" }), after, standard).plan;
    deepEqual(again.up.map(({ sql }) => sql), plan.up.map(({ sql }) => sql));
    const unknown = planned(one, before, after, standard).plan;
    equal(unknown.up.some(({ sql }) => sql.includes(" OWNER TO ")), false);
  });

  on(
    "what is made of a type that is made anew keeps whom it belongs to and what was granted on it",
    async ({ one, a, b }) => {
      await script(
        one,
        `CREATE TYPE e AS ENUM ('a', 'b', 'c');
      CREATE DOMAIN d AS e;
      CREATE TYPE c AS (x d);
      CREATE TABLE t (d d, c c);
      ALTER TYPE e OWNER TO ${quote(a)};
      ALTER DOMAIN d OWNER TO ${quote(a)};
      ALTER TYPE c OWNER TO ${quote(b)};
      GRANT USAGE ON DOMAIN d TO ${quote(b)};
      REVOKE USAGE ON TYPE c FROM PUBLIC`,
      );
      const fewer = (graph: SchemaGraph) =>
        withObjects(
          graph,
          (object) => object.kind === "enum" ? { ...object, values: ["b", "a"] } as SchemaObject : object,
        );
      const wanted = fewer(await read(one));
      await bothWays(one, fewer(await read(one, standard)), standard);
      deepEqual(unlike(await read(one), wanted), [[], []]);
    },
  );

  on("owners that nobody compares are in no fingerprint, no difference and no new object", async ({ one, a, b }) => {
    await script(one, hidden(a, b));
    const theirs = await read(one, standard);
    const bare = withObjects(theirs, (object) => object.kind === "owner" ? null : object);
    equal(fingerprint(theirs), fingerprint(bare));
    for (const [from, to] of [[theirs, bare], [bare, theirs]] as const) {
      deepEqual(planned(one, from, to, standard).plan.up, []);
      deepEqual(await differencesBetween(null, postgresDriver, from, to, new Set([...from.objects.keys()])), []);
    }
    const empty = makeGraph("postgres", standard.initial);
    deepEqual(planned(one, empty, theirs, standard).plan.up.filter(({ sql }) => sql.includes("OWNER")), []);
    const drop = planned(
      one,
      theirs,
      withObjects(
        theirs,
        (object) => [object.id, object.parent].includes("materialized_view:public.m") ? null : object,
      ),
      standard,
    );
    deepEqual(drop.plan.up.map(({ sql }) => sql), ["DROP MATERIALIZED VIEW public.m"]);
    ok(drop.plan.down.some(({ sql }) => sql === `ALTER MATERIALIZED VIEW public.m OWNER TO ${quote(b)}`));
    const text = snapshotText(theirs);
    equal(snapshotText(parseSnapshot(text)), text);
    equal(
      planned(one, parseSnapshot(text), widened(bare, "n"), standard).plan.up.filter(({ sql }) => sql.includes("OWNER"))
        .length,
      3,
    );
  });

  on("each kind's owner is changed, there and back, and nothing is found afterwards", async ({ one, a, b }) => {
    const subscription = `sqa_test_${crypto.randomUUID().slice(0, 8)}`;
    try {
      for (const sql of oneOfEach(one.version, quote(subscription))) await one.execute(sql);
      const from = await read(one), kinds = new Set(ofKind(from, "owner").map(({ name }) => name.at(-1)));
      deepEqual([...kinds].sort(), [...kindsWithOwners].sort());
      const to = (role: string) =>
        withObjects(from, (object) => {
          const { kept: _kept, ...owner } = object as SchemaObject<"owner">;
          return object.kind === "owner" ? { ...owner, role } as SchemaObject : object;
        });
      const statements = await bothWays(one, to(a));
      equal(statements.length, ofKind(from, "owner").length);
      await bothWays(one, to(b));
    } finally {
      await one.execute(`DROP SUBSCRIPTION IF EXISTS ${quote(subscription)}`);
    }
  });

  on("whom the runner cannot make something over to is told before anything is run", async ({ url, one, a, b }) => {
    const runner = `sqa_o${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`, theirs = new URL(url);
    await one.execute(`CREATE ROLE ${runner} LOGIN`);
    try {
      await script(one, `GRANT CREATE ON SCHEMA public TO ${runner}; CREATE VIEW was AS SELECT 1 AS a`);
      theirs.username = runner;
      await using connection = await postgresDriver.connect(theirs.href);
      const lacks = async (...statements: string[]) =>
        (await postgresDriver.lacking!(connection, () => Promise.resolve(statements))).map((
          { what, grant },
        ) => [what, grant]);
      const made = "CREATE VIEW public.v AS SELECT 1 AS a", over = `ALTER VIEW public.v OWNER TO ${quote(b)}`;
      const missing = [`${runner} is no member of ${quote(b)}`, `GRANT ${quote(b)} TO ${runner}`];
      deepEqual(await lacks(made, over), [missing]);
      deepEqual(await lacks(made, `GRANT SELECT ON v TO ${quote(a)}`, over), [missing]);
      // It may be theirs already, a role that is not there may come yet, and who is whose member may change.
      deepEqual(await lacks(over, made, "ALTER VIEW v OWNER TO nobody_of_that_name"), []);
      deepEqual(await lacks(made, `GRANT ${quote(b)} TO ${runner}`, over), []);
      deepEqual(await lacks(made, `ALTER VIEW v OWNER TO ${runner}`, "ALTER VIEW v OWNER TO CURRENT_USER"), []);
      await one.execute(`GRANT ${quote(b)} TO ${runner}`);
      deepEqual(await lacks(made, over), []);
    } finally {
      await one.execute(`DROP OWNED BY ${runner}`);
      await one.execute(`DROP ROLE ${runner}`);
    }
  });

  on("an owner that no model names is left alone in every scope, without a word", async ({ one, a, b }) => {
    await script(one, hidden(a, b));
    const bare = withObjects(await read(one, standard), (object) => object.kind === "owner" ? null : object);
    for (const mode of ["all", "modelled"] as const) {
      const { plan } = planned(one, await read(one), bare, compared, mode);
      deepEqual([plan.up.map(({ sql }) => sql), plan.down, plan.notes, plan.questions], [[], [], [], []]);
    }
    const before = owners(await read(one)),
      { plan } = planned(one, await read(one), widened(bare, "n"), compared, "all");
    await run(one, plan.up);
    deepEqual(owners(await read(one)), before);
    deepEqual(plan.up.filter(({ sql }) => sql.includes(" OWNER TO ")).length, 4);
  });

  on("a new owner takes nothing along and leaves nothing behind of what shall be granted", async ({ one, a, b }) => {
    const tables = ["plain", "narrow", "theirs", "shared"];
    await script(
      one,
      tables.map((name) => `CREATE TABLE ${name} (id int GENERATED ALWAYS AS IDENTITY, n int, s serial)`).join(";") + `;
      ALTER TABLE narrow OWNER TO ${quote(a)};
      REVOKE DELETE, TRUNCATE ON narrow FROM ${quote(a)};
      GRANT SELECT, UPDATE (n) ON theirs TO ${quote(b)} WITH GRANT OPTION;
      GRANT SELECT ON theirs TO ${quote(a)};
      GRANT USAGE ON SEQUENCE theirs_id_seq TO ${quote(a)};
      GRANT USAGE ON SEQUENCE theirs_s_seq TO ${quote(b)};
      ALTER TABLE shared OWNER TO ${quote(b)};
      REVOKE ALL ON shared FROM ${quote(b)};
      GRANT ALL ON shared TO PUBLIC, ${quote(a)};
      REVOKE UPDATE ON SEQUENCE shared_s_seq FROM ${quote(b)}`,
    );
    const start = await read(one), roles = [a, b, "postgres"];
    // What one role makes of it, another's database may be: privileges relative to any owner.
    const states: SchemaGraph[] = [start];
    for (const role of roles) {
      for (const name of tables) {
        await one.execute(`ALTER TABLE ${name} OWNER TO ${quote(role)}`);
        if (role !== a) await one.execute(`GRANT SELECT (n) ON ${name} TO ${quote(a)}`);
        await one.execute(`REVOKE INSERT ON ${name} FROM ${quote(role)}`);
        states.push(await read(one));
      }
    }
    for (const [i, to] of states.entries()) {
      const { plan } = planned(one, await read(one), to);
      await run(one, plan.up);
      deepEqual(unlike(await read(one), to), [[], []]);
      const other = states[(i * 7 + 3) % states.length]!;
      const there = planned(one, to, other).plan;
      await run(one, there.up);
      deepEqual(unlike(await read(one), other), [[], []], `from ${i} to another`);
      await run(one, there.down);
      deepEqual(unlike(await read(one), to), [[], []], `back to ${i}`);
    }
  });

  on(
    "a snapshot keeps what is said of owners, and a plan without a database is made from it",
    async ({ one, a, b }) => {
      await script(one, hidden(a, b));
      const live = await read(one), known = parseSnapshot(snapshotText(live));
      const to = withObjects(
        live,
        (object) => object.id === "owner:public.m.materialized_view" ? { ...object, role: a } as SchemaObject : object,
      );
      const { plan, target } = planned(one, known, to);
      deepEqual(plan.up.map(({ sql }) => sql), [`ALTER MATERIALIZED VIEW public.m OWNER TO ${quote(a)}`]);
      equal(fingerprint(parseSnapshot(snapshotText(target))), plan.to);
      ok(plan.to !== plan.from);
      await one.execute("ALTER VIEW v RENAME TO w");
      const renames = [{ from: "view:public.v", to: "view:public.w", source: "test" }] as const;
      const options = { columnOrder: "lax", version: null } as const;
      const renamed = makePlan({ from: known, to: await read(one), dialect: compared, renames, options });
      deepEqual(renamed.plan.up.map(({ sql }) => sql), ["ALTER VIEW public.v RENAME TO w"]);
    },
  );
}

const kindsWithOwners: readonly Kind[] = [
  "schema",
  "table",
  "foreign_table",
  "view",
  "materialized_view",
  "sequence",
  "enum",
  "domain",
  "composite_type",
  "range_type",
  "function",
  "aggregate",
  "collation",
  "conversion",
  "operator",
  "text_search",
  "statistics",
  "publication",
  "subscription",
  "event_trigger",
  "foreign_data_wrapper",
  "foreign_server",
  "language",
];
