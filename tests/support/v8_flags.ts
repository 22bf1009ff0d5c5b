/** How the engine is set up under sqa: in the binary, and wherever the source stands for the binary. */

/**
 * The space for new objects starts at one megabyte: a large schema would be copied over and over while it grows (a sixth of the CPU of a diff
 * of a thousand tables).
 */
export const v8Flags = "--v8-flags=--min-semi-space-size=16";
