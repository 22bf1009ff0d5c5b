/** MySQL over the network or a socket. */
import { familyDriver } from "../mysql_family/driver.ts";
import { mysqlFacts } from "./mod.ts";

// MySQL limits the time of SELECT alone (manual, max_execution_time).
export const mysqlDriver = familyDriver(
  mysqlFacts,
  (milliseconds) => `SET SESSION max_execution_time = ${milliseconds ?? "DEFAULT"}`,
);
