/** MySQL over the network or a socket. */
import { familyDriver } from "../mysql_family/driver.ts";
import { mysql, mysqlFacts } from "./mod.ts";

// MySQL limits the time of SELECT alone (max_execution_time), so there is nothing to set for a migration.
export const mysqlDriver = familyDriver(mysql, mysqlFacts, () => null);
