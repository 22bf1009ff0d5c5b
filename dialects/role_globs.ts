/** The setting `roles`: names of roles with `*` for any letters and `?` for one; every other letter is itself, for a role may be called anything. Pure. */

/** Do the globs name this role? Letter case counts, as it does in the servers' catalogs. */
export function namesRole(globs: readonly string[]): (role: string) => boolean {
  const patterns = globs.map((glob) => {
    const parts = Array.from(glob, (letter) => letter === "*" ? ".*" : letter === "?" ? "." : RegExp.escape(letter));
    return new RegExp(`^${parts.join("")}$`, "su");
  });
  return (role) => patterns.some((each) => each.test(role));
}

/** Does the text stand for more than one name? */
export function isPattern(glob: string): boolean {
  return /[*?]/.test(glob);
}
