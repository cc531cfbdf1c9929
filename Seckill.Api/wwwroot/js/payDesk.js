/** How often the state of a payment is asked for while the bank decides: push tells of a paid order, but a refusal changes no order. */
const POLL_MS = 1_500;

/** States of a payment after which nothing more comes of it. */
const OVER = new Set(['declined', 'failed', 'refunded']);

/** A key of its own for each attempt. Not randomUUID: that is missing on pages without TLS. */
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * Pays orders. One attempt per order at a time: it keeps its idempotency key until the servers have said what became of it, so pressing again after
 * a lost answer never pays twice. Event `change` when something is to be shown; `settled` when the orders should be read again.
 */
export class PayDesk extends EventTarget {
  #api;
  #attempts = new Map();
  #recalled = new Set();

  constructor(api) {
    super();
    this.#api = api;
  }

  /**
   * What a pay button says: `due`, `sending`, `processing`, `declined`, `error` or `over`; null when the order cannot be paid.
   * @param {number} now server time, ms
   */
  stateOf(order, now) {
    if (order.status !== 'pending-payment' || !order.payBy) return null;
    const leftMs = Date.parse(order.payBy) - now;
    const attempt = this.#attempts.get(order.orderId);
    const kind = attempt && attempt.kind !== 'declined' && attempt.kind !== 'error' ? attempt.kind : leftMs <= 0 ? 'over' : attempt?.kind ?? 'due';
    const since = Date.parse(order.reservedAt ?? order.heardAt ?? order.payBy);
    const share = Math.max(0, Math.min(1, leftMs / Math.max(1, Date.parse(order.payBy) - since)));
    return { kind, leftMs: Math.max(0, leftMs), share, price: order.price, problem: attempt?.problem };
  }

  async pay(order) {
    const before = this.#attempts.get(order.orderId);
    if (before?.kind === 'sending' || before?.kind === 'processing') return;
    const key = before?.key ?? newKey();
    this.#set(order.orderId, { kind: 'sending', key });
    try {
      this.#take(order.orderId, key, await this.#api.pay(order.orderId, order.price, key));
    } catch (problem) {
      if (problem.kind === 'payment-in-progress') this.#process(order.orderId, undefined);
      // The key stays while nobody knows whether it was used; any refusal is final for it.
      else this.#set(order.orderId, { kind: 'error', problem, key: problem.outcomeUnknown ? key : undefined });
      if (problem.kind === 'not-payable') this.dispatchEvent(new Event('settled'));
    }
  }

  /** Looks once whether a payment of an order is under way, from before a reload or from another device. */
  async recall(order) {
    if (order.status !== 'pending-payment' || this.#recalled.has(order.orderId)) return;
    this.#recalled.add(order.orderId);
    const [latest] = await this.#api.payments(order.orderId).catch(() => []);
    if (latest && !OVER.has(latest.state) && !this.#attempts.has(order.orderId)) this.#process(order.orderId, undefined);
  }

  #process(orderId, key) {
    this.#set(orderId, { kind: 'processing', key });
    setTimeout(() => void this.#poll(orderId, key), POLL_MS);
  }

  async #poll(orderId, key) {
    if (this.#attempts.get(orderId)?.kind !== 'processing') return;
    const [latest] = await this.#api.payments(orderId).catch(() => []);
    if (latest) this.#take(orderId, key, latest);
    else this.#process(orderId, key);
  }

  #take(orderId, key, payment) {
    if (OVER.has(payment.state)) {
      // The next attempt is another payment, under another key.
      this.#set(orderId, { kind: 'declined', problem: payment.reason });
      this.dispatchEvent(new Event('settled'));
    } else if (payment.state === 'confirmed') {
      this.dispatchEvent(new Event('settled'));
      this.#process(orderId, key);
    } else {
      this.#process(orderId, key);
    }
  }

  #set(orderId, attempt) {
    this.#attempts.set(orderId, attempt);
    this.dispatchEvent(new Event('change'));
  }

  /** The order has gone on: no more questions about its payment. */
  forget(orderId) {
    this.#attempts.delete(orderId);
  }
}
