/** What the URLs of servers have in common: how they are parsed, printed and refused. Their parameters are each dialect's own. */
import { SqaError } from "../schema/error.ts";

/** How one database writes its URLs. */
export interface UrlWords {
  /** Without the colon; the first is what a URL that cannot be read is printed with. */
  readonly schemes: readonly [string, ...string[]];
  /** A whole URL, for the hint. */
  readonly example: string;
  readonly defaultPort: number;
  /** Query parameters whose value is a secret. */
  readonly secrets: readonly string[];
  /** The parameters that name a file of certificates. */
  readonly files: { readonly ca: string; readonly cert: string; readonly key: string };
  /** The text of the file at a path; throws where there is none that can be read. */
  readonly readFile: (path: string) => string;
  /** Values of those parameters that name no file. */
  readonly notFiles?: readonly string[];
}

/** The texts of certificates, as far as the URL names them. */
export interface Certificates {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The ways to look at the URLs of one database. No error of theirs repeats the URL. */
export interface ConnectionUrls {
  /** The URL in its parts. SQA-203 where it is none of this database's. */
  readonly parse: (url: string) => URL;
  /** The URL as it may be printed: no password, no secret parameter. A text that is no URL is not repeated at all. */
  readonly mask: (url: string) => string;
  /** %-escapes read. SQA-203 where one is not whole. */
  readonly decoded: (text: string) => string;
  /** The port that is named, or the database's own. SQA-203 where it is no port. */
  readonly portOf: (named: string | null) => number;
  /** The files that the parameters name, read. SQA-203 where one cannot be. */
  readonly certificatesOf: (query: URLSearchParams) => Certificates;
  /** The error of a URL that is not valid, with the reason. */
  readonly malformed: (why: string) => SqaError;
}

/** The ways to look at URLs that are written in these words. */
export function connectionUrls(words: UrlWords): ConnectionUrls {
  const invalid = (what: string, hint: string, cause?: unknown) =>
    new SqaError("SQA-203", what, { exit: 78, hint, ...(cause !== undefined && { cause }) });

  const malformed = (why: string) =>
    invalid(
      `the database URL is not valid: ${why}`,
      `write it as ${words.example}, with / ? # @ : in the password written as %2F %3F %23 %40 %3A`,
    );

  const readable = (query: URLSearchParams, name: string): string | undefined => {
    const path = query.get(name);
    if (path === null || path === "" || words.notFiles?.includes(path)) return undefined;
    try {
      return words.readFile(path);
    } catch (cause) {
      throw invalid(
        `the file that ${name} names in the database URL cannot be read`,
        `check the path, or take ${name} out of the URL`,
        cause,
      );
    }
  };

  return {
    malformed,
    parse(url) {
      let parsed: URL;
      try {
        parsed = new URL(url);
      } catch {
        throw malformed("it cannot be parsed");
      }
      if (words.schemes.includes(parsed.protocol.slice(0, -1))) return parsed;
      throw malformed(`it does not start with ${words.schemes.map((scheme) => `${scheme}://`).join(" or ")}`);
    },
    mask(url) {
      try {
        const parsed = new URL(url);
        if (parsed.password) parsed.password = "***";
        for (const name of words.secrets) if (parsed.searchParams.has(name)) parsed.searchParams.set(name, "***");
        return parsed.toString().replace(/:%2A%2A%2A@/, ":***@");
      } catch {
        return `${words.schemes[0]}://… (not a valid URL)`;
      }
    },
    decoded(text) {
      try {
        return decodeURIComponent(text);
      } catch {
        throw malformed("a % in it is not followed by two hexadecimal digits");
      }
    },
    portOf(named) {
      const port = Number(named || words.defaultPort);
      if (!Number.isInteger(port) || port < 1 || port > 65535) {
        throw malformed("its port is not a number from 1 to 65535");
      }
      return port;
    },
    certificatesOf(query) {
      const ca = readable(query, words.files.ca);
      const cert = readable(query, words.files.cert);
      const key = readable(query, words.files.key);
      return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
    },
  };
}

/** Whether connections to this host stay on this machine. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}
