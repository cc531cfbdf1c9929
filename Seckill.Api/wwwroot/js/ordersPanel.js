import { h, setAttribute, setText } from './dom.js';
import { formatPrice, formatTime, t } from './i18n.js';
import { isPayable, isPaying, payText } from './itemCard.js';

/** The list of the buyer's orders, newest first. Rows are kept by order id, so that one that changes can be seen to change. */
export class OrdersPanel {
  #list;
  #empty;
  #rows = new Map();
  #onPay;

  /** @param {(orderId: string) => void} onPay */
  constructor(list, empty, onPay) {
    this.#list = list;
    this.#empty = empty;
    this.#onPay = onPay;
  }

  /**
   * @param {(order: object) => string} nameOf Name of the order's item.
   * @param {(order: object) => object | null} payOf What its pay button says; null for none.
   */
  render(orders, nameOf, payOf) {
    this.#empty.hidden = orders.length > 0;
    const ids = new Set(orders.map((order) => order.orderId));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    orders.forEach((order, index) => {
      const row = this.#rows.get(order.orderId) ?? this.#add(order.orderId);
      if (this.#list.children[index] !== row.element) this.#list.insertBefore(row.element, this.#list.children[index] ?? null);
      row.element.dataset.status = order.status;
      setText(row.name, nameOf(order));
      row.name.title = row.name.textContent;
      setText(row.status, t(`order.${order.status}`));
      setText(row.price, order.price === undefined || order.price === null ? '' : formatPrice(order.price));
      // A tab that did not grab itself knows only when it was told.
      const time = order.reservedAt ?? order.heardAt;
      setText(row.time, time ? formatTime(time) : '');
      setText(row.label, t('order.number'));
      const pay = payOf(order);
      row.pay.hidden = !pay;
      if (!pay) return;
      setText(row.pay, payText(pay));
      setAttribute(row.pay, 'data-pay', pay.kind);
      setAttribute(row.pay, 'aria-disabled', isPayable(pay) ? 'false' : 'true');
      setAttribute(row.pay, 'aria-busy', isPaying(pay) ? 'true' : null);
      setAttribute(row.pay, 'aria-label', `${t('pay.label', { price: formatPrice(pay.price) })}: ${nameOf(order)}`);
    });
  }

  #add(orderId) {
    const row = {
      name: h('p', { class: 'order-name' }),
      status: h('span', { class: 'order-status' }),
      price: h('span', { class: 'order-price' }),
      time: h('time', {}),
      label: h('span', {}),
      pay: h('button', { type: 'button', class: 'pay', hidden: true }),
    };
    row.pay.addEventListener('click', () => {
      if (row.pay.getAttribute('aria-disabled') !== 'true') this.#onPay(orderId);
    });
    row.element = h('li', { class: 'order', 'data-order': orderId },
      row.name,
      h('div', { class: 'order-line' }, row.status, row.price),
      h('div', { class: 'order-line order-number muted' }, h('span', {}, row.label, ' ', h('code', {}, orderId)), row.time),
      row.pay);
    this.#rows.set(orderId, row);
    return row;
  }
}
