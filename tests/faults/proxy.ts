/**
 * A proxy that knows where messages begin: it counts what clients ask of a Postgres or MySQL server, over all their connections, and cuts
 * every connection at the nth request, before it is sent, after it was sent, or within its answer. What follows is what the server does with it.
 */

/** Where the wire is cut: the request never arrives, its answer never leaves, or its answer comes in part. */
export type Cut = "before" | "after" | "within";
export const cuts: readonly Cut[] = ["before", "after", "within"];

export interface Proxy {
  readonly url: string;
  /** Requests so far. */
  readonly requests: number;
  /** Was the wire cut? */
  readonly cut: boolean;
  close(): void;
}

export interface ProxyOptions {
  /** The server; its host, port and scheme are taken. */
  readonly url: string;
  /** The request to cut at, from 1; 0 never. */
  readonly at: number;
  readonly how: Cut;
}

/** Listens on a free port of the loopback interface until closed. */
export function startProxy({ url, at, how }: ProxyOptions): Proxy {
  const target = new URL(url.replace(/^(mariadb|mysql|postgres(ql)?):/, "http:"));
  const scheme = url.split(":", 1)[0]!;
  const isPostgres = scheme.startsWith("postgres");
  const port = Number(target.port || (isPostgres ? 5432 : 3306));
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const own = (listener.addr as Deno.NetAddr).port;
  const state = { requests: 0, cut: false, closed: false };
  const open = new Set<Deno.Conn>();

  const cutAll = (): void => {
    state.cut = true;
    for (const conn of open) close(conn);
    open.clear();
  };
  const close = (conn: Deno.Conn): void => {
    try {
      conn.close();
    } catch { /* it is closed */ }
  };

  async function serve(client: Deno.Conn): Promise<void> {
    if (state.cut) return close(client);
    const server = await Deno.connect({ hostname: target.hostname, port });
    open.add(client).add(server);
    let answering = false;
    const forth = (async () => {
      const reader = isPostgres ? postgresRequests() : mysqlRequests();
      for (;;) {
        const bytes = await read(client);
        if (bytes === null || state.cut) break;
        const before = state.requests;
        state.requests += reader(bytes);
        const reached = at > 0 && before < at && state.requests >= at;
        if (reached && how === "before") return cutAll();
        await write(server, bytes);
        if (reached && how === "after") {
          // The server has it in its buffer; whoever asked is gone.
          await new Promise((resolve) => setTimeout(resolve, 2));
          return cutAll();
        }
        if (reached) answering = true;
      }
      close(server);
    })();
    const back = (async () => {
      for (;;) {
        const bytes = await read(server);
        if (bytes === null || state.cut) break;
        if (answering) {
          await write(client, bytes.subarray(0, 1));
          return cutAll();
        }
        await write(client, bytes);
      }
      close(client);
    })();
    await Promise.allSettled([forth, back]);
    open.delete(client), open.delete(server);
    close(client), close(server);
  }

  (async () => {
    for (;;) {
      const client = await listener.accept().catch(() => null);
      if (!client) return;
      void serve(client).catch(() => close(client));
    }
  })();

  const through = new URL(url.replace(/^[a-z]+:/, "http:"));
  through.hostname = "127.0.0.1";
  through.port = String(own);
  return {
    url: through.href.replace(/^http:/, `${scheme}:`),
    get requests() {
      return state.requests;
    },
    get cut() {
      return state.cut;
    },
    close() {
      if (state.closed) return;
      state.closed = true;
      listener.close();
      for (const conn of open) close(conn);
    },
  };
}

/** Counts Sync and Query messages; the startup packet has no type byte (protocol 3.0, "Message Formats"). */
function postgresRequests(): (bytes: Uint8Array) => number {
  let started = false, rest: Uint8Array<ArrayBufferLike> = new Uint8Array();
  return (bytes) => {
    rest = joined(rest, bytes);
    let count = 0;
    for (;;) {
      const head = started ? 1 : 0;
      if (rest.length < head + 4) return count;
      const view = new DataView(rest.buffer, rest.byteOffset);
      const length = head + view.getInt32(head);
      if (rest.length < length) return count;
      const type = String.fromCharCode(rest[0]!);
      // Requests for TLS come in a packet of 8 bytes before the real one.
      if (!started) started = view.getInt32(4) !== 80877103;
      else if (type === "S" || type === "Q") count++;
      rest = rest.subarray(length);
    }
  };
}

/** Counts command packets: those with sequence number 0 ("Protocol Basics", packets). */
function mysqlRequests(): (bytes: Uint8Array) => number {
  let rest: Uint8Array<ArrayBufferLike> = new Uint8Array();
  return (bytes) => {
    rest = joined(rest, bytes);
    let count = 0;
    for (;;) {
      if (rest.length < 4) return count;
      const length = 4 + (rest[0]! | rest[1]! << 8 | rest[2]! << 16);
      if (rest.length < length) return count;
      if (rest[3] === 0) count++;
      rest = rest.subarray(length);
    }
  };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const all = new Uint8Array(a.length + b.length);
  all.set(a), all.set(b, a.length);
  return all;
}

async function read(conn: Deno.Conn): Promise<Uint8Array | null> {
  const buffer = new Uint8Array(65536);
  const length = await conn.read(buffer).catch(() => null);
  return length === null ? null : buffer.subarray(0, length);
}

async function write(conn: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length;) rest = rest.subarray(await conn.write(rest));
}
