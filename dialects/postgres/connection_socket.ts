/**
 * The socket of one connection. Given no socket, postgres.js 3.4.9 dials again without end and without a pause when a server accepts and hangs up
 * before it is ready, as a published port without its container does: a thousand connections in five seconds, and no answer ever.
 */
import net from "node:net";
import type { Target } from "./url.ts";

export interface Dialer {
  /** For postgres.js's option `socket`. */
  dial(): Promise<net.Socket>;
  /** From now on another socket may be opened: a request to cancel goes on one of its own. */
  established(): void;
}

/** Dials once; whoever wants to try again asks for a new connection. */
export function dialer(target: Pick<Target, "host" | "port" | "socket" | "connectSeconds">): Dialer {
  let dialed = false, isEstablished = false;
  return {
    established: () => void (isEstablished = true),
    async dial() {
      if (dialed && !isEstablished) {
        throw Object.assign(new Error("the server closed the connection before it was ready"), {
          code: "CONNECTION_CLOSED",
        });
      }
      dialed = true;
      const socket = await open(target);
      // By this name postgres.js checks a certificate.
      return Object.assign(socket, { host: target.host });
    },
  };
}

function open({ host, port, socket: folder, connectSeconds }: Parameters<typeof dialer>[0]): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = folder ? net.connect({ path: `${folder}/.s.PGSQL.${port}` }) : net.connect({ host, port });
    const end = (error: Error | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      if (!error) return resolve(socket);
      socket.on("error", () => {}).destroy();
      reject(error);
    };
    const timer = setTimeout(() => {
      end(Object.assign(new Error(`no answer from ${host}:${port}`), { code: "CONNECT_TIMEOUT" }));
    }, connectSeconds * 1000);
    socket.once("connect", () => end(null)).once("error", end);
  });
}
