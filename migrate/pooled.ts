/**
 * Behind a pooler in transaction mode each transaction is another session's: what a file sets would miss the statements that it is for, and would
 * reach other clients. Within a transaction it is taken back at the end (run_script.ts); elsewhere the file is refused before it begins.
 */
import type { Dialect } from "../dialects/dialect.ts";
import type { Standalone } from "../dialects/driver.ts";
import { SqaError } from "../schema/error.ts";
import type { Named } from "./events.ts";
import type { Script } from "./script.ts";

/** SQA-532 for a file that sets something outside a transaction, or something that cannot be taken back. */
export function refuseLastingSettings(
  script: Script,
  alone: Pick<Standalone, "undoneBy">,
  { isSetting }: Pick<Dialect, "isSetting">,
  { file, path }: { readonly file: Named; readonly path: string },
): void {
  const inParts = script.groups.some(({ rows, module }) => rows || module !== undefined);
  for (const group of script.groups) {
    for (const { sql, line } of group.statements) {
      if (!isSetting?.(sql)) continue;
      if (group.transactional && !inParts && alone.undoneBy?.(sql)) continue;
      throw new SqaError(
        "SQA-532",
        `${file.label} sets something for its session, and behind a pooler in transaction mode the session is somebody else's a moment later`,
        {
          place: { file: path, line },
          object: file.id,
          detail: sql,
          hint:
            "run migrations at the database's own address, or put the setting and what it is for into one transaction",
        },
      );
    }
  }
}
