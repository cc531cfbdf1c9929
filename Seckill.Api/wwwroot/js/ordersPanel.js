import { h, setText } from './dom.js';
import { formatPrice, formatTime, t } from './i18n.js';

/** The list of the buyer's orders, newest first. Rows are kept by order id, so that one that changes can be seen to change. */
export class OrdersPanel {
  #list;
  #empty;
  #rows = new Map();

  constructor(list, empty) {
    this.#list = list;
    this.#empty = empty;
  }

  /** @param {(order: object) => string} nameOf Name of the order's item. */
  render(orders, nameOf) {
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
    });
  }

  #add(orderId) {
    const row = {
      name: h('p', { class: 'order-name' }),
      status: h('span', { class: 'order-status' }),
      price: h('span', { class: 'order-price' }),
      time: h('time', {}),
      label: h('span', {}),
    };
    row.element = h('li', { class: 'order', 'data-order': orderId },
      row.name,
      h('div', { class: 'order-line' }, row.status, row.price),
      h('div', { class: 'order-line order-number muted' }, h('span', {}, row.label, ' ', h('code', {}, orderId)), row.time));
    this.#rows.set(orderId, row);
    return row;
  }
}
