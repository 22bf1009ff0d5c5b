/**
 * The statements of a script, made from its text when they are asked for. As objects a million of them would take several times what their
 * text does; here each is three numbers.
 */

/** One statement of a file, ready to be sent. */
export interface ScriptStatement {
  /** 1-based position in the file. */
  readonly number: number;
  readonly sql: string;
  /** 1-based line of the file. */
  readonly line: number;
}

/** Statements in order; an array of them is one too. */
export interface Statements extends Iterable<ScriptStatement> {
  readonly length: number;
  /** Negative numbers count from the end, as an array's do. */
  at(index: number): ScriptStatement | undefined;
  slice(start: number, end?: number): Statements;
}

/** Collects statements of one text. */
export interface StatementsBuilder {
  readonly length: number;
  /** Where it is in the text, and the line that it begins on. */
  add(start: number, end: number, line: number): void;
  /** What was collected; nothing may be added afterwards. */
  done(): Statements;
}

export function statementsOf(text: string): StatementsBuilder {
  let places = new Uint32Array(64), length = 0;
  return {
    get length() {
      return length;
    },
    add(start, end, line) {
      if ((length + 1) * 3 > places.length) {
        const larger = new Uint32Array(places.length * 2);
        larger.set(places);
        places = larger;
      }
      places.set([start, end, line], length++ * 3);
    },
    done: () => view(text, places, 0, length),
  };
}

function view(text: string, places: Uint32Array, from: number, to: number): Statements {
  const make = (i: number): ScriptStatement => ({
    number: i + 1,
    sql: text.slice(places[i * 3]!, places[i * 3 + 1]!),
    line: places[i * 3 + 2]!,
  });
  return {
    length: to - from,
    at(index) {
      const i = index < 0 ? to + index : from + index;
      return i >= from && i < to ? make(i) : undefined;
    },
    slice: (start, end = to - from) => view(text, places, from + start, Math.min(to, from + end)),
    *[Symbol.iterator]() {
      for (let i = from; i < to; i++) yield make(i);
    },
  };
}

/** Their texts, in order. */
export function textsOf(statements: Statements): string[] {
  return Array.from(statements, ({ sql }) => sql);
}
