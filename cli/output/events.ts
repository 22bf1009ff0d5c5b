/** What the runner reports, as lines. A file's line comes after its commit, never before. */
import type { MigrateEvent } from "../../migrate/events.ts";
import type { Output } from "./output.ts";

/** Prints events as they come: results to stdout, the rest to stderr. `where` is the database as the user named it. */
export function eventPrinter(out: Output, where: string): (event: MigrateEvent) => void {
  const { messages, style } = out;
  return (event) => {
    switch (event.type) {
      case "connected":
        return out.note(`${event.server.product}  ${where}`);
      case "lock-wait":
        return out.note(
          `waiting for another run to finish${event.holder ? ` (the lock is held by ${event.holder})` : ""} …`,
        );
      case "locked":
        return out.detail("locked");
      case "warning":
        return out.warn(`${messages.change(`warning[${event.code}]`)}: ${event.message}`);
      case "backup":
        return out.note(`backup: ${event.path}`);
      case "restored":
        return out.detail(event.restored ? `restored from ${event.path}` : `not restored from ${event.path}`);
      case "pending":
        return out.detail(`${event.migrations.length} to ${event.direction === "up" ? "apply" : "roll back"}`);
      case "file-start":
        return out.detail(`${event.file.label}: ${event.statements} statements`);
      case "statement-start":
        return out.detail(`  ${event.number}/${event.total}  ${event.sql.trim()}`);
      case "statement-done":
        return out.detail(`  ${event.number}/${event.total}  done in ${duration(event.ms)}`);
      case "progress":
        return out.live(progressText(event));
      case "resumed":
        return out.note(`${event.file.label}: statement ${event.number} of an earlier run was found ${event.found}`);
      case "earlier-run":
        return out.note(
          `${event.file.label}: the server is still at statement ${event.number} of a run that was killed (${event.busy}) …`,
        );
      case "cleared":
        return out.note(`${event.file.label}: ${event.what}`);
      case "rows":
        return out.detail(`${event.file.label}: ${event.rows} rows of ${event.table}`);
      case "retry":
        return out.note(`${event.file.label}: ${event.reason}; try ${event.attempt + 1} in ${duration(event.waitMs)}`);
      case "file-done": {
        const what = event.direction === "up" ? style.add("applied") : style.drop("rolled back");
        return out.data(`${what} ${event.file.label} in ${duration(event.ms)}`);
      }
      case "file-skipped":
        return out.note(`${event.file.label} was done by another run`);
      case "verified":
        return event.verified
          ? out.detail("verified: the database is what the newest file says")
          : out.detail(`not verified: ${event.reason ?? "there was nothing to compare with"}`);
    }
  };
}

/** "statement 2 of 3, 12.0 s: building index: scanning table, 42 %; waits for process 7 (…)". */
function progressText(event: Extract<MigrateEvent, { type: "progress" }>): string {
  const { number, total, ms, phase, share, blockers } = event;
  const words = [...(phase ? [phase] : []), ...(share === null ? [] : [`${Math.floor(share * 100)} %`])].join(", ");
  const waits = blockers.length ? `; waits for ${blockers.join(", ")}` : "";
  return `${event.file.label}: statement ${number} of ${total}, ${duration(ms)}${words ? `: ${words}` : ""}${waits}`;
}

/** "12 ms", "3.4 s", "2 min 5 s". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round(ms % 60_000 / 1000)} s`;
}
