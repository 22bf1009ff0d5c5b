/** Statements about roles, as text, and the normal form of what models say of them: no server. */
import { deepEqual, equal, match } from "node:assert/strict";
import { makePlan } from "../../diff/plan.ts";
import { makeGraph } from "../../schema/graph.ts";
import { objectId } from "../../schema/id.ts";
import type { Options, SchemaObject } from "../../schema/object.ts";
import { role as kind } from "./kinds/role.ts";
import { lackedByRole, type Role } from "./role_words.ts";
import { postgresDialect } from "./set_up.ts";

const dialect = postgresDialect({ roles: ["app*"], owners: false });

interface Shape {
  readonly options?: Options;
  readonly memberships?: readonly { readonly role: string; readonly admin?: boolean; readonly options?: Options }[];
  readonly comment?: string;
}

function role(name: string, { options = {}, memberships = [], comment }: Shape = {}): Role {
  const own = { options, memberships, comment: comment ?? null };
  return {
    kind: "role",
    id: objectId("role", [name]),
    name: [name],
    parent: null,
    refs: [],
    ...own,
  } as unknown as Role;
}

function planned(from: readonly SchemaObject[], to: readonly SchemaObject[], version: number) {
  const graph = (objects: readonly SchemaObject[]) => makeGraph(dialect.name, [...dialect.initial, ...objects]);
  return makePlan({ from: graph(from), to: graph(to), dialect, options: { columnOrder: "lax", version } }).plan;
}

function changed(from: Shape, to: Shape, version = 180000): readonly [readonly string[], readonly string[]] {
  const { up, down } = planned([role("app", from)] as SchemaObject[], [role("app", to)] as SchemaObject[], version);
  return [up.map(({ sql }) => sql), down.map(({ sql }) => sql)];
}

Deno.test("a role is made where it is not there, and else gets what it lacks", () => {
  const one = role('app"s', { options: { login: true, connection_limit: 3 }, memberships: [{ role: "app" }] });
  const { up, down } = planned([], [one as SchemaObject], 180000);
  equal(
    up[0]!.sql,
    `DO $role$
DECLARE
  differing text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'app"s') THEN
    BEGIN
      CREATE ROLE "app""s" LOGIN CONNECTION LIMIT 3;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
  END IF;
  SELECT pg_catalog.concat(
    CASE WHEN NOT rolcanlogin THEN ' LOGIN' END,
    CASE WHEN rolsuper THEN ' NOSUPERUSER' END,
    CASE WHEN rolcreatedb THEN ' NOCREATEDB' END,
    CASE WHEN rolcreaterole THEN ' NOCREATEROLE' END,
    CASE WHEN NOT rolinherit THEN ' INHERIT' END,
    CASE WHEN rolreplication THEN ' NOREPLICATION' END,
    CASE WHEN rolbypassrls THEN ' NOBYPASSRLS' END,
    CASE WHEN rolconnlimit <> 3 THEN ' CONNECTION LIMIT 3' END,
    CASE WHEN COALESCE(rolvaliduntil, 'infinity') <> 'infinity' THEN ' VALID UNTIL ''infinity''' END
  ) INTO differing FROM pg_catalog.pg_roles WHERE rolname = 'app"s';
  IF differing <> '' THEN
    EXECUTE 'ALTER ROLE "app""s"' || differing;
  END IF;
END
$role$`,
  );
  deepEqual(up.slice(1).map(({ sql }) => sql), ['GRANT app TO "app""s"']);
  deepEqual(down.map(({ effects }) => effects.loses), [['role:app"s']]);
  equal(
    down[0]!.sql,
    `DO $role$
BEGIN
  DROP ROLE IF EXISTS "app""s";
EXCEPTION WHEN dependent_objects_still_exist THEN
  IF EXISTS (
    SELECT FROM pg_catalog.pg_shdepend AS d
    WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
      AND d.refobjid = (SELECT r.oid FROM pg_catalog.pg_roles AS r WHERE r.rolname = 'app"s')
      AND d.dbid IN (0, (SELECT b.oid FROM pg_catalog.pg_database AS b WHERE b.datname = pg_catalog.current_database()))
  ) THEN
    RAISE;
  END IF;
END
$role$`,
  );
  equal(dialect.split(`${up[0]!.sql};\n`).length, 1);
});

Deno.test("a name that ends the quoted text does not end it", () => {
  const { up } = planned([], [role("app$role$") as SchemaObject], 180000);
  match(up[0]!.sql, /^DO \$role1\$[^]*\$role1\$$/);
});

