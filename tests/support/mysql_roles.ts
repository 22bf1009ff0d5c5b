/** Roles of a server of the MySQL family, which are there for a test and gone afterwards, and what the server has of them. For tests only. */
import { quote } from "../../dialects/mysql_family/sql.ts";
import type { Connection } from "../../dialects/driver.ts";

/** Names of one test. Whatever begins so is gone afterwards. */
export async function withRoles<T>(connection: Connection, test: (prefix: string) => Promise<T>): Promise<T> {
  const prefix = `sqa${crypto.randomUUID().slice(0, 8)}`;
  try {
    return await test(prefix);
  } finally {
    await dropRoles(connection, prefix);
  }
}

export async function dropRoles(connection: Connection, prefix: string): Promise<void> {
  const rows = await connection.query<{ user: string; host: string }>(
    `SELECT User AS user, Host AS host FROM mysql.user WHERE User LIKE '${prefix}%'`,
  );
  for (const { user, host } of rows) {
    // What is a user by MariaDB's lights has a host.
    await connection.execute(host === "" ? `DROP ROLE ${quote(user)}` : `DROP USER ${quote(user)}@${quote(host)}`);
  }
}

export const isMariadb = (connection: Connection) => /MariaDB/.test(connection.server.product);

/** What the server has of these names: accounts, memberships, and privileges on this database. */
export async function rolesHeld(connection: Connection, prefix: string): Promise<readonly string[]> {
  const edges = isMariadb(connection)
    ? `SELECT CONCAT_WS(' ', User, Host, 'in', Role, Admin_option) AS line FROM mysql.roles_mapping WHERE Role LIKE '${prefix}%' AND Host = ''`
    : `SELECT CONCAT_WS(' ', TO_USER, TO_HOST, 'in', FROM_USER, FROM_HOST, WITH_ADMIN_OPTION) AS line FROM mysql.role_edges WHERE FROM_USER LIKE '${prefix}%'`;
  const rows = await connection.query<{ line: string }>(
    `SELECT CONCAT_WS(' ', User, Host) AS line FROM mysql.user WHERE User LIKE '${prefix}%' UNION ALL ${edges}
UNION ALL SELECT CONCAT_WS(' ', User, Host, Table_name, Table_priv) FROM mysql.tables_priv WHERE Db = DATABASE() AND User LIKE '${prefix}%'
UNION ALL SELECT CONCAT_WS(' ', User, Host, 'database', Select_priv, Insert_priv) FROM mysql.db WHERE Db = DATABASE() AND User LIKE '${prefix}%'
  AND (Select_priv = 'Y' OR Insert_priv = 'Y') ORDER BY 1`,
  );
  return rows.map(({ line }) => line);
}
