/** What is known about videos, and which code found it out. */
import { featureBase, t } from "sqa";

const features = featureBase({ project: "media", primaryKey: true, index: true });

export const video = features.table({
  key: "video",
  ids: ["videoId"],
  fields: { frames: { codeVersion: "1" }, audio: { codeVersion: "1" } },
}, { videoId: t.varchar(64), path: t.varchar(500), seconds: t.double().nonNegative() });

export const crop = features.table({
  key: "video/crop",
  ids: ["videoId"],
  deps: [video],
  fields: { frames: { codeVersion: "1", deps: [[video, "frames"]] } },
}, { videoId: t.varchar(64), left: t.int(), top: t.int() });

export const speech = features.table({
  key: "video/speech",
  ids: ["videoId"],
  deps: [video],
  fields: { words: { codeVersion: "2", deps: [[video, "audio"]] } },
}, { videoId: t.varchar(64), language: t.languageTag(), words: t.text(), confidence: t.double().between(0, 1) });

/** Made from all that there is. */
export const summary = features.table({ key: "video/summary", ids: ["videoId"], deps: [crop, speech] }, {
  videoId: t.varchar(64),
  text: t.text(2000),
});
