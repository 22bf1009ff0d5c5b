/**
 * Events of a run and who listens to them: functions of the config module, shell commands, a webhook, the stream of `--events`. What an
 * observer throws is said and stops nothing; a gate of `before:COMMAND` may stop the command before it has begun.
 */
import { SqaError } from "../schema/error.ts";
import { commands } from "./registry.ts";

/** Data of one event: plain, and free of secrets when it leaves the process. */
export type Payload = Readonly<Record<string, unknown>>;
export type Observer = (event: string, payload: Payload) => unknown;
/** False, a text (the reason) or an error is a veto. */
export type Gate = (event: string, payload: Payload) => unknown;

export interface Hooks {
  /** Listens to an event, or to all ("*"). Returns the function that stops it. SQA-582 for a name that no event has. */
  on(event: string, observer: Observer): () => void;
  /** Asks before a command begins: `gate("before:migrate", …)`. */
  gate(event: string, gate: Gate): () => void;
  /** Would anybody be told of this event? */
  listens(event: string): boolean;
  /** Tells everybody, in the order in which they came, and returns what each of them gave back, or threw. */
  emit(event: string, payload: Payload): Promise<readonly HookResult[]>;
  /** Asks the gates. SQA-580 (exit 3) for a veto, SQA-581 for one that does not answer in time. */
  ask(event: string, payload: Payload): Promise<void>;
}

export interface HookResult {
  readonly observer: Observer;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Events that are not a command's own. */
export const otherEvents = [
  "command_finished",
  "command_failed",
  "engine:started",
  "engine:completed",
  "engine:failed",
  "before:migration",
  "after:migration",
  "before:statement",
  "after:statement",
  "lock:wait",
  "retry",
  "warning",
] as const;

/** Every event by name. */
export function eventNames(): readonly string[] {
  return [...commands.flatMap(({ name }) => [`before:${name}`, `after:${name}`]), ...otherEvents];
}

/** Nobody listens yet. `failed` is told of observers that throw. */
export function makeHooks(failed: (event: string, error: unknown) => void, gateTimeoutMs = 30_000): Hooks {
  const observers = new Map<string, Set<Observer>>(), gates = new Map<string, Set<Gate>>();
  const add = <F>(map: Map<string, Set<F>>, event: string, known: readonly string[], each: F): () => void => {
    if (!known.includes(event)) throw unknownEvent(event, known);
    const set = map.get(event) ?? new Set<F>();
    map.set(event, set.add(each));
    return () => void set.delete(each);
  };
  return {
    on: (event, observer) => add(observers, event, [...eventNames(), "*"], observer),
    gate: (event, gate) => add(gates, event, eventNames().filter((name) => name.startsWith("before:")), gate),
    listens: (event) => [event, "*"].some((each) => (observers.get(each)?.size ?? 0) > 0),
    async emit(event, payload) {
      const results: HookResult[] = [];
      for (const observer of [...observers.get(event) ?? [], ...observers.get("*") ?? []]) {
        try {
          results.push({ observer, result: await observer(event, payload) });
        } catch (error) {
          results.push({ observer, error });
          failed(event, error);
        }
      }
      return results;
    },
    async ask(event, payload) {
      for (const gate of gates.get(event) ?? []) {
        const answer = await answerOf(gate, event, payload, gateTimeoutMs);
        if (answer === false || typeof answer === "string" || answer instanceof Error) throw vetoed(event, answer);
      }
    },
  };
}

async function answerOf(gate: Gate, event: string, payload: Payload, ms: number): Promise<unknown> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () =>
      reject(
        new SqaError("SQA-581", `the gate of ${event} did not answer within ${ms / 1000} s; nothing was run`, {
          exit: 75,
          hint: "see what it waits for, or take it out of the hooks",
        }),
      ),
    ms,
  );
  try {
    return await Promise.race([(async () => await gate(event, payload))(), promise]);
  } catch (error) {
    if (error instanceof SqaError) throw error;
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    clearTimeout(timer);
  }
}

function vetoed(event: string, answer: false | string | Error): SqaError {
  const why = answer === false ? null : answer instanceof Error ? answer.message : answer;
  return new SqaError("SQA-580", `a gate of ${event} said no; nothing was run`, {
    exit: 3,
    ...(why ? { detail: why } : {}),
    hint: "the gate is in the hooks of the config file",
  });
}

function unknownEvent(event: string, known: readonly string[]): SqaError {
  return new SqaError("SQA-582", `there is no event "${event}"`, {
    exit: 78,
    detail: known.filter((name) => name.split(":")[1] === event.split(":")[1]).join("\n"),
    hint: "events are before:COMMAND and after:COMMAND, and those of docs/hooks.md",
  });
}
