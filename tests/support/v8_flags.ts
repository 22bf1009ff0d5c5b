/** How the engine is set up under sqa: in the binary, and wherever the source stands for the binary. */

/**
 * The space for new objects starts at one megabyte: a large schema would be copied over and over while it grows (a sixth of the CPU of a diff
 * of a thousand tables). And it stays at sixteen: by itself it grows to 32, three times over, which is 40 MB more for a schema of two thousand
 * tables or a file of a million statements, and no CPU less (measured).
 */
export const v8Flags = "--v8-flags=--min-semi-space-size=16,--max-semi-space-size=16";
