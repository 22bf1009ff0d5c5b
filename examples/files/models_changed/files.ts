/** A drive: files of many kinds in one table, folders and links in tables of their own. */
import { mixins, relations, sql, t, table } from "sqa";

/** Everything that has a place in the tree. No entry is only an entry. */
export const entry = table(
  "entry",
  {
    ...mixins.id(),
    parentId: t.bigint().nullable().references("folder.id", { onDelete: "cascade" }).index(),
    name: t.nonEmpty(200),
    ...mixins.timestamps(),
    ...mixins.versioned(),
  },
  (self) => [self.unique(["parentId", "name"])],
  {
    discriminator: { column: "kind", check: true },
    abstract: true,
    versionColumn: "version",
  },
);

/** A table of its own: what points to a folder cannot point to a file. */
export const folder = entry.joined("folder", {
  colour: t.char(7).default("#808080"),
  pinned: t.boolean().default(false),
}, { identity: "folder" });

/** The kinds of files share the table of entries. */
export const file = entry.single("file", { size: t.bigint().nonNegative(), digest: t.sha256() }, { required: true });

export const image = file.single(
  "image",
  {
    width: t.int().positive(),
    height: t.int().positive(),
  },
  (self) => [self.index(["width", "height"])],
  { required: true },
);

export const video = file.single("video", { seconds: t.int().positive(), codec: t.varchar(16) }, { required: true });

/** New: a kind of image, with columns of its own in the same table. */
export const photo = image.single("photo", { camera: t.varchar(80).nullable(), takenAt: t.timestamptz().nullable() });

/** A link has what an entry has and no place in the tree. */
export const link = table("link", {
  ...mixins.id(),
  entryId: t.bigint().references("entry.id", { onDelete: "cascade" }).index(),
  url: t.httpUrl(500),
  clicks: t.int().default(0).nonNegative(),
  madeAt: t.timestamptz().default(sql`CURRENT_TIMESTAMP`),
});

export const entryRelations = relations(entry, (r) => ({
  parent: r.one(() => folder, { from: ["parentId"], to: ["id"] }),
  links: r.many(() => link),
}));
export const linkRelations = relations(link, (r) => ({ entry: r.one(() => entry) }));

/** One of the files, told apart by its kind. */
export type AnyFile = typeof file.$row | typeof image.$row | typeof photo.$row | typeof video.$row;

/** What a program does with it. */
export function describe(one: AnyFile): string {
  switch (one.kind) {
    case "photo":
    case "image":
      return `${one.name}: ${one.width} x ${one.height}`;
    case "video":
      return `${one.name}: ${one.seconds} seconds`;
    case "file":
      return `${one.name}: ${one.size} bytes`;
  }
}
