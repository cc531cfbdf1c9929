/** How far along a status is. News travels by two ways (HTTP and push) and may overtake itself; a status never goes back. */
const RANK = { reserved: 0, 'pending-payment': 1, paid: 2, cancelled: 2, failed: 2, refunded: 3 };

const ACTIVE = new Set(['reserved', 'pending-payment', 'paid']);

/** The buyer's orders as far as this page knows them. Event `change` (detail: the order) when one is new or moved on. */
export class OrderBook extends EventTarget {
  #orders = new Map();

  /** @param {{ orderId: string, saleId: string, skuId: string, status: string }} order Fields that are absent keep what was known. */
  take(order) {
    const known = this.#orders.get(order.orderId);
    if (known && (RANK[order.status] ?? 0) < RANK[known.status]) return;
    const merged = { ...known, ...order };
    this.#orders.set(order.orderId, merged);
    if (known?.status !== merged.status) this.dispatchEvent(new CustomEvent('change', { detail: merged }));
  }

  takeAll(orders) {
    for (const order of orders) this.take(order);
  }

  clear() {
    this.#orders.clear();
  }

  find(orderId) {
    return this.#orders.get(orderId);
  }

  /** Newest first: ids are numbers that grow with time, too long for a double, so they are compared as text. */
  get newestFirst() {
    return [...this.#orders.values()].sort((a, b) => b.orderId.length - a.orderId.length || (a.orderId < b.orderId ? 1 : -1));
  }

  of(saleId, skuId) {
    return this.newestFirst.filter((order) => order.saleId === saleId && order.skuId === skuId);
  }

  activeOf(saleId, skuId) {
    return this.of(saleId, skuId).filter((order) => ACTIVE.has(order.status));
  }

  /** True while some answer is still owed: a reservation whose order is not written yet, an order whose time to pay is up. */
  isAwaiting(now) {
    return [...this.#orders.values()].some((order) =>
      order.status === 'reserved' || (order.status === 'pending-payment' && order.payBy && Date.parse(order.payBy) <= now));
  }
}
