/** Where this program's own files are: in their source tree, as in a package, or all in one folder where a build has put them together. */

const here = import.meta.url;
/** A build keeps `models/mod` where it is, for "sqa" to name, and puts what it shares with the program into files beside the program's. */
const apart = /\/models\/(own_files|mod)\.(ts|js)$/.test(here);

/** The folder of all of them. */
export const ownFolder: string = new URL(apart ? "../" : "./", here).href;

/** Files of the model API: their frames in a stack are not the user's. */
export const modelFiles: string = apart ? `${ownFolder}models/` : ownFolder;

/** The module behind "sqa". */
export const ownModule: string = `${ownFolder}models/mod.${here.endsWith(".ts") ? "ts" : "js"}`;
