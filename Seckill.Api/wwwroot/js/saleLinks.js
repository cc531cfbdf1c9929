import { byId, h } from './dom.js';

/** Links to the sales that one can still buy from, and to the one on show. Hidden while there is nothing to choose. */
export class SaleLinks {
  #nav = byId('sales');
  #shown = '';

  render(sales, currentId) {
    const listed = sales.filter((sale) => sale.state !== 'closed' || sale.saleId === currentId);
    this.#nav.hidden = listed.length < 2;
    const wanted = JSON.stringify([currentId, ...listed.map(({ saleId, name, state }) => [saleId, name, state])]);
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    this.#nav.replaceChildren(...listed.map((sale) =>
      h('a', { href: `?sale=${encodeURIComponent(sale.saleId)}`, 'aria-current': sale.saleId === currentId ? 'page' : null, 'data-state': sale.state }, sale.name)));
    this.#nav.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }
}