Deno.test("what differs is said and nothing else", () => {
  deepEqual(changed({}, { options: { login: true, valid_until: "2031-01-01" }, comment: "it's" }), [
    ["ALTER ROLE app LOGIN VALID UNTIL '2031-01-01 00:00:00+00'", "COMMENT ON ROLE app IS 'it''s'"],
    ["ALTER ROLE app NOLOGIN VALID UNTIL 'infinity'", "COMMENT ON ROLE app IS NULL"],
  ]);
  deepEqual(changed({ options: { connection_limit: 3 } }, { options: { inherit: false } }), [
    ["ALTER ROLE app NOINHERIT CONNECTION LIMIT -1"],
    ["ALTER ROLE app INHERIT CONNECTION LIMIT 3"],
  ]);
});

Deno.test("memberships: by GRANT and REVOKE, with the options of 16", () => {
  const of = (options: Options, admin = false): Shape => ({ memberships: [{ role: "r", admin, options }] });
  deepEqual(changed({}, of({})), [["GRANT r TO app"], ["REVOKE r FROM app"]]);
  deepEqual(changed(of({}), of({}, true), 150000), [
    ["GRANT r TO app WITH ADMIN OPTION"],
    ["REVOKE ADMIN OPTION FOR r FROM app"],
  ]);
  deepEqual(changed(of({}), of({ set: false, inherit: false })), [
    ["GRANT r TO app WITH INHERIT FALSE, SET FALSE"],
    ["GRANT r TO app WITH INHERIT TRUE, SET TRUE"],
  ]);
  // The role's own attribute says it before 16; since then each membership keeps what it was given.
  const noInherit = { ...of({}), options: { inherit: false } };
  deepEqual(changed(of({}), noInherit, 150000), [["ALTER ROLE app NOINHERIT"], ["ALTER ROLE app INHERIT"]]);
  deepEqual(changed(of({}), noInherit, 160000), [
    ["ALTER ROLE app NOINHERIT", "GRANT r TO app WITH INHERIT FALSE"],
    ["ALTER ROLE app INHERIT", "GRANT r TO app WITH INHERIT TRUE"],
  ]);
});

Deno.test("another name is another role, and nobody is asked whether it was renamed", () => {
  const { up, questions } = planned([role("app_a") as SchemaObject], [role("app_b") as SchemaObject], 180000);
  deepEqual(questions, []);
  deepEqual(up.map(({ sql }) => /(DROP|CREATE) ROLE[^;]*/.exec(sql)![0]), [
    "DROP ROLE IF EXISTS app_a",
    "CREATE ROLE app_b",
  ]);
});

Deno.test("what CREATE ROLE and GRANT give by themselves is not part of the normal form", () => {
  const said = role("app", {
    options: {
      login: false,
      inherit: true,
      connection_limit: -1,
      valid_until: " Infinity ",
    },
    memberships: [{ role: "b", options: { inherit: true, set: true } }, { role: "a" }],
  });
  const normal = kind.normalize(said);
  deepEqual([normal.options, normal.memberships], [
    {},
    ["a", "b"].map((role) => ({ role, admin: false, options: {} })),
  ]);
  deepEqual(kind.normalize(normal), normal);
  const until = (text: string) => kind.normalize(role("app", { options: { valid_until: text } })).options.valid_until;
  deepEqual(
    ["2031-02-03", "2031-02-03T04:05Z", "2031-02-03 04:05:06.120-07", "2031-02-03 23:30:00+05:30", "tomorrow"].map(
      until,
    ),
    [
      "2031-02-03 00:00:00+00",
      "2031-02-03 04:05:00+00",
      "2031-02-03 11:05:06.12+00",
      "2031-02-03 18:00:00+00",
      "tomorrow",
    ],
  );
});

Deno.test("what a model says wrong of a role is told", () => {
  const lack = (shape: Shape, name = "app") => lackedByRole(role(name, shape));
  equal(lack({ options: { login: true, connection_limit: 0, valid_until: "infinity" } }), null);
  equal(lack({ options: { login: "yes" } }), 'login "yes"');
  equal(lack({ options: { connection_limit: -2 } }), "connection_limit -2");
  equal(lack({ options: { valid_until: "tomorrow" } }), 'valid_until "tomorrow"');
  match(lack({ memberships: [{ role: "b", options: { inherits: true } }] })!, /^membership .*inherits/);
  match(lack({ memberships: [{ role: "b", admin: true, options: { inherit: false, set: false } }] })!, /by itself/);
  match(lack({}, "pg_x")!, /pg_/);
});
