/** The files that `sqa init` writes, by path. */

export const starters: Readonly<Record<string, string>> = {
  "sqa.toml": `# Settings of sqa. A flag beats an environment variable, that beats .env, that beats this file.

# The database. Leave it out to use DATABASE_URL.
# url = "postgresql://app@localhost:5432/shop"

models = ["models/**/*.ts"]
dir = "migrations"

# \`sqa migrate --env production\` uses this section.
[env.production]
url_env = "DATABASE_URL"
label = "production"
`,
  "models/user.ts": `import { mixins, t, table } from "sqa";

export const users = table("users", {
  id: t.bigint().identity().primaryKey(),
  email: t.varchar(320).unique(),
  name: t.text().nullable(),
  ...mixins.timestamps(),
});

export type User = typeof users.$row;
export type NewUser = typeof users.$insert;
`,
  "migrations/.gitkeep": "",
  ".env.example": `# Copy to .env; sqa and most programs read it from there.
DATABASE_URL=postgresql://app:secret@localhost:5432/shop
`,
  "sqa.Dockerfile":
    `# Applies pending migrations, then starts the program. Only the SQL files are needed, not the models.
FROM debian:stable-slim
COPY sqa /usr/local/bin/sqa
WORKDIR /app
COPY migrations ./migrations
# Any number of containers may start at once: one applies, the others wait and find nothing to do.
ENTRYPOINT ["/bin/sh", "-c", "sqa migrate --wait && exec \\"$@\\"", "--"]
CMD ["/app/start"]
`,
};

/** Keeps the bytes of migration files the same on every system: their checksums are over them. */
export const attributesLine = "*.sql text eol=lf\n";
