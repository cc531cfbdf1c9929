/** Seconds that are kept: what the servers keep, too. */
export const SECONDS = 600;

/**
 * Numbers of the last ten minutes, one a second and name, in rings of fixed size: however long a page stays open, it holds no more.
 * A second that was never set, or that has left the ring, is NaN.
 */
export class History {
  /** The newest second, Unix time; 0 while nothing was set. */
  newest = 0;
  #rings = new Map();

  /** @param {string[]} names */
  constructor(names) {
    for (const name of names) this.#rings.set(name, new Float64Array(SECONDS).fill(NaN));
  }

  /** Moves the window on, so that `second` is its newest one; what leaves it is forgotten. */
  advance(second) {
    if (second <= this.newest) return;
    const from = Math.max(this.newest + 1, second - SECONDS + 1);
    for (const ring of this.#rings.values()) {
      for (let at = from; at <= second; at++) ring[at % SECONDS] = NaN;
    }
    this.newest = second;
  }

  set(name, second, value) {
    if (second <= this.newest && second > this.newest - SECONDS) this.#rings.get(name)[second % SECONDS] = value ?? NaN;
  }

  get(name, second) {
    return second <= this.newest && second > this.newest - SECONDS ? this.#rings.get(name)[second % SECONDS] : NaN;
  }

  clear() {
    this.newest = 0;
    for (const ring of this.#rings.values()) ring.fill(NaN);
  }
}
