/** The sqa command: the process's own streams and environment, one run, its exit code. */
import { run } from "./cli/mod.ts";
import { processIo } from "./cli/io.ts";
import { importModulesWith } from "./dialects/import_module.ts";
import { importUserModule } from "./models/load/import_module.ts";

importModulesWith(importUserModule);
if (import.meta.main) Deno.exit(await run(Deno.args, processIo()));
