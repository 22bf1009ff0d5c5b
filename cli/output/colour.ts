/** Colours: whether, and which. Symbols carry the meaning, so that nothing is lost without them. */

/** Wraps text in a colour, or gives it back as it is. */
export interface Style {
  readonly add: (text: string) => string;
  readonly change: (text: string) => string;
  readonly drop: (text: string) => string;
  readonly strong: (text: string) => string;
  readonly dim: (text: string) => string;
}

/** Flag, then NO_COLOR, FORCE_COLOR, TERM=dumb, then the terminal: the first that says something decides. */
export function wantsColour(
  flag: boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
  terminal: boolean,
): boolean {
  if (flag !== undefined) return flag;
  if (env["NO_COLOR"]) return false;
  if (env["FORCE_COLOR"]) return env["FORCE_COLOR"] !== "0" && env["FORCE_COLOR"] !== "false";
  if (env["TERM"] === "dumb") return false;
  return terminal;
}

/** The colours, or none. */
export function makeStyle(colour: boolean): Style {
  const paint = (open: number, close: number) => (text: string) =>
    colour && text !== "" ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return { add: paint(32, 39), change: paint(33, 39), drop: paint(31, 39), strong: paint(1, 22), dim: paint(2, 22) };
}
