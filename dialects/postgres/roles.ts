/** Names of roles in SQL: "public" is everybody and a keyword, not a name. Pure. */
import { quote } from "./sql.ts";

/** One role after TO or FROM. */
export function roleName(role: string): string {
  return role === "public" ? "PUBLIC" : quote(role);
}

export function roleList(roles: readonly string[]): string {
  return roles.map(roleName).join(", ");
}
