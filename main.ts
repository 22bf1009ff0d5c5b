/** The sqa command: the process's own streams and environment, one run, its exit code. */
import { run } from "./cli/mod.ts";
import { processIo } from "./cli/io.ts";

if (import.meta.main) Deno.exit(await run(Deno.args, processIo()));
