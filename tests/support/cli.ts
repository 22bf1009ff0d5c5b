/** Runs the command line as a user does: its own process, from source or as the binary that SQA_TEST_BINARY names. */
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Program and arguments that run sqa. `binary` false: from source, whatever the environment says. */
export function sqaCommand(args: readonly string[], binary = Deno.env.get("SQA_TEST_BINARY")): readonly string[] {
  return binary ? [binary, ...args] : [Deno.execPath(), "run", "-A", "--no-check", "--quiet", main, ...args];
}

/** Runs sqa in a folder and waits for its end, two minutes at most (SQA_TEST_TIMEOUT says otherwise, in milliseconds). */
export async function sqa(cwd: string, ...args: string[]): Promise<Ran> {
  const [program, ...rest] = sqaCommand(args);
  const env = { ...Deno.env.toObject(), NO_COLOR: "1", RUST_BACKTRACE: "0", DATABASE_URL: "" };
  const { code, stdout, stderr } = await new Deno.Command(program!, {
    args: rest,
    cwd,
    env,
    stdin: "null",
    signal: AbortSignal.timeout(Number(Deno.env.get("SQA_TEST_TIMEOUT") ?? 120_000)),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
