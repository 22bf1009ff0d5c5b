/** A process that migrates, to be killed: `dir url [quietly|loud [options]]`, these as JSON. It says on stdout what it is at, a line an event. */
import { drivers } from "../../dialects/drivers.ts";
import { migrate } from "../../migrate/apply.ts";

const [dir, url, manner, options] = Deno.args as [string, string, string?, string?];
const say = (text: string): void => void Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
const driver = await drivers.find(({ schemes }) => schemes.includes(url.split(":", 1)[0]!))!.load(url);
const result = await migrate({
  driver,
  dir,
  url,
  version: "test",
  ...JSON.parse(options ?? "{}"),
  onEvent: (event) => {
    if (manner !== "quietly") say("number" in event ? `${event.type} ${event.number}` : event.type);
  },
});
say(`applied ${result.applied.length} others ${result.byOthers.length}`);
Deno.exit(0);
