/** `sqa doctor`: everything that usually stands in the way, looked at in one go. Changes nothing. */
import { existsSync } from "node:fs";
import process from "node:process";
import type { Connection } from "../../dialects/driver.ts";
import {
  type Finding,
  finding,
  lookAtFiles,
  lookAtHistory,
  lookAtModels,
  lookAtPrivileges,
  lookAtServer,
} from "../checkups.ts";
import { openProject, type Project } from "../context.ts";
import { settingKeys } from "../config/settings.ts";
import { errorJson, errorText } from "../output/error.ts";
import { count } from "../output/table.ts";
import { safe } from "../output/terminal.ts";
import { version } from "../version.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["sqa doctor", "config, models, files, database, privileges, history"],
    ["sqa doctor --offline", "without the database"],
    ["sqa doctor --json", "for a report of a bug; passwords are masked"],
  ],
  define: (base, run) => {
    base
      .description(
        "Looks at everything that usually stands in the way, and says what it found. Changes nothing. Exit 1 when something fails.",
      )
      .option("--offline", "leave the database alone")
      .action((flags) => run((session) => doctor(session, flags.offline === true)));
  },
};

async function doctor(session: Session, offline: boolean): Promise<0 | 1> {
  const { out } = session;
  const findings: Finding[] = [];
  const found = (one: Finding): void => {
    findings.push(one);
    print(one, session);
  };
  const { os, arch } = Deno.build;
  found({ about: "sqa", state: "ok", message: `${version} on ${os} ${arch}, deno ${process.versions["deno"] ?? "?"}` });
  let project: Project | null = null;
  found(
    await finding("config", async () => {
      project = await openProject(session);
      return configOf(project);
    }),
  );
  if (project !== null) await lookAt(project, offline, found);
  const failed = findings.filter((one) => one.state === "failed").length;
  const warned = findings.filter((one) => one.state === "warning").length;
  const parts = [
    ...(failed ? [`${failed} failed`] : []),
    ...(warned ? [count(warned, "warning")] : []),
  ];
  out.data("");
  out.data(parts.length ? parts.join(", ") : "nothing stands in the way");
  out.json({
    ok: failed === 0,
    findings: findings.map(({ error, ...one }) => ({ ...one, error: error === undefined ? null : errorJson(error) })),
  });
  return failed ? 1 : 0;
}

function configOf({ config, shown }: Project): Omit<Finding, "about"> {
  const set = settingKeys.filter((key) => config.origins[key] !== "default");
  return {
    state: "ok",
    message: config.file ? shown(config.file) : "no config file; none is needed",
    more: set.map((key) => `${key} from ${config.origins[key]}`),
  };
}

async function lookAt(project: Project, offline: boolean, found: (one: Finding) => void): Promise<void> {
  found(await finding("models", () => lookAtModels(project)));
  found(await finding("files", () => lookAtFiles(project)));
  if (offline) return;
  const { file } = project.database;
  let connection: Connection | null = null;
  try {
    found(
      await finding("database", async () => {
        if (file === null || existsSync(file)) connection = await project.connect();
        return await lookAtServer(project, connection);
      }),
    );
    const open = connection as Connection | null;
    if (!open) return;
    found(await finding("privileges", () => lookAtPrivileges(project, open)));
    found(await finding("history", () => lookAtHistory(project, open)));
  } finally {
    await (connection as Connection | null)?.close();
  }
}

function print({ about, state, message, more, error }: Finding, { out, io }: Session): void {
  const mark = state === "ok"
    ? out.style.add("ok     ")
    : state === "warning"
    ? out.style.change("warning")
    : out.style.drop("failed ");
  out.data(`${mark}  ${about.padEnd(10)}  ${safe(message)}`);
  for (const line of more ?? []) out.data(`${" ".repeat(21)}${safe(line.replaceAll(`${io.cwd}/`, ""))}`);
  if (error !== undefined && state === "failed") out.warn(errorText(error, out.messages, io.cwd));
}
