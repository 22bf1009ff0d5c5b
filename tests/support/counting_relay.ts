/**
 * A relay in front of a Postgres server that counts what goes through it: statements, and how often the client waited for the server before
 * it said more. Understands just as much of the protocol (version 3, unencrypted) as that takes.
 */

export interface Traffic {
  /** Parse and Query messages. */
  readonly statements: number;
  /** How often the client spoke after the server had: what distance to the server costs. */
  readonly roundTrips: number;
  /** Connections that were made. */
  readonly connections: number;
}

const sslRequest = 80877103, parse = 0x50, query = 0x51;

/** Runs `work` with a URL that leads to `url` through the relay; `traffic()` tells what has passed so far. `change` may alter what the server says. */
export async function withCountingRelay<T>(
  url: string,
  work: (url: string, traffic: () => Traffic) => Promise<T>,
  change: (bytes: Uint8Array) => void = () => {},
): Promise<T> {
  const to = new URL(url);
  let statements = 0, roundTrips = 0, connections = 0;
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const serve = async (client: Deno.Conn) => {
    connections++;
    const server = await Deno.connect({ hostname: to.hostname, port: Number(to.port || 5432) });
    open.add(client).add(server);
    let serverSpoke = true;
    const messages = frontendMessages((type) => {
      if (type === parse || type === query) statements++;
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
