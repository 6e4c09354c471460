/** Owns the axes of the plot with parallel axes: where a value stands, and which runs pass what was marked. */

/** What one axis shows of each run; undefined where a run has nothing. */
export interface Measured {
  readonly id: string;
  readonly label: string;
  readonly values: readonly (string | number | undefined)[];
}

export interface Scale extends Measured {
  readonly kind: "linear" | "logarithmic" | "words";
  /** Of each run, 0 at the foot to 1 at the top; null where it has no value. */
  readonly places: readonly (number | null)[];
  readonly ticks: readonly { readonly place: number; readonly text: string }[];
}

/** A part of an axis, as places. */
export interface Brush {
  readonly low: number;
  readonly high: number;
}

const MANY_SIZES = 100;
const TICKS = 4;
const MOST_WORDS = 12;

export function scaleOf(measured: Measured, write: (value: number) => string): Scale {
  const numbers = measured.values.map((value) => (value === undefined || value === "" ? undefined : Number(value)));
  const isNumeric = measured.values.every((value, index) => value === undefined || typeof value === "number" || Number.isFinite(numbers[index]));
  return isNumeric ? numeric(measured, numbers, write) : words(measured);
}

function numeric(measured: Measured, numbers: readonly (number | undefined)[], write: (value: number) => string): Scale {
  const finite = numbers.filter((value): value is number => value !== undefined && Number.isFinite(value));
  const [min, max] = [Math.min(...finite), Math.max(...finite)];
  // Learning rates differ by powers of ten.
  const logarithmic = min > 0 && max / min >= MANY_SIZES;
  const [low, high] = logarithmic ? [Math.log(min), Math.log(max)] : [min, max];
  const placeOf = (value: number | undefined) => {
    if (value === undefined || !Number.isFinite(value)) return null;
    return high === low ? 0.5 : ((logarithmic ? Math.log(value) : value) - low) / (high - low);
  };
  const valueAt = (place: number) => (logarithmic ? Math.exp(low + place * (high - low)) : low + place * (high - low));
  const shown = high === low ? [0.5] : Array.from({ length: TICKS + 1 }, (_, index) => index / TICKS);
  return {
    ...measured, kind: logarithmic ? "logarithmic" : "linear", places: numbers.map(placeOf),
    ticks: finite.length === 0 ? [] : shown.map((place) => ({ place, text: write(valueAt(place)) })),
  };
}

function words(measured: Measured): Scale {
  const order = [...new Set(measured.values.filter((value) => value !== undefined).map(String))].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const placeOf = (word: string) => (order.length === 1 ? 0.5 : order.indexOf(word) / (order.length - 1));
  const every = Math.ceil(order.length / MOST_WORDS);
  return {
    ...measured, kind: "words", places: measured.values.map((value) => (value === undefined ? null : placeOf(String(value)))),
    ticks: order.filter((_word, index) => index % every === 0).map((text) => ({ place: placeOf(text), text })),
  };
}

/** Indices of the runs that lie within every mark; a run without a value passes no mark. */
export function passing(scales: readonly Scale[], brushes: Readonly<Record<string, Brush>>, count: number): number[] {
  const marked = scales.filter(({ id }) => brushes[id] !== undefined);
  return Array.from({ length: count }, (_, index) => index).filter((index) =>
    marked.every(({ id, places }) => {
      const [place, brush] = [places[index], brushes[id]];
      return place !== null && place !== undefined && brush !== undefined && place >= brush.low - 1e-9 && place <= brush.high + 1e-9;
    }),
  );
}
