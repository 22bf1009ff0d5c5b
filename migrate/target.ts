/**
 * What people type for a place in the history, turned into ids: "head", "heads", an id or the beginning of one, the beginning of a
 * file's name, a migration's name, "+2", "-1", "base"; and each of them within one branch: "orders@head". Pure.
 */
import { SqaError } from "../schema/error.ts";
import { appliedHeads, type Chain, isApplied, type Node, pendingNodes, withAncestors } from "./chain.ts";

/** The files to run for `sqa migrate <target>`, in order. SQA-508 several heads, SQA-515 unknown, SQA-516 ambiguous. */
export function toApply(chain: Chain, target: string = "head"): readonly Node[] {
  const part = onBranch(chain, target);
  if (part) {
    const wanted = new Set(
      withAncestors(chain, toApply(part.chain, part.place === "head" ? "heads" : part.place).map(idOf)),
    );
    return pendingNodes(chain).filter((node) => wanted.has(node.id));
  }
  const pending = pendingNodes(chain);
  const steps = /^\+(\d+)$/.exec(target);
  if (steps) {
    refuseBranches(chain);
    return pending.slice(0, Number(steps[1]));
  }
  if (target === "base" || /^-\d+$/.test(target)) {
    throw new SqaError("SQA-515", `"${target}" goes back, and migrate only goes forward`, {
      exit: 64,
      hint: `run \`sqa rollback ${target}\``,
    });
  }
  if (target === "heads") return pending;
  if (target === "head") refuseBranches(chain);
  const ids = target === "head" ? chain.heads : [resolve(chain, target).id];
  const wanted = new Set(withAncestors(chain, ids));
  return pending.filter((node) => wanted.has(node.id));
}

/**
 * The applied migrations to undo for `sqa rollback <target>`, the newest first: "-1" the last one, "-3" the last three, "base" all, an
 * id everything that came after it. SQA-515 unknown or not applied, SQA-516 ambiguous.
 */
export function toRollBack(chain: Chain, target: string = "-1"): readonly Node[] {
  const part = onBranch(chain, target);
  if (part) {
    const undone = new Set(toRollBack(part.chain, part.place).map(idOf));
    return withFollowers(chain, undone);
  }
  const undoable = [...chain.nodes.values()].filter((node) => node.revision !== null);
  const newestFirst = newestLast(undoable, chain).reverse();
  const steps = /^-(\d+)$/.exec(target);
  if (steps) return newestFirst.slice(0, Number(steps[1]));
  if (target === "base") return newestFirst;
  if (target === "head" || target === "heads" || target.startsWith("+")) {
    throw new SqaError("SQA-515", `"${target}" goes forward, and rollback only goes back`, {
      exit: 64,
      hint: `run \`sqa migrate ${target}\``,
    });
  }
  const node = resolve(chain, target);
  if (!isApplied(node)) {
    throw new SqaError("SQA-515", `${node.label} is not applied, so there is no way back to it`, {
      exit: 64,
      hint: "run `sqa status` to see what is applied",
    });
  }
  const kept = new Set(withAncestors(chain, [node.id]));
  return newestFirst.filter((each) => !kept.has(each.id));
}

/** Rows in the order in which they can be undone from the end: children after parents, else as they were applied. */
function newestLast(nodes: readonly Node[], chain: Chain): Node[] {
  const place = new Map([...chain.nodes.keys()].map((id, i) => [id, i]));
  const sorted = [...nodes].sort((a, b) =>
    a.revision!.sequence - b.revision!.sequence || place.get(a.id)! - place.get(b.id)!
  );
  const ids = new Set(sorted.map((node) => node.id)), out: Node[] = [], done = new Set<string>();
  const visit = (node: Node): void => {
    if (done.has(node.id)) return;
    done.add(node.id);
    for (const parent of node.parents) if (ids.has(parent)) visit(chain.nodes.get(parent)!);
    out.push(node);
  };
  sorted.forEach(visit);
  return out;
}

function idOf(node: Node): string {
  return node.id;
}

/** Parents as a new file names them: the same on every database, whether it came by a checkpoint or by what that replaces. */
export function parentsInFiles(chain: Chain, parents: readonly string[]): readonly string[] {
  return parents.map((id) => chain.checkpoints.get(id) ?? id);
}

/** What is undone and everything applied that follows it, the newest first. */
function withFollowers(chain: Chain, undone: ReadonlySet<string>): readonly Node[] {
  const all = new Set(undone);
  for (const node of chain.nodes.values()) {
    if (node.revision && node.parents.some((id) => all.has(id))) all.add(node.id);
  }
  return toRollBack(chain, "base").filter((node) => all.has(node.id));
}

