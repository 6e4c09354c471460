import { expect, it } from "vitest";
import { eachOf } from "./each";

it("reaches every item, a few at a time", async () => {
  let [running, most] = [0, 0];
  const reached: number[] = [];
  const items = Array.from({ length: 40 }, (_, index) => index);
  await eachOf(items, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 1));
    running -= 1;
    reached.push(item);
  });
  expect(reached.toSorted((a, b) => a - b)).toEqual(items);
  expect(most).toBe(6);
});

it("stops at a refusal and says it", async () => {
  let calls = 0;
  const refused = eachOf(Array.from({ length: 100 }), async () => {
    calls += 1;
    throw new Error("no");
  });
  await expect(refused).rejects.toThrow("no");
  expect(calls).toBeLessThan(10);
});
