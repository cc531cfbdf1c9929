import { h, setText } from '../dom.js';
import { formatNumber, formatShare, t } from '../i18n.js';
import { withShare } from './bars.js';
import { groupOf } from './liveBoard.js';

const STEPS = ['clicks', 'let-in', 'reserved', 'ordered', 'paid'];

const sum = (counts, wanted = () => true) => (counts ? Object.entries(counts).reduce((total, [name, count]) => (wanted(name) ? total + count : total), 0) : null);

/** From click to paid: how many of each step reach the next one, since the sale began. */
export class Funnel {
  #rows;

  constructor(list) {
    this.#rows = STEPS.map((step) => ({ step, label: h('span', { class: 'funnel-name' }), count: h('strong'), share: h('span', { class: 'muted' }), bar: h('span', { class: 'funnel-bar', 'aria-hidden': 'true' }) }));
    list.replaceChildren(...this.#rows.map(({ step, label, count, share, bar }) => h('li', { 'data-step': step }, label, bar, count, share)));
    this.translate();
  }

  translate() {
    for (const { step, label } of this.#rows) setText(label, t(`funnel.${step}`));
  }

  /** @param {{ grabs: object | null, orders: object | null }} stats Null where nobody can say: a dash then, not a zero. */
  render({ grabs, orders }) {
    const counts = [
      sum(grabs), sum(grabs, (outcome) => ['accepted', 'sold-out'].includes(groupOf(outcome))), sum(grabs, (outcome) => outcome === 'reserved'),
      sum(orders), orders ? orders.paid ?? 0 : null,
    ];
    this.#rows.forEach(({ count, share, bar }, index) => {
      const [value, before] = [counts[index], counts[index - 1]];
      setText(count, value === null ? '–' : formatNumber(value));
      setText(share, value === null || !before ? '' : formatShare(Math.min(1, value / before)));
      withShare(bar, value && counts[0] ? Math.min(1, value / counts[0]) : 0);
    });
  }
}
