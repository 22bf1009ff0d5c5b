/** Forms of texts that no database type keeps: addresses, URLs, tags of languages. Pure; nothing is looked up. */
import type { TextFormat } from "../contract.ts";

/** What is wrong with a text of that form, or null. */
export function formatProblem(value: unknown, format: TextFormat): string | null {
  const text = String(value);
  switch (format) {
    case "url":
      return urlProblem(text, null);
    case "http_url":
      return urlProblem(text, ["http:", "https:"]);
    case "websocket_url":
      return urlProblem(text, ["ws:", "wss:"]);
    case "email":
      return /^[^\s@]+@[^\s@]+$/.test(text) ? null : "is no e-mail address";
    case "ip":
      return isIpv4(text) || isIpv6(text) ? null : "is no IP address";
    case "sha256":
      return /^[0-9a-f]{64}$/.test(text) ? null : "is no sha256 in lower-case hex";
    case "language_tag":
      return /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i.test(text) ? null : "is no language tag like en or zh-Hant";
    case "path":
      return text === "" ? "is empty" : null;
  }
}

function urlProblem(text: string, protocols: readonly string[] | null): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || /\s/.test(text)) return "is no absolute URL";
  if (protocols === null || protocols.includes(url.protocol)) return null;
  return `is no ${protocols.map((each) => `${each}//`).join(" or ")} URL`;
}

function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** Groups of hex with at most one gap; the last two may be an IPv4 address. */
function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  let count = 0;
  for (const [h, half] of halves.entries()) {
    if (half === "") continue;
    const groups = half.split(":");
    for (const [i, group] of groups.entries()) {
      const last = h === halves.length - 1 && i === groups.length - 1;
      if (last && group.includes(".") && isIpv4(group)) count += 2;
      else if (/^[0-9a-f]{1,4}$/i.test(group)) count++;
      else return false;
    }
  }
  return halves.length === 2 ? count < 8 : count === 8;
}
