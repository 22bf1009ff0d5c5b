/**
 * The socket of one connection. Given no socket, postgres.js 3.4.9 dials again without end and without a pause when a server accepts and hangs up
 * before it is ready, as a published port without its container does: a thousand connections in five seconds, and no answer ever.
 */
import net from "node:net";
import { setImmediate } from "node:timers";
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
      const socket = inOneGo(await open(target));
      // By this name postgres.js checks a certificate.
      return Object.assign(socket, { host: target.host });
    },
  };
}

/** So many bytes may wait for a socket before postgres.js, when told, sends one statement at a time. */
const mostWaiting = 1024 * 1024;

/**
 * Lets all that is written in one turn of the event loop leave together: postgres.js 3.4.9 sends each statement of a kilobyte on its own, and
 * statements that were asked at once would reach the server one by one.
 */
function inOneGo(socket: net.Socket): net.Socket {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let isHeld = false;
  const held = (...args: unknown[]): boolean => {
    if (!isHeld) {
      isHeld = true;
      socket.cork();
      setImmediate(() => {
        isHeld = false;
        socket.uncork();
      });
    }
    return write(...args) || socket.writableLength < mostWaiting;
  };
  return Object.assign(socket, { write: held });
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
