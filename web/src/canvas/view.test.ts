import { describe, expect, it } from "vitest";
import { windowFilter } from "./layers/image";
import { View } from "./view";

function view(): View {
  const made = new View();
  made.resize(400, 300);
  made.setImageSize(1000, 500);
  made.fit();
  return made;
}

describe("view", () => {
  it("maps to the screen and back", () => {
    const made = view();
    const back = made.toImage(made.toScreen({ x: 123.25, y: 45.5 }));
    expect(back.x).toBeCloseTo(123.25);
    expect(back.y).toBeCloseTo(45.5);
  });

  it("keeps the point under the pointer while zooming", () => {
    const made = view();
    const anchor = { x: 100, y: 80 };
    const before = made.toImage(anchor);
    made.zoomAt(anchor, 3);
    expect(made.toImage(anchor).x).toBeCloseTo(before.x);
    expect(made.toImage(anchor).y).toBeCloseTo(before.y);
  });

  it("stops zooming at its limits", () => {
    const made = view();
    made.zoomAtCentre(1e9);
    expect(made.scale).toBe(64);
    made.zoomAtCentre(1e-9);
    expect(made.scale).toBeCloseTo(made.fitScale / 4);
  });

  it("moves only for what cannot be seen", () => {
    const made = view();
    const offset = made.offsetX;
    made.reveal({ minX: 100, minY: 100, maxX: 110, maxY: 110 });
    expect(made.offsetX).toBe(offset);
    made.zoomAt({ x: 0, y: 0 }, 20);
    made.reveal({ minX: 900, minY: 400, maxX: 910, maxY: 410 });
    expect(made.toScreen({ x: 905, y: 405 }).x).toBeCloseTo(200);
  });
});

describe("display window", () => {
  const shown = (filter: string, value: number) => {
    const [brightness, contrast] = [...filter.matchAll(/\(([^)]+)\)/g)].map((match) => Number(match[1])) as [number, number];
    const bright = Math.min(1, value * brightness);
    return Math.min(1, Math.max(0, (bright - 0.5) * contrast + 0.5));
  };

  it("maps the window's ends to black and white, straight between them", () => {
    const filter = windowFilter({ low: 0.1, high: 0.3 });
    expect(shown(filter, 0.1)).toBeCloseTo(0);
    expect(shown(filter, 0.2)).toBeCloseTo(0.5);
    expect(shown(filter, 0.3)).toBeCloseTo(1);
    expect(shown(filter, 0.9)).toBe(1);
  });

  it("does nothing for the whole range", () => {
    expect(windowFilter({ low: 0, high: 1 })).toBe("none");
  });
});
