/** The sqa command: the process's own streams and environment, one run, its exit code. Modules are loaded here, so that `--version` loads none. */
import { asksVersion, versionLine } from "./cli/version.ts";
import { write } from "./cli/write.ts";

if (import.meta.main) {
  if (asksVersion(Deno.args)) write(Deno.stdout, versionLine);
  else {
    const [{ run }, { processIo }, { importModulesWith }, { importUserModule }] = await Promise.all([
      import("./cli/mod.ts"),
      import("./cli/io.ts"),
      import("./dialects/import_module.ts"),
      import("./models/load/import_module.ts"),
    ]);
    importModulesWith(importUserModule);
    Deno.exit(await run(Deno.args, processIo()));
  }
}
