/**
 * A relay in front of a server of Postgres, MySQL or MariaDB that counts what goes through it: statements, and how often the client waited for
 * the server before it said more. Understands just as much of the protocols (Postgres' version 3, MySQL's version 10, both unencrypted) as that
 * takes.
 */

export interface Traffic {
  /** Parse and Query messages; COM_QUERY and COM_STMT_PREPARE. */
  readonly statements: number;
  /** How often the client spoke after the server had: what distance to the server costs. */
  readonly roundTrips: number;
  /** Connections that were made. */
  readonly connections: number;
}

const sslRequest = 80877103, parse = 0x50, query = 0x51;
const comQuery = 0x03, comStmtPrepare = 0x16;

/** Runs `work` with a URL that leads to `url` through the relay; `traffic()` tells what has passed so far. `change` may alter what the server says. */
export async function withCountingRelay<T>(
  url: string,
  work: (url: string, traffic: () => Traffic) => Promise<T>,
  change: (bytes: Uint8Array) => void = () => {},
): Promise<T> {
  const to = new URL(url);
  const isPostgres = to.protocol.startsWith("postgres");
  let statements = 0, roundTrips = 0, connections = 0;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const serve = async (client: Deno.Conn) => {
    connections++;
    const server = await Deno.connect({ hostname: to.hostname, port: Number(to.port || (isPostgres ? 5432 : 3306)) });
    open.add(client).add(server);
    let serverSpoke = true;
    const messages = isPostgres
      ? frontendMessages((type) => {
        if (type === parse || type === query) statements++;
      })
      : clientCommands((command) => {
        if (command === comQuery || command === comStmtPrepare) statements++;
      });
    const up = pass(client, server, (bytes) => {
      if (serverSpoke) roundTrips++;
      serverSpoke = false;
      messages(bytes);
    });
    await Promise.allSettled([
      up,
      pass(server, client, (bytes) => {
        serverSpoke = true;
        change(bytes);
      }),
    ]);
  };
  const served = (async () => {
    for await (const client of listener) serve(client).catch(() => {});
  })().catch(() => {});
  const through = new URL(url);
  through.hostname = "127.0.0.1";
  through.port = String((listener.addr as Deno.NetAddr).port);
  through.searchParams.set("sslmode", "disable");
  try {
    return await work(through.href, () => ({ statements, roundTrips, connections }));
  } finally {
    listener.close();
    for (const each of open) closeQuietly(each);
    await served;
  }
}

async function pass(from: Deno.Conn, to: Deno.Conn, seen: (bytes: Uint8Array) => void): Promise<void> {
  const buffer = new Uint8Array(65_536);
  for (let n = await from.read(buffer); n !== null; n = await from.read(buffer)) {
    seen(buffer.subarray(0, n));
    for (let done = 0; done < n;) done += await to.write(buffer.subarray(done, n));
  }
  closeQuietly(to);
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch { /* It is closed already. */ }
}

/** Cuts what a client sends into messages and tells the type of each; the first ones have none. */
function frontendMessages(tell: (type: number) => void): (bytes: Uint8Array) => void {
  let pending = new Uint8Array(0), started = false;
  return (bytes) => {
    const all = new Uint8Array(pending.length + bytes.length);
    all.set(pending), all.set(bytes, pending.length);
    const view = new DataView(all.buffer);
    let at = 0;
    for (;;) {
      const head = started ? 1 : 0;
      if (all.length < at + head + 4) break;
      const length = head + view.getInt32(at + head);
      if (all.length < at + length) break;
      if (started) tell(all[at]!);
      else started = view.getInt32(at + 4) !== sslRequest;
      at += length;
    }
    pending = all.slice(at);
  };
}

/** Cuts what a client of MySQL sends into packets and tells each command; packets of its login and of what follows a command have a higher number. */
function clientCommands(tell: (command: number) => void): (bytes: Uint8Array) => void {
  let pending = new Uint8Array(0);
  return (bytes) => {
    const all = new Uint8Array(pending.length + bytes.length);
    all.set(pending), all.set(bytes, pending.length);
    let at = 0;
    while (all.length >= at + 4) {
      const length = all[at]! | all[at + 1]! << 8 | all[at + 2]! << 16;
      if (all.length < at + 4 + length) break;
      if (all[at + 3] === 0 && length > 0) tell(all[at + 4]!);
      at += 4 + length;
    }
    pending = all.slice(at);
  };
}
