/** A Postgres server that asks every client for its password in clear text and refuses it, quoting it in its message as a careless proxy would. */

export interface RefusingServer {
  readonly port: number;
  /** Passwords that clients have sent. */
  readonly heard: readonly string[];
  close(): void;
}

/** Listens on a free port of the loopback interface until closed. */
export function refusingServer(): RefusingServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const heard: string[] = [];
  (async () => {
    for await (const client of listener) void refuse(client, heard).catch(() => {});
  })();
  return { port: (listener.addr as Deno.NetAddr).port, heard, close: () => listener.close() };
}

const text = new TextEncoder();

/** The startup packet (refusing TLS first), AuthenticationCleartextPassword, the password, ErrorResponse (protocol 3.0). */
async function refuse(client: Deno.Conn, heard: string[]): Promise<void> {
  try {
    for (;;) {
      const startup = await packet(client, 0);
      const code = new DataView(startup.buffer).getInt32(0);
      if (code !== 80877103) break;
      await client.write(text.encode("N"));
    }
    await client.write(new Uint8Array([82, 0, 0, 0, 8, 0, 0, 0, 3]));
    const password = new TextDecoder().decode((await packet(client, 1)).slice(0, -1));
    heard.push(password);
    const fields = ["SFATAL", "VFATAL", "C28P01", `Mpassword authentication failed for user "app" with ${password}`];
    const body = text.encode(fields.join("\0") + "\0\0");
    const head = new DataView(new ArrayBuffer(5));
    head.setUint8(0, 69);
    head.setInt32(1, body.length + 4);
    await client.write(new Uint8Array(head.buffer));
    await client.write(body);
  } finally {
    client.close();
  }
}

/** The body of the next packet; `typed` is the length of the type byte before the length. */
async function packet(client: Deno.Conn, typed: number): Promise<Uint8Array<ArrayBuffer>> {
  const head = await exactly(client, typed + 4);
  return await exactly(client, new DataView(head.buffer).getInt32(typed) - 4);
}

async function exactly(client: Deno.Conn, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const read = await client.read(bytes.subarray(done));
    if (read === null) throw new Error("the client went away");
    done += read;
  }
  return bytes;
}
