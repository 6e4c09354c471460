/** Owns the plain words for losses, stages and states of transfers. */

import { count, number } from "@/ui/format";
import type { Format, Loss, Transfer } from "./transfers";

const SHAPES: Readonly<Record<string, readonly [string, string]>> = {
  box: ["box", "boxes"], rotated_box: ["rotated box", "rotated boxes"], polygon: ["polygon", "polygons"], polyline: ["polyline", "polylines"],
  point: ["point", "points"], skeleton: ["skeleton", "skeletons"], ellipse: ["ellipse", "ellipses"], mask: ["mask", "masks"],
  tag: ["tag of a whole image", "tags of whole images"],
};

/** Fields by the code of their loss; one thing, several things. */
const FIELDS: Readonly<Record<string, readonly [string, string]>> = {
  attributes: ["attribute", "attributes"], author: ["author", "authors"], confidence: ["confidence", "confidences"],
  created: ["time of creation", "times of creation"], updated: ["time of the last change", "times of the last change"],
  difficult: ["mark “difficult”", "marks “difficult”"], occluded: ["mark “occluded”", "marks “occluded”"], truncated: ["mark “truncated”", "marks “truncated”"],
  foreign: ["object with details of another tool", "objects with details of another tool"], group: ["membership in a group", "memberships in groups"],
  origin: ["origin (human or model)", "origins (human or model)"], z: ["place in the stack of objects", "places in the stack of objects"],
  id: ["id of an object", "ids of objects"], label: ["label of an object", "labels of objects"], "attribute types": ["type of an attribute", "types of attributes"],
  "image.answers": ["image with answers to questions", "images with answers to questions"], "image.tags": ["image with tags", "images with tags"],
  "image.source": ["source of an image", "sources of images"], "image.subset": ["image set of an image", "image sets of images"],
  "image.attributes": ["image with attributes", "images with attributes"], "image.state": ["state of an image", "states of images"],
  "image.foreign": ["image with details of another tool", "images with details of another tool"],
  "image.sha256": ["digest of an image", "digests of images"], "image.id": ["id of an image", "ids of images"],
  "image.annotated": ["mark that an image was looked at", "marks that images were looked at"],
  "image.width": ["image width", "image widths"], "image.height": ["image height", "image heights"],
  "label.color": ["color of a label", "colors of labels"], "label.kinds": ["tools of a label", "tools of labels"],
  "label.parent": ["parent of a label", "parents of labels"], "label.attributes": ["attributes of a label", "attributes of labels"],
  "label.nodes": ["nodes of a label", "nodes of labels"], "label.edges": ["edges of a label", "edges of labels"],
  "label.foreign": ["label with details of another tool", "labels with details of another tool"],
  "header.name": ["name of the set", "names of the set"], "header.description": ["description of the set", "descriptions of the set"],
  "header.questions": ["list of questions", "lists of questions"], "header.versions": ["list of versions", "lists of versions"],
  "header.labels": ["list of labels", "lists of labels"], "header.foreign": ["details of another tool about the set", "details of another tool about the set"],
};

/** What is lost, without its number: `rotated boxes`. */
export function lostThing({ code, kind, count: n }: Loss): string {
  const form = n === 1 ? 0 : 1;
  const shape = SHAPES[kind]?.[form] ?? kind.replaceAll("_", " ");
  if (code === "shape" || code === "object") return shape;
  if (code === "precision") return `coordinates of ${SHAPES[kind]?.[1] ?? "objects"}`;
  if (code === "overlap") return `${shape} under others`;
  const field = FIELDS[code]?.[form] ?? code.replace(".", " ").replaceAll("_", " ");
  return kind === "" ? field : `${field} (${SHAPES[kind]?.[1] ?? kind})`;
}

/** What becomes of it: `become polygons of 4 corners`. */
export function lostHow({ code, action, count: n, kept }: Loss): string {
  if (kept) return "in the side-car only";
  if (action === "dropped") return "left out";
  if (code === "precision") return `rounded to ${action}`;
  if (code !== "shape") return action;
  const [, shape = "", rest = ""] = /^(\w+)(.*)$/.exec(action) ?? [];
  const [one = shape, several = shape] = SHAPES[shape] ?? [];
  return n === 1 ? `becomes a ${one}${rest}` : `become ${several}${rest.replace(/\bit\b/, "them").replace(/\bits\b/, "their")}`;
}

const MATTERS_MOST = /^(shape|object|overlap|label)$/;
const OF_SOMETHING = ["image.", "label.", "header."];

/** What becomes of objects first, then what is said of objects, of images, of labels, of the whole. */
export function byWeight(losses: readonly Loss[]): Loss[] {
  return losses.toSorted((one, other) => weight(one) - weight(other));
}

function weight({ code }: Loss): number {
  return MATTERS_MOST.test(code) ? 0 : 2 + OF_SOMETHING.findIndex((start) => code.startsWith(start));
}

const STAGES: Readonly<Record<string, string>> = {
  annotations: "Writing annotations", images: "Adding images", store: "Storing the file", read: "Reading and checking", write: "Importing",
};

/** What a transfer does now and how far it is. */
export function progressWords({ state, stage, done, total }: Transfer): string {
  if (state === "QUEUED" || stage === "") return "Waiting to start";
  const doing = STAGES[stage] ?? stage;
  if (total > 0) return `${doing}: ${number(done)} of ${count(total, "image")}`;
  return done > 0 ? `${doing}: ${count(done, "image")} so far` : doing;
}

export const STATES: Readonly<Record<Transfer["state"], { readonly text: string; readonly color: string }>> = {
  STATE_UNSPECIFIED: { text: "", color: "gray" }, QUEUED: { text: "waiting", color: "gray" }, RUNNING: { text: "running", color: "blue" },
  SUCCEEDED: { text: "done", color: "teal" }, REFUSED: { text: "refused", color: "orange" }, FAILED: { text: "failed", color: "red" },
};

/** The title of a format, its name while the list of formats is not here. */
export function formatTitle(formats: readonly Format[] | undefined, name: string): string {
  return formats?.find((format) => format.name === name)?.title ?? name;
}
