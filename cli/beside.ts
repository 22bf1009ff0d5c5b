/**
 * What the config says about a database that is a file, beside where it is: files to attach, settings of its head, functions for its SQL. It
 * goes into the URL's query, where it could be written as well, so that whoever opens the URL has it. Servers have none of it.
 */
import { resolve } from "node:path";
import { SqaError } from "../schema/error.ts";
import type { Settings } from "./config/settings.ts";

export type Beside = Pick<Settings, "attach" | "pragmas" | "functions">;

/** The URL of a file with all of it, relative paths made absolute from `base`. SQA-014 for what is not NAME=VALUE. */
export function withBeside(url: string, beside: Beside, base: string): string {
  const at = url.indexOf("?");
  const query = new URLSearchParams(at < 0 ? "" : url.slice(at + 1));
  const absolute = (path: string): string => path === ":memory:" ? path : resolve(base, path);
  const all: [string, string][] = [...query].map(([key, value]) =>
    key.startsWith("attach.") || key === "functions" ? [key, absolute(value)] : [key, value]
  );
  for (const [name, value] of pairs(beside.attach, "attach", "users=data/users.db")) {
    all.push([`attach.${name}`, absolute(value)]);
  }
  for (const [name, value] of pairs(beside.pragmas, "pragmas", "user_version=5")) all.push([`pragma.${name}`, value]);
  for (const path of beside.functions) all.push(["functions", absolute(path)]);
  if (all.length === 0) return url;
  return `${at < 0 ? url : url.slice(0, at)}?${new URLSearchParams(all)}`;
}

function pairs(list: readonly string[], setting: string, example: string): readonly (readonly [string, string])[] {
  return list.map((text) => {
    const at = text.indexOf("=");
    if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1).trim()] as const;
    throw new SqaError("SQA-014", `the setting "${setting}" needs NAME=VALUE`, {
      detail: `it is ${JSON.stringify(text)}`,
      hint: `${setting} = ["${example}"]`,
      exit: 78,
    });
  });
}
