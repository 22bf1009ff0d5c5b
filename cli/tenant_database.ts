/** The database of one tenant: a schema that stands for the default one, or a database of its own. */
import { tenantDriver } from "../migrate/tenant_driver.ts";
import { SqaError } from "../schema/error.ts";
import type { Config } from "./config/config.ts";
import type { Database } from "./database.ts";
import { withDatabase } from "./scratch_database.ts";
import { nearest } from "./suggest.ts";

/**
 * The database of a tenant. For databases, `{tenant}` in the URL is replaced by the name; without it the name is the database of that server.
 * SQA-025 without [tenants], SQA-027 for schemas where there are none.
 */
export function tenantDatabase(database: Database, tenant: string, { tenants }: Config): Database {
  if (!tenants) {
    throw new SqaError("SQA-025", "--tenant needs a section [tenants] in the config file", {
      hint: 'for example [tenants] with schemas = ["one", "two"]',
      exit: 78,
    });
  }
  if (tenants.list && !tenants.list.includes(tenant)) {
    const meant = nearest(tenant, tenants.list);
    throw new SqaError("SQA-025", `there is no tenant "${tenant}"`, {
      hint: meant ? `did you mean --tenant ${meant}?` : `there are ${tenants.list.slice(0, 12).join(", ")}`,
      exit: 64,
    });
  }
  if (tenant === "" || [...tenant].some((char) => char < " ")) {
    throw new SqaError("SQA-025", `a tenant's name is empty or holds control characters: ${JSON.stringify(tenant)}`, {
      exit: 64,
    });
  }
  const label = `${database.label} ${tenants.kind} ${tenant}`;
  if (tenants.kind === "schema") {
    const driver = tenantDriver(database.driver, tenant);
    return {
      ...database,
      driver,
      dialect: driver.dialect,
      label,
      connect: (options) => driver.connect(database.url, options),
    };
  }
  const filled = (text: string): string | null =>
    /\{tenant\}|%7Btenant%7D/i.test(text)
      ? text.replaceAll(/\{tenant\}|%7Btenant%7D/gi, encodeURIComponent(tenant))
      : null;
  const url = filled(database.url) ?? withDatabase(database.url, tenant);
  return {
    ...database,
    url,
    label: filled(database.label) ?? label,
    file: database.file === null ? null : filled(database.file) ?? database.file,
    connect: (options) => database.driver.connect(url, options),
  };
}
