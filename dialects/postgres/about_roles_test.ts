import { deepEqual } from "node:assert/strict";
import { isAboutRoles } from "./about_roles.ts";

Deno.test("statements about roles are told from those about what databases have of them", () => {
  const about = [
    "CREATE ROLE a",
    "create /* a */ user a",
    "ALTER GROUP a ADD USER b",
    "DROP ROLE IF EXISTS a",
    "ALTER USER a SET search_path = x",
    "COMMENT ON ROLE a IS 'x'",
    "SECURITY LABEL FOR p ON ROLE a IS 'x'",
    'GRANT a TO "on"',
    "REVOKE ADMIN OPTION FOR a FROM b",
    "DROP OWNED BY a",
    "REASSIGN OWNED BY a TO b",
    "DO $$ BEGIN CREATE ROLE a; END $$",
    "DO $role$ BEGIN EXECUTE 'ALTER ROLE a' || x; END $role$",
  ];
  const others = [
    "CREATE USER MAPPING FOR a SERVER s",
    "COMMENT ON COLUMN t.role IS 'x'",
    "GRANT SELECT ON t TO a",
    "REVOKE ALL ON SCHEMA public FROM a",
    "ALTER DEFAULT PRIVILEGES FOR ROLE a GRANT SELECT ON TABLES TO b",
    "ALTER TABLE t OWNER TO a",
    "CREATE TABLE role (a int)",
    "SELECT 'create role a'",
    "DO $$ BEGIN CREATE USER MAPPING FOR a SERVER s; END $$",
    "SET ROLE a",
  ];
  deepEqual(about.filter((sql) => !isAboutRoles(sql)), []);
  deepEqual(others.filter(isAboutRoles), []);
});
