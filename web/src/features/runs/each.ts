/** Owns doing the same to many things: a few at a time, stopping at the first refusal. */

const AT_ONCE = 6;

/** Calls `act` for every item; answers how many there were, throws what the first refused call threw. */
export async function eachOf<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<number> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const item = items[next] as T;
      next += 1;
      try {
        await act(item);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return items.length;
}
