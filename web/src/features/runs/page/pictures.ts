/** Owns which files of a run are pictures of a step, as the Python library and MLflow name them. */

export interface Picture {
  readonly path: string;
  readonly step: number;
}

export interface PictureSeries {
  readonly key: string;
  /** In the order of their steps. */
  readonly pictures: readonly Picture[];
}

const OURS = /^images\/(.+)\/(-?[\d.]+(?:e[+-]?\d+)?)\.(?:png|jpe?g|webp|gif)$/i;
const MLFLOW = /^images\/(.+?)[+%]step[+%](-?\d+)[+%]timestamp[+%](\d+)[+%][^/]*?\.(?:png|jpe?g|webp|gif)$/i;
/** MLflow keeps a small copy beside each picture. */
const SMALL_COPY = /[+%]compressed\.webp$/i;

export function pictureSeries(paths: readonly string[]): PictureSeries[] {
  const found = new Map<string, Map<number, string>>();
  for (const path of paths.toSorted()) {
    const match = SMALL_COPY.test(path) ? null : (MLFLOW.exec(path) ?? OURS.exec(path));
    if (match === null) continue;
    // MLflow writes a slash in a key as #.
    const key = (match[1] ?? "").replaceAll("#", "/");
    const series = found.get(key) ?? new Map<number, string>();
    // Of two pictures of one step the later one counts: its time, and so its path, is greater.
    series.set(Number(match[2]), path);
    found.set(key, series);
  }
  return [...found].map(([key, series]) => ({
    key, pictures: [...series].map(([step, path]) => ({ step, path })).sort((a, b) => a.step - b.step),
  }));
}

/** All steps at which there is any picture, in order. */
export function stepsOfPictures(series: readonly PictureSeries[]): number[] {
  return [...new Set(series.flatMap(({ pictures }) => pictures.map(({ step }) => step)))].sort((a, b) => a - b);
}

/** The newest picture that was there at a step. */
export function pictureAt({ pictures }: PictureSeries, step: number): Picture | undefined {
  return pictures.findLast((one) => one.step <= step);
}
