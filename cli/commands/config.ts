/** `sqa config`: every setting of a run and where it came from. Secrets are masked; nothing is opened. */
import { drivers } from "../../dialects/drivers.ts";
import { configure } from "../context.ts";
import { fileKey, settingKeys, type Settings, settings as known } from "../config/settings.ts";
import { shownPath } from "../output/path.ts";
import { table } from "../output/table.ts";
import type { CommandModule } from "../registry.ts";
import type { Session } from "../session.ts";

export const command: CommandModule = {
  examples: [
    ["sqa config", "the settings as they are read"],
    ["sqa config --show-origin", "with the flag, variable, file and line that each comes from"],
    ["sqa config --show-origin --env production", "for another environment"],
  ],
  define: (base, run) => {
    base
      .description(
        "Prints the settings of a run after flags, environment, .env, config file and defaults. Passwords are masked.",
      )
      .option("--show-origin", "where each value comes from")
      .action((flags) => run((session) => show(session, flags.showOrigin === true)));
  },
};

async function show(session: Session, origins: boolean): Promise<0> {
  const { out, io } = session;
  const config = await configure(session);
  const values = await Promise.all(settingKeys.map((key) => shownValue(key, config.settings, io.cwd)));
  const file = config.file && shownPath(io.cwd, config.file);
  out.note(
    file === null ? "no config file was found" : `config file: ${file}${config.env ? ` [env.${config.env}]` : ""}`,
  );
  const rows = settingKeys.map((key, i) => [fileKey(key), values[i]!, ...(origins ? [config.origins[key]] : [])]);
  for (const line of table(["setting", "value", ...(origins ? ["from"] : [])], rows)) out.data(line);
  out.json({
    file,
    env: config.env,
    settings: Object.fromEntries(settingKeys.map((key, i) => [fileKey(key), {
      value: key === "url" ? values[i] : config.settings[key],
      origin: config.origins[key],
    }])),
  });
  return 0;
}

async function shownValue(key: keyof Settings, settings: Settings, cwd: string): Promise<string> {
  const value = settings[key];
  if (key === "url") return await maskedUrl(String(value));
  if (value === null) return "-";
  if (Array.isArray(value)) return value.length ? value.join(", ") : "-";
  if (known[key].form === "duration") return timeText(Number(value));
  return known[key].path ? shownPath(cwd, String(value)) : String(value);
}

/** As the driver writes it without its secrets; a URL that no driver knows is masked by the output. */
async function maskedUrl(url: string): Promise<string> {
  const scheme = url.slice(0, Math.max(url.indexOf(":"), 0)).toLowerCase();
  const entry = drivers.find((one) => one.schemes.includes(scheme));
  return entry ? (await entry.load(url)).mask(url) : url;
}

/** As it is written in the config file. */
function timeText(ms: number): string {
  if (ms === 0) return "none";
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
