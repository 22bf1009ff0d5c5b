/** Where hooks come from: shell commands and a webhook of the config, functions of a config module. */
import { request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import { spawn } from "node:child_process";
import type { Config } from "./config/config.ts";
import type { Hooks, Payload } from "./hooks.ts";

/** Registers what the config says. `redact` masks secrets in what leaves the process. */
export function registerHooks(hooks: Hooks, config: Config, redact: (text: string) => string): void {
  const text = (payload: Payload) =>
    redact(JSON.stringify(payload, (_, value) => typeof value === "bigint" ? String(value) : value));
  for (const [event, commands] of config.hooks) {
    const gate = event.startsWith("gate:"), name = gate ? event.slice("gate:".length) : event;
    for (const command of commands) {
      if (gate) hooks.gate(name, (at, payload) => runShell(command, at, text(payload), config.root));
      else hooks.on(name, (at, payload) => runShell(command, at, text(payload), config.root));
    }
  }
  config.register?.(hooks);
  const { notify } = config.settings;
  if (notify !== null) {
    for (const event of ["command_finished", "command_failed"]) {
      hooks.on(event, (_, payload) => post(notify, text(payload)));
    }
  }
}

/** The payload on stdin, the event in SQA_EVENT. Throws for another end than 0, with what it wrote to stderr. */
function runShell(command: string, event: string, payload: string, cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, {
      shell: true,
      cwd,
      stdio: ["pipe", "ignore", "pipe"],
      env: { ...Deno.env.toObject(), SQA_EVENT: event },
      timeout: 30_000,
    });
    let words = "";
    child.stderr.on("data", (chunk) => words = (words + chunk).slice(-2000));
    child.on("error", reject);
    child.stdin.on("error", () => {});
    child.stdin.end(payload);
    child.on("close", (code, signal) => {
      if (code === 0) return resolve();
      const how = code === null ? `was ended by ${signal}` : `ended with ${code}`;
      reject(new Error(`\`${command}\` ${how}${words.trim() ? `: ${words.trim()}` : ""}`));
    });
  });
}

/** One POST of JSON; ten seconds at most. */
function post(url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const make = url.startsWith("https:") ? secureRequest : plainRequest;
    const sent = make(url, {
      method: "POST",
      headers: { "content-type": "application/json", "content-length": new TextEncoder().encode(body).length },
      timeout: 10_000,
    }, (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      if (statusCode >= 200 && statusCode < 300) resolve();
      else reject(new Error(`the webhook answered ${statusCode}`));
    });
    sent.on("timeout", () => sent.destroy(new Error("the webhook did not answer within 10 s")));
    sent.on("error", reject);
    sent.end(body);
  });
}
