// What one item's button says, as a pure function of what the page knows. The servers decide; this only saves useless clicks.

/** An order that holds no unit any more. */
const ENDED = new Set(['failed', 'cancelled', 'refunded']);

/** True once nobody can grab any more. */
export const isOver = (sale, now) => sale.state === 'closed' || now >= Date.parse(sale.endsAt);

/** True while the sale takes grabs. A sale that was opened by hand is open whatever its window says. */
export const isOpen = (sale, now) => !isOver(sale, now) && sale.state === 'open';

/**
 * @param {object} view
 * @param {object} view.sale         the sale as last heard
 * @param {object} view.item         one of its items
 * @param {object[]} view.orders     the buyer's orders of this item, newest first
 * @param {object | null} view.attempt  the last grab from this page: `{ sending }`, `{ waiting, cancel }`, `{ working, share, cancel }`, `{ problem, at, until }` or null
 * @param {boolean} view.signedIn
 * @param {number} view.now          server time, ms
 * @returns {{ kind: string, order?: object, waitMs?: number, share?: number, place?: number, ahead?: number, problem?: object, already?: boolean }}
 */
export function grabState({ sale, item, orders, attempt, signedIn, now }) {
  const active = orders.filter((order) => !ENDED.has(order.status));
  const [order] = active;
  const limit = item.perUserLimit ?? 1;

  if (attempt?.sending) return { kind: 'sending' };
  if (attempt?.waiting) return { kind: 'waiting', ...attempt.waiting };
  if (attempt?.working) return { kind: 'working', share: attempt.share };
  if (order && (active.length >= limit || !isOpen(sale, now) || item.left === 0)) {
    return { kind: order.status, order, already: attempt?.problem?.kind === 'already-grabbed' };
  }
  if (isOver(sale, now)) return { kind: 'closed' };
  if (sale.state === 'paused') return { kind: 'paused' };
  if (!isOpen(sale, now)) {
    const waitMs = Date.parse(sale.startsAt) - now;
    return waitMs > 0 ? { kind: 'countdown', waitMs } : { kind: 'opening' };
  }
  if (!signedIn) return { kind: 'signed-out' };
  if (item.left === 0) return { kind: 'sold-out' };
  return refusal(attempt, now) ?? (order ? { kind: 'grab-more', order } : { kind: 'grab', order: orders[0] });
}

function refusal(attempt, now) {
  if (!attempt?.problem) return null;
  const { problem } = attempt;
  switch (problem.kind) {
    case 'already-grabbed':
    case 'grab-token-used':
    case 'not-open':
      return null;
    case 'sold-out':
      return { kind: 'sold-out' };
    case 'closed':
      return { kind: 'closed' };
    case 'paused':
      // Said by the servers before the page heard of it; the sale's state says how long it lasts.
      return attempt.until > now ? { kind: 'paused' } : null;
    case 'not-eligible':
      return { kind: 'not-eligible' };
    default:
      // Both 429 and 503 may name the moment from which asking again makes sense.
      if (attempt.until > now) return { kind: 'slow-down', waitMs: attempt.until - now, problem };
      return problem.status === 429 ? null : { kind: 'error', problem };
  }
}
