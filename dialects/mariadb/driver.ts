/** MariaDB over the network or a socket. */
import { familyDriver } from "../mysql_family/driver.ts";
import { mariadb, mariadbFacts } from "./mod.ts";

export const mariadbDriver = familyDriver(
  mariadb,
  mariadbFacts,
  (milliseconds) =>
    milliseconds === 0
      ? "SET SESSION max_statement_time = DEFAULT"
      : `SET SESSION max_statement_time = ${milliseconds / 1000}`,
);
