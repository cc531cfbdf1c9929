/** Full jitter: a node that dies with ten thousand connections must not get them all back in the same instant. */
const FIRST_MS = 500;
const MAX_MS = 15_000;

/** Milliseconds to wait before attempt number `attempt` (0, 1, 2, …): random between a fifth and the whole of a doubling ceiling. */
export function backoffMs(attempt, random = Math.random) {
  const ceiling = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return ceiling * (0.2 + 0.8 * random());
}
