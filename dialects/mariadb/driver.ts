/** MariaDB over the network or a socket. */
import { familyDriver } from "../mysql_family/driver.ts";
import { mariadbFacts } from "./mod.ts";

export const mariadbDriver = familyDriver(
  mariadbFacts,
  (milliseconds) => `SET SESSION max_statement_time = ${milliseconds === null ? "DEFAULT" : milliseconds / 1000}`,
);
