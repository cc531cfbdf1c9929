/** The last so many message ids, at most `capacity`; the oldest goes first. */
export class RecentIds {
  readonly #capacity: number;
  readonly #ids = new Set<string>();

  constructor(capacity: number) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) throw new RangeError(`Remember at least one id, not ${capacity}.`);
    this.#capacity = capacity;
  }

  /** Adds an id; false when it is among the last ones. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    // A set lists its members in the order in which they came.
    if (this.#ids.size > this.#capacity) this.#ids.delete(this.#ids.values().next().value!);
    return true;
  }
}
