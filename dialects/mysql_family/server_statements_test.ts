import { deepEqual, equal } from "node:assert/strict";
import { mariadbFacts } from "../mariadb/mod.ts";
import { mysqlFacts } from "../mysql/mod.ts";
import { isAboutRoles, isOfServer } from "./server_statements.ts";
import { managedRoles } from "./set_up.ts";

Deno.test("statements about roles are told from those about privileges", () => {
  const about = [
    "CREATE ROLE a",
    "create /* x */ or replace role if not exists `a`@`%`",
    "/*!80000 DROP ROLE IF EXISTS a */",
    "GRANT a TO b",
    "GRANT `on`, 'a'@'%' TO b WITH ADMIN OPTION",
    "REVOKE a FROM b",
    "REVOKE ADMIN OPTION FOR a FROM b",
    "REVOKE ALL PRIVILEGES, GRANT OPTION FROM a",
    mariadbFacts.revokeOfRole("REVOKE `a;b` FROM `END`"),
  ];
  const others = [
    "GRANT SELECT ON t TO a",
    "SET STATEMENT max_statement_time = 1 FOR GRANT SELECT (`role`) ON TABLE `t` TO a",
    "REVOKE GRANT OPTION ON * FROM a",
    "GRANT PROXY ON a TO b",
    "CREATE TABLE role (a int)",
    "CREATE USER a",
    "SET ROLE a",
    "BEGIN NOT ATOMIC DELETE FROM role; END",
    "BEGIN",
    "",
  ];
  deepEqual(about.filter((sql) => !isAboutRoles(sql)), []);
  deepEqual(others.filter(isAboutRoles), []);
});

Deno.test("a privilege is of the server where one of those who get or lose it is a role that the settings name", () => {
  const mysql = managedRoles(["app_*", "x@10.%"], mysqlFacts), mariadb = managedRoles(["app_*"], mariadbFacts);
  const given = (to: string) => `GRANT SELECT, INSERT (a, b) ON TABLE \`t\` TO ${to}`;
  const of = (managed: (name: string) => boolean) => (sql: string) => isOfServer(sql, managed);
  const yes = ["app_a", "`app_a`@`%`", "other, 'app_a'@'%' WITH GRANT OPTION", "app_a@'%'", "'x'@`10.%`"];
  const no = ["other", "`app_a`@`10.%`", "'app_a'@localhost", "app_a@localhost", "x", "PUBLIC", "''@''"];
  deepEqual(yes.map(given).filter((sql) => !of(mysql)(sql)), []);
  deepEqual(no.map(given).filter(of(mysql)), []);
  equal(of(mysql)("REVOKE INSERT ON TABLE `t` FROM `app_a`@`%`"), true);
  equal(of(mysql)("INSERT INTO t VALUES ('grant x to app_a')"), false);
  equal(of(mysql)("CREATE ROLE other"), true);
  equal(of(mariadb)(`${mariadbFacts.grantPrefix}${given("`app_a`")}`), true);
  equal(of(mariadb)(`${mariadbFacts.grantPrefix}${given("PUBLIC")}`), false);
});

Deno.test("a glob without a host is one of roles that anybody may have anywhere", () => {
  const named = managedRoles(["app", "r?@10.*"], mysqlFacts);
  deepEqual(["app", "app@%", "app@localhost", "apps", "r1@10.1", "r1"].filter(named), ["app", "app@%", "r1@10.1"]);
  deepEqual(["app", "app@%"].filter(managedRoles(["app"], mariadbFacts)), ["app"]);
});
