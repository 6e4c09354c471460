/** Owns how console output reads as text: without colors, progress bars as they ended. */

// eslint-disable-next-line no-control-regex -- the sequences that terminals understand begin with the escape character
const TERMINAL = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

export function consoleText(raw: string): string {
  return raw
    .replace(TERMINAL, "")
    .split(/\r?\n/)
    .map((line) => line.slice(line.replace(/\r+$/, "").lastIndexOf("\r") + 1).replace(/\r+$/, ""))
    .join("\n");
}

/** The files that together are the output of a run, in order: the whole of it once it has ended, its parts until then. */
export function consoleFiles<F extends { readonly path: string }>(files: readonly F[]): F[] {
  const whole = files.find(({ path }) => path === "console.log");
  if (whole !== undefined) return [whole];
  return files.filter(({ path }) => /^console\/.+\.log$/.test(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
}
