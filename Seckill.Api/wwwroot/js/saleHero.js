import { CountdownDigits } from './countdown.js';
import { byId, setText } from './dom.js';
import { isOpen, isOver } from './grabState.js';
import { t } from './i18n.js';

/** The head of the shop: which sale it is, in which phase, and how long that lasts. */
export class SaleHero {
  #hero = byId('hero');
  #name = byId('sale-name');
  #chip = byId('sale-state');
  #label = byId('countdown-label');
  #digits = new CountdownDigits(byId('countdown-digits'));

  /** @param {boolean} asked Whether the address names a sale, which then does not exist. */
  renderNone(asked) {
    this.#hero.dataset.state = 'none';
    setText(this.#name, t(asked ? 'sale.unknown' : 'sale.none'));
    setText(this.#chip, '');
    setText(this.#label, t('sale.none.more'));
    this.#digits.show(null);
  }

  render(sale, now) {
    const phase = isOver(sale, now) ? 'closed' : isOpen(sale, now) ? 'open' : sale.state === 'paused' ? 'paused' : 'scheduled';
    this.#hero.dataset.state = phase;
    setText(this.#name, sale.name);
    const gone = phase === 'open' && sale.items.every(({ left }) => left === 0);
    this.#hero.toggleAttribute('data-gone', gone);
    setText(this.#chip, t(gone ? 'sale.all-gone' : `sale.${phase}`));
    document.title = `${sale.name} · Seckill`;
    this.#renderCountdown(phase, Date.parse(phase === 'open' || phase === 'paused' ? sale.endsAt : sale.startsAt) - now);
  }

  #renderCountdown(phase, remainingMs) {
    if (phase === 'closed') setText(this.#label, t('sale.over'));
    else if (phase === 'paused') setText(this.#label, t('sale.on-hold'));
    else if (phase === 'open') setText(this.#label, t('sale.ends'));
    else setText(this.#label, t(remainingMs > 0 ? 'sale.opens' : 'sale.opening'));
    this.#digits.show(phase === 'closed' || phase === 'paused' || remainingMs <= 0 ? null : remainingMs);
  }
}