/**
 * A target of the form "label@place": the migrations of that branch as a chain of their own (the one that carries the label in its header,
 * and all that follow it), and the place in it. Where no branch has the label it is that of a module: its branch begins with the first file about it.
 * Earlier names of a module that was renamed count. Null for any other target. SQA-552 for a label that no file carries.
 */
export function onBranch(chain: Chain, target: string): { readonly chain: Chain; readonly place: string } | null {
  const at = target.lastIndexOf("@");
  if (at <= 0) return null;
  const label = target.slice(0, at), nodes = new Map<string, Node>(), names = withEarlierNames(chain, label);
  const has = (key: "branches" | "modules") => (node: Node) =>
    node.migration?.header[key]?.some((name) => names.has(name)) ?? false;
  const isLabelled = [...chain.nodes.values()].some(has("branches")) ? has("branches") : has("modules");
  for (const node of chain.nodes.values()) {
    if (isLabelled(node) || node.parents.some((id) => nodes.has(id))) nodes.set(node.id, node);
  }
  if (nodes.size === 0) throw unknownLabel(chain, label);
  const followed = new Set([...nodes.values()].flatMap((node) => node.parents));
  const heads = [...nodes.keys()].filter((id) => !followed.has(id));
  return { chain: { ...chain, nodes, heads }, place: target.slice(at + 1) };
}

/** The label, and those that it had before its module was renamed. */
function withEarlierNames(chain: Chain, label: string): ReadonlySet<string> {
  const relabels = [...chain.nodes.values()].flatMap((node) => node.migration?.header.relabels ?? []);
  const names = new Set([label]);
  for (const name of names) for (const { from, to } of relabels) if (to === name) names.add(from);
  return names;
}

function unknownLabel(chain: Chain, label: string): SqaError {
  const headers = [...chain.nodes.values()].flatMap((node) => node.migration ? [node.migration.header] : []);
  const known = headers.flatMap(({ branches = [], modules = [] }) => [...branches, ...modules]);
  return new SqaError("SQA-552", `no migration carries the label "${label}"`, {
    exit: 64,
    hint: known.length
      ? `the labels are ${[...new Set(known)].join(", ")}`
      : 'a branch gets its name where it begins: `sqa new NAME --branch LABEL`, or the line "-- sqa: branch LABEL" in a header',
  });
}

/** The one migration that a text names; "head" is the newest one. SQA-515 none, SQA-516 several. */
export function resolve(chain: Chain, target: string): Node {
  const part = onBranch(chain, target);
  if (part && part.place !== "head") return resolve(part.chain, part.place);
  const heads = part?.chain.heads ?? (target === "head" ? chain.heads : []);
  if (heads.length === 1) return chain.nodes.get(heads[0]!)!;
  if (heads.length > 1) {
    throw new SqaError("SQA-516", `"${target}" may be any of ${heads.length} migrations`, {
      exit: 64,
      choices: heads.map((id) => `${id}  ${chain.nodes.get(id)!.label}`),
      hint: "type the id of one of them",
    });
  }
  const nodes = [...chain.nodes.values()];
  const exact = nodes.filter((node) => node.id === target || node.label === target);
  const named = nodes.filter((node) => node.name === target);
  const begun = nodes.filter((node) => node.id.startsWith(target) || (node.migration && node.label.startsWith(target)));
  const found = [exact, named, begun].find((list) => list.length > 0) ?? [];
  if (target !== "" && found.length === 1) return found[0]!;
  if (target === "" || found.length === 0) {
    throw new SqaError("SQA-515", `there is no migration "${target}"`, {
      exit: 64,
      hint: "run `sqa status` for the names and ids",
    });
  }
  throw new SqaError("SQA-516", `"${target}" may be any of ${found.length} migrations`, {
    exit: 64,
    choices: found.map((node) => `${node.id}  ${node.label}`),
    hint: "type more of the id or of the file's name",
  });
}

/** Two branches cannot both be the goal: each snapshot knows only its own. */
function refuseBranches(chain: Chain): void {
  const open = chain.heads.filter((id) => chain.nodes.get(id)!.migration || isApplied(chain.nodes.get(id)!));
  if (open.length < 2) return;
  throw new SqaError("SQA-508", `the migrations have ${open.length} heads: ${open.join(", ")}`, {
    exit: 3,
    detail: open.map((id) => `${id}  ${chain.nodes.get(id)!.label}`).join("\n"),
    choices: ["sqa merge", ...open.map((id) => `sqa migrate ${id}`), "sqa migrate heads"],
    hint: "two branches were made from one parent: `sqa merge` joins them where they are independent",
  });
}

/** The single id that a new migration follows, as its parents. SQA-508 when there are several heads. */
export function parentsForNext(chain: Chain): readonly string[] {
  refuseBranches(chain);
  return chain.heads.length ? chain.heads : appliedHeads(chain);
}
