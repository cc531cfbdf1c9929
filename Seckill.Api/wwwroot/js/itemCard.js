import { minutesCountdown, shortCountdown } from './countdown.js';
import { h, setAttribute, setText } from './dom.js';
import { formatNumber, formatPrice, t } from './i18n.js';
import { itemArt } from './itemArt.js';

/** Kinds whose button does something. */
const PRESSABLE = new Set(['grab', 'grab-more', 'error']);

/** Kinds of a payment whose button does something. */
const PAYABLE = new Set(['due', 'declined', 'error']);

/** Below this share of the stock the bar turns to its warning colour. */
const LOW_STOCK = 0.2;

/** One item of the sale. Built once; `render` changes only what differs, several times a second. */
export class ItemCard {
  element;
  #name = h('h2', { class: 'item-name' });
  #price = h('p', { class: 'price' });
  #limit = h('p', { class: 'muted small' });
  #fill = h('div', { class: 'stock-fill' });
  #bar = h('div', { class: 'stock-bar', role: 'meter', 'aria-valuemin': 0 }, this.#fill);
  #stockText = h('p', { class: 'stock-text small' });
  #button = h('button', { type: 'button', class: 'grab' });
  #note = h('p', { class: 'note small' });

  /** @param {() => void} onPress Grabs, or pays what was grabbed. */
  constructor(item, onPress) {
    this.#button.addEventListener('click', () => {
      // aria-disabled instead of disabled: keyboard focus stays on the button while it changes its state.
      if (this.#button.getAttribute('aria-disabled') !== 'true') onPress();
    });
    this.element = h('li', { class: 'card', 'data-sku': item.skuId },
      itemArt(item),
      h('div', { class: 'card-body' },
        h('div', { class: 'card-head' }, this.#name, this.#price),
        h('div', { class: 'stock' }, this.#bar, h('div', { class: 'stock-line' }, this.#stockText, this.#limit)),
        this.#button,
        this.#note));
  }

  render(item, state, upcoming) {
    setText(this.#name, item.name);
    setAttribute(this.#name, 'title', item.name);
    setText(this.#price, formatPrice(item.price));
    setText(this.#limit, t('item.limit', { limit: item.perUserLimit ?? 1 }));
    this.#renderStock(item, upcoming);

    setAttribute(this.element, 'data-kind', state.kind);
    setText(this.#button, buttonText(state));
    setAttribute(this.element, 'data-pay', state.pay?.kind);
    this.#button.style.setProperty('--pay-share', String(state.pay?.share ?? 0));
    setAttribute(this.#button, 'aria-disabled', (state.pay ? isPayable(state.pay) : PRESSABLE.has(state.kind)) ? 'false' : 'true');
    setAttribute(this.#button, 'aria-busy', state.kind === 'sending' || isPaying(state.pay) ? 'true' : null);
    // Without the seconds of a payment: a label that changes every second would be read out every second.
    setAttribute(this.#button, 'aria-label', `${state.pay ? t('pay.label', { price: formatPrice(state.pay.price) }) : buttonText(state)}: ${item.name}`);
    setText(this.#note, noteText(state));
  }

  #renderStock(item, upcoming) {
    const left = Math.max(0, Math.min(item.left ?? item.stock, item.stock));
    const share = item.stock > 0 ? left / item.stock : 0;
    this.#fill.style.setProperty('--share', String(share));
    setAttribute(this.#bar, 'data-low', share <= LOW_STOCK && left > 0);
    setAttribute(this.#bar, 'aria-label', t('item.stock', { name: item.name }));
    setAttribute(this.#bar, 'aria-valuemax', item.stock);
    setAttribute(this.#bar, 'aria-valuenow', left);
    const unknown = item.left === null || item.left === undefined;
    const key = upcoming || unknown ? 'item.upcoming' : left === 0 ? 'item.gone' : 'item.left';
    setText(this.#stockText, t(key, { left: formatNumber(left), stock: formatNumber(item.stock) }));
  }
}

/** What a pay button says, here and in the list of orders. */
export const payText = (pay) => t(`pay.${pay.kind}`, { price: formatPrice(pay.price), time: minutesCountdown(pay.leftMs) });

/** Whether a payment is on its way. */
export const isPaying = (pay) => pay?.kind === 'sending' || pay?.kind === 'processing';

/** Whether a pay button does something. */
export const isPayable = (pay) => PAYABLE.has(pay.kind) && !pay.guarded;

function buttonText(state) {
  if (state.pay) return payText(state.pay);
  return t(`grab.${state.kind}`, {
    time: state.kind === 'countdown' ? shortCountdown(state.waitMs) : '',
    seconds: state.waitMs ? Math.ceil(state.waitMs / 1000) : 0,
  });
}

/** The sentence under the button; also what screen readers are told when the kind changes. */
export function noteText(state) {
  if (state.pay) return payNote(state.pay);
  if (state.already && state.kind !== 'reserved') return t('note.already');
  switch (state.kind) {
    case 'reserved':
    case 'pending-payment':
    case 'paid':
      return t(`note.${state.kind}`, { number: state.order.orderId });
    case 'countdown':
    case 'sold-out':
    case 'slow-down':
    case 'not-eligible':
      return t(`note.${state.kind}`);
    case 'error':
      return errorText(state.problem);
    case 'grab':
      return t(state.order ? `note.${state.order.status}` : 'note.grab');
    default:
      return '';
  }
}

function payNote(pay) {
  if (pay.kind === 'error') return errorText(pay.problem);
  return t(`note.pay.${pay.kind}`);
}

function errorText(problem) {
  if (problem.outcomeUnknown) return t('note.network');
  if (problem.status === 503) return t('note.unavailable');
  return t('note.error', { detail: problem.message });
}
