/** Pauses between attempts to connect. Jittered, so that a node that dies with ten thousand connections does not get them all back in the same instant. */
export class Backoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #attempts = 0;

  constructor(minMs: number, maxMs: number, random: () => number) {
    if (!(minMs > 0 && maxMs >= minMs)) throw new RangeError(`The first pause must be above 0 and not above the last: ${minMs} and ${maxMs} ms.`);
    this.#minMs = minMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /** Failures in a row so far. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Milliseconds until the next attempt: drawn between a fifth and the whole of a ceiling that doubles each time. */
  next(): number {
    const ceiling = Math.min(this.#maxMs, this.#minMs * 2 ** Math.min(this.#attempts, 20));
    this.#attempts += 1;
    return ceiling * (0.2 + 0.8 * this.#random());
  }

  reset(): void {
    this.#attempts = 0;
  }
}
