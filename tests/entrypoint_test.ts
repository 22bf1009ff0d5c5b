/**
 * sqa as a container's entrypoint. `sqa migrate --wait` with a root file system that nothing can be written to, no HOME, no terminal, as a user
 * without rights, started before its server is up. And `sqa diff && sqa migrate` on replicas that each have a disk of their own: the same
 * file to the byte, applied once.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { sqa } from "./support/cli.ts";
import { places, postgresUrls, withDatabase, withFolder } from "./support/scratch.ts";

const replicas = 6;

const models = `import { mixins, t, table } from "sqa";
export const customer = table("customer", {
  id: t.bigint().identity().primaryKey(),
  email: t.varchar(320).unique(),
  ...mixins.timestamps(),
});
export const order = table("order", {
  id: t.bigint().identity().primaryKey(),
  customer: t.bigint().references("customer.id").index(),
});
`;

const newest = new Map(places.map((place) => [place.label.split(" ")[0], place])).values();

for (const place of newest) {
  Deno.test({
    name: `replicas with disks of their own generate the same bytes and apply them once, on ${place.label} (T39)`,
    ignore: place.ignore,
    fn: () =>
      place.with((url) =>
        withFolder(async (root) => {
          const folders = Array.from({ length: replicas }, (_, i) => `${root}/replica_${i}`);
          for (const folder of folders) {
            await mkdir(`${folder}/models`, { recursive: true });
            await writeFile(`${folder}/models/shop.ts`, models);
          }
          const ends = await Promise.all(folders.map(async (folder) => {
            const diff = await sqa(folder, "diff", "--url", url);
            equal(diff.code, 0, diff.stderr);
            const migrate = await sqa(folder, "migrate", "--wait", "--json", "--url", url);
            equal(migrate.code, 0, migrate.stderr);
            return JSON.parse(migrate.stdout) as { applied: readonly { id: string }[]; byOthers: readonly unknown[] };
          }));
          equal(ends.flatMap(({ applied }) => applied).length, 1, "applied once");
          const texts = new Map<string, Set<string>>();
          let generated = 0;
          for (const folder of folders) {
            const names = await readdir(`${folder}/migrations`).catch(() => []);
            if (names.length) generated++;
            for (const name of names) {
              const part = name.replace(/^\d+_/, "");
              const known = texts.get(part) ?? new Set();
              texts.set(part, known.add(await readFile(`${folder}/migrations/${name}`, "utf8")));
            }
          }
          ok(generated >= 1);
          equal(texts.size, 3, "one id: an up file, a down file and a snapshot");
          deepEqual([...texts.values()].map((set) => set.size), [1, 1, 1], "the same bytes");
          equal((await sqa(folders[0]!, "diff", "--check", "--url", url)).code, 0);
        })
      ),
  });
}

const binary = Deno.env.get("SQA_TEST_BINARY");
const mayUnshare = Deno.uid() === 0 &&
  new Deno.Command("unshare", { args: ["-m", "true"], stdout: "null", stderr: "null" }).outputSync().success;

Deno.test({
  name:
    "migrate --wait: nothing can be written, no HOME, no terminal, a user without rights, a server that comes up later (T38, T40)",
  ignore: !binary || !mayUnshare || postgresUrls.length === 0,
  fn: () =>
    withDatabase(postgresUrls.at(-1)!, (url) =>
      withFolder(async (folder) => {
        await mkdir(`${folder}/models`);
        await writeFile(`${folder}/models/shop.ts`, models);
        equal((await sqa(folder, "diff", "first", "--url", url)).code, 0);
        const program = `${folder}/sqa`;
        await copyFile(binary!, program);
        await Deno.chmod(program, 0o755);
        await Deno.chmod(folder, 0o755);
        // The server's port is a relay that opens after a while.
        const target = new URL(url);
        const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 }), { port } = listener.addr;
        listener.close();
        const open = setTimeout(() => void relay(port, target.hostname, Number(target.port)), 1500);
        const through = new URL(url);
        through.host = `127.0.0.1:${port}`;
        const { code, stdout, stderr } = await new Deno.Command("unshare", {
          args: [
            "-m",
            "sh",
            "-c",
            'mount --make-rprivate / && mount -o remount,bind,ro / && exec setpriv --reuid 65534 --regid 65534 --clear-groups env -i DATABASE_URL="$1" "$2" migrate --wait',
            "sh",
            through.href,
            program,
          ],
          cwd: folder,
          stdin: "null",
          signal: AbortSignal.timeout(60_000),
        }).output();
        clearTimeout(open);
        closing?.close();
        const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
        equal(code, 0, text(stdout) + text(stderr));
        match(text(stdout), /applied 1 migration/);
        equal((await sqa(folder, "status", "--check", "--url", url)).code, 0);
      })),
});

let closing: Deno.Listener | null = null;

/** Passes bytes on until it is closed. */
async function relay(port: number, hostname: string, to: number): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  closing = listener;
  for await (const client of listener) {
    const server = await Deno.connect({ hostname, port: to });
    client.readable.pipeTo(server.writable).catch(() => {});
    server.readable.pipeTo(client.writable).catch(() => {});
  }
}
