// Time as the servers see it. A buyer's device may be minutes off, and T0 is the same moment for everyone.

/** An answer slower than this says little about the server's clock; it is used only while nothing better is known. */
const GOOD_ROUND_TRIP_MS = 400;

/** Clocks drift: after this long a new sample replaces the best one even when its round trip was longer. */
const SAMPLE_LIFETIME_MS = 60_000;

let offsetMs = null;
let bestRoundTripMs = Infinity;
let sampledAtMs = 0;

/** Monotonic, so that a device clock that is set during the countdown changes nothing. */
const monotonicNow = () => performance.timeOrigin + performance.now();

/**
 * Learns from one answer that carried the server's time, which was taken somewhere between `sentAt` and now (both from {@link stamp}).
 * The sample with the shortest round trip has the smallest error, half of that trip at most.
 */
export function learn(serverTime, sentAt) {
  const receivedAt = monotonicNow();
  const roundTripMs = receivedAt - sentAt;
  const serverMs = Date.parse(serverTime);
  if (Number.isNaN(serverMs)) return;
  const stale = receivedAt - sampledAtMs > SAMPLE_LIFETIME_MS && roundTripMs < GOOD_ROUND_TRIP_MS;
  if (offsetMs !== null && !stale && roundTripMs >= bestRoundTripMs) return;
  offsetMs = serverMs + roundTripMs / 2 - receivedAt;
  bestRoundTripMs = roundTripMs;
  sampledAtMs = receivedAt;
}

/** The moment a request leaves, for {@link learn}. */
export const stamp = monotonicNow;

/** Milliseconds since 1970 on the server's clock; the device's own until a first answer came. */
export const serverNow = () => (offsetMs === null ? Date.now() : monotonicNow() + offsetMs);

/** Splits a duration for a countdown. Rounds up: "00:00:01" stands until the very moment, so zero is never shown early. */
export function countdownParts(durationMs) {
  const seconds = Math.max(0, Math.ceil(durationMs / 1000));
  return {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor(seconds / 3_600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  };
}
